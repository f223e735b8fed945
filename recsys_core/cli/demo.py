"""`demo`: the shipped log with its trained models, ready to look at."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer

from recsys_core.cli.output import JsonOption, emit, facts, progress_bar

PORT = "8501"  # where both commands put the app unless they are told otherwise, as Streamlit's own variable does


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    train: Annotated[
        bool, typer.Option("--train", help="Train the default model afresh instead of using the run that is shipped.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Take in the shipped log, put its trained models in place, and say how to start the app."""
    from recsys_core.jobs import run_here
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    with progress_bar("Preparing the demo") as report:
        result: dict[str, Any] = dict(run_here(workspace, "demo", {}, title="Prepare the demo", on_progress=report).result or {})
    if train or result["run"] is None:
        result["run"] = _train(workspace, result["dataset"])
    address = f"http://localhost:{os.environ.get('STREAMLIT_SERVER_PORT', PORT)}"
    shown = {**result, "next": f"Start the app with `make app` or `streamlit run app.py`; it will be at {address}."}
    emit(result, as_json=as_json, table=lambda: facts(shown))


def _train(workspace: Any, dataset: str) -> str:
    """Train the default model now and return its run."""
    from recsys_core.jobs import run_here
    from recsys_core.jobs.train_spec import train_spec
    from recsys_core.models.registry import default_model

    model = default_model()
    spec = train_spec(dataset, model.id, settings={}, protocol=None, seed=0, refit=False)
    with progress_bar(f"Training {model.title}") as report:
        job = run_here(workspace, "train", spec, title=f"Train {model.title}", on_progress=report)
    return str((job.result or {})["run"])
