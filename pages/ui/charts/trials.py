"""A search over settings: what each trial reached, and which settings went with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

import plotly.graph_objects as go

from pages.ui import words_models as say
from pages.ui.charts.frame import ACCENT, BEFORE, frame

HEIGHT = 220
COUNTED = ("done", "cut short")


@dataclass(frozen=True)
class Trial:
    """One try. state: done, cut short (its best epoch so far counts), pruned (given up) or failed. value: None where there is none."""

    number: int
    value: float | None
    settings: Mapping[str, Any] = field(default_factory=dict)
    state: str = "done"

    @property
    def counts(self) -> bool:
        """Whether it may be the best."""
        return self.value is not None and self.state in COUNTED


def read_trials(told: Sequence[Mapping[str, Any]], metric: str) -> list[Trial]:
    """Trials as events and manifests have them: those of a search, or the grid points of a closed form, whose figure is under its name."""
    found = []
    for place, each in enumerate(told):
        value = each.get("value", each.get(metric))
        number, state = int(each.get("number", place)), str(each.get("state", "done"))
        found.append(Trial(number, None if value is None else float(value), dict(each.get("settings", {})), state))
    return found


def trials_chart(trials: Sequence[Trial], metric: str, *, defaults_first: bool = True) -> go.Figure:
    """The figure that is searched for, by trial, and the best so far as a line. defaults_first: a search begins with them, a grid not."""
    name = metric.upper().replace("_", " ")
    figure = go.Figure()
    counted = [t for t in trials if t.counts]
    if counted:
        best_so_far = list(accumulate((t.value or 0.0 for t in counted), max))
        figure.add_scatter(
            x=[t.number + 1 for t in counted],
            y=best_so_far,
            mode="lines",
            line={"color": ACCENT, "width": 2, "shape": "hv"},
            hoverinfo="skip",
        )
    for part, colour, symbol in (
        (counted, ACCENT, "circle"),
        ([t for t in trials if t.value is not None and not t.counts], BEFORE, "circle-open"),
    ):
        figure.add_scatter(
            x=[t.number + 1 for t in part],
            y=[t.value for t in part],
            mode="markers",
            marker={"color": colour, "size": 8, "symbol": symbol, "line": {"width": 1.5, "color": colour}},
            customdata=[_told(t) for t in part],
            hovertemplate="%{customdata}<extra></extra>",
        )
    title = _finding(trials, counted, name, defaults_first)
    subtitle = say.TRIALS_SUBTITLE.format(name=name)
    frame(figure, title=title, subtitle=subtitle, alt=f"{subtitle}. {title}.", x=say.TRIALS_AXIS, y=name, height=HEIGHT)
    last = max((t.number + 1 for t in trials), default=1)
    figure.update_xaxes(range=[0.5, last + 0.5], tickformat="d", **({"dtick": 1} if last < 10 else {}))
    _room(figure, [t.value for t in trials if t.value is not None])
    return figure


def settings_charts(
    trials: Sequence[Trial], metric: str, titles: Mapping[str, str], logarithmic: Sequence[str] = ()
) -> dict[str, go.Figure]:
    """For each setting that differed between trials: its value against what was reached. titles: of the settings, by key."""
    name = metric.upper().replace("_", " ")
    known = [t for t in trials if t.value is not None]
    keys = [key for key in titles if len({str(t.settings[key]) for t in known if key in t.settings}) > 1]
    drawn = {}
    for key in keys:
        mine = [t for t in known if key in t.settings]
        best = max((t for t in mine if t.counts), key=lambda t: t.value or 0.0, default=None)
        figure = go.Figure()
        for part, colour in (([t for t in mine if t is not best], BEFORE), ([best] if best else [], ACCENT)):
            figure.add_scatter(
                x=[t.settings[key] for t in part],
                y=[t.value for t in part],
                mode="markers",
                marker={"color": colour, "size": 11 if part == [best] else 8},
                customdata=[_told(t) for t in part],
                hovertemplate="%{customdata}<extra></extra>",
            )
        title = say.SETTING_BEST.format(title=titles[key], value=_short(best.settings[key])) if best else titles[key]
        subtitle = say.SETTING_SUBTITLE.format(name=name, title=titles[key].lower())
        frame(figure, title=title, subtitle=subtitle, alt=f"{subtitle}. {title}.", x=titles[key].lower(), y=name, height=HEIGHT)
        if key in logarithmic and all(float(t.settings[key]) > 0 for t in mine):
            values = [float(t.settings[key]) for t in mine]
            decades = {"dtick": 1} if max(values) >= 30 * min(values) else {"nticks": 5}
            figure.update_xaxes(type="log", **decades)
        _room(figure, [t.value for t in mine if t.value is not None])
        drawn[key] = figure
    return drawn


def _finding(trials: Sequence[Trial], counted: Sequence[Trial], name: str, defaults_first: bool) -> str:
    if not counted:
        return say.TRIALS_NONE
    best, first = max(counted, key=lambda t: t.value or 0.0), counted[0]
    told = {"trial": best.number + 1, "n": len(trials), "name": name, "value": f"{best.value:.3f}", "first": f"{first.value:.3f}"}
    if first.number != 0 or not defaults_first:
        return say.TRIALS_BEST_ALONE.format(**told)
    return (say.TRIALS_FIRST if best is first else say.TRIALS_BEST).format(**told)


def _told(trial: Trial) -> str:
    settings = "<br>".join(f"{key} {_short(value)}" for key, value in trial.settings.items()) or say.TRIAL_DEFAULTS
    return f"trial {trial.number + 1}, {trial.state}: {trial.value:.4f}<br>{settings}"


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _room(figure: go.Figure, values: Sequence[float]) -> None:
    if values and max(values) - min(values) <= 1e-9:
        figure.update_yaxes(range=[0.9 * values[0] - 1e-3, 1.1 * values[0] + 1e-3], nticks=4)
