"""`train`: fit a model on a dataset, now, in this process, as a job that can be resumed."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from recsys_core.cli import output
from recsys_core.errors import InputError
from recsys_core.models.registry import model_specs


def model_ids(*, searchable: bool = False) -> str:
    """The models there are, for a help text; with `searchable` those that have settings to search."""
    return ", ".join(spec.id for spec in model_specs() if not searchable or any(s.search is not None for s in spec.settings))


SetOption = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A setting; may be given more than once.")]
ProtocolOption = Annotated[
    str | None,
    typer.Option("--protocol", help="random, last, time, users, given, or all. Default: given where a split column is, else random."),
]
RefitOption = Annotated[bool, typer.Option("--refit", help="Fit once more on train and validation with what was chosen.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1, help="The same seed gives the same lists.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train")(train)


def train(
    dataset: Annotated[str, typer.Argument(help="The dataset's id (see `datasets`).")],
    model: Annotated[str, typer.Option("--model", help=f"{model_ids()}.")],
    set_: SetOption = None,
    protocol: ProtocolOption = None,
    refit: RefitOption = False,
    seed: SeedOption = 0,
    as_json: output.JsonOption = False,
) -> None:
    """Train a model: settings or epochs chosen on validation, tested once, lists and vectors kept as a run."""
    from recsys_core.jobs import run_here
    from recsys_core.jobs.train_spec import train_spec
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    settings = dict(parse_setting(text) for text in set_ or [])
    id = workspace.registry.dataset(dataset).id
    spec = train_spec(id, model, settings=settings, protocol=protocol, seed=seed, refit=refit)
    with output.progress_bar(f"Training {model}") as report:
        job = run_here(workspace, "train", spec, title=f"Train {model}", on_progress=report)
    result = dict(job.result or {})
    output.emit(result, as_json=as_json, table=lambda: _table(result))


def parse_setting(text: str) -> tuple[str, str]:
    """KEY=VALUE as a pair. Raises InputError where there is no '='."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise InputError(f"--set was given '{text}'.", "Write it as KEY=VALUE, for example --set epochs=50.")
    return key.strip(), value.strip()


def _table(result: dict[str, Any]) -> Any:
    shown = {
        "run": result["run"],
        "protocol": f"{result['protocol']}, seed {result['seed']}",
        "fitted in": output.duration(result["fit_seconds"]),
    }
    for part, rows in result["intervals"].items():
        for name in ("hit_rate@10", "ndcg@10", "recall@20", "ndcg@100", "coverage@10"):
            if name in rows:
                shown[f"{part} {name}"] = interval_text(rows[name])
    return output.facts(shown)


def interval_text(row: dict[str, float | None]) -> str:
    """0.2154 (0.2081 to 0.2230)."""
    value = output.figure(row["value"])
    return value if row["low"] is None else f"{value} ({output.figure(row['low'])} to {output.figure(row['high'])})"
