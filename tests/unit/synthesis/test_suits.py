"""The sentence that says why a generator was picked tells what is so in this log."""

from __future__ import annotations

import re

import numpy as np
import pytest
from scipy import sparse

from recsys_core.synthesis.generators.specs import SPECS
from recsys_core.synthesis.suits import LogFacts, log_facts, suggest


def test_facts_count_shoppers_products_and_near_twins(rng: np.random.Generator) -> None:
    had = (rng.random((400, 12)) < 0.3).astype(np.float32)
    had[:, 1] = had[:, 0]  # twins
    had[:, 3] = np.where(rng.random(400) < 0.05, 1 - had[:, 2], had[:, 2])
    had[7], had[:, 11] = 0, 0
    facts = log_facts(sparse.csr_matrix(had * 3))
    assert (facts.shoppers, facts.products) == (int((had.sum(axis=1) > 0).sum()), 11)
    assert facts.twins == pytest.approx(4 / 11)
    assert facts.typical == np.median(had.sum(axis=1)[had.any(axis=1)])


def test_an_empty_log_has_no_facts_and_no_generator() -> None:
    facts = log_facts(sparse.csr_matrix((5, 4), dtype=np.float32))
    assert facts == LogFacts(0, 0, 0.0, 0.0)
    assert "too few" in suggest(facts)[1]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (LogFacts(12, 30, 5, 0.0), "12 shoppers are too few"),
        (LogFacts(150, 30, 5, 0.4), "With 150 shoppers little can be learned"),
        (LogFacts(4000, 3000, 32, 0.23), "23% of the best sellers here have a near-twin"),
        (LogFacts(4000, 3000, 2, 0.01), "Half of the shoppers have 2 products or fewer"),
        (LogFacts(943, 1654, 52, 0.1), r"nothing here \(943 shoppers, 52 products each\)"),
    ],
)
def test_the_reason_is_of_this_log(facts: LogFacts, words: str) -> None:
    generator, why = suggest(facts)
    assert generator in {spec.id for spec in SPECS}
    assert why.endswith(".")
    assert "\n" not in why
    assert re.search(words, why)
