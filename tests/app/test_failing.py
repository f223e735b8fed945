"""Unknown ids, damaged folders, tiny logs: one calm sentence, never a traceback."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from pages.ui import words
from recsys_core.jobs.worker import run_here
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import PAGES, hook, problems, text_of


@pytest.mark.parametrize("page", PAGES)
def test_an_unknown_dataset_is_named_in_one_sentence(open_page, loaded, page):
    said = problems(open_page(page, dataset="0123456789abcdef"))
    assert len(said) == 1
    assert "0123456789abcdef" in said[0]


@pytest.mark.parametrize("page", ["home", "models", "taste_map", "studio", "synthetic", "arrivals"])
def test_an_unknown_run_is_named_in_one_sentence(open_page, loaded, page):
    said = problems(open_page(page, dataset=loaded.dataset, run="ease-00000000"))
    assert len(said) == 1
    assert "00000000" in said[0]


def test_an_unknown_id_stays_in_the_picker_and_another_choice_heals(open_page, loaded):
    app = open_page("home", dataset=loaded.dataset, run="ease-00000000")
    assert app.selectbox(key="pick_run").value == "ease-00000000"
    app.selectbox(key="pick_run").select(loaded.ease).run()
    assert problems(app) == []


def test_an_unknown_shopper_is_named(open_page, loaded):
    said = problems(open_page("studio", dataset=loaded.dataset, run=loaded.ease, shopper="nobody"))
    assert len(said) == 1
    assert "nobody" in said[0]


def test_markup_in_an_id_stays_text(open_page, loaded):
    said = problems(open_page("studio", dataset=loaded.dataset, run=loaded.ease, shopper="![x](http://elsewhere.example/a.png)"))
    assert "![x](http" not in said[0]


@pytest.mark.parametrize("address", ["", "many", "a", "aeJw", "a" * 9000])
def test_a_scenario_that_cannot_be_is_said_once_and_the_studio_works(open_page, loaded, address):
    app = open_page("studio", dataset=loaded.dataset, run=loaded.ease, scenario=address)
    assert len(problems(app)) == bool(address)
    assert problems(app.run()) == []
    assert hook(app, "studio")["variety"] == "20"


@pytest.mark.parametrize("page", ["taste_map", "studio", "arrivals"])
def test_a_damaged_run_is_said_calmly(open_page, own_shop, page):
    (own_shop.home / "runs" / own_shop.ease / "candidates.npy").write_bytes(b"broken")
    said = problems(open_page(page, dataset=own_shop.dataset, run=own_shop.ease))
    assert len(said) == 1
    assert words.OUR_MISTAKE not in said[0]


@pytest.mark.parametrize("page", ["data", "models", "studio"])
def test_a_damaged_dataset_is_said_calmly(open_page, own_shop, page):
    (own_shop.home / "datasets" / own_shop.dataset / "manifest.json").write_text("{")
    said = problems(open_page(page, dataset=own_shop.dataset))
    assert len(said) == 1
    assert words.OUR_MISTAKE not in said[0]


def test_a_mistake_of_ours_is_logged_and_calm_on_the_screen(open_page, loaded, monkeypatch, caplog):
    monkeypatch.setattr("pages.ui.studio.people.pick", lambda *_, **__: 1 / 0)
    app = open_page("studio", dataset=loaded.dataset, run=loaded.ease)
    assert problems(app)[0].startswith(words.OUR_MISTAKE[:10])
    assert any("ZeroDivisionError" in str(record.exc_info) for record in caplog.records)


def test_thirty_shoppers_and_twelve_products_have_pages(open_page, aisle_home, rng):
    rows = [(f"u{u}", f"i{i}") for u in range(30) for i in rng.choice(12, 6, replace=False)]
    aisle_home.mkdir()
    log = aisle_home / "tiny.csv"
    pd.DataFrame(rows, columns=["user_id", "item_id"]).to_csv(log, index=False)
    made = run_here(Workspace.open(), "ingest", {"log": str(log)}, title="Read a tiny log").result
    for page in PAGES:
        assert problems(open_page(page, dataset=made["dataset"])) == []


def test_a_failed_job_says_what_was_wrong(open_page, own_shop, idle_queue):
    from recsys_core.jobs import submit
    from recsys_core.storage.tables import JobRow

    workspace = Workspace.open()
    job = submit(workspace, "train", {"dataset": own_shop.dataset, "model": "ease", "settings": {}}, title="EASE on the small shop")
    with workspace.registry.session() as session:
        row = session.get(JobRow, job.id)
        row.state, row.error = "failed", {"message": "There is too little memory.", "hint": "Use a smaller catalogue."}
    app = open_page("models", dataset=own_shop.dataset)
    assert "too little memory" in text_of(app)
    assert [b.label for b in app.button if b.label == words.RESUME]


def test_the_registry_of_a_newer_version_is_no_traceback(open_page, own_shop):
    manifest = own_shop.home / "runs" / own_shop.ease / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "kind": "something else"}))
    assert len(problems(open_page("studio", dataset=own_shop.dataset, run=own_shop.ease))) == 1
