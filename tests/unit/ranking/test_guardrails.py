"""Guardrails: what passes, what cannot be told, the largest position that passes all."""

import numpy as np
import pytest

from recsys_core.errors import InputError
from recsys_core.ranking.guardrails import DEFAULTS, WORST_SEGMENT, check, largest
from recsys_core.ranking.membership import Membership
from recsys_core.ranking.population import Population
from recsys_core.ranking.scenario import Guardrail

pytestmark = pytest.mark.unit

KEPT = np.concatenate([np.full(60, 0.99), np.full(40, 0.85)])
SEGMENT = np.concatenate([np.zeros(60, int), np.ones(40, int)])
FOUND = Population(
    np.zeros((100, 1), np.int32),
    np.zeros((100, 1), np.int32),
    {"relevance_kept": (np.ones(100), KEPT), "price": (np.full(100, np.nan), np.full(100, np.nan))},
    {"coverage": (0.5, 0.4), "top_share": (0.1, 0.2)},
)


def lights(*guardrails, segment=SEGMENT):
    return check(guardrails, FOUND, Membership(segment, ["light", "heavy"], np.zeros((100, 0), bool)))


def test_bounds_from_below_and_above():
    found = lights(Guardrail("relevance_kept", least=0.93), Guardrail("relevance_kept", least=0.94), Guardrail("top_share", most=0.15))
    assert [light.passes for light in found] == [True, False, False]
    assert found[0].value == pytest.approx(KEPT.mean())


def test_the_worst_segment_is_named():
    (light,) = lights(Guardrail(WORST_SEGMENT, least=0.9))
    assert (light.segment, light.passes) == ("heavy", False)
    assert light.value == pytest.approx(0.85)


def test_a_segment_of_a_few_shoppers_does_not_count():
    few = np.where(np.arange(100) < 95, 0, 1)
    (light,) = lights(Guardrail(WORST_SEGMENT, least=0.9), segment=few)
    assert light.segment == "light"


def test_coverage_is_told_against_what_is_published():
    (light,) = lights(Guardrail("coverage_kept", least=1.0))
    assert (light.value, light.passes) == (pytest.approx(0.8), False)


def test_what_cannot_be_told_does_not_pass():
    for metric in ("price", "margin"):
        (light,) = lights(Guardrail(metric, least=0.0))
        assert np.isnan(light.value)
        assert not light.passes


def test_a_figure_that_there_is_not_is_refused():
    with pytest.raises(InputError):
        lights(Guardrail("happiness", least=1))


def test_the_defaults_fail_here():
    assert [light.passes for light in lights(*DEFAULTS)] == [False, False, False]


@pytest.mark.parametrize("best", [0, 1, 4, 5, 63, 99, 100])
def test_the_largest_that_passes_is_found(best):
    asked = []

    def passes(position):
        asked.append(position)
        return position <= best

    assert largest(passes) == best
    assert len(asked) <= 26


def test_none_where_nothing_passes():
    assert largest(lambda position: False) is None
