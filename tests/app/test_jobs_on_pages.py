"""Training and intake from the pages: what is asked for, what is shown meanwhile, cancel and resume."""

from __future__ import annotations

import json

from pages.ui import words
from pages.ui import words_models as say
from recsys_core.jobs import submit
from recsys_core.storage.tables import JobRow
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import hook, text_of


def button(app, label):
    return next(b for b in app.button if b.label == label)


def test_start_training_asks_for_what_was_chosen(open_page, own_shop, idle_queue):
    app = open_page("models", dataset=own_shop.dataset)
    app.selectbox(key="train_model").select("mult-vae").run()
    app.number_input(key="setting_mult-vae_epochs").set_value(30).run()
    button(app, say.START_TRAINING).click().run()
    job = Workspace.open().registry.jobs(states=("queued",))[0]
    asked = {key: job.spec[key] for key in ("dataset", "model", "settings")}
    assert job.kind == "train"
    assert asked == {"dataset": own_shop.dataset, "model": "mult-vae", "settings": {"epochs": 30}}
    assert hook(app, "job")["state"] == "queued"


def test_settings_left_alone_are_not_sent(open_page, own_shop, idle_queue):
    app = open_page("models", dataset=own_shop.dataset)
    app.selectbox(key="train_model").select("ease").run()
    button(app, say.START_TRAINING).click().run()
    assert Workspace.open().registry.jobs(states=("queued",))[0].spec["settings"] == {}


def test_a_waiting_job_can_be_cancelled_and_resumed(open_page, own_shop, idle_queue):
    app = open_page("models", dataset=own_shop.dataset)
    button(app, say.START_TRAINING).click().run()
    button(app, words.CANCEL).click().run()
    assert hook(app, "job")["state"] == "cancelled"
    button(app, words.RESUME).click().run()
    assert hook(app, "job")["state"] == "queued"


def test_curves_are_drawn_while_it_runs(open_page, own_shop, idle_queue, monkeypatch):
    monkeypatch.setattr("recsys_core.jobs.refresh", lambda workspace: None)
    workspace = Workspace.open()
    job = submit(workspace, "train", {"dataset": own_shop.dataset, "model": "mult-vae", "settings": {}}, title="Mult-VAE on it")
    events = [{"type": "curve", "part": "fit", "epoch": n, "loss": 100.0 - n, "ndcg@100": 0.1 + n / 100} for n in range(1, 4)]
    (workspace.job_dir(job.id) / "events.jsonl").write_text("".join(json.dumps(e) + "\n" for e in events))
    with workspace.registry.session() as session:
        row = session.get(JobRow, job.id)
        row.state, row.progress, row.message = "running", 0.3, "epoch 3 of at most 100"
    app = open_page("models", dataset=own_shop.dataset)
    assert hook(app, "job") | {"state": "running", "epoch": "3"} == hook(app, "job")
    assert [bar.proto.text for bar in app.get("progress")] == ["Epoch 3 of at most 100"]
    assert "Best so far is epoch 3" in text_of(app)
    assert "The loss fell from 99" in text_of(app)


def test_an_interrupted_job_says_so_and_can_go_on(open_page, own_shop, idle_queue):
    workspace = Workspace.open()
    job = submit(workspace, "train", {"dataset": own_shop.dataset, "model": "ease", "settings": {}}, title="EASE on it")
    with workspace.registry.session() as session:
        session.get(JobRow, job.id).state = "interrupted"
    app = open_page("models", dataset=own_shop.dataset)
    assert hook(app, "job")["state"] == "interrupted"
    assert words.INTERRUPTED in text_of(app)
