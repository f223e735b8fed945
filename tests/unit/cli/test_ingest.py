"""`ingest` and `split` as people and programs call them, small and odd logs included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from recsys_core.cli.app import main
from recsys_core.data.dataset import Dataset
from recsys_core.storage.workspace import Workspace

KEYS = {"dataset", "rows_read", "rows_kept", "reasons", "users", "items", "trains"}


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    """What a command prints as JSON."""
    code = main([*map(str, arguments), "--json"])
    out, error = capsys.readouterr()
    assert code == 0, error
    return json.loads(out)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """20 shoppers, 12 products, 9 weeks, one column that no name gives away."""
    rows = [
        (f"s{user:02d}", f"p{(user + step) % 12:02d}", f"2026-01-{step + 1:02d} 09:{user:02d}", 2.5)
        for user in range(20)
        for step in range(9)
    ]
    path = tmp_path / "corner_shop.csv"
    pd.DataFrame(rows, columns=["who", "item_id", "timestamp", "price"]).to_csv(path, index=False)
    return path


def test_a_log_becomes_a_dataset_and_is_registered(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = call(capsys, "ingest", log, "--map", "user_id=who", "--name", "Corner", "--currency", "£")
    assert result.keys() >= KEYS
    assert (result["rows_read"], result["rows_kept"], result["users"], result["items"]) == (180, 180, 20, 12)
    assert result["trains"] == {"rows": 180, "users": 20, "items": 12}
    record = Workspace.open().registry.dataset(result["dataset"])
    assert (record.name, record.rows, record.users, record.items, record.origin) == ("Corner", 180, 20, 12, "upload")
    assert call(capsys, "ingest", log, "--map", "user_id=who", "--currency", "£")["reused"]


def test_people_get_a_table(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest", str(log), "--map", "user_id=who"]) == 0
    out = capsys.readouterr().out
    assert "180 of 180 kept" in out
    assert "exact duplicate" in out


def test_a_relative_path_and_a_rules_file_are_found(log: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(log.parent)
    Path("rules.json").write_text('["missing user"]')
    result = call(capsys, "ingest", log.name, "--map", "user_id=who", "--rules", "rules.json")
    assert [reason["name"] for reason in result["reasons"]] == ["missing user", "missing item"]


def test_names_with_quotes_stars_and_brackets_are_read(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = log.rename(log.with_name("week [1] * o'clock?.csv"))
    assert call(capsys, "ingest", odd, "--map", "user_id=who")["rows_kept"] == 180


def test_thirty_shoppers_and_twelve_products_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [(user, (user * 5 + step) % 12) for user in range(30) for step in range(5)]
    pd.DataFrame(rows, columns=["user_id", "item_id"]).to_csv(tmp_path / "log.csv", index=False)
    result = call(capsys, "ingest", tmp_path / "log.csv")
    assert (result["users"], result["items"]) == (30, 12)
    assert {"small", "no times"} <= {warning["name"] for warning in result["warnings"]}


def test_a_log_too_thin_to_train_is_kept_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "log.csv").write_text("user_id,item_id\n1,a\n2,b\n3,c\n")
    result = call(capsys, "ingest", tmp_path / "log.csv")
    assert result["trains"] == {"rows": 0, "users": 0, "items": 0}
    assert result["warnings"][0]["name"] == "nothing trains"
    assert main(["split", result["dataset"], "--out", str(tmp_path / "out")]) == 2
    assert "Nothing in 'log' trains" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_log_of_one_day_works_but_is_not_split_by_time(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame = pd.read_csv(log)
    frame.assign(timestamp=frame.timestamp.str.replace(r"^\S+", "2026-01-01", regex=True)).to_csv(tmp_path / "day.csv", index=False)
    result = call(capsys, "ingest", tmp_path / "day.csv", "--map", "user_id=who")
    assert "one day" in {warning["name"] for warning in result["warnings"]}
    assert main(["split", result["dataset"], "--protocol", "time", "--out", str(tmp_path / "out")]) == 2
    assert "of one day" in capsys.readouterr().err
    assert call(capsys, "split", result["dataset"], "--protocol", "last", "--out", tmp_path / "out")["rows"]["test"] == 20


def test_a_split_is_written_the_same_twice(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset = call(capsys, "ingest", log, "--map", "user_id=who")["dataset"]
    for name in ("one", "two"):
        about = call(capsys, "split", dataset, "--protocol", "users", "--seed", 3, "--out", tmp_path / name)
        assert (about["dataset"], about["protocol"], about["seed"]) == (dataset, "users", 3)
    for part in ("train", "validation", "fold_in", "test"):
        assert (tmp_path / "one" / f"{part}.parquet").read_bytes() == (tmp_path / "two" / f"{part}.parquet").read_bytes()


def test_products_get_groups_from_their_titles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.unit.profiles.shop import titled_log

    titled_log(tmp_path)
    result = call(capsys, "ingest", tmp_path / "log.csv", "--items", tmp_path / "items.csv")
    folder = Workspace.open().dataset_dir(result["dataset"])
    assert (folder / "profiles" / "manifest.json").exists()
    Dataset.open(folder, verify=True)
