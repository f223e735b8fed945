"""Charts of the report as inline SVG: a report needs no script and no other file. Colours are classes of its style sheet."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

from recsys_core.ranking.outcome import GroupFigures
from recsys_core.ranking.whatif import Stop

WIDTH, LEFT, RIGHT = 680, 56, 24
ROW, LABELS = 28, 230  # pixels: of a bar, and of the names beside bars
TEXT = 30  # characters of a name


def frontier_svg(stops: Sequence[Stop], here: tuple[float, float], now: tuple[float, float]) -> str:
    """Predicted match kept (percent, up) against variety of the list (right), a point a position of the slider.

    here, now: (variety, share kept) of the scenario and of what it is compared with.
    """
    points = [(stop.ild, stop.relevance_kept) for stop in stops] + [here, now]
    (x0, x1), (y0, y1) = _range([x for x, _ in points]), _range([100 * y for _, y in points])
    top, bottom = 18, 300

    def at(x: float, y: float) -> tuple[float, float]:
        return LEFT + (x - x0) / (x1 - x0) * (WIDTH - LEFT - RIGHT), bottom - (100 * y - y0) / (y1 - y0) * (bottom - top)

    parts = [_line(LEFT, at(x0, tick / 100)[1], WIDTH - RIGHT, at(x0, tick / 100)[1], "grid") for tick in _ticks(y0, y1)]
    parts += [_text(LEFT - 8, at(x0, tick / 100)[1] + 4, f"{tick:g} %", "end") for tick in _ticks(y0, y1)]
    parts += [_text(at(tick, 0)[0], bottom + 20, f"{tick:g}", "middle") for tick in _ticks(x0, x1)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(stop.ild, stop.relevance_kept) for stop in stops))
    parts.append(f'<polyline class="front" points="{path}"/>')
    for stop in stops:
        x, y = at(stop.ild, stop.relevance_kept)
        told = f"variety {stop.position}: {100 * stop.relevance_kept:.1f} % kept, guardrails {'pass' if stop.passes else 'fail'}"
        parts.append(f'<circle class="{"pass" if stop.passes else "fail"}" cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{told}</title></circle>')
        if stop.position in (0, 50, 100):
            parts.append(_text(max(x - 8, LEFT + 62), y + 18, f"variety {stop.position}", "end", "quiet"))
    for (x, y), kind, name in ((at(*now), "now", "now"), (at(*here), "here", "you are here")):
        parts.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="7"/>')
        beside = x < WIDTH - RIGHT - 90
        parts.append(_text(x + 12 if beside else x + 8, y - 7 if beside else y - 14, name, "start" if beside else "end", kind))
    parts.append(_text(WIDTH - RIGHT, bottom + 38, "variety of the list (mean distance, 1 − cosine)", "end", "quiet"))
    parts.append(_text(LEFT, top - 6, "predicted match kept", "start", "quiet"))
    sides = [f"variety {x:.3f} with {100 * y:.1f} % of the predicted match kept" for x, y in (here, now)]
    alt = f"You are at {sides[0]}; now it is {sides[1]}."
    return _svg(WIDTH, bottom + 46, parts, alt)


def moved_svg(groups: Sequence[GroupFigures]) -> str:
    """Change in the share of all exposure, in points, with its 95 % interval: a bar a group, from 0."""
    ends = [value for each in groups for value in (each.low, each.high, each.after - each.before) if math.isfinite(value)]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    room = (high - low) or 1.0

    def at(value: float) -> float:
        return LABELS + 64 + (value - low) / room * (WIDTH - LABELS - 64 - RIGHT)

    height = ROW * len(groups) + 26
    parts = [_line(at(0), 6, at(0), height - 22, "axis")]
    for place, each in enumerate(groups):
        change, y = each.after - each.before, ROW * place + 8
        kind = "gain" if change >= 0 else "loss"
        start, width = at(min(0.0, change)), abs(at(change) - at(0))
        parts.append(f'<rect class="{kind}" x="{start:.1f}" y="{y}" width="{max(width, 0.8):.1f}" height="{ROW - 10}" rx="2"/>')
        if math.isfinite(each.low):
            parts.append(_line(at(each.low), y + 9, at(each.high), y + 9, "span"))
        parts.append(_text(LABELS - 8, y + 14, _short(each.label), "end", title=each.label))
        parts.append(_text(LABELS + 52, y + 14, f"{100 * change:+.1f}".replace("-", "−"), "end"))
    parts.append(_text(WIDTH - RIGHT, height - 4, "change in the share of all exposure, points; line: 95 %", "end", "quiet"))
    alt = "; ".join(f"{each.label}: {100 * (each.after - each.before):+.1f} points" for each in groups)
    return _svg(WIDTH, height + 4, parts, alt)


def _range(values: Sequence[float]) -> tuple[float, float]:
    known = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(known), max(known)
    room = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    return low - room, high + room


def _ticks(low: float, high: float) -> list[float]:
    """About five round numbers inside."""
    raw = (high - low) / 5
    power = 10 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw)
    first = math.ceil(low / step)
    return [round(number * step, 10) for number in range(first, math.floor(high / step) + 1)]


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str, kind: str = "", title: str = "") -> str:
    told = f"<title>{html.escape(title)}</title>" if title and title != text else ""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{html.escape(text)}{told}</text>'


def _short(text: str) -> str:
    return text if len(text) <= TEXT else text[: TEXT - 1].rstrip() + "…"


def _svg(width: int, height: int, parts: Sequence[str], alt: str) -> str:
    label = html.escape(alt, quote=True)
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{"".join(parts)}</svg>'
