"""`evaluate`: a run's held-out figures with intervals, by group of shoppers too; several runs: paired tests and ties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import output
from recsys_core.errors import InputError

if TYPE_CHECKING:
    from recsys_core.evaluation.breakdown import Breakdown
    from recsys_core.evaluation.compare import Difference
    from recsys_core.evaluation.protocol import Evaluation
    from recsys_core.models.runs import Run
    from recsys_core.storage.workspace import Workspace

COMPARED = "ndcg"
LONGEST = 1000
SHOWN = ("hit_rate", "ndcg", "recall", "f1", "coverage", "novelty", "ild", "calibration")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(evaluate)


def evaluate(
    runs: Annotated[list[str], typer.Argument(help="Ids of one or more runs on the same dataset and split.")],
    at: Annotated[str, typer.Option("--at", help="Lengths of list to measure, separated by commas.")] = "5,10,20,50,100",
    metric: Annotated[
        str | None, typer.Option("--metric", help="What runs are compared by, separated by commas: ndcg@10,novelty@10. Default: ndcg@10.")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help="Break figures down by segment or by activity (light, medium, heavy).")] = None,
    as_json: output.JsonOption = False,
) -> None:
    """Measure runs on the purchases held out for testing, with 95 % intervals over shoppers."""
    from recsys_core.evaluation.compare import compare_evaluations
    from recsys_core.models.runs import Run
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    opened = [Run.open(workspace.run_dir(workspace.registry.run(id).id), verify=True) for id in dict.fromkeys(runs)]
    lengths = parse_lengths(at, min(longest_list(run) for run in opened))
    check_comparable(opened)
    results, groups = _evaluate(workspace, opened, lengths, by)
    metrics = parse_metrics(metric, lengths, results)
    rows: list[dict[str, Any]] = [
        {
            "run": run.id,
            "model": run.spec.id,
            "protocol": run.manifest["protocol"],
            "seed": run.manifest["seed"],
            "users": len(result.users),
            "metrics": {"validation": run.metrics["validation"], "test": result.summary()},
        }
        | ({"breakdown": groups[run.id].to_json()} if groups else {})
        for run, result in zip(opened, results.values(), strict=True)
    ]
    found = compare_evaluations({id: result for id, result in results.items() if len(result.users)}, metrics)
    payload = {
        "runs": rows,
        "compared_by": metrics[0],
        "comparisons": [{"metric": name, **asdict(d), "is_clear": d.is_clear} for name, differences in found.items() for d in differences],
        "ties": {name: _ties(results, name, differences) for name, differences in found.items()} if len(opened) > 1 else {},
    }
    output.emit(payload, as_json=as_json, table=lambda: _table(payload, lengths, groups, metrics))


def parse_lengths(text: str, longest: int) -> tuple[int, ...]:
    """ "5,10" as (5, 10). Raises InputError for anything but whole numbers from 1 to `longest` (`longest_list`)."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and int(part) >= 1 for part in parts):
        raise InputError(f"--at was given '{text}'.", f"Write whole numbers from 1 to {longest}, separated by commas.")
    lengths = tuple(sorted({int(part) for part in parts}))
    if lengths[-1] > longest:
        why = f"a run keeps the best {longest} products for each shopper" if longest < LONGEST else f"lists of up to {longest} are measured"
        raise InputError(f"--at was given {lengths[-1]}, and {why}.", f"Give --at lengths up to {longest}.")
    return lengths


def parse_metrics(text: str | None, lengths: Sequence[int], results: Mapping[str, Evaluation]) -> list[str]:
    """ "ndcg@10,recall@20" as a list, NDCG at 10 (or at the first length) without it.

    Raises InputError for what was not measured of any run, shopper by shopper: coverage and Gini are of all lists together.
    """
    if text is None:
        return [f"{COMPARED}@{10 if 10 in lengths else lengths[0]}"]
    measured = list(dict.fromkeys(name for result in results.values() for name in result.names))
    asked = list(dict.fromkeys(part.strip().lower() for part in text.split(",")))
    kinds = ", ".join(dict.fromkeys(name.partition("@")[0] for name in measured))
    for name in asked:
        if name not in measured:
            raise InputError(
                f"--metric was given '{name}', which is not measured shopper by shopper here.",
                f"Use one of {kinds}, with a length of --at: ndcg@{lengths[0]}.",
            )
    return asked


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


def _evaluate(
    workspace: Workspace, runs: Sequence[Run], at: Sequence[int], by: str | None
) -> tuple[dict[str, Evaluation], dict[str, Breakdown]]:
    """(run -> figures, run -> figures by group): the runs' own lists on the held-out rows of their split, which the seed makes again."""
    from recsys_core.data.dataset import Dataset
    from recsys_core.data.splits import make_split
    from recsys_core.evaluation.breakdown import breakdown
    from recsys_core.evaluation.protocol import evaluate_lists
    from recsys_core.jobs.work.shopper_groups import shopper_groups
    from recsys_core.jobs.work.yardsticks import yardsticks

    first = runs[0]
    dataset = Dataset.open(workspace.dataset_dir(first.dataset_id))
    split = make_split(dataset, first.manifest["protocol"], first.manifest["seed"])
    groups = shopper_groups(dataset, split, by) if by is not None else None
    measures, targets = yardsticks(dataset, split), split.test_targets.tocsr()
    results = {run.id: evaluate_lists(run.candidates[:, : max(at)], targets, at=at, yardsticks=measures) for run in runs}
    return results, {id: breakdown(result, groups) for id, result in results.items()} if groups is not None else {}


def _ties(results: Mapping[str, Evaluation], metric: str, differences: Sequence[Difference]) -> dict[str, Any]:
    """ranked: runs, best first. with_best: those that no test tells from the best. letters: runs that share one are tied."""
    from recsys_core.evaluation.protocol import LOWER_IS_BETTER
    from recsys_core.evaluation.ties import letters, ties_with_best

    sign = 1 if metric.partition("@")[0] in LOWER_IS_BETTER else -1
    measured = [id for id, result in results.items() if len(result.users) and metric in result.names]
    ranked = sorted(measured, key=lambda id: sign * results[id].mean(metric))
    return {
        "ranked": ranked,
        "with_best": ties_with_best(ranked, differences) if ranked else [],
        "letters": letters(ranked, differences),
    }


def _table(payload: Mapping[str, Any], at: Sequence[int], groups: Mapping[str, Breakdown], metrics: Sequence[str]) -> Any:
    from rich.console import Group

    rows = payload["runs"]
    ids = [row["run"] for row in rows]
    body = [
        [name, *(output.interval(test[name]) if name in test else output.NOTHING for test in (row["metrics"]["test"] for row in rows))]
        for name in (f"{name}@{k}" for k in at for name in SHOWN)
        if any(name in row["metrics"]["test"] for row in rows)
    ]
    parts = [output.columns(["test", *ids], body, right=ids)]
    parts += [_group_table(groups, metric) for metric in metrics if groups]
    parts += [f"{w.label}: no figures. {w.reason}" for w in (next(iter(groups.values())).withheld if groups else ())]
    for d in payload["comparisons"]:
        word = "clear" if d["is_clear"] else "no clear difference"
        parts.append(f"{d['metric']}: {d['second']} − {d['first']} = {d['value']:+.4f} ({d['low']:+.4f} to {d['high']:+.4f}), {word}")
    for metric, ties in payload["ties"].items():
        if len(ties["with_best"]) > 1:
            parts.append(f"{metric}: no clear difference between the best and {', '.join(ties['with_best'][1:])}")
    return Group(*parts)


def _group_table(groups: Mapping[str, Breakdown], metric: str) -> Any:
    """One metric of every group and run; all runs have the same groups, for they were tested on the same shoppers."""
    first, ids = next(iter(groups.values())), list(groups)
    body = []
    for place, group in enumerate(first.groups):
        found = [groups[id].groups[place].metrics.get(metric) for id in ids]
        body.append([group.label, output.count(group.users), *(output.interval(asdict(i)) if i else output.NOTHING for i in found)])
    return output.columns([f"{metric} by {first.by}", "shoppers", *ids], body, right=["shoppers", *ids])
