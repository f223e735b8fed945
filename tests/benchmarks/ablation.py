"""What the VAE in `vae-linear` is worth: the model, its linear path alone, its VAE alone and EDLAE, tested on the same shoppers.

    python tests/benchmarks/ablation.py --json [--data cfgan_ml100k:given,online_retail:random,ml-1m:users] [--seed 0]

Splits are those of ../shared/checks/splits.py (of a shopper held out whole, 80 % of the purchases are folded in). Everything is chosen on
validation, then fitted on train and validation; differences are paired over shoppers, with 95 % bootstrap intervals and Holm's p.
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

import pandas as pd

ROOT = Path(__file__).parents[2]
CHECKS = ROOT.parent / "shared" / "checks"
METRICS = ("ndcg@10", "ndcg@100")
VARIANTS = {"both parts": ("vae-linear", "both"), "linear path alone": ("vae-linear", "linear"), "VAE alone": ("vae-linear", "vae")}
EDLAE = "edlae"


def log_of(data: str, protocol: str, seed: int) -> pd.DataFrame:
    """The log with a column `split`: train, validation, test."""
    sys.path.insert(0, str(CHECKS))
    import splits

    if protocol == "users":
        train, fold_in, test = splits.users(data, seed)
        return pd.concat([train, fold_in.assign(split="test"), test.assign(split="test")])
    train, validation, test = splits.given(data) if protocol == "given" else splits.random(data, seed)
    parts = {"train": train, "validation": validation, "test": test}
    return pd.concat([part.assign(split=name) for name, part in parts.items()])


def command(home: Path, *words: object) -> Any:
    """One of Aisle's commands, its JSON answer."""
    env = {**os.environ, "AISLE_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-m", "recsys_core", *map(str, words), "--json"], cwd=ROOT, env=env, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def measure(data: str, protocol: str, seed: int) -> list[dict[str, Any]]:
    """One row a variant: its figures, and by how much both parts together are better than it."""
    with tempfile.TemporaryDirectory() as folder:
        home, log = Path(folder) / "home", Path(folder) / "log.parquet"
        table = log_of(data, protocol, seed)
        table[[c for c in ("user_id", "item_id", "timestamp", "split") if c in table]].to_parquet(log)
        words = ("--rules", "none", "--min-user-items", 1, "--min-item-users", 1)
        dataset = command(home, "ingest", log, *words)["dataset"]
        train = ("train", dataset, "--protocol", "given", "--refit", "--seed", seed, "--model")
        runs = {name: command(home, *train, model, "--set", f"part={part}")["run"] for name, (model, part) in VARIANTS.items()}
        runs[EDLAE] = command(home, *train, EDLAE)["run"]
        found = command(home, "evaluate", *runs.values(), "--at", "10,100", "--metric", ",".join(METRICS))
    return [
        {
            "data": data,
            "protocol": protocol,
            "seed": seed,
            "variant": name,
            **{metric: figures["metrics"]["test"][metric] for metric in METRICS},
            "both_gain": {metric: gain(found["comparisons"], metric, runs["both parts"], run) for metric in METRICS},
        }
        for (name, run), figures in zip(runs.items(), found["runs"], strict=True)
    ]


def gain(comparisons: list[dict[str, Any]], metric: str, both: str, other: str) -> dict[str, Any] | None:
    """By how much `both` is better than `other`, whichever way round they were compared; None for itself."""
    for row in comparisons:
        if row["metric"] == metric and {row["first"], row["second"]} == {both, other}:
            turned = row["first"] == both  # the comparison is of the second less the first
            low, high = (-row["high"], -row["low"]) if turned else (row["low"], row["high"])
            return {"value": -row["value"] if turned else row["value"], "low": low, "high": high, "p_value": row["p_value"]}
    return None


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="cfgan_ml100k:given,online_retail:random,ml-1m:users")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="one line")
    given = parser.parse_args()
    rows = [row for each in given.data.split(",") for row in measure(*each.split(":"), given.seed)]
    sys.stdout.write(json.dumps({"rows": rows}, indent=None if given.json else 1) + "\n")


if __name__ == "__main__":
    main()
