"""The train job from a log to a run: every protocol and model, determinism, refusals, and what a run promises its readers."""

import json

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.data.splits import make_split
from recsys_core.errors import CorruptArtifactError, InputError, NotFoundError, UserError
from recsys_core.evaluation.protocol import evaluate_lists
from recsys_core.jobs import run_here
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.work.costs import Costs
from recsys_core.models.registry import model_spec
from recsys_core.models.runs import Run
from recsys_core.storage.records import DatasetRecord
from recsys_core.storage.workspace import Workspace

pytestmark = pytest.mark.unit
SMALL = {"mult-vae": {"hidden": 16, "latent": 4, "epochs": 3, "batch_size": 32}}


@pytest.fixture
def workspace(aisle_home):
    return Workspace.open(aisle_home)


@pytest.fixture
def dataset(workspace, tmp_path, rng):
    """90 shoppers in three groups of taste over 36 products, with times; one shopper and one product below the k-core."""
    rows = []
    for user in range(90):
        own = (user % 3) * 12 + rng.choice(12, 8, replace=False)
        days = np.sort(rng.integers(0, 200, 8))
        rows += [
            (f"u{user:03d}", f"p{item:02d}", pd.Timestamp("2026-01-01") + pd.Timedelta(days=int(day)))
            for item, day in zip(own, days, strict=True)
        ]
    rows += [
        ("newcomer", "p00", pd.Timestamp("2026-07-01")),
        ("u000", "oddity", pd.Timestamp("2026-07-02")),
        ("stranger", "rarity", pd.Timestamp("2026-07-03")),
    ]
    pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]).to_csv(tmp_path / "log.csv", index=False)
    made = ingest(IngestRequest(log=str(tmp_path / "log.csv")), workspace.datasets_dir, lambda fraction, message: None)
    opened = Dataset.open(workspace.dataset_dir(made.dataset))
    record = DatasetRecord(made.dataset, "log", pd.Timestamp.now("UTC").to_pydatetime(), made.rows_kept, made.users, made.items, "upload")
    workspace.registry.add_dataset(record)
    return opened


def train(workspace, dataset, model, **options):
    spec = train_spec(dataset.id, model, settings=SMALL.get(model, {}), **options)
    job = run_here(workspace, "train", spec, title="train")
    return Run.open(workspace.run_dir(job.result["run"]), verify=True), job.result


@pytest.mark.parametrize("protocol", ["random", "last", "time", "users", "all"])
@pytest.mark.parametrize("model", ["popularity", "ease", "mult-vae"])
def test_every_model_trains_under_every_protocol(workspace, dataset, model, protocol):
    run, result = train(workspace, dataset, model, protocol=protocol)
    assert result["metrics"]["validation"]["ndcg@10"] >= 0
    assert bool(result["metrics"]["test"]) == (protocol != "all")
    assert result["fit_seconds"] > 0
    assert result["cpu_seconds"] >= result["last_fit_cpu_seconds"] >= 0
    assert result["peak_rss_mb"] > 10
    assert run.candidates.shape[0] == dataset.n_users


def test_lists_never_repeat_what_the_shopper_had(workspace, dataset):
    run, _ = train(workspace, dataset, "ease", protocol="random")
    known = make_split(dataset, "random", 0).known
    for user in range(dataset.n_users):
        listed = run.candidates[user][run.candidates[user] >= 0]
        assert len(set(listed)) == len(listed)
        assert not set(listed) & set(known[user].indices)


def test_a_shopper_below_the_core_is_folded_in_with_what_they_had(workspace, dataset):
    run, _ = train(workspace, dataset, "ease", protocol="random")
    newcomer = dataset.user_index("newcomer")
    listed = run.candidates[newcomer][run.candidates[newcomer] >= 0]
    assert not run.fallback[newcomer]
    assert len(listed)
    assert dataset.item_index("p00") not in listed


def test_a_shopper_of_whom_nothing_useful_is_known_gets_the_best_sellers_and_the_label(workspace, dataset):
    run, popular = (train(workspace, dataset, model, protocol="random")[0] for model in ("ease", "popularity"))
    stranger = dataset.user_index("stranger")
    assert np.flatnonzero(run.fallback).tolist() == [stranger]
    counts = np.asarray(make_split(dataset, "random", 0).refit.sum(axis=0)).ravel()[popular.candidates[stranger]]
    assert_array_equal(run.candidates[stranger], popular.candidates[stranger])
    assert (np.diff(counts) <= 0).all()


@pytest.mark.parametrize("model", ["ease", "mult-vae"])
def test_the_same_seed_gives_the_same_lists_and_another_split_does_not(workspace, dataset, model):
    first, again, other = (train(workspace, dataset, model, protocol="random", seed=seed)[0] for seed in (3, 3, 4))
    assert first.id != again.id
    assert_array_equal(first.candidates, again.candidates)
    assert_array_equal(first.candidate_scores, again.candidate_scores)
    assert (first.candidates != other.candidates).any()


def test_reported_test_figures_are_those_of_the_lists_that_are_shown(workspace, dataset):
    run, result = train(workspace, dataset, "ease", protocol="random")
    again = evaluate_lists(run.candidates[:, :100], make_split(dataset, "random", 0).test_targets.tocsr())
    assert result["metrics"]["test"]["ndcg@10"] == pytest.approx(again.mean("ndcg@10"))
    users, names, values = run.per_user("test")
    assert_allclose(values[:, names.index("ndcg@10")].mean(), result["metrics"]["test"]["ndcg@10"], rtol=1e-6)
    assert_array_equal(users, again.users)


def test_the_run_scores_in_numpy_what_its_candidates_say(workspace, dataset):
    run, _ = train(workspace, dataset, "mult-vae", protocol="random")
    known = make_split(dataset, "random", 0).known[:, run.items]
    scores = run.scorer().score(known)
    place = np.searchsorted(run.items, run.candidates[5, 0])
    assert scores[5, place] == pytest.approx(run.candidate_scores[5, 0], abs=1e-5)


def test_grid_points_are_chosen_on_validation_and_told(workspace, dataset):
    _, result = train(workspace, dataset, "ease", protocol="random")
    trials = result["chosen"]["trials"]
    best = max(trials, key=lambda t: t["ndcg@100"])
    run = workspace.registry.run(result["run"])
    assert len(trials) == len(model_spec("ease").grid)
    assert run.settings["l2"] == best["settings"]["l2"]


def test_a_setting_that_is_given_is_not_searched(workspace, dataset):
    spec = train_spec(dataset.id, "ease", settings={"l2": "7"})
    result = run_here(workspace, "train", spec, title="train").result
    assert result["chosen"]["trials"] == []
    assert workspace.registry.run(result["run"]).settings["l2"] == 7


def test_refit_learns_from_validation_too(workspace, dataset):
    plain, _ = train(workspace, dataset, "ease", protocol="random")
    refitted, _ = train(workspace, dataset, "ease", protocol="random", refit=True)
    assert refitted.metrics["validation"] == plain.metrics["validation"]
    assert np.abs(np.asarray(refitted.scorer().weights) - np.asarray(plain.scorer().weights)).max() > 1e-6


def test_a_grid_point_costs_less_than_the_search(workspace, dataset):
    _, result = train(workspace, dataset, "ease", protocol="random")
    assert result["last_fit_cpu_seconds"] < result["cpu_seconds"] / 2


def test_costs_add_up_over_the_attempts_of_a_job(tmp_path):
    first = Costs(tmp_path)
    first.begin("fitting")
    sum(range(2_000_000))
    first.keep()
    second = Costs(tmp_path)
    second.begin("fitting")
    assert second.cpu >= first.cpu * 0.5 > 0
    assert second.cpu_since("fitting") > 0
    assert second.seconds >= json.loads((tmp_path / "costs.json").read_text())["seconds"]


def test_a_damaged_dataset_is_not_trained_on(workspace, dataset):
    file = next((workspace.dataset_dir(dataset.id) / "csr").glob("*.npy"))
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(CorruptArtifactError, match="checksum"):
        train(workspace, dataset, "popularity")


def test_an_unknown_model_setting_or_protocol_is_refused_before_there_is_a_job(workspace, dataset):
    for options, kind in (
        ({"model": "mult-va"}, NotFoundError),
        ({"model": "ease", "settings": {"depth": 3}}, InputError),
        ({"model": "ease", "protocol": "tomorrow"}, InputError),
        ({"model": "ease", "seed": 2**31}, InputError),
    ):
        with pytest.raises(kind):
            train_spec(dataset.id, **options)
    assert workspace.registry.jobs() == []


def test_a_log_too_small_to_train_says_so_and_leaves_no_run(workspace, tmp_path):
    pd.DataFrame({"user_id": ["a", "b"], "item_id": ["x", "y"]}).to_csv(tmp_path / "tiny.csv", index=False)
    made = ingest(IngestRequest(log=str(tmp_path / "tiny.csv")), workspace.datasets_dir, lambda fraction, message: None)
    record = DatasetRecord(made.dataset, "tiny", pd.Timestamp.now("UTC").to_pydatetime(), 2, 2, 2, "upload")
    workspace.registry.add_dataset(record)
    with pytest.raises(UserError, match=r"min-user-items|too small|at least|left to train"):
        run_here(workspace, "train", train_spec(made.dataset, "ease"), title="train")
    assert not list(workspace.runs_dir.iterdir())
    assert workspace.registry.runs() == []
