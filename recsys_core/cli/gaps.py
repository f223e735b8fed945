"""`gaps`: what an assortment lacks; `new-items`: new products drawn for a category or a segment's taste."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import options, output

if TYPE_CHECKING:
    from rich.console import RenderableType

    from recsys_core.synthesis.items.records import Estimate, Gap, GapReport, NewItem, NewItems


def register(app: typer.Typer) -> None:
    """Add both commands."""
    app.command("gaps")(gaps)
    app.command("new-items")(new_items)


def gaps(
    id: Annotated[str, typer.Argument(metavar="DATASET|RUN", help="Of a run, less what it is tested by.")],
    category: Annotated[str | None, typer.Option("--category", help="Only this category, by its own ranks.")] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="How many to show.")] = 20,
    as_json: output.JsonOption = False,
) -> None:
    """Rank the gaps of an assortment: price ranges of a group where shoppers would buy and no product is."""
    from recsys_core.jobs import run_here
    from recsys_core.jobs.gaps_spec import gaps_spec
    from recsys_core.storage.json_text import plain
    from recsys_core.storage.workspace import Workspace
    from recsys_core.synthesis.items.assortment import code_of
    from recsys_core.synthesis.items.store import open_gaps

    workspace = Workspace.open()
    spec = gaps_spec(workspace, id)
    title = "Look for gaps"
    with output.progress_bar(title) as report:
        job = run_here(workspace, "gaps", spec, title=title, on_progress=report)
    result = dict(job.result or {})
    found = open_gaps(Path(result["folder"]))
    if category is not None:
        category = found.categories[code_of(found.categories, category, "category")]
    shown = found.of(category, top)
    told = {**result, **found.to_json(), "category": category, "gaps": plain(shown), "found": len(found.gaps)}
    output.emit(told, as_json=as_json, table=lambda: _gaps_table(found, shown, category))


def new_items(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run whose shoppers' tastes are asked (see `runs`).")],
    category: Annotated[str | None, typer.Option("--category", help="For this category, or cluster where there are none.")] = None,
    segment: Annotated[str | None, typer.Option("--segment", help="For this segment's taste: its name or number.")] = None,
    count: Annotated[int, typer.Option("--count", help="How many.")] = 20,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to write them as a catalogue: .parquet or .csv.")] = None,
    seed: options.SeedOption = 0,
    as_json: output.JsonOption = False,
) -> None:
    """Draw new products, with a price, words, the real products nearest to each, and how many shoppers would buy it."""
    from recsys_core.cli.tables import check_format
    from recsys_core.jobs import run_here
    from recsys_core.jobs.gaps_spec import new_items_spec
    from recsys_core.storage.workspace import Workspace
    from recsys_core.synthesis.items.store import open_new_items

    if out is not None:
        check_format(out)
    workspace = Workspace.open()
    spec = new_items_spec(workspace, run, category=category, segment=segment, count=count, seed=seed)
    title = f"Draw {count:,} new products"
    with output.progress_bar(title) as report:
        job = run_here(workspace, "new-items", spec, title=title, on_progress=report)
    result = dict(job.result or {})
    found, _ = open_new_items(Path(result["folder"]))
    if out is not None:
        _write(found, out)
        result["out"] = str(out)
    output.emit({**result, **found.to_json()}, as_json=as_json, table=lambda: _items_table(found))


def _write(found: NewItems, out: Path) -> None:
    import numpy as np

    from recsys_core.cli.tables import write_table

    names = sorted({name for item in found.items for name in item.attributes})
    rows = [{**_row(item), **{name: item.attributes.get(name, "") for name in names}} for item in found.items]
    write_table(out, {name: np.array([row[name] for row in rows]) for name in rows[0]})


def _row(item: NewItem) -> dict[str, Any]:
    return {
        "item_id": item.id,
        "title": item.title,
        "category": item.category,
        "group": item.group,
        "brand": item.brand,
        "price": float("nan") if item.price is None else item.price,
        "shoppers": item.shoppers.value,
        "shoppers_low": item.shoppers.low,
        "shoppers_high": item.shoppers.high,
        "is_gap": item.is_gap,
        "nearest": "|".join(near.item for near in item.nearest),
    }


def _gaps_table(found: GapReport, shown: tuple[Gap, ...], category: str | None) -> RenderableType | str:
    from rich.console import Group

    if not shown:
        return "No gap was found: wherever shoppers would buy, there is a product."
    rows = [
        (
            str(gap.rank if category else gap.overall),
            gap.category,
            gap.group,
            _range(gap, found.currency or ""),
            ", ".join(gap.words[:3]),
            _estimate(gap.demand),
            _estimate(gap.shoppers),
            f"{gap.expected_items:,.0f}",
        )
        for gap in shown
    ]
    titles = ["rank", "category", found.group_column, "price", "words", "purchases missed", "shoppers", "products expected"]
    table = output.columns(titles, rows, right=("rank", "purchases missed", "shoppers", "products expected"))
    heading = f"{len(found.gaps):,} gaps among {found.items:,} products; no product lies in them. In brackets: 80 % intervals."
    return Group(heading, table, f"First: {shown[0].why}", *(f"Note: {note}" for note in found.notes))


def _items_table(found: NewItems) -> RenderableType:
    from rich.console import Group

    rows = [
        (
            item.id,
            item.title,
            " · ".join(part for part in (item.category, item.group) if part),
            output.NOTHING if item.price is None else f"{found.currency or ''}{item.price:,.2f}",
            _estimate(item.shoppers),
            item.nearest[0].title,
            "yes" if item.is_gap else "",
        )
        for item in found.items
    ]
    titles = ["id", "words", "kind", "price", "shoppers", "nearest real product", "gap"]
    return Group(output.columns(titles, rows, right=("price", "shoppers")), *(f"Note: {note}" for note in found.notes))


def _estimate(estimate: Estimate) -> str:
    return f"{estimate.value:,.0f} ({estimate.low:,.0f} to {estimate.high:,.0f})"


def _range(gap: Gap, currency: str) -> str:
    if gap.price_from is None or gap.price_to is None:
        return output.NOTHING
    return f"{currency}{gap.price_from:,.2f} to {currency}{gap.price_to:,.2f}"
