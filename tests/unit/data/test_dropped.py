"""Every row that was dropped can be seen again, as it was found, under the reason why."""

import pyarrow as pa
import pytest

from recsys_core.data.dropped import dropped_schema, read_dropped
from recsys_core.errors import NotFoundError
from tests.unit.data.conftest import TakeIn

LOG = """Customer,StockCode,InvoiceDate,Quantity,reason
1,a,2026-01-01,6,gift
,b,2026-01-02,2,
2,b,soon,2,x
2,a,2026-01-02,six,x
2,b,2026-01-03,1.50,x
1,a,2026-01-01,6,gift
,c,never,-1,=1+1
"""
ROLES = {"user_id": "Customer"}


def test_dropped_rows_keep_their_place_and_their_cells(take_in: TakeIn) -> None:
    _, dataset = take_in(LOG, roles=ROLES)
    rows = pa.Table.from_batches(read_dropped(dataset.folder)).to_pylist()
    assert [(row["row"], row["reason"]) for row in rows] == [
        (2, "missing user"),
        (3, "unreadable time"),
        (4, "unreadable number"),
        (6, "exact duplicate"),
        (7, "missing user"),
    ]
    assert [row["InvoiceDate"] for row in rows] == ["2026-01-02 00:00:00", "soon", "2026-01-02 00:00:00", "2026-01-01 00:00:00", "never"]
    assert [row["Quantity"] for row in rows] == ["2", "2", "six", "6", "-1"]
    assert rows[-1]["Customer"] is None
    assert rows[-1]["reason (2)"] == "=1+1"


def test_the_rows_of_one_reason_alone(take_in: TakeIn) -> None:
    _, dataset = take_in(LOG, roles=ROLES)
    assert [row for batch in read_dropped(dataset.folder, "missing user") for row in batch["row"].to_pylist()] == [2, 7]
    with pytest.raises(NotFoundError, match="No row was dropped as 'shoes'"):
        list(read_dropped(dataset.folder, "shoes"))


def test_the_summary_shows_the_first_few_of_each_reason(take_in: TakeIn) -> None:
    rows = "\n".join(["1,a,2026-01-01", "2,b,2026-01-01", *(f",x{n},2026-01-01" for n in range(9))])
    _, dataset = take_in(f"user_id,item_id,timestamp\n{rows}\n")
    shown = {reason["name"]: reason["examples"] for reason in dataset.summary["reasons"]}
    assert [example["row"] for example in shown["missing user"]] == [3, 4, 5, 6, 7]
    assert shown["missing user"][0]["cells"] == {"user_id": None, "item_id": "x0", "timestamp": "2026-01-01 00:00:00"}
    assert shown["missing item"] == []


def test_a_clean_log_has_an_empty_file_with_its_columns(take_in: TakeIn) -> None:
    _, dataset = take_in("user_id,item_id\n1,a\n2,b\n")
    assert dropped_schema(dataset.folder).names == ["row", "reason", "user_id", "item_id"]
    assert sum(batch.num_rows for batch in read_dropped(dataset.folder)) == 0


def test_what_is_hidden_of_persons_is_hidden_among_the_dropped_too(take_in: TakeIn) -> None:
    rows = "\n".join(f"u{n % 4},i{n % 3},person{n}@example.com" for n in range(40))
    _, dataset = take_in(f"user_id,item_id,email\n{rows}\n,i1,person99@example.com\n")
    told = str(pa.Table.from_batches(read_dropped(dataset.folder)).to_pylist()) + str(dataset.summary) + str(dataset.events().to_pylist())
    assert "missing user" in told
    assert "@example.com" not in told
