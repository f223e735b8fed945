"""A small shop with two runs, whose texts try to be more than text."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from recsys_core.cli.app import main
from recsys_core.storage.workspace import Workspace

NASTY = '</script><img src=x onerror=alert(1)>"&春天'
CATEGORIES = ("Candles", "Mugs", f"Toys {NASTY}")


@pytest.fixture(scope="session")
def made_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 shoppers with two tastes, 24 products in three categories; an EASE run and a best-seller run. Only to read."""
    folder = tmp_path_factory.mktemp("told")
    rng = np.random.default_rng(5)
    bought = [(f"u{u:02}", f"p{(u % 2) * 12 + i:02}") for u in range(60) for i in rng.choice(12, 8, replace=False)]
    pd.DataFrame(bought, columns=["user_id", "item_id"]).to_csv(folder / "log.csv", index=False)
    items = [(f"p{i:02}", f"=Candle {i} {NASTY}", CATEGORIES[i % 3], 1.0 + i % 5) for i in range(24)]
    pd.DataFrame(items, columns=["item_id", "title", "category", "price"]).to_csv(folder / "items.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(folder / "home"))
        assert main(["ingest", str(folder / "log.csv"), "--items", str(folder / "items.csv"), "--json"]) == 0
        dataset = Workspace.open().registry.datasets()[0].id
        for model in ("popularity", "ease"):
            assert main(["train", dataset, "--model", model, *(["--set", "l2=5"] if model == "ease" else []), "--json"]) == 0
    return folder


@pytest.fixture
def shop(made_shop: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Model -> run id, in the workspace of the shop."""
    monkeypatch.setenv("AISLE_HOME", str(made_shop / "home"))
    return {run.model: run.id for run in Workspace.open().registry.runs()}


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """What a command prints as JSON; it must end well."""

    def run(*arguments: object) -> Any:
        capsys.readouterr()
        code = main([*map(str, arguments), "--json"])
        out, error = capsys.readouterr()
        assert (code, error) == (0, "")
        return json.loads(out)

    return run
