"""`cold-item` and `cold-shopper`: a product or a shopper that the log does not know, placed by a run."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import options, output
from recsys_core.errors import InputError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from recsys_core.data.dataset import Dataset
    from recsys_core.synthesis.cold.records import NewItem, Placed
    from recsys_core.synthesis.cold.store import ColdModel

RunArgument = Annotated[str, typer.Argument(help="The run's id (see `runs`).")]
LengthOption = Annotated[int, typer.Option("--k", min=1, max=50, help="How long lists are.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("cold-item")(cold_item)
    app.command("cold-shopper")(cold_shopper)


def cold_item(
    run: RunArgument,
    title: Annotated[str, typer.Option("--title", help="What it is called.")] = "",
    category: Annotated[str, typer.Option("--category", help="A category of the catalogue.")] = "",
    price: Annotated[str, typer.Option("--price", help="In the log's currency.")] = "",
    attributes: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Another column; may be repeated.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Several new products: a CSV with title, category, price ...")] = None,
    k: LengthOption = 10,
    near: Annotated[int, typer.Option("--near", min=1, max=50, help="How many nearest products to name.")] = 5,
    rivals: Annotated[int, typer.Option("--rivals", min=1, max=1000, help="New products that would share a reserved place.")] = 10,
    seed: options.SeedOption = 0,
    as_json: output.JsonOption = False,
) -> None:
    """Place new products: the nearest real ones, who would be shown them, at what exposure, and what would get them seen.

    Beside it what content-kNN says. The first call teaches the run, which takes seconds to a minute.
    """
    from recsys_core.storage.workspace import Workspace
    from recsys_core.synthesis.cold.batch import read_new_items, read_price
    from recsys_core.synthesis.cold.records import NewItem

    told = options.parse_settings(attributes)
    if file is not None and (title or category or price or told):
        raise InputError("Products are given both in a file and by options.", "Give --file alone, or --title and the others.")
    if file is None and not (title or category or told):
        raise InputError("Nothing is said of the new product.", "Give its --title, --category or another column with --set, or a --file.")
    items = read_new_items(file) if file else [NewItem(title, category, read_price(price, "given"), told)]
    model, dataset = _taught(Workspace.open(), run, seed)
    placed = model.place_many(items, k=k, near=near, rivals=rivals)
    payload = {
        "run": run,
        "products": [_json(one, dataset) for one in placed],
        "evaluation": model.evaluation,
    }
    output.emit(payload, as_json=as_json, table=lambda: _table(placed, dataset, model))


def cold_shopper(
    run: RunArgument,
    items: Annotated[str, typer.Option("--items", metavar="ID,ID", help="Products they looked at.")] = "",
    segment: Annotated[str, typer.Option("--segment", help="A segment's name or number.")] = "",
    attributes: Annotated[list[str] | None, typer.Option("--attributes", metavar="NAME=VALUE", help="What is known of them.")] = None,
    k: LengthOption = 10,
    as_json: output.JsonOption = False,
) -> None:
    """A list for a new shopper, from a few products, from a segment alone, or from attributes alone, and what it is based on."""
    from recsys_core.data.dataset import Dataset
    from recsys_core.data.splits import make_split
    from recsys_core.models.runs import Run
    from recsys_core.profiles.segments import load_segments
    from recsys_core.storage.workspace import Workspace
    from recsys_core.synthesis.cold.shoppers import new_shopper

    workspace = Workspace.open()
    opened = Run.open(workspace.run_dir(workspace.registry.run(run).id))
    dataset = Dataset.open(workspace.dataset_dir(opened.dataset_id))
    segments = load_segments(dataset)
    code = None
    if segment:
        labels = [label.casefold() for label in segments.labels]
        if segment.casefold() not in labels and not (segment.isdigit() and int(segment) < len(labels)):
            known = ", ".join(f"{number} {label}" for number, label in enumerate(segments.labels)) or segments.reason
            raise InputError(f"There is no segment '{segment}'.", f"There are: {known}.")
        code = labels.index(segment.casefold()) if segment.casefold() in labels else int(segment)
    found = new_shopper(
        opened,
        dataset,
        make_split(dataset, str(opened.manifest["protocol"]), int(opened.manifest["seed"])).known,
        clicked=[dataset.item_index(id.strip()) for id in items.split(",") if id.strip()],
        segment=code,
        attributes=options.parse_settings(attributes),
        segments=segments,
        k=k,
    )
    listed = [
        {"rank": rank, **_named(int(item), dataset), "score": float(score)}
        for rank, (item, score) in enumerate(zip(found.items, found.scores, strict=True), 1)
    ]
    payload = {"run": opened.id, "basis": found.basis, "like": found.like, "list": listed}
    output.emit(payload, as_json=as_json, table=lambda: _listed(found.basis, listed))


def _taught(workspace: Any, run: str, seed: int) -> tuple[ColdModel, Dataset]:
    """The run's knowledge of new products, learned now where it was not."""
    from recsys_core.data.dataset import Dataset
    from recsys_core.jobs import run_here
    from recsys_core.jobs.cold_spec import KIND, cold_spec
    from recsys_core.latent.projections import load_projection
    from recsys_core.models.runs import Run
    from recsys_core.profiles.segments import load_segments
    from recsys_core.synthesis.cold.store import has_cold, open_cold

    opened = Run.open(workspace.run_dir(workspace.registry.run(run).id))
    if not has_cold(opened.artifact.folder):
        with output.progress_bar("Learning where new products belong") as report:
            run_here(workspace, KIND, cold_spec(workspace, opened.id, seed=seed), title="New products", on_progress=report)
    dataset = Dataset.open(workspace.dataset_dir(opened.dataset_id))
    drawn = load_projection(opened.artifact.folder, "items", "pca")
    points = None if drawn is None else (drawn.coordinates, drawn.rows)
    return open_cold(opened.artifact.folder, load_segments(dataset), points), dataset


def _named(item: int, dataset: Dataset) -> dict[str, Any]:
    from recsys_core.synthesis.cold.shoppers import product_title

    return {"item_id": str(dataset.item_ids[item]), "title": product_title(dataset, item)}


def _json(placed: Placed, dataset: Dataset) -> dict[str, Any]:
    told = placed.to_json()
    for name in ("nearest", "alike"):
        told[name] = [_named(near.item, dataset) | {"likeness": near.likeness} for near in getattr(placed, name)]
    told["best_shoppers"] = [
        {"user_id": str(dataset.user_ids[user]), "chance": float(placed.audience.chance[user]), "match": float(placed.audience.match[user])}
        for user in placed.audience.best(10)
    ]
    return told


def _table(placed: list[Placed], dataset: Dataset, model: ColdModel) -> RenderableType:
    from rich.console import Group

    from recsys_core.synthesis.cold.records import EXPOSURE_WORDS

    parts: list[RenderableType] = []
    for one in placed:
        parts += [f"\n{_headline(one.item)}"]
        parts += [_near("Nearest by taste", one.nearest, dataset), _near("Most alike by what is said", one.alike, dataset)]
        shown, exposure, buyers = one.audience.size, one.exposure, one.buyers
        parts += [
            f"Exposure: {_share(exposure)} of shoppers would have it in their first {one.k}; its score passes for {shown:,} of them. "
            f"Content-kNN says {_share(one.likeness_exposure)}, {one.likeness_audience.size:,} shoppers.",
            EXPOSURE_WORDS,
            f"Buyers in a time as long as the log: {buyers.value:,.0f} ({buyers.low:,.0f} to {buyers.high:,.0f}).",
        ]
        rows = [(each.label, f"{each.shoppers:,}", f"{each.exposure:.2%}", f"{each.match:.0%}") for each in one.segments[:6]]
        parts += (
            [output.columns(("segment", "shoppers", "exposure", "match"), rows, right=("shoppers", "exposure", "match"))] if rows else []
        )
        parts += [f"  {each.words}" for each in one.helps]
        parts += [f"Note: {note}" for note in one.notes]
    told = model.evaluation
    parts += [f"\nTried on {told['items_left_out']:,} products that were left out, for {told['shoppers']:,} shoppers:"]
    parts += [f"  {sentence}" for sentence in told["words"]]
    return Group(*parts)


def _headline(item: NewItem) -> str:
    told = [
        item.category,
        f"{item.price:g}" if item.price is not None else "",
        *(f"{name} {value}" for name, value in item.attributes.items()),
    ]
    return " · ".join([item.name, *(one for one in told if one)])


def _near(title: str, near: tuple[Any, ...], dataset: Dataset) -> str:
    named = [f"{_named(one.item, dataset)['title']} ({one.likeness:.2f})" for one in near]
    return f"{title}: {', '.join(named) or 'none'}."


def _share(estimate: Any) -> str:
    told = asdict(estimate)
    return f"{told['value']:.2%} ({told['low']:.2%} to {told['high']:.2%})"


def _listed(basis: str, listed: list[dict[str, Any]]) -> RenderableType:
    from rich.console import Group

    rows = [(str(one["rank"]), one["item_id"], one["title"], output.figure(one["score"])) for one in listed]
    return Group(basis, output.columns(("rank", "item", "title", "score"), rows, right=("rank", "score")))
