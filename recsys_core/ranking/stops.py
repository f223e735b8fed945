"""One shopper's list at every stop of a slider, all else as it is: what a browser needs so that it moves while the slider is dragged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recsys_core.evaluation.beyond_accuracy import intra_list_distance
from recsys_core.ranking.ground import Ground
from recsys_core.ranking.kernel import rank
from recsys_core.ranking.measures import relevance_kept
from recsys_core.ranking.plan import Listing, Plan, Term
from recsys_core.ranking.planning import Prepared
from recsys_core.ranking.population import reference_pool
from recsys_core.ranking.scales import Scale
from recsys_core.ranking.scenario import Scenario

STOPS = tuple(range(0, 101, 5))
DRAGGED = ("variety", "balance", "discovery")


@dataclass(frozen=True)
class Stops:
    """The lists of one shopper at n positions of a slider.

    items: int32 [n, k], -1 padded; flags: uint8 [n, k], see `plan.Flag`. kept: float64 [n], relevance kept; distance: float64 [n],
    intra-list distance; both as `population` measures them, distance NaN without vectors.
    """

    positions: tuple[int, ...]
    items: NDArray[np.int32]
    flags: NDArray[np.uint8]
    kept: NDArray[np.float64]
    distance: NDArray[np.float64]


def stops(ready: Prepared, ground: Ground, slider: str, scale: Scale, positions: Sequence[int] = STOPS) -> Stops:
    """The lists of the last shopper of `ready`; at the slider's own position the list is that of `ready`.

    slider: variety, balance or discovery, with its `scale`; what the scenario sets by hand (`raw`, `segment_variety`) stays as it is.
    Rules, pool and caps do not hang on a slider, so that one plan serves all stops. Raises ValueError in whole-catalogue mode, where a
    list hangs on those of other shoppers.
    """
    if ready.plan.exposure is not None:
        raise ValueError("in whole-catalogue mode a list hangs on those of other shoppers")
    last, n = np.array([len(ready.users) - 1]), len(positions)
    plan, pool = ready.plan.of(last), ready.pool.of(last)
    vectors = ready.vectors
    if vectors is None and slider == "variety":
        vectors = ground.vectors(ready.scenario.similarity, ready.scenario.blend_share)
    weights = [ready.scenario.raw.get(slider, scale.weight(position)) for position in positions]
    if slider == "variety":
        own = _of_segment(ready, ground)
        trade_off = plan.trade_off.repeat(n) if own else np.array(weights, dtype=np.float32)
        copies = np.zeros(n, dtype=np.int64)
        found = rank(replace(plan.of(copies), trade_off=trade_off), pool.of(copies), vectors)
    else:
        at: Callable[[float], Plan] = (
            (lambda weight: replace(plan, balance=weight)) if slider == "balance" else _discovery(ready, plan, ground)
        )
        lists = [rank(at(weight), pool, vectors) for weight in weights]
        found = Listing(*(np.concatenate([getattr(each, part) for each in lists]) for part in ("items", "flags", "value")))
    return Stops(tuple(positions), found.items, found.flags, *figures(found.items, ready, ground))


def _of_segment(ready: Prepared, ground: Ground) -> bool:
    """Whether the shopper's variety is that of a segment of theirs, whatever the slider says."""
    own = ready.scenario.segment_variety
    return any(inside[0] and label in own for label, inside in ground.members.of(ready.users[-1:]).each()) if own else False


def _discovery(ready: Prepared, plan: Plan, ground: Ground) -> Callable[[float], Plan]:
    """The plan at a weight of discovery, its terms added in the order of `planning.prepare`, so that no sum is rounded otherwise."""
    others = plan.terms[1:] if ready.weights["discovery"] else plan.terms  # its own comes first

    def at(weight: float) -> Plan:
        own = (Term("discovery", np.float32(abs(weight)) * ground.novelty[None]),) if weight else ()
        static = np.zeros_like(plan.static)
        for term in own + others:
            static += term.values
        return replace(plan, static=static, terms=own + others)

    return at


def figures(lists: NDArray[np.int32], ready: Prepared, ground: Ground) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(relevance kept, intra-list distance), float64 [n] each, of lists int32 [n, k] of the last shopper of `ready`, as in `Stops`."""
    pool = reference_pool(ground, ready.scenario.pool, np.repeat(ready.users[-1:], len(lists)))
    plain = np.full_like(lists, -1)
    width = min(lists.shape[1], pool.items.shape[1])
    plain[:, :width] = pool.items[:, :width]
    vectors = ground.model_vectors if ground.model_vectors is not None else ground.attribute_vectors
    distance = np.full(len(lists), np.nan) if vectors is None else intra_list_distance(lists, vectors)
    return relevance_kept(pool, lists, plain), distance


def draggable(scenario: Scenario, ground: Ground) -> tuple[str, ...]:
    """The sliders that have stops: those that the data has something for; none in whole-catalogue mode."""
    if scenario.exposure and scenario.exposure_attribute is not None:
        return ()
    needed = {"model": (ground.model_vectors,), "attributes": (ground.attribute_vectors,)}
    both = (ground.model_vectors, ground.attribute_vectors)
    compared = all(vectors is not None for vectors in needed.get(scenario.similarity, both))
    return tuple(name for name in DRAGGED if (compared if name == "variety" else ground.has(name)))
