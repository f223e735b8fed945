"""Aisle's models beside those of other libraries: one split, one thread, the same lists scored by the same code, in one run.

    python tests/benchmarks/peers.py --json [--data LOG.parquet] [--min-rating 4] [--seeds 0,1] [--pairs mult-vae=recbole:MultiVAE,...]

The other libraries live in `.venv-peers` (made from requirements-peers.txt when it is missing). Everybody trains on the training part and
may choose on validation; lists are of what was in neither. CPU seconds are of fitting and choosing alone.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
ENVIRONMENT = ROOT / ".venv-peers"
ONE_THREAD = dict.fromkeys(("AISLE_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
DEMO = ROOT / "assets" / "demo" / "interactions.parquet"
# (ours, theirs)
PAIRS = (
    ("mult-vae", "recbole:MultiVAE"),
    ("mult-vae", "cornac:VAECF"),
    ("recvae", "recbole:RecVAE"),
    ("recvae", "cornac:RecVAE"),
    ("ials", "irspack:IALS"),
    ("edlae", "irspack:EDLAE"),
    ("item-knn", "irspack:CosineKNN"),
    ("rp3beta", "irspack:RP3beta"),
)


def environment() -> Path:
    """The peers' Python, its environment made first where it is missing."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        subprocess.run(
            [str(python), "-m", "pip", "install", "-q", "-r", str(Path(__file__).with_name("requirements-peers.txt"))], check=True
        )
    return python


def split(log: Path, min_rating: float | None, seed: int) -> dict[str, pd.DataFrame]:
    """Each user's distinct pairs, 80/10/10 at random, of users with at least five: train, validation, test."""
    table = pd.read_parquet(log)
    if min_rating is not None:
        table = table[table["rating"] >= min_rating]
    pairs = table[["user_id", "item_id"]].astype(str).drop_duplicates()
    pairs = pairs[pairs.groupby("user_id")["item_id"].transform("size") >= 5].sort_values(["user_id", "item_id"])
    place = pairs.assign(order=np.random.RandomState(seed).random(len(pairs))).sort_values(["user_id", "order"])
    share = place.groupby("user_id").cumcount() / place.groupby("user_id")["item_id"].transform("size")
    cuts = {"train": (0, 0.8), "validation": (0.8, 0.9), "test": (0.9, 1.01)}
    return {name: place[(share >= low) & (share < high)].drop(columns="order") for name, (low, high) in cuts.items()}


def numbered(parts: dict[str, pd.DataFrame]) -> tuple[dict[str, np.ndarray], tuple[int, int], tuple[pd.Index, pd.Index]]:
    """The pairs as numbers [n, 2], how many users and items there are, and their ids in order."""
    everything = pd.concat(parts.values())
    users, items = (pd.Index(sorted(everything[column].unique())) for column in ("user_id", "item_id"))
    numbers = {name: np.stack([users.get_indexer(p["user_id"]), items.get_indexer(p["item_id"])], axis=1) for name, p in parts.items()}
    return numbers, (len(users), len(items)), (users, items)


def command(home: Path, *words: object) -> Any:
    """One of Aisle's commands on one thread, its JSON answer."""
    env = {**os.environ, **ONE_THREAD, "AISLE_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-m", "recsys_core", *map(str, words), "--json"], cwd=ROOT, env=env, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


class Ours:
    """Aisle on one split: the log is taken in once, each model trained by the command line."""

    def __init__(self, folder: Path, parts: dict[str, pd.DataFrame]) -> None:
        self.folder, self.home = folder, folder / "home"
        log = pd.concat([parts["train"].assign(split="train"), parts["validation"].assign(split="validation")])
        log.to_parquet(folder / "log.parquet")
        parts["train"].to_parquet(folder / "histories.parquet")
        kept = ("--rules", "none", "--min-user-items", 1, "--min-item-users", 1)
        self.dataset = command(self.home, "ingest", folder / "log.parquet", *kept)["dataset"]

    def lists(self, model: str, seed: int, ids: tuple[pd.Index, pd.Index]) -> tuple[np.ndarray, float]:
        """(int32 [users, 100] item numbers, CPU seconds of the fit that is kept; a closed form's grid is left out, theirs have none)."""
        run = command(self.home, "train", self.dataset, "--model", model, "--protocol", "given", "--seed", seed)
        out = self.folder / "lists.parquet"
        command(self.home, "recommend", run["run"], "--k", 100, "--histories", self.folder / "histories.parquet", "--out", out)
        table = pd.read_parquet(out)
        found = np.full((len(ids[0]), 100), -1, dtype=np.int32)
        found[ids[0].get_indexer(table["user_id"].astype(str)), table["rank"] - 1] = ids[1].get_indexer(table["item_id"].astype(str))
        return found, float(run["last_fit_cpu_seconds"])


def theirs(python: Path, folder: Path, name: str, seed: int) -> tuple[np.ndarray, float]:
    """(int32 [users, 100] item numbers, CPU seconds) of another library's model."""
    worker = Path(__file__).with_name("peer_worker.py")
    out = folder / "theirs.npy"
    words = [str(python), str(worker), name, str(folder), str(seed), str(out)]
    done = subprocess.run(words, env={**os.environ, **ONE_THREAD}, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{name}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return np.load(out), float(json.loads(out.with_suffix(".json").read_text())["cpu_seconds"])


def quality(lists: np.ndarray, test: np.ndarray, shape: tuple[int, int]) -> dict[str, float]:
    """Figures of lists, by Aisle's own evaluation for both sides."""
    from recsys_core.evaluation.protocol import evaluate_lists

    targets = sparse.csr_matrix((np.ones(len(test), dtype=np.float32), (test[:, 0], test[:, 1])), shape=shape)
    found = evaluate_lists(lists, targets)
    return {name: round(found.mean(name), 4) for name in ("ndcg@10", "ndcg@100", "recall@20")} | {
        "coverage@10": round(found.catalogue["coverage@10"], 3)
    }


def measure(log: Path, min_rating: float | None, seeds: list[int], pairs: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """One row a model, library and seed; the two sides of a pair run one after the other."""
    python = environment()
    rows: list[dict[str, Any]] = []
    for seed in seeds:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            parts = split(log, min_rating, seed)
            numbers, shape, ids = numbered(parts)
            for part in ("train", "validation"):
                np.save(folder / f"{part}.npy", numbers[part])
            (folder / "sizes.json").write_text(json.dumps(shape))
            aisle = Ours(folder, parts)
            own: dict[str, float] = {}
            for ours, other in pairs:
                if ours not in own:
                    lists, own[ours] = aisle.lists(ours, seed, ids)
                    found = quality(lists, numbers["test"], shape)
                    rows.append({"library": "aisle", "model": ours, "seed": seed, **found, "cpu_seconds": round(own[ours], 2)})
                lists, cpu = theirs(python, folder, other, seed)
                library, _, model = other.partition(":")
                found = quality(lists, numbers["test"], shape)
                ratio = round(own[ours] / max(cpu, 1e-9), 3)
                rows.append({"library": library, "model": model, "seed": seed, **found, "cpu_seconds": round(cpu, 2), "cpu_ratio": ratio})
    return rows


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEMO)
    parser.add_argument("--min-rating", type=float)
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--pairs", help="ours=LIBRARY:MODEL, separated by commas")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    pairs = [tuple(pair.split("=")) for pair in given.pairs.split(",")] if given.pairs else list(PAIRS)
    rows = measure(given.data, given.min_rating, [int(seed) for seed in given.seeds.split(",")], pairs)
    sys.stdout.write(json.dumps({"data": str(given.data), "rows": rows}, indent=None if given.json else 1) + "\n")


if __name__ == "__main__":
    main()
