"""Aisle's synthetic shoppers beside other libraries' synthetic rows: one log, one thread, one scorecard, in one run.

    python tests/benchmarks/synthesis.py --json [--data LOG.parquet] [--items ITEMS.parquet] [--seeds 0,1,2] [--generators auto,posterior]
        [--peers sdv:GaussianCopula,mostlyai:TabularARGN]

A fifth of each shopper's rows is held out; everybody learns from the rest and draws as many rows. Beside them: the log itself (a copy) and
its columns shuffled, which say how a line reads. The other libraries live in `.venv-peers-synthetic` (made from
requirements-peers-synthetic.txt when it is missing). Every figure is of `scorecard`, which agrees with the independent scorer.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.peers import DEMO, ONE_THREAD, command  # noqa: E402

ENVIRONMENT = ROOT / ".venv-peers-synthetic"
PEERS = ("sdv:GaussianCopula", "mostlyai:TabularARGN")
FIGURES = (
    "U1_tstr",
    "U2_lift",
    "F8_category_cooccurrence",
    "F9_item_cooccurrence",
    "F2_duplicate_pairs",
    "F4_item_ks",
    "F6_gap_ks",
    "F6_items_per_user_day_ks",
    "F6_hour_tvd",
    "P1_membership_auc",
    "P3_users_too_close",
    "P4_copied_baskets",
)
COSTS = ("fit_cpu_seconds", "draw_cpu_seconds", "peak_rss_mb")


def environment() -> Path:
    """The peers' Python, its environment made first where it is missing."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        wanted = Path(__file__).with_name("requirements-peers-synthetic.txt")
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "-r", str(wanted)], check=True)
        # a torchvision that does not fit this torch would stop the import; nobody here needs it
        subprocess.run([str(python), "-m", "pip", "uninstall", "-q", "-y", "torchvision", "torchaudio"], check=True)
    return python


def cut(log: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(what is learned from, a fifth of each shopper's rows)."""
    order = np.random.default_rng(seed).random(len(log))
    place = pd.Series(order, index=log.index).groupby(log["user_id"]).rank(method="first")
    held = place <= 0.2 * log.groupby("user_id")["item_id"].transform("size")
    return log[~held].reset_index(drop=True), log[held].reset_index(drop=True)


def shuffled(log: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Every column by itself in another order."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame({name: log[name].to_numpy()[rng.permutation(len(log))] for name in log})


class Bench:
    """One cut of the log in a folder of its own, and a workspace that knows the part that is learned from."""

    def __init__(self, folder: Path, log: pd.DataFrame, items: Path | None, seed: int) -> None:
        self.folder, self.home, self.items = folder, folder / "home", items
        self.real, holdout = cut(log, seed)
        self.paths = {name: folder / f"{name}.parquet" for name in ("real", "holdout")}
        self.real.to_parquet(self.paths["real"], index=False)
        holdout.to_parquet(self.paths["holdout"], index=False)
        given = ("--items", items) if items else ()
        whole = ("--rules", "none", "--min-user-items", 1, "--min-item-users", 1)
        dataset = command(self.home, "ingest", self.paths["real"], *given, *whole)["dataset"]
        self.run = command(self.home, "train", dataset, "--model", "item-knn", "--protocol", "all")["run"]

    def row(self, who: str, seed: int, made: Path, costs: dict[str, Any]) -> dict[str, Any]:
        """What the scorecard says of a file of rows."""
        given = ("--items", self.items) if self.items else ()
        paths = ("--real", self.paths["real"], "--synthetic", made, "--holdout", self.paths["holdout"])
        figures = command(self.home, "scorecard", *paths, *given)["figures"]
        rounded = {name: None if figures.get(name) is None else round(figures[name], 4) for name in FIGURES}
        return {"who": who, "seed": seed} | rounded | {name: costs.get(name) for name in COSTS}

    def yardstick(self, who: str, seed: int, made: pd.DataFrame) -> dict[str, Any]:
        """A log that nobody generated."""
        path = self.folder / f"{who.replace(' ', '-')}.parquet"
        made.assign(user_id="s" + made["user_id"].astype(str)).to_parquet(path, index=False)
        return self.row(who, seed, path, {})

    def ours(self, generator: str, seed: int) -> dict[str, Any]:
        """Aisle's, by the command that a person would type."""
        out = self.folder / f"{generator}-{seed}.parquet"
        users = self.real["user_id"].nunique()
        words = ("--users", users, "--generator", generator, "--seed", seed, "--no-score", "--reason", "measured by a benchmark")
        told = command(self.home, "synthesize", self.run, *words, "--out", out)
        return self.row(f"aisle:{told['generator']}", seed, out, told)

    def theirs(self, name: str, seed: int) -> dict[str, Any]:
        """Another library's; one that fails is a row that says so."""
        out = self.folder / f"{name.replace(':', '-')}-{seed}.parquet"
        worker = Path(__file__).with_name("synthetic_peer_worker.py")
        words = [str(environment()), str(worker), name, str(self.paths["real"]), str(seed), str(out)]
        done = subprocess.run(words, env={**os.environ, **ONE_THREAD}, capture_output=True, text=True)
        if done.returncode:
            return {"who": name, "seed": seed, "failed": done.stderr.strip().splitlines()[-1][:200]}
        return self.row(name, seed, out, json.loads(out.with_suffix(".json").read_text()))


def measure(log: Path, items: Path | None, seeds: Sequence[int], generators: Sequence[str], peers: Sequence[str]) -> list[dict[str, Any]]:
    """A row for everybody and seed; the peers by the first seed alone."""
    table = pd.read_parquet(log)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), table, items, seeds[0])
        copy, loose = bench.real, shuffled(bench.real, seeds[0])
        rows += [bench.yardstick("the log itself", seeds[0], copy), bench.yardstick("its columns shuffled", seeds[0], loose)]
        rows += [bench.ours(generator, seed) for generator in generators for seed in seeds]
        rows += [bench.theirs(peer, seeds[0]) for peer in peers]
    return rows


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEMO)
    parser.add_argument("--items", type=Path, default=None)
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--generators", default="auto,posterior,latent-wgan")
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    peers = [name for name in given.peers.split(",") if name]
    rows = measure(given.data, given.items, [int(seed) for seed in given.seeds.split(",")], given.generators.split(","), peers)
    sys.stdout.write((json.dumps({"rows": rows}, indent=2) if given.json else pd.DataFrame(rows).to_string(index=False)) + "\n")


if __name__ == "__main__":
    main()
