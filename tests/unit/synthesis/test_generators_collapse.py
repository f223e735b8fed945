"""Each generator, made to collapse, fires the scorecard's alarms; as it was learned, and the real log, it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from recsys_core.inference.kinds.autoencoder import Layer
from recsys_core.synthesis.contract import DrawnShoppers, RealShoppers, Wish
from recsys_core.synthesis.generators.fitting import fit_generator
from recsys_core.synthesis.generators.noise import NoiseGenerator
from recsys_core.synthesis.generators.posterior import PosteriorGenerator
from recsys_core.synthesis.generators.sequential import SequentialGenerator
from recsys_core.synthesis.generators.specs import SPECS
from recsys_core.synthesis.real_log import real_shoppers
from recsys_core.synthesis.scorecard.score import score
from tests.contract.test_generators import QUICK
from tests.unit.synthesis.planted import copied, shop

pytestmark = pytest.mark.unit

USERS = 240
Plant = Callable[[Any], Any]


@pytest.fixture(scope="module")
def log() -> pd.DataFrame:
    return shop(USERS)[["user_id", "item_id"]]


@pytest.fixture(scope="module")
def items(log: pd.DataFrame) -> np.ndarray:
    return np.sort(log["item_id"].unique())


@pytest.fixture(scope="module")
def real(log: pd.DataFrame, items: np.ndarray) -> RealShoppers:
    user, users = pd.factorize(log["user_id"], sort=True)
    item = np.searchsorted(items, log["item_id"])
    return real_shoppers(
        user.astype(np.int32), item.astype(np.int32), None, (len(users), len(items)), np.full(len(users), -1, np.int32), ()
    )


@pytest.fixture(scope="module", params=[spec.id for spec in SPECS])
def fitted(request: pytest.FixtureRequest, real: RealShoppers) -> Any:
    return fit_generator(request.param, real, QUICK[request.param], seed=0)


def frame(drawn: DrawnShoppers, items: np.ndarray) -> pd.DataFrame:
    shopper = np.repeat(np.arange(len(drawn)), np.diff(drawn.indptr))
    return pd.DataFrame({"user_id": [f"s{place}" for place in shopper], "item_id": items[drawn.items]})


def fired(log: pd.DataFrame, made: pd.DataFrame) -> set[str]:
    return {alarm.id for alarm in score(log, made).alarms if alarm.fired}


def one_code(generator: Any) -> Any:
    """Whatever the noise is, the same shopper comes out."""
    if isinstance(generator, PosteriorGenerator):
        alone = np.eye(len(generator.means))[:1].repeat(len(generator.of_segment), axis=0)
        return replace(generator, means=generator.means + 3, roots=generator.roots * 1e-3, of_segment=alone)
    if isinstance(generator, NoiseGenerator) and generator.straight:
        dead = Layer(0 * generator.straight[0].weight, generator.straight[0].bias + 2)
        return replace(generator, straight=(dead,), bent=tuple(Layer(0 * layer.weight, 0 * layer.bias) for layer in generator.bent))
    if isinstance(generator, NoiseGenerator):
        first, *rest = generator.decoder
        return replace(generator, decoder=(Layer(0 * first.weight, first.bias + 2), *rest))
    assert isinstance(generator, SequentialGenerator)
    taste = np.where(np.arange(len(generator.bias)) < len(generator.bias) // 4, 4.0, 0.0)
    return replace(generator, given=0 * generator.given, bias=(generator.bias + taste).astype(np.float32))


def few_products(generator: Any) -> Any:
    """A fifth of the products is all that it knows."""
    known = np.where(np.arange(len(generator.share)) % 5 == 0, 20.0, 0.0).astype(np.float32)
    if isinstance(generator, SequentialGenerator):
        return replace(generator, bias=generator.bias + known)
    *inner, last = generator.decoder
    return replace(generator, decoder=(*inner, Layer(last.weight, last.bias + known)))


def no_chance(generator: Any) -> Any:
    """One code, and its products beyond doubt."""
    return replace(one_code(generator), sharpness=500.0)


@pytest.mark.parametrize(
    ("plant", "alarms"),
    [(one_code, {"few tastes"}), (few_products, {"few products"}), (no_chance, {"repeated shoppers", "all alike", "few tastes"})],
    ids=["one code", "few products", "no chance"],
)
def test_a_planted_collapse_is_seen(fitted: Any, log: pd.DataFrame, items: np.ndarray, plant: Plant, alarms: set[str]) -> None:
    drawn = plant(fitted).draw(USERS, Wish(activity=(6, 8)) if plant is few_products else Wish(), seed=1)
    assert alarms <= fired(log, frame(drawn, items))


def test_as_it_was_learned_it_raises_no_alarm(fitted: Any, log: pd.DataFrame, items: np.ndarray) -> None:
    assert fired(log, frame(fitted.draw(USERS, Wish(), seed=1), items)) == set()


def test_real_shoppers_drawn_anew_raise_no_alarm(log: pd.DataFrame) -> None:
    anew = np.random.default_rng(2).choice(log["user_id"].unique(), USERS)
    made = pd.concat([log[log["user_id"] == user].assign(user_id=f"s{place}") for place, user in enumerate(anew)])
    assert fired(log, made) <= {"repeated shoppers"}  # the same person drawn twice is a repetition
    assert fired(log, copied(log)) == set()
