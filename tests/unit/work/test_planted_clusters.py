"""Planted groups of a made-up shop are found again in what a model has learned, in their number, and so are kinds of shopper."""

from __future__ import annotations

import pytest

from tests.benchmarks.planted_clusters import SHOPS, Plan, measure

pytestmark = pytest.mark.unit
ENOUGH = 0.9  # adjusted Rand index that issue 7 asks for


def wrong(rows, pure=ENOUGH):
    """Rows that miss."""
    return [row for row in rows if row["ari"] < ENOUGH or row["purity"] < pure or row["found"] != row["planted"] or not row["plain"]]


def test_a_typical_shop(tmp_path):
    rows = measure(Plan(groups=6, products=300, shoppers=900), ("item-knn", "mult-vae"), tmp_path)
    assert [(row["model"], row["what"]) for row in rows] == [("item-knn", "items"), ("mult-vae", "items"), ("mult-vae", "users")]
    assert wrong(rows) == []


@pytest.mark.slow
@pytest.mark.parametrize("shop", ["five without titles", "very uneven", "few purchases"])
def test_shops_of_many_kinds_and_every_kind_of_model(shop, tmp_path):
    rows = measure(SHOPS[shop], ("edlae", "ials", "mult-vae", "recvae"), tmp_path, seed=1)
    assert [row for row in rows if row["what"] == "items" and row["ari"] < ENOUGH] == []
