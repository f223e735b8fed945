"""`look`: what a log seems to be and how it would be taken in, without taking it in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recsys_core.cli.output import JsonOption, columns, count, emit, facts, progress_bar

if TYPE_CHECKING:
    from rich.console import RenderableType

    from recsys_core.data.look import ColumnLook, Look


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(look)


def look(
    log: Annotated[str, typer.Argument(help="The events: a file, a folder of files, or the address of a database.")],
    table: Annotated[str | None, typer.Option(help="Which table, of a workbook, an archive or a database.")] = None,
    query: Annotated[str | None, typer.Option(metavar="SQL", help="What to ask a database for the log: one SELECT.")] = None,
    map_: Annotated[
        list[str] | None, typer.Option("--map", metavar="ROLE=COLUMN", help="Which column is what, over what is guessed; ROLE= for none.")
    ] = None,
    header: Annotated[
        bool | None, typer.Option("--header/--no-header", help="Whether the first line names the columns; looked at if not said.")
    ] = None,
    dates: Annotated[
        str | None, typer.Option(metavar="day-first|month-first", help="How to read 03/04/2026; decided over the column if not said.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Look at a log: its columns, what each is for and how sure that is, and what would become of personal data."""
    import tempfile

    from recsys_core.cli.connections import place_of
    from recsys_core.cli.ingest import parse_role
    from recsys_core.data.look import look as look_at
    from recsys_core.data.request import IngestRequest
    from recsys_core.storage.passwords import lent

    place, password = place_of(log)
    request = IngestRequest(
        place, table=table, query=query, roles=dict(parse_role(text) for text in map_ or []), header=header, dates=dates
    )
    with progress_bar("Looking at the log") as report, tempfile.TemporaryDirectory(prefix="aisle-look-") as scratch, lent(password):
        seen = look_at(request, Path(scratch), report)
    emit(seen.to_json(), as_json=as_json, table=lambda: _shown(seen))


def _shown(seen: Look) -> RenderableType:
    from rich.console import Group

    roles = {guess.column: guess for guess in seen.roles}
    rows = []
    for column in seen.columns:
        guess = roles.get(column.name)
        is_, how, why = (guess.role, guess.confidence, guess.why) if guess else ("", "", "")
        rows.append(
            (column.name, is_, how, why or _kept(column), f"{column.filled:.0%}", count(column.distinct), ", ".join(column.examples[:3]))
        )
    about = {"file": seen.file, "read as": seen.format, "first line": "names the columns" if seen.header else "is a row already"}
    about["looked at"] = f"{count(seen.sampled)} rows, which the guesses and the counts below are of"
    if seen.kinds:
        about["events"] = ", ".join(f"{kind.value} = {kind.kind}" if kind.value != kind.kind else kind.value for kind in seen.kinds)
    if seen.dates:
        about["dates"] = "day first, though month first would do too" if seen.dates == "ambiguous" else seen.dates.replace("-", " ")
    if len(seen.tables) > 1:
        about["tables"] = ", ".join(f"{name} ({what})" for name, what in seen.tables.items())
    table = columns(("column", "is", "how sure", "why", "filled", "different", "for example"), rows, right=("filled", "different"))
    asked = [f"Please check: {question}" for question in seen.questions] or ["Nothing is unsure."]
    persons = [f"'{c.name}' holds what looks like {_kind(c)}: {_treatment(c)}" for c in seen.columns if c.personal]
    return Group(facts(about), table, *persons, *asked)


def _kept(column: ColumnLook) -> str:
    return "" if column.treated == "keep" else _kind(column)


def _kind(column: ColumnLook) -> str:
    return f"an {column.personal}" if (column.personal or "").startswith("e") else f"a {column.personal}"


def _treatment(column: ColumnLook) -> str:
    return {
        "hash": "only a hash of it is kept, the same for the same person.",
        "drop": "it is left out.",
        "keep": "it is kept as it is.",
    }[column.treated]
