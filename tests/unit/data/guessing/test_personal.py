"""Columns of persons are noticed: an id is hashed, the rest is left out, and the analyst can say otherwise."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.data.guessing.decide import decide
from recsys_core.data.ingest import ingest
from recsys_core.data.request import IngestRequest
from recsys_core.data.sources import open_source
from recsys_core.errors import InputError
from tests.unit.data.guessing.made_logs import write_log

COLUMNS = [
    ("Email", "e-mail"),
    ("Billing Name", "person"),
    ("First name", "first name"),
    ("Phone", "phone"),
    ("SKU", "code"),
    ("Product name", "title"),
    ("Artist name", "artist"),
    ("City", "city"),
    ("Order", "order"),
    ("Invoice phone number", "mobile"),
]


def treated(path: Path, **choices: object) -> dict[str, tuple[str, str]]:
    decided = decide(open_source(path, path.parent), IngestRequest(str(path), **choices))  # type: ignore[arg-type]
    return {name: (personal.kind, personal.treated) for name, personal in decided.personal.items()}


def test_persons_are_noticed_and_products_are_not_taken_for_them(tmp_path: Path) -> None:
    assert treated(write_log(tmp_path / "log.csv", COLUMNS)) == {
        "Email": ("e-mail address", "hash"),
        "Billing Name": ("person's name", "drop"),
        "First name": ("person's name", "drop"),
        "Phone": ("phone number", "drop"),
        "Invoice phone number": ("phone number", "drop"),
    }


def test_an_address_is_noticed_by_what_it_is_whatever_the_column_is_called(tmp_path: Path) -> None:
    path = write_log(
        tmp_path / "log.csv", [("user_id", "user"), ("item_id", "item"), ("x1", "e-mail"), ("note", "e-mail"), ("x2", "phone")]
    )
    assert treated(path) == {"x1": ("e-mail address", "drop"), "note": ("e-mail address", "drop"), "x2": ("phone number", "drop")}


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("Product name", "title"),
        ("name", "title"),
        ("商品名称", "chinese title"),
        ("Brand name", "brand"),
        ("store name", "city"),
        ("Item", "item"),
    ],
)
def test_what_names_no_person_is_kept(tmp_path: Path, name: str, what: str) -> None:
    assert treated(write_log(tmp_path / "log.csv", [("user_id", "user"), ("item_id", "code"), (name, what)])) == {}


def test_a_name_that_goes_with_the_shopper_is_a_persons(tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv", [("user_id", "user"), ("item_id", "code"), ("name", "person")])
    assert treated(path) == {"name": ("person's name", "drop")}


def test_the_analyst_has_the_last_word(tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv", COLUMNS)
    wanted = {"Email": "keep", "Billing Name": "hash", "City": "drop", "Phone": "keep"}
    found = treated(path, personal=wanted)
    assert {name: found[name][1] for name in wanted} == wanted
    with pytest.raises(InputError, match="has no column 'E-Mail'"):
        treated(path, personal={"E-Mail": "drop"})


def test_a_dataset_holds_hashes_for_addresses_and_nothing_of_what_is_dropped(tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv", [*COLUMNS, ("Second contact e-mail", "e-mail")])
    result = ingest(IngestRequest(str(path), personal={"Second contact e-mail": "hash"}), tmp_path / "datasets")
    dataset = Dataset.open(tmp_path / "datasets" / result.dataset)
    address = path.read_text().splitlines()[1].split(",")[0]
    hashed = hashlib.sha256(address.encode()).hexdigest()[:32]
    assert hashed in set(dataset.users.user_id)
    stored = b"".join(file.read_bytes() for file in (tmp_path / "datasets" / result.dataset).rglob("*") if file.is_file())
    assert b"example.com" not in stored
    assert set(dataset.events().column_names) & {"Billing Name", "First name", "Phone"} == set()
    assert set(dataset.events()["Second contact e-mail"].to_pylist()) == set(dataset.users.user_id)


def test_the_same_log_gives_the_same_hashes(tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv", COLUMNS)
    assert ingest(IngestRequest(str(path)), tmp_path / "a").dataset == ingest(IngestRequest(str(path)), tmp_path / "b").dataset
