"""Why a product is not shown: the first step that it did not pass, one case a step, by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import sparse

from recsys_core.explain.absence import BEYOND, CAPPED, FILTERED, HAD, OUTRANKED, UNKNOWN, Absence, absence_of
from recsys_core.ranking.plan import Cap, Listing, plain_plan
from recsys_core.ranking.pools import Pool

ITEMS, K = 10, 2
CANDIDATES = np.array([0, 1, 2, 3, 4, 5, 6])
LISTING = Listing(np.array([[0, 2]], np.int32), np.zeros((1, K), np.uint8), np.zeros((1, K), np.float32))


def ready() -> SimpleNamespace:
    """Items 0 and 2 are shown of a pool of the candidates 0 to 3; 4 was had; 5 may not be shown; 3 is of a group whose cap is full."""
    eligible = np.ones((1, ITEMS), np.bool_)
    eligible[0, 5] = False
    codes = np.array([0, -1, 1, 1, -1, -1, -1, -1, -1, -1], np.int32)
    plan = replace(plain_plan(1, ITEMS, K), eligible=eligible, caps=(Cap("group", codes, 1),))
    had = sparse.csr_matrix((np.ones(1, np.float32), [4], [0, 1]), shape=(1, ITEMS))
    return SimpleNamespace(plan=plan, pool=Pool(np.array([[0, 1, 2, 3]], np.int32), np.ones((1, 4), np.float32), had=had))


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (0, None),
        (1, Absence(OUTRANKED, rank=2)),
        (3, Absence(CAPPED, ("group",), 4)),
        (4, Absence(HAD, rank=5)),
        (5, Absence(FILTERED, rank=6)),
        (6, Absence(BEYOND, rank=7)),
        (7, Absence(UNKNOWN)),
    ],
)
def test_the_first_step_that_a_product_did_not_pass(item: int, why: Absence | None) -> None:
    assert absence_of(ready(), LISTING, 0, item, CANDIDATES) == why


def test_a_filter_that_stops_it_is_named() -> None:
    allowed = np.ones(ITEMS, np.bool_)
    allowed[5] = False
    assert absence_of(ready(), LISTING, 0, 5, CANDIDATES, [("Sold out", allowed)]) == Absence(FILTERED, ("Sold out",), 6)
