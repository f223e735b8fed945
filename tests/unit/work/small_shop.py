"""A workspace with a small log in it: shoppers in three groups of taste, so that there is something to learn."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.storage.records import DatasetRecord
from recsys_core.storage.workspace import Workspace

TINY_VAE = {"hidden": 16, "latent": 4, "epochs": 4, "batch_size": 32}


def small_shop(folder: Path, users: int = 90, products: int = 36, each: int = 8, **choices: int) -> tuple[Workspace, Dataset]:
    """A new workspace in folder/home with one dataset. choices: of its `IngestRequest`."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(7)
    a_group = products // 3
    rows = [(f"u{user:03d}", f"p{(user % 3) * a_group + i:03d}") for user in range(users) for i in rng.choice(a_group, each, replace=False)]
    log = folder / "small_shop.csv"
    pd.DataFrame(rows, columns=["user_id", "item_id"]).to_csv(log, index=False)
    workspace = Workspace.open(folder / "home")
    made = ingest(IngestRequest(log=str(log), **choices), workspace.datasets_dir, lambda fraction, message: None)
    counts = {"rows": made.rows_kept, "users": made.users, "items": made.items}
    workspace.registry.add_dataset(DatasetRecord(made.dataset, "shop", datetime.now(UTC), **counts, origin="upload"))
    return workspace, Dataset.open(workspace.dataset_dir(made.dataset))
