"""`evaluate`: a run's held-out figures with intervals; several runs: paired tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import output
from recsys_core.errors import InputError

if TYPE_CHECKING:
    from recsys_core.evaluation.protocol import Evaluation
    from recsys_core.models.runs import Run

COMPARED = "ndcg"
LONGEST = 1000


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(evaluate)


def evaluate(
    runs: Annotated[list[str], typer.Argument(help="Ids of one or more runs on the same dataset and split.")],
    at: Annotated[str, typer.Option("--at", help="Lengths of list to measure, separated by commas.")] = "5,10,20,50,100",
    as_json: output.JsonOption = False,
) -> None:
    """Measure runs on the purchases held out for testing, with 95 % intervals over shoppers."""
    from recsys_core.models.runs import Run
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    opened = [Run.open(workspace.run_dir(workspace.registry.run(id).id), verify=True) for id in dict.fromkeys(runs)]
    lengths = parse_lengths(at, min(longest_list(run) for run in opened))
    check_comparable(opened)
    results = {run.id: evaluate_run(workspace.dataset_dir(run.dataset_id), run, lengths) for run in opened}
    first = f"{COMPARED}@{10 if 10 in lengths else lengths[0]}"
    rows: list[dict[str, Any]] = [
        {
            "run": run.id,
            "model": run.spec.id,
            "protocol": run.manifest["protocol"],
            "seed": run.manifest["seed"],
            "users": len(result.users),
        }
        | {"metrics": {"validation": run.metrics["validation"], "test": result.summary()}}
        for run, result in zip(opened, results.values(), strict=True)
    ]
    comparisons = _comparisons(results, first)
    payload = {"runs": rows, "compared_by": first, "comparisons": comparisons}
    output.emit(payload, as_json=as_json, table=lambda: _table(rows, lengths, comparisons, first))


def evaluate_run(dataset_folder: Any, run: Run, at: Sequence[int]) -> Evaluation:
    """Score the run's own lists against the held-out rows of its split, which the seed makes again."""
    from recsys_core.data.dataset import Dataset
    from recsys_core.data.splits import make_split
    from recsys_core.evaluation.protocol import evaluate_lists

    split = make_split(Dataset.open(dataset_folder), run.manifest["protocol"], run.manifest["seed"])
    return evaluate_lists(run.candidates[:, : max(at)], split.test_targets.tocsr(), at=at)


def parse_lengths(text: str, longest: int) -> tuple[int, ...]:
    """ "5,10" as (5, 10). Raises InputError for anything but whole numbers from 1 to `longest`."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and 1 <= int(part) <= longest for part in parts):
        raise InputError(f"--at was given '{text}'.", f"Write whole numbers from 1 to {longest}, separated by commas.")
    return tuple(sorted({int(part) for part in parts}))


def longest_list(run: Run) -> int:
    """How long a list can be measured: as many candidates as are kept, any length where they are the whole catalogue."""
    kept = run.candidates.shape[1]
    return kept if kept < len(run.items) else LONGEST


def check_comparable(runs: Sequence[Run]) -> None:
    """Raise InputError unless all runs were tested on the same split of the same dataset."""
    first = runs[0]
    for run in runs[1:]:
        for key, word in (("dataset", "dataset"), ("protocol", "protocol"), ("seed", "seed")):
            if run.manifest[key] != first.manifest[key]:
                raise InputError(
                    f"The runs {first.id} and {run.id} differ in their {word} ({first.manifest[key]}, {run.manifest[key]}).",
                    "Compare runs that were tested on the same held-out purchases.",
                )


def _comparisons(results: dict[str, Evaluation], metric: str) -> list[dict[str, Any]]:
    from recsys_core.evaluation.compare import compare

    values = {id: (result.users, result.values[:, result.names.index(metric)]) for id, result in results.items() if len(result.users)}
    return [{**asdict(d), "is_clear": d.is_clear} for d in compare(values)]


def _table(rows: list[dict[str, Any]], at: Sequence[int], comparisons: list[dict[str, Any]], metric: str) -> Any:
    from rich.console import Group

    from recsys_core.cli.train import interval_text

    names = [f"{name}@{k}" for k in at for name in ("hit_rate", "ndcg", "recall", "coverage")]
    body = [
        [name, *(interval_text(row["metrics"]["test"][name]) if row["metrics"]["test"] else output.NOTHING for row in rows)]
        for name in names
    ]
    parts = [output.columns(["test", *(row["run"] for row in rows)], body, right=[row["run"] for row in rows])]
    for d in comparisons:
        word = "clear" if d["is_clear"] else "no clear difference"
        parts.append(f"{metric}: {d['second']} − {d['first']} = {d['value']:+.4f} ({d['low']:+.4f} to {d['high']:+.4f}), {word}")
    return Group(*parts)
