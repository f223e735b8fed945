"""Everything that may be said of one product of one shopper's list, in one place: what a page and `explain` show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.explain.absence import Absence, absence_of
from recsys_core.explain.baseline import Baseline, baseline_of
from recsys_core.explain.breadcrumb import Step, breadcrumb
from recsys_core.explain.counterfactual import Counterfactual, removal_set
from recsys_core.explain.leave_one_out import leave_group_out, leave_one_out
from recsys_core.explain.reasons import ListReasons, reasons_of
from recsys_core.explain.shopper import Shopper
from recsys_core.explain.waterfall import Waterfall, placed_by_rule, waterfall
from recsys_core.inference.contract import Scorer
from recsys_core.models.runs import Run
from recsys_core.ranking.ground import Ground
from recsys_core.ranking.plan import Flag, Listing
from recsys_core.ranking.planning import Prepared, filtered, prepare
from recsys_core.ranking.scenario import BOOST, EXCLUDE, INCLUDE_ONLY, PIN, SOFT_PIN, Scenario
from recsys_core.ranking.whatif import Studio

PINNED, SOFTLY_PINNED, RESERVED, FILLED_UP, LIFTED = "pinned", "soft pin", "reserved", "best seller", "lifted"


@dataclass(frozen=True)
class Placing:
    """What put a pick where it is, or helped it there, beside the model and the sliders.

    how: PINNED, SOFTLY_PINNED, RESERVED (a place is kept for its like), FILLED_UP (best sellers, for want of candidates) or LIFTED.
    rules: the names of the rules, or of the reserved places.
    """

    how: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pick:
    """One product and one shopper's list, from the ranking alone. user, item: dataset indices.

    place: in the scenario's list, from 1, None where it is not shown; then there is no waterfall. placing: what it owes to rules, None for
    nothing. absence: why it is not shown.
    """

    user: int
    item: int
    place: int | None
    placing: Placing | None
    absence: Absence | None
    waterfall: Waterfall | None
    breadcrumb: tuple[Step, ...]


@dataclass(frozen=True)
class Explanation(Pick):
    """The same with what the model made of the shopper's past.

    because, by_group: of this one pick, by past product and by group of products (sources are group codes, -1 none); by_group is None
    where the products have no groups. smallest: past products without which it would leave the model's plain top k.
    """

    because: ListReasons
    by_group: ListReasons | None
    smallest: Counterfactual


def pick_of(studio: Studio, user: int, item: int, scenario: Scenario, *, at: tuple[Ground, int] | None = None) -> Pick:
    """What can be said of `item` without the run's weights. at: see `explain_pick`.

    Raises UserError where the scenario cannot be applied.
    """
    ground, who = at or (studio.ground, user)
    return _picked(_ranked(studio, scenario, ground, who), user, item, ground, who)


def explain_pick(
    studio: Studio,
    run: Run,
    known: sparse.csr_matrix,
    user: int,
    item: int,
    scenario: Scenario,
    *,
    scorer: Scorer | None = None,
    baseline: Baseline | None = None,
    at: tuple[Ground, int] | None = None,
    past: NDArray[np.integer] | None = None,
) -> Explanation:
    """Explain `item` to `user` (dataset indices). known: `Split.known`. scorer, baseline: of the run, where the caller keeps them.

    at: (the ground in which the shopper is ranked, their row in it), past: int, dataset indices, where somebody changed what is known of
    the shopper (`jobs.live.place_shopper`, `edited_past`). Raises UserError where the run has no weights to score with, or the scenario
    cannot be applied.
    """
    scorer = run.scorer() if scorer is None else scorer
    baseline = baseline_of(scorer, known[:, run.items]) if baseline is None else baseline
    (ground, who), own = at or (studio.ground, user), known.indices[known.indptr[user] : known.indptr[user + 1]]
    shopper = Shopper.with_past(run, own if past is None else past, user=user, scorer=scorer)
    ranked = _ranked(studio, scenario, ground, who)
    pick, (ready, listing, row) = _picked(ranked, user, item, ground, who), ranked
    plan = ready.plan
    placed = None if pick.place is None else placed_by_rule(plan, listing, row, _boosts(scenario))[[pick.place - 1]]
    asked = np.array([item])
    credit = leave_one_out(shopper, asked)
    by_group = None
    if ground.groups:
        by_group = reasons_of(shopper, leave_group_out(shopper, asked, ground.group), baseline=baseline, placed=placed)
    barred = np.union1d(ground.had[who].indices, np.flatnonzero(~plan.eligible[plan.audience[row]]))
    return Explanation(
        **vars(pick),
        because=reasons_of(shopper, credit, baseline=baseline, placed=placed),
        by_group=by_group,
        smallest=removal_set(shopper, item, scenario.k, barred=barred, credit=credit),
    )


def _ranked(studio: Studio, scenario: Scenario, ground: Ground, who: int) -> tuple[Prepared, Listing, int]:
    """(the plan, the lists, the shopper's row in them)."""
    # whole-catalogue exposure: a list hangs on those of the shoppers before
    rows = np.arange(who + 1) if scenario.exposure else np.array([who])
    ready = prepare(scenario, ground, studio.scales(scenario), studio.day, rows)
    return ready, ready.rank(studio.threads), len(rows) - 1


def _picked(ranked: tuple[Prepared, Listing, int], user: int, item: int, ground: Ground, who: int) -> Pick:
    ready, listing, row = ranked
    found = np.flatnonzero(listing.items[row] == item)
    place = int(found[0]) if len(found) else None
    drop, order, filters = None, ground.candidates[who], filters_of(ready, ground, row)
    if place is not None:
        drop = waterfall(ready.plan, ready.pool, listing, row, place, unit_vectors=ready.vectors, candidates=order)
    return Pick(
        user=user,
        item=item,
        place=None if place is None else place + 1,
        placing=None if place is None else placing_of(ready, listing, row, place),
        absence=absence_of(ready, listing, row, item, order, filters),
        waterfall=drop,
        breadcrumb=breadcrumb(ready.plan, ready.pool, listing, row, order, filters),
    )


def placing_of(ready: Prepared, listing: Listing, row: int, place: int) -> Placing | None:
    """What one place of a list (from 0) owes to rules; None where it owes them nothing, or is empty."""
    item, flag = int(listing.items[row, place]), Flag(int(listing.flags[row, place]))
    if item < 0:
        return None
    on = ready.ruled.active[ready.ruled.audience[ready.users[row]]]
    rules = [(rule.kind, rule.place, rule.label) for r, rule in enumerate(ready.scenario.rules) if on[r] and ready.ruled.matched[r, item]]
    for bit, how, kind in ((Flag.PINNED, PINNED, PIN), (Flag.SOFT, SOFTLY_PINNED, SOFT_PIN)):
        if flag & bit:
            return Placing(how, tuple(label for own, at, label in rules if own == kind and at == place + 1)[:1])
    if flag & Flag.RESERVED:
        return Placing(RESERVED, tuple(each.name for each in ready.plan.reserved if each.mask[item]))
    if flag & Flag.FALLBACK:
        return Placing(FILLED_UP)
    lifts = tuple(label for own, _, label in rules if own == BOOST)
    return Placing(LIFTED, lifts) if lifts else None


def filters_of(ready: Prepared, ground: Ground, row: int) -> Sequence[tuple[str, NDArray[np.bool_]]]:
    """(name, bool [items] of what it lets through) of a shopper's excluding rules and of the filters, in the order of operations."""
    scenario, ruled = ready.scenario, ready.ruled
    on = ruled.active[ruled.audience[ready.users[row]]]
    rules = [(r, rule) for r, rule in enumerate(scenario.rules) if on[r]]
    found = [(rule.label, ~ruled.matched[r]) for r, rule in rules if rule.kind == EXCLUDE]
    only = [r for r, rule in rules if rule.kind == INCLUDE_ONLY]
    if only:
        found.append((INCLUDE_ONLY, ruled.matched[only].any(axis=0)))
    if scenario.filters != Scenario().filters:
        found.append(("price and stock", filtered(scenario, ground)))
    return found


def _boosts(scenario: Scenario) -> set[str]:
    return {rule.label for rule in scenario.rules if rule.kind == BOOST}
