"""What sets a cohort apart, in words and as rows of a chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.ui import formats
from pages.ui.charts.maps.contrast import Times
from pages.ui.maps import words_cohort as words

if TYPE_CHECKING:
    from recsys_core.profiles.contrast import Contrast, Level, Lift

ROWS = 8  # on the chart
OF_KINDS = {"group": 3, "segment": 1, "term": 2, "product": 2, "maker": 1, "attribute": 1}  # of each kind, more where there is room
NAME = 34  # characters


@dataclass(frozen=True)
class Findings:
    """title: the most telling thing in a sentence. levels: price and the like, where they differ clearly. rows: for the chart.

    note: what to mind when reading, or "".
    """

    title: str
    levels: tuple[str, ...]
    rows: tuple[Times, ...]
    note: str


def findings(found: Contrast, currency: str | None) -> Findings:
    """In words. Nothing that is not clear is claimed."""
    clear = [lift for lift in found.lifts if lift.clear]
    levels = tuple(_level(level, currency) for level in found.levels if level.clear)
    chosen = _chosen(clear)
    rows = tuple(_row(lift) for lift in chosen)
    if not chosen and not levels:
        if found.size == 1:
            return Findings(words.ONE, (), (), "")
        note = words.NO_CLEAR_NOTE.format(n=formats.count(found.looked)) if found.looked else words.NO_CLEAR_FEW
        return Findings(words.NO_CLEAR, (), (), note)
    note = words.AS_MANY if rows and found.what == "users" else ""
    first = next((row for row in rows if row.times > 1), rows[0] if rows else None)  # what there is more of is easier to see before one
    return Findings(formats.sentence(first.said) if first else levels[0], levels if first else levels[1:], rows, note)


def said(lift: Lift) -> str:
    """One lift in words: "3.1 times as often Candles (2.4 to 4.0)"."""
    name = words.KINDS[lift.kind].format(name=lift.name)
    if lift.inside == 0:
        return words.NEVER.format(name=name, share=formats.percent(lift.outside))
    form = words.TIMES if lift.lift >= 1 else words.TIMES_LESS
    return words.TIMES_INTERVAL.format(said=form.format(times=times(lift.lift), name=name), low=times(lift.low), high=times(lift.high))


def times(value: float) -> str:
    """3.14 -> "3.1", 0.042 -> "0.04"."""
    return f"{value:,.0f}" if value >= 20 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def _chosen(clear: list[Lift]) -> list[Lift]:
    """The first of each kind, as they come; what is left of the chart goes to the next of those that there are more of."""
    first = [lift for kind, most in OF_KINDS.items() for lift in [each for each in clear if each.kind == kind][:most]]
    chosen = [*first, *(lift for lift in clear if lift not in first)][:ROWS] if len(first) < ROWS else first[:ROWS]
    order = {kind: place for place, kind in enumerate(OF_KINDS)}
    return sorted(chosen, key=lambda lift: order[lift.kind])


def _row(lift: Lift) -> Times:
    name = formats.on_chart(words.KINDS[lift.kind].format(name=lift.name), NAME)
    told = words.CONTRAST_TOLD.format(
        said=formats.sentence(formats.on_chart(said(lift), 120)), inside=formats.percent(lift.inside), outside=formats.percent(lift.outside)
    )
    return Times(name, lift.lift, lift.low, lift.high, said(lift), told)


def _level(level: Level, currency: str | None) -> str:
    write = (lambda value: formats.money(value, currency)) if level.name in ("price", "spend") else (lambda value: f"{value:,.1f}")
    ends = {"times": times(level.ratio), "low": times(level.low), "high": times(level.high)}
    return words.LEVELS[level.name].format(**ends, inside=write(level.inside), outside=write(level.outside))
