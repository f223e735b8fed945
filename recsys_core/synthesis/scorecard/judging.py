"""From figures to lines, from lines to verdicts: limits, what a value says, and what the worst line of each group is."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

from recsys_core.synthesis.scorecard.card import (
    FAIL,
    FIDELITY,
    GROUPS,
    PASS,
    PRIVACY,
    SHOWN,
    STRUCTURE,
    UNAVAILABLE,
    UTILITY,
    WARN,
    Line,
    Verdict,
)
from recsys_core.synthesis.scorecard.lines import HIGH, LINES, LOW, NEEDS, LineSpec

Figures = Mapping[str, float]
# Two samples of the same kind of shoppers differ by twice the variance that one of them and a draw from it differ by: distances grow by
# the root of 2, and a correlation c falls to 2 - 1/c^2, by twice what it lacks to 1 and more. Some room above that.
FARTHER = {LOW: 1.5, HIGH: 3.0}
# What attacks may reach above shuffled columns, which give nobody away and are over .5 where the holdout is of another kind: later in time,
# or other shoppers, or where knowing the best sellers is knowing much.
OVER_SHUFFLED = (0.02, 0.05)
BOTH = {"U3_augmentation", "U4_scarce"}  # judged by their interval too
NATURAL = {"P4_copied_baskets", "P4_copied_rhythms"}  # real shoppers share some with each other
BY_CHANCE = {"F10_c2st_auc", "P1_membership_auc", "P2_user_membership_auc", "P5_rows_nearer"}  # best at .5
ORDER = {FAIL: 2, WARN: 1, PASS: 0}
TOO_FEW = "There are too few rows to measure it."
WORDS = {
    FIDELITY: (
        "Rows, totals and times look like the real log's.",
        "Most, but not all, looks like the real log.",
        "It does not look like the real log.",
    ),
    STRUCTURE: (
        "What goes together in the real log goes together here.",
        "What goes together is kept in part.",
        "What goes together in the real log does not go together here.",
    ),
    UTILITY: (
        "A recommender learns from it nearly what it learns from the real log.",
        "A recommender learns part of it.",
        "A recommender learns too little from it. It is not mixed with real data unless you ask.",
    ),
    PRIVACY: (
        "Nothing measured gives away a real shopper.",
        "Something is close to real shoppers: look before you share it.",
        "It gives away real shoppers. Export is blocked.",
    ),
}  # fmt: skip


def judged_lines(
    found: Figures,
    ceiling: Figures,
    floor: Figures,
    references: Figures,
    unmet: Collection[str],
    intervals: Mapping[str, tuple[float, float]] = MappingProxyType({}),
) -> tuple[Line, ...]:
    """All lines in the order of LINES.

    found, ceiling, floor: the figures of the synthetic log and of both yardsticks. references: the real log's own figures (F2: its share;
    P4: how many real shoppers share). unmet: keys of NEEDS that these logs do not have. intervals: line -> (low, high).
    """
    return tuple(_line(spec, found, ceiling, floor, references, unmet, intervals) for spec in LINES)


def _line(
    spec: LineSpec,
    found: Figures,
    ceiling: Figures,
    floor: Figures,
    references: Figures,
    unmet: Collection[str],
    intervals: Mapping[str, tuple[float, float]],
) -> Line:
    value, top, bottom, reference = (_number(figures, spec.id) for figures in (found, ceiling, floor, references))
    line = Line(spec.id, spec.in_guide, spec.group, spec.title, spec.meaning, spec.better, SHOWN)
    if value is None:
        reason = next((NEEDS[need] for need in spec.needs if need in unmet), TOO_FEW)
        return replace(line, status=UNAVAILABLE, reason=reason)
    low, high = intervals.get(spec.id, (None, None))
    line = replace(line, value=value, ceiling=top, floor=bottom, reference=reference, low=low, high=high)
    passes, warns = limits(spec, top, bottom, reference)
    status = SHOWN if passes is None or warns is None else _status(line, passes, warns)
    line = replace(line, status=status, passes=passes, warns=warns)
    return replace(line, reading=reading(line))


def limits(spec: LineSpec, ceiling: float | None, floor: float | None, reference: float | None) -> tuple[float | None, float | None]:
    """From where on a line passes and warns.

    The declared figures, but never stricter than other real shoppers of the same kind could be: as far from perfect (0 or 1) as those
    drawn anew from the log itself, times FARTHER. Privacy is never looser for that reason.
    P1, P2 and P5 may be a little above shuffled columns; both lines of P4 may be what real shoppers share among themselves.
    """
    passes, warns = spec.passes, spec.warns
    if passes is None or warns is None:
        return None, None
    if spec.group == PRIVACY and spec.id in BY_CHANCE and floor is not None:
        return max(passes, floor + OVER_SHUFFLED[0]), max(warns, floor + OVER_SHUFFLED[1])
    if spec.id in NATURAL:
        return passes + (reference or 0.0), warns + (reference or 0.0)
    if spec.group == PRIVACY or ceiling is None:
        return passes, warns
    if spec.id == "F2_duplicate_pairs":
        ceiling = abs(ceiling - (reference or 0.0))
    if spec.better == LOW:
        passes = max(passes, FARTHER[LOW] * ceiling)
        return passes, max(warns, passes)
    passes = min(passes, 1 - FARTHER[HIGH] * (1 - ceiling))
    return passes, min(warns, passes)


def distance(line: Line) -> float:
    """The figure that is judged: the value, or how far it is from the reference."""
    assert line.value is not None
    return abs(line.value - (line.reference or 0.0)) if line.id == "F2_duplicate_pairs" else line.value


def _status(line: Line, passes: float, warns: float) -> str:
    value = distance(line)
    if line.id in BOTH and line.low is not None and line.high is not None:
        if line.id == "U4_scarce":
            return PASS if line.low > 1 else FAIL if line.high < 1 else WARN
    good, fair = (value <= passes, value <= warns) if line.better == LOW else (value >= passes, value >= warns)
    return PASS if good else WARN if fair else FAIL


def reading(line: Line) -> str:
    """One sentence on what the value says, by where it lies between the floor and the ceiling."""
    value = _shown(line.value)
    if line.low is not None and line.high is not None:
        clear = "more" if line.low > 1 else "less" if line.high < 1 else "no clear difference"
        return f"{value}, 95 % interval {_shown(line.low)} to {_shown(line.high)}: {clear}."
    if line.id == "F2_duplicate_pairs":
        return f"{value}, the real log {_shown(line.reference)}."
    if line.ceiling is None or line.floor is None or line.value is None:
        return f"{value}."
    beside = "a copy of real shoppers" if line.group == PRIVACY else "real shoppers drawn anew"
    both = f"{beside} {_shown(line.ceiling)}, shuffled columns {_shown(line.floor)}"
    span = line.ceiling - line.floor
    if abs(span) < 0.05:
        return f"{value}; {both}: it does not tell a copy." if line.group == PRIVACY else f"{value}; {both}: shuffling keeps it."
    share = (line.value - line.floor) / span
    if line.group == PRIVACY:
        return f"{value}; {both}: {_percent(share)} of the way to a copy."
    return f"{value}; {both}: {_percent(share)} of the way from shuffled to real."


def judged_groups(lines: Collection[Line]) -> tuple[Verdict, ...]:
    """A verdict for each group: the status of its worst line, and that line by name."""
    return tuple(_verdict(group, [line for line in lines if line.group == group]) for group in GROUPS)


def _verdict(group: str, lines: list[Line]) -> Verdict:
    missing = tuple(line.id for line in lines if line.status == UNAVAILABLE)
    judged = [line for line in lines if line.status in ORDER]
    if not judged:
        reasons = dict.fromkeys(line.reason for line in lines if line.reason)
        return Verdict(group, UNAVAILABLE, " ".join(["It was not measured.", *list(reasons)[:1]]), None, missing)
    worst = max(judged, key=lambda line: (ORDER[line.status], _severity(line)))
    which = "Nearest to its limit" if worst.status == PASS else "Worst line"
    words = f"{WORDS[group][ORDER[worst.status]]} {which}: {worst.title.lower()}, {worst.reading}"
    if group == PRIVACY and "P1_membership_auc" in missing:
        words += " Whether single purchases are given away was not measured, for want of a holdout."
    return Verdict(group, worst.status, words, worst.id, missing)


def _severity(line: Line) -> float:
    """How far a value is beyond its limit, in steps from pass to warn; of one that passes, below 0: -1 is perfect, 0 at the limit."""
    assert line.passes is not None
    assert line.warns is not None
    if line.status == PASS:
        perfect = 1.0 if line.better == HIGH else 0.5 if line.id in BY_CHANCE else 0.0
        room = line.passes - perfect
        return (distance(line) - perfect) / room - 1 if abs(room) > 1e-9 else -1.0
    step = max(abs(line.warns - line.passes), 0.05 * abs(line.passes), 1e-3)
    beyond = distance(line) - line.passes if line.better != HIGH else line.passes - distance(line)
    return beyond / step


def _number(figures: Figures, id: str) -> float | None:
    value = figures.get(id)
    return None if value is None or math.isnan(value) else float(value)


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".rstrip("0").rstrip(".") if abs(value) < 10 else f"{value:.1f}"


def _percent(share: float) -> str:
    return f"{100 * min(max(share, -9.99), 9.99):.0f} %"
