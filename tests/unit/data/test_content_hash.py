"""The same content has the same name, however it comes; other content another."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys_core.data.content_hash import ID_DIGITS, TableHasher, dataset_id

TEXTS = st.lists(st.one_of(st.none(), st.text(max_size=5)), max_size=30)


def digest(*batches: pa.Table) -> str:
    hasher = TableHasher()
    for batch in batches:
        hasher.update(batch)
    return hasher.hexdigest()


@settings(deadline=None)
@given(TEXTS, st.integers(0, 30))
def test_where_a_batch_ends_does_not_matter(texts: list[str | None], cut: int) -> None:
    whole = pa.table({"text": pa.array(texts, pa.string()), "n": pa.array(range(len(texts)), pa.int32())})
    assert digest(whole) == digest(whole.slice(0, cut), whole.slice(cut))


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_different_columns_differ(one: list[str | None], other: list[str | None]) -> None:
    same = digest(pa.table({"text": pa.array(one, pa.string())})) == digest(pa.table({"text": pa.array(other, pa.string())}))
    assert same == (one == other)


def test_the_storage_type_of_a_number_or_text_does_not_matter() -> None:
    small = pa.table({"n": pa.array([1, None, 3], pa.int32()), "t": pa.array(["a", None, "b"], pa.string())})
    large = pa.table({"n": pa.array([1, None, 3], pa.int64()), "t": pa.array(["a", None, "b"], pa.large_string())})
    assert digest(small) == digest(large)


def test_missing_is_not_zero_and_not_empty() -> None:
    assert digest(pa.table({"n": pa.array([0.0, None])})) != digest(pa.table({"n": pa.array([None, 0.0])}))
    assert digest(pa.table({"t": pa.array(["", None])})) != digest(pa.table({"t": pa.array([None, ""])}))


def test_columns_are_known_by_name_and_not_by_place() -> None:
    one, other = pa.array([1, 2]), pa.array([3, 4])
    assert digest(pa.table({"a": one, "b": other})) == digest(pa.table({"b": other, "a": one}))
    assert digest(pa.table({"a": one, "b": other})) != digest(pa.table({"a": other, "b": one}))


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_are_hashed_in_microseconds(unit: str) -> None:
    moment = np.array(["2010-12-01T08:26:00"], dtype=f"datetime64[{unit}]")
    assert digest(pa.table({"t": pa.array(moment)})) == digest(pa.table({"t": pa.array(moment.astype("datetime64[us]"))}))


def test_an_id_follows_tables_and_choices() -> None:
    id = dataset_id({"events": "ab"}, {"rules": ["missing user"]})
    assert len(id) == ID_DIGITS
    assert id == dataset_id({"events": "ab"}, {"rules": ["missing user"]})
    assert id != dataset_id({"events": "ac"}, {"rules": ["missing user"]})
    assert id != dataset_id({"events": "ab"}, {"rules": []})
