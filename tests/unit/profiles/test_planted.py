"""Planted groups of products and kinds of shopper are found again, without being told how many there are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from recsys_core.profiles.clusters_sklearn import Clusters, find_clusters, read_views
from recsys_core.profiles.fusing import PARTS
from recsys_core.profiles.labels import read_vocabulary
from recsys_core.profiles.material import Material
from recsys_core.profiles.parts_sklearn import make_parts, words_of
from recsys_core.profiles.segments_sklearn import FoundSegments, find_segments
from recsys_core.profiles.shoppers import ShopperProfile, group_mix
from tests.unit.profiles.planted import Plan, Shop, make_shop

CLUSTERS, SEGMENTS = 0.9, 0.8  # adjusted Rand index that issue 3 asks for


def material(shop: Shop) -> Material:
    n = len(shop.titles)
    return Material([str(item) for item in range(n)], shop.titles, [""] * n, [()] * n, [""] * n, shop.price, shop.positives, shop.positives)


def found(shop: Shop, seed: int = 0) -> tuple[Clusters, FoundSegments]:
    """Clusters and segments of a made-up shop."""
    with threadpool_limits(1):
        given = material(shop)
        bag = words_of(given)
        views = read_views(given.positives, bag, seed)
        parts = make_parts(given, bag, views.purchases, seed)
        weights = {name: weight for name, (_, weight) in PARTS.items()}
        clusters = find_clusters(views, parts, weights, read_vocabulary(given.titles), seed)
        mix = group_mix(given.positives, clusters.codes, clusters.n_groups)
        bought = np.diff(given.positives.indptr).astype(np.float32)
        spend = np.asarray(given.positives @ shop.price).astype(np.float32)
        names = ["products", "spend", *(f"group: {group}" for group in range(clusters.n_groups))]
        profile = ShopperProfile(names, np.column_stack([bought, spend, mix]))
        segments = find_segments(views, clusters, given.positives, profile, seed)
    return clusters, segments


def agreement(truth: NDArray[np.integer], codes: NDArray[np.integer]) -> float:
    return float(adjusted_rand_score(truth, codes))


PLANS = {
    "telling titles": Plan(),
    "twelve groups in noise": Plan(groups=12, noise_words=4, loyal=0.7),
    "one noun among shared words": Plan(groups=6, titles="noun", loyal=0.7),
    "fifteen nouns": Plan(groups=15, titles="noun", items=900, users=1500),
    "Chinese": Plan(groups=10, titles="chinese", items=400),
    "three groups of a small shop": Plan(groups=3, items=60, users=200),
    "four groups of a smaller one": Plan(groups=4, items=100, users=150, mean_items=8),
    "tastes in a space": Plan(groups=8, spread=0.6, users=1500),
    "few purchases": Plan(mean_items=6),
    "levels of activity": Plan(groups=4, activity=True),
    "levels of price": Plan(groups=5, price=True),
    "two hundred shoppers": Plan(groups=5, items=200, users=200),
    "equal sizes": Plan(groups=7, uneven=False, loyal=0.9),
}


@pytest.mark.parametrize(
    ("name", "seed"), [*((name, 1) for name in PLANS), ("Chinese", 2), ("three groups of a small shop", 2), ("few purchases", 2)]
)
def test_groups_and_kinds_of_shopper_are_recovered(name: str, seed: int) -> None:
    plan = PLANS[name]
    shop = make_shop(plan, seed)
    clusters, segments = found(shop)
    assert (clusters.n_groups, segments.n_segments) == (plan.groups, plan.groups)
    assert agreement(shop.item_group, clusters.codes) >= CLUSTERS
    assert agreement(shop.user_kind, segments.codes) >= SEGMENTS


@pytest.mark.parametrize("titles", ["none", "random"])
def test_without_telling_titles_groups_are_found_among_products_that_sell(titles: str) -> None:
    shop = make_shop(Plan(groups=7, titles=titles, loyal=0.8), 3)
    clusters, segments = found(shop)
    sold = np.bincount(shop.positives.indices, minlength=len(shop.titles)) >= 5
    assert clusters.n_groups == 7
    assert agreement(shop.item_group[sold], clusters.codes[sold]) >= CLUSTERS
    assert agreement(shop.user_kind, segments.codes) >= SEGMENTS


def test_titles_alone_are_enough_for_groups_and_shoppers_without_taste_get_no_plain_segments() -> None:
    shop = make_shop(Plan(groups=9, purchases=False), 4)
    clusters, segments = found(shop)
    assert clusters.n_groups == 9
    assert agreement(shop.item_group, clusters.codes) >= CLUSTERS
    assert not segments.plain


def test_fewer_kinds_of_shopper_than_groups_of_products() -> None:
    shop = make_shop(Plan(groups=8, separate=5), 2)
    clusters, segments = found(shop)
    assert (clusters.n_groups, segments.n_segments) == (8, 5)
    assert agreement(shop.item_group, clusters.codes) >= CLUSTERS
    assert agreement(shop.user_kind, segments.codes) >= SEGMENTS


def test_shoppers_of_one_taste_who_differ_in_price_are_told_apart() -> None:
    shop = make_shop(Plan(groups=6, separate=2, bargain=True, loyal=0.0), 1)
    clusters, segments = found(shop)
    assert agreement(shop.item_group, clusters.codes) >= CLUSTERS
    assert agreement(shop.user_kind, segments.codes) >= SEGMENTS


def test_the_same_seed_gives_the_same_bits() -> None:
    shop = make_shop(Plan(groups=5, items=150, users=200), 5)
    for one, other in zip(found(shop, 3), found(shop, 3), strict=True):
        np.testing.assert_array_equal(one.codes, other.codes)


def test_a_shop_of_nothing_but_chance_has_no_plain_groups() -> None:
    shop = make_shop(Plan(groups=5, items=300, users=400, titles="random", purchases=False), 6)
    clusters, segments = found(shop)
    assert not clusters.plain
    assert not segments.plain


def test_too_little_to_tell_apart_is_said() -> None:
    shop = make_shop(Plan(groups=2, items=20, users=12, titles="none", mean_items=3), 7)
    clusters, segments = found(shop)
    assert clusters.n_groups == 0
    assert clusters.reason
    assert (clusters.codes == -1).all()
    assert segments.n_segments == 0
    assert segments.reason
