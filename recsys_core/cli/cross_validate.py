"""`cross-validate`: a model on every fold of a log, with figures a fold and together."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from recsys_core.cli import options, output

SHOWN = ("hit_rate@10", "ndcg@10", "recall@20", "ndcg@100", "coverage@10")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("cross-validate")(cross_validate)


def cross_validate(
    dataset: options.DatasetArgument,
    model: options.ModelOption,
    folds: Annotated[int, typer.Option("--folds", help="How many parts, each tested once.")] = 5,
    protocol: Annotated[
        str, typer.Option("--protocol", help="random: each shopper's products are dealt out; users: the shoppers are.")
    ] = "random",
    set_: options.SetOption = None,
    refit: options.RefitOption = False,
    seed: options.SeedOption = 0,
    as_json: output.JsonOption = False,
) -> None:
    """Test a model on every part of the log in turn. Settings not given are chosen in each fold, without its test."""
    from recsys_core.jobs import run_here
    from recsys_core.jobs.cross_validate_spec import cross_validate_spec
    from recsys_core.jobs.possible import check_possible
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    settings = options.parse_settings(set_)
    id = workspace.registry.dataset(dataset).id
    spec = cross_validate_spec(id, model, folds=folds, protocol=protocol, settings=settings, seed=seed, refit=refit)
    check_possible(workspace, spec)
    title = f"Cross-validate {model}"
    with output.progress_bar(title) as report:
        job = run_here(workspace, "cross-validate", spec, title=title, on_progress=report)
    result = dict(job.result or {})
    output.emit(result, as_json=as_json, table=lambda: _table(result))


def _table(result: dict[str, Any]) -> Any:
    from rich.console import Group

    names = [name for name in SHOWN if name in result["metrics"]]
    body = [
        [str(fold["fold"] + 1), output.count(fold["users"]), *(output.figure(fold["metrics"][n]) for n in names)]
        for fold in result["folds"]
    ]
    together = [result["metrics"][name] for name in names]
    body.append(["mean", "", *(output.figure(row["value"]) for row in together)])
    body.append(["over shoppers", "", *(_range(row["low"], row["high"]) for row in together)])
    body.append(["over folds", "", *(_range(row["fold_low"], row["fold_high"]) for row in together)])
    heading = f"{result['model']}, {len(result['folds'])} folds by {result['protocol']}, seed {result['seed']}; 95 % intervals"
    return Group(heading, output.columns(["fold", "shoppers", *names], body, right=["shoppers", *names]))


def _range(low: float | None, high: float | None) -> str:
    return output.NOTHING if low is None else f"{output.figure(low)} to {output.figure(high)}"
