"""A training of two players as a whole: a planted collapse is told, a healthy training is not."""

import numpy as np
import pytest
from scipy import sparse

from recsys_core.inference.kinds.constant import ConstantScorer
from recsys_core.inference.kinds.item_item import ItemItemScorer
from recsys_core.models.contract import FitContext, Validation
from recsys_core.training.events import Listener

pytestmark = pytest.mark.unit

USERS, ITEMS = 40, 60
SETTINGS = {
    "epochs": 8,
    "patience": 8,
    "g_learning_rate": 0.1,
    "d_learning_rate": 0.1,
    "beta1": 0.9,
    "weight_decay": 0.0,
    "schedule": "constant",
    "warm_up": 0,
    "rate_bound": 1.0,
    "clip_norm": 0.0,
    "ema_decay": 0.0,
}


class Heard(Listener):
    def __init__(self):
        self.alarms = []

    def alarm(self, name, message, epoch):
        self.alarms.append((name, epoch))


def train(collapses_after):
    """Two players of one weight each, whose generator ranks by each history until it shows everyone the same."""
    import torch

    from recsys_core.models.adversarial_torch import TwoPlayers, train_players

    class Toy(TwoPlayers):
        steps = 0

        def step(self, rows, update):
            self.steps += 1
            values = self.begin(update)
            loss = self.player(torch.ones(1, 1)).square().sum()
            return {**values, "d_real": 0.6, "d_fake": 0.4, "g_grad": self.improve_generator(loss)}

    rng = np.random.default_rng(0)
    histories = sparse.csr_matrix((rng.random((USERS, ITEMS)) < 0.1).astype(np.float32))
    players = Toy(torch.nn.Linear(1, 1), torch.nn.Linear(1, 1), SETTINGS, torch.Generator(), updates=8)
    healthy = ItemItemScorer(rng.normal(size=(ITEMS, ITEMS)).astype(np.float32))
    collapsed = ConstantScorer(np.arange(ITEMS, dtype=np.float32))
    heard = Heard()
    targets = sparse.csr_matrix(healthy.score(histories) > np.quantile(healthy.score(histories), 0.9, axis=1)[:, None]).astype(np.float32)
    validation = Validation(histories, targets, np.arange(USERS))
    context = FitContext(seed=0, listener=heard, validation=validation)
    report = train_players(players, USERS, USERS, context, lambda: collapsed if players.steps > collapses_after else healthy, histories)
    return report, heard.alarms


def test_a_planted_collapse_is_told_after_it_has_lasted_three_epochs():
    report, alarms = train(collapses_after=4)
    assert alarms == [("collapse", 7)]
    assert report.epochs <= 4
    assert [alarm["name"] for alarm in report.alarms] == ["collapse"]
    assert report.curves[-1]["coverage"] < 0.5 * report.curves[0]["coverage"]


def test_a_healthy_training_raises_no_alarm():
    report, alarms = train(collapses_after=100)
    assert (alarms, report.alarms) == ([], [])


def test_everyone_shown_the_same_from_the_first_epoch_on_is_told_by_how_little_of_the_catalogue_is_shown():
    """Ten products of 60 are more than 3 %: a small catalogue is covered by one list, and that is no collapse."""
    _, alarms = train(collapses_after=0)
    assert alarms == []
