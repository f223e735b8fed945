"""Small logs of known make: shoppers with tastes, times and prices; copies of them, shuffles, and collapsed ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from recsys_core.synthesis.scorecard.events import Events, encode

START = pd.Timestamp("2026-01-05")  # a Monday
GROUPS, A_GROUP = 4, 15


def log(rows: Sequence[tuple[object, ...]], *more: str) -> pd.DataFrame:
    """Rows of user, item and the further columns named."""
    frame = pd.DataFrame(list(rows), columns=["user_id", "item_id", *more])
    frame["user_id"], frame["item_id"] = frame["user_id"].astype(str), frame["item_id"].astype(str)
    return frame


def pair(real: pd.DataFrame, made: pd.DataFrame, items: pd.DataFrame | None = None) -> tuple[Events, Events]:
    """Both, encoded alike."""
    logs = encode(real, made, None, items)
    return logs.real, logs.synthetic


def shop(users: int = 160, seed: int = 0, each: int = 14) -> pd.DataFrame:
    """Shoppers in four groups of taste, who come some evenings and take a few products of their group, the first ones more often."""
    rng = np.random.default_rng(seed)
    weight = 1.0 / np.arange(1, A_GROUP + 1) ** 0.5
    rows = []
    for user in range(users):
        group = user % GROUPS
        own = group * A_GROUP + rng.choice(A_GROUP, min(each, A_GROUP) * 2 // 3, replace=False, p=weight / weight.sum())
        others = rng.choice(GROUPS * A_GROUP, each // 3, replace=False)
        time = START + pd.Timedelta(minutes=int(rng.integers(0, 60 * 24 * 200)))
        for place, item in enumerate(dict.fromkeys([*own, *others])):
            if place % 3 == 0:
                time += pd.Timedelta(minutes=int(rng.integers(600, 20_000)), seconds=int(rng.integers(0, 60)))
            price = 1.0 + item % 7 + 0.1 * rng.integers(0, 3)
            rows.append((f"u{user}", f"p{item}", time, "purchase", f"c{item // 5}", price))
    return log(rows, "timestamp", "event", "category", "price")


def split(frame: pd.DataFrame, share: float = 0.25, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows to learn from, and a share of everybody's held out."""
    held = pd.Series(np.random.default_rng(seed).random(len(frame))).groupby(frame["user_id"].to_numpy()).rank(pct=True) <= share
    return frame[~held.to_numpy()].reset_index(drop=True), frame[held.to_numpy()].reset_index(drop=True)


def copied(frame: pd.DataFrame) -> pd.DataFrame:
    """Under new shoppers' names."""
    return frame.assign(user_id="s" + frame["user_id"])


def column_wise_shuffle(frame: pd.DataFrame, seed: int = 2) -> pd.DataFrame:
    """Every column in an order of its own."""
    rng = np.random.default_rng(seed)
    return copied(pd.DataFrame({name: rng.permutation(frame[name].to_numpy()) for name in frame}))


def renamed(frame: pd.DataFrame, seed: int = 3) -> pd.DataFrame:
    """Other names for everybody and everything, and the rows in another order."""
    other = frame.assign(
        user_id=frame["user_id"].map(lambda id: f"{hash_of(id, seed):08x}"),
        item_id=frame["item_id"].map(lambda id: f"{hash_of(id, 9):08x}"),
    )
    return other.sample(frac=1, random_state=seed).reset_index(drop=True)


def hash_of(id: str, salt: int) -> int:
    """The same number for the same id, in no order."""
    found = salt
    for letter in id:
        found = (found * 1_000_003 + ord(letter)) * 2_654_435_761 % 2**32
    return found
