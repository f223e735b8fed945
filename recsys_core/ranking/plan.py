"""What a kernel needs to rank: a plan of arrays, made from a scenario elsewhere; and what it gives back, a listing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntFlag
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import InputError

NEAREST, SET_WISE = "nearest", "set-wise"
ENGINES = (NEAREST, SET_WISE)
JITTER = 3e-5
"""epsilon of S <- (1 - epsilon) S + epsilon I: keeps the set-wise engine defined for twins and for more places than dimensions."""
SMOOTHING = 0.01
"""alpha of q~ = (1 - alpha) q + alpha p (Steck 2018, Calibrated Recommendations)."""


class Flag(IntFlag):
    """What is particular about a place of a list; WINDOW, CAP and MINIMUM say which rule had to give way there."""

    PINNED = 1
    SOFT = 2
    RESERVED = 4
    WINDOW = 8
    CAP = 16
    MINIMUM = 32
    FALLBACK = 64


class Term(NamedTuple):
    """One named part of what an item is worth to everybody: float32 [A, items] or [1, items]."""

    name: str
    values: NDArray[np.float32]


class Reserved(NamedTuple):
    """At least `least` places of a list from `mask`, bool [items]."""

    name: str
    mask: NDArray[np.bool_]
    least: int


class Cap(NamedTuple):
    """At most `most` items of one code (int32 [items], -1 = free) in any `window` consecutive places; 0 is the whole list."""

    name: str
    codes: NDArray[np.int32]
    most: int
    window: int = 0


class Exposure(NamedTuple):
    """Whole-catalogue mode: adds strength * (target share - share so far) for the item's code (int32 [items], -1 = none).

    The share is of all places of the lists before, weighted by 1/log2(place + 1); users go in index order.
    """

    strength: float
    codes: NDArray[np.int32]
    target: NDArray[np.float32]


@dataclass(frozen=True)
class Plan:
    """How to rank the pools of U users over a catalogue of `items` (guides/studio.md §6.1); arrays only, made canonical here.

    k: places of a list. trade_off: float32 [U], lambda, 0 relevance to 1 variety. static: float32 [A, items], the sum of `terms`, what
    an item is worth to each audience beside its relevance. audience: int32 [U]. eligible: bool [A, items]; never relaxed.
    engine: "nearest" (MMR) or "set-wise" (DPP). window: how many places around one count for variety; 0 is the whole list.
    balance: gamma; mix: csr float32 [U, G], each row sums to 1 or is empty; group: int32 [items], -1 none.
    personal: float32 [U, C], added to the candidates of a pool, or None. pins, soft_pins: int32 [A, k], an item or -1; an item pinned
    twice keeps its first place. min_distinct: how many groups a list must show.
    Raises InputError for a setting out of range, ValueError for arrays that do not fit together.
    """

    k: int
    trade_off: NDArray[np.float32]
    static: NDArray[np.float32]
    audience: NDArray[np.int32]
    eligible: NDArray[np.bool_]
    engine: str = NEAREST
    window: int = 0
    balance: float = 0.0
    mix: sparse.csr_matrix | None = None
    group: NDArray[np.int32] | None = None
    terms: tuple[Term, ...] = ()
    personal: NDArray[np.float32] | None = None
    pins: NDArray[np.int32] | None = None
    soft_pins: NDArray[np.int32] | None = None
    reserved: tuple[Reserved, ...] = ()
    min_distinct: int = 0
    caps: tuple[Cap, ...] = ()
    exposure: Exposure | None = None

    def __post_init__(self) -> None:
        for name, kind in _ARRAYS.items():
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, own_array(value, kind))
        self._check_settings()
        self._check_shapes()

    @property
    def n_items(self) -> int:
        """Items of the catalogue."""
        return int(self.static.shape[1])

    @property
    def needs_vectors(self) -> bool:
        """Whether any list is to be varied."""
        return bool((self.trade_off > 0).any())

    def of(self, users: NDArray[np.integer]) -> Plan:
        """The plan of some of its users: indices [n]."""
        mix = None if self.mix is None else self.mix[users]
        personal = None if self.personal is None else self.personal[users]
        return replace(self, trade_off=self.trade_off[users], audience=self.audience[users], mix=mix, personal=personal)

    def _check_settings(self) -> None:
        if self.k < 1:
            raise InputError(f"The length of a list is {self.k}.", "Use a whole number of at least 1.")
        if self.engine not in ENGINES:
            raise InputError(f"There is no engine '{self.engine}'.", f"Use one of {', '.join(ENGINES)}.")
        for cap in self.caps:
            if cap.most < 1:
                raise InputError(f"The cap '{cap.name}' allows {cap.most}.", "Use at least 1, or exclude the products instead.")
        if self.trade_off.size and not (self.trade_off.min() >= 0 and self.trade_off.max() <= 1):
            raise InputError("A trade-off is outside 0 to 1.", "Use 0 (relevance) to 1 (variety).")

    def _check_shapes(self) -> None:
        audiences, items = self.static.shape
        expected = {"audience": self.trade_off.shape, "eligible": (audiences, items), "group": (items,)}
        expected |= {"pins": (audiences, self.k), "soft_pins": (audiences, self.k)}
        for name, shape in expected.items():
            array = getattr(self, name)
            if array is not None and array.shape != shape:
                raise ValueError(f"{name} is {array.shape} and not {shape}")
        if (self.balance or self.min_distinct) and self.group is None:
            raise ValueError("taste balance and distinct groups need `group`")
        if self.balance and self.mix is None:
            raise ValueError("taste balance needs `mix`")


_ARRAYS = {
    "trade_off": np.float32,
    "static": np.float32,
    "audience": np.int32,
    "eligible": np.bool_,
    "group": np.int32,
    "personal": np.float32,
    "pins": np.int32,
    "soft_pins": np.int32,
}


def own_array(value: Any, kind: Any) -> NDArray[Any]:
    """In the one form that kernels are compiled for: C order, this dtype, writeable (a read-only array would compile them again)."""
    return np.require(value, kind, ["C", "W"])


def plain_plan(users: int, items: int, k: int, trade_off: float | NDArray[np.floating] = 0.0) -> Plan:
    """No rules and no terms beside relevance and variety: where every other plan starts (dataclasses.replace)."""
    return Plan(
        k=k,
        trade_off=np.broadcast_to(np.asarray(trade_off, dtype=np.float32), (users,)),
        static=np.zeros((1, items), np.float32),
        audience=np.zeros(users, np.int32),
        eligible=np.ones((1, items), np.bool_),
    )


@dataclass(frozen=True)
class Listing:
    """The lists of U users.

    items: int32 [U, k] item indices, -1 where nothing is left. flags: uint8 [U, k], see `Flag`. value: float32 [U, k], the objective at
    the pick, 0 at empty places.
    """

    items: NDArray[np.int32]
    flags: NDArray[np.uint8]
    value: NDArray[np.float32]

    @classmethod
    def empty(cls, users: int, k: int) -> Listing:
        """Lists of nothing, to be filled."""
        return cls(np.full((users, k), -1, np.int32), np.zeros((users, k), np.uint8), np.zeros((users, k), np.float32))
