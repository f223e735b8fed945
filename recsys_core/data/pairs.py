"""Distinct (user, item) pairs of a dataset's events: how often, which kinds, when first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

ROWS_AT_ONCE = 131_072
NO_TIME = int(np.iinfo(np.int64).min)
PARTS: tuple[str, ...] = ("train", "validation", "test")
NO_PART = len(PARTS)
SPLIT_WORDS: dict[str, int] = {
    **dict.fromkeys(("train", "training"), 0),
    **dict.fromkeys(("validation", "valid", "val", "validate", "dev"), 1),
    **dict.fromkeys(("test", "testing", "holdout"), 2),
}
_COLUMNS = ["user", "item", "timestamp", "event", "rating", "seq", "split", "row"]


@dataclass(frozen=True)
class Positives:
    """Which events say that a user wants an item. kinds: that count, None for all. min_rating: the lowest that counts, None for any."""

    kinds: tuple[str, ...] | None
    min_rating: float | None


@dataclass(frozen=True)
class Pairs:
    """Pairs sorted by user, then item; all arrays of one length.

    events: events of the pair. kinds: (kinds, pairs) events by kind. positive: positive events.
    time, seq, row: of the first positive event (microseconds since 1970, NO_TIME where unknown; place in the file).
    part: of its positive events the first of train, validation, test (0, 1, 2), NO_PART if none.
    """

    user: NDArray[np.int32]
    item: NDArray[np.int32]
    events: NDArray[np.int32]
    kinds: NDArray[np.int32]
    positive: NDArray[np.int32]
    time: NDArray[np.int64]
    seq: NDArray[np.int64]
    row: NDArray[np.int64]
    part: NDArray[np.int8]


def read_pairs(path: Path, kinds: Sequence[str], positives: Positives) -> Iterator[Pairs]:
    """The pairs of an events file, sorted as `encoding.write_events` leaves them, some at a time: all of them may not fit into memory."""
    return (_pairs_of(block, kinds, positives) for block in _blocks(path))


def _blocks(path: Path) -> Iterator[pa.Table]:
    """Stretches of the file that end where a pair ends."""
    waiting: pa.Table | None = None
    for batch in pq.ParquetFile(path).iter_batches(batch_size=ROWS_AT_ONCE, columns=_COLUMNS):
        table = pa.Table.from_batches([batch])
        table = table if waiting is None else pa.concat_tables([waiting, table])
        last = int(_starts(_values(table, "user"), _values(table, "item"))[-1])
        waiting = table.slice(last)
        if last:
            yield table.slice(0, last)
    if waiting is not None:
        yield waiting


def _pairs_of(table: pa.Table, kinds: Sequence[str], positives: Positives) -> Pairs:
    user, item = _values(table, "user"), _values(table, "item")
    starts = _starts(user, item)
    counts = np.diff(np.append(starts, len(user)))
    kind = _places(table, "event", kinds)
    wanted = _wanted(table, kind, kinds, positives)
    by_kind = [np.add.reduceat(kind == place, starts, dtype=np.int32) for place in range(len(kinds))]
    first = _first_positives(table, np.repeat(np.arange(len(starts)), counts), wanted, len(starts))
    return Pairs(
        user=user[starts].astype(np.int32),
        item=item[starts].astype(np.int32),
        events=counts.astype(np.int32),
        kinds=np.stack(by_kind) if by_kind else np.empty((0, len(starts)), dtype=np.int32),
        positive=np.add.reduceat(wanted, starts, dtype=np.int32),
        **first,
    )


def _wanted(table: pa.Table, kind: NDArray[np.int64], kinds: Sequence[str], positives: Positives) -> NDArray[np.bool_]:
    """Which rows are positive."""
    wanted = np.ones(table.num_rows, dtype=bool)
    if positives.kinds is not None:
        wanted &= np.isin(kind, [kinds.index(name) for name in positives.kinds])
    if positives.min_rating is not None:
        wanted &= _values(table, "rating", -np.inf) >= positives.min_rating
    return wanted


def _first_positives(table: pa.Table, pair: NDArray[np.intp], wanted: NDArray[np.bool_], n_pairs: int) -> dict[str, NDArray[Any]]:
    """time, seq, row and part of each pair. pair: of each row, ascending."""
    time = np.full(n_pairs, NO_TIME)
    seq, row = np.zeros_like(time), np.zeros_like(time)
    part = np.full(n_pairs, NO_PART, dtype=np.int8)
    pair = pair[wanted]
    if len(pair):
        starts = _starts(pair, pair)
        has = pair[starts]
        times, places, rows = (_values(table, name, NO_TIME)[wanted] for name in ("timestamp", "seq", "row"))
        time[has], seq[has] = times[starts], places[starts]  # a pair's rows are sorted by time, then place; not by row
        tied = (times == time[pair]) & (places == seq[pair])
        row[has] = np.minimum.reduceat(np.where(tied, rows, np.iinfo(np.int64).max), starts)
        codes = np.append(np.array(list(SPLIT_WORDS.values()), dtype=np.int8), np.int8(NO_PART))  # the last for 'none of them', -1
        part[has] = np.minimum.reduceat(codes[_places(table, "split", list(SPLIT_WORDS))[wanted]], starts)
    return {"time": time, "seq": seq, "row": row, "part": part}


def _starts(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.intp]:
    """Where a run of equal pairs of values starts."""
    return np.flatnonzero(np.r_[True, (one[1:] != one[:-1]) | (other[1:] != other[:-1])])


def _values(table: pa.Table, name: str, missing: float = 0) -> NDArray[Any]:
    column = table[name]
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    values: NDArray[Any] = (pc.fill_null(column, missing) if column.null_count else column).to_numpy()
    return values


def _places(table: pa.Table, name: str, words: Sequence[str]) -> NDArray[np.int64]:
    """The place of each value in `words`, -1 where it is none of them."""
    found = pc.index_in(table[name], value_set=pa.array(list(words), pa.string()))
    places: NDArray[np.int64] = pc.fill_null(found, -1).to_numpy()
    return places
