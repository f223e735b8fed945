"""What every rule does: the same lists ranked once more without it, shopper by shopper, with everything else as it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys_core.evaluation.intervals import bootstrap_intervals, mean_of
from recsys_core.ranking.outcome import Figure
from recsys_core.ranking.planning import Prepared, prepare
from recsys_core.ranking.population import Lists, Population, population, reference_pool
from recsys_core.ranking.rules import Finding, Ruled, findings
from recsys_core.ranking.scenario import INCLUDE_ONLY, Scenario
from recsys_core.ranking.whatif import SAMPLED, Studio

FIGURES = ("relevance_kept", "ild", "coverage", "churn", "ndcg")
EVERYBODY = 2 * SAMPLED  # shops of so many shoppers are told in full, larger ones by a sample


@dataclass(frozen=True)
class RuleEffect:
    """Rule number `rule` (from 0). products: that its condition holds for; shoppers: of all, that it is for. in_force: today, for anybody.

    changed: share of the ranked lists that are others without it. figures: before is without the rule, after with it, so that the
    difference is what the rule does; none for a rule that is not in force.
    """

    rule: int
    products: int
    shoppers: int
    in_force: bool
    changed: float
    figures: tuple[Figure, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class RuleEffects:
    """hash: of the scenario. users: how many were ranked, of `of`; fewer where the shop is large."""

    hash: str
    users: int
    of: int
    rules: tuple[RuleEffect, ...]

    @property
    def sampled(self) -> bool:
        """Whether it is told by a sample."""
        return self.users < self.of


def rule_effects(studio: Studio, scenario: Scenario) -> RuleEffects:
    """Leave each rule out in turn (guides/studio.md §6.5): what changes, paired over the same shoppers.

    The sliders keep the raw weights that they have with all rules, so that what is told is the rule's doing alone. Of more than 2,000
    shoppers 1,000 are drawn (`Studio.sample`), those with a list of their own. Raises UserError.
    """
    ground, scales = studio.ground, studio.scales(scenario)
    users = np.arange(ground.n_users) if ground.n_users <= EVERYBODY else studio.sample()
    everybody = prepare(scenario, ground, scales, studio.day, users)
    ruled = everybody.ruled  # of all shoppers
    pool, before = reference_pool(ground, scenario.pool, users), studio.before(scenario.k, users)

    def told(ready: Prepared) -> Population:
        lists = ready.rank(studio.threads).items
        return population(ground, before, lists, pool=pool, held=studio.held, users=users)

    with_all, wrong = told(everybody), findings(scenario, ruled)
    in_force = [_in_force(scenario, ruled, r) for r in range(len(scenario.rules))]
    without = {
        r: told(prepare(_leave_out(scenario, r), ground, scales, studio.day, users)) for r in range(len(scenario.rules)) if in_force[r]
    }
    figures = _figures(with_all, without)
    return RuleEffects(
        scenario.hash,
        len(users),
        ground.n_users,
        tuple(
            RuleEffect(
                rule=r,
                products=int(ruled.matched[r].sum()),
                shoppers=int(ruled.shoppers[r]),
                in_force=in_force[r],
                changed=_differ(with_all.after, without[r].after) if r in without else 0.0,
                figures=figures.get(r, ()),
                findings=tuple(each for each in wrong if each.rule == r),
            )
            for r in range(len(scenario.rules))
        ),
    )


def _leave_out(scenario: Scenario, rule: int) -> Scenario:
    return scenario.with_(rules=scenario.rules[:rule] + scenario.rules[rule + 1 :])


def _in_force(scenario: Scenario, ruled: Ruled, rule: int) -> bool:
    """Whether leaving it out can change anything. An include-only rule that matches nothing leaves nothing to show."""
    acts = ruled.matched[rule].any() or scenario.rules[rule].kind == INCLUDE_ONLY
    return bool(acts and ruled.shoppers[rule])


def _differ(first: Lists, second: Lists) -> float:
    return float((first != second).any(axis=1).mean()) if len(first) else 0.0


def _figures(with_all: Population, without: dict[int, Population]) -> dict[int, tuple[Figure, ...]]:
    """Of each rule left out; the intervals of all rules share one drawing of shoppers."""
    names = [name for name in FIGURES if name in with_all.names]
    by_user = [(r, name) for r in without for name in names if name in with_all.by_user]
    sides = {key: (without[key[0]].by_user[key[1]][1], with_all.by_user[key[1]][1]) for key in by_user}
    drawn = bool(len(with_all.after) and by_user)
    intervals = bootstrap_intervals(np.stack([sides[key][1] - sides[key][0] for key in by_user], axis=1)) if drawn else []
    found: dict[tuple[int, str], Figure] = {}
    for key, each in zip(by_user, intervals, strict=False):
        clear = each.low > 0 or each.high < 0
        found[key] = Figure(key[1], mean_of(sides[key][0]), mean_of(sides[key][1]), each.value, each.low, each.high, clear)
    for r, other in without.items():
        for name in names:
            if name in with_all.whole:
                ends = other.whole[name][1], with_all.whole[name][1]
                found[r, name] = Figure(name, *ends, ends[1] - ends[0], np.nan, np.nan, False)
    return {r: tuple(found[r, name] for name in names if (r, name) in found) for r in without}
