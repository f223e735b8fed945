"""A workspace with a log that has all a generator may learn: times, kinds, prices, categories, countries, and two tastes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from recsys_core.data.dataset import Dataset
from recsys_core.jobs import run_here
from recsys_core.jobs.train_spec import train_spec
from recsys_core.models.runs import Run
from recsys_core.storage.workspace import Workspace

COLUMNS = ["country", "customer", "sku", "when", "action", "qty", "price", "category"]


def frame(users: int = 60, seed: int = 3) -> pd.DataFrame:
    """8 or 9 products a shopper, viewed and often bought, under a file's own column names."""
    rng = np.random.default_rng(seed)
    rows = []
    for user in range(users):
        time = pd.Timestamp("2026-01-05") + pd.Timedelta(hours=int(rng.integers(8, 2000)))
        for item in (user % 2) * 15 + rng.choice(15, 8 + user % 2, replace=False):
            time += pd.Timedelta(minutes=int(rng.integers(1, 3000)))
            about = (f"p{item:02d}", time, 1 + int(item) % 3, 1.5 + int(item) % 5, "Mugs" if item < 15 else "Lamps")
            sku, when, quantity, price, category = about
            for place, action in enumerate(["View", "Purchase"][: 1 + int(rng.random() < 0.7)]):
                moment = when + pd.Timedelta(minutes=place)
                rows.append(("NL" if user % 3 else "UK", f"u{user:02d}", sku, moment, action, quantity, price, category))
    return pd.DataFrame(rows, columns=COLUMNS)


def logged(folder: Path, *, split: bool = False, **choices: object) -> tuple[Workspace, Dataset]:
    """A workspace in folder/home with the log in it. split: with a split column. choices: of its IngestRequest."""
    folder.mkdir(parents=True, exist_ok=True)
    table = frame()
    if split:
        part = np.random.default_rng(4).choice(["train", "validation", "test"], 30, p=[0.7, 0.15, 0.15])
        table["split"] = part[table["sku"].str[1:].astype(int)]
    table.to_parquet(folder / "log.parquet", index=False)
    workspace = Workspace.open(folder / "home")
    spec = {"log": str(folder / "log.parquet"), "positive": ["view", "purchase"], **choices}
    made = run_here(workspace, "ingest", spec, title="Ingest")
    return workspace, Dataset.open(workspace.dataset_dir(str((made.result or {})["dataset"])))


def popular_run(workspace: Workspace, dataset: Dataset, protocol: str = "random", seed: int = 0) -> Run:
    """A run whose split a generator may learn from."""
    spec = train_spec(dataset.id, "popularity", protocol=protocol, seed=seed)
    made = run_here(workspace, "train", spec, title="Train")
    return Run.open(workspace.run_dir(str((made.result or {})["run"])))
