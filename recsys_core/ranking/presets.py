"""Presets: a handful of documented starts, each fitted to what a dataset has; they set the sliders and leave the shop's own rules alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from recsys_core.ranking.conditions import AT_LEAST, IS, Clause, Condition
from recsys_core.ranking.ground import Ground
from recsys_core.ranking.planning import MISSING
from recsys_core.ranking.scenario import BOOST, SLIDERS, Rule, Scenario

BALANCED, EXPLORER, BEST_SELLERS, CLEARANCE, NEW_SEASON = "Balanced", "Explorer", "Best sellers", "Clearance", "New season"
OWN_RULE = "Preset: "  # the rules of a preset start with it, so that the next preset takes them out
SOLD_MOST = 40  # products of the best sellers, but at most a third of all
STOCKED = 75  # per cent of products with less stock than "well stocked"
PLAIN: Mapping[str, float] = dict.fromkeys((*SLIDERS, "price"), 0.0) | {"half_life_days": Scenario.half_life_days}


@dataclass(frozen=True)
class Preset:
    """sets: sliders that are not 0, by their names in `Scenario`. rules: its own. missing: why this data has nothing for it, or ""."""

    name: str
    does: str
    sets: Mapping[str, float] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    missing: str = ""

    def of(self, scenario: Scenario) -> Scenario:
        """The scenario with this preset: all sliders and weights are set, another preset's rules go, everything else stays."""
        own = tuple(rule for rule in scenario.rules if not rule.name.startswith(OWN_RULE))
        changes: dict[str, Any] = {**PLAIN, **self.sets}
        return scenario.with_(rules=(*own, *self.rules), raw={}, segment_variety={}, **changes)


def presets(ground: Ground) -> tuple[Preset, ...]:
    """All presets, those that this data has nothing for too, with the reason.

    Balanced: some variety, taste balance and discovery. Explorer: much more variety and discovery. Best sellers: plain relevance, and a
    strong boost for the 40 products that the most shoppers bought. Clearance: cheaper products first, and some that sell slowly; where
    stock is known, a boost for the best stocked quarter. New season: freshness with a half-life of 60 days. How far each goes was set
    by the predicted match that it keeps for the demo's two models with vectors: 96, 80, 83, 91 and 93 %.
    """
    return (
        Preset(
            BALANCED,
            "A little variety, close to each shopper's own mix, and some of the less known products.",
            _known(ground, variety=15.0, balance=20.0, discovery=5.0),
        ),
        Preset(
            EXPLORER,
            "Much more variety, and more of the less known products.",
            _known(ground, variety=40.0, discovery=15.0),
            missing="" if ground.has("variety") or ground.has("discovery") else MISSING["variety"],
        ),
        Preset(
            BEST_SELLERS,
            f"Plain relevance, and a strong boost for the {_sold_most(ground)} products that the most shoppers bought.",
            rules=(Rule(BOOST, _best_sellers(ground), name=OWN_RULE + "best sellers", amount=0.5),),
        ),
        Preset(
            CLEARANCE,
            "Cheaper products first, and some that sell slowly" + ("; well-stocked ones are boosted." if _stocked(ground) else "."),
            _known(ground, price=-40.0, discovery=10.0),
            _stocked(ground),
            "" if ground.has("price") else MISSING["price"],
        ),
        Preset(
            NEW_SEASON,
            "What is new first, half as strongly for every 60 days of age.",
            _known(ground, freshness=40.0) | {"half_life_days": 60.0},
            missing="" if ground.has("freshness") else MISSING["freshness"],
        ),
    )


def preset_of(scenario: Scenario, offered: tuple[Preset, ...]) -> Preset | None:
    """The preset that a scenario stands on: that which would change nothing."""
    return next((each for each in offered if not each.missing and each.of(scenario) == scenario), None)


def _known(ground: Ground, **sliders: float) -> dict[str, float]:
    return {name: position for name, position in sliders.items() if ground.has(name)}


def _best_sellers(ground: Ground) -> Condition:
    """By their ids: a number of buyers in the catalogue would count held-out purchases too."""
    ids = ground.table["item_id"].take(ground.best_sellers[: _sold_most(ground)])
    return Condition((Clause("item_id", IS, tuple(map(str, ids))),))


def _sold_most(ground: Ground) -> int:
    return min(SOLD_MOST, max(1, ground.n_items // 3))


def _stocked(ground: Ground) -> tuple[Rule, ...]:
    if "stock" not in ground.table:
        return ()
    stock = ground.table["stock"].to_numpy(dtype=np.float64, na_value=np.nan)
    if not (stock > 0).any():
        return ()
    least = float(np.percentile(stock[np.isfinite(stock)], STOCKED))
    return (Rule(BOOST, Condition((Clause("stock", AT_LEAST, least),)), name=OWN_RULE + "well stocked", amount=0.25),)
