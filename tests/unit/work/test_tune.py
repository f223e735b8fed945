"""The tune job on a planted log: never worse than the defaults, the same trials again, nothing lost when it is stopped, time kept."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys_core.data.dataset import Dataset
from recsys_core.errors import CorruptArtifactError, InputError, NotFoundError, UnsupportedError, UserError
from recsys_core.jobs import JobContext, read_events, run_here
from recsys_core.jobs.queue import resume
from recsys_core.jobs.states import Cancelled
from recsys_core.jobs.tune_spec import tune_spec
from recsys_core.jobs.work import tune as tune_work
from recsys_core.jobs.work.costs import Costs
from recsys_core.jobs.worker import run
from recsys_core.models import registry
from recsys_core.models.runs import Run
from recsys_core.models.spec import ModelSpec
from recsys_core.models.specs.mult_vae import MULT_VAE
from recsys_core.storage.workspace import Workspace
from tests.unit.work.small_shop import TINY_VAE, small_shop

Shop = tuple[Workspace, Dataset]
SEARCHED = {"learning_rate": (1e-3, 0.1), "kl_cap": (0.0, 1.0)}
FIXED = {**TINY_VAE, "patience": 50}


def searching(id: str, ranges: dict[str, tuple[float, float]]) -> ModelSpec:
    """A model's spec with these ranges to search and no others, so that no test hangs on what is found worth tuning."""
    spec = registry.model_spec(id)
    return dataclasses.replace(spec, settings=tuple(dataclasses.replace(s, search=ranges.get(s.key), log=False) for s in spec.settings))


@pytest.fixture(autouse=True)
def known_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    specs = (searching("popularity", {}), searching("ease", {"l2": (5, 2000)}), searching("edlae", {"l2": (5, 2000)}))
    monkeypatch.setattr(registry, "_SPECS", (*specs, searching("mult-vae", SEARCHED)))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return small_shop(tmp_path)


def tuned(shop: Shop, *models: str, **options: Any) -> dict[str, Any]:
    workspace, dataset = shop
    job = run_here(workspace, "tune", tune_spec(dataset.id, models, **options), title="Tune")
    assert job.result is not None
    return {**job.result, "job": job.id}


def tried(result: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(trial["number"], trial["settings"], trial["value"], trial["state"]) for trial in result["trials"]]


def test_the_defaults_come_first_and_the_best_is_never_worse(shop: Shop) -> None:
    result = tuned(shop, "mult-vae", trials=4, settings=FIXED)
    defaults = {key: setting.default for setting in MULT_VAE.settings if (key := setting.key) in SEARCHED}
    assert result["trials"][0]["settings"] == defaults
    assert result["default_value"] == result["trials"][0]["value"]
    assert result["value"] == max(t["value"] for t in result["trials"] if t["state"] == "done") >= result["default_value"]


def test_the_grid_of_a_closed_form_is_tried_before_the_search(shop: Shop) -> None:
    result = tuned(shop, "ease", trials=10)
    first = [trial["settings"]["l2"] for trial in result["trials"]]
    grid = {point["l2"] for point in registry.model_spec("ease").grid}
    assert first[0] == 100.0
    assert grid <= set(first)
    assert len(first) == 10
    assert all(0 < trial["value"] <= 1 for trial in result["trials"])


def test_the_run_has_the_best_settings_and_validates_as_its_trial_did(shop: Shop) -> None:
    result = tuned(shop, "mult-vae", trials=3, settings=FIXED)
    run_ = Run.open(shop[0].run_dir(result["run"]), verify=True)
    best = max((t for t in result["trials"] if t["state"] == "done"), key=lambda t: t["value"])
    assert best["settings"].items() <= dict(run_.manifest["settings"]).items()
    assert run_.manifest["settings"]["hidden"] == FIXED["hidden"]
    assert run_.metrics["validation"]["ndcg@100"]["value"] == pytest.approx(best["value"], abs=1e-6)
    assert run_.metrics["test"]["ndcg@10"]["value"] == result["metrics"]["test"]["ndcg@10"]
    assert run_.manifest["tuned"]["trials"] == 3
    assert run_.manifest["chosen"]["trials"] == result["trials"]
    assert shop[0].registry.run(result["run"]).job_id == result["job"]


def test_the_best_trial_is_not_trained_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from recsys_core.models.mult_vae_torch import MultVAE

    trained: list[int] = []
    whole = MultVAE.fit

    def counted(self: MultVAE, train: Any, context: Any) -> Any:
        report = whole(self, train, context)
        trained.append(len(report.curves))
        return report

    monkeypatch.setattr(MultVAE, "fit", counted)
    result = tuned(shop, "mult-vae", trials=2, settings=FIXED)
    assert len(trained) == 3
    costs = Costs(shop[0].job_dir(result["job"]) / "mult-vae")
    assert trained[-1] == FIXED["epochs"]
    assert not list((shop[0].job_dir(result["job"]) / "mult-vae").glob("*.safetensors"))
    assert costs.seconds > 0


def test_the_same_seed_tries_the_same_and_another_seed_does_not(shop: Shop) -> None:
    first, again, other = (tuned(shop, "mult-vae", trials=4, settings=FIXED, seed=seed) for seed in (1, 1, 2))
    assert tried(first) == tried(again)
    assert tried(first)[1:] != tried(other)[1:]
    lists = [np.asarray(Run.open(shop[0].run_dir(result["run"])).candidates) for result in (first, again)]
    assert_array_equal(*lists)


def test_every_trial_is_an_event_and_a_curve_of_its_own(shop: Shop) -> None:
    result = tuned(shop, "mult-vae", trials=3, settings=FIXED)
    events = read_events(shop[0], result["job"])
    told = [{key: event[key] for key in ("number", "settings", "value", "state")} for event in events if event["type"] == "trial"]
    assert told == [{key: trial[key] for key in ("number", "settings", "value", "state")} for trial in result["trials"]]
    curves = [event["part"] for event in events if event["type"] == "curve"]
    assert [curves.count(f"mult-vae trial {n}") for n in range(3)] == [FIXED["epochs"]] * 3


class Stop:
    """Cancels a job at its n-th look."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = math.inf

        def check(context: JobContext) -> None:
            self.left -= 1
            if self.left < 0:
                raise Cancelled("stopped by the test")

        monkeypatch.setattr(JobContext, "check_cancelled", check)


@pytest.fixture
def stop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stop]:
    return Stop(monkeypatch)


@pytest.mark.parametrize("looks", [9, 33])
def test_a_search_that_was_stopped_ends_as_if_it_had_not_been(shop: Shop, stop: Stop, looks: int) -> None:
    workspace = shop[0]
    undisturbed = tuned(shop, "mult-vae", trials=4, settings=FIXED, seed=5)
    stop.left = looks
    with pytest.raises(Cancelled):
        tuned(shop, "mult-vae", trials=4, settings=FIXED, seed=5)
    stop.left = math.inf
    job = workspace.registry.jobs()[0]
    assert job.state == "cancelled"
    resume(workspace, job.id, start=False)
    again = run(workspace, job.id).result
    assert again is not None
    assert tried(dict(again)) == tried(undisturbed)
    runs = [Run.open(workspace.run_dir(result["run"])) for result in (undisturbed, again)]
    assert_array_equal(*(np.asarray(each.candidates) for each in runs))
    told = [event["number"] for event in read_events(workspace, job.id) if event["type"] == "trial"]
    assert told == [0, 1, 2, 3]


class CountedCosts(Costs):
    """A clock that goes on by one with every epoch and trial that is written down."""

    kept = 0

    def keep(self) -> None:
        self.kept += 1

    @property
    def seconds(self) -> float:
        return float(self.kept)


def test_when_time_is_up_the_best_epoch_so_far_counts(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tune_work, "Costs", CountedCosts)
    result = tuned(shop, "mult-vae", minutes=5 / 60, settings={**FIXED, "epochs": 300, "patience": 300})
    assert [trial["state"] for trial in result["trials"]] == ["cut short"]
    assert result["cut_short"]
    assert result["best"]["epochs"] == 5
    assert 1 <= result["epochs"] <= 5
    assert result["metrics"]["validation"]["ndcg@100"] == pytest.approx(result["value"], abs=1e-6)


def test_a_search_by_the_clock_ends_with_the_clock(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tune_work, "Costs", CountedCosts)
    result = tuned(shop, "ease", minutes=12 / 60)
    assert 8 < len(result["trials"]) <= 12


def test_hopeless_trials_are_given_up(shop: Shop) -> None:
    settings = {**FIXED, "epochs": 12, "latent": 8}
    result = tuned(shop, "mult-vae", trials=14, settings=settings, seed=3)
    states = [trial["state"] for trial in result["trials"]]
    assert set(states) == {"done", "pruned"}
    assert states[:4] == ["done"] * 4
    best = result["value"]
    assert all(trial["value"] < best for trial in result["trials"] if trial["state"] == "pruned")


def test_several_models_get_one_budget_each_and_an_entry_each(shop: Shop) -> None:
    result = tuned(shop, "ease", "edlae", trials=3)
    assert [(each["model"], len(each["trials"])) for each in result["models"]] == [("ease", 3), ("edlae", 3)]
    assert result["run"] == max(result["models"], key=lambda each: each["value"])["run"]
    assert {run_.id for run_ in shop[0].registry.runs()} == {each["run"] for each in result["models"]}


def test_a_model_that_cannot_be_trained_is_left_out_and_alone_it_fails(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from recsys_core.models.ease import Ease

    def refuse(self: Ease, train: Any, context: Any) -> Any:
        raise InputError("The catalogue is too large.", "Use another model.")

    monkeypatch.setattr(Ease, "fit", refuse)
    result = tuned(shop, "ease", "mult-vae", trials=2)
    assert result["left_out"] == [{"model": "ease", "reason": "The catalogue is too large."}]
    assert [each["model"] for each in result["models"]] == ["mult-vae"]
    with pytest.raises(UserError, match="too large"):
        tuned(shop, "ease", trials=2)


def test_what_is_given_is_not_searched(shop: Shop) -> None:
    result = tuned(shop, "mult-vae", trials=2, settings={**FIXED, "kl_cap": 0.3})
    assert all(set(trial["settings"]) == {"learning_rate"} for trial in result["trials"])
    assert result["best"]["kl_cap"] == 0.3


def test_a_wish_that_cannot_be_is_refused_before_there_is_a_job(shop: Shop) -> None:
    workspace, dataset = shop
    for kind, words, models, options in (
        (UnsupportedError, "no settings to search", ["popularity"], {"trials": 3}),
        (UnsupportedError, "is given", ["ease"], {"trials": 3, "settings": {"l2": 5}}),
        (NotFoundError, "mult-va", ["mult-va"], {"trials": 3}),
        (InputError, "budget", ["ease"], {}),
        (InputError, "budget", ["ease"], {"trials": 3, "minutes": 3}),
        (InputError, "trials is 0", ["ease"], {"trials": 0}),
        (InputError, "minutes is -1", ["ease"], {"minutes": -1}),
        (InputError, "no setting 'depth'", ["ease"], {"trials": 2, "settings": {"depth": 2}}),
    ):
        with pytest.raises(kind, match=words):
            tune_spec(dataset.id, models, **options)
    assert workspace.registry.jobs() == []


def test_a_damaged_record_of_searches_is_named(shop: Shop) -> None:
    (shop[0].home / "tuning.db").write_bytes(b"this is no database" * 400)
    with pytest.raises(CorruptArtifactError, match=r"tuning\.db"):
        tuned(shop, "ease", trials=2)
