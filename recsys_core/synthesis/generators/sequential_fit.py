"""Learning the sequential generator: products predicted from random parts of each shopper's set, then calibrated by its own draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import TooSmallError
from recsys_core.synthesis.contract import RealShoppers, Wish
from recsys_core.synthesis.generators.calibrating import corrections, draw_size
from recsys_core.synthesis.generators.copies import RealSets
from recsys_core.synthesis.generators.lengths import LengthLaw
from recsys_core.synthesis.generators.sequential import TABLED, Floats, SequentialGenerator, earliness
from recsys_core.training.events import Listener

Watch = Callable[[int, float], None]
WORK = 1e12  # shoppers x products x rank of all epochs together: some five minutes of one core
BESIDE = 32  # what the softmax of a product costs, in ranks
FEWEST_EPOCHS = 3
SLOWER = 3  # a draw from factors, in draws from a table
HALF = 0.5  # a product nobody has in a draw or a segment counts as half a shopper's


@dataclass(frozen=True)
class SequentialSettings:
    """How the generator is learned."""

    rank: int | None = None
    """Width of the item-item matrix, None for 2 sqrt(shoppers) between 16 and 128."""
    epochs: int | None = None
    """Passes over the shoppers, None for as many as make 240 updates, from 30 to 60."""
    batch: int = 256
    learning_rate: float = 0.02
    decay: float = 0.02
    """Of given, scored and of_segment at each update, times the learning rate (Loshchilov & Hutter 2019)."""
    power: float = 0.5
    """One product among n counts n^-power: 1 is their mean, 0 their sum."""
    rounds: int = 6
    """Of calibration: a draw as large as the real log each."""


def fit_sequential(
    real: RealShoppers, settings: SequentialSettings | None = None, *, seed: int, watch: Watch | None = None
) -> SequentialGenerator:
    """Learns from the real shoppers; `watch` gets the epoch and its loss, nats a product. Raises TooSmallError below 20 shoppers.

    The loss is the orderless likelihood of Uria, Murray, Larochelle 2014 (eq. 9): a part of random size is given, the rest predicted.
    """
    settings = settings or SequentialSettings()
    if (real.lengths > 0).sum() < 20 or real.n_items < 2:
        raise TooSmallError("There are too few shoppers to learn from.", "A generator needs at least 20 with a product each.")
    rng = np.random.default_rng(seed)
    kept = np.flatnonzero(real.lengths)
    sets, segment, lengths = real.sets[kept], real.segment[kept], real.lengths[kept]
    logs = np.log(lengths)
    activity = (float(logs.mean()), float(logs.std()) or 1.0)
    active = ((logs - activity[0]) / activity[1]).astype(np.float32)
    holders = np.bincount(sets.indices, minlength=real.n_items)
    learned = _learn(sets, segment, len(real.segments), active, holders, settings, rng, watch)
    found = SequentialGenerator(
        **learned,
        power=settings.power,
        sharpness=1.0,
        activity=activity,
        share=(holders + HALF) / len(kept),
        early=earliness(real),
        lengths=LengthLaw.fit(lengths, segment, len(real.segments)),
        real_sets=RealSets.of(sets),
    )
    for done in range(settings.rounds):
        found = _calibrated(found, sets, step=1 / (1 + done / 2), seed=int(rng.integers(2**31)))
    return found


def fit_listening(real: RealShoppers, settings: Mapping[str, Any], seed: int, listener: Listener) -> SequentialGenerator:
    """`fit_sequential` as `fitting` calls it, told to a listener, who may stop it. Settings: those of `specs.SEQUENTIAL`."""
    asked = SequentialSettings(rank=int(settings["rank"]) or None, epochs=int(settings["epochs"]) or None)
    most = epochs_of(asked, *real.sets.shape)

    def watch(epoch: int, loss: float) -> None:
        listener.epoch({"epoch": epoch + 1, "loss": loss})
        listener.progress(0.8 * (epoch + 1) / most, f"epoch {epoch + 1} of {most}")
        listener.check()

    return fit_sequential(real, asked, seed=seed, watch=watch)


def rank_of(settings: SequentialSettings, users: int) -> int:
    """What is set, or by the number of shoppers."""
    return settings.rank or int(np.clip(round(2 * users**0.5), 16, 128))


def epochs_of(settings: SequentialSettings, users: int, items: int) -> int:
    """What is set, or by the size of the log: fewer where a pass is so large that the training would take over some five minutes."""
    affordable = max(FEWEST_EPOCHS, int(WORK / (users * items * (rank_of(settings, users) + BESIDE))))
    return settings.epochs or min(affordable, int(np.clip(240 // -(-users // settings.batch), 30, 60)))


def _learn(
    sets: sparse.csr_matrix,
    segment: NDArray[np.int32],
    segments: int,
    active: Floats,
    holders: NDArray[np.int64],
    settings: SequentialSettings,
    rng: np.random.Generator,
    watch: Watch | None,
) -> dict[str, Floats]:
    users, items = sets.shape
    rank, epochs = rank_of(settings, users), epochs_of(settings, users, items)
    updates = -(-users // settings.batch)
    now: dict[str, Floats] = {
        "bias": np.log((holders + HALF) / users).astype(np.float32),
        "slope": np.zeros(items, np.float32),
        "of_segment": np.zeros((segments + 1, items), np.float32),
        "given": rng.normal(0, 0.05, (items, rank)).astype(np.float32),
        "scored": rng.normal(0, 0.05, (items, rank)).astype(np.float32),
    }
    step = _Adam(now, decayed=("given", "scored", "of_segment"), decay=settings.decay)
    row_weight = sets.getnnz(axis=1).astype(np.float32)
    row_weight /= row_weight.mean()
    for epoch in range(epochs):
        losses: list[float] = []
        for batch in np.array_split(rng.permutation(users), updates):
            loss, gradient = _gradient(now, sets[batch], segment[batch], active[batch], row_weight[batch], settings.power, rng)
            step(gradient, settings.learning_rate * (1 - (epoch * updates + len(losses)) / (epochs * updates)))
            losses.append(loss)
        if watch is not None:
            watch(epoch, float(np.mean(losses)))
    return now


def _gradient(
    now: dict[str, Floats],
    sets: sparse.csr_matrix,
    segment: NDArray[np.int32],
    active: Floats,
    row_weight: Floats,
    power: float,
    rng: np.random.Generator,
) -> tuple[float, dict[str, Floats]]:
    """Loss, nats a product, and gradient of one batch."""
    rows = sets.shape[0]
    row = np.repeat(np.arange(rows), np.diff(sets.indptr))
    shown = rng.random(sets.nnz) < rng.random(rows)[row]  # a uniform share of each set: every size of the part is as likely
    size = np.bincount(row, weights=shown, minlength=rows)
    damping = (np.maximum(size, 1) ** -power).astype(np.float32)
    part = sparse.csr_matrix((damping[row[shown]], (row[shown], sets.indices[shown])), shape=sets.shape)
    taste = part @ now["given"]
    score = taste @ now["scored"].T
    score += now["bias"] + active[:, None] * now["slope"] + now["of_segment"][segment]
    score -= score.max(axis=1, keepdims=True)
    chance = np.exp(score, out=score)
    chance[row[shown], sets.indices[shown]] = 0  # what is there cannot be drawn again
    chance /= np.maximum(chance.sum(axis=1, keepdims=True), 1e-30)
    hidden = ~shown
    rest = np.bincount(row, weights=hidden, minlength=rows)
    weight = np.where(rest > 0, row_weight / rows, 0).astype(np.float32)
    target = (weight / np.maximum(rest, 1)).astype(np.float32)[row[hidden]]
    loss = -float(np.sum(target * np.log(chance[row[hidden], sets.indices[hidden]] + 1e-30)) / max(float(weight.sum()), 1e-12))
    chance *= weight[:, None]
    chance[row[hidden], sets.indices[hidden]] -= target
    places = len(now["of_segment"])
    member = sparse.csr_matrix((np.ones(rows, np.float32), (segment % places, np.arange(rows))), shape=(places, rows))
    of_segment = member @ chance
    of_segment[-1] = 0  # shoppers without a segment have the bias of all
    gradient = {
        "bias": chance.sum(axis=0),
        "slope": active @ chance,
        "of_segment": of_segment,
        "given": part.T @ (chance @ now["scored"]),
        "scored": chance.T @ taste,
    }
    return loss, gradient


class _Adam:
    """Kingma & Ba 2015, with decoupled weight decay."""

    def __init__(self, now: dict[str, Floats], decayed: tuple[str, ...], decay: float) -> None:
        self.now, self.decayed, self.decay, self.steps = now, decayed, decay, 0
        self.first = {name: np.zeros_like(value) for name, value in now.items()}
        self.second = {name: np.zeros_like(value) for name, value in now.items()}

    def __call__(self, gradient: dict[str, Floats], rate: float) -> None:
        self.steps += 1
        unbias = (1 - 0.999**self.steps) ** 0.5
        for name, value in self.now.items():
            self.first[name] += np.float32(0.1) * (gradient[name] - self.first[name])
            self.second[name] += np.float32(0.001) * (gradient[name] ** 2 - self.second[name])
            value -= np.float32(rate / (1 - 0.9**self.steps)) * self.first[name] / (np.sqrt(self.second[name]) / np.float32(unbias) + 1e-8)
            if name in self.decayed:
                value *= np.float32(1 - rate * self.decay)


def _calibrated(found: SequentialGenerator, sets: sparse.csr_matrix, *, step: float, seed: int) -> SequentialGenerator:
    """Towards draws in which products are as popular, and the popular ones as correlated, as in the real sets."""
    users, items = sets.shape
    drawn = found.draw(draw_size(users, items if items <= TABLED else SLOWER * items), Wish(), seed=seed).matrix(items)
    bias, factor = corrections(drawn, sets, step=step)
    return replace(found, bias=(found.bias + bias).astype(np.float32), sharpness=float(np.clip(found.sharpness * factor, 0.8, 1.4)))
