"""A line that says who a shopper is."""

from pathlib import Path

import numpy as np
import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.profiles.groups import ItemGroups
from recsys_core.profiles.shopper import describe_shopper, price_in_words

NONE = ItemGroups(np.full(3, -1, dtype=np.int32), [], "none")


def taken_in(folder: Path, log: str, currency: str | None = None) -> Dataset:
    (folder / "log.csv").write_text(log)
    request = IngestRequest(str(folder / "log.csv"), currency=currency)
    return Dataset.open(folder / "datasets" / ingest(request, folder / "datasets").dataset)


def test_a_shopper_has_a_group_a_price_and_orders(tmp_path: Path) -> None:
    log = "user_id,item_id,price,invoice\n7,a,3,x1\n7,b,3.02,x1\n7,c,90,x2\n8,a,3,x3\n9,c,90,x4\n"
    dataset = taken_in(tmp_path, log, currency="£")
    groups = ItemGroups(np.array([1, 1, 0], dtype=np.int32), ["Bags", "Christmas décor"], "clusters")
    line = describe_shopper(dataset, groups, 0)
    assert line.text == "7 · Christmas décor · about £3 an item · 2 orders"
    assert (line.top_group, line.orders, line.products) == ("Christmas décor", 2, 3)
    assert describe_shopper(dataset, groups, 1).text == "8 · Christmas décor · about £3 an item · 1 order"


def test_the_group_is_the_one_that_sets_a_shopper_apart(tmp_path: Path) -> None:
    rows = [f"u{user},common{item}" for user in range(9) for item in range(3)] + ["u0,special0", "u0,special1"]
    dataset = taken_in(tmp_path, "user_id,item_id\n" + "\n".join(rows))
    groups = ItemGroups(np.array([0, 0, 0, 1, 1], dtype=np.int32), ["Common", "Special"], "clusters")
    assert describe_shopper(dataset, groups, 0).top_group == "Special"
    assert describe_shopper(dataset, groups, 1).top_group == "Common"


def test_what_is_not_known_is_left_out(tmp_path: Path) -> None:
    dataset = taken_in(tmp_path, "user_id,item_id,rating\n7,a,3\n7,b,4\n7,c,5\n8,a,1\n")
    assert describe_shopper(dataset, NONE, 0).text == "7 · 3 products"
    assert describe_shopper(dataset, NONE, 1).text == "8 · 1 product"


def test_a_shopper_without_positives_is_described_too(tmp_path: Path) -> None:
    dataset = taken_in(tmp_path, "user_id,item_id,event\n7,a,purchase\n7,b,purchase\n7,c,view\n8,a,view\n")
    line = describe_shopper(dataset, NONE, 1)
    assert (line.text, line.products, line.typical_price) == ("8 · 0 products", 0, None)


@pytest.mark.parametrize(
    ("price", "words"), [(3.0, "£3"), (2.96, "£3"), (1.65, "£1.65"), (0.42, "£0.42"), (12.4, "£12"), (1234.5, "£1,234"), (0.004, "£0.004")]
)
def test_prices_are_said_as_people_say_them(price: float, words: str) -> None:
    assert price_in_words(price, "£") == words
    assert price_in_words(price, None) == words[1:]
