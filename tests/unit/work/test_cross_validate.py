"""Cross-validation: settings held over the folds, figures a fold and together, finished folds kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.errors import InputError, UnsupportedError
from recsys_core.evaluation.protocol import Evaluation
from recsys_core.jobs import read_events, run_here
from recsys_core.jobs.cross_validate_spec import cross_validate_spec
from recsys_core.jobs.queue import resume
from recsys_core.jobs.states import Cancelled
from recsys_core.jobs.work import cross_validate as work
from recsys_core.jobs.work.fold_figures import mean_of_folds
from recsys_core.jobs.worker import run
from recsys_core.storage.workspace import Workspace
from tests.unit.work.small_shop import TINY_VAE, small_shop

Shop = tuple[Workspace, Dataset]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return small_shop(tmp_path)


def validated(shop: Shop, model: str, **options: Any) -> dict[str, Any]:
    workspace, dataset = shop
    result = run_here(workspace, "cross-validate", cross_validate_spec(dataset.id, model, **options), title="x").result
    assert result is not None
    return dict(result)


@pytest.mark.parametrize("protocol", ["random", "users"])
def test_the_mean_is_that_of_the_folds_inside_both_intervals(shop: Shop, protocol: str) -> None:
    result = validated(shop, "ease", folds=3, protocol=protocol, settings={"l2": 20})
    folds = [fold["metrics"]["ndcg@10"] for fold in result["folds"]]
    row = result["metrics"]["ndcg@10"]
    assert row["value"] == pytest.approx(np.mean(folds))
    assert row["low"] < row["value"] < row["high"]
    assert row["fold_low"] <= row["value"] <= row["fold_high"]
    assert row["value"] > validated(shop, "popularity", folds=3, protocol=protocol)["metrics"]["ndcg@10"]["value"] + 0.2


def test_every_shopper_is_tested_in_one_fold_of_shoppers(shop: Shop) -> None:
    result = validated(shop, "ease", folds=3, protocol="users", settings={"l2": 20})
    assert sum(fold["users"] for fold in result["folds"]) == shop[1].n_users


def test_settings_are_chosen_within_each_fold(shop: Shop) -> None:
    result = validated(shop, "ease", folds=3)
    assert result["settings"] == {}  # as they were given
    assert all(fold["settings"]["l2"] > 0 for fold in result["folds"])
    trials = [event for event in read_events(shop[0], shop[0].registry.jobs()[0].id) if event["type"] == "trial"]
    assert len(trials) == 3 * len({str(trial["settings"]) for trial in trials}) > 3


def test_a_network_chooses_its_epochs_on_every_fold(shop: Shop) -> None:
    result = validated(shop, "mult-vae", folds=2, settings=TINY_VAE)
    assert all(1 <= fold["epochs"] <= TINY_VAE["epochs"] for fold in result["folds"])


def test_finished_folds_are_kept_and_the_end_is_the_same(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = shop[0]
    undisturbed = validated(shop, "mult-vae", folds=3, settings=TINY_VAE)
    tested: list[str] = []
    whole = work._test

    def until_the_second(task: Any, kept: Path, *, refitted: bool) -> None:
        if len(tested) == 1:
            raise Cancelled("stopped by the test")
        tested.append(kept.name)
        whole(task, kept, refitted=refitted)

    monkeypatch.setattr(work, "_test", until_the_second)
    with pytest.raises(Cancelled):
        validated(shop, "mult-vae", folds=3, settings=TINY_VAE)
    job = workspace.registry.jobs()[0]
    monkeypatch.setattr(work, "_test", lambda task, kept, *, refitted: (tested.append(kept.name), whole(task, kept, refitted=refitted)))
    resume(workspace, job.id, start=False)
    again = run(workspace, job.id).result
    assert again is not None
    assert tested == ["fold-0", "fold-1", "fold-2"]
    assert again["metrics"] == undisturbed["metrics"]


def test_refit_learns_from_validation_too(shop: Shop) -> None:
    plain, refitted = (validated(shop, "ease", folds=2, settings={"l2": 20}, refit=refit) for refit in (False, True))
    assert plain["metrics"]["ndcg@10"]["value"] != refitted["metrics"]["ndcg@10"]["value"]


def test_figures_by_hand() -> None:
    def fold(users: list[int], values: list[float], coverage: float) -> Evaluation:
        table = np.array(values, dtype=np.float32)[:, None]
        return Evaluation(np.array(users, dtype=np.int32), ("ndcg@10",), table, {"coverage@10": coverage})

    found = mean_of_folds([fold([0, 1], [0.0, 1.0], 0.2), fold([1, 2], [0.5, 0.5], 0.4)], n_users=3)
    row = found["ndcg@10"]
    assert row["value"] == 0.5
    assert row["fold_low"] == row["fold_high"] == 0.5
    assert found["coverage@10"]["value"] == pytest.approx(0.3)
    assert found["coverage@10"]["fold_high"] == pytest.approx(0.3 + 12.7062 * 0.1, abs=1e-3)  # t of one degree, s / sqrt(2) = 0.1
    assert found["coverage@10"]["low"] is None


def test_a_wish_that_cannot_be_is_refused_before_there_is_a_job(shop: Shop) -> None:
    for kind, options in ((UnsupportedError, {"protocol": "last"}), (InputError, {"folds": 1}), (InputError, {"settings": {"depth": 1}})):
        with pytest.raises(kind):
            cross_validate_spec(shop[1].id, "ease", **options)
