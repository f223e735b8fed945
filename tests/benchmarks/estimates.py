"""Measure the constants of `jobs/estimates.py`: what a unit of each model's declared work costs on one thread of this machine.

    AISLE_THREADS=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m tests.benchmarks.estimates [--models edlae] [--logs small] [--json]

Trains every model on two planted logs through the train job, networks for a few epochs, closed forms with one setting. Processor
seconds, so that a busy machine gives the same figures. Paste the column "unit" of the larger log into COSTS.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from recsys_core.errors import UserError
from recsys_core.jobs import run_here
from recsys_core.jobs.estimates import COSTS, FLOOR, Facts, by_constants, facts_of
from recsys_core.jobs.train_spec import train_spec
from recsys_core.models.registry import model_spec, model_specs
from recsys_core.models.spec import ModelSpec
from tests.unit.work.small_shop import small_shop

LOGS = {"small": (1_500, 900, 30), "large": (5_000, 3_000, 40)}  # shoppers, products, products each
EPOCHS = 4


def settings_for(spec: ModelSpec) -> dict[str, Any]:
    """One setting of a closed form; a few epochs of what has them."""
    if spec.grid:
        return dict(spec.grid[0])
    keys = {setting.key for setting in spec.settings}
    return {key: EPOCHS for key in ("epochs", "patience") if key in keys and spec.family != "closed form"}


def measure(models: list[str], logs: list[str]) -> list[dict[str, Any]]:
    """A row a model and log: processor seconds, what they were expected to be, and seconds a unit of work."""
    rows = []
    for name in logs:
        users, items, each = LOGS[name]
        with tempfile.TemporaryDirectory() as folder:
            workspace, dataset = small_shop(Path(folder), users, items, each)
            facts = facts_of(workspace.registry.dataset(dataset.id))
            run_here(workspace, "train", train_spec(dataset.id, "popularity"), title="warm up")
            for model in models:
                rows.append({"log": name, "model": model, **_train(workspace, dataset.id, model, facts)})
    return rows


def _train(workspace: Any, dataset: str, model: str, facts: Facts) -> dict[str, Any]:
    settings = settings_for(model_spec(model))
    try:
        result = run_here(workspace, "train", train_spec(dataset, model, settings=settings), title="measure").result or {}
    except UserError as error:
        return {"words": error.message}
    work, unit = COSTS[model]
    resolved = {setting.key: settings.get(setting.key, setting.default) for setting in model_spec(model).settings}
    units, expected = work(facts, resolved), by_constants(model, facts, settings)
    beside = expected - unit * units  # the floor and the rankings
    seconds = float(result["cpu_seconds"])
    return {"seconds": seconds, "expected": expected, "beside": beside, "units": units, "unit": max(0.0, seconds - beside) / units}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", default=",".join(spec.id for spec in model_specs() if spec.id in COSTS))
    parser.add_argument("--logs", default=",".join(LOGS))
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows = measure(asked.models.split(","), asked.logs.split(","))
    if asked.json:
        sys.stdout.write(json.dumps({"floor": FLOOR, "rows": rows}, indent=2) + "\n")
        return
    sys.stdout.write(f"{'log':6} {'model':12} {'CPU s':>8} {'expected':>8} {'units':>9} {'s a unit':>9}\n")
    for row in rows:
        figures = row.get("words") or f"{row['seconds']:8.2f} {row['expected']:8.2f} {row['units']:9.2e} {row['unit']:9.2e}"
        sys.stdout.write(f"{row['log']:6} {row['model']:12} {figures}\n")


if __name__ == "__main__":
    main()
