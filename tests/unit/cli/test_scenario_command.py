"""Scenarios and feedback from the command line: saved, shown, published, taken along; every mistake is one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from recsys_core.cli.app import main
from recsys_core.ranking.address import from_address
from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.scenario import Cap, Rule, Scenario
from recsys_core.storage.records import FEEDBACK_KINDS, DatasetRecord, FeedbackRecord
from recsys_core.storage.registry import Registry
from recsys_core.storage.tables import JobRow
from recsys_core.storage.workspace import Workspace

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
FIRST, SECOND = "3f9a0c21b7d4aaaa", "9b1d0c21b7d4bbbb"
AUTUMN = Scenario(
    name="Autumn",
    k=12,
    variety=40,
    rules=(Rule("pin", Condition((Clause("category", "is", ("Candles", "Lamps")),)), place=2),),
    caps=(Cap("category", 3),),
)


@pytest.fixture
def registry() -> Registry:
    """A shop of two datasets: the second was taken in by the recipe of the first."""
    registry = Workspace.open().registry
    for place, id in enumerate((FIRST, SECOND)):
        registry.add_dataset(DatasetRecord(id, f"Week {place + 1}", NOON + timedelta(days=7 * place), 100, 10, 20, "upload"))
    job = JobRow(id="job-1", kind="ingest", state="done", title="", spec={"recipe": FIRST}, result={"dataset": SECOND}, created_at=NOON)
    with registry.session() as session:
        session.add(job)
    return registry


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "autumn.json"
    path.write_text("\ufeff" + json.dumps(AUTUMN.to_json()), encoding="utf-8")
    return path


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """What a command prints as JSON; it must end well."""

    def run(*arguments: object) -> Any:
        capsys.readouterr()
        code = main([*map(str, arguments), "--json"])
        out, error = capsys.readouterr()
        assert (code, error) == (0, "")
        return json.loads(out)

    return run


def test_a_scenario_goes_from_file_to_file(registry: Registry, file: Path, tmp_path: Path, call: Callable[..., Any]) -> None:
    saved = call("scenario", "save", SECOND[:8], file)
    assert (saved["shop"], saved["name"], saved["hash"]) == (FIRST, "Autumn", AUTUMN.hash)
    assert Scenario.from_json(saved["settings"]) == AUTUMN
    call("scenario", "export", "Autumn", "--out", tmp_path / "out.json")
    again = call("scenario", "import", FIRST, tmp_path / "out.json", "--name", "Winter")
    assert (again["name"], again["settings"]["name"], again["hash"]) == ("Winter", "Winter", AUTUMN.hash)
    for asked in ([], [FIRST], [SECOND]):
        assert {each["name"] for each in call("scenario", "list", *asked)} == {"Autumn", "Winter"}
    assert call("scenario", "save", FIRST, file)["id"] == saved["id"]


def test_a_name_that_is_taken_needs_a_word(
    registry: Registry, file: Path, call: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    first = call("scenario", "save", FIRST, file)
    file.write_text(json.dumps(AUTUMN.with_(variety=50).to_json()), encoding="utf-8")
    assert main(["scenario", "save", SECOND, str(file)]) == 2
    assert capsys.readouterr().err == (
        f"This shop has another scenario called 'Autumn' ({first['id']}). Choose another name, or replace it (--replace).\n"
    )
    changed = call("scenario", "save", SECOND, file, "--replace")
    assert (changed["id"], changed["settings"]["variety"]) == (first["id"], 50)


def test_publishing_is_told_with_its_history(
    registry: Registry, file: Path, call: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    id = call("scenario", "save", FIRST, file)["id"]
    told = call("scenario", "publish", id, "--by", "Ada", "--note", "for the season")
    assert (told["scenario_id"], told["published_by"], told["note"], told["hash"]) == (id, "Ada", "for the season", AUTUMN.hash)
    call("scenario", "save", FIRST, file, "--name", "Winter")
    call("scenario", "publish", "Winter", "--by", "Ben")
    shown = call("scenario", "show", id)
    assert (shown["type"], shown["published_at"], from_address(shown["address"])) == ("scenario", None, AUTUMN)
    assert [(each["published_by"], each["ended_at"] is None) for each in shown["publications"]] == [("Ada", False)]
    assert main(["scenario", "list"]) == 0
    listed = " ".join(capsys.readouterr().out.split())
    assert "by Ben" in listed
    assert "by Ada" not in listed
    assert main(["scenario", "show", "Winter"]) == 0
    assert "Ben" in capsys.readouterr().out
    assert main(["scenario", "delete", "Winter"]) == 2
    assert "The scenario 'Winter' is published." in capsys.readouterr().err
    call("scenario", "unpublish", "Winter")
    assert registry.published(FIRST) is None
    assert call("scenario", "delete", "Winter")["name"] == "Winter"
    call("scenario", "publish", id, "--by", "Ada")
    call("scenario", "delete", id, "--force")
    assert call("scenario", "list") == []


def test_an_empty_shop_says_what_to_do(registry: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "list", FIRST]) == 0
    assert "There is no scenario yet" in capsys.readouterr().out
    assert main(["feedback", FIRST]) == 0
    assert "No feedback" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scenario", "show", "nothing"], "No scenario is called 'nothing'."),
        (["scenario", "list", "nothing"], "No dataset is called 'nothing'."),
        (["scenario", "save", "nothing", "FILE"], "No dataset is called 'nothing'."),
        (["scenario", "save", FIRST, "nowhere.json"], "The scenario 'nowhere.json' cannot be read (No such file or directory)."),
        (["scenario", "save", FIRST, "."], "The scenario '.' cannot be read (Is a directory)."),
        (["scenario", "save", FIRST, "BROKEN"], "broken.json: This is not a scenario: it is no JSON."),
        (["scenario", "save", FIRST, "BINARY"], "cannot be read (it is no text)."),
        (["scenario", "save", FIRST, "WRONG"], "wrong.json: Variety is 101."),
        (["scenario", "save", FIRST, "FILE", "--name", " "], "A scenario has no name"),
        (["scenario", "publish", "Autumn", "--by", " "], "It is not said who publishes."),
        (["scenario", "publish", "Autumn"], "Missing option '--by'"),
        (["scenario", "unpublish", "Autumn"], "The scenario 'Autumn' is not published."),
        (["scenario", "export", "Autumn", "--out", "BELOW"], "autumn.json"),
        (["feedback", "nothing"], "No dataset is called 'nothing'."),
        (["feedback", FIRST, "--out", "x.txt"], "has an ending that says no format"),
    ],
)
def test_a_mistake_is_one_line(
    registry: Registry, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00\xd8")
    (tmp_path / "wrong.json").write_text('{"variety": 101}', encoding="utf-8")
    registry.save_scenario(FIRST, AUTUMN.to_json(), AUTUMN.hash)
    named = {
        "FILE": file,
        "BELOW": file / "out.json",
        **{name.upper(): tmp_path / f"{name}.json" for name in ("broken", "binary", "wrong")},
    }
    assert main([str(named.get(argument, argument)) for argument in arguments]) == 2
    out, error = capsys.readouterr()
    assert words in error
    assert (out, error.count("\n")) == ("", 1)


def test_feedback_is_listed_and_becomes_part_of_the_next_log(tmp_path: Path, call: Callable[..., Any]) -> None:
    rows = [(f"u{user}", f"p{(user + step) % 9}", "purchase", f"2026-01-0{step + 1}") for user in range(12) for step in range(6)]
    pd.DataFrame(rows, columns=["user_id", "item_id", "event", "timestamp"]).to_csv(tmp_path / "log.csv", index=False)
    id = call("ingest", tmp_path / "log.csv")["dataset"]
    registry = Workspace.open().registry
    given = [
        FeedbackRecord(id, "u1", f"p{place}", kind, NOON + timedelta(days=40, minutes=place)) for place, kind in enumerate(FEEDBACK_KINDS)
    ]
    registry.add_feedback(given)
    listed = call("feedback", id)
    assert [(each["item_id"], each["kind"]) for each in listed["events"]] == [(each.item_id, each.kind) for each in given]
    for ending in (".csv", ".parquet"):
        out = tmp_path / f"feedback{ending}"
        assert call("feedback", id, "--out", out)["rows"] == 5
        log = pd.read_csv(out) if ending == ".csv" else pd.read_parquet(out)
        assert list(log.columns) == ["user_id", "item_id", "event", "timestamp"]
        assert log.event.tolist() == ["like", "hide", "click", "favourite", "unfavourite"]
        assert pd.to_datetime(log.timestamp).tolist() == [each.created_at.replace(tzinfo=None) for each in given]
        result = call("ingest", tmp_path / "log.csv", out)
        assert (result["rows_kept"], result["users"]) == (72 + 5, 12)
    manifest = json.loads((Workspace.open().dataset_dir(result["dataset"]) / "manifest.json").read_text())
    assert manifest["values"] == {
        **{kind: kind for kind in ("purchase", "click", "favourite", "unfavourite", "hide")},
        "like": "favourite",
    }


def test_a_scenario_is_renamed_and_copied(registry: Registry, file: Path, call: Callable[..., Any]) -> None:
    saved = call("scenario", "save", FIRST, file)
    copy = call("scenario", "duplicate", "Autumn")
    assert (copy["name"], copy["hash"]) == ("Autumn (2)", AUTUMN.hash)
    assert call("scenario", "rename", saved["id"], "“Herbst” 秋天")["name"] == "“Herbst” 秋天"
    assert {each["name"] for each in call("scenario", "list")} == {"“Herbst” 秋天", "Autumn (2)"}
    assert main(["scenario", "rename", saved["id"], "Autumn (2)"]) == 2
