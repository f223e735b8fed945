"""`augment`: whether synthetic shoppers beside real ones make models better, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import output
from recsys_core.errors import NotFoundError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from recsys_core.storage.workspace import Workspace

TITLES = ("model", "group", "shoppers", "real alone", "synthetic alone", "both", "gain", "95 % interval", "p", "verdict")
MODELS = "edlae,item-knn"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("augment")(augment)


def augment(
    of: Annotated[str, typer.Argument(metavar="RUN|SET", help="A run, whose log and split are taken, or a synthetic set made from one.")],
    regime: Annotated[
        str, typer.Option("--regime", help="scarce: a share of the shoppers is all there is to learn from; full: everybody's rows.")
    ] = "scarce",
    share: Annotated[float, typer.Option("--share", help="Of the shoppers, in the scarce regime.")] = 0.1,
    seeds: Annotated[int, typer.Option("--seeds", help="How often all of it is done anew.")] = 5,
    models: Annotated[str, typer.Option("--models", metavar="MODEL,MODEL", help="Models to train.")] = MODELS,
    ratio: Annotated[
        float | None, typer.Option("--ratio", help="Synthetic shoppers per real one. Default: 10 in the scarce regime, 2 in the full one.")
    ] = None,
    weight: Annotated[
        float | None, typer.Option("--weight", help="Of a synthetic shopper; a real one's is 1. Default: chosen on validation.")
    ] = None,
    generator: Annotated[str | None, typer.Option("--generator", help="Default: the set's, or the one that suits the log.")] = None,
    temperature: Annotated[float | None, typer.Option("--temperature", help="Default: the set's, or 0.9.")] = None,
    fits: Annotated[
        int | None, typer.Option("--fits", help="Of the generator in each seed. Default: 4 in the scarce regime, 1 in the full one.")
    ] = None,
    at: Annotated[int, typer.Option("--at", help="Length of the lists that are tested, by their NDCG.")] = 10,
    as_json: output.JsonOption = False,
) -> None:
    """Train models on real, synthetic and both, test them on real shoppers that no generator saw, and say for whom it helped."""
    from recsys_core.jobs import run_here
    from recsys_core.jobs.augment_spec import KIND, augment_spec
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    spec = augment_spec(
        **_of(workspace, of),
        regime=regime,
        share=share,
        seeds=seeds,
        models=[model.strip() for model in models.split(",") if model.strip()],
        ratio=ratio,
        weight=weight,
        generator=generator,
        temperature=temperature,
        at=at,
        fits=fits,
    )
    title = f"Try synthetic shoppers of {of}"
    with output.progress_bar(title) as report:
        job = run_here(workspace, KIND, spec, title=title, on_progress=report)
    result = dict(job.result or {})
    output.emit(result, as_json=as_json, table=lambda: _table(result))


def _of(workspace: Workspace, of: str) -> dict[str, str]:
    """Which of both it is, by its whole id."""
    from recsys_core.synthesis.store import open_set

    try:
        return {"set": open_set(workspace, of).record.id}
    except NotFoundError:
        return {"run": workspace.registry.run(of).id}


def _table(result: dict[str, Any]) -> RenderableType:
    from rich.console import Group

    rows = [
        (
            row["model"],
            row["group"],
            output.count(row["users"]),
            *(output.figure(row[name], 4) for name in ("real", "synthetic", "fused")),
            f"{row['gain']:+.1%}",
            f"{row['gain_low']:+.1%} to {row['gain_high']:+.1%}",
            output.figure(row["p"], 3),
            row["verdict"],
        )
        for row in result["findings"]
    ]
    chosen: dict[str, list[str]] = {}
    for point in result["curve"]:
        chosen.setdefault(point["model"], []).append(f"{point['weight']:g}")
    weights = [f"{model}: weights chosen, a seed each: {', '.join(each)}." for model, each in chosen.items()]
    table = output.columns(TITLES, rows, right=TITLES[2:9])
    return Group(*result["sentences"], "", table, *weights, *(f"Note: {note}" for note in result["notes"]))
