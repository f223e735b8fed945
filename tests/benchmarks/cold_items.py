"""New products: a fifth of them left out of everything and ranked among themselves, ours beside popularity in the category and content-kNN.

`python -m tests.benchmarks.cold_items --data DIR [--logs ml-100k,...] [--seeds 0,1,2] [--json]`: NDCG@20 with 95 % bootstrap intervals over
shoppers, paired differences, CPU seconds and peak memory. DIR holds a folder a log with interactions.parquet and items.parquet.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LOGS = ("complete_journey", "ml-100k", "online_retail")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every log and seed, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--logs", default=",".join(LOGS))
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", nargs=2, metavar=("DATASET", "SEED"), help=argparse.SUPPRESS)
    wished = parser.parse_args(arguments)
    if wished.one:
        sys.stdout.write(json.dumps(measure(wished.one[0], int(wished.one[1]))))
        return 0
    rows = []
    with tempfile.TemporaryDirectory() as home:
        for log in wished.logs.split(","):
            dataset = take_in(wished.data / log, Path(home))
            for seed in wished.seeds.split(","):
                own = [sys.executable, "-m", "tests.benchmarks.cold_items", "--data", str(wished.data), "--one", dataset, seed]
                done = subprocess.run(own, env=os.environ | {"AISLE_HOME": home}, capture_output=True, text=True, check=True)
                rows.append({"log": log, "seed": int(seed)} | json.loads(done.stdout))
                if not wished.json:
                    sys.stdout.write(line(rows[-1]) + "\n")
                    sys.stdout.flush()
    if wished.json:
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
    return 0


def take_in(folder: Path, home: Path) -> str:
    """Ingest a log as the command does. Returns the dataset's id."""
    own = [sys.executable, "-m", "recsys_core", "ingest", str(folder / "interactions.parquet"), "--items", str(folder / "items.parquet")]
    done = subprocess.run([*own, "--json"], env=os.environ | {"AISLE_HOME": str(home)}, capture_output=True, text=True, check=True)
    return str(json.loads(done.stdout)["dataset"])


def measure(dataset_id: str, seed: int) -> dict[str, Any]:
    """One seed of one log, over every pair of the log."""
    from recsys_core.data.dataset import Dataset
    from recsys_core.profiles.groups import load_groups
    from recsys_core.storage.workspace import Workspace
    from recsys_core.synthesis.cold.catalogue import read_catalogue
    from recsys_core.synthesis.cold.evaluate import evaluate_cold

    dataset = Dataset.open(Workspace.open().dataset_dir(dataset_id))
    started = time.process_time()
    groups = load_groups(dataset)
    found = evaluate_cold(read_catalogue(dataset), dataset.positives.tocsr(), seed=seed, groups=groups.codes)
    used = {
        "cpu_seconds": round(time.process_time() - started, 1),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "category": groups.source,
    }
    return found.to_json(seed) | used


def line(row: dict[str, Any]) -> str:
    """One measurement for people."""
    means = "  ".join(f"{name} {method['ndcg@20']['value']:.4f}" for name, method in row["methods"].items())
    told = "  ".join(
        f"less {one['second']} {one['value']:+.4f} ({one['low']:+.4f} to {one['high']:+.4f})" for one in row["differences"][:2]
    )
    return f"{row['log']} seed {row['seed']}: {means}; ours {told}; {row['cpu_seconds']} CPU s, {row['peak_rss_mb']} MB"


if __name__ == "__main__":
    sys.exit(main())
