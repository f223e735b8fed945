"""Figures by group of shoppers: who is in which, what is joined, and what a split cannot say."""

import numpy as np
import pytest

from recsys_core.evaluation.breakdown import UserGroups, breakdown, by_activity
from recsys_core.evaluation.protocol import Evaluation

pytestmark = pytest.mark.unit


def evaluation(users, values):
    table = np.asarray(values, dtype=np.float32)[:, None]
    return Evaluation(np.asarray(users, dtype=np.int32), ("ndcg@10",), table, {})


def test_each_group_has_the_mean_of_its_own_shoppers():
    groups = UserGroups("segment", np.array([0, 1, 0, 1, -1, 0]), ("gifts", "trade"))
    found = breakdown(evaluation([0, 1, 2, 3, 4], [1, 0, 0, 0.5, 9]), groups, fewest=2)
    assert [(g.label, g.users, g.metrics["ndcg@10"].value) for g in found.groups] == [("gifts", 2, 0.5), ("trade", 2, 0.25)]
    assert found.groups[0].metrics["ndcg@10"].low <= 0.5 <= found.groups[0].metrics["ndcg@10"].high
    assert found.withheld == ()


def test_small_groups_are_joined_or_withheld():
    codes = np.array([0] * 5 + [1] * 2 + [2] * 2 + [3])
    values = np.linspace(0, 1, 10)
    labels = ("many", "few", "some", "one")
    found = breakdown(evaluation(range(10), values), UserGroups("segment", codes, labels), fewest=5)
    assert [(g.label, g.users) for g in found.groups] == [("many", 5), ("others (few, some, one)", 5)]
    found = breakdown(evaluation(range(7), values[:7]), UserGroups("segment", codes, labels), fewest=5)
    assert [g.label for g in found.groups] == ["many"]
    assert [(w.label, w.users, w.reason) for w in found.withheld] == [("few", 2, "Fewer than 5 of them were tested.")]


@pytest.mark.parametrize(("protocol", "refused"), [("random", True), ("given", True), ("last", False), ("users", False)])
def test_light_shoppers_are_judged_by_last_and_users_alone(protocol, refused):
    groups = by_activity(np.array([0, 3, 9, 10, 20, 30, 40]), protocol)
    assert groups.codes.tolist() == [-1, 0, 0, 1, 1, 2, 2]
    found = breakdown(evaluation(range(7), np.zeros(7)), groups, fewest=2)
    assert [g.label.split()[0] for g in found.groups] == (["medium", "heavy"] if refused else ["light", "medium", "heavy"])
    if refused:
        (light,) = found.withheld
        assert light.users == 2
        assert protocol in light.reason
        assert "--protocol last or users" in light.reason


def test_a_metric_that_nobody_of_a_group_has_is_absent():
    table = np.array([[1, np.nan], [0, np.nan], [1, 2], [0, 4]], dtype=np.float32)
    found = breakdown(
        Evaluation(np.arange(4, dtype=np.int32), ("ndcg@10", "calibration@10"), table, {}),
        UserGroups("segment", np.array([0, 0, 1, 1]), ("new", "old")),
        fewest=2,
    )
    assert [sorted(g.metrics) for g in found.groups] == [["ndcg@10"], ["calibration@10", "ndcg@10"]]
    assert found.groups[1].metrics["calibration@10"].value == 3
    assert found.to_json()["groups"][0]["metrics"]["ndcg@10"]["value"] == 0.5
