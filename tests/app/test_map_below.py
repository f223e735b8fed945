"""Below the map: what marked shoppers bought and are shown, who bought and is shown marked products, what a scenario moves."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from pages.ui import words as page_words
from pages.ui.maps import words_cohort, words_linked, words_moves
from recsys_core.data.dataset import Dataset
from recsys_core.jobs.movement import Part, movement_of
from recsys_core.jobs.studio import open_studio
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.worker import run_here
from recsys_core.models.runs import Run
from recsys_core.ranking.address import to_address
from recsys_core.ranking.presets import presets
from recsys_core.ranking.scenario import Scenario
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import hook, html_of, problems, text_of


@pytest.fixture(scope="module")
def mapped_shop(shop, tmp_path_factory):
    """The small shop with a run that has vectors of shoppers and of products, in the place of its EASE run; only to read."""
    home = tmp_path_factory.mktemp("mapped") / "home"
    shutil.copytree(shop.home, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(home))
        asked = train_spec(shop.dataset, "pure-svd", settings={"rank": 6})
        run = run_here(Workspace.open(), "train", asked, title="Train PureSVD").result["run"]
    return replace(shop, home=home, ease=run)


@pytest.fixture
def mapped(mapped_shop, monkeypatch):
    monkeypatch.setenv("AISLE_HOME", str(mapped_shop.home))
    return mapped_shop


def opened(shop):
    return Dataset.open(shop.home / "datasets" / shop.dataset), Run.open(shop.home / "runs" / shop.ease)


def mark(app, shop, rows, what="users"):
    points = {"points": [{"customdata": [row]} for row in rows], "point_indices": list(range(len(rows))), "box": [], "lasso": []}
    shown = hook(app, "map")
    assert shown["what"] == what
    app.session_state[f"map_chart_{shop.ease}_{what}_pca_{shown['colour']}"] = {"selection": points}
    return app.run()


def shoppers(open_page, shop, rows, **query):
    app = open_page("taste_map", dataset=shop.dataset, run=shop.ease, what=page_words.MAP_USERS, **query)
    return mark(app, shop, rows) if len(rows) else app


def products(open_page, shop, rows, **query):
    return mark(open_page("taste_map", dataset=shop.dataset, run=shop.ease, **query), shop, rows, "items")


def titles(app) -> str:
    return text_of(app).replace("\\", "")


# --- shown and bought


def test_marked_shoppers_are_told_by_what_they_bought_and_are_shown(open_page, mapped):
    rows = list(range(0, 80, 3))  # those who prefer mugs
    app = shoppers(open_page, mapped, rows)
    dataset, run = opened(mapped)
    assert problems(app) == []
    told = hook(app, "linked")
    assert (told["what"], told["count"]) == ("users", str(len(rows)))
    bought = np.bincount(dataset.positives[rows].indices, minlength=dataset.n_items)
    shown = np.bincount(run.candidates[rows, :10].ravel(), minlength=dataset.n_items)
    assert bought[dataset.item_index(told["bought"])] == bought.max()
    assert shown[dataset.item_index(told["shown"])] == shown.max()
    assert float(told["share"]) == pytest.approx(shown.max() / len(rows))
    assert "bought is Mugs (everybody:" in titles(app)
    frame = next(each.value for each in app.dataframe if words_linked.OF_ALL in each.value)
    assert frame[words_linked.OF_THESE].iloc[0] == pytest.approx(100 * bought.max() / len(rows))
    assert frame[words_linked.TIMES].iloc[0] > 1


def test_nobody_marked_is_everybody(open_page, mapped):
    app = shoppers(open_page, mapped, [])
    assert hook(app, "linked")["count"] == "80"
    assert words_linked.MARK_SOME_USERS in titles(app)
    assert not any(words_linked.OF_ALL in each.value for each in app.dataframe)


def test_marked_products_are_told_by_their_shoppers(open_page, mapped):
    app = products(open_page, mapped, [0, 1])
    dataset, run = opened(mapped)
    had = np.asarray(dataset.positives[:, [0, 1]].sum(axis=1)).ravel() > 0
    seen = np.isin(run.candidates[:, :10], [0, 1]).any(axis=1)
    told = hook(app, "linked")
    assert (int(told["bought"]), int(told["shown"])) == (had.sum(), seen.sum())
    assert words_linked.BOUGHT_BY.format(n=had.sum(), all=80) in titles(app)


def test_no_product_marked_says_what_to_do(open_page, loaded):
    app = open_page("taste_map", dataset=loaded.dataset, run=loaded.ease)
    assert words_linked.MARK_ITEMS_HINT in titles(app)


def test_without_a_map_of_shoppers_there_are_counts(open_page, loaded):
    app = open_page("taste_map", dataset=loaded.dataset, run=loaded.ease)
    mark(app, loaded, [0, 1], "items")
    assert problems(app) == []
    assert words_linked.NO_MAP["users"] in titles(app)
    assert int(hook(app, "linked")["bought"]) > 0


# --- what a scenario moves


def moves(open_page, shop, what, rows, **query):
    query |= {"below": page_words.MAP_MOVES}
    if what == "users":
        return shoppers(open_page, shop, rows, **query)
    return products(open_page, shop, rows, **query)


def test_the_movement_is_the_librarys(open_page, mapped):
    asked = Scenario(variety=70, guardrails=())
    app = moves(open_page, mapped, "users", [], scenario=to_address(asked))
    assert problems(app) == []
    told, found = hook(app, "movement"), open_studio(Workspace.open(), mapped.ease)
    library = movement_of(found, found.studio.answer(asked), parts=[Part("all", np.arange(80))])
    assert told["scenario"] == asked.hash
    assert float(told["distance"]) == pytest.approx(library.distance.value)
    assert float(told["width-after"]) == pytest.approx(library.width.after)
    assert float(told["changed"]) == library.changed > 0


def test_marked_shoppers_are_beside_all_others(open_page, mapped):
    app = moves(open_page, mapped, "users", list(range(40)), scenario=to_address(Scenario(variety=70)))
    assert (hook(app, "movement")["arrows"], hook(app, "movement")["users"]) == ("2", "40")
    assert words_moves.OTHERS in titles(app)


def test_one_shopper_has_both_lists_on_the_map(open_page, mapped):
    app = moves(open_page, mapped, "users", [7], scenario=to_address(Scenario(variety=70)))
    assert problems(app) == []
    assert "What shopper u007 is shown moves" in titles(app)


def test_marked_products_are_told_by_their_exposure(open_page, mapped):
    app = moves(open_page, mapped, "items", [0, 1, 2], scenario=to_address(Scenario(variety=70)))
    assert problems(app) == []
    assert "The 3 products marked are" in titles(app)


def test_a_scenario_that_changes_nothing_moves_nothing(open_page, mapped):
    app = moves(open_page, mapped, "users", [], scenario=to_address(Scenario()))
    assert words_moves.TITLE_NONE in titles(app)
    assert float(hook(app, "movement")["distance"]) == 0


def test_presets_and_saved_scenarios_can_be_looked_at(open_page, mapped):
    app = moves(open_page, mapped, "users", [])
    picker = next(each for each in app.selectbox if each.label == words_moves.SCENARIO)
    ground = open_studio(Workspace.open(), mapped.ease).studio.ground
    preset = next(each for each in presets(ground) if not each.missing)
    first = hook(app, "movement")["scenario"]
    picker.set_value(f"preset:{preset.name}").run()
    assert hook(app, "movement")["scenario"] == preset.of(Scenario()).hash != first
    assert problems(app) == []


def test_an_address_that_cannot_be_read_is_said(open_page, mapped):
    app = moves(open_page, mapped, "users", [], scenario="aBroken")
    assert any(words_moves.UNREADABLE in each.value for each in app.caption)
    assert "movement" in html_of(app)


def test_shoppers_can_be_kept_as_a_segment(open_page, mapped_shop, aisle_home):
    shutil.copytree(mapped_shop.home, aisle_home)
    own = replace(mapped_shop, home=aisle_home)
    app = shoppers(open_page, own, list(range(0, 80, 3)))
    next(field for field in app.text_input if field.label == words_cohort.NAME).set_value("Mug lovers")
    next(button for button in app.button if button.label == words_cohort.SAVE["users"]).click().run()
    assert problems(app) == []
    assert (hook(app, "drawn")["name"], hook(app, "drawn")["count"]) == ("Mug lovers", "27")
