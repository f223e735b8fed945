"""Events are stored in one order, which pandas agrees with."""

import numpy as np
import pandas as pd

from tests.unit.data.conftest import TakeIn


def test_events_are_sorted_by_all_they_say_whatever_the_order_of_the_file(take_in: TakeIn) -> None:
    rng = np.random.default_rng(3)
    log = pd.DataFrame(
        {
            "user_id": rng.choice(["10", "9", "é"], 300),
            "item_id": rng.choice(["b", "a", "A"], 300),
            "timestamp": rng.choice([1_600_000_000, 1_600_000_001], 300),
            "event": rng.choice(["view", "cart", "purchase", "Ärger"], 300),
            "split": rng.choice(["train", "valid", "test"], 300),
            "quantity": rng.choice([None, 1.0, 2.0], 300),
            "shop": rng.choice([None, "x", "y"], 300),
        }
    )
    _, dataset = take_in(log, rules="none", positive=("view",))
    stored = dataset.events().to_pandas()
    ids = stored.assign(user_id=dataset.user_ids[stored["user"]], item_id=dataset.item_ids[stored["item"]])
    keys = ["user_id", "item_id", "timestamp", "event", "quantity", "split", "shop", "row"]
    expected = ids.sort_values(keys, na_position="first", kind="stable")
    assert ids[keys].equals(expected[keys])
    assert sorted(stored["event"].unique()) == sorted(log["event"].str.lower().unique())
    assert stored["split"].value_counts().to_dict() == log["split"].value_counts().to_dict()
    assert stored["rating"].isna().all()
