"""A made-up shop in which every product belongs to one group and its words say so: what a new product of the group should find."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys_core.cli.app import main
from recsys_core.storage.workspace import Workspace

GROUPS = {"mug": "kettle", "candle": "lantern", "train": "puzzle", "shovel": "gardening"}  # group -> the second word of its titles
PER_GROUP, SHOPPERS = 20, 120
TASTES = tuple(GROUPS)


def group_of(user_id: str) -> int:
    """The group that a shopper buys from."""
    return int(user_id[1:]) % len(GROUPS)


def write_shop(folder: Path) -> tuple[Path, Path]:
    """(log, catalogue): shoppers u000.. buy nine products in ten from the group of their number modulo four."""
    rng = np.random.default_rng(4)
    bought: list[tuple[str, str]] = []
    for u in range(SHOPPERS):
        own = u % len(GROUPS)
        for i in rng.choice(PER_GROUP, 9, replace=False):
            bought.append((f"u{u:03}", f"p{own * PER_GROUP + i:02}"))
        other = (own + 1 + int(rng.integers(3))) % len(GROUPS)
        bought.append((f"u{u:03}", f"p{other * PER_GROUP + int(rng.integers(PER_GROUP)):02}"))
    items = []
    for place in range(len(GROUPS) * PER_GROUP):
        word = TASTES[place // PER_GROUP]
        colour = ("striped", "spotted", "woven", "rustic")[place % 4]
        items.append((f"p{place:02}", f"{colour} {word} {GROUPS[word]}", word.title(), 1.0 + place // PER_GROUP + (place % 5) / 10))
    log, catalogue = folder / "log.csv", folder / "items.csv"
    pd.DataFrame(bought, columns=["user_id", "item_id"]).to_csv(log, index=False)
    pd.DataFrame(items, columns=["item_id", "title", "category", "price"]).to_csv(catalogue, index=False)
    people = [(f"u{u:03}", ("north", "south")[u % 2], 20 + u % 4 * 10) for u in range(SHOPPERS)]
    pd.DataFrame(people, columns=["user_id", "region", "age"]).to_csv(folder / "users.csv", index=False)
    return log, catalogue


def trained_shop(folder: Path, model: str = "ease") -> str:
    """Ingest and train in the workspace folder/home. Returns the run's id."""
    log, catalogue = write_shop(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(folder / "home"))
        assert main(["ingest", str(log), "--items", str(catalogue), "--users", str(folder / "users.csv"), "--json"]) == 0
        dataset = Workspace.open().registry.datasets()[0].id
        assert main(["train", dataset, "--model", model, "--set", "l2=5", "--json"]) == 0
        return Workspace.open().registry.runs()[0].id
