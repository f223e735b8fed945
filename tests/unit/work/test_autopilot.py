"""The autopilot on a planted log: every model of the plan that there is, a verdict, and what was left out and why."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.errors import InputError
from recsys_core.jobs import JobContext, read_events, run_here
from recsys_core.jobs import autopilot_spec as specs
from recsys_core.jobs.autopilot_spec import Step, autopilot_spec
from recsys_core.jobs.queue import resume
from recsys_core.jobs.states import Cancelled
from recsys_core.jobs.work import autopilot as work
from recsys_core.jobs.worker import run
from recsys_core.storage.workspace import Workspace
from tests.unit.work.small_shop import small_shop

Shop = tuple[Workspace, Dataset]
PLAN = (
    Step(("popularity",), 0.3, 1),
    Step(("no-such-model",), 0.4, 5),
    Step(("no-such-model", "ease"), 0.9, 3),
)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    for module in (specs, work):
        monkeypatch.setattr(module, "PLAN", PLAN)
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
    assert "about 4000 seconds here" in result["left_out"][-1]["reason"]


def test_models_that_are_as_good_are_named_beside_the_best(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    twins = (Step(("ease",), 0.5, 1), Step(("edlae",), 0.9, 1))
    for module in (specs, work):
        monkeypatch.setattr(module, "PLAN", twins)
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


def test_a_wish_that_cannot_be_is_refused_before_there_is_a_job(shop: Shop) -> None:
    for options in ({"minutes": 0}, {"protocol": "all"}, {"seed": -1}):
        with pytest.raises(InputError):
            autopilot_spec(shop[1].id, **options)


def test_the_plan_of_aisle_ends_before_its_time_does() -> None:
    untils = [step.until for step in specs.PLAN]
    assert untils == sorted(untils)
    assert untils[-1] < 1
