"""A made-up shop whose titles fall into plain kinds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

KINDS = ("mug", "lunch bag", "candle", "cushion cover", "photo frame", "gift box", "wall clock", "tea towel", "door mat", "toy car")
LOOKS = ("retro", "floral", "striped", "spotty", "rustic", "vintage", "classic", "modern", "nordic", "tropical", "gingham", "paisley")


def titles(each: int = 12) -> tuple[list[str], np.ndarray]:
    """Titles such as 'Floral Lunch Bag No 3', and the kind of each."""
    made, kind = [], []
    for code, name in enumerate(KINDS):
        for place in range(each):
            form = f"{name}s" if place % 3 == 0 else name
            made.append(f"{LOOKS[place % len(LOOKS)]} {form} set of {place}".title())
            kind.append(code)
    return made, np.array(kind)


def titled_log(folder: Path) -> None:
    """log.csv and items.csv of that shop."""
    names, _ = titles()
    items = pd.DataFrame({"item_id": [f"p{place:03d}" for place in range(len(names))], "title": names})
    items.to_csv(folder / "items.csv", index=False)
    rng = np.random.default_rng(0)
    rows = [(f"u{user}", f"p{item:03d}", 2 + item % 7) for user in range(40) for item in rng.choice(len(names), 10, replace=False)]
    pd.DataFrame(rows, columns=["user_id", "item_id", "price"]).to_csv(folder / "log.csv", index=False)
