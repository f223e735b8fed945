"""A planted shop for the filter: real shoppers with tastes, and synthetic ones that are good, copied, shuffled or invalid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys_core.synthesis.contract import DrawnShoppers
from recsys_core.synthesis.real_log import RealLog, real_shoppers

GROUPS, A_GROUP = 5, 24
START = pd.Timestamp("2026-01-05")
GOOD, COPY, LOOSE, INVALID = range(4)


def histories(users: int, rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """8 to 20 products each, most of them of one taste, popular ones more often; in the order in which they are taken."""
    weight = 1.0 / np.arange(1, A_GROUP + 1) ** 0.7
    own, all_ = weight / weight.sum(), np.tile(weight, GROUPS) / (GROUPS * weight.sum())
    found = []
    for user in range(users):
        n = int(rng.integers(8, 21))
        taste = (user % GROUPS) * A_GROUP + rng.choice(A_GROUP, round(0.8 * n), replace=False, p=own)
        others = rng.choice(GROUPS * A_GROUP, n, replace=False, p=all_)
        found.append(np.array(list(dict.fromkeys([*taste, *others]))[:n]))
    return found


def rows(sets: list[NDArray[np.int64]], prefix: str, rng: np.random.Generator, first: int = 0) -> pd.DataFrame:
    """A view, and often a purchase after it, of each product; one country a shopper; category and price by product."""
    told = []
    for number, items in enumerate(sets, start=first):
        time = START + pd.Timedelta(minutes=int(rng.integers(0, 60 * 24 * 100)))
        for item in items:
            time += pd.Timedelta(minutes=int(rng.integers(2, 900)))
            kinds = ("view", "purchase") if rng.random() < 0.6 else ("view",)
            for place, kind in enumerate(kinds):
                moment = time + pd.Timedelta(seconds=30 * place)
                told.append(
                    (f"{prefix}{number}", f"p{item:03}", moment, kind, 1.0 + item % 9, f"c{item // 12}", "NL" if number % 3 else "UK")
                )
    return pd.DataFrame(told, columns=["user_id", "item_id", "timestamp", "event", "price", "category", "country"])


def real_log(users: int = 300, seed: int = 0) -> RealLog:
    """The real side: 4 of 5 rows learned from, the rest held out."""
    rng = np.random.default_rng(seed)
    frame = rows(histories(users, rng), "u", rng)
    user, item = (pd.factorize(frame[name], sort=True) for name in ("user_id", "item_id"))
    held = np.isin(user[0] * 1000 + item[0], np.flatnonzero(rng.random(users * 1000) < 0.2))
    known = np.flatnonzero(~held)
    codes = user[0][known].astype(np.int32), item[0][known].astype(np.int32)
    moment = frame["timestamp"].to_numpy("datetime64[us]").astype(np.int64)[known]
    shape = (len(user[1]), len(item[1]))
    sets = real_shoppers(*codes, moment, shape, np.full(shape[0], -1, np.int32), ())
    real, holdout = frame.iloc[known].reset_index(drop=True), frame.iloc[np.flatnonzero(held)].reset_index(drop=True)
    return RealLog(real, holdout, *codes, pd.Index(item[1]), sets)


@dataclass(frozen=True)
class Planted:
    """Synthetic shoppers, and which kind each is: int64 [n]."""

    drawn: DrawnShoppers
    events: pd.DataFrame
    kind: NDArray[np.int64]


def planted(real: RealLog, good: int = 180, copies: int = 60, loose: int = 60, seed: int = 9) -> Planted:
    """Good ones are drawn as the real ones were (less what was held out); copies have a real one's products; the loose ones as many
    products as real ones, by popularity alone.
    """
    rng = np.random.default_rng(seed)
    place = {int(id[1:]): number for number, id in enumerate(real.items)}
    fresh = [np.array([place[i] for i in items if i in place and rng.random() < 0.8]) for items in histories(good, rng)]
    sets, lengths = real.shoppers.sets, real.shoppers.lengths
    copied = [sets[user].indices.astype(np.int64) for user in rng.choice(len(lengths), copies, replace=False)]
    shuffled = [np.array([*dict.fromkeys(rng.choice(sets.indices, 99))][: rng.choice(lengths)]) for _ in range(loose)]
    all_ = [*fresh, *copied, *shuffled]
    kind = np.repeat([GOOD, COPY, LOOSE], [good, copies, loose])
    events = rows([np.array([int(real.items[i][1:]) for i in items]) for items in all_], "synthetic-", rng, first=1)
    indptr = np.concatenate([[0], np.cumsum([len(items) for items in all_])]).astype(np.int64)
    return Planted(DrawnShoppers(indptr, np.concatenate(all_).astype(np.int32), np.full(len(all_), -1, np.int32)), events, kind)
