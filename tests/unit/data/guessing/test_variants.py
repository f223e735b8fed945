"""Roles are right without help, whatever the columns are called; a headerless file is understood by what it holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from recsys_core.data.guessing.decide import decide
from recsys_core.data.guessing.decided import Decided
from recsys_core.data.request import IngestRequest
from recsys_core.data.sources import open_source
from tests.unit.data.guessing.made_logs import write_log
from tests.unit.data.guessing.variants import VARIANTS, columns_of

# a headerless file: what its columns hold, and their roles
HEADERLESS = {
    "u.data": "small user = user_id; small item = item_id; stars = rating; epoch = timestamp",
    "u.data, product first": "small item = item_id; small user = user_id; stars = rating; epoch = timestamp",
    "UserBehavior": "user = user_id; item = item_id; category id = category; taobao kind = event; epoch = timestamp",
    "UCI": "order = order_id; code = item_id; title = title; quantity = quantity; month first = timestamp; price = price; "
    "user = user_id; country",
    "yoochoose-clicks": "order = user_id; iso T = timestamp; item = item_id; category id = category",
    "yoochoose-buys": "order = user_id; iso T = timestamp; item = item_id; price = price; quantity = quantity",
    "steam-200k": "user = user_id; title = item_id; play kind = event; hours = value; same:0",
    "check-ins": "user = user_id; iso T = timestamp; latitude; longitude; item = item_id",
    "Chinese": "user = user_id; item = item_id; chinese kind = event; iso = timestamp",
    "time first": "iso = timestamp; hash user = user_id; asin = item_id; cost = value",
}


def decided(path: Path, **choices: object) -> Decided:
    return decide(open_source(path, path.parent), IngestRequest(str(path), **choices))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", VARIANTS)
def test_a_usual_export_needs_no_help(tmp_path: Path, name: str) -> None:
    columns, roles = columns_of(name)
    found = decided(write_log(tmp_path / "log.csv", columns))
    assert found.roles == roles
    asked = ["'TRANS_TIME' is called a time but holds none that can be read, such as '1720'. Go on without times?"]
    assert list(found.questions) == (asked if name == "Dunnhumby" else [])


@pytest.mark.parametrize("name", HEADERLESS)
def test_a_file_without_a_header_is_understood_by_what_it_holds(tmp_path: Path, name: str) -> None:
    parts = [part.split(" = ") for part in HEADERLESS[name].split("; ")]
    path = write_log(tmp_path / "log.csv", [(part[0], part[0]) for part in parts], header=False)
    found = decide(open_source(path, tmp_path, header=False), IngestRequest(str(path)))
    assert found.roles == {part[1]: f"column {place}" for place, part in enumerate(parts, start=1) if len(part) > 1}
    assert not found.questions


def test_what_is_said_goes_before_what_is_guessed(tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv", [("user_id", "user"), ("item_id", "item"), ("price", "price"), ("card", "hash user")])
    found = decided(path, roles={"user_id": "card", "price": ""})
    assert found.roles == {"user_id": "card", "item_id": "item_id"}
    assert found.guesses[0].why == "you said so"


def test_a_name_that_does_not_hold_what_it_says_does_not_win(tmp_path: Path) -> None:
    columns = [("id", "row"), ("time", "gap"), ("when", "iso"), ("user", "small user"), ("rating", "title"), ("sku", "item")]
    assert decided(write_log(tmp_path / "log.csv", columns)).roles == {"user_id": "user", "item_id": "sku", "timestamp": "when"}


def test_the_person_goes_before_the_session_unless_hardly_any_is_known(tmp_path: Path) -> None:
    columns = [("session_id", "session"), ("customer_id", "user"), ("product_id", "item")]
    assert decided(write_log(tmp_path / "a.csv", columns)).roles["user_id"] == "customer_id"
    columns[1] = ("customer_id", "user sometimes")
    assert decided(write_log(tmp_path / "b.csv", columns)).roles["user_id"] == "session_id"


def test_the_product_is_its_code_and_only_without_one_its_name(tmp_path: Path) -> None:
    columns = [("Customer", "user"), ("Product name", "title"), ("Product code", "code")]
    assert decided(write_log(tmp_path / "a.csv", columns)).roles == {
        "user_id": "Customer",
        "item_id": "Product code",
        "title": "Product name",
    }
    assert decided(write_log(tmp_path / "b.csv", columns[:2])).roles == {"user_id": "Customer", "item_id": "Product name"}


def test_what_cannot_be_told_is_asked(tmp_path: Path) -> None:
    found = decided(write_log(tmp_path / "log.csv", [("a1", "brand"), ("zz", "store")]))
    assert found.questions
