"""Passwords: hidden in text, kept for one reader, refused where a job would store them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from recsys_core.errors import InputError
from recsys_core.jobs import cancel, submit
from recsys_core.storage.passwords import FILE, hide_passwords, holds_password, keep, take
from recsys_core.storage.workspace import Workspace


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ingest postgresql://u:hush@h/d --table t", "ingest postgresql://u:***@h/d --table t"),
        ("mysql+pymysql://u:hu@sh/x@h/d", "mysql+pymysql://u:***@h/d"),
        ("postgresql://u@h/d?password=hush&sslmode=require", "postgresql://u@h/d?password=***&sslmode=require"),
        ("connection refused for me@example.com at 10:30", "connection refused for me@example.com at 10:30"),
        ("postgresql://u@h:5432/d", "postgresql://u@h:5432/d"),
    ],
)
def test_a_password_is_hidden_and_nothing_else(text: str, shown: str) -> None:
    assert hide_passwords(text) == shown


def test_an_address_with_a_password_is_found_anywhere_in_a_spec() -> None:
    assert holds_password({"a": [1, {"log": "postgresql://u:hush@h/d"}]})
    assert not holds_password({"log": "postgresql://u@h/d", "query": "SELECT * FROM t WHERE password='x'", "n": 1, "none": None})


def test_a_kept_password_is_for_this_user_and_for_one_taking(tmp_path: Path) -> None:
    keep(tmp_path, "p@ß中")
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert take(tmp_path) == "p@ß中"
    assert take(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_no_job_is_entered_with_a_password_in_what_is_stored(aisle_home: Path) -> None:
    workspace = Workspace.open(aisle_home)
    with pytest.raises(InputError, match="holds a password, which would be stored"):
        submit(workspace, "ingest", {"log": "postgresql://u:hush@h/d"}, title="t", start=False)
    assert workspace.registry.jobs() == []
    assert list(workspace.jobs_dir.iterdir()) == []


def test_a_job_that_is_cancelled_before_it_began_forgets_its_password(aisle_home: Path) -> None:
    workspace = Workspace.open(aisle_home)
    job = submit(workspace, "ingest", {"log": "postgresql://u@h/d"}, title="t", start=False, secret="hush")
    assert (workspace.job_dir(job.id) / FILE).read_text() == "hush"
    cancel(workspace, job.id)
    assert not (workspace.job_dir(job.id) / FILE).exists()
