"""The Models page: its parts, what it says of jobs of every kind, and what it asks for when a button is pressed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pages.ui import words
from pages.ui import words_models as say
from pages.ui.models import autopilot, search
from pages.ui.models.learned import present_curve
from recsys_core.evaluation.intervals import holm
from recsys_core.jobs import submit
from recsys_core.jobs.cross_validate_spec import cross_validate_spec
from recsys_core.jobs.tune_spec import tune_spec
from recsys_core.jobs.worker import run_here
from recsys_core.models.registry import model_spec
from recsys_core.models.runs import Run
from recsys_core.storage.tables import JobRow
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import ROOT, hook, html_of, problems, text_of

ALARM = re.compile(r"\.alarm\(\s*\"([a-z-]+)\"")
GAN_EPOCH = {"d_loss": 0.6, "g_loss": 0.8, "d_grad": 1.0, "g_grad": 2.0, "d_lr": 1e-4, "g_lr": 2e-4, "coverage": 0.3, "ndcg@100": 0.2}


def button(app, label):
    return next(b for b in app.button if b.label == label)


def said(app) -> str:
    """All words on the page as a reader sees them."""
    return text_of(app).replace("\\", "")


def made_up(shop, kind: str, events: list[dict[str, Any]], state: str = "running", **row: Any) -> str:
    """A job with this past, that no worker touches; returns its id."""
    workspace = Workspace.open()
    spec = {"dataset": shop.dataset, "settings": {}, "runs": {"popularity": "popularity-1", "ease": "ease-1", "mult-vae": "mult-vae-1"}}
    job = submit(workspace, kind, {**spec, "model": "mult-vae"}, title=f"A job: {kind}")
    (workspace.job_dir(job.id) / "events.jsonl").write_text("".join(json.dumps(e) + "\n" for e in events))
    with workspace.registry.session() as session:
        found = session.get(JobRow, job.id)
        found.state = state
        for key, value in row.items():
            setattr(found, key, value)
    return job.id


@pytest.fixture
def still(idle_queue, monkeypatch):
    """Nothing looks after jobs: what they were made up to be, they stay."""
    monkeypatch.setattr("recsys_core.jobs.refresh", lambda workspace: None)


# the parts


def test_the_league_tells_hits_and_products_of_every_model(open_page, loaded):
    app = open_page("models", dataset=loaded.dataset)
    assert problems(app) == []
    test = Run.open(loaded.home / "runs" / loaded.ease).metrics["test"]
    row = next(line for line in html_of(app).split("<span") if f'data-run="{loaded.ease}"' in line and "league-row" in line)
    assert f'data-coverage10="{test["coverage@10"]["value"]}"' in row
    assert 'data-folded="0"' in row
    assert hook(app, "verdict")["text"].startswith(str(round(100 * test["hit_rate@10"]["value"])))


def test_without_a_choice_the_pages_use_what_validation_says_is_best(open_page, loaded):
    app = open_page("home", dataset=loaded.dataset)
    runs = {r.id: r for r in Workspace.open().registry.runs()}
    best = max(runs.values(), key=lambda r: r.metrics["validation"]["ndcg@100"]["value"])
    assert app.selectbox(key="pick_run").value == best.id


@pytest.mark.parametrize("part", [say.PART_COMPARE, say.PART_LEARNED, say.PART_CHOICES])
def test_every_part_opens_by_its_address(open_page, loaded, part):
    app = open_page("models", dataset=loaded.dataset, part=part)
    assert problems(app) == []
    assert "None" not in text_of(app)


@pytest.mark.parametrize("part", [say.PART_LEAGUE, say.PART_COMPARE, say.PART_LEARNED, say.PART_CHOICES])
def test_every_part_opens_before_anything_is_trained(open_page, own_shop, part):
    registry = Workspace.open().registry
    for run in (own_shop.ease, own_shop.popularity):
        registry.delete_run(run)
    app = open_page("models", dataset=own_shop.dataset, part=part)
    assert problems(app) == []
    assert say.VERDICT_NONE in text_of(app)


def test_two_runs_are_compared_by_the_address(open_page, loaded):
    app = open_page("models", dataset=loaded.dataset, part=say.PART_COMPARE, first=loaded.popularity, second=loaded.ease)
    told = hook(app, "compare")
    assert (told["first"], told["second"]) == (loaded.popularity, loaded.ease)
    table = app.dataframe[0].value
    first, second = (Run.open(loaded.home / "runs" / id_).metrics["test"]["ndcg@10"]["value"] for id_ in (loaded.popularity, loaded.ease))
    row = table[table[say.COLUMN_FIGURE] == "NDCG@10"].iloc[0]
    assert row[say.COLUMN_DIFFERENCE].startswith(f"{second - first:+.3f}".replace("-", "−"))


def test_a_run_with_curves_shows_them_after_it_is_done(open_page, own_shop):
    folder = own_shop.home / "runs" / own_shop.ease
    curve = [{"epoch": n, "loss": 9.0 - n, "kl": 3.0, "kl_weight": 0.1, "ndcg@100": 0.1 * n} for n in (1, 2)]
    (folder / "curves.json").write_text(json.dumps(curve))
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["curves.json"]["bytes"] = (folder / "curves.json").stat().st_size
    manifest["alarms"] = [{"name": "collapse", "message": "The top tens cover 1 %.", "epoch": 2}]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    app = open_page("models", dataset=own_shop.dataset, run=own_shop.ease, part=say.PART_LEARNED)
    assert hook(app, "learned") | {"epochs": "2", "alarms": "1"} == hook(app, "learned")
    assert "Epoch 2 was kept: 0.200" in said(app)
    assert say.ALARM_MEANING["collapse"] in app.warning[0].value


def test_another_split_is_a_league_of_its_own(open_page, own_shop):
    registry = Workspace.open().registry
    record = registry.run(own_shop.ease)
    folder = own_shop.home / "runs" / own_shop.popularity
    registry.delete_run(own_shop.popularity)
    registry.add_run(replace(record, id=folder.name, model="popularity", protocol="last"))
    app = open_page("models", dataset=own_shop.dataset, test="last-0")
    assert hook(app, "league")["runs"] == "1"
    assert words.PROTOCOL_WORDS["last"] in text_of(app)
    assert "a later purchase" in hook(app, "verdict")["text"]


# jobs of every kind


def test_both_players_of_a_gan_are_drawn_while_it_trains(open_page, own_shop, still):
    events = [{"type": "curve", "part": "fit", "epoch": n, **GAN_EPOCH} for n in (1, 2)]
    events.append({"type": "alarm", "part": "fit", "name": "collapse", "message": "Variety collapsed.", "epoch": 2})
    made_up(own_shop, "train", events)
    app = open_page("models", dataset=own_shop.dataset)
    assert "Critic 0.6, generator 0.8" in said(app)
    assert "Variety collapsed" in app.warning[0].value
    assert hook(app, "job")["epoch"] == "2"


def test_a_search_draws_its_trials_and_the_present_one(open_page, own_shop, still):
    events = [
        {"type": "trial", "model": "ease", "number": 0, "settings": {"l2": 100.0}, "value": 0.2, "state": "done", "seconds": 1.0},
        {"type": "trial", "model": "ease", "number": 1, "settings": {"l2": 5.0}, "value": 0.3, "state": "done", "seconds": 1.0},
        {"type": "trial", "model": "ease", "number": 2, "settings": {"l2": 1.0}, "value": 0.9, "state": "pruned", "seconds": 1.0},
        {"type": "trial", "model": "ease", "number": 3, "settings": {"l2": 2.0}, "value": None, "state": "failed", "seconds": 1.0},
        {"type": "curve", "part": "ease trial 3", "model": "ease", "epoch": 1, "ndcg@100": 0.1},
        {"type": "curve", "part": "ease trial 4", "model": "ease", "epoch": 1, "ndcg@100": 0.25},
    ]
    made_up(own_shop, "tune", events)
    app = open_page("models", dataset=own_shop.dataset)
    assert problems(app) == []
    assert "Trial 2 of 4 is best: NDCG@100 0.300, the defaults reach 0.200" in said(app)
    assert say.PRESENT in [fold.label for fold in app.expander]


def test_the_autopilot_says_where_it_is(open_page, own_shop, still):
    events = [
        {"type": "stage", "name": "searching", "model": "popularity"},
        {"type": "trial", "model": "popularity", "number": 0, "settings": {}, "value": 0.1, "state": "done"},
        {"type": "left_out", "model": "ease", "reason": "Time was up."},
        {"type": "stage", "name": "searching", "model": "mult-vae"},
    ]
    assert autopilot.step_state("popularity", events) == ("done", "1 trial, best on validation 0.100")
    assert autopilot.step_state("ease", events) == ("left out", "Time was up.")
    assert autopilot.step_state("mult-vae", events)[0] == "running"
    assert autopilot.step_state("blend", events)[0] == "waiting"
    made_up(own_shop, "autopilot", events, progress=0.4, message="Mult-VAE: trial 1")
    app = open_page("models", dataset=own_shop.dataset)
    assert problems(app) == []
    assert "best on validation 0.100" in text_of(app)
    assert app.button(key="start_autopilot").disabled


def test_nothing_waits_or_runs_in_an_autopilot_that_was_cancelled(own_shop, open_page):
    made_up(own_shop, "autopilot", [{"type": "stage", "name": "searching", "model": "mult-vae"}], state="cancelled")
    app = open_page("models", dataset=own_shop.dataset)
    assert problems(app) == []
    assert say.STEP_STOPPED in text_of(app)
    assert say.STEP_NOT_BEGUN in text_of(app)
    assert say.STEP_BEGUN not in text_of(app).replace(say.STEP_NOT_BEGUN, "")


def test_what_stands_in_is_shown_once_the_other_was_left_out():
    asked = ["popularity", "blend", "fusion"]
    assert autopilot.models_so_far(asked, []) == ["popularity", "blend"]
    left_out = [{"type": "left_out", "model": "blend", "reason": "Time was up."}]
    assert autopilot.models_so_far(asked, left_out) == ["popularity", "blend", "fusion"]
    assert autopilot.models_so_far(["popularity"], []) == ["popularity"]


RESULT = {
    "models": [{"run": "a", "model": "ease"}, {"run": "b", "model": "mult-vae"}, {"run": "c", "model": "popularity"}],
    "verdict": {"metric": "ndcg@10", "best": "a", "equal": ["b"], "by_validation": "b"},
    "left_out": [{"model": "blend", "reason": "Time was up."}],
}


def test_the_autopilots_verdict_names_who_is_level_and_what_was_left_out():
    told = autopilot.verdict(RESULT)
    assert "EASE (linear) is first by NDCG@10." in told
    assert "no clear difference from Mult-VAE" in told
    assert "Mult-VAE is ahead" in told
    assert "Left out: Blend (VAE and EDLAE). Time was up." in told
    alone = {**RESULT, "verdict": {**RESULT["verdict"], "equal": [], "by_validation": "a"}, "left_out": []}
    assert autopilot.verdict(alone).endswith(say.AUTOPILOT_CLEAR)
    assert autopilot.verdict({}) == say.AUTOPILOT_NOTHING


def test_a_finished_autopilot_keeps_its_verdict_on_the_page(open_page, own_shop, still):
    made_up(own_shop, "autopilot", [], state="done", result=RESULT)
    app = open_page("models", dataset=own_shop.dataset)
    assert "is first by NDCG@10" in said(app)
    assert not app.button(key="start_autopilot").disabled


def test_a_finished_cross_validation_stays_on_the_page(open_page, own_shop, still):
    figures = {"value": 0.61, "low": 0.6, "high": 0.62, "fold_low": 0.58, "fold_high": 0.64}
    result = {"model": "ease", "folds": [{}] * 5, "metrics": {"hit_rate@10": figures, "ndcg@10": figures}}
    made_up(own_shop, "cross-validate", [], state="done", result=result)
    app = open_page("models", dataset=own_shop.dataset)
    table = app.dataframe[-1].value
    assert table[say.COLUMN_SPREAD][0] == "0.580 to 0.640"
    assert search.cross_validated(result).startswith("Over 5 folds 61.0 of 100 shoppers")


def test_what_a_search_brought_is_said_without_overselling():
    better = {"trials": [{}] * 12, "metric": "ndcg@100", "value": 0.3, "default_value": 0.2}
    assert "from 0.200 to 0.300" in search.searched(better)
    assert "nothing better" in search.searched({**better, "value": 0.2})


def test_the_curve_that_is_drawn_is_the_present_part_and_never_a_refit():
    told = [{"type": "curve", "part": part, "epoch": 1, "loss": 1.0} for part in ("trial 1", "trial 2", "refit")]
    assert [point["told_as"] for point in present_curve(told)] == ["trial 2"]


def test_what_real_searches_and_cross_validations_leave_is_understood(open_page, own_shop):
    workspace = Workspace.open()
    fixed = {"dimensions": 8, "metric": "ndcg@20"}
    tuned = run_here(workspace, "tune", tune_spec(own_shop.dataset, ["ease"], trials=3, settings=fixed), title="Tune").result
    crossed = run_here(workspace, "cross-validate", cross_validate_spec(own_shop.dataset, "popularity", folds=2), title="Cross").result
    assert search.searched(tuned).startswith("3 trials")
    assert search.cross_validated(crossed).startswith("Over 2 folds")
    app = open_page("models", dataset=own_shop.dataset, run=tuned["run"], part=say.PART_LEARNED)
    assert problems(app) == []
    assert "of 3 is best: NDCG@20" in said(app) or "Nothing beats the first trial yet: NDCG@20" in said(app)
    assert problems(open_page("models", dataset=own_shop.dataset)) == []


# what is asked for


def test_the_autopilot_is_one_button(open_page, own_shop, idle_queue):
    app = open_page("models", dataset=own_shop.dataset)
    app.button(key="start_autopilot").click().run()
    job = Workspace.open().registry.jobs(states=("queued",))[0]
    assert (job.kind, job.spec["minutes"]) == ("autopilot", 10.0)
    assert hook(app, "job")["kind"] == "autopilot"


def test_a_search_is_asked_for_with_its_minutes(open_page, own_shop, idle_queue):
    app = open_page("models", dataset=own_shop.dataset)
    app.selectbox(key="train_model").select("ease").run()
    next(n for n in app.number_input if n.label == say.TUNE_MINUTES).set_value(3).run()
    app.button(key="start_tune").click().run()
    job = Workspace.open().registry.jobs(states=("queued",))[0]
    assert (job.kind, job.spec["models"], job.spec["minutes"]) == ("tune", ["ease"], 3.0)


def test_a_cross_validation_is_asked_for_with_its_folds(open_page, own_shop, idle_queue):
    app = open_page("models", dataset=own_shop.dataset)
    app.selectbox(key="train_model").select("ease").run()
    app.button(key="start_cross").click().run()
    job = Workspace.open().registry.jobs(states=("queued",))[0]
    assert (job.kind, job.spec["model"], job.spec["folds"], job.spec["protocol"]) == ("cross-validate", "ease", 5, "random")


def test_a_fusion_offers_the_runs_that_can_be_mixed(open_page, own_shop, idle_queue):
    app = open_page("models", dataset=own_shop.dataset)
    app.selectbox(key="train_model").select("fusion").run()
    both = app.multiselect(key="fusion_runs").value
    assert sorted(both) == sorted([own_shop.ease, own_shop.popularity])
    app.multiselect(key="fusion_runs").set_value([own_shop.ease]).run()
    assert button(app, say.START_TRAINING).disabled
    app.multiselect(key="fusion_runs").set_value(both).run()
    button(app, say.START_TRAINING).click().run()
    assert Workspace.open().registry.jobs(states=("queued",))[0].spec["settings"] == {"runs": ",".join(both)}


def test_a_fusion_of_nothing_says_what_to_train_first(open_page, own_shop):
    Workspace.open().registry.delete_run(own_shop.popularity)
    app = open_page("models", dataset=own_shop.dataset)
    app.selectbox(key="train_model").select("fusion").run()
    assert problems(app) == []
    assert say.FUSION_FEW in [c.value for c in app.caption]
    assert button(app, say.START_TRAINING).disabled


def test_a_fusion_waits_calmly_with_its_expert_settings_open(open_page, own_shop, idle_queue):
    app = open_page("models", dataset=own_shop.dataset)
    app.selectbox(key="train_model").select("fusion").run()
    app.toggle(key="mine_fusion").set_value(True).run()
    app.multiselect(key="fusion_runs").set_value([own_shop.ease]).run()
    assert problems(app) == []
    assert button(app, say.START_TRAINING).disabled
    experts = {f"setting_fusion_{s.key}" for s in model_spec("fusion").settings if s.expert and s.kind != "text"}
    assert experts
    assert experts <= {widget.key for widget in (*app.number_input, *app.selectbox)}


def test_every_alarm_says_what_it_means():
    raised = {name for file in (ROOT / "recsys_core").rglob("*.py") for name in ALARM.findall(file.read_text(encoding="utf-8"))}
    assert "discriminator-wins" in raised
    assert raised <= set(say.ALARM_MEANING)


def test_every_model_says_how_long_it_takes_here(open_page, loaded):
    app = open_page("models", dataset=loaded.dataset)
    assert "here" in next(m.value for m in app.markdown if ":material/schedule:" in m.value)


def test_holm_as_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert np.all(np.array(holm([0.5, 0.9])) <= 1.0)
