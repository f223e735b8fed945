"""What the scorecard's nine plots are drawn from: plain lists of bounded size, real beside synthetic, no picture yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_core.inference.principal import principal_components
from recsys_core.synthesis.scorecard.co_occurrence import category_correlations
from recsys_core.synthesis.scorecard.events import Events, Ints, Logs
from recsys_core.synthesis.scorecard.funnel import conversions, funnel_order, pair_kinds
from recsys_core.synthesis.scorecard.marginals import thinned
from recsys_core.synthesis.scorecard.nearness import sampled_rows
from recsys_core.synthesis.scorecard.times import basket_sizes, gaps, hours, timed, weekdays
from recsys_core.synthesis.scorecard.user_vectors import Points

CURVE, LORENZ, BINS, LARGEST_BASKET, POINTS = 120, 101, 40, 20, 1500
Array = NDArray[Any]
Plot = dict[str, Any]


def plot_data(
    logs: Logs,
    top_categories: Ints | None,
    vectors: tuple[Points, Points],
    nearest: tuple[Array, Array],
    bars: Sequence[Mapping[str, Any]],
    rng: np.random.Generator,
) -> Plot:
    """name -> data; a plot that the logs cannot have is left out.

    A product's events are counted in as many rows of either log, else the smaller one's products would look unpopular.
    vectors: of real and synthetic shoppers. nearest: likeness of real shoppers to the next real one, and of synthetic ones to a real
    one. bars: {"name", "value", "low", "high"} of NDCG@10.
    """
    real, made = logs.real, logs.synthetic
    rows = min(len(real), len(made))
    popularity = thinned(real, rows, rng), thinned(made, rows, rng)
    found: Plot = {
        "activity": _both(_survival, real.user_counts, made.user_counts),
        "popularity": _both(_survival, *popularity),
        "lorenz_items": _both(lorenz, *popularity),
        "lorenz_users": _both(lorenz, real.user_counts, made.user_counts),
        "user_map": _map(*vectors, rng),
        "nearest": _histograms(*nearest),
    }
    if real.has("event") and len(logs.kinds) > 1:
        found["funnel"] = _funnel(logs)
    if real.has("time"):
        found["hour_weekday"] = _hour_weekday(real, made)
        found["gaps"] = _both(_survival, gaps(real), gaps(made))
    if real.has("time") or real.has("order"):
        found["baskets"] = _both(_basket_bars, basket_sizes(real), basket_sizes(made)) | {"largest": LARGEST_BASKET}
    if top_categories is not None:
        found["categories"] = _categories(logs, top_categories)
    if bars:
        found["tstr"] = [dict(bar) for bar in bars]
    return found


def _both(make: Any, real: Array, made: Array) -> Plot:
    return {"real": make(real), "synthetic": make(made)}


def _rounded(values: Array) -> list[float | None]:
    return [float(f"{value:.5g}") if np.isfinite(value) else None for value in np.asarray(values, dtype=np.float64).ravel()]


def _survival(values: Array) -> Plot:
    """Share of the values of at least x, over values above 0, at points spread evenly on a logarithmic axis."""
    known = np.sort(values[values > 0]).astype(np.float64)
    if not len(known):
        return {"x": [], "y": []}
    x = np.unique(np.geomspace(known[0], known[-1], CURVE))
    if known.dtype.kind == "f" and np.array_equal(known, np.round(known)):
        x = np.unique(np.round(x))
    return {"x": _rounded(x), "y": _rounded(1 - np.searchsorted(known, x * (1 - 1e-9), "left") / len(known))}


def lorenz(counts: Array) -> Plot:
    """Share of the events (y) that the least popular share of products or least active share of shoppers (x) has."""
    ordered = np.sort(counts)
    y = np.concatenate([[0.0], np.cumsum(ordered) / max(ordered.sum(), 1)])
    x = np.linspace(0, 1, LORENZ)
    return {"x": _rounded(x), "y": _rounded(np.interp(x, np.linspace(0, 1, len(y)), y))}


def _funnel(logs: Logs) -> Plot:
    real, made = (pair_kinds(events, len(logs.kinds)) for events in (logs.real, logs.synthetic))
    order = funnel_order(logs.kinds, real)
    rates = [conversions(events, logs.kinds) for events in (logs.real, logs.synthetic)]
    steps = list(pairwise(order))
    return {
        "kinds": [logs.kinds[k] for k in order],
        "real": _rounded(real.mean(axis=0)[order]),
        "synthetic": _rounded(made.mean(axis=0)[order]),
        "steps": [[logs.kinds[a], logs.kinds[b]] for a, b in steps],
        "real_rates": [rates[0].get(step) for step in steps],
        "synthetic_rates": [rates[1].get(step) for step in steps],
    }


def _hour_weekday(real: Events, made: Events) -> Plot:
    """Shares of the events by weekday (7, Monday first) and hour (24), and the synthetic less the real."""
    shares = []
    for events in (real, made):
        table = np.bincount(weekdays(events) * 24 + hours(events), minlength=168).reshape(7, 24)
        shares.append(table / max(int(timed(events).sum()), 1))
    names = zip(("real", "synthetic", "difference"), (*shares, shares[1] - shares[0]), strict=True)
    return {name: [_rounded(row) for row in table] for name, table in names}


def _basket_bars(sizes: Ints) -> list[float | None]:
    """Share of baskets with 1, 2 ... products, the last bar all larger ones."""
    return _rounded(np.bincount(np.minimum(sizes, LARGEST_BASKET), minlength=LARGEST_BASKET + 1)[1:] / max(len(sizes), 1))


def _categories(logs: Logs, top: Ints) -> Plot:
    real, made = (category_correlations(events, top, len(logs.categories)) for events in (logs.real, logs.synthetic))
    tables = {"real": real, "synthetic": made, "difference": made - real}
    return {"names": [logs.categories[k] for k in top], **{name: [_rounded(row) for row in table] for name, table in tables.items()}}


def _map(real: Points, made: Points, rng: np.random.Generator) -> Plot:
    """Real and synthetic shoppers on the two principal components of both."""
    real, made = real[sampled_rows(len(real), POINTS, rng)], made[sampled_rows(len(made), POINTS, rng)]
    if not len(real) + len(made):
        return {"real": [], "synthetic": [], "explained": []}
    places, shares = principal_components(np.concatenate([real, made]), 2)
    rows = [_rounded(place) for place in places]
    return {"real": rows[: len(real)], "synthetic": rows[len(real) :], "explained": _rounded(shares)}


def _histograms(among_real: Array, to_real: Array) -> Plot:
    edges = np.linspace(0, 1, BINS + 1)
    shares = [np.histogram(values, edges)[0] / max(len(values), 1) for values in (among_real, to_real)]
    return {"edges": _rounded(edges), "real": _rounded(shares[0]), "synthetic": _rounded(shares[1])}
