"""What `evaluate` says of real runs, against two programs that are not ours: ../shared's scorer, and trec_eval."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import pytrec_eval
from scipy import sparse

from recsys_core.cli.app import main
from recsys_core.data.dataset import Dataset
from recsys_core.evaluation.protocol import evaluate_lists
from recsys_core.storage.workspace import Workspace

SHARED = Path(__file__).parents[3] / "shared"
AT = (5, 10, 20, 50, 100)
ROUNDED = 1.01e-5  # the scorer prints five digits
pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(1200)]


def scored(folder: Path, lists: Path, test: Path, had: Path, catalogue: Path) -> dict[str, Any]:
    files = {"lists": lists, "test": test, "train": had, "catalogue": catalogue}
    words = [word for name, file in files.items() for word in (f"--{name}", str(folder / file))]
    program = [sys.executable, str(SHARED / "checks" / "score_lists.py"), *words, "--at", ",".join(map(str, AT))]
    found: dict[str, Any] = json.loads(subprocess.run(program, capture_output=True, text=True, check=True).stdout)
    return found


def agree(ours: dict[str, float | None], theirs: dict[str, Any]) -> None:
    for k in AT:
        for name in ("precision", "recall", "ndcg", "mrr", "hit_rate", "coverage", "gini"):
            assert ours[f"{name}@{k}"] == pytest.approx(theirs[f"{name}@{k}"], abs=ROUNDED), f"{name}@{k}"


@pytest.mark.parametrize(("log", "protocol"), [("ml-100k", "random"), ("online_retail", "random"), ("cfgan_ml100k", "given")])
def test_figures_of_a_real_run_are_those_of_two_other_programs(
    log: str, protocol: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: object) -> Any:
        assert main([*map(str, words), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    dataset = run("ingest", SHARED / "data" / log / "interactions.parquet")["dataset"]
    run("split", dataset, "--protocol", protocol, "--out", tmp_path)
    parts = {name: pd.read_parquet(tmp_path / f"{name}.parquet") for name in ("train", "validation", "test")}
    pd.concat([parts["train"], parts["validation"]]).to_parquet(tmp_path / "had.parquet")
    opened = Dataset.open(Workspace.open().dataset_dir(dataset))
    pd.DataFrame({"item_id": opened.item_ids}).assign(user_id="").to_parquet(tmp_path / "catalogue.parquet")
    for model, settings in (("popularity", ()), ("ease", ("--set", "l2=200"))):
        id = run("train", dataset, "--model", model, "--protocol", protocol, *settings)["run"]
        run("recommend", id, "--k", max(AT), "--all", "--out", tmp_path / "lists.parquet")
        (row,) = run("evaluate", id)["runs"]
        ours = {name: figure["value"] for name, figure in row["metrics"]["test"].items()}
        theirs = scored(tmp_path, Path("lists.parquet"), Path("test.parquet"), Path("had.parquet"), Path("catalogue.parquet"))
        assert row["users"] == theirs["users"]
        assert (theirs["repeats"], theirs["duplicates"]) == (0, 0)
        agree(ours, theirs)
        agree_with_trec_eval(ours, pd.read_parquet(tmp_path / "lists.parquet"), parts["test"])


def agree_with_trec_eval(ours: dict[str, float], lists: pd.DataFrame, test: pd.DataFrame) -> None:
    wanted = {user: dict.fromkeys(items, 1) for user, items in test.groupby("user_id").item_id}
    ranked = {user: dict(zip(rows.item_id, -rows["rank"].astype(float), strict=True)) for user, rows in lists.groupby("user_id")}
    cuts = ",".join(map(str, AT))
    asked = {f"{name}.{cuts}" for name in ("ndcg_cut", "map_cut", "P", "recall", "success")}
    found = pytrec_eval.RelevanceEvaluator(wanted, asked).evaluate({user: ranked[user] for user in wanted})
    for k in AT:
        for name, other in (("ndcg", "ndcg_cut"), ("precision", "P"), ("hit_rate", "success"), ("recall", "recall"), ("map", "map_cut")):
            rescale = {user: len(items) / min(len(items), k) if name in ("recall", "map") else 1 for user, items in wanted.items()}
            mean = np.mean([measures[f"{other}_{k}"] * rescale[user] for user, measures in found.items()])
            assert ours[f"{name}@{k}"] == pytest.approx(mean, abs=1e-5), f"{name}@{k}"


def test_missing_and_short_lists_count_as_the_shared_scorer_counts_them(tmp_path: Path) -> None:
    """Shoppers who are tested and have no list, or half a one; lists of shoppers who are not tested."""
    rng = np.random.default_rng(11)
    lists = np.stack([rng.permutation(300)[:100] for _ in range(50)])
    lists[:5], lists[5:10, 30:] = -1, -1
    targets = np.zeros((50, 300), dtype=np.float32)
    for user in range(40):
        targets[user, rng.choice(300, 1 + user // 2, replace=False)] = 1
    user, place = np.nonzero(lists >= 0)
    listed = pd.DataFrame({"user_id": user, "rank": place + 1, "item_id": lists[user, place]}).sample(frac=1, random_state=0)
    wanted = pd.DataFrame(np.argwhere(targets > 0), columns=["user_id", "item_id"])
    everything = pd.DataFrame({"user_id": "x", "item_id": np.arange(300)})
    for name, frame in (("lists", listed), ("test", wanted), ("had", everything.head(0)), ("catalogue", everything)):
        frame.to_parquet(tmp_path / f"{name}.parquet")
    theirs = scored(tmp_path, *(Path(f"{name}.parquet") for name in ("lists", "test", "had", "catalogue")))
    ours = evaluate_lists(lists, sparse.csr_matrix(targets), at=AT)
    assert theirs["users"] == len(ours.users) == 40
    agree({name: figure["value"] for name, figure in ours.summary().items()}, theirs)
