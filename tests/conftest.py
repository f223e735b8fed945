"""What every test gets: a marker from its folder, a workspace of its own, a seeded generator."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from tests.database_server import database_server as database_server  # a fixture

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
# before numba is imported: what a test compiles of umap would else lie in its own workspace, and be compiled again by the next
os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / ".pytest_cache" / "numba"))
BY_FOLDER = {"unit", "contract", "app", "browser", "faults"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test's folder is its marker; what needs ../shared is left out where there is none."""
    for item in items:
        folder = item.path.relative_to(ROOT / "tests").parts[0]
        if folder in BY_FOLDER:
            item.add_marker(getattr(pytest.mark, folder))
        if folder == "acceptance":
            item.add_marker(pytest.mark.shared)
    if not SHARED.is_dir():
        gone = [item for item in items if item.get_closest_marker("shared")]
        config.hook.pytest_deselected(items=gone)
        items[:] = [item for item in items if not item.get_closest_marker("shared")]


@pytest.fixture(autouse=True)
def aisle_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace folder for this test alone, so that none touches the developer's own."""
    home = tmp_path / "aisle-home"
    monkeypatch.setenv("AISLE_HOME", str(home))
    return home


@pytest.fixture
def rng() -> np.random.Generator:
    """The same random numbers on every run."""
    return np.random.default_rng(20_261_121)
