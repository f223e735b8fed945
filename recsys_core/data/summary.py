"""What a Data page draws of a dataset, worked out once at intake."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys_core.data.engine import quote
from recsys_core.data.kinds import PURCHASES
from recsys_core.data.rhythm import funnel, rhythm

LORENZ_POINTS = 101
HISTOGRAM_BINS = 30
WEEKLY_FROM_DAYS = 70  # a shorter log is counted by day, for ten bars of weeks say little
_HEAVY_USER = 0.03
_FEW_USERS, _FEW_ITEMS, _FEW_PAIRS = 100, 50, 2_000


def summarise(
    engine: duckdb.DuckDBPyConnection,
    events: Path,
    users: pd.DataFrame,
    items: pd.DataFrame,
    pairs: int,
    positive: int,
    trains: dict[str, int],
    kinds: dict[str, int],
    notes: Sequence[dict[str, str]],
) -> dict[str, Any]:
    """JSON for the Data page.

    pairs: distinct (user, item). positive: rows that count as wanting a product. kinds: rows of each kind of event.
    notes: warnings from reading.
    """
    rows = int(users["n_events"].sum())
    sold = items[items["n_events"] > 0]
    buyers = users[users["n_items"] > 0] if positive else users  # with a positive event; a view alone makes no buyer
    bought = items[items["n_users"] > 0] if positive else sold
    period = _period(users)
    summary: dict[str, Any] = {
        "rows": rows,
        "users": len(users),
        "items": len(items),
        "items_without_events": len(items) - len(sold),
        "pairs": pairs,
        "kinds": kinds,
        "period": period,
        "activity": _activity(engine, events, period),
        "rhythm": rhythm(engine, events),
        "funnel": funnel(engine, events, kinds),
        "popularity": _concentration(sold["n_events"].to_numpy(), (0.01, 0.05, 0.10, 0.20)),
        "shopper_activity": _concentration(users["n_events"].to_numpy(), (0.01, 0.05, 0.10, 0.20)),
        "items_per_user": _quantiles(buyers["n_items"].to_numpy()),
        "users_per_item": _quantiles(sold["n_users"].to_numpy()),
        "orders": _orders(buyers),
        "repeat_share": _share(positive - int(buyers["n_items"].sum()), positive),
        "returning_share": _returning(buyers),
        "prices": _prices(bought["price"].to_numpy()),
        "density": _share(int(buyers["n_items"].sum()), len(buyers) * len(bought)),
        "trains": trains,
    }
    summary["words"] = _words(summary, len(buyers), positive)
    summary["warnings"] = [*notes, *_warnings(summary, users)]
    return summary


def _period(users: pd.DataFrame) -> dict[str, Any] | None:
    first, last = users["first_seen"].min(), users["last_seen"].max()
    if pd.isna(first):
        return None
    return {"first": first.isoformat(), "last": last.isoformat(), "days": (last.date() - first.date()).days + 1}


def _activity(engine: duckdb.DuckDBPyConnection, events: Path, period: dict[str, Any] | None) -> dict[str, Any] | None:
    """Events and active shoppers by week (starting on Monday) or day, gaps filled with zeros; None without times."""
    if period is None:
        return None
    unit = "week" if period["days"] >= WEEKLY_FROM_DAYS else "day"
    found = engine.execute(
        f"SELECT date_trunc('{unit}', timestamp)::DATE AS start, count(*), count(DISTINCT \"user\") "
        f"FROM read_parquet({quote(str(events))}) WHERE timestamp IS NOT NULL GROUP BY start ORDER BY start"
    ).fetchall()
    counted = {start: (n, users) for start, n, users in found}
    step = timedelta(days=7 if unit == "week" else 1)
    starts = [found[0][0]]
    while starts[-1] < found[-1][0]:  # at most the weeks of three centuries, for no other time is readable
        starts.append(starts[-1] + step)
    return {
        "unit": unit,
        "start": [start.isoformat() for start in starts],
        "events": [counted.get(start, (0, 0))[0] for start in starts],
        "shoppers": [counted.get(start, (0, 0))[1] for start in starts],
    }


def _concentration(counts: NDArray[np.int64], shares: Sequence[float]) -> dict[str, Any]:
    """How much the largest hold: share of all events by the top shares, Gini's index, and the Lorenz curve from the smallest up."""
    ascending = np.sort(counts)
    total = float(ascending.sum())
    n = len(ascending)
    if not n or not total:
        return {"top": [], "gini": None, "lorenz": {"share_of_count": [], "share_of_events": []}}
    cumulated = np.concatenate([[0.0], np.cumsum(ascending) / total])
    top = [
        {"share": share, "count": max(1, round(share * n)), "of_events": float(1 - cumulated[n - max(1, round(share * n))])}
        for share in shares
    ]
    grid = np.linspace(0, 1, LORENZ_POINTS)
    curve = np.interp(grid, np.linspace(0, 1, n + 1), cumulated)
    gini = float((2 * np.arange(1, n + 1) - n - 1) @ ascending / (n * total))
    return {"top": top, "gini": gini, "lorenz": {"share_of_count": grid.round(4).tolist(), "share_of_events": curve.round(5).tolist()}}


def _quantiles(values: NDArray[Any]) -> dict[str, float] | None:
    if not len(values):
        return None
    names = ("min", "p10", "p25", "median", "p75", "p90", "max")
    found = np.quantile(values, (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1))
    return {**{name: round(float(value), 6) for name, value in zip(names, found, strict=True)}, "mean": round(float(np.mean(values)), 6)}


def _orders(users: pd.DataFrame) -> dict[str, Any] | None:
    orders = users["n_orders"].dropna()
    return {"count": int(orders.sum()), "per_user": _quantiles(orders.to_numpy())} if len(orders) else None


def _returning(users: pd.DataFrame) -> float | None:
    """Share of shoppers with two orders or more; None where orders cannot be told."""
    orders = users["n_orders"].dropna()
    return float((orders >= 2).mean()) if len(orders) else None


def _prices(prices: NDArray[np.float64]) -> dict[str, Any] | None:
    """Quantiles and a histogram of the products' prices; the bins are even on a logarithmic scale."""
    known = prices[np.isfinite(prices) & (prices > 0)]
    if not len(known):
        return None
    low, high = np.quantile(known, (0.001, 0.999))
    edges = np.geomspace(low, high, HISTOGRAM_BINS + 1) if high > low else np.array([low, high])
    counts, _ = np.histogram(np.clip(known, low, high), edges)
    return {"quantiles": _quantiles(known), "edges": edges.round(6).tolist(), "products": counts.tolist(), "known": len(known)}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _words(summary: dict[str, Any], buyers: int, positive: int) -> dict[str, str]:
    """Plain sentences for the figures that need one. buyers: shoppers with a positive event."""
    typical = summary["items_per_user"]["median"]
    who = "The median shopper" if buyers == summary["users"] else f"Of the {buyers:,} shoppers with any, the median"
    verb = "bought" if PURCHASES & summary["kinds"].keys() or summary["orders"] else "has"
    noun = "product" if typical == 1 else "products"
    words = {"sparsity": f"{who} {verb} {typical:,.0f} different {noun} of {summary['items']:,}."}
    if summary["popularity"]["top"]:
        tail = summary["popularity"]["top"][1]
        words["popularity"] = f"The top 5 % of products ({tail['count']:,}) make {100 * tail['of_events']:.0f} % of the events."
    counted = "events" if positive == summary["rows"] else "events that count"
    if summary["repeat_share"]:
        words["repeats"] = f"{100 * summary['repeat_share']:.0f} % of the {counted} are of a product the shopper had before."
    if summary["returning_share"] is not None:
        who = "shoppers" if buyers == summary["users"] else "shoppers who ordered"
        words["returning"] = f"{100 * summary['returning_share']:.0f} % of the {who} came back for a second order."
    return words


def _warnings(summary: dict[str, Any], users: pd.DataFrame) -> list[dict[str, str]]:
    """What matters for the next steps: each a name and one sentence."""
    found: list[dict[str, str]] = []

    def warn(name: str, text: str) -> None:
        found.append({"name": name, "text": text})

    trains = summary["trains"]
    if not trains["rows"]:
        warn(
            "nothing trains",
            "No shopper has enough products that enough others have too: lower the minimum products per shopper and shoppers per product.",
        )
    elif trains["users"] < _FEW_USERS or trains["items"] < _FEW_ITEMS or summary["pairs"] < _FEW_PAIRS:
        warn(
            "small",
            f"Only {trains['users']:,} shoppers and {trains['items']:,} products train: lists will be rough and figures will swing.",
        )
    if summary["period"] is None:
        warn("no times", "The log has no times, so it cannot be split by time.")
    elif summary["period"]["days"] == 1:
        warn("one day", "All events are of one day, so the log cannot be split by time.")
    busiest = int(users["n_events"].to_numpy().argmax())
    share = users["n_events"].to_numpy()[busiest] / max(summary["rows"], 1)
    if share > max(_HEAVY_USER, 5 / len(users)):
        warn(
            "heavy shopper",
            f"One shopper, {users['user_id'].iloc[busiest]}, makes {100 * share:.1f} % of all events: a wholesaler or a robot?",
        )
    if summary["items_without_events"]:
        cold = summary["items_without_events"]
        warn(
            "cold products",
            f"{cold:,} {'product' if cold == 1 else 'products'} of the catalogue {'has' if cold == 1 else 'have'} no event.",
        )
    return found
