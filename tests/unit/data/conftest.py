"""A log in, a dataset out, in one line of a test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, IngestResult, ingest

TakeIn = Callable[..., tuple[IngestResult, Dataset]]


@pytest.fixture
def datasets_dir(tmp_path: Path) -> Path:
    return tmp_path / "datasets"


@pytest.fixture
def take_in(tmp_path: Path, datasets_dir: Path) -> TakeIn:
    """take_in(log, items=..., users=..., **options): tables as frames or CSV text; everything trains unless said otherwise."""

    def run(log: pd.DataFrame | str, **options: Any) -> tuple[IngestResult, Dataset]:
        files = {name: str(_written(tmp_path / f"{name}.csv", options.pop(name))) for name in ("items", "users") if name in options}
        request = {"min_user_items": 1, "min_item_users": 1, **files, **options}
        result = ingest(IngestRequest(str(_written(tmp_path / "log.csv", log)), **request), datasets_dir)
        return result, Dataset.open(datasets_dir / result.dataset, verify=True)

    return run


def _written(path: Path, table: pd.DataFrame | str) -> Path:
    path.write_text(table if isinstance(table, str) else table.to_csv(index=False), encoding="utf-8")
    return path
