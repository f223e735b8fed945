"""`tune`: search a model's settings on validation within a budget, and keep the best as a run."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from recsys_core.cli import options, output


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tune")(tune)


def tune(
    dataset: options.DatasetArgument,
    model: Annotated[
        list[str],
        typer.Option("--model", help=f"One or more, each with the same budget (a,b or given again): {options.model_ids(searchable=True)}."),
    ],
    minutes: Annotated[float | None, typer.Option("--minutes", help="Minutes of search for each model.")] = None,
    trials: Annotated[int | None, typer.Option("--trials", help="Trials for each model; the same seed tries the same again.")] = None,
    set_: options.SetOption = None,
    protocol: options.ProtocolOption = None,
    refit: options.RefitOption = False,
    seed: options.SeedOption = 0,
    as_json: output.JsonOption = False,
) -> None:
    """Find better settings on validation, then train with the best ones and test once. Interrupted, it goes on with `job resume`."""
    from recsys_core.jobs import run_here
    from recsys_core.jobs.possible import check_possible
    from recsys_core.jobs.tune_spec import tune_spec
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    models = [name.strip() for text in model for name in text.split(",") if name.strip()]
    spec = tune_spec(
        workspace.registry.dataset(dataset).id,
        models,
        minutes=minutes,
        trials=trials,
        settings=options.parse_settings(set_),
        protocol=protocol,
        seed=seed,
        refit=refit,
    )
    check_possible(workspace, spec)
    title = f"Tune {', '.join(spec['models'])}"
    with output.progress_bar(title) as report:
        job = run_here(workspace, "tune", spec, title=title, on_progress=report)
    result = dict(job.result or {})
    output.emit(result, as_json=as_json, table=lambda: _table(result))


def _table(result: dict[str, Any]) -> Any:
    from rich.console import Group

    metric = result["metric"]
    titles = ["run", "trials", "defaults", "best", "test ndcg@10", "settings"]
    body = [
        [
            each["run"],
            output.count(len(each["trials"])),
            output.figure(each["default_value"]),
            output.figure(each["value"]),
            output.interval(each["intervals"]["test"]["ndcg@10"]) if each["intervals"]["test"] else output.NOTHING,
            " ".join(f"{key}={value}" for key, value in _found(each).items()),
        ]
        for each in result["models"]
    ]
    lines = [f"{each['model']} was left out: {each['reason']}" for each in result["left_out"]]
    table = output.columns(titles, body, right=titles[1:5])
    return Group(f"protocol {result['protocol']}, seed {result['seed']}; searched by {metric} on validation", table, *lines)


def _found(entry: dict[str, Any]) -> dict[str, Any]:
    """The settings that the search decided."""
    searched = entry["trials"][0]["settings"]
    return {key: value for key, value in entry["best"].items() if key in searched}
