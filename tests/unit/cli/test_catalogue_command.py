"""`catalogue` says what is known of products and shoppers, and of whom it is not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recsys_core.cli.app import main
from recsys_core.data.ingest import ingest
from recsys_core.data.request import IngestRequest
from recsys_core.storage.records import DatasetRecord
from recsys_core.storage.workspace import Workspace

LOG = "user_id,item_id\n" + "\n".join(f"u{user},i{item}" for user in range(3) for item in range(3)) + "\nu0,i9\n"
ITEMS = "item_id,title,price,tags\ni0,MUG,1.50,red;soft\ni1,CUP,2.50,red\ni2,,,\ni7,LID,9,blue\n"


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AISLE_HOME", str(tmp_path / "home"))
    for name, text in (("log", LOG), ("items", ITEMS), ("users", "user_id,age\nu0,30\nu8,40\n")):
        (tmp_path / f"{name}.csv").write_text(text)
    request = IngestRequest(**{name: str(tmp_path / f"{name}.csv") for name in ("log", "items", "users")})
    workspace = Workspace.open()
    made = ingest(request, workspace.datasets_dir)
    workspace.registry.add_dataset(
        DatasetRecord(made.dataset, made.name, datetime.now(UTC), made.rows_kept, made.users, made.items, request.origin)
    )
    return made.dataset


def test_each_attribute_is_counted(dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", dataset, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["products"], told["shoppers"]) == (5, 3)
    assert [
        (a["of"], a["name"], a["kind"], a["known"], a["total"], a["events"], a["distinct"], a["examples"]) for a in told["attributes"]
    ] == [
        ("products", "title", "text", 3, 5, 0.6, 3, ["MUG", "CUP", "LID"]),
        ("products", "list_price", "number", 3, 5, 0.6, 3, ["1.5", "2.5", "9"]),
        ("products", "tags", "values", 3, 5, 0.6, 3, ["red", "soft", "blue"]),
        ("shoppers", "age", "number", 1, 3, 0.4, 1, ["30"]),
    ]
    assert [note["text"] for note in told["notes"]] == [
        "Of 4 products in the log, 1 are not in the file of products, for example 'i9'.",
        "Of 3 shoppers in the log, 2 are not in the file of shoppers, for example 'u1', 'u2'.",
        "Of 2 shoppers in the file of shoppers, 1 have no event and are left out, for example 'u8'.",
        "1 product of the catalogue has no event.",
    ]


def test_people_read_a_table(dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", dataset]) == 0
    shown = capsys.readouterr().out
    assert "3 of 5" in shown
    assert "several values" in shown
    assert "Note: 1 product of the catalogue has no event." in shown
