"""A large made-up log with faults planted in known numbers: `python faulty_log.py FILE --rows N` writes FILE and FILE's `.json`, the truth.

Every row is distinct by its time (a row without one by its shopper), so that only the planted copies are duplicates. Faults fall
independently, so some rows have two; the truth counts rows by their set of faults, from which any order of the rules can be checked.
With `--tastes N` every shopper has one of N tastes, and takes four items of five from its own part of the catalogue: something to learn.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

USERS, ITEMS = 500_000, 50_000
ZIPF, ZIPF_SHIFT = 0.9, 20  # popularity of the r-th item: 1 / (r + shift) ** exponent
KINDS, KIND_SHARES = ("view", "cart", "purchase"), (0.8, 0.12, 0.08)
OWN_TASTE = 0.8  # of a shopper's picks, where tastes are planted
COPIES = 0.02  # of the rows; half of them repeat a row of an earlier stretch
FAULTS = {"missing user": 0.001, "unreadable time": 0.001, "missing item": 0.0005, "missing time": 0.0005}
COPY = "exact duplicate"
MISSING_USER, UNREADABLE_TIME, MISSING_ITEM, MISSING_TIME, DUPLICATE = (1 << bit for bit in range(len(FAULTS) + 1))
ROWS_AT_ONCE = 1_000_000
FIRST, LAST = 1_420_070_400, 1_735_689_600  # 2015 to 2024, in seconds since 1970; far enough from today to be no future

Columns = dict[str, NDArray[Any]]


@dataclass
class Truth:
    """What the log of a shop of so many items holds, gathered as it is written. by_faults: rows by their faults, as one bit each in the
    order of `names`.
    """

    items: int = ITEMS
    names: tuple[str, ...] = (*FAULTS, COPY)
    rows: int = 0
    by_faults: NDArray[np.int64] = field(default_factory=lambda: np.zeros(2 ** (len(FAULTS) + 1), dtype=np.int64))
    pairs: list[NDArray[np.int64]] = field(default_factory=list)

    def add(self, rows: Columns) -> None:
        """Take in rows as written."""
        self.rows += len(rows["faults"])
        self.by_faults += np.bincount(rows["faults"], minlength=len(self.by_faults))
        clean = rows["faults"] == 0
        self.pairs.append(np.unique(rows["user"][clean] * self.items + rows["item"][clean]))

    def to_json(self) -> dict[str, Any]:
        """The truth: `by_faults` maps faults, joined by ' + ', to rows."""
        pairs = np.unique(np.concatenate(self.pairs))
        sets = {code: [name for bit, name in enumerate(self.names) if code >> bit & 1] for code in range(len(self.by_faults))}
        return {
            "rows": self.rows,
            "by_faults": {" + ".join(faults): int(self.by_faults[code]) for code, faults in sets.items() if self.by_faults[code]},
            "kept": int(self.by_faults[0]),
            "users": len(np.unique(pairs // self.items)),
            "items": len(np.unique(pairs % self.items)),
            "pairs": len(pairs),
        }


@dataclass(frozen=True)
class Plan:
    """How large the shop is. tastes: how many kinds of taste are planted, 0 for none."""

    users: int = USERS
    items: int = ITEMS
    tastes: int = 0


def write_log(path: Path, rows: int, seed: int = 0, plan: Plan = Plan()) -> dict[str, Any]:
    """Write the log, in stretches nearly in order of time, and the truth beside it once the log is whole. Returns the truth."""
    rng = np.random.Generator(np.random.PCG64(seed))
    draw = _Shop(rng, (LAST - FIRST) // rows, plan)
    truth = Truth(plan.items)
    schema = pa.schema([(name, pa.string()) for name in ("user_id", "item_id", "timestamp", "event")])
    earlier = None
    with pa.csv.CSVWriter(path, schema, write_options=pa.csv.WriteOptions(quoting_style="none")) as file:
        for start in range(0, rows, ROWS_AT_ONCE):
            size = min(ROWS_AT_ONCE, rows - start)
            copies = round(COPIES * size)
            new = draw.rows(start, size - copies)
            again = [_copies(new, copies if earlier is None else copies // 2, rng)]
            again += [] if earlier is None else [_copies(earlier, copies - copies // 2, rng)]
            place = np.concatenate([np.arange(size - copies), rng.integers(0, size - copies, copies)])
            order = np.argsort(place, kind="stable")
            stretch = {name: np.concatenate([new[name], *(part[name] for part in again)])[order] for name in new}
            truth.add(stretch)
            file.write_table(_as_text(stretch, schema))
            earlier = new
    told = truth.to_json()
    path.with_suffix(".json").write_text(json.dumps(told, indent=2), encoding="utf-8")
    return told


class _Shop:
    """Draws rows of shoppers of uneven activity and items of Zipf popularity. seconds: what each row has for itself."""

    def __init__(self, rng: np.random.Generator, seconds: int, plan: Plan) -> None:
        self._rng, self._seconds, self._plan = rng, seconds, plan
        self._popularity = np.cumsum(1 / (np.arange(plan.items) + ZIPF_SHIFT) ** ZIPF)
        self._activity = np.cumsum(rng.gamma(1.0, size=plan.users))
        self._numbers = rng.permutation(plan.items)  # an id says nothing of popularity
        self._without_time = 0

    def rows(self, start: int, size: int) -> Columns:
        """The next rows; `faults` as in Truth.by_faults."""
        rng = self._rng
        user = np.searchsorted(self._activity, rng.random(size) * self._activity[-1])
        popularity = np.searchsorted(self._popularity, rng.random(size) * self._popularity[-1])
        item = self._numbers[self._to_taste(popularity, user) if self._plan.tastes else popularity]
        time = FIRST + (start + np.arange(size)) * self._seconds + rng.integers(0, self._seconds, size)
        kind = rng.choice(len(KINDS), size, p=KIND_SHARES)
        faults = np.zeros(size, dtype=np.int64)
        for bit, share in enumerate(FAULTS.values()):
            faults |= (rng.random(size) < share).astype(np.int64) << bit
        faults[faults & MISSING_TIME > 0] &= ~UNREADABLE_TIME  # a cell cannot be both
        untimed = np.flatnonzero(faults & MISSING_TIME)
        faults[untimed] &= ~MISSING_USER
        user[untimed] = (self._without_time + np.arange(len(untimed))) % self._plan.users
        self._without_time += len(untimed)
        return {"user": user, "item": item, "time": time, "kind": kind, "faults": faults}

    def _to_taste(self, popularity: NDArray[np.int64], user: NDArray[np.int64]) -> NDArray[np.int64]:
        """Four of five picks go to the item of like popularity that is of the shopper's own taste: taste t has every t-th of N."""
        tastes = self._plan.tastes
        own = np.minimum(popularity // tastes * tastes + user % tastes, self._plan.items - 1)
        return np.where(self._rng.random(len(user)) < OWN_TASTE, own, popularity)


def _copies(rows: Columns, count: int, rng: np.random.Generator) -> Columns:
    chosen = rng.integers(0, len(rows["user"]), count)
    return {**{name: values[chosen] for name, values in rows.items()}, "faults": rows["faults"][chosen] | DUPLICATE}


def _as_text(rows: Columns, schema: pa.Schema) -> pa.Table:
    """The cells as the file has them."""

    def cells(values: NDArray[np.int64], missing: int) -> pa.Array:
        return pc.if_else(pa.array(rows["faults"] & missing > 0), "", pa.array(values).cast(pa.string()))

    time = cells(rows["time"], MISSING_TIME)
    odd = pc.binary_join_element_wise(time, "?", "")
    kinds = pa.DictionaryArray.from_arrays(pa.array(rows["kind"], pa.int8()), list(KINDS)).cast(pa.string())
    columns = [
        cells(rows["user"] + 1, MISSING_USER),
        cells(rows["item"] + 1, MISSING_ITEM),
        pc.if_else(pa.array(rows["faults"] & UNREADABLE_TIME > 0), odd, time),
        kinds,
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def main() -> None:
    """Write one log."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("file", type=Path)
    options.add_argument("--rows", type=int, default=20_000_000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--users", type=int, default=USERS)
    options.add_argument("--items", type=int, default=ITEMS)
    options.add_argument("--tastes", type=int, default=0)
    given = options.parse_args()
    write_log(given.file, given.rows, given.seed, Plan(given.users, given.items, given.tastes))


if __name__ == "__main__":
    main()
