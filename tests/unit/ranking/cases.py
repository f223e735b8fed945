"""Plans and pools for the tests of ranking: small ones by hand, and random ones with every rule in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from recsys_core.ranking.plan import Cap, Exposure, Listing, Plan, Reserved, Term, plain_plan
from recsys_core.ranking.pools import Pool, make_pool, unit_rows

ITEMS = 40


def pool_of(*rows: list[tuple[int, float]]) -> Pool:
    """One user a row of (item, relevance), best first; relevance as it is."""
    width = max((len(row) for row in rows), default=0)
    items, relevance = np.full((len(rows), width), -1, np.int32), np.zeros((len(rows), width), np.float32)
    for user, row in enumerate(rows):
        for c, (item, worth) in enumerate(row):
            items[user, c], relevance[user, c] = item, worth
    return Pool(items, relevance)


def descending(n: int, first: int = 0) -> list[tuple[int, float]]:
    """n candidates, items first, first + 1, ..., relevance from 1 downwards."""
    return [(first + i, 1 - i / n) for i in range(n)]


def random_pool(seed: int, users: int = 6, size: int = 30, items: int = 60, dimensions: int = 8) -> tuple[Pool, Any]:
    """(pool, unit vectors) of random candidates."""
    rng = np.random.default_rng(seed)
    candidates = np.stack([rng.permutation(items)[:size] for _ in range(users)]).astype(np.int32)
    scores = -np.sort(-rng.normal(size=(users, size)).astype(np.float32), axis=1)
    return make_pool(candidates, scores, size), unit_rows(rng.normal(size=(items, dimensions)) + 0.4)


def random_case(seed: int, *, users: int = 4) -> tuple[Plan, Pool, Any]:
    """(plan, pool, unit vectors) with any mixture of terms, pins, reserved places, caps and engines; pools are often short."""
    rng = np.random.default_rng(seed)
    k, size, audiences = int(rng.integers(1, 11)), int(rng.integers(1, 21)), int(rng.integers(1, 3))

    def maybe(share: float = 0.5) -> bool:
        return bool(rng.random() < share)

    candidates = np.stack([rng.permutation(ITEMS)[:size] for _ in range(users)])
    candidates[rng.random(candidates.shape) < 0.2] = -1
    scores = -np.sort(-rng.normal(size=candidates.shape), axis=1)
    if maybe(0.3):
        scores = np.round(scores)
    audience = rng.integers(0, audiences, users)
    eligible = rng.random((audiences, ITEMS)) < (0.8 if maybe() else 1.0)
    had = sparse.random(users, ITEMS, 0.1, format="csr", random_state=seed)
    best_sellers = rng.permutation(ITEMS) if maybe() else None
    pool = make_pool(candidates, scores, k=k, eligible=eligible, audience=audience, had=had, best_sellers=best_sellers)
    vectors = unit_rows(rng.normal(size=(ITEMS, int(rng.choice([2, 6])))) + 0.3)
    vectors[rng.random(ITEMS) < 0.1] = 0
    vectors[:4] = vectors[5]
    group = rng.integers(-1, 5, ITEMS)
    mix = rng.random((users, 5)) * (rng.random((users, 5)) < 0.6)
    total = mix.sum(axis=1, keepdims=True)
    terms = tuple(Term(name, rng.normal(size=(1, ITEMS)).astype(np.float32) * 0.3) for name in ("freshness", "margin"))
    plan = plain_plan(users, ITEMS, k, rng.random(users) * (rng.random(users) < 0.8))
    plan = replace(
        plan,
        audience=audience,
        eligible=eligible,
        engine=str(rng.choice(["nearest", "set-wise"])),
        window=int(rng.choice([0, 1, 3, 50])),
        group=group,
        static=np.zeros((audiences, ITEMS)),
    )
    if maybe():
        plan = replace(plan, balance=float(rng.random()), mix=sparse.csr_matrix(mix / np.where(total > 0, total, 1)))
    if maybe():
        plan = replace(plan, static=np.repeat(sum(term.values for term in terms), audiences, axis=0), terms=terms)
    if maybe():
        plan = replace(plan, personal=-0.5 * rng.random(pool.items.shape).astype(np.float32))
    if maybe():
        plan = replace(plan, pins=np.where(rng.random((audiences, k)) < 0.2, rng.integers(0, ITEMS, (audiences, k)), -1))
    if maybe():
        plan = replace(plan, soft_pins=np.where(rng.random((audiences, k)) < 0.3, rng.integers(0, ITEMS, (audiences, k)), -1))
    if maybe():
        sets = [Reserved(f"set {i}", rng.random(ITEMS) < 0.25, int(rng.integers(1, 4))) for i in range(int(rng.integers(1, 3)))]
        plan = replace(plan, reserved=tuple(sets))
    if maybe():
        plan = replace(plan, min_distinct=int(rng.integers(1, 6)))
    if maybe(0.7):
        caps = [
            Cap(f"cap {i}", rng.integers(-1, 4, ITEMS).astype(np.int32), int(rng.integers(1, 4)), int(rng.choice([0, 2, 3, 20])))
            for i in range(int(rng.integers(1, 4)))
        ]
        plan = replace(plan, caps=tuple(caps))
    if maybe(0.3):
        plan = replace(plan, exposure=Exposure(0.7, rng.integers(-1, 3, ITEMS).astype(np.int32), np.array([0.5, 0.3, 0.2], np.float32)))
    return plan, pool, vectors


def same_but_for_ties(one: Listing, other: Listing, tolerance: float = 1e-4) -> bool:
    """Whether two listings are equal, user by user, up to the first place where two items are worth the same within `tolerance`."""
    for user in range(len(one.items)):
        pinned = one.flags[user] & 1
        for place in np.argsort(-pinned.astype(int), kind="stable"):  # the order of the picks
            if abs(float(one.value[user, place]) - float(other.value[user, place])) > tolerance:
                return False
            if one.items[user, place] != other.items[user, place]:
                break
            if one.flags[user, place] != other.flags[user, place]:
                return False
    return True


def clustered_shop(users: int = 900, items: int = 600) -> tuple[Any, Any, Any]:
    """(candidates, scores, unit vectors) of users whose candidates come mostly from two of twelve clusters (item index modulo 12)."""
    rng = np.random.default_rng(4)
    centres = rng.normal(size=(12, 16))
    vectors = unit_rows(centres[np.arange(items) % 12] + 0.5 * rng.normal(size=(items, 16)))
    taste = rng.normal(size=(users, 16)) * 0.4 + centres[rng.integers(0, 12, users)]
    scores = (taste @ vectors.T).astype(np.float32)
    candidates = np.argsort(-scores, axis=1)[:, :100].astype(np.int32)
    return candidates, np.take_along_axis(scores, candidates, axis=1), vectors
