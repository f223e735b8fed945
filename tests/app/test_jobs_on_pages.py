"""Training and intake from the pages: what is asked for, what is shown meanwhile, cancel and resume."""

from __future__ import annotations

import json

import pytest

from pages.ui import words
from recsys_core.jobs import submit
from recsys_core.storage.tables import JobRow
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import hook, problems, text_of


def button(app, label):
    return next(b for b in app.button if b.label == label)


def test_start_training_asks_for_what_was_chosen(open_page, own_shop, idle_queue):
    app = open_page("models", dataset=own_shop.dataset)
    app.selectbox(key="train_model").select("mult-vae").run()
    app.number_input(key="setting_mult-vae_epochs").set_value(30).run()
    button(app, words.START_TRAINING).click().run()
    job = Workspace.open().registry.jobs(states=("queued",))[0]
    asked = {key: job.spec[key] for key in ("dataset", "model", "settings")}
    assert job.kind == "train"
    assert asked == {"dataset": own_shop.dataset, "model": "mult-vae", "settings": {"epochs": 30}}
    assert hook(app, "job")["state"] == "queued"


def test_settings_left_alone_are_not_sent(open_page, own_shop, idle_queue):
    app = open_page("models", dataset=own_shop.dataset)
    app.selectbox(key="train_model").select("ease").run()
    button(app, words.START_TRAINING).click().run()
    assert Workspace.open().registry.jobs(states=("queued",))[0].spec["settings"] == {}


def test_a_waiting_job_can_be_cancelled_and_resumed(open_page, own_shop, idle_queue):
    app = open_page("models", dataset=own_shop.dataset)
    button(app, words.START_TRAINING).click().run()
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
    assert "Best so far at epoch 3" in text_of(app)
    assert "The loss fell from 99" in text_of(app)


def test_an_interrupted_job_says_so_and_can_go_on(open_page, own_shop, idle_queue):
    workspace = Workspace.open()
    job = submit(workspace, "train", {"dataset": own_shop.dataset, "model": "ease", "settings": {}}, title="EASE on it")
    with workspace.registry.session() as session:
        session.get(JobRow, job.id).state = "interrupted"
    app = open_page("models", dataset=own_shop.dataset)
    assert hook(app, "job")["state"] == "interrupted"
    assert words.INTERRUPTED in text_of(app)


PAIRS = [(u, i) for u in range(20) for i in range(10) if (u + i) % 4]
CSV = b"who,what,when\n" + b"".join(b"a%d,p%d,2026-01-%02d\n" % (u, i, 1 + (u + i) % 28) for u, i in PAIRS)


def test_an_upload_is_written_down_previewed_and_taken_in(open_page, aisle_home, idle_queue):
    app = open_page("data")
    app.file_uploader[0].upload("sales 2026.csv", CSV, "text/csv").run()
    stored = list((aisle_home / "uploads").glob("*/sales 2026.csv"))
    assert [file.read_bytes() for file in stored] == [CSV]
    assert app.session_state["upload"]["path"] == str(stored[0])
    assert button(app, words.USE_LOG).disabled
    app.selectbox(key="role_user_id").select("who").run()
    app.selectbox(key="role_item_id").select("what").run()
    assert problems(app) == []
    app.text_input(key="dataset_name").set_value("Sales").run()
    button(app, words.USE_LOG).click().run()
    job = Workspace.open().registry.jobs(states=("queued",))[0]
    assert (job.kind, job.spec["name"], job.spec["log"]) == ("ingest", "Sales", str(stored[0]))
    assert (job.spec["roles"]["user_id"], job.spec["roles"]["item_id"], job.spec["roles"]["price"]) == ("who", "what", "")


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"only one line"])
def test_a_file_that_is_no_table_is_said_in_one_sentence(open_page, aisle_home, content):
    app = open_page("data")
    app.file_uploader[0].upload("odd.csv", content, "text/csv").run()
    assert len(problems(app)) == 1
    assert words.OUR_MISTAKE not in problems(app)[0]
    button(app, words.DISCARD).click().run()
    assert problems(app) == []
    assert list((aisle_home / "uploads").iterdir()) == []
