"""What the two players of the WGANs rest on: their balance, the alarm of a collapse, coverage, and a forward pass that equals torch's."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import sparse

from recsys_core.inference.kinds.autoencoder import AutoencoderScorer
from recsys_core.synthesis.generators.copies import RealSets
from recsys_core.synthesis.generators.latent_wgan_torch import Player, unrounded
from recsys_core.synthesis.generators.lengths import LengthLaw
from recsys_core.synthesis.generators.noise import NoiseGenerator, conditions
from recsys_core.synthesis.generators.vector_wgan_torch import Player as VectorPlayer
from recsys_core.synthesis.generators.vector_wgan_torch import Trainee, VectorCritic
from recsys_core.synthesis.generators.wgan_torch import CodeWatch, Critic, DistanceBalance, coverage, exported, updates_of
from recsys_core.training.events import Listener

pytestmark = pytest.mark.unit

WIDTH, SEGMENTS, ITEMS = 3, 2, 7
PLAYERS = {
    "epochs": 4, "packing": 2, "gradient_penalty": 10.0, "g_hidden": 8, "d_hidden": 8, "g_learning_rate": 1e-3, "d_learning_rate": 1e-3,
    "d_steps": 2, "beta1": 0.0, "weight_decay": 0.0, "schedule": "constant", "warm_up": 0, "rate_bound": 2.0, "clip_norm": 10.0,
    "ema_decay": 0.9, "noise": WIDTH,
}  # fmt: skip


def generator(**nets: object) -> NoiseGenerator:
    return NoiseGenerator(
        activity=np.array([1.0, 0.5]),
        width=np.array(WIDTH),
        sharpness=1.0,
        share=np.full(ITEMS, 0.5),
        early=np.zeros(ITEMS, np.float32),
        lengths=LengthLaw.fit(np.full(60, 3), np.arange(60) % SEGMENTS, SEGMENTS),
        real_sets=RealSets(np.zeros(0, np.uint64)),
        **nets,  # type: ignore[arg-type]
    )


def some(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Segments, lengths and the noise that a generator draws for them with seed 4."""
    segment = (np.arange(n) % (SEGMENTS + 1) - 1).astype(np.int32)
    return segment, np.arange(n) + 2, np.random.default_rng(4).standard_normal((n, WIDTH), np.float32)


def test_codes_equal_torchs() -> None:
    start = torch.Generator().manual_seed(0)
    player = Player(WIDTH, 1 + SEGMENTS, 8, start)
    torch.nn.init.normal_(player.layers[-1].weight, generator=start)
    rng = np.random.default_rng(1)
    centre, root = rng.normal(size=(2 + SEGMENTS, WIDTH)).astype(np.float32), np.tril(rng.normal(size=(WIDTH, WIDTH))).astype(np.float32)
    straight, bent = unrounded(player, centre, root)
    fitted = generator(straight=(straight,), bent=bent, decoder=())
    segment, lengths, noise = some(6)
    given = conditions(segment, lengths, fitted.activity, SEGMENTS)
    with torch.no_grad():
        round_codes = player(torch.from_numpy(noise), torch.from_numpy(given)).numpy()
    expected = np.column_stack([np.ones(6), given]) @ centre + round_codes @ root.T
    assert fitted.codes(segment, lengths, np.random.default_rng(4)) == pytest.approx(expected, abs=1e-5)


def test_logits_equal_torchs() -> None:
    start = torch.Generator().manual_seed(0)
    player = VectorPlayer(WIDTH + 1 + SEGMENTS, 8, torch.full((ITEMS,), 0.5), start)
    fitted = generator(straight=(), bent=(), decoder=exported(player.layers))
    segment, lengths, noise = some(6)
    given = np.column_stack([noise, conditions(segment, lengths, fitted.activity, SEGMENTS)])
    codes = fitted.codes(segment, lengths, np.random.default_rng(4))
    with torch.no_grad():
        expected = player(torch.from_numpy(given)).numpy()
    assert AutoencoderScorer((), fitted.decoder).decode(codes) == pytest.approx(expected, abs=1e-5)


def test_a_vector_generator_begins_at_the_log_odds_of_popularity() -> None:
    share = torch.tensor([0.5, 0.1, 0.01])
    player = VectorPlayer(4, 8, share, torch.Generator().manual_seed(0))
    assert player(torch.zeros(1, 4))[0].tolist() == pytest.approx(np.log(share.numpy()), abs=1e-6)


def test_the_condition_is_activity_and_one_of_the_segments() -> None:
    found = conditions(np.array([-1, 0, 1], np.int32), np.array([1, 1, 1]), np.array([0.0, 2.0]), 2)
    assert found.tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert conditions(np.array([-1], np.int32), np.array([np.e**3]), np.array([1.0, 2.0]), 0).tolist() == [[pytest.approx(1.0)]]


def test_the_rates_follow_who_falls_behind() -> None:
    balance = DistanceBalance(2.0)
    for _ in range(300):
        balance.saw(1.0)
    assert balance.factors() == pytest.approx((1.0, 1.0))
    for _ in range(60):
        balance.saw(3.0)
    critic, player = balance.factors()
    assert critic < 0.8
    assert player == pytest.approx(1 / critic)
    for _ in range(900):
        balance.saw(0.2)
    for _ in range(60):
        balance.saw(0.0)
    assert balance.factors()[0] > 1.2


def test_a_packed_critic_gives_one_number_a_pack() -> None:
    start = torch.Generator().manual_seed(0)
    profiles, condition = torch.rand(8, ITEMS), torch.rand(8, 1)
    assert Critic(ITEMS + 1, 8, 4, start)(profiles, condition).shape == (2, 1)
    packed = VectorCritic(ITEMS, 1, 8, 4, start)
    found = packed(profiles, condition)
    assert found.shape == (2, 1)
    moved = profiles.clone()
    moved[5] += 1
    assert (packed(moved, condition) != found).flatten().tolist() == [False, True]


def test_made_profiles_have_as_many_products_as_the_real_ones_beside_them() -> None:
    rng = np.random.default_rng(0)
    sets = sparse.csr_matrix((rng.random((30, ITEMS)) < 0.5).astype(np.float32) + np.eye(30, ITEMS, dtype=np.float32))
    sets.data[:] = 1
    sets = sets[np.flatnonzero(np.diff(sets.indptr))]
    share = torch.full((ITEMS,), 0.5)
    given = torch.zeros(sets.shape[0], 1)
    random = torch.Generator().manual_seed(0)
    trainee = Trainee(sets, share, given, PLAYERS, random, 40, torch.Generator().manual_seed(1))
    rows = torch.arange(10)
    real, made = trainee.real(rows), trainee.made(trainee.player, rows)
    assert (made > 1e-6).sum(dim=1).tolist() == (real > 0).sum(dim=1).tolist()
    assert made.detach().norm(dim=1).tolist() == pytest.approx([1.0] * 10, abs=1e-5)
    values = trainee.step(np.arange(9), 0)
    assert {"critic_loss", "wasserstein", "gradient_penalty", "g_loss"} <= set(values)


def test_coverage_is_one_of_the_same_and_little_of_one_point() -> None:
    codes = np.random.default_rng(0).normal(size=(200, 3))
    assert coverage(codes, codes) == 1.0
    assert coverage(codes, np.repeat(codes[:1], 200, axis=0)) < 0.1
    assert coverage(codes, np.random.default_rng(1).normal(size=(200, 3))) > 0.85


class Heard(Listener):
    """The alarms."""

    def __init__(self) -> None:
        self.alarms: list[tuple[str, int]] = []

    def alarm(self, name: str, message: str, epoch: int) -> None:
        self.alarms.append((name, epoch))


def told(*curve: float, settled: int = 4) -> list[tuple[str, int]]:
    heard = Heard()
    watch = CodeWatch(heard, 0.9, settled)
    for place, value in enumerate(curve):
        watch.epoch({"epoch": place + 1, "coverage": value})
    return heard.alarms


def test_a_training_that_narrows_for_three_epochs_is_told_once() -> None:
    assert told(0.8, 0.3, 0.3, 0.3, 0.2, 0.2) == [("collapse", 4)]
    assert told(0.8, 0.3, 0.3, 0.8, 0.3, 0.3) == []
    assert told(*[0.46] * 9) == []


def test_a_generator_may_begin_narrow_but_not_stay_so() -> None:
    assert told(0.2, 0.3, 0.4, 0.5, 0.7, 0.8) == []
    assert told(*[0.3] * 9) == [("collapse", 6)]


def test_a_small_log_is_passed_over_until_an_epoch_has_twenty_steps() -> None:
    assert updates_of(3, 256, 10_000) == 3 * 40
    assert updates_of(1, 64, 64) == 20
