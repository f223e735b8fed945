"""Which rows of a log are one order."""

from __future__ import annotations

from pathlib import Path

import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.data.orders import Orders, read_orders
from recsys_core.errors import UnsupportedError


def taken_in(folder: Path, log: str, **choices: object) -> Dataset:
    (folder / "log.csv").write_text(log)
    request = IngestRequest(str(folder / "log.csv"), **choices)  # type: ignore[arg-type]
    return Dataset.open(folder / "datasets" / ingest(request, folder / "datasets").dataset)


def told(dataset: Dataset, orders: Orders) -> list[tuple[str, str]]:
    """(shopper, products) of each order."""
    rows = [orders.items.indices[a:b] for a, b in zip(orders.items.indptr[:-1], orders.items.indptr[1:], strict=True)]
    return [(dataset.user_ids[user], "".join(dataset.item_ids[row])) for user, row in zip(orders.user, rows, strict=True)]


def test_rows_of_one_number_are_an_order_and_orders_come_by_time(tmp_path: Path) -> None:
    log = "user_id,item_id,price,order_id,timestamp\n"
    log += "u1,a,3,x9,2025-03-01 10:00\nu1,b,3,x9,2025-03-01 10:00\nu1,c,3,x2,2025-03-01 09:00\n"
    log += "u2,a,3,x2,2025-01-01 09:00\nu2,a,3,x2,2025-01-01 09:01\n"
    dataset = taken_in(tmp_path, log)
    orders = read_orders(dataset)
    assert told(dataset, orders) == [("u2", "a"), ("u1", "c"), ("u1", "ab")]
    assert orders.items.data.tolist() == [1, 1, 1, 1]
    assert (orders.time[1:] > orders.time[:-1]).all()


def test_without_numbers_an_order_is_a_shoppers_day(tmp_path: Path) -> None:
    log = (
        "user_id,item_id,event,timestamp\nu1,a,purchase,2025-03-01 10:00\nu1,b,purchase,2025-03-01 23:59\nu1,c,purchase,2025-03-02 00:00\n"
    )
    log += "u2,c,purchase,2025-03-01 11:00\nu2,a,view,2025-03-01 11:00\n"
    dataset = taken_in(tmp_path, log)
    assert told(dataset, read_orders(dataset)) == [("u1", "ab"), ("u2", "c"), ("u1", "c")]


def test_ratings_of_a_day_are_no_order(tmp_path: Path) -> None:
    log = "user_id,item_id,rating,timestamp\n" + "".join(f"u{n % 3},i{n},{1 + n % 5},2025-03-0{1 + n % 9}\n" for n in range(30))
    with pytest.raises(UnsupportedError, match="bought together"):
        read_orders(taken_in(tmp_path, log))
    with pytest.raises(UnsupportedError):
        read_orders(taken_in(tmp_path, "user_id,item_id\nu1,a\nu1,b\nu2,a\n"))
