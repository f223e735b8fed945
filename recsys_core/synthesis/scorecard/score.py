"""The scorecard of a synthetic log: everything measured against the real one, beside what real shoppers and shuffled columns reach."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import pandas as pd

from recsys_core.errors import InputError, TooSmallError
from recsys_core.synthesis.scorecard.card import Scorecard
from recsys_core.synthesis.scorecard.collapse import alarms
from recsys_core.synthesis.scorecard.events import Events, Logs, encode
from recsys_core.synthesis.scorecard.judging import judged_groups, judged_lines
from recsys_core.synthesis.scorecard.marginals import duplicate_pairs
from recsys_core.synthesis.scorecard.measuring import Measured, Yardstick
from recsys_core.synthesis.scorecard.nearness import MOST_USERS, natural_copies
from recsys_core.synthesis.scorecard.plots import plot_data
from recsys_core.synthesis.scorecard.times import natural_rhythms
from recsys_core.synthesis.scorecard.utility import MOST_ITEMS
from recsys_core.synthesis.scorecard.yardsticks import drawn_anew, shuffled

FEWEST_USERS = 20
Progress = Callable[[float, str], None]


def score(
    real: pd.DataFrame,
    synthetic: pd.DataFrame,
    holdout: pd.DataFrame | None = None,
    items: pd.DataFrame | None = None,
    *,
    seed: int = 0,
    most_items: int = MOST_ITEMS,
    progress: Progress = lambda fraction, message: None,
) -> Scorecard:
    """Score a synthetic log. Tables as `read_log` and `read_items` give them; row order and the names of ids do not matter.

    real: what the generator learned from. holdout: rows of the same shoppers, or of others, that it never saw; without it utility and P1,
    P2, P5 are unavailable. items: product -> category. U3 and U4 take fits of the generator: `augmentation.with_experiments` adds them.
    Raises TooSmallError with fewer than 20 shoppers in either log, InputError where the logs have no product in common.
    """
    _check(real, synthetic)
    progress(0.02, "reading the logs")
    logs = encode(real, synthetic, holdout, items)
    yardstick = Yardstick(logs, seed, most_items)
    anew = drawn_anew(logs.real, logs.synthetic.n_users, seed)
    loose = shuffled(logs.real if logs.synthetic.n_users == logs.real.n_users else anew, seed)
    measured: list[Measured] = []
    named = ((logs.synthetic, "the synthetic log"), (anew, "real shoppers drawn anew"), (loose, "shuffled columns"))
    for place, (events, name) in enumerate(named):
        progress(0.1 + 0.27 * place, f"measuring {name}")
        measured.append(yardstick.measure(events))
    found, ceiling, floor = measured
    references = {"F2_duplicate_pairs": duplicate_pairs(logs.real), "P4_copied_baskets": natural_copies(logs.real)}
    if logs.real.has("time"):
        references["P4_copied_rhythms"] = natural_rhythms(logs.real)
    lines = judged_lines(found.figures, ceiling.figures, floor.figures, references, _unmet(yardstick))
    progress(0.92, "preparing the plots")
    bars = [] if found.ndcg is None else yardstick.bars(logs.synthetic, found.ndcg)
    vectors, nearest = (yardstick.vectors, found.vectors), (yardstick.nearest, found.nearest)
    return Scorecard(
        lines,
        judged_groups(lines),
        alarms(logs.real, logs.synthetic, anew, found.tastes, ceiling.tastes),
        _sizes(logs),
        _figures(yardstick, found, references),
        _notes(yardstick),
        plot_data(logs, yardstick.top_categories, vectors, nearest, bars, yardstick.rng(6)),
        seed,
    )


def _check(real: pd.DataFrame, synthetic: pd.DataFrame) -> None:
    for name, frame in (("real", real), ("synthetic", synthetic)):
        users = frame["user_id"].nunique()
        if users < FEWEST_USERS:
            raise TooSmallError(
                f"The {name} log has {users:,} shoppers; a scorecard needs at least {FEWEST_USERS}.", "Give a log with more of them."
            )
    if not synthetic["item_id"].isin(real["item_id"].unique()).any():
        example = str(synthetic["item_id"].iloc[0])[:40]
        raise InputError(
            f"No product of the synthetic log is in the real one (for example '{example}').", "Check that both write their ids alike."
        )


def _unmet(yardstick: Yardstick) -> set[str]:
    """Keys of `lines.NEEDS` that these logs do not have."""
    logs, real = yardstick.logs, yardstick.real
    has: Mapping[str, bool] = {
        "times": real.has("time"),
        "baskets": real.has("time") or real.has("order"),
        "kinds": real.has("event"),
        "several kinds": real.has("event") and len({*real.ints("event")} - {-1}) > 1,
        "category": real.has("of_item"),
        "own category": logs.own_category,
        "categories": yardstick.top_categories is not None,
        "price": real.has("price"),
        "quantity": real.has("quantity"),
        "rating": real.has("rating"),
        "segment": real.has("segment"),
        "a column": any(real.has(name) for name in ("time", "event", "category", "segment", "price", "quantity", "rating")),
        "holdout": logs.holdout is not None,
        "new pairs": yardstick.new_pairs is not None,
        "strangers": yardstick.strangers is not None,
    }
    return {need for need, there in has.items() if not there} | {"a generator"}


def _sizes(logs: Logs) -> dict[str, dict[str, int]]:
    parts: dict[str, Events | None] = {"real": logs.real, "synthetic": logs.synthetic, "holdout": logs.holdout}
    return {
        name: {"rows": len(e), "users": int((e.user_counts > 0).sum()), "items": int((e.item_counts > 0).sum())}
        for name, e in parts.items()
        if e is not None
    }


def _figures(yardstick: Yardstick, found: Measured, references: Mapping[str, float]) -> dict[str, float | int | None]:
    """Everything measured by the independent scorer's names."""
    told: dict[str, float | int | None] = {"rows": len(yardstick.logs.synthetic), "users": yardstick.logs.synthetic.n_users}
    told |= {name: None if math.isnan(value) else value for name, value in found.figures.items()}
    told["F2_duplicate_pairs_real"] = references["F2_duplicate_pairs"]
    if found.ndcg is not None:
        told["ndcg_real"] = float(yardstick.ndcg_real.mean())
        told["ndcg_popularity"] = float(yardstick.ndcg_popularity.mean())
        told["ndcg_synthetic"] = float(found.ndcg.mean())
    return told


def _notes(yardstick: Yardstick) -> tuple[str, ...]:
    real, logs = yardstick.real, yardstick.logs
    found = []
    if yardstick.bench is not None and len(yardstick.bench.items) < real.n_items:
        top = len(yardstick.bench.items)
        share = yardstick.real.item_counts[yardstick.bench.items].sum() / max(len(real), 1)
        which = f"the {top:,} most popular of {real.n_items:,} products, which have {share:.0%} of the events"
        found.append(f"U1 and U2 are learned and tested on {which}.")
    if max(real.n_users, logs.synthetic.n_users) > MOST_USERS:
        found.append(f"P1 and P3 are measured on {MOST_USERS:,} shoppers drawn at random.")
    return tuple(found)
