"""Which curves raise an alarm: a planted collapse and a critic that wins do, a healthy run does not."""

import pytest

from recsys_core.training.collapse import CollapseWatch
from recsys_core.training.events import Listener

pytestmark = pytest.mark.unit


class Heard(Listener):
    def __init__(self):
        self.epochs, self.alarms, self.words = 0, [], []

    def epoch(self, values):
        self.epochs += 1

    def alarm(self, name, message, epoch):
        self.alarms.append((name, epoch))
        self.words.append(message)


def watched(coverages, scores=None, d_real=0.6, d_fake=0.4, kept=None, real=0.8):
    heard = Heard()
    watch = CollapseWatch(heard, "ndcg@100" if scores else None, real)
    for i, coverage in enumerate(coverages):
        row = {"epoch": i + 1, "coverage": coverage, "d_real": d_real, "d_fake": d_fake}
        watch.epoch({**row, "ndcg@100": scores[i]} if scores else row)
    watch.ended(kept or len(coverages))
    assert heard.epochs == len(coverages)
    assert [(a["name"], a["epoch"]) for a in watch.alarms] == heard.alarms
    return heard


def test_a_healthy_run_raises_nothing():
    assert watched([0.05, 0.1, 0.2, 0.3, 0.35, 0.33], [0.1, 0.2, 0.25, 0.3, 0.33, 0.32]).alarms == []


def test_coverage_that_falls_to_less_than_half_of_the_best_epochs_is_a_collapse():
    heard = watched([0.1, 0.3, 0.3, 0.1, 0.05, 0.05, 0.05], [0.1, 0.3, 0.31, 0.2, 0.2, 0.2, 0.2])
    assert heard.alarms == [("collapse", 6)]
    assert "cover 5.0 % of the products, after 30.0 % in epoch 3" in heard.words[0]


def test_one_bad_epoch_is_no_collapse():
    assert watched([0.1, 0.3, 0.05, 0.3, 0.3], [0.1, 0.3, 0.2, 0.3, 0.3]).alarms == []


def test_an_untrained_networks_noise_is_no_reference():
    assert watched([0.4, 0.3, 0.1, 0.1, 0.1, 0.2], [0.01, 0.05, 0.1, 0.12, 0.15, 0.2]).alarms == []


def test_without_validation_the_first_epochs_are_no_reference():
    assert watched([0.5] * 5 + [0.1] * 20).alarms == []
    assert watched([0.1] * 5 + [0.5] * 10 + [0.1] * 5).alarms == [("collapse", 18)]


def test_best_sellers_for_everyone_at_the_end_is_a_collapse():
    heard = watched([0.01, 0.01, 0.01, 0.01], [0.1, 0.11, 0.12, 0.1], kept=3)
    assert heard.alarms == [("collapse", 3)]
    assert "real purchases 80.0 %" in heard.words[0]


def test_a_critic_that_always_knows_is_told_once():
    assert watched([0.3] * 6, [0.1] * 6, d_real=0.99, d_fake=0.01).alarms == [("discriminator-wins", 3)]
