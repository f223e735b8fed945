"""The matrices of a log, written some pairs at a time, say what pandas says of the whole log."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys_core.data import pairs
from recsys_core.data.array_file import new_array
from recsys_core.data.matrices import read_matrix, write_matrices
from recsys_core.data.pairs import NO_PART, NO_TIME, Positives, read_pairs

N_USERS, N_ITEMS, KINDS = 5, 6, ["cart", "view"]
SCHEMA = pa.schema(
    {
        "user": pa.int32(),
        "item": pa.int32(),
        "timestamp": pa.timestamp("us"),
        "event": pa.string(),
        "rating": pa.float64(),
        "seq": pa.int64(),
        "split": pa.string(),
        "row": pa.int64(),
    }
)
EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "user": st.integers(0, N_USERS - 1),
            "item": st.integers(0, N_ITEMS - 1),
            "timestamp": st.none() | st.integers(0, 5),
            "event": st.none() | st.sampled_from(KINDS),
            "rating": st.none() | st.sampled_from([1.0, 4.0, 5.0]),
            "seq": st.none() | st.integers(0, 2),
            "split": st.none() | st.sampled_from(["train", "valid", "test"]),
        }
    ),
    min_size=1,
    max_size=40,
)
POSITIVES = st.builds(
    Positives, st.none() | st.lists(st.sampled_from(KINDS), min_size=1, unique=True).map(tuple), st.none() | st.sampled_from([4.0, 9.0])
)


def in_order(events: list[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(events).assign(row=range(len(events)))
    return frame.sort_values(["user", "item", "timestamp", "seq", "row"], na_position="first", kind="stable")


@settings(deadline=None, max_examples=60)
@given(events=EVENTS, positives=POSITIVES, rows_at_once=st.sampled_from([1, 2, 7, 1000]))
def test_blocks_of_any_size_give_what_the_whole_log_gives(
    tmp_path_factory: pytest.TempPathFactory, events: list[dict[str, object]], positives: Positives, rows_at_once: int
) -> None:
    folder: Path = tmp_path_factory.mktemp("log")
    frame = in_order(events)
    pq.write_table(pa.Table.from_pylist(frame.replace({np.nan: None}).to_dict("records"), SCHEMA), folder / "events.parquet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "ROWS_AT_ONCE", rows_at_once)
        blocks = read_pairs(folder / "events.parquet", KINDS, positives)
        counted = write_matrices(folder / "csr", blocks, N_USERS, N_ITEMS, len(KINDS))

    def array(name: str) -> np.ndarray:
        return np.load(folder / name)

    wanted = frame
    if positives.kinds is not None:
        wanted = wanted[wanted["event"].isin(positives.kinds)]
    if positives.min_rating is not None:
        wanted = wanted[wanted["rating"] >= positives.min_rating]
    for name, some in {"events": frame, "kind-0": frame[frame["event"] == "cart"], "kind-1": frame[frame["event"] == "view"]}.items():
        found = read_matrix(array, name, (N_USERS, N_ITEMS))
        assert (
            found.toarray().tolist()
            == pd.crosstab(some["user"], some["item"])
            .reindex(index=range(N_USERS), columns=range(N_ITEMS), fill_value=0)
            .to_numpy()
            .astype(float)
            .tolist()
        )
    by_pair = wanted.groupby(["user", "item"], sort=True)
    assert read_matrix(array, "positives", (N_USERS, N_ITEMS)).nnz == len(by_pair)
    assert array("csr/positives.indices.npy").tolist() == [item for _, item in by_pair.groups]
    assert array("csr/positives.events.npy").tolist() == by_pair.size().tolist()
    assert counted.rows == len(wanted)
    assert counted.pairs == len(frame.groupby(["user", "item"]))
    assert counted.items_of.tolist() == [sum(user == u for u, _ in by_pair.groups) for user in range(N_USERS)]
    assert counted.users_of.tolist() == [sum(item == i for _, i in by_pair.groups) for item in range(N_ITEMS)]
    parts = {"train": 0, "valid": 1, "test": 2}
    for place, (_, rows) in enumerate(by_pair):
        first = rows.iloc[0]
        for name, column in {"time": "timestamp", "seq": "seq", "row": "row"}.items():
            expected = NO_TIME if pd.isna(first[column]) else int(first[column])
            assert array(f"csr/positives.{name}.npy")[place] == expected
        assert array("csr/positives.part.npy")[place] == min((parts[word] for word in rows["split"].dropna()), default=NO_PART)


@given(stretches=st.lists(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=5), max_size=6))
@settings(deadline=None)
def test_an_array_in_stretches_is_the_file_that_numpy_writes(tmp_path_factory: pytest.TempPathFactory, stretches: list[list[int]]) -> None:
    folder: Path = tmp_path_factory.mktemp("arrays")
    with new_array(folder / "ours.npy", np.int32) as file:
        for stretch in stretches:
            file.extend(np.array(stretch, dtype=np.int64))
    np.save(folder / "numpys.npy", np.array([value for stretch in stretches for value in stretch], dtype=np.int32))
    assert (folder / "ours.npy").read_bytes() == (folder / "numpys.npy").read_bytes()


def test_an_array_that_is_broken_off_is_not_there(tmp_path: Path) -> None:
    def broken() -> None:
        with new_array(tmp_path / "a.npy", np.int32) as file:
            file.extend(np.arange(3))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken()
    assert not list(tmp_path.iterdir())
