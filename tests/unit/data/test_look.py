"""A first look at a log says what intake will do, and intake does it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from recsys_core.data.ingest import ingest
from recsys_core.data.look import Look, look, what_table
from recsys_core.data.request import IngestRequest
from tests.unit.data.guessing.made_logs import write_log

COLUMNS = [
    ("Order", "order"),
    ("E-Mail", "e-mail"),
    ("Name", "person"),
    ("Artikelnummer", "code"),
    ("Aktion", "shop kind"),
    ("Datum", "dotted"),
    ("Preis", "comma price"),
    ("Land", "country"),
]


def look_at(path: Path, **choices: object) -> Look:
    scratch = path.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    return look(IngestRequest(str(path), **choices), scratch)  # type: ignore[arg-type]


def test_a_look_says_all_that_is_needed_to_confirm(tmp_path: Path) -> None:
    seen = look_at(write_log(tmp_path / "log.csv", COLUMNS, delimiter=";"))
    assert (seen.file, seen.header, seen.dates, seen.questions) == ("log.csv", True, "day-first", ())
    assert {guess.role: guess.column for guess in seen.roles} == {
        "user_id": "E-Mail",
        "item_id": "Artikelnummer",
        "timestamp": "Datum",
        "event": "Aktion",
        "price": "Preis",
        "order_id": "Order",
    }
    columns = {column.name: column for column in seen.columns}
    assert [column.reads_as for column in seen.columns] == ["id", "id", "text", "id", "kind", "time", "number", "text"]
    assert (columns["E-Mail"].personal, columns["E-Mail"].treated) == ("e-mail address", "hash")
    assert (columns["Name"].personal, columns["Name"].treated) == ("person's name", "drop")
    assert (columns["Land"].filled, columns["Land"].distinct, columns["Land"].treated) == (1.0, 4, "keep")
    assert {kind.value: kind.kind for kind in seen.kinds} == {
        "view": "view",
        "cart": "cart",
        "remove_from_cart": "remove_from_cart",
        "purchase": "purchase",
    }
    assert sum(kind.rows for kind in seen.kinds) == seen.sampled
    assert len(seen.rows) == 50
    assert Look.from_json(json.loads(json.dumps(seen.to_json()))) == seen


def test_intake_does_what_the_look_said(tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv", COLUMNS, delimiter=";")
    result = ingest(IngestRequest(str(path)), tmp_path / "datasets")
    assert result.roles == {guess.role: guess.column for guess in look_at(path).roles}


def test_what_was_said_is_shown_as_said(tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv", COLUMNS, delimiter=";")
    seen = look_at(path, roles={"event": "", "user_id": "Land"}, personal={"Name": "keep"}, kinds={}, dates="day-first")
    guesses = {guess.role: guess for guess in seen.roles}
    assert (guesses["user_id"].column, guesses["user_id"].confidence, guesses["user_id"].why) == ("Land", "sure", "you said so")
    assert "event" not in guesses
    assert not seen.kinds
    assert {column.name: column.treated for column in seen.columns if column.personal} == {"E-Mail": "drop", "Name": "keep"}


def test_a_log_of_a_header_alone_can_be_looked_at(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("user_id,item_id\n")
    seen = look_at(tmp_path / "log.csv")
    assert (seen.sampled, seen.rows, [guess.role for guess in seen.roles]) == (0, (), ["user_id", "item_id"])


def test_the_tables_of_an_archive_are_told_apart(tmp_path: Path) -> None:
    log = write_log(tmp_path / "events.csv", [("user_id", "user"), ("item_id", "item"), ("timestamp", "iso")])
    products = write_log(tmp_path / "products.csv", [("item_id", "item"), ("title", "title"), ("price", "price")])
    with zipfile.ZipFile(tmp_path / "shop.zip", "w") as archive:
        archive.write(log, "events.csv")
        archive.write(products, "products.csv")
    assert what_table(["item_id", "title"]) == "products"
    assert what_table(["customer_id", "age"]) == "shoppers"
    assert what_table(["a", "b"]) == "other"
    seen = look_at(tmp_path / "shop.zip", table="events.csv")
    assert sorted(seen.tables.values()) == ["log", "products"]
