"""`inside`: what a model does with its latent space, and how it differs from another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import options, output

if TYPE_CHECKING:
    from rich.console import RenderableType


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("inside")(inside)


def inside(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run's id (see `runs`).")],
    against: Annotated[str | None, typer.Option("--against", metavar="RUN", help="Another run of the same dataset, beside it.")] = None,
    set_: Annotated[str | None, typer.Option("--set", metavar="SYNTHETIC", help="A synthetic set of its dataset, read by it.")] = None,
    what: Annotated[str, typer.Option("--what", help="items or users: what the two runs are compared by.")] = "items",
    method: Annotated[str, typer.Option("--method", help="pca or umap: the maps that are turned onto each other.")] = "pca",
    seed: options.SeedOption = 0,
    as_json: output.JsonOption = False,
) -> None:
    """Look into a model: dimensions in use, its prior against its shoppers, recall by popularity, neighbours against attributes."""
    from dataclasses import replace

    from recsys_core.jobs import inside_json as tell
    from recsys_core.jobs.inside import map_of, open_inside
    from recsys_core.latent.projections import check_request
    from recsys_core.storage.workspace import Workspace
    from recsys_core.synthesis.store import open_set

    check_request(what, method)
    workspace = Workspace.open()
    opened = replace(open_inside(workspace, run), seed=seed)
    told: dict[str, Any] = {
        "run": opened.run.id,
        "model": opened.run.spec.id,
        "dimensions": tell.or_why(opened.dimensions, lambda found: tell.of_dimensions(opened, found)),
        "prior": tell.or_why(opened.prior, lambda found: tell.of_prior(opened, found)),
        "recall": tell.or_why(opened.recall, tell.of_recall),
        "attributes": tell.or_why(opened.attributes, lambda found: tell.of_attributes(opened, found)),
    }
    if set_ is not None:
        made = open_set(workspace, set_)
        told["generated"] = {"set": made.record.id, **tell.of_generated(opened.generated(made, map_of(opened.run, "users", "pca")))}
    if against is not None:
        other = open_inside(workspace, against)
        found = opened.beside(other, what, map_of(opened.run, what, method), map_of(other.run, what, method))
        told["against"] = {"run": other.run.id, "method": method, **tell.of_side_by_side(opened, found, what)}
    output.emit(told, as_json=as_json, table=lambda: _table(told))


def _table(told: Mapping[str, Any]) -> RenderableType:
    from rich.console import Group

    lines = [line for name, tell in _LINES.items() if name in told for line in tell(told[name])]
    return Group(f"{told['run']} ({told['model']})", *lines, _recall(told["recall"]))


def _recall(part: Mapping[str, Any]) -> RenderableType:
    if "unavailable" in part:
        return f"Recall: {part['unavailable']}"
    shown = [f"{name}, of the first {one['at']}" for name, one in part.items()]
    rows = [
        [
            f"{tenths[0]['least']} to {tenths[0]['most']}",
            *(output.NOTHING if t["recall"] is None else output.interval(t["recall"]) for t in tenths),
        ]
        for tenths in zip(*(one["tenths"] for one in part.values()), strict=True)
    ]
    return output.columns(["products by shoppers", *shown], rows, right=shown)


def _dimensions(part: Mapping[str, Any]) -> list[str]:
    if "unavailable" in part:
        return [f"Dimensions: {part['unavailable']}"]
    used = f"{part['active']} of {part['dimensions']} dimensions are active ({part['verdict']})" if "active" in part else ""
    kl = f", mean KL {part['kl_mean']:.3f} nats each" if "kl_mean" in part else ""
    spread = f"shoppers spread over as much as {part['effective']:.1f} dimensions of one size"
    return [f"Dimensions: {used}{kl}; {spread}." if used else f"Dimensions: {part['dimensions']}; {spread}."]


def _prior(part: Mapping[str, Any]) -> list[str]:
    if "unavailable" in part:
        return [f"Prior: {part['unavailable']}"]
    told = "would look like yours" if part["fits"] else "would not all look like yours"
    apart = f"KL {part['kl']:.1f} nats from it, {part['kl_single']:.1f} by single dimensions"
    return [f"Prior: at most {part['filled']:.1%} of N(0, I) lies where shoppers are ({apart}): shoppers drawn from it {told}."]


def _attributes(part: Mapping[str, Any]) -> list[str]:
    if "unavailable" in part:
        return [f"Attributes: {part['unavailable']}"]
    share = f"{part['shared']['value']:.1%} of a product's {part['nearest']} nearest by the model are the nearest by attributes too"
    pairs = [f"  alike to the model alone: {p['one']['title']} / {p['other']['title']}" for p in part["model_only"]]
    return [f"Attributes: {share} ({part['chance']:.1%} by chance).", *pairs]


def _generated(part: Mapping[str, Any]) -> list[str]:
    seen = part["compared"]
    covered = f"{seen['covered']['value']:.1%} of real neighbourhoods have a synthetic shopper in them ({seen['ceiling']:.1%} a real one)"
    return [f"Synthetic: {covered}; the nearest one gives away which is which {seen['told']['value']:.1%} of the time (50 % is none)."]


def _against(part: Mapping[str, Any]) -> list[str]:
    agreed = f"{part['shared']['value']:.1%} of neighbours are shared with {part['run']} ({part['chance']:.1%} by chance)"
    return [f"Against: {agreed}; turned onto each other, {part['left_over']:.1%} of the map's spread is left over."]


_LINES = {"dimensions": _dimensions, "prior": _prior, "attributes": _attributes, "generated": _generated, "against": _against}
