"""Every row is kept, or dropped under the first rule that applies to it."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recsys_core.data.ingest import IngestRequest, IngestResult, ingest
from recsys_core.data.rules import RULES
from recsys_core.data.rules_file import choose_rules
from recsys_core.errors import TooSmallError
from tests.unit.data.conftest import TakeIn

HEADER = "CustomerID,StockCode,InvoiceNo,InvoiceDate,Quantity,UnitPrice\n"
GOOD = ["1,a,536365,2010-12-01 08:26,6,2.55", "2,b,536366,2010-12-01 08:28,1,1.85", "1,b,536367,2010-12-02 09:00,2,1.85"]


def reasons(result: IngestResult) -> dict[str, tuple[int, int]]:
    """{rule: (matched, dropped)}, without rules that matched nothing."""
    return {reason.name: (reason.matched, reason.dropped) for reason in result.reasons if reason.matched}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",a,536368,2010-12-01 08:26,6,2.55", "missing user"),
        ("nan,a,536368,2010-12-01 08:26,6,2.55", "missing user"),
        ("3,  ,536368,2010-12-01 08:26,6,2.55", "missing item"),
        ("3,a,536368,,6,2.55", "missing time"),
        ("3,a,536368,soon,6,2.55", "unreadable time"),
        ("3,a,536368,2010-12-01 08:26,six,2.55", "unreadable number"),
        ("3,a,536368,2010-12-01 08:26,6,?", "unreadable number"),
        ("3,a,C536368,2010-12-01 08:26,6,2.55", "cancelled order"),
        ("3,a,536368,2010-12-01 08:26,0,2.55", "non-positive quantity"),
        ("3,a,536368,2010-12-01 08:26,-6,2.55", "non-positive quantity"),
        ("3,a,536368,2010-12-01 08:26,6,0", "price not above zero"),
        (GOOD[1], "exact duplicate"),
    ],
)
def test_a_bad_row_is_dropped_under_its_reason(take_in: TakeIn, row: str, reason: str) -> None:
    result, dataset = take_in(HEADER + "\n".join([*GOOD, row]) + "\n")
    assert reasons(result) == {reason: (1, 1)}
    assert (result.rows_read, result.rows_kept) == (4, 3)
    assert dataset.events().num_rows == 3


def test_the_first_rule_in_the_list_gets_the_blame(take_in: TakeIn) -> None:
    rows = [*GOOD, ",a,C536368,soon,-6,0", "3,a,C536369,2010-12-01 08:26,-6,0"]
    result, _ = take_in(HEADER + "\n".join(rows))
    assert reasons(result) == {
        "missing user": (1, 1),
        "unreadable time": (1, 0),
        "cancelled order": (2, 1),
        "non-positive quantity": (2, 0),
        "price not above zero": (2, 0),
    }


def test_a_price_or_quantity_that_is_not_there_is_no_fault(take_in: TakeIn) -> None:
    result, _ = take_in(HEADER + "\n".join([*GOOD, "3,a,536368,2010-12-01 08:26,,"]))
    assert result.rows_kept == 4


def test_copies_count_whole_rows_and_the_first_stays(take_in: TakeIn) -> None:
    rows = [GOOD[0], GOOD[1], GOOD[0], GOOD[2], GOOD[0], GOOD[0].replace("2.55", "2.56")]
    result, dataset = take_in(HEADER + "\n".join(rows))
    assert reasons(result) == {"exact duplicate": (2, 2)}
    assert sorted(dataset.events(["row"])["row"].to_pylist()) == [0, 1, 3, 5]


def test_a_row_in_an_extra_column_only_is_no_copy(take_in: TakeIn) -> None:
    result, _ = take_in("user_id,item_id,shop\n1,a,x\n1,a,y\n2,b,x\n")
    assert result.rows_kept == 3


def test_rules_none_drops_only_what_cannot_be_encoded(take_in: TakeIn) -> None:
    rows = [*GOOD, GOOD[0], "3,a,C536368,soon,-6,0", ",a,536368,2010-12-01 08:26,6,2.55", "3,,536368,2010-12-01 08:26,6,2.55"]
    result, dataset = take_in(HEADER + "\n".join(rows), rules="none")
    assert reasons(result) == {"missing user": (1, 1), "missing item": (1, 1)}
    assert dataset.events(["timestamp"])["timestamp"].null_count == 1


def test_a_row_that_is_in_no_part_of_a_given_split_is_dropped_as_such(take_in: TakeIn) -> None:
    result, dataset = take_in("user_id,item_id,split\n1,a,train\n1,b,\n2,a,test\n2,b,train\n", rules="none")
    assert reasons(result)["missing split"] == (1, 1)
    assert (result.rows_kept, result.trains["rows"], dataset.positives.nnz) == (3, 3, 3)


def test_a_rules_file_names_the_rules(take_in: TakeIn, tmp_path: Path) -> None:
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps(["exact duplicate"]))
    result, _ = take_in(HEADER + "\n".join([*GOOD, GOOD[0], "3,a,536368,2010-12-01 08:26,-6,2.55"]), rules=str(rules))
    assert reasons(result) == {"exact duplicate": (1, 1)}


def test_rules_need_their_columns() -> None:
    names = [rule.name for rule in choose_rules("default", ["user_id", "item_id"])]
    always = ["missing user", "missing item", "unreadable number", "non-product code", "exact duplicate", "returned in full"]
    assert names == [*always, "ids spelled alike"]
    on = [rule for rule in RULES if rule.default]
    assert list(choose_rules("default", ["timestamp", "order_id", "quantity", "price", "split"])) == on


def test_a_log_of_which_nothing_is_left_says_why(take_in: TakeIn) -> None:
    with pytest.raises(TooSmallError) as caught:
        take_in("user_id,item_id\n,a\n,b\n1,\n")
    assert str(caught.value).startswith("log.csv: none of its 3 rows can be used; 2 were dropped as 'missing user'.")


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", "1", "2", "nan"]),
        st.sampled_from(["", "a", "b"]),
        st.sampled_from(["1001", "C1001"]),
        st.sampled_from(["", "2026-01-01", "soon"]),
        st.sampled_from(["1", "0", "-1", "many", ""]),
        st.sampled_from(["1.5", "0", "?"]),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_every_row_is_accounted_for(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    kept = [("1", "a", "1001", "2026-01-01", "1", "9.5"), ("2", "b", "1002", "2026-01-01", "1", "9.5")]  # no refund is of these
    frame = pd.DataFrame([*kept, *rows], columns=["user_id", "item_id", "order_id", "timestamp", "quantity", "price"])
    frame.to_csv(tmp_path / "log.csv", index=False)
    shutil.rmtree(tmp_path / "datasets", ignore_errors=True)  # a dataset that is there tells of the file it was made from
    result = ingest(IngestRequest(str(tmp_path / "log.csv")), tmp_path / "datasets")
    assert result.rows_read == len(frame)
    assert result.rows_read == result.rows_kept + sum(reason.dropped for reason in result.reasons)
    assert all(reason.matched >= reason.dropped >= 0 for reason in result.reasons)
    users, items = frame.user_id.isin(["", "nan"]), frame.item_id == ""
    counted = reasons(result)
    assert counted.get("missing user", (0, 0)) == (users.sum(),) * 2
    assert counted.get("missing item", (0, 0)) == (items.sum(), (items & ~users).sum())
    normal = frame.assign(user_id=frame.user_id.replace("nan", ""))
    assert counted.get("exact duplicate", (0, 0))[0] == _copies(normal)


def _copies(frame: pd.DataFrame) -> int:
    """Repeated rows, where an unreadable number or time counts as missing."""
    read = frame.assign(
        quantity=pd.to_numeric(frame.quantity, errors="coerce"),
        price=pd.to_numeric(frame.price, errors="coerce"),
        timestamp=pd.to_datetime(frame.timestamp, errors="coerce"),
    )
    return int(read.duplicated().sum())
