"""From figures a shopper and seed to what may be said: groups, intervals, several looks corrected for, sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recsys_core.evaluation.intervals import holm
from recsys_core.synthesis.augmenting.differences import Pairs
from recsys_core.synthesis.augmenting.result import ACTIVITY, ALL, HELPS, HURTS, SEGMENT, TAIL, UNCLEAR, Finding
from recsys_core.synthesis.augmenting.trial import Histories

Floats = NDArray[np.float64]
CLEAR = 0.05
FEW = 5  # products: the "few purchases", where anybody has so few
FEWEST = 20  # shoppers in a group
MOST_SEGMENTS = 8


@dataclass(frozen=True)
class Measured:
    """One model in one seed. users: int64 [n]. real, synthetic, fused: [n, 2], the metric with all to be found and with the tail alone."""

    users: NDArray[np.int64]
    real: Floats
    synthetic: Floats
    fused: Floats


def findings(measured: Mapping[str, Sequence[Measured]], histories: Histories) -> tuple[Finding, ...]:
    """By model, all shoppers first. Holm's correction is over the models' answers for all shoppers, and over those for groups apart."""
    users = np.unique(np.concatenate([one.users for each in measured.values() for one in each]))
    looks = list(_groups(histories, users))
    rows = [
        row
        for model, seeds in measured.items()
        for kind, words, kept in looks
        if (row := _finding(model, kind, words, seeds, kept)) is not None
    ]
    families = [[row.kind == ALL for row in rows], [row.kind != ALL for row in rows]]
    for family in families:
        places = [place for place, inside in enumerate(family) if inside]
        for place, p in zip(places, holm([rows[place].p for place in places]).tolist(), strict=True):
            row = rows[place]
            verdict = UNCLEAR if p >= CLEAR else HELPS if row.difference > 0 else HURTS
            rows[place] = replace(row, p=p, verdict=verdict)
    return tuple(rows)


def sentences(rows: Sequence[Finding], weights: Mapping[str, Sequence[float]]) -> tuple[str, ...]:
    """One a model. weights: model -> the weight of each seed."""
    return tuple(f"{model}: {_sentence([row for row in rows if row.model == model], chosen)}" for model, chosen in weights.items() if rows)


def _sentence(rows: list[Finding], weights: Sequence[float]) -> str:
    if not any(weights):
        return (
            "no clear difference. Validation chose weight 0 in every seed: with synthetic shoppers it found no more than without, so none"
            " were added."
        )
    whole = next(row for row in rows if row.kind == ALL)
    groups = [row for row in rows if row.kind != ALL]
    clear = [row for row in groups if row.verdict != UNCLEAR]
    told = (
        f"{_helped(whole.verdict)} shoppers by {_amount(whole)}"
        if whole.verdict != UNCLEAR
        else f"no clear difference for all shoppers together ({_signed(whole)})"
    )
    parts = [f"{_helped(row.verdict)} {row.group} by {_amount(row)}" for row in clear]
    rest = [] if len(clear) == len(groups) else ["no clear difference for " + ("the other groups" if clear else "any group by itself")]
    none = sum(weight == 0 for weight in weights)
    return "; ".join([told, *parts, *rest]) + "." + (f" In {none} of {len(weights)} seeds validation chose to add none." if none else "")


def _helped(verdict: str) -> str:
    return "helped" if verdict == HELPS else "hurt"


def _amount(row: Finding) -> str:
    return f"{abs(row.gain):.1%} ± {100 * (row.gain_high - row.gain_low) / 2:.1f}".replace("%", " %")


def _signed(row: Finding) -> str:
    return f"{'+' if row.gain >= 0 else '−'}{_amount(row)}"


def _finding(model: str, kind: str, words: str, seeds: Sequence[Measured], kept: NDArray[np.bool_]) -> Finding | None:
    column = 1 if kind == TAIL else 0
    tests, alone = [], []
    for seed in seeds:
        rows = kept[seed.users] & ~np.isnan(seed.real[:, column])
        tests.append((seed.users[rows], seed.real[rows, column], seed.fused[rows, column]))
        alone.append(seed.synthetic[rows, column])
    users = np.unique(np.concatenate([test[0] for test in tests]))
    if len(users) < (2 if kind == ALL else FEWEST):
        return None
    pairs = Pairs.of(tests)
    real, fused = pairs.means()
    difference, gain = pairs.difference(), pairs.gain()
    synthetic = float(np.mean([each.mean() for each in alone if len(each)]))
    spread = (difference.value, difference.low, difference.high, gain.value, gain.low, gain.high, difference.p)
    return Finding(model, kind, words, len(users), real, synthetic, fused, *spread, UNCLEAR)


def _groups(histories: Histories, users: NDArray[np.int64]) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """(kind, in words, bool [all users]) of every look. users: who is tested in any seed."""
    everybody = np.ones(histories.known.shape[0], np.bool_)
    yield ALL, "all shoppers", everybody
    lengths = np.diff(histories.known.indptr)
    low, high = _edges(lengths[users])
    if low > 1:
        yield ACTIVITY, f"shoppers with fewer than {low} products", lengths < low
    if high > low:
        yield (
            ACTIVITY,
            f"shoppers with {low} to {high - 1} products" if low > 1 else f"shoppers with fewer than {high} products",
            (lengths >= low) & (lengths < high),
        )
    yield ACTIVITY, f"shoppers with {max(low, high)} products or more", lengths >= max(low, high)
    yield TAIL, "the search for rare products", everybody
    sizes = np.bincount(histories.segment[users][histories.segment[users] >= 0], minlength=len(histories.segments))
    for place in np.argsort(-sizes, kind="stable")[:MOST_SEGMENTS]:
        if sizes[place] >= FEWEST:
            yield SEGMENT, f"the segment “{histories.segments[place]}”", histories.segment == place


def _edges(lengths: NDArray[np.integer]) -> tuple[int, int]:
    """Where shoppers with few and with many products begin to differ: thirds of them, the first at FEW where enough have fewer."""
    low, high = (int(edge) for edge in np.quantile(lengths, [1 / 3, 2 / 3]))
    if (lengths < FEW).sum() >= max(FEWEST, 0.05 * len(lengths)):
        low = FEW
    return max(low, 1), max(high, low, 1)
