"""A database that goes away in mid-read, and where its password goes meanwhile: one sentence, nothing left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recsys_core import jobs
from recsys_core.cli.app import main
from recsys_core.data import database_rows
from recsys_core.data.database import open_database
from recsys_core.data.ingest import ingest
from recsys_core.data.request import IngestRequest
from recsys_core.errors import InputError
from recsys_core.jobs.states import Cancelled
from recsys_core.storage.passwords import FILE
from recsys_core.storage.records import JobRecord
from recsys_core.storage.workspace import Workspace
from tests.database_server import ESCAPED, PASSWORD, DatabaseServer
from tests.waiting import until

ROOT = Path(__file__).parents[2]
END_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'Aisle'"


@pytest.fixture(scope="module")
def shop(database_server: DatabaseServer) -> DatabaseServer:
    database_server.run(
        "CREATE TABLE IF NOT EXISTS long_log AS SELECT n % 50 AS user_id, n % 31 AS item_id, repeat('x', 90) AS note "
        "FROM generate_series(1, 60000) AS n"
    )
    return database_server


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "AISLE_HOME": str(home), "HOME": str(home.parent)}
    return subprocess.run([sys.executable, "-m", "recsys_core", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)


def files_with_the_password(folder: Path) -> list[Path]:
    needles = [text.encode() for text in (PASSWORD, ESCAPED)]
    return [path for path in folder.rglob("*") if path.is_file() and any(needle in path.read_bytes() for needle in needles)]


def breaking(do: Callable[[], Any]) -> Callable[[float, str], None]:
    """A listener that does something once, when the first rows are there."""
    todo = [do]

    def heard(fraction: float, message: str) -> None:
        if "rows" in message and todo:
            todo.pop()()

    return heard


@pytest.mark.parametrize("how", ["terminated", "stopped"])
def test_a_connection_that_breaks_in_mid_read_is_one_sentence_and_leaves_nothing(
    shop: DatabaseServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(database_rows, "MOST_ROWS", 2_000)
    request = IngestRequest(shop.full_address, table="long_log")
    do = (lambda: shop.run(END_ALL)) if how == "terminated" else shop.stop
    with pytest.raises(InputError, match=r"broke off while the table 'long_log' was read; nothing was kept\. Do it again") as caught:
        ingest(request, tmp_path / "datasets", breaking(do))
    assert "\n" not in str(caught.value)
    assert list((tmp_path / "datasets").iterdir()) == []
    if how == "stopped":
        shop.go_on()
    assert ingest(request, tmp_path / "datasets").rows_read == 60_000


def test_a_reading_that_is_cancelled_ends_at_the_next_batch(shop: DatabaseServer, tmp_path: Path) -> None:
    def cancel() -> None:
        raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        open_database(IngestRequest(shop.full_address, table="long_log"), tmp_path, progress=breaking(cancel))
    assert not list((tmp_path / "database").iterdir())
    with shop.connect() as connection:
        until(lambda: connection.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'Aisle'").fetchone()[0] == 0)


def test_the_command_line_takes_in_a_table_and_stores_no_password(shop: DatabaseServer, tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = run(home, "ingest", shop.full_address, "--table", "long_log", "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["rows_read"], result["name"]) == (60_000, "long log")
    assert files_with_the_password(home) == []
    manifest = json.loads((home / "datasets" / result["dataset"] / "manifest.json").read_text())
    assert manifest["source"]["words"] == f"PostgreSQL, table long_log of shop at 127.0.0.1:{shop.port}"
    [job] = Workspace.open(home).registry.jobs()
    assert job.spec["log"] == shop.address
    assert job.title == f"Take in shop at 127.0.0.1:{shop.port}"


def test_a_connection_by_name_needs_no_password_in_the_command(
    shop: DatabaseServer, aisle_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text(f'[connections.till]\nurl = "{shop.full_address}"\n')

    def told(*arguments: str) -> Any:
        assert main([*arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    assert {"connection": "connection:till", "database": f"shop at 127.0.0.1:{shop.port}"} in told("tables")["connections"]
    assert {"table": "long_log", "rows": None, "kind": "table", "readable": True} in told("tables", "connection:till")["tables"]
    assert told("ingest", "connection:till", "--query", "SELECT user_id, item_id FROM long_log LIMIT 900")["rows_read"] == 900
    assert files_with_the_password(aisle_home) == []


def test_a_refused_password_is_one_line_and_is_not_repeated(shop: DatabaseServer, tmp_path: Path) -> None:
    done = run(tmp_path / "home", "ingest", shop.full_address.replace(ESCAPED, "hush-hush"), "--table", "long_log")
    assert (done.returncode, done.stdout) == (2, "")
    assert "does not accept the password of the user 'owner'" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "hush" not in done.stderr


def test_a_worker_gets_the_password_by_a_file_that_is_gone_when_it_begins(shop: DatabaseServer, aisle_home: Path) -> None:
    workspace = Workspace.open(aisle_home)
    spec = IngestRequest(shop.address, table="long_log").to_json()
    id = jobs.submit(workspace, "ingest", spec, title="t", start=False, secret=PASSWORD).id
    assert (workspace.job_dir(id) / FILE).stat().st_mode & 0o777 == 0o600
    jobs.pump(workspace)
    done = _ended(workspace, id)
    assert done.state == "done", done.error
    assert files_with_the_password(aisle_home) == []


def test_a_job_resumed_without_its_password_says_so(shop: DatabaseServer, aisle_home: Path) -> None:
    workspace = Workspace.open(aisle_home)
    spec = IngestRequest(shop.address, table="long_lgo").to_json()
    id = jobs.submit(workspace, "ingest", spec, title="t", secret=PASSWORD).id
    assert "The nearest are long_log" in (_ended(workspace, id).error or {})["hint"]
    jobs.resume(workspace, id)
    error = _ended(workspace, id, attempt=2).error or {}
    assert "asks for a password, and there is none for the user 'owner'" in error["message"]
    assert "Aisle forgets a password when its job ends" in error["hint"]


def _ended(workspace: Workspace, id: str, attempt: int = 1) -> JobRecord:
    def look() -> JobRecord | None:
        jobs.refresh(workspace)
        job = workspace.registry.job(id)
        return job if job.attempt == attempt and job.state not in ("queued", "running") else None

    found = until(look)
    assert found is not None
    return found
