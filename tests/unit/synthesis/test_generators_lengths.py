"""The law of lengths: close to the real one, without the lengths of single people in small segments."""

from __future__ import annotations

import numpy as np
import pytest

from recsys_core.synthesis.generators.lengths import LengthLaw, spread

pytestmark = pytest.mark.unit


def test_every_segment_has_its_own_law_unless_it_is_small(rng: np.random.Generator) -> None:
    lengths = np.concatenate([np.full(100, 5), np.full(100, 50), np.full(3, 999)])
    segment = np.repeat([0, 1, 2], [100, 100, 3])
    law = LengthLaw.fit(lengths, segment, 3)
    assert set(law.draw(np.zeros(50, np.int32), None, 1000, rng)) == {5}
    assert set(law.draw(np.ones(50, np.int32), None, 1000, rng)) == {50}
    assert np.median(law.draw(np.full(50, 2, np.int32), None, 1000, rng)) <= 50


def test_quantiles_are_those_of_the_real_log(rng: np.random.Generator) -> None:
    lengths = rng.negative_binomial(2, 0.05, 2000) + 1
    law = LengthLaw.fit(lengths, np.full(2000, -1), 0)
    drawn = law.draw(np.full(2000, -1, np.int32), None, 10_000, rng)
    at = np.linspace(0.05, 0.95, 10)
    assert np.quantile(drawn, at) == pytest.approx(np.quantile(lengths, at), rel=0.05, abs=1)


def test_activity_cuts_the_law_and_the_catalogue_bounds_it(rng: np.random.Generator) -> None:
    law = LengthLaw.fit(np.arange(1, 101), np.full(100, -1), 0)
    nobody = np.full(500, -1, np.int32)
    cut = law.draw(nobody, (10, 20), 1000, rng)
    assert (cut.min(), cut.max()) == (10, 20)
    assert cut.mean() == pytest.approx(15, abs=0.5)
    assert law.draw(nobody, None, 30, rng).max() == 30
    assert set(law.draw(nobody, (200, 300), 1000, rng)) == {200}


def test_spread_numbers_lie_one_in_each_part(rng: np.random.Generator) -> None:
    assert sorted(np.floor(spread(10, rng) * 10).astype(int)) == list(range(10))
