"""Inside the model, below the map: each part is drawn by itself, says what it found, and says in words what a run cannot tell."""

from __future__ import annotations

import importlib
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from pages.ui import words as page_words
from pages.ui.maps import words_inside as say
from recsys_core.jobs.inside import open_inside
from recsys_core.jobs.synthesize_spec import synthesize_spec
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.worker import run_here
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import hook, html_of, problems, text_of

QUICK = {"hidden": 16, "latent": 6, "epochs": 6, "anneal_epochs": 2}


@dataclass(frozen=True)
class Looked:
    """A workspace with two Mult-VAE runs, one of PureSVD, and a synthetic set."""

    home: Path
    dataset: str
    vae: str
    other: str
    svd: str
    ease: str
    set: str


@pytest.fixture(scope="module")
def made(shop, tmp_path_factory):
    home = tmp_path_factory.mktemp("inside") / "home"
    shutil.copytree(shop.home, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(home))
        workspace = Workspace.open()

        def train(model, settings, seed=0):
            return run_here(workspace, "train", train_spec(shop.dataset, model, settings=settings, seed=seed), title=model).result["run"]

        vae, other, svd = train("mult-vae", QUICK), train("mult-vae", QUICK, 1), train("pure-svd", {"rank": 6})
        found = run_here(workspace, "synthesize", synthesize_spec(workspace, shop.ease, 60), title="Make shoppers").result["set"]
    return Looked(home, shop.dataset, vae, other, svd, shop.ease, found)


@pytest.fixture
def looked(made, monkeypatch):
    monkeypatch.setenv("AISLE_HOME", str(made.home))
    return made


def open_part(open_page, looked, part, run=None, what=page_words.MAP_ITEMS, **query):
    address = {"dataset": looked.dataset, "run": run or looked.vae, "what": what, "below": page_words.MAP_INSIDE, "inside": part}
    return open_page("taste_map", **address, **query)


def metrics(app):
    return {m.label: m.value for m in app.metric}


def test_dimensions_are_the_first_part_and_only_the_chosen_one_is_drawn(open_page, looked):
    app = open_page("taste_map", dataset=looked.dataset, run=looked.vae, below=page_words.MAP_INSIDE)
    found = open_inside(Workspace.open(), looked.vae).dimensions()
    seen = hook(app, "inside_dimensions")
    assert (seen["all"], int(seen["active"]), seen["verdict"]) == ("6", int(found.active.sum()), found.verdict)
    assert {say.ACTIVE, say.KL, say.EFFECTIVE} <= set(metrics(app))
    assert metrics(app)[say.KL] == f"{found.kl.mean():.2f}"
    for other in ("prior", "recall", "attributes", "generated", "beside", "space"):
        assert f'data-testid="inside_{other}"' not in html_of(app)
    assert problems(app) == []


def test_a_collapsed_model_is_warned_of(open_page, looked, monkeypatch):
    from recsys_core.inference.kinds.autoencoder import AutoencoderScorer

    monkeypatch.setattr(AutoencoderScorer, "posterior", lambda self, histories: (np.zeros((histories.shape[0], 6), np.float32),) * 2)
    kept = importlib.import_module("pages.ui.cache.inside")
    kept._found.clear(), kept._opened.clear()  # else what other tests found is shown, and what is found here to them
    app = open_part(open_page, looked, "dimensions")
    kept._found.clear(), kept._opened.clear()
    assert hook(app, "inside_dimensions")["verdict"] == "collapsed"
    assert "kl\\_cap" in problems(app)[0]


def test_a_model_without_a_prior_says_so(open_page, looked):
    app = open_part(open_page, looked, "dimensions", looked.svd)
    assert hook(app, "inside_dimensions")["verdict"] == ""
    assert say.ACTIVE not in metrics(app)
    assert "has no prior" in text_of(app)
    assert "has no prior" in problems(open_part(open_page, looked, "prior", looked.svd))[0]
    assert "no vectors for shoppers" in problems(open_part(open_page, looked, "dimensions", looked.ease))[0]


def test_the_prior(open_page, looked):
    app = open_part(open_page, looked, "prior")
    found = open_inside(Workspace.open(), looked.vae).prior()
    assert float(hook(app, "inside_prior")["filled"]) == pytest.approx(found.filled, abs=1e-4)
    assert (say.PRIOR_WHY if not found.fits else say.PRIOR_WHY_FITS)[:25] in text_of(app)
    assert problems(app) == []


def test_recall_by_popularity(open_page, looked):
    app = open_part(open_page, looked, "recall")
    seen = hook(app, "inside_recall")
    assert seen["at"] == "5"
    for side in ("given-back", "foretold"):
        assert all(0 <= float(value) <= 1 for value in (seen.get(side) or seen[side.replace("-", "_")]).split())
    assert problems(app) == []


def test_neighbours_against_attributes(open_page, looked):
    app = open_part(open_page, looked, "attributes")
    found = open_inside(Workspace.open(), looked.vae).attributes()
    assert float(hook(app, "inside_attributes")["shared"]) == pytest.approx(found.likeness.shared.value, abs=1e-4)
    learnt = app.dataframe[-2].value
    assert list(learnt.columns) == [say.PAIR_ONE, say.PAIR_OTHER, say.PAIR_FAR]
    assert len(learnt) == len(found.likeness.first_only)
    assert problems(app) == []


def test_synthetic_shoppers_on_the_map(open_page, looked):
    app = open_part(open_page, looked, "generated", what=page_words.MAP_USERS)
    seen = hook(app, "inside_generated")
    assert (seen["set"], seen["placed"]) == (looked.set, "60")
    assert 0 <= float(seen["covered"]) <= 1
    assert say.COVERED in metrics(app)
    assert problems(app) == []


def test_without_a_set_the_way_to_one_is_offered(open_page, loaded):
    app = open_page("taste_map", dataset=loaded.dataset, run=loaded.ease, below=page_words.MAP_INSIDE, inside="generated")
    assert say.NO_SETS in text_of(app)
    assert [b.label for b in app.button if b.key == "inside_to_synthetic"] == [say.TO_SYNTHETIC]
    app = open_page("taste_map", dataset=loaded.dataset, run=loaded.ease, below=page_words.MAP_INSIDE, inside="beside")
    assert say.NO_OTHER["items"] in text_of(app)


def test_two_runs_side_by_side(open_page, looked):
    app = open_part(open_page, looked, "beside", beside=looked.other)
    seen = hook(app, "inside_beside")
    assert seen["other"] == looked.other
    assert 0 < float(seen["left-over"]) < 1
    app.selectbox(key="pick_beside").set_value(looked.svd).run()
    assert hook(app, "inside_beside")["other"] == looked.svd
    assert problems(app) == []
    shoppers = open_part(open_page, looked, "beside", what=page_words.MAP_USERS, beside=looked.svd)
    assert hook(shoppers, "inside_beside")["points"] == "80"


def test_three_dimensions_at_once_and_umap_by_a_job(open_page, looked, idle_queue):
    app = open_part(open_page, looked, "space")
    assert hook(app, "inside_space") == {"method": "pca", "points": "42"}
    app = open_part(open_page, looked, "space", space="umap")
    assert say.SPACE_NO_UMAP in text_of(app)
    app.button(key="inside_draw_space").click().run()
    (job,) = [job for job in Workspace.open().registry.jobs() if job.kind == "project"]
    assert (job.spec["components"], job.spec["method"], job.spec["what"]) == (3, "umap", "items")
    assert say.SPACE_NO_UMAP not in text_of(app)


def test_an_unknown_part_in_the_address_is_the_first(open_page, looked):
    assert hook(open_part(open_page, looked, "nonsense"), "inside_dimensions")["all"] == "6"
