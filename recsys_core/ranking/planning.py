"""From a scenario and its ground to what the kernel ranks: raw weights from calibrated positions, terms by name, rules, caps, a pool."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from recsys_core.errors import InputError, UnsupportedError
from recsys_core.ranking.conditions import matches
from recsys_core.ranking.ground import Floats, Ground
from recsys_core.ranking.kernel import rank
from recsys_core.ranking.plan import Cap, Exposure, Listing, Plan, Reserved, Term
from recsys_core.ranking.pools import Pool, make_pool
from recsys_core.ranking.rules import Ruled, apply_rules
from recsys_core.ranking.scales import Scale, balance_scale, item_scale, variety_scale
from recsys_core.ranking.scenario import BOOST, BURY, Scenario
from recsys_core.ranking.scenario import Cap as CapSetting

ITEM_SLIDERS = ("discovery", "freshness", "margin", "price")
MISSING = {
    "variety": "This model has no vectors for products",
    "balance": "The products have no categories or clusters",
    "discovery": "There is only one product",
    "freshness": "The log and the catalogue have no dates",
    "margin": "The catalogue has no margin and no cost",
    "price": "No prices are known",
}


@dataclass(frozen=True)
class Settled:
    """What a scenario comes to, without the arrays that only ranking needs.

    users: int [n], which shoppers. ruled: what the rules say. weights: the raw weight of each slider.
    """

    scenario: Scenario
    users: NDArray[np.int64]
    ruled: Ruled
    weights: Mapping[str, float]


@dataclass(frozen=True)
class Prepared(Settled):
    """A scenario made ready for some shoppers. vectors: float32 [I, d] that variety is measured by, None where nothing is varied."""

    plan: Plan
    pool: Pool
    vectors: Floats | None

    @property
    def settled(self) -> Settled:
        """What is worth keeping once the lists are there."""
        return Settled(self.scenario, self.users, self.ruled, self.weights)

    def rank(self, threads: int = 1) -> Listing:
        """The lists of these shoppers."""
        return rank(self.plan, self.pool, self.vectors, threads=threads)

    @property
    def plain(self) -> NDArray[np.int32]:
        """int32 [n, k]: what is shown by relevance alone of what may be shown at all."""
        found = np.full((len(self.pool), self.plan.k), -1, dtype=np.int32)
        width = min(self.plan.k, self.pool.items.shape[1])
        found[:, :width] = self.pool.items[:, :width]
        return found


def calibrating(scenario: Scenario) -> Scenario:
    """The part of a scenario that the meaning of its sliders hangs on; two with the same `hash` share their scales."""
    return replace(
        scenario,
        name="calibration",
        variety=0.0,
        balance=0.0,
        discovery=0.0,
        freshness=0.0,
        margin=0.0,
        price=0.0,
        rotation=0.0,
        raw={},
        segment_variety={},
        exposure={},
        exposure_attribute=None,
        guardrails=(),
        rules=tuple(rule for rule in scenario.rules if rule.kind not in (BOOST, BURY)),
    )


def measure_scale(slider: str, scenario: Scenario, ground: Ground, day: date, *, seed: int = 0) -> Scale:
    """What the positions of one slider mean, measured with all others at 0 (`calibrating`).

    slider: variety, balance, discovery, freshness, margin, price, or "price down". Raises UnsupportedError where the data has nothing
    that it could go by.
    """
    _check_has(slider.split()[0], ground)
    ready = prepare(calibrating(scenario), ground, {}, day)
    vectors = ground.vectors(scenario.similarity, scenario.blend_share)
    if slider == "variety":
        if vectors is None:
            raise UnsupportedError(f"{MISSING['variety']}, so variety cannot be tuned.", "Choose another run, or similarity by attributes.")
        return variety_scale(ready.plan, ready.pool, vectors, seed=seed)
    if slider == "balance":
        return balance_scale(ready.plan, ready.pool, seed=seed)
    term = _term(slider, scenario, ground)
    shown = ground.tail.astype(np.float32) if slider == "discovery" else term
    return item_scale(ready.plan, ready.pool, term, shown, seed=seed)


def sliders_of(scenario: Scenario) -> tuple[str, ...]:
    """The sliders whose scales a scenario needs, as `measure_scale` names them."""
    turned = [name for name in ("variety", "balance", *ITEM_SLIDERS) if getattr(scenario, name) and name not in scenario.raw]
    if scenario.segment_variety and "variety" not in turned:
        turned.append("variety")
    return tuple("price down" if name == "price" and scenario.price < 0 else name for name in turned)


def prepare(
    scenario: Scenario,
    ground: Ground,
    scales: Mapping[str, Scale],
    day: date,
    users: NDArray[np.integer] | None = None,
    *,
    threads: int = 1,
) -> Prepared:
    """Plan and pool of these shoppers (all where None). scales: of `sliders_of(scenario)`.

    Raises UnsupportedError where the scenario turns a slider that the data has nothing for, InputError for an attribute that is not there.
    """
    rows = np.arange(ground.n_users) if users is None else np.asarray(users, dtype=np.int64)
    for name in ("variety", "balance", *ITEM_SLIDERS):
        if getattr(scenario, name) or name in scenario.raw:
            _check_has(name, ground)
    ruled = rules_of(scenario, ground, day)
    audience, eligible = ruled.audience[rows], ruled.eligible & filtered(scenario, ground)
    some = slice(None) if users is None else rows  # of all shoppers nothing is copied
    mix, had = (ground.mix, ground.had) if users is None else (ground.mix[rows], ground.had[rows])
    pool = make_pool(
        ground.candidates[some],
        ground.scores[some],
        scenario.pool,
        k=scenario.k,
        eligible=eligible,
        audience=audience,
        had=had,
        best_sellers=ground.best_sellers,
        fallback=ground.fallback[rows],
        found=None if ground.found is None else ground.found[rows],
        threads=threads,
    )
    weights = {name: _weight(name, scenario, scales) for name in ("variety", "balance", *ITEM_SLIDERS)}
    terms = tuple(_item_terms(scenario, ground, weights)) + ruled.terms
    static = np.zeros((len(eligible), ground.n_items), dtype=np.float32)
    for term in terms:
        static += term.values
    plan = Plan(
        k=scenario.k,
        trade_off=_trade_offs(scenario, ground, rows, weights["variety"], scales),
        static=static,
        audience=audience,
        eligible=eligible,
        engine=scenario.engine,
        window=scenario.window,
        balance=weights["balance"],
        mix=mix,
        group=ground.group,
        terms=terms,
        personal=_rotation(scenario, ground, pool, rows),
        pins=ruled.pins,
        soft_pins=ruled.soft_pins,
        reserved=tuple(Reserved(each.name, matches(each.condition, ground), each.count) for each in scenario.reserved),
        min_distinct=scenario.min_distinct,
        caps=tuple(Cap(_cap_name(cap), _codes(cap, ground), cap.most, cap.window) for cap in scenario.caps),
        exposure=_exposure(scenario, ground),
    )
    vectors = ground.vectors(scenario.similarity, scenario.blend_share) if plan.needs_vectors else None
    return Prepared(scenario, rows, ruled, weights, plan, pool, vectors)


def turned(ready: Prepared, scenario: Scenario, ground: Ground, scales: Mapping[str, Scale]) -> Prepared:
    """The same shoppers ready for a scenario that differs in its variety alone: pool, rules and terms stay as they are."""
    weights = {**ready.weights, "variety": _weight("variety", scenario, scales)}
    plan = replace(ready.plan, trade_off=_trade_offs(scenario, ground, ready.users, weights["variety"], scales))
    vectors = ground.vectors(scenario.similarity, scenario.blend_share) if plan.needs_vectors else None
    return replace(ready, scenario=scenario, plan=plan, vectors=vectors, weights=weights)


def rules_of(scenario: Scenario, ground: Ground, day: date) -> Ruled:
    """What the rules of a scenario say to all shoppers; sliders change nothing of it, and it is kept."""

    def make() -> Ruled:
        return apply_rules(scenario, ground, ground.buyers, ground.members, day, ground.only)

    found: Ruled = ground.kept(("rules", repr(scenario.rules), scenario.k, day), make)
    return found


def percentile(values: NDArray[np.floating]) -> Floats:
    """The share of the known values that are lower, ties in the middle: float32, 0..1; unknown ones 0."""
    from scipy.stats import rankdata

    known = np.isfinite(values)
    found = np.zeros(len(values), dtype=np.float32)
    if known.any():
        found[known] = (rankdata(values[known]) - 0.5) / known.sum()
    return found


def _check_has(slider: str, ground: Ground) -> None:
    if not ground.has(slider):
        raise UnsupportedError(f"{MISSING[slider]}, so {slider} cannot be tuned.", "Set it to 0, or choose another run or dataset.")


def _weight(slider: str, scenario: Scenario, scales: Mapping[str, Scale]) -> float:
    """Raw weight of a slider; of price with the sign of its direction."""
    if slider in scenario.raw:
        return float(scenario.raw[slider])
    position = float(getattr(scenario, slider))
    if position == 0:
        return 0.0
    if slider == "price" and position < 0:
        return -scales["price down"].weight(-position)
    return scales[slider].weight(position)


def _term(slider: str, scenario: Scenario, ground: Ground) -> Floats:
    """What a slider is worth for each product at weight 1: float32 [I], 0..1."""
    made: Mapping[str, Callable[[], NDArray[np.floating]]] = {
        "discovery": lambda: ground.novelty,
        "freshness": lambda: np.where(np.isfinite(ground.age), np.exp2(-ground.age / scenario.half_life_days), 0.0),
        "margin": lambda: ground.kept("margin", lambda: percentile(ground.margin)),
        "price": lambda: ground.kept("price", lambda: percentile(ground.price)),
        "price down": lambda: ground.kept("price down", lambda: percentile(-ground.price)),
    }
    return np.asarray(made[slider](), dtype=np.float32)


def _item_terms(scenario: Scenario, ground: Ground, weights: Mapping[str, float]) -> list[Term]:
    found = []
    for name in ITEM_SLIDERS:
        if weights[name]:
            own = "price down" if name == "price" and weights[name] < 0 else name
            found.append(Term(name, np.float32(abs(weights[name])) * _term(own, scenario, ground)[None]))
    return found


def _trade_offs(
    scenario: Scenario, ground: Ground, rows: NDArray[np.int64], weight: float, scales: Mapping[str, Scale]
) -> NDArray[np.float32]:
    """float32 [n]. A segment's own variety goes before that of all, a drawn one's before the found one's, the last drawn before others."""
    found = np.full(len(rows), weight, dtype=np.float32)
    if scenario.segment_variety:
        for label, inside in ground.members.of(rows).each():
            if label in scenario.segment_variety:
                found[inside] = scales["variety"].weight(scenario.segment_variety[label])
    return found


def filtered(scenario: Scenario, ground: Ground) -> NDArray[np.bool_]:
    """bool [I]: what passes the filters."""
    filters, passed = scenario.filters, np.ones(ground.n_items, dtype=np.bool_)
    with np.errstate(invalid="ignore"):
        if filters.price_from is not None:
            passed &= ground.price >= filters.price_from
        if filters.price_to is not None:
            passed &= ground.price <= filters.price_to
    if filters.in_stock:
        if "stock" not in ground.table:
            raise UnsupportedError("The catalogue does not say what is in stock.", "Leave that filter out, or add a column for stock.")
        stock = ground.table["stock"].to_numpy(dtype=np.float64, na_value=np.nan)
        passed &= ~(stock <= 0)
    return passed


def _rotation(scenario: Scenario, ground: Ground, pool: Pool, rows: NDArray[np.int64]) -> Floats | None:
    """float32 [n, C]: minus rotation 2^(-days since it was shown / rotation_days)."""
    if not scenario.rotation or ground.shown is None or not ground.shown.nnz:
        return None
    place = np.maximum(pool.items, 0)
    days = np.asarray(ground.shown[np.repeat(rows, pool.items.shape[1]), place.ravel()]).reshape(pool.items.shape)
    held = np.exp2(-days / scenario.rotation_days) * ((days > 0) & (pool.items >= 0))
    return np.asarray(-scenario.rotation * held, dtype=np.float32)


def _cap_name(cap: CapSetting) -> str:
    return f"{cap.attribute} {cap.value}" if cap.value is not None else cap.attribute


def _codes(cap: CapSetting, ground: Ground) -> NDArray[np.int32]:
    """int32 [I]: the value of each product that the cap counts (of several the commonest), -1 for none."""
    names, codes = values_of(ground, cap.attribute)
    if cap.value is None:
        return codes
    wanted = [place for place, name in enumerate(names) if name.strip().casefold() == cap.value.strip().casefold()]
    if not wanted:
        raise InputError(
            f"No product has the {cap.attribute} '{cap.value}' that a cap counts.", "Take the cap out, or choose another value."
        )
    has = np.asarray(ground.values(cap.attribute).matrix[:, wanted].sum(axis=1)).ravel() > 0
    return np.where(has, 0, -1).astype(np.int32)


def values_of(ground: Ground, attribute: str) -> tuple[Sequence[str], NDArray[np.int32]]:
    """(its values, the place of each product's among them; of several the commonest, -1 for none). Raises InputError for other kinds."""
    if attribute not in ground.table or ground.table[attribute].dtype.kind in "iufbM":
        texts = [name for name in ground.table if ground.table[name].dtype.kind not in "iufbM" and name not in ("item_id", "title")]
        raise InputError(f"The products have no '{attribute}' to count by.", f"Use one of {', '.join(map(str, texts))}.")
    values = ground.values(attribute)
    matrix = values.matrix.tocsr()  # sorted, and the commonest value has the smallest number
    codes = np.full(matrix.shape[0], -1, dtype=np.int32)
    filled = np.diff(matrix.indptr) > 0
    codes[filled] = matrix.indices[matrix.indptr[:-1][filled]]
    return values.values, codes


def _exposure(scenario: Scenario, ground: Ground) -> Exposure | None:
    if not scenario.exposure or scenario.exposure_attribute is None:
        return None
    names, codes = values_of(ground, scenario.exposure_attribute)
    unknown = [name for name in scenario.exposure if name not in names]
    if unknown:
        raise InputError(
            f"No product has the {scenario.exposure_attribute} '{unknown[0]}' that is to be shown more.", "Choose another value."
        )
    wanted = list(scenario.exposure)
    place = np.full(len(names) + 1, -1, dtype=np.int32)
    for number, name in enumerate(wanted):
        place[list(names).index(name)] = number
    return Exposure(scenario.exposure_strength, place[codes], np.array([scenario.exposure[name] for name in wanted], dtype=np.float32))
