"""`ingest`: a log and its catalogue in, a dataset out, every dropped row under its reason."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli.connections import name_of, place_of
from recsys_core.cli.output import JsonOption, columns, count, emit, facts, progress_bar
from recsys_core.errors import InputError

if TYPE_CHECKING:
    from rich.console import RenderableType


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(ingest)


def ingest(
    log: Annotated[str, typer.Argument(help="The events: a file, or a database (postgresql://user@host/shop, connection:NAME).")],
    table: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which table of a database, workbook or archive is the log.")
    ] = None,
    query: Annotated[str | None, typer.Option(metavar="SQL", help="What to ask a database for the log: one SELECT.")] = None,
    items: Annotated[Path | None, typer.Option(help="The products: a file with item_id, title, category ...")] = None,
    users: Annotated[Path | None, typer.Option(help="The shoppers: a file with user_id and what is known of them.")] = None,
    map_: Annotated[
        list[str] | None, typer.Option("--map", metavar="ROLE=COLUMN", help="Which column is what, over what is guessed; ROLE= for none.")
    ] = None,
    rules: Annotated[
        str | None, typer.Option(metavar="default|none|FILE", help="Cleaning rules; none where there is a split column.")
    ] = None,
    positive: Annotated[
        str | None, typer.Option(metavar="KINDS", help="Kinds of event that say a shopper wants a product, by comma.")
    ] = None,
    min_rating: Annotated[float | None, typer.Option(help="The lowest rating that says so.")] = None,
    name: Annotated[str | None, typer.Option(help="What to call the dataset.")] = None,
    min_user_items: Annotated[
        int | None, typer.Option(min=1, help="Products a shopper needs to train; 5, or 1 with a split column.")
    ] = None,
    min_item_users: Annotated[
        int | None, typer.Option(min=1, help="Shoppers a product needs to train; 5, or 1 with a split column.")
    ] = None,
    currency: Annotated[str | None, typer.Option(help="Written before prices, for example £.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Take in a log: find its columns, clean it in the open, number it and keep it as a dataset."""
    from recsys_core.data.request import IngestRequest
    from recsys_core.jobs import run_here
    from recsys_core.storage.workspace import Workspace

    place, secret = place_of(log)
    request = IngestRequest(
        log=place,
        table=table,
        query=query,
        items=None if items is None else str(items.absolute()),
        users=None if users is None else str(users.absolute()),
        roles=dict(parse_role(text) for text in map_ or []),
        rules=rules if rules in (None, "default", "none") else str(Path(rules).absolute()),
        positive=None if positive is None else tuple(positive.split(",")),
        min_rating=min_rating,
        name=name,
        min_user_items=min_user_items,
        min_item_users=min_item_users,
        currency=currency,
    )
    with progress_bar("Taking in the log") as report:
        job = run_here(Workspace.open(), "ingest", request.to_json(), title=f"Take in {name_of(place)}", on_progress=report, secret=secret)
    result = dict(job.result or {})
    emit(result, as_json=as_json, table=lambda: _table(result))


def parse_role(text: str) -> tuple[str, str]:
    """ROLE=COLUMN as a pair. Raises InputError where there is no '='."""
    role, equals, column = text.partition("=")
    if not equals or not role.strip():
        raise InputError(f"--map was given '{text}'.", "Write it as ROLE=COLUMN, for example --map user_id=CustomerID.")
    return role.strip(), column.strip()


def _table(result: dict[str, Any]) -> RenderableType:
    from rich.console import Group

    reasons = [(reason["name"], count(reason["matched"]), count(reason["dropped"]), reason["words"]) for reason in result["reasons"]]
    dropped = columns(("rule", "applies to", "dropped", "why"), reasons, right=("applies to", "dropped"))
    trains = result["trains"]
    shown = {
        "dataset": result["dataset"] + (" (it was there already)" if result["reused"] else ""),
        "rows": f"{count(result['rows_kept'])} of {count(result['rows_read'])} kept",
        "shoppers": count(result["users"]),
        "products": count(result["items"]),
        "trains": f"{count(trains['rows'])} rows of {count(trains['users'])} shoppers and {count(trains['items'])} products",
        "columns": ", ".join(f"{role} = {column}" for role, column in result["roles"].items()),
    }
    warnings = [f"Note: {warning['text']}" for warning in result["warnings"]]
    return Group(facts(shown), dropped, *warnings)
