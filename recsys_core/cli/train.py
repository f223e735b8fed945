"""`train`: fit a model on a dataset, now, in this process, as a job that can be resumed."""

from __future__ import annotations

from typing import Any

import typer

from recsys_core.cli import options, output


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train")(train)


def train(
    dataset: options.DatasetArgument,
    model: options.ModelOption,
    set_: options.SetOption = None,
    protocol: options.ProtocolOption = None,
    refit: options.RefitOption = False,
    seed: options.SeedOption = 0,
    as_json: output.JsonOption = False,
) -> None:
    """Train a model: settings or epochs chosen on validation, tested once, lists and vectors kept as a run."""
    from recsys_core.jobs import run_here
    from recsys_core.jobs.possible import check_possible
    from recsys_core.jobs.train_spec import train_spec
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    settings = options.parse_settings(set_)
    id = workspace.registry.dataset(dataset).id
    spec = train_spec(id, model, settings=settings, protocol=protocol, seed=seed, refit=refit)
    check_possible(workspace, spec)
    with output.progress_bar(f"Training {model}") as report:
        job = run_here(workspace, "train", spec, title=f"Train {model}", on_progress=report)
    result = dict(job.result or {})
    output.emit(result, as_json=as_json, table=lambda: _table(result))


def _table(result: dict[str, Any]) -> Any:
    shown = {
        "run": result["run"],
        "protocol": f"{result['protocol']}, seed {result['seed']}",
        "fitted in": output.duration(result["fit_seconds"]),
    }
    for part, rows in result["intervals"].items():
        for name in ("hit_rate@10", "ndcg@10", "recall@20", "ndcg@100", "coverage@10"):
            if name in rows:
                shown[f"{part} {name}"] = output.interval(rows[name])
    return output.facts(shown)
