"""Next week's file: read by the shop's recipe, what differs named, the same models trained again."""

from __future__ import annotations

import numpy as np
import pytest

from pages.ui import words_data as say
from recsys_core.jobs.worker import run_here
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import problems, shop_log, text_of


def button(app, label):
    return next(b for b in app.button if b.label == label)


@pytest.fixture
def next_week(own_shop) -> bytes:
    """The small shop's next file: another draw of the same shoppers, and one product that was not there."""
    table = shop_log(np.random.default_rng(8)).drop(columns=["title", "category"])
    table["item_id"] = table["item_id"].replace("i000", "i999")
    return table.to_csv(index=False).encode()


def test_the_next_file_is_read_by_the_recipe(open_page, own_shop, next_week, workers_here):
    app = open_page("data", dataset=own_shop.dataset, view="next")
    app.file_uploader[0].upload("week 2.csv", next_week, "text/csv").run()
    assert problems(app) == []
    job = next(job for job in Workspace.open().registry.jobs() if job.kind == "ingest" and job.spec["recipe"])
    assert (job.state, job.spec["recipe"], job.spec["currency"]) == ("done", own_shop.dataset, "£")
    assert job.result["dataset"] == app.query_params["dataset"] != own_shop.dataset
    assert say.DIFFERENCES.format(name="Small shop") in text_of(app)
    for difference in job.result["differences"]:
        assert difference["text"][:20].split()[0] in text_of(app)


def test_the_same_models_are_trained_on_it(open_page, own_shop, next_week, workers_here, monkeypatch):
    app = open_page("data", dataset=own_shop.dataset, view="next")
    app.file_uploader[0].upload("week 2.csv", next_week, "text/csv").run()
    monkeypatch.setattr("recsys_core.jobs.queue.pump", lambda workspace: None)
    monkeypatch.setattr("recsys_core.jobs.recovery.pump", lambda workspace: None)
    button(app, say.RETRAIN).click().run()
    asked = {job.spec["model"]: job.spec for job in Workspace.open().registry.jobs(states=("queued",))}
    assert set(asked) == {"popularity", "ease"}
    assert asked["ease"]["settings"] == {"dimensions": 8}
    assert {spec["dataset"] for spec in asked.values()} == {app.query_params["dataset"]}
    assert not [b for b in app.button if b.label == say.RETRAIN]


def test_a_file_of_another_shop_is_said(open_page, own_shop, workers_here):
    app = open_page("data", dataset=own_shop.dataset, view="next")
    app.file_uploader[0].upload("odd.csv", b"colour,size\nred,1\nblue,2\n", "text/csv").run()
    assert "user" in text_of(app)
    assert app.query_params["dataset"] == own_shop.dataset


def test_without_a_recipe_the_page_says_so(open_page, loaded, monkeypatch):
    monkeypatch.setattr("pages.ui.cache.recipe", lambda dataset_id: None)
    assert say.NEXT_NO_RECIPE in problems(open_page("data", dataset=loaded.dataset, view="next"))[0]


def test_a_dataset_that_no_recipe_made_compares_with_nothing(open_page, own_shop):
    made = run_here(Workspace.open(), "ingest", {"log": str(own_shop.home / "log.csv"), "name": "Again"}, title="Again").result
    assert "Against" not in text_of(open_page("data", dataset=made["dataset"]))
