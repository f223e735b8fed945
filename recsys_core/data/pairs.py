"""Distinct (user, item) pairs of a dataset's events: how often, which kinds, when first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from recsys_core.data.encoding import BATCH

PARTS: tuple[str, ...] = ("train", "validation", "test")
NO_PART = 3
NO_TIME = np.iinfo(np.int64).min
SPLIT_WORDS: dict[str, int] = {
    **dict.fromkeys(("train", "training"), 0),
    **dict.fromkeys(("validation", "valid", "val", "validate", "dev"), 1),
    **dict.fromkeys(("test", "testing", "holdout"), 2),
}


@dataclass(frozen=True)
class Positives:
    """Which events say that a user wants an item. kinds: event kinds that count, None for all. min_rating: the lowest rating that counts."""

    kinds: tuple[str, ...] | None
    min_rating: float | None


@dataclass(frozen=True)
class Pairs:
    """Pairs sorted by user, then item; all arrays of one length.

    events: events of the pair. kinds: events by kind, one array a kind. positive: positive events.
    time, seq, row: of the first positive event (microseconds since 1970, NO_TIME where unknown; place in the file).
    part: of its positive events the first of train, validation, test (0, 1, 2), NO_PART if none.
    """

    user: NDArray[np.int32]
    item: NDArray[np.int32]
    events: NDArray[np.int32]
    kinds: tuple[NDArray[np.int32], ...]
    positive: NDArray[np.int32]
    time: NDArray[np.int64]
    seq: NDArray[np.int64]
    row: NDArray[np.int64]
    part: NDArray[np.int8]


def collect_pairs(path: Path, kinds: Sequence[str], positives: Positives) -> Pairs:
    """The pairs of an events file, read in blocks."""
    blocks = [_pairs_of(block, kinds, positives) for block in _blocks(path)]
    if not blocks:
        none = np.empty(0, np.int64)
        return Pairs(
            *(none.astype(np.int32),) * 3,
            tuple(none.astype(np.int32) for _ in kinds),
            none.astype(np.int32),
            none,
            none,
            none,
            none.astype(np.int8),
        )
    joined = [np.concatenate([getattr(block, name) for block in blocks]) for name in ("user", "item", "events")]
    by_kind = tuple(np.concatenate([block.kinds[place] for block in blocks]) for place in range(len(kinds)))
    rest = [np.concatenate([getattr(block, name) for block in blocks]) for name in ("positive", "time", "seq", "row", "part")]
    return Pairs(*joined, by_kind, *rest)


def _blocks(path: Path) -> Iterator[pa.Table]:
    """Stretches of the file that end where a pair ends."""
    columns = ["user", "item", "timestamp", "event", "rating", "seq", "split", "row"]
    waiting: pa.Table | None = None
    for batch in pq.ParquetFile(path).iter_batches(batch_size=BATCH, columns=columns):
        table = pa.Table.from_batches([batch])
        table = table if waiting is None else pa.concat_tables([waiting, table])
        start = int(_starts(_ints(table, "user"), _ints(table, "item"))[-1])
        waiting = table.slice(start)
        if start:
            yield table.slice(0, start)
    if waiting is not None and waiting.num_rows:
        yield waiting


def _pairs_of(table: pa.Table, kinds: Sequence[str], positives: Positives) -> Pairs:
    user, item = _ints(table, "user"), _ints(table, "item")
    starts = _starts(user, item)
    code = _codes(table, "event", kinds)
    by_kind = tuple(np.add.reduceat(code == place, starts, dtype=np.int32) for place in range(len(kinds)))
    counts = np.diff(np.append(starts, len(user))).astype(np.int32)
    wanted = np.ones(len(user), dtype=bool)
    if positives.kinds is not None:
        wanted &= np.isin(code, [kinds.index(kind) for kind in positives.kinds])
    if positives.min_rating is not None:
        ratings = pc.fill_null(table["rating"], -np.inf).to_numpy()
        wanted &= ratings >= positives.min_rating
    positive = np.add.reduceat(wanted, starts, dtype=np.int32)
    pair = np.repeat(np.arange(len(starts)), counts)[wanted]
    time = np.full(len(starts), NO_TIME)
    seq, row = np.zeros_like(time), np.zeros_like(time)
    part = np.full(len(starts), NO_PART, dtype=np.int8)
    if len(pair):
        first = np.flatnonzero(np.r_[True, pair[1:] != pair[:-1]])
        times = _ints(table, "timestamp", NO_TIME)[wanted]
        places = _ints(table, "seq", NO_TIME)[wanted]
        rows = _ints(table, "row")[wanted]
        parts = np.append(np.array([SPLIT_WORDS[word] for word in SPLIT_WORDS], dtype=np.int8), np.int8(NO_PART))
        split = parts[_codes(table, "split", list(SPLIT_WORDS))[wanted]]
        has = pair[first]
        time[has], seq[has] = times[first], places[first]
        tied = (times == time[pair]) & (places == seq[pair])
        row[has] = np.minimum.reduceat(np.where(tied, rows, np.iinfo(np.int64).max), first)
        part[has] = np.minimum.reduceat(split, first)
    return Pairs(user[starts], item[starts], counts, by_kind, positive, time, seq, row, part)


def _starts(user: NDArray[np.int32], item: NDArray[np.int32]) -> NDArray[np.intp]:
    return np.flatnonzero(np.r_[True, (user[1:] != user[:-1]) | (item[1:] != item[:-1])])


def _ints(table: pa.Table, name: str, missing: int = 0) -> NDArray[np.int64]:
    column = table[name]
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    if column.null_count:
        column = pc.fill_null(column, missing)
    values: NDArray[np.int64] = column.to_numpy()
    return values


def _codes(table: pa.Table, name: str, words: Sequence[str]) -> NDArray[np.int64]:
    """The place of each value in `words`, -1 where it is none of them."""
    found = pc.index_in(table[name], value_set=pa.array(list(words), pa.string()))
    codes: NDArray[np.int64] = pc.fill_null(found, -1).to_numpy()
    return codes
