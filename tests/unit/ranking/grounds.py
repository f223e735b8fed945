"""A small shop for the tests of planning and of what stands on it."""

import numpy as np
import pandas as pd
from scipy import sparse

from recsys_core.ranking.ground import Ground
from recsys_core.ranking.pools import unit_rows

CATEGORIES = ("Candles", "Mugs", "Toys", "Cards")


def ground(users=40, items=60, depth=30, seed=0, **changes):
    """Shoppers with tastes, products in four categories with prices, dates, costs and stock; candidates by noisy taste."""
    rng = np.random.default_rng(seed)
    group = (np.arange(items) % len(CATEGORIES)).astype(np.int32)
    tastes = rng.dirichlet(np.full(len(CATEGORIES), 0.5), users)
    had = np.zeros((users, items), np.float32)
    for user in range(users):
        had[user, rng.choice(items, 6, replace=False, p=tastes[user, group] / tastes[user, group].sum())] = 1
    scores = (tastes[:, group] + rng.gumbel(0, 0.15, (users, items)) + np.linspace(0.5, 0, items)).astype(np.float32)
    scores[had > 0] = -np.inf
    order = np.argsort(-scores, axis=1, kind="stable")[:, :depth].astype(np.int32)
    known = sparse.csr_matrix(had)
    mix = np.stack([had[:, group == g].sum(axis=1) for g in range(len(CATEGORIES))], axis=1)
    table = pd.DataFrame(
        {
            "item_id": [f"i{i:02}" for i in range(items)],
            "title": [f"{CATEGORIES[g]} {i}" for i, g in enumerate(group)],
            "category": [CATEGORIES[g] for g in group],
            "group": [CATEGORIES[g] for g in group],
            "brand": [None if i % 7 == 0 else f"b{i % 5}" for i in range(items)],
            "price": np.where(np.arange(items) % 11 == 0, np.nan, 1.0 + np.arange(items) % 13),
            "cost": np.where(np.arange(items) % 11 == 0, np.nan, 0.5 + (np.arange(items) % 5) / 10),
            "stock": (np.arange(items) % 6).astype(float),
            "launch_date": pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(items) * 5, unit="D"),
        }
    )
    made = {
        "candidates": order,
        "scores": np.take_along_axis(scores, order, axis=1),
        "fallback": np.zeros(users, bool),
        "had": known,
        "buyers": np.asarray(known.getnnz(axis=0), dtype=np.int64),
        "table": table,
        "group": group,
        "groups": CATEGORIES,
        "mix": sparse.csr_matrix((mix / mix.sum(axis=1, keepdims=True)).astype(np.float32)),
        "segment": (np.arange(users) % 2).astype(np.int32),
        "segments": ("light", "heavy"),
        "model_vectors": unit_rows(np.eye(len(CATEGORIES))[group] + rng.normal(0, 0.4, (items, len(CATEGORIES)))),
        "attribute_vectors": unit_rows(np.eye(len(CATEGORIES))[group].astype(np.float32)),
        "today": pd.Timestamp("2026-11-22"),
    }
    return Ground(**(made | changes))
