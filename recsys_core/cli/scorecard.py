"""`scorecard`: fidelity, structure, utility and privacy of a synthetic log against the real one it was learned from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recsys_core.cli import options, output

if TYPE_CHECKING:
    from rich.console import RenderableType

    from recsys_core.synthesis.scorecard.card import Scorecard

NUMBERS = ("value", "real anew", "shuffled", "passes", "warns")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("scorecard")(scorecard)


def scorecard(
    real: Annotated[Path, typer.Option("--real", metavar="LOG", help="What the generator learned from.")],
    synthetic: Annotated[Path, typer.Option("--synthetic", metavar="LOG", help="What it made.")],
    holdout: Annotated[
        Path | None, typer.Option("--holdout", metavar="LOG", help="Rows of the same shoppers, or of others, that it never saw.")
    ] = None,
    items: Annotated[Path | None, typer.Option("--items", metavar="FILE", help="Products and their category.")] = None,
    seed: options.SeedOption = 0,
    as_json: output.JsonOption = False,
) -> None:
    """Score a synthetic log: every line beside what real shoppers drawn anew and shuffled columns reach, and four verdicts."""
    from recsys_core.synthesis.scorecard.files import check_files
    from recsys_core.synthesis.scorecard.reading import read_items, read_log
    from recsys_core.synthesis.scorecard.score import score

    check_files(real, synthetic, holdout)
    with output.progress_bar("Scoring the synthetic log") as report:
        logs = read_log(real), read_log(synthetic), read_log(holdout) if holdout else None, read_items(items) if items else None
        card = score(*logs, seed=seed, progress=report)
    output.emit(card.to_json(), as_json=as_json, table=lambda: _table(card))


def _table(card: Scorecard) -> RenderableType:
    from rich.console import Group

    parts: list[RenderableType] = [_sizes(card)]
    for verdict in card.verdicts:
        lines = [line for line in card.lines if line.group == verdict.group and line.value is not None]
        rows = [
            (
                line.status,
                line.code,
                line.title,
                *(output.figure(figure, 3) for figure in (line.value, line.ceiling, line.floor, line.passes, line.warns)),
            )
            for line in lines
        ]
        parts += [f"\n{verdict.group.upper()}: {verdict.status}. {verdict.words}"]
        parts += [output.columns(("", "line", "measures", *NUMBERS), rows, right=NUMBERS)] if rows else []
    parts += [f"Alarm: {alarm.words}" for alarm in card.alarms if alarm.fired] or ["No sign of collapse."]
    parts += [f"Note: {note}" for note in card.notes]
    reasons: dict[str, list[str]] = {}
    for line in card.lines:
        if line.reason:
            reasons.setdefault(line.reason, []).append(line.title.lower())
    parts += [f"Not measured: {', '.join(titles)}. {reason}" for reason, titles in reasons.items()]
    return Group(*parts)


def _sizes(card: Scorecard) -> str:
    told = (f"{name} {size['rows']:,} rows of {size['users']:,} shoppers, {size['items']:,} products" for name, size in card.sizes.items())
    return "; ".join(told)
