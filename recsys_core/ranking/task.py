"""Plan, pool and vectors as the compiled loop of `kernel.py` reads them: every array in one form, so that it is compiled once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recsys_core.ranking.plan import SET_WISE, Plan, own_array
from recsys_core.ranking.pools import Pool, had_arrays


class Task(NamedTuple):
    """One ranking; what a plan leaves out is an array of length 0."""

    k: int
    set_wise: bool
    window: int
    items: Any
    relevance: Any
    own: Any
    personal: Any
    had_start: Any
    had_items: Any
    vectors: Any
    trade_off: Any
    static: Any
    audience: Any
    eligible: Any
    pins: Any
    soft_pins: Any
    balance: float
    mix_start: Any
    mix_groups: Any
    mix_shares: Any
    group: Any
    reserved: Any
    reserved_count: Any
    min_distinct: int
    cap_codes: Any
    cap_most: Any
    cap_window: Any
    exposure: float
    exposure_codes: Any
    exposure_target: Any


def make_task(plan: Plan, pool: Pool, unit_vectors: NDArray[np.float32] | None) -> Task:
    """The arrays of a ranking, not copied where they have the form already."""
    users, items = pool.items.shape[0], plan.n_items
    none = own_array(np.full((len(plan.static), plan.k), -1), np.int32)
    had_start, had_items = had_arrays(pool.had, users)
    mix, exposure = plan.mix if plan.balance else None, plan.exposure
    return Task(
        k=plan.k,
        set_wise=plan.engine == SET_WISE,
        window=plan.window if 0 < plan.window < plan.k else 0,
        items=own_array(pool.items, np.int32),
        relevance=own_array(pool.relevance, np.float32),
        own=own_array(np.full(users, pool.items.shape[1]) if pool.own is None else pool.own, np.int32),
        personal=own_array(np.empty((0, 0)) if plan.personal is None else plan.personal, np.float32),
        had_start=had_start,
        had_items=had_items,
        vectors=own_array(np.empty((items, 0)) if unit_vectors is None else unit_vectors, np.float32),
        trade_off=plan.trade_off,
        static=plan.static,
        audience=plan.audience,
        eligible=plan.eligible,
        pins=none if plan.pins is None else plan.pins,
        soft_pins=none if plan.soft_pins is None else plan.soft_pins,
        balance=float(plan.balance),
        mix_start=own_array(np.empty(0) if mix is None else mix.indptr, np.int64),
        mix_groups=own_array(np.empty(0) if mix is None else mix.indices, np.int32),
        mix_shares=own_array(np.empty(0) if mix is None else mix.data, np.float32),
        group=own_array(np.full(items, -1) if plan.group is None else plan.group, np.int32),
        reserved=own_array(np.array([each.mask for each in plan.reserved]).reshape(-1, items), np.bool_),
        reserved_count=own_array([each.least for each in plan.reserved], np.int64),
        min_distinct=int(plan.min_distinct),
        cap_codes=own_array(np.array([cap.codes for cap in plan.caps]).reshape(-1, items), np.int32),
        cap_most=own_array([cap.most for cap in plan.caps], np.int64),
        cap_window=own_array([cap.window for cap in plan.caps], np.int64),
        exposure=0.0 if exposure is None else float(exposure.strength),
        exposure_codes=own_array(np.empty(0) if exposure is None else exposure.codes, np.int32),
        exposure_target=own_array(np.empty(0) if exposure is None else exposure.target, np.float32),
    )
