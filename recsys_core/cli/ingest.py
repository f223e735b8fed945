"""`ingest`: a log and its catalogue in, a dataset out, every dropped row under its reason."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli.connections import file_of, name_of, place_of
from recsys_core.cli.output import JsonOption, columns, count, emit, facts, progress_bar
from recsys_core.errors import InputError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from recsys_core.data.recipe import Recipe
    from recsys_core.storage.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(ingest)


def ingest(
    log: Annotated[
        list[str],
        typer.Argument(
            help="The events, one row each: a file (CSV, Parquet, JSON lines, Excel; packed or not), several, a folder, a database."
        ),
    ],
    items: Annotated[Path | None, typer.Option(help="The products: a file with item_id, title, category ...")] = None,
    users: Annotated[Path | None, typer.Option(help="The shoppers: a file with user_id and what is known of them.")] = None,
    pictures: Annotated[Path | None, typer.Option(help="Pictures of products: a zip of files named by item_id.")] = None,
    vectors: Annotated[Path | None, typer.Option(help="Vectors of products: a file with item_id and numbers.")] = None,
    map_: Annotated[
        list[str] | None, typer.Option("--map", metavar="ROLE=COLUMN", help="Which column is what, over what is guessed; ROLE= for none.")
    ] = None,
    table: Annotated[str | None, typer.Option(help="Which table of a database, workbook or archive.")] = None,
    query: Annotated[str | None, typer.Option(metavar="SQL", help="What to ask a database, instead of a table.")] = None,
    header: Annotated[
        bool | None, typer.Option("--header/--no-header", help="Whether the first line names the columns; looked at if not said.")
    ] = None,
    dates: Annotated[
        str | None, typer.Option(metavar="day-first|month-first", help="How to read 03/04/2026; decided over the column if not said.")
    ] = None,
    personal: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN=hash|drop|keep", help="What becomes of a column of addresses, phone numbers or names."),
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option(metavar="VALUE=KIND", help="What a value of the event column means, for example pv=view.")
    ] = None,
    weight: Annotated[list[str] | None, typer.Option(metavar="KIND=NUMBER", help="What an event of a kind is worth.")] = None,
    recipe: Annotated[
        str | None,
        typer.Option(metavar="DATASET|FILE", help="Take the choices of an earlier dataset, or of a recipe's file, and tell what differs."),
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
    from recsys_core.data.recipe import apply
    from recsys_core.data.request import IngestRequest
    from recsys_core.jobs import run_here
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    first, password = place_of(log[0])
    request = IngestRequest(
        log=first,
        more=tuple(file_of(more) for more in log[1:]),
        table=table,
        query=query,
        items=_full(items),
        users=_full(users),
        pictures=_full(pictures),
        vectors=_full(vectors),
        roles=dict(parse_role(text) for text in map_ or []),
        header=header,
        dates=dates,
        personal=dict(_pair(text, "--personal", "COLUMN=hash") for text in personal or []),
        kinds=dict(_pair(text, "--kind", "VALUE=KIND") for text in kind or []),
        weights={key: _number(value) for key, value in (_pair(text, "--weight", "KIND=NUMBER") for text in weight or [])},
        rules=rules if rules in (None, "default", "none") else str(Path(rules).absolute()),
        positive=None if positive is None else tuple(positive.split(",")),
        min_rating=min_rating,
        name=name,
        min_user_items=min_user_items,
        min_item_users=min_item_users,
        currency=currency,
    )
    if recipe is not None:
        request = apply(find_recipe(workspace, recipe), request)
    with progress_bar("Taking in the log") as report:
        title = f"Take in {name_of(log[0])}"
        job = run_here(workspace, "ingest", request.to_json(), title=title, on_progress=report, secret=password)
    result = dict(job.result or {})
    emit(result, as_json=as_json, table=lambda: _table(result))


def find_recipe(workspace: Workspace, wanted: str) -> Recipe:
    """The recipe of a dataset, by id or name (the newest of that name), or in a file. Raises InputError and NotFoundError."""
    from recsys_core.data.recipe import read_recipe

    if Path(wanted).suffix == ".json" or Path(wanted).is_file():
        return read_recipe(Path(wanted))
    named = [record for record in workspace.registry.datasets() if record.name == wanted]
    record = max(named, key=lambda found: found.created_at) if named else workspace.registry.dataset(wanted)
    return read_recipe(workspace.dataset_dir(record.id))


def parse_role(text: str) -> tuple[str, str]:
    """ROLE=COLUMN as a pair. Raises InputError where there is no '='."""
    role, equals, column = text.partition("=")
    if not equals or not role.strip():
        raise InputError(f"--map was given '{text}'.", "Write it as ROLE=COLUMN, for example --map user_id=CustomerID.")
    return role.strip(), column.strip()


def _pair(text: str, option: str, form: str) -> tuple[str, str]:
    """What stands before and after the last '=' (a column's name may hold one)."""
    key, equals, value = text.rpartition("=")
    if not equals or not key.strip() or not value.strip():
        raise InputError(f"{option} was given '{text}'.", f"Write it as {form}.")
    return key.strip(), value.strip()


def _number(text: str) -> float:
    try:
        number = float(text)
        if not math.isfinite(number):
            raise ValueError(text)
        return number
    except ValueError as error:
        raise InputError(f"--weight was given '{text}', which is no number.", "Write it as KIND=NUMBER, for example cart=3.") from error


def _full(path: Path | None) -> str | None:
    return None if path is None else file_of(path)


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
    told = [f"Note: {note['text']}" for note in [*result["notes"], *result["warnings"]]]
    told += [f"Since the last file: {difference['text']}" for difference in result["differences"]]
    return Group(facts(shown), dropped, *told)
