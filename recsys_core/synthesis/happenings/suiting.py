"""Repeats that suit a generator: in its draws a product is taken again as often as in the log, by whomever the draws give it to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recsys_core.synthesis.contract import DrawnShoppers
from recsys_core.synthesis.happenings.baskets import Baskets, draw_visits
from recsys_core.synthesis.happenings.repeats import PRIOR, Repeats, draw_counts, fill, repeated
from recsys_core.synthesis.happenings.rows import LogRows

ROUNDS, STEP = 6, 0.8  # of calibration, and how far each goes
LEAST, MOST = 0.01, 100.0  # what speaks for a product, over the usual


def suited(repeats: Repeats, baskets: Baskets | None, rows: LogRows, drawn: DrawnShoppers) -> Repeats:
    """Iterative proportional fitting of `by_item`, by draws of repeats over shoppers as a generator draws them.

    rows: of the real log. Products are compared by repeats a shopper who has it, shrunk as `by_item` is.
    """
    again = repeated(rows.user, rows.item, rows.n_items)
    items, different = drawn.items.astype(np.int64), np.diff(drawn.indptr)
    different = different[different > 0]
    had = np.bincount(items, minlength=rows.n_items)
    often = np.bincount(rows.item, again, minlength=rows.n_items)
    pairs = np.bincount(rows.item[~again], minlength=rows.n_items)
    shrunk = PRIOR * float(again.sum()) / float((~again).sum())
    wanted = had * (often + shrunk) / (pairs + PRIOR)
    rng = np.random.default_rng(0)
    n = draw_counts(repeats, different, rng)
    sizes = n if baskets is None else draw_visits(baskets, n, different, rng)[1]
    visit = np.repeat(np.arange(len(sizes)), sizes)
    wanted *= float((n - different).sum()) / max(float(wanted.sum()), 1e-9)
    for _ in range(ROUNDS):
        drawn_often = np.bincount(fill(repeats, items, n, different, visit, rng), minlength=rows.n_items) - had
        factor = ((wanted + shrunk) / (drawn_often + shrunk)) ** STEP
        repeats = replace(repeats, by_item=(repeats.by_item * factor).clip(LEAST, MOST).astype(np.float32))
    return repeats
