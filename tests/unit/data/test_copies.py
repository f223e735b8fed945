"""Repeated rows are found as pandas finds them, in a log of any size."""

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys_core.data import copies
from recsys_core.data.copies import find_copies

CELLS = st.none() | st.sampled_from(["a", "b", ""])
LOGS = st.lists(st.tuples(CELLS, CELLS, st.none() | st.integers(0, 2)), max_size=30)


def copies_in(log: pd.DataFrame) -> list[int]:
    with duckdb.connect() as engine:
        engine.execute("CREATE TABLE log (one VARCHAR, two VARCHAR, three BIGINT)")
        engine.execute("CREATE TABLE copies (row BIGINT)")
        if len(log):
            engine.executemany("INSERT INTO log VALUES (?, ?, ?)", log.to_numpy(dtype=object, na_value=None).tolist())
        find_copies(engine, ["one", "two", "three"])
        return [row for (row,) in engine.execute("SELECT row FROM copies ORDER BY row").fetchall()]


@pytest.mark.parametrize("at_once", [1, 4, 1 << 25])
@settings(deadline=None, max_examples=25)
@given(rows=LOGS)
def test_a_row_is_a_copy_where_an_earlier_one_is_the_same(rows: list[tuple[object, ...]], at_once: int) -> None:
    log = pd.DataFrame(rows, columns=["one", "two", "three"], dtype=object)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(copies, "HASHES_AT_ONCE", at_once)
        assert copies_in(log) == log.index[log.duplicated()].tolist()


def test_one_hash_for_two_rows_makes_no_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "_hash_of", lambda columns: "CAST(7 AS UBIGINT)")
    log = pd.DataFrame([("a", "b", 1), ("a", "b", 2), ("a", "b", 1)], columns=["one", "two", "three"], dtype=object)
    assert copies_in(log) == [2]
