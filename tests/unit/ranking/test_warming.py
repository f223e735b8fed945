"""What a new server compiles while nobody waits is what a studio's first answer needs."""

import pytest

from recsys_core.evaluation.against_past import _echo
from recsys_core.ranking.kernel import _rank_users
from recsys_core.ranking.scales import _divergences
from recsys_core.ranking.scenario import Scenario
from recsys_core.ranking.warming import warm_all
from recsys_core.ranking.whatif import Studio
from tests.unit.ranking.grounds import ground
from tests.unit.ranking.test_whatif import DAY

pytestmark = pytest.mark.unit


def test_a_first_answer_needs_nothing_that_was_not_warmed():
    warm_all()
    kernels = (_echo, _rank_users, _divergences)
    compiled = [set(each.signatures) for each in kernels]
    Studio(ground(), DAY).answer(Scenario(k=6, variety=40, balance=20, discovery=20))
    assert [set(each.signatures) for each in kernels] == compiled
