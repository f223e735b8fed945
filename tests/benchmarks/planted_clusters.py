"""How well clusters and neighbours find what was planted: `python planted_clusters.py [--json] [--shops NAME,...] [--models ID,...]`.

Makes shops with known groups of products and known kinds of shopper, takes each in, trains models, runs `project`, and compares the run's
clusters, their number said by the data, with what was planted: adjusted Rand index (1 is perfect, 0 is chance), and the share of each
product's ten nearest that are of its group.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.jobs.project_spec import project_spec
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.worker import run_here
from recsys_core.latent.clusters import load_clusters
from recsys_core.latent.neighbours import model_space
from recsys_core.models.runs import Run
from recsys_core.storage.records import DatasetRecord
from recsys_core.storage.workspace import Workspace


@dataclass(frozen=True)
class Plan:
    """A shop. own: share of a shopper's purchases from groups of their taste;
    mixed: tastes are shares of all groups, a kind being the group that one has most of. skew: of the groups' sizes, 0 for equal ones.
    zipf: of the products' popularity within a group. each: purchases of a shopper, on average. titles: whether they tell the group.
    """

    groups: int = 8
    products: int = 600
    shoppers: int = 2000
    own: float = 0.8
    mixed: bool = False
    skew: float = 0.5
    zipf: float = 0.8
    each: float = 15
    titles: bool = True


SHOPS = {
    "typical": Plan(),
    "four groups": Plan(groups=4, products=300, shoppers=1000),
    "five without titles": Plan(groups=5, products=400, shoppers=1500, titles=False),
    "ten of equal sizes": Plan(groups=10, skew=0),
    "twelve in noise": Plan(groups=12, products=800, shoppers=3000, own=0.65),
    "twenty": Plan(groups=20, products=1500, shoppers=5000),
    "very uneven": Plan(groups=7, skew=1.2),
    "steep popularity": Plan(zipf=1.2),
    "few purchases": Plan(groups=6, products=300, shoppers=2000, each=8),
    "mixed tastes": Plan(mixed=True),
    "five thousand products": Plan(groups=12, products=5000, shoppers=8000, each=30),
}
LOOKS = ("red", "blue", "tall", "round", "old", "new")
MODELS = ("item-knn", "edlae", "ials", "mult-vae", "recvae")


def make_log(plan: Plan, seed: int, folder: Path) -> tuple[dict[str, int], dict[str, int]]:
    """log.csv and items.csv in `folder`; (group of each product id, kind of each shopper id)."""
    rng = np.random.default_rng(seed)
    share = np.exp(plan.skew * rng.normal(size=plan.groups))
    group = rng.permutation(
        np.r_[np.arange(plan.groups).repeat(12), rng.choice(plan.groups, plan.products - 12 * plan.groups, p=share / share.sum())]
    )
    appeal = np.empty(plan.products)
    for one in range(plan.groups):
        inside = np.flatnonzero(group == one)
        appeal[inside] = 1 / (rng.permutation(len(inside)) + 5) ** plan.zipf
        appeal[inside] /= appeal[inside].sum()
    kind = rng.integers(plan.groups, size=plan.shoppers)
    rows = []
    for shopper in range(plan.shoppers):
        if plan.mixed:
            taste = rng.dirichlet(np.full(plan.groups, 0.15))
            kind[shopper] = taste.argmax()
            taste = 0.9 * taste + 0.1 / plan.groups
        else:
            taste = np.where(np.arange(plan.groups) == kind[shopper], plan.own, 0) + (1 - plan.own) / plan.groups
        wanted = taste[group] * appeal
        number = int(min(max(3, rng.gamma(3, plan.each / 3)), plan.products // 4))
        rows += [(shopper, item) for item in rng.choice(plan.products, number, replace=False, p=wanted / wanted.sum())]
    log = pd.DataFrame(rows, columns=["user_id", "item_id"])
    log["timestamp"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 200 * 86400, len(log)), unit="s")
    log["user_id"], log["item_id"] = log["user_id"].map("u{:05d}".format), log["item_id"].map("p{:05d}".format)
    log.to_csv(folder / "log.csv", index=False)
    names = [f"{LOOKS[rng.integers(len(LOOKS))]} thing{one} no {item}" for item, one in enumerate(group)]
    items = pd.DataFrame(
        {"item_id": [f"p{item:05d}" for item in range(plan.products)], "price": rng.lognormal(2, 0.5, plan.products).round(2)}
    )
    if plan.titles:
        items["title"] = names
    items.to_csv(folder / "items.csv", index=False)
    return {f"p{item:05d}": int(one) for item, one in enumerate(group)}, {f"u{one:05d}": int(taste) for one, taste in enumerate(kind)}


def measure(plan: Plan, models: tuple[str, ...], folder: Path, seed: int = 0) -> list[dict[str, Any]]:
    """One row a model and subject: what was planted, what was found, ari, purity, cpu seconds of the clusters' job."""
    groups, kinds = make_log(plan, seed, folder)
    workspace = Workspace.open(folder / "home")
    asked = IngestRequest(log=str(folder / "log.csv"), items=str(folder / "items.csv"))
    made = ingest(asked, workspace.datasets_dir, lambda fraction, message: None)
    counts = {"rows": made.rows_kept, "users": made.users, "items": made.items}
    workspace.registry.add_dataset(DatasetRecord(made.dataset, "shop", datetime.now(UTC), **counts, origin="upload"))
    dataset = Dataset.open(workspace.dataset_dir(made.dataset))
    truth = {
        "items": np.array([groups[str(id)] for id in dataset.item_ids]),
        "users": np.array([kinds[str(id)] for id in dataset.user_ids]),
    }
    found = []
    for model in models:
        run = Run.open(workspace.run_dir(run_here(workspace, "train", train_spec(dataset.id, model), title=model).result["run"]))
        told = run_here(workspace, "project", project_spec(workspace, run.id, "both"), title="maps").result
        for what in [each["what"] for each in told["maps"]]:
            clusters = load_clusters(run.artifact.folder, what)
            assert clusters is not None
            planted = truth[what][clusters.rows]
            near = model_space(run, dataset, what).nearest(clusters.rows).rows
            pure = float((truth[what][near] == planted[:, None])[near >= 0].mean())
            about = {"planted": len(np.unique(planted)), "found": clusters.n_clusters, "plain": clusters.plain, "points": len(planted)}
            found.append(
                {"model": model, "what": what, **about, "ari": float(adjusted_rand_score(planted, clusters.codes)), "purity": pure}
            )
    return found


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shops", default=",".join(SHOPS))
    options.add_argument("--models", default=",".join(MODELS))
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    rows = []
    for name in given.shops.split(","):
        with tempfile.TemporaryDirectory() as folder:
            for row in measure(SHOPS[name], tuple(given.models.split(",")), Path(folder), given.seed):
                rows.append({"shop": name, **row})
                if not given.json:
                    sys.stdout.write(f"{_line(rows[-1])}\n")
                    sys.stdout.flush()
    if given.json:
        plans = {name: asdict(SHOPS[name]) for name in given.shops.split(",")}
        sys.stdout.write(json.dumps({"seed": given.seed, "plans": plans, "rows": rows}, indent=2) + "\n")


def _line(row: dict[str, Any]) -> str:
    number = f"{row['planted']:2} planted, {row['found']:2} found{'' if row['plain'] else ' (not plain)'}"
    figures = f"ARI {row['ari']:.3f}, ten nearest {row['purity']:.3f}"
    return f"{row['shop']:24} {row['model']:10} {row['what']:6} {row['points']:5} points, {number}: {figures}"


if __name__ == "__main__":
    main()
