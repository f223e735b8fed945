"""What is said of each synthetic shopper, and who stays for a position of the slider. Light: pages read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import InputError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
EXAMPLES = 5
FEWEST = 20  # real, or synthetic, shoppers: fewer are not judged
PREFIX = "synthetic-"  # shopper k is called so, and then k + 1
NATURAL = "natural"  # in place of a share: where the slider stands at first


@dataclass(frozen=True)
class Reason:
    """Why a shopper is dropped. group: "invalid", "too close", "too far" or "less real"."""

    id: str
    group: str
    words: str


INVALID, CLOSE, FAR, LESS_REAL = "invalid", "too close", "too far", "less real"
KEPT = Reason("kept", "", "It passes every rule.")
REASONS: tuple[Reason, ...] = (
    KEPT,
    Reason("no-product", INVALID, "It has no product."),
    Reason("unknown-product", INVALID, "It has a product that the real log has not."),
    Reason("repeats", INVALID, "It repeats one product far more often than any real shopper does."),
    Reason("attributes", INVALID, "A product's attributes are not those that the real log gives it."),
    Reason("price", INVALID, "A price lies outside of what the product ever cost."),
    Reason("several", INVALID, "What a shopper has one of in the real log, such as a segment, differs between its rows."),
    Reason("times", INVALID, "An event lies outside of the real log's days, or has no time."),
    Reason("kinds", INVALID, "The kinds of event of a product come in an order that the real log never has."),
    Reason("too-close", CLOSE, "It is nearly a copy: closer to a real shopper than 99 of 100 real shoppers are to the next."),
    Reason("too-far", FAR, "It is like nobody: further from every real shopper than 99 of 100 real shoppers are from the next."),
)
SLIDER = Reason("less-real", LESS_REAL, "It passes every rule, but others score higher: the slider's share is full.")
NUMBER = {reason.id: place for place, reason in enumerate(REASONS)}


@dataclass(frozen=True)
class Marks:
    """Of n shoppers, in the order of the set's `drawn`; shopper k is "synthetic-{k+1}".

    realism: float64 [n], 0 to 1: the chance that it is real, as a critic finds who was not trained on it.
    nearest: float64 [n], Jaccard similarity to the nearest real shopper, nearest_user: int32 [n], who that is (the dataset's number; -1
    nobody has a product in common). too_close, too_far, invalid: bool [n]. reason: int8 [n], the first rule it breaks, by number of
    REASONS; 0: none. score: float64 [n], 0 to 1, what the slider orders by.
    """

    realism: Floats
    nearest: Floats
    nearest_user: NDArray[np.int32]
    too_close: Flags
    too_far: Flags
    invalid: Flags
    reason: NDArray[np.int8]
    score: Floats

    def __len__(self) -> int:
        return len(self.realism)

    @property
    def passes(self) -> Flags:
        """Who breaks no rule, bool [n]."""
        return np.asarray(self.reason == 0)


@dataclass(frozen=True)
class Dropped:
    """How many were dropped for one reason. examples: the first few, by place."""

    reason: Reason
    shoppers: int
    examples: tuple[int, ...]

    def told(self) -> dict[str, Any]:
        """As JSON's own types, examples by id."""
        return {**vars(self.reason), "shoppers": self.shoppers, "examples": [f"{PREFIX}{place + 1}" for place in self.examples]}


def kept(marks: Marks, keep: float) -> Flags:
    """Who stays: of the shoppers that pass every rule, the share `keep` with the highest score (ties by place), at least one; bool [n].

    keep: above 0, at most 1. A smaller share keeps nobody whom a larger one drops. Raises InputError for any other.
    """
    check_keep(keep)
    rows = np.flatnonzero(marks.passes)
    best = rows[np.lexsort([rows, -marks.score[rows]])]
    chosen = np.zeros(len(marks), np.bool_)
    chosen[best[: max(1, round(keep * len(best)))]] = True
    return chosen


def check_keep(keep: float) -> None:
    """Raises InputError for a share not in (0, 1]."""
    if not 0 < keep <= 1:
        raise InputError(f"The share to keep is {keep:g}.", "Give one above 0 and at most 1, such as .8.")


def dropped(marks: Marks, keep: float) -> tuple[Dropped, ...]:
    """Every reason for which somebody is dropped at this position of the slider, the rules' first; each shopper counts once."""
    found = []
    for number, reason in enumerate(REASONS):
        if number:
            found.append(_dropped(reason, np.flatnonzero(marks.reason == number)))
    found.append(_dropped(SLIDER, np.flatnonzero(marks.passes & ~kept(marks, keep))))
    return tuple(each for each in found if each.shoppers)


def _dropped(reason: Reason, rows: NDArray[np.int64]) -> Dropped:
    return Dropped(reason, len(rows), tuple(int(row) for row in rows[:EXAMPLES]))


def natural_keep(marks: Marks, realism: float) -> float:
    """Where the slider stands at first: the share of those passing whose realism is at least this one."""
    among = marks.realism[marks.passes]
    return max(float((among >= realism).mean()), 1 / len(among)) if len(among) else 1.0
