"""Repeats suit the shoppers that a generator draws: what is seldom taken again in the log is seldom taken again by heavy shoppers too."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys_core.synthesis.contract import DrawnShoppers
from recsys_core.synthesis.happenings.dress import dress, learn_happenings

STAPLES, ALL = 10, 40


@pytest.fixture
def log(rng: np.random.Generator) -> pd.DataFrame:
    """300 shoppers of whom large ones repeat more; the first ten products are taken again four times as often as the others."""
    rows = []
    for user in range(300):
        different = int(rng.integers(4, 20))
        own = rng.choice(ALL, different, replace=False)
        weight = np.where(own < STAPLES, 4.0, 1.0)
        again = rng.choice(own, different * different // 12, p=weight / weight.sum())
        rows += [(f"u{user}", f"p{item:02d}") for item in [*own, *again]]
    return pd.DataFrame(rows, columns=["user_id", "item_id"])


def shares(log: pd.DataFrame) -> tuple[float, float]:
    """Rows a pair of the staples and of the others."""
    staple = log["item_id"].str[1:].astype(int) < STAPLES
    pairs = ~log.duplicated(["user_id", "item_id"])
    return float(staple.sum() / (staple & pairs).sum()), float((~staple).sum() / (~staple & pairs).sum())


def test_repeats_of_each_product_are_the_logs_whoever_has_it(log: pd.DataFrame) -> None:
    rng = np.random.default_rng(8)
    lengths = rng.integers(4, 20, 300)
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    # large shoppers are drawn with fewer staples, small ones with more, which in the log is not so
    weights = {large: np.where((np.arange(ALL) < STAPLES) == large, 0.5, 1.0) for large in (False, True)}
    items = [rng.choice(ALL, n, replace=False, p=weights[n >= 12] / weights[n >= 12].sum()) for n in lengths]
    drawn = DrawnShoppers(indptr, np.concatenate(items).astype(np.int32), np.full(300, -1, np.int32))
    catalogue = pd.Index([f"p{item:02d}" for item in range(ALL)])
    plain, suited = (dress(learn_happenings(log, catalogue, draw=draw), drawn, seed=1) for draw in (None, lambda: drawn))
    real_staple, real_other = shares(log)
    off = [abs(np.log((staple / other) / (real_staple / real_other))) for staple, other in (shares(plain), shares(suited))]
    assert off[1] < 0.6 * off[0]
    assert len(plain) == len(suited)


def test_a_log_without_repeats_is_not_drawn_for(log: pd.DataFrame) -> None:
    once = log.drop_duplicates()
    asked = []
    drawn = DrawnShoppers(np.array([0, 2]), np.array([3, 4], np.int32), np.array([-1], np.int32))
    found = learn_happenings(once, pd.Index(sorted(once["item_id"].unique())), draw=lambda: asked.append(1) or drawn)
    assert dress(found, drawn, seed=1).duplicated(["user_id", "item_id"]).sum() == 0
    assert asked == []
