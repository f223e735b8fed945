"""All caches of the server, by what they keep. Keys are ids (with the workspace they belong to), values are opened once and shared.

Every cache is bounded. Callers write `from pages.ui import cache` and `cache.run(...)`; only this package holds `st.cache_*`.
"""

from __future__ import annotations

from pages.ui.cache.arrivals import cold, gap_report, kinds_and_prices, map_of_products, placed, values_of, visitor
from pages.ui.cache.base import dataset, has_validation_lists, has_vectors, run, workspace
from pages.ui.cache.cohorts import contrast, drawn, rows_hash
from pages.ui.cache.everybody import standing
from pages.ui.cache.explain import baseline, interests, scorer
from pages.ui.cache.inside import in_space, inside
from pages.ui.cache.linked import bought_share, is_published, shown_now, shown_share
from pages.ui.cache.maps import map_clusters, map_figure, map_trust, pca_map, projection
from pages.ui.cache.models import differences, paired, per_user, shopper_groups
from pages.ui.cache.movement import moved_products, movement
from pages.ui.cache.near import nearest
from pages.ui.cache.placements import baskets, place, place_figures
from pages.ui.cache.products import Catalogue, catalogue
from pages.ui.cache.profiles import item_clusters, item_groups, profile_gains, segments, suggested_shoppers, typical_items
from pages.ui.cache.rules import best, left, rule_effects
from pages.ui.cache.steering import can_steer, path_on_map, steering
from pages.ui.cache.studio import answer, frontier, studio, told
from pages.ui.cache.synthetic import (
    augments,
    export_preview,
    filtering,
    people,
    scorecard,
    shifts,
    suggestion,
    synthetic_set,
    synthetic_sets,
)
from pages.ui.cache.trust import coverage, dropped_csv, recipe, trust_figures
from pages.ui.cache.warm import warm_process

__all__ = [
    "Catalogue",
    "answer",
    "best",
    "augments",
    "baseline",
    "baskets",
    "can_steer",
    "catalogue",
    "bought_share",
    "cold",
    "contrast",
    "coverage",
    "dataset",
    "differences",
    "drawn",
    "dropped_csv",
    "export_preview",
    "filtering",
    "frontier",
    "gap_report",
    "has_validation_lists",
    "has_vectors",
    "in_space",
    "inside",
    "interests",
    "is_published",
    "item_clusters",
    "item_groups",
    "kinds_and_prices",
    "left",
    "map_clusters",
    "map_figure",
    "map_of_products",
    "map_trust",
    "moved_products",
    "movement",
    "nearest",
    "paired",
    "path_on_map",
    "pca_map",
    "people",
    "per_user",
    "place",
    "place_figures",
    "placed",
    "profile_gains",
    "projection",
    "recipe",
    "rows_hash",
    "rule_effects",
    "run",
    "scorecard",
    "scorer",
    "segments",
    "shifts",
    "shopper_groups",
    "shown_now",
    "shown_share",
    "standing",
    "steering",
    "studio",
    "suggested_shoppers",
    "suggestion",
    "synthetic_set",
    "synthetic_sets",
    "told",
    "trust_figures",
    "typical_items",
    "values_of",
    "visitor",
    "warm_process",
    "workspace",
]
