"""The autopilot on a planted log: every model of the plan that there is, a verdict, and what was left out and why."""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.errors import InputError
from recsys_core.jobs import JobContext, read_events, run_here
from recsys_core.jobs import autopilot_spec as specs
from recsys_core.jobs.autopilot_spec import Step, autopilot_spec
from recsys_core.jobs.estimates import Facts
from recsys_core.jobs.queue import resume
from recsys_core.jobs.states import Cancelled
from recsys_core.jobs.work import autopilot as work
from recsys_core.jobs.work.study import CUT_SHORT, DONE
from recsys_core.jobs.work.tune import Budget
from recsys_core.jobs.worker import run
from recsys_core.storage.workspace import Workspace
from tests.unit.work.small_shop import small_shop

Shop = tuple[Workspace, Dataset]
PLAN = (
    Step(("popularity",), 0.3, 1),
    Step(("no-such-model",), 0.4, 5),
    Step(("no-such-model", "ease"), 0.9, 3),
)
ENSEMBLE = (
    Step(("popularity",), 0.2, 1),
    Step(("item-knn",), 0.4, 1),
    Step(("ease",), 0.6, 1),
    Step(("blend", "fusion"), 0.95, 2),
)


def planned(monkeypatch: pytest.MonkeyPatch, plan: tuple[Step, ...]) -> None:
    for module in (specs, work):
        monkeypatch.setattr(module, "PLAN", plan)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    planned(monkeypatch, PLAN)
    return small_shop(tmp_path)


def piloted(shop: Shop, minutes: float = 5.0) -> dict[str, Any]:
    workspace, dataset = shop
    job = run_here(workspace, "autopilot", autopilot_spec(dataset.id, minutes=minutes), title="Autopilot")
    assert job.result is not None
    return {**job.result, "job": job.id}


def test_it_ends_with_runs_and_a_verdict(shop: Shop) -> None:
    result = piloted(shop)
    registered = {run.id: run.model for run in shop[0].registry.runs()}
    assert [registered[id] for id in result["runs"]] == ["popularity", "ease"]
    verdict = result["verdict"]
    assert (verdict["model"], verdict["metric"], verdict["part"]) == ("ease", "ndcg@10", "test")
    assert verdict["best"] == result["runs"][1]
    assert verdict["equal"] == []  # taste is planted: best sellers are clearly behind
    assert verdict["ranking"][0]["value"] > verdict["ranking"][1]["value"]
    assert verdict["comparisons"][0]["p_value"] < 0.05


def test_a_model_that_there_is_not_is_left_out_with_the_reason(shop: Shop) -> None:
    assert piloted(shop)["left_out"] == [{"model": "no-such-model", "reason": "There is no model called 'no-such-model'."}]


def test_when_there_is_no_time_what_is_done_counts(shop: Shop) -> None:
    result = piloted(shop, minutes=0.001)
    assert [each["model"] for each in result["models"]] == ["popularity"]
    assert {each["model"]: each["reason"] for each in result["left_out"]}["ease"] == "Time was up before it could begin."
    assert any(event["type"] == "left_out" and event["model"] == "ease" for event in read_events(shop[0], result["job"]))


def test_what_would_take_too_long_does_not_begin(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "expected_seconds", lambda *_: (4000.0, 9000.0))
    result = piloted(shop)
    assert [each["model"] for each in result["models"]] == ["popularity"]
    assert "about 6000 seconds here" in result["left_out"][-1]["reason"]


def test_where_there_can_be_no_blend_the_runs_are_fused(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    planned(monkeypatch, ENSEMBLE)
    result = piloted(shop)
    assert [each["model"] for each in result["models"]] == ["popularity", "item-knn", "ease", "fusion"]
    assert result["models"][-1]["best"]["runs"] == ",".join(result["runs"][1:3])  # best sellers are the same for everyone
    assert len(result["models"][-1]["trials"]) == 1
    assert result["runs"][-1] in {row["run"] for row in result["verdict"]["ranking"]}
    assert result["left_out"] == [{"model": "blend", "reason": "It needs EDLAE (linear, denoising), which was left out."}]


def test_where_there_is_time_the_ensemble_is_the_blend(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = (Step(("edlae",), 0.5, 1), Step(("mult-vae",), 0.6, 1))
    planned(monkeypatch, (PLAN[0], *parts, Step(("blend", "fusion"), 0.95, 1)))
    result = piloted(shop)
    assert [each["model"] for each in result["models"]] == ["popularity", "edlae", "mult-vae", "blend"]
    assert result["left_out"] == []


def test_one_run_is_no_ensemble(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    planned(monkeypatch, (ENSEMBLE[0], ENSEMBLE[1], ENSEMBLE[3]))
    result = piloted(shop)
    assert [each["model"] for each in result["models"]] == ["popularity", "item-knn"]
    assert "two or more runs" in result["left_out"][-1]["reason"]


def past(model: str, seconds: float, state: str = DONE, epochs: int = 100) -> Any:
    """A run as far as a blend is charged by it."""
    trials = [{"seconds": seconds, "state": state, "value": 0.1}]
    return SimpleNamespace(spec=SimpleNamespace(id=model), manifest={"chosen": {"trials": trials}, "settings": {"epochs": epochs}})


def pilot_of(*runs: Any, seconds: float = 0.0) -> Any:
    """An autopilot of ten minutes that has been under way for so many seconds."""
    found = {run.spec.id: run for run in runs}
    notes, costs = SimpleNamespace(overhead=10.0), SimpleNamespace(seconds=seconds)
    return SimpleNamespace(run_of=found.get, total=600.0, notes=notes, costs=costs)


@pytest.fixture
def _beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """iALS takes 10 seconds, and nothing is ranked."""
    monkeypatch.setattr(work, "_facts", lambda _: Facts(users=10, items=0, pairs=0))
    monkeypatch.setattr(work, "_expected", lambda _, model: {"ials": 10.0}[model])


@pytest.mark.usefixtures("_beside")
def test_a_blend_is_charged_its_own_parts_alone() -> None:
    pilot = pilot_of(past("item-knn", 500.0), past("edlae", 2.0), past("mult-vae", 30.0))
    points = 12 + 2  # EDLAE's grid, and two linear models more; its run fits those two again
    assert work._costs(pilot, "blend") == (2.0 * points + 10.0 + 30.0, 2.0 * 2)


@pytest.mark.usefixtures("_beside")
def test_a_blend_searches_while_whole_trials_fit_and_begins_none_where_not_even_one_does() -> None:
    runs, step = (past("edlae", 2.0), past("mult-vae", 20.0)), Step(("blend", "fusion"), 0.95, 20)  # 58 a trial, 4 for its run
    assert work._budget(pilot_of(*runs, seconds=390.0), step, "blend", 0.0) == Budget(2, 166.0)
    assert work._budget(pilot_of(*runs, seconds=500.0), step, "blend", 20.0).trials == 1  # it was begun by an earlier attempt
    with pytest.raises(work.NoTimeError, match="about 62 seconds here, and 60 were left"):
        work._budget(pilot_of(*runs, seconds=500.0), step, "blend", 0.0)
    assert work._budget(pilot_of(*runs, seconds=590.0), step, "fusion", 0.0) == Budget(1, 60.0)  # there is always an ensemble


@pytest.mark.parametrize(("state", "given"), [(DONE, {}), (CUT_SHORT, {"epochs": 7})])
def test_a_blends_autoencoder_learns_no_longer_than_there_was_time_for(state: str, given: dict[str, int]) -> None:
    pilot = pilot_of(past("edlae", 2.0), past("mult-vae", 30.0, state, epochs=7))
    assert work._given(pilot, "blend") == given


def test_models_that_are_as_good_are_named_beside_the_best(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    twins = (Step(("ease",), 0.5, 1), Step(("edlae",), 0.9, 1))
    planned(monkeypatch, twins)
    verdict = piloted(shop)["verdict"]
    assert {verdict["best"], *verdict["equal"]} == {row["run"] for row in verdict["ranking"]}


@pytest.mark.parametrize("looks", [3, 12])
def test_a_resumed_autopilot_keeps_what_was_done(shop: Shop, monkeypatch: pytest.MonkeyPatch, looks: int) -> None:
    workspace = shop[0]
    left = [float(looks)]

    def check(context: JobContext) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Cancelled("stopped by the test")

    monkeypatch.setattr(JobContext, "check_cancelled", check)
    with pytest.raises(Cancelled):
        piloted(shop)
    left[0] = math.inf
    before = {run.id: run.created_at for run in workspace.registry.runs()}
    job = workspace.registry.jobs()[0]
    resume(workspace, job.id, start=False)
    result = run(workspace, job.id).result
    assert result is not None
    after = {run.id: run.created_at for run in workspace.registry.runs()}
    assert set(result["runs"]) == set(after) == set(job.spec["runs"].values())
    assert before.items() <= after.items()
    assert [each["model"] for each in result["left_out"]] == ["no-such-model"]


def test_an_autopilot_stopped_in_its_fusion_goes_on_with_the_same(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = shop[0]
    planned(monkeypatch, ENSEMBLE)
    undisturbed = piloted(shop)

    def check(context: JobContext) -> None:
        if any(event["type"] == "trial" and event["model"] == "fusion" for event in read_events(workspace, context.job_id)):
            raise Cancelled("stopped by the test")

    with monkeypatch.context() as patch:
        patch.setattr(JobContext, "check_cancelled", check)
        with pytest.raises(Cancelled):
            piloted(shop)
    job = workspace.registry.jobs(states=("cancelled",))[0]
    resume(workspace, job.id, start=False)
    result = run(workspace, job.id).result
    assert result is not None
    assert result["left_out"] == undisturbed["left_out"]
    ends = [[row["value"] for row in found["verdict"]["ranking"]] for found in (result, undisturbed)]
    assert ends[0] == ends[1]
    tried = [[(t["settings"], t["value"]) for t in found["models"][-1]["trials"]] for found in (result, undisturbed)]
    assert tried[0] == tried[1]


def test_a_wish_that_cannot_be_is_refused_before_there_is_a_job(shop: Shop) -> None:
    for options in ({"minutes": 0}, {"protocol": "all"}, {"seed": -1}):
        with pytest.raises(InputError):
            autopilot_spec(shop[1].id, **options)


def test_the_plan_of_aisle_ends_before_its_time_does() -> None:
    untils = [step.until for step in specs.PLAN]
    assert untils == sorted(untils)
    assert untils[-1] < 1
