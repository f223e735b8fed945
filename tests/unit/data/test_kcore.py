"""The k-core: what remains satisfies both minima, and nothing that could remain is cut."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys_core.data.kcore import k_core

PAIRS = st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=50)


def test_a_cut_can_cause_the_next() -> None:
    # a: 1 2, b: 1 2, c: 1 3, d: 3. Product 3 stands on c and d, d has only it: d goes, then 3, then c.
    user = np.array([0, 0, 1, 1, 2, 2, 3])
    item = np.array([1, 2, 1, 2, 1, 3, 3])
    assert k_core(user, item, 4, 4, 2, 2).tolist() == [True, True, True, True, False, False, False]


def test_ones_keep_everything() -> None:
    assert k_core(np.array([0, 1]), np.array([0, 1]), 2, 2, 1, 1).all()


@settings(deadline=None)
@given(PAIRS, st.integers(1, 4), st.integers(1, 4))
def test_it_is_the_largest_set_that_satisfies_both(pairs: set[tuple[int, int]], min_items: int, min_users: int) -> None:
    user = np.array([u for u, _ in sorted(pairs)], dtype=int)
    item = np.array([i for _, i in sorted(pairs)], dtype=int)
    kept = k_core(user, item, 8, 8, min_items, min_users)
    assert (np.bincount(user[kept])[np.unique(user[kept])] >= min_items).all()
    assert (np.bincount(item[kept])[np.unique(item[kept])] >= min_users).all()
    left = set(pairs)  # one at a time, the slow way
    while True:
        bad = [p for p in left if sum(q[0] == p[0] for q in left) < min_items or sum(q[1] == p[1] for q in left) < min_users]
        if not bad:
            break
        left.discard(bad[0])
    assert {(int(u), int(i)) for u, i in zip(user[kept], item[kept], strict=True)} == left
