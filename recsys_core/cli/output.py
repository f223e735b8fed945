"""What commands show: JSON for programs on stdout, tables for people, progress on stderr, and one way to write each kind of number."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.storage.json_text import to_text

if TYPE_CHECKING:
    from rich.console import RenderableType

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else.")]
Report = Callable[[float, str], None]
NOTHING = "–"


def emit(payload: Mapping[str, Any] | Sequence[Any], *, as_json: bool, table: Callable[[], RenderableType] | None = None) -> None:
    """Print the outcome of a command on stdout: `payload` as JSON, or what `table` makes of it (default: one line a key) for people."""
    if as_json:
        typer.echo(to_text(payload, indent=2))
        return
    from rich.console import Console

    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 160)
    console.print(table() if table else facts(payload if isinstance(payload, Mapping) else {}))


def note(line: str) -> None:
    """A line for people on stderr, where it disturbs no JSON."""
    typer.echo(line, err=True)


def columns(titles: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[str] = ()) -> RenderableType:
    """A table. `right`: titles of the columns that hold numbers."""
    from rich import box
    from rich.table import Table

    numbers = set(right)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in titles:
        table.add_column(title, justify="right" if title in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def facts(pairs: Mapping[str, Any]) -> RenderableType:
    """Names and values, one line each; nested values as JSON."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold")
    grid.add_column(overflow="fold")
    for name, value in pairs.items():
        grid.add_row(name.replace("_", " "), _text(value))
    return grid


@contextmanager
def progress_bar(title: str) -> Iterator[Report]:
    """A bar on stderr for long work, moved by the function it gives: (fraction 0..1, message). Shows nothing where no one is looking."""
    if not sys.stderr.isatty():
        yield lambda fraction, message: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    parts = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*parts, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=1.0)
        yield lambda fraction, message: progress.update(task, completed=fraction, description=message or title)


def count(number: int | None) -> str:
    """1,234,567."""
    return NOTHING if number is None else f"{number:,}"


def figure(value: float | None, digits: int = 4) -> str:
    """0.2154; a dash for what is missing or NaN."""
    return NOTHING if value is None or value != value else f"{value:.{digits}f}"


def duration(seconds: float | None) -> str:
    """0.4 s · 12 s · 3 min 5 s · 2 h 10 min."""
    if seconds is None:
        return NOTHING
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes_left = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes_left} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def size(n_bytes: float) -> str:
    """512 bytes · 1.2 MB, in powers of ten."""
    if n_bytes < 1000:
        return f"{n_bytes:.0f} bytes"
    for unit in ("kB", "MB", "GB"):
        n_bytes /= 1000
        if n_bytes < 999.95:
            return f"{n_bytes:.1f} {unit}"
    return f"{n_bytes / 1000:.1f} TB"


def moment(time: datetime | None) -> str:
    """21 Nov 2026 23:47, in this machine's timezone."""
    return NOTHING if time is None else f"{time.astimezone():%d %b %Y %H:%M}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return count(value)
    if isinstance(value, float):
        return figure(value)
    if isinstance(value, datetime):
        return moment(value)
    return NOTHING if value is None else value if isinstance(value, str) else to_text(value)


def interval(row: dict[str, float | None]) -> str:
    """A measured value with its interval: 0.2154 (0.2081 to 0.2230)."""
    value = figure(row["value"])
    return value if row["low"] is None else f"{value} ({figure(row['low'])} to {figure(row['high'])})"
