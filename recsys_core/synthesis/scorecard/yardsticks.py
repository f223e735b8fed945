"""What a line is read against: real shoppers drawn anew (its ceiling), and the real log with every column shuffled (its floor)."""

from __future__ import annotations

import numpy as np

from recsys_core.synthesis.scorecard.events import Events


def drawn_anew(real: Events, n_users: int, seed: int) -> Events:
    """`n_users` shoppers drawn from the real ones with replacement, each with all its rows: what real data of this size looks like.

    Its structure is real, and every shopper in it is a verbatim copy.
    """
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, real.n_users, n_users)
    counts = real.user_counts[drawn]
    starts = np.concatenate([[0], np.cumsum(real.user_counts)])[drawn]
    user = np.repeat(np.arange(n_users), counts)
    within = np.arange(len(user)) - np.repeat(np.cumsum(counts) - counts, counts)
    return real.take(np.repeat(starts, counts) + within, user, n_users)


def shuffled(events: Events, seed: int) -> Events:
    """Every column in an order of its own: the same marginals, and nothing that goes together. Rows by shopper again."""
    rng = np.random.default_rng(seed)
    n = len(events)
    user, item = events.user[rng.permutation(n)], events.item[rng.permutation(n)]
    columns = {name: column[rng.permutation(n)] for name, column in events.columns.items() if name != "of_item"}
    if events.has("of_item"):  # it follows from the product, whoever has it
        category = np.full(events.n_items, -1, dtype=np.int64)
        category[events.item[events.item >= 0]] = events.ints("of_item")[events.item >= 0]
        columns["of_item"] = np.where(item >= 0, category[item], -1)
    loose = Events(user, item, events.n_users, events.n_items, columns)
    order = np.lexsort([columns.get("time", user), user])
    return loose.take(order, user[order], events.n_users)
