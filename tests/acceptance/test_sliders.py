"""A slider's number means the same on three real logs and two score scales, for shoppers it was not calibrated on."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from recsys_core.cli.app import main
from recsys_core.data.dataset import Dataset
from recsys_core.evaluation.beyond_accuracy import intra_list_distance
from recsys_core.models.runs import Run
from recsys_core.profiles.groups import load_groups
from recsys_core.ranking.kernel import rank
from recsys_core.ranking.plan import ENGINES, Plan, plain_plan
from recsys_core.ranking.pools import Pool, make_pool, unit_rows
from recsys_core.ranking.scales import LARGEST, Scale, balance_scale, divergence, item_scale, variety_scale
from recsys_core.storage.workspace import Workspace

SHARED = Path(__file__).parents[3] / "shared"
POSITIONS = (10, 25, 50, 75, 90)
AIM, ALLOWED = 4, 8
K = 20
LOGS = {"demo": (), "ml-100k": ("edlae",), "complete_journey": ("pure-svd", "--set", "rank=64", "--set", "exponent=0.5")}
pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(1200)]


@dataclass(frozen=True)
class Shop:
    """A log, its run, and two halves of its shoppers: one to calibrate on, one to look at."""

    name: str
    plan: Plan
    candidates: np.ndarray
    scores: np.ndarray
    vectors: np.ndarray
    popularity: np.ndarray
    price: np.ndarray | None
    halves: tuple[np.ndarray, np.ndarray]

    def pool(self, factor: float = 1) -> Pool:
        return make_pool(self.candidates, self.scores * np.float32(factor), k=K)


@pytest.fixture(scope="module", params=LOGS)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(tmp_path_factory.mktemp(request.param)))
        patch.setenv("COLUMNS", "80")
        yield opened(request.param)


def command(*words: object) -> Any:
    """What a command says with --json."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert main([*map(str, words), "--json"]) == 0
    return json.loads(said.getvalue())


def opened(name: str) -> Shop:
    if name == "demo":
        said = command("demo")
        dataset_id, run_id = said["dataset"], said["run"]
    else:
        folder = SHARED / "data" / name
        dataset_id = command("ingest", folder / "interactions.parquet", "--items", folder / "items.parquet")["dataset"]
        run_id = command("train", dataset_id, "--model", *LOGS[name])["run"]
    workspace = Workspace.open()
    dataset, run = Dataset.open(workspace.dataset_dir(dataset_id)), Run.open(workspace.run_dir(run_id))
    groups = load_groups(dataset).codes.astype(np.int32)
    if (groups < 0).all():  # a log without categories: product vectors in eight directions
        groups = np.abs(run.item_vectors[:, :8]).argmax(axis=1).astype(np.int32)
    known = np.flatnonzero(groups >= 0)
    member = sparse.csr_matrix((np.ones(len(known)), (known, groups[known])), shape=(dataset.n_items, groups.max() + 1))
    mix = (dataset.positives @ member).tocsr()
    total = np.asarray(mix.sum(axis=1)).ravel()
    mix = (sparse.diags(np.where(total > 0, 1 / np.maximum(total, 1e-9), 0)) @ mix).tocsr().astype(np.float32)
    full = np.random.default_rng(1).permutation(np.flatnonzero((run.candidates >= 0).all(axis=1)))
    prices = dataset.items["price"].to_numpy(dtype=float) if "price" in dataset.items else np.full(dataset.n_items, np.nan)
    return Shop(
        name,
        replace(plain_plan(dataset.n_users, dataset.n_items, K), group=groups, mix=mix),
        np.asarray(run.candidates),
        np.asarray(run.candidate_scores),
        unit_rows(run.item_vectors),
        np.asarray(dataset.positives.sum(axis=0)).ravel(),
        prices if np.isfinite(prices).any() else None,
        (full[: len(full) // 2], full[len(full) // 2 :]),
    )


def check(name: str, scale: Scale, measure: Callable[[float], float], end: float) -> None:
    """Every position brings its share, within ALLOWED points, of what the end of the slider brings."""
    assert not scale.flat, name
    low, high = measure(0.0), measure(end)
    found = [round(100 * (measure(scale.weight(position)) - low) / (high - low), 1) for position in POSITIONS]
    off = max(abs(share - position) for share, position in zip(found, POSITIONS, strict=True))
    print(f"{name:44} {found} off by {off:.1f}{'' if off <= AIM else ' (over the aim)'}; {low:.4f} to {high:.4f}")  # noqa: T201
    assert off <= ALLOWED, (name, found)


@pytest.mark.parametrize("factor", [1, 10])
@pytest.mark.parametrize("engine", ENGINES)
def test_variety(shop: Shop, engine: str, factor: float) -> None:
    plan, pool = replace(shop.plan, engine=engine), shop.pool(factor)
    one, other = shop.halves
    scale = variety_scale(plan.of(one), pool.of(one), shop.vectors)

    def measure(weight: float) -> float:
        part = replace(plan.of(other), trade_off=np.full(len(other), weight))
        return float(intra_list_distance(rank(part, pool.of(other), shop.vectors).items, shop.vectors).mean())

    check(f"{shop.name} variety {engine} x{factor}", scale, measure, 1.0)


def test_taste_balance(shop: Shop) -> None:
    pool, (one, other) = shop.pool(), shop.halves
    scale = balance_scale(shop.plan.of(one), pool.of(one))
    part = shop.plan.of(other)
    tastes = part.mix.toarray()

    def measure(weight: float) -> float:
        return -float(divergence(tastes, rank(replace(part, balance=weight), pool.of(other)).items, part.group).mean())

    check(f"{shop.name} taste balance", scale, measure, LARGEST)


@pytest.mark.parametrize("name", ["discovery", "price"])
def test_terms_of_a_product(shop: Shop, name: str) -> None:
    if name == "discovery":
        term = -np.log2((shop.popularity + 1) / (shop.plan.trade_off.size + 1))
        term = (term - term.min()) / (term.max() - term.min())
        ranked = np.argsort(np.argsort(-shop.popularity, kind="stable"))
        shown = (ranked >= 0.2 * len(ranked)).astype(float)
    elif shop.price is None:
        return
    else:
        known = np.isfinite(shop.price)
        term = np.where(known, np.argsort(np.argsort(np.where(known, shop.price, -1))) / len(known), 0.0)
        shown = term
    pool, (one, other) = shop.pool(), shop.halves
    scale = item_scale(shop.plan.of(one), pool.of(one), term, shown)

    def measure(weight: float) -> float:
        part = replace(shop.plan.of(other), static=(weight * term)[None])
        return float(shown[rank(part, pool.of(other)).items].mean())

    check(f"{shop.name} {name}", scale, measure, LARGEST)


@pytest.mark.parametrize("engine", ENGINES)
def test_scores_times_ten_give_the_same_lists(shop: Shop, engine: str) -> None:
    listings = []
    for factor in (1, 10):
        pool, plan = shop.pool(factor), replace(shop.plan, engine=engine)
        weight = variety_scale(plan, pool, shop.vectors).weight(50)
        varied = replace(plan, trade_off=np.full(len(pool), weight))
        listings.append(rank(varied, pool, shop.vectors).items)
    equal = (listings[0] == listings[1]).all(axis=1).mean()
    print(f"{shop.name} {engine}: {equal:.4%} of the lists are equal at x1 and x10")  # noqa: T201
    assert equal >= 0.99  # the others part at a rounding of the scores


def test_variety_zero_is_the_plain_list_of_every_shopper(shop: Shop) -> None:
    for engine in ENGINES:
        assert (rank(replace(shop.plan, engine=engine), shop.pool(), shop.vectors).items == shop.candidates[:, :K]).all()
