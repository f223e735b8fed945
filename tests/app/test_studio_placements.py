"""Other places in the studio: a product page, a basket, a category page; before and after, by the library's own lists."""

from __future__ import annotations

import html
from types import SimpleNamespace
from urllib.parse import quote

import numpy as np
import pandas as pd
import pytest

from pages.ui import state
from pages.ui.studio import words_placements as words
from pages.ui.studio.anchors import find_product
from pages.ui.studio.bought_together import verdict
from recsys_core.data.dataset import Dataset
from recsys_core.errors import NotFoundError
from recsys_core.inference.placements import open_baskets
from recsys_core.jobs.edits import Edits, to_text
from recsys_core.jobs.placing import CATEGORY, Place, sample, show
from recsys_core.jobs.studio import BASKET, PRODUCT, open_studio
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.worker import run_here
from recsys_core.ranking.address import to_address
from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.scenario import Cap, Rule, Scenario
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import hook, html_of, problems, text_of

UNALIKE = "Nothing tells which products are alike.\n\nChoose a run of another model, or make a profile of the dataset."
LIGHTS_OUT = Scenario(
    k=6,
    variety=40,
    rules=(Rule("exclude", Condition((Clause("category", "is", "Lights"),)), name="No lights"),),
    caps=(Cap("category", 4),),
)


@pytest.fixture
def places(open_page, loaded):
    """Open the tab at a place."""

    def open_at(run=None, scenario=Scenario(k=6), **query):
        asked = {"dataset": loaded.dataset, "run": run or loaded.ease, "shopper": "u005", "scenario": to_address(scenario)}
        return open_page("studio", **asked, tab="placements", **query)

    return open_at


def by_library(shop, where, scenario):
    """(ids before, ids after, basis) by `jobs.placing`."""
    opened = open_studio(Workspace.open(), shop.ease)
    anybody = where.kind == CATEGORY and where.user is None
    shown = show(opened, where, scenario, sample(opened, where.kind, scenario, where.category, anybody=anybody))
    ids = opened.dataset.item_ids
    return *(",".join(ids[item] for item in side.items[0] if item >= 0) for side in (shown.before, shown.after)), shown.basis


def index_of(shop, *ids):
    dataset = Dataset.open(shop.home / "datasets" / shop.dataset)
    return tuple(int(dataset.item_index(id_)) for id_ in ids)


@pytest.mark.parametrize("scenario", [Scenario(k=6), LIGHTS_OUT])
@pytest.mark.parametrize("kind", [PRODUCT, BASKET, CATEGORY])
@pytest.mark.parametrize("mine", [False, True])
def test_a_place_shows_the_lists_of_the_library(places, loaded, kind, scenario, mine):
    anchor = {PRODUCT: {"anchor": "i003"}, BASKET: {"anchor": "i003,i104"}, CATEGORY: {"category": "Mugs"}}[kind]
    app = places(scenario=scenario, placement=kind, **anchor, **({"visitor": "shopper"} if mine else {}))
    assert problems(app) == []
    user = Dataset.open(loaded.home / "datasets" / loaded.dataset).user_index("u005") if mine else None
    items = index_of(loaded, *anchor.get("anchor", "").split(",")) if kind != CATEGORY else ()
    before, after, basis = by_library(loaded, Place(kind, items, anchor.get("category", ""), user), scenario)
    shown = hook(app, "placement")
    assert (shown["kind"], shown["anchor"], html.unescape(shown["basis"])) == (kind, next(iter(anchor.values())), basis)
    assert shown["scenario"] == scenario.hash
    assert hook(app, "placement_before")["items"] == before
    assert hook(app, "placement_after")["items"] == after
    assert words.BASES[basis] in text_of(app)


def test_rules_and_caps_hold_on_other_places(places):
    app = places(scenario=LIGHTS_OUT, placement=PRODUCT, anchor="i100")  # a light's page, on which no light may be
    before, after = (hook(app, f"placement_{side}")["items"].split(",") for side in ("before", "after"))
    assert any(id_.startswith("i1") for id_ in before)
    assert not any(id_.startswith("i1") for id_ in after)
    assert max(sum(id_.startswith(f"i{group}") for id_ in after) for group in range(3)) <= 4


def test_a_product_is_found_by_its_id_or_by_words_of_its_title():
    catalogue = SimpleNamespace(
        ids=np.array(["a", "b", "c", "mug"]), titles=["Red MUG", "Blue mug, large", "Red mug no. 2", "Lamp"], buyers=np.array([3, 9, 5, 1])
    )
    assert find_product("mug", catalogue) == 3  # an id comes before all titles
    assert find_product("MUG red", catalogue) == 2  # the most bought of those with all words
    assert find_product("large", catalogue) == 1
    assert find_product("green mug", catalogue) is None
    assert find_product(" ", catalogue) is None


def test_choosing_a_product_keeps_it_in_the_address_and_what_is_not_there_is_said_once(places):
    app = places(placement=PRODUCT)
    next(each for each in app.selectbox if each.label == words.PRODUCT).set_value("i107").run()
    assert problems(app) == []
    assert hook(app, "placement")["anchor"] == "i107"
    app.session_state[state.PLACE_PROBLEM] = NotFoundError(words.NOTHING_CALLED.format(text="x"), words.NOTHING_CALLED_HINT)
    assert len(problems(app.run())) == 1
    assert problems(app.run()) == []
    assert hook(app, "placement")["anchor"] == "i107"


def test_switching_the_place_and_the_visitor(places):
    app = places()
    assert hook(app, "placement")["kind"] == PRODUCT
    next(each for each in app.segmented_control if each.label == words.WHERE).set_value(CATEGORY).run()
    shown = hook(app, "placement_before")["items"]
    assert hook(app, "placement")["kind"] == CATEGORY
    next(each for each in app.toggle if each.label == words.VISITOR.format(shopper="u005")).set_value(True).run()
    assert problems(app) == []
    assert hook(app, "placement_before")["items"] != shown


@pytest.mark.parametrize("at", [{"anchor": "i003"}, {"placement": CATEGORY, "category": "Mugs"}])
def test_a_shopper_who_is_played_does_not_see_what_they_hid(places, at):
    shown = hook(places(visitor="shopper", **at), "placement_before")["items"].split(",")
    edits = to_text("u005", Edits(hidden=(shown[0],)))
    mine = hook(places(visitor="shopper", edits=edits, **at), "placement_before")["items"].split(",")
    assert shown[0] not in mine
    assert mine[:3] == shown[1:4]
    anybody, before = (hook(places(**each, **at), "placement_before")["items"] for each in ({"edits": edits}, {}))
    assert anybody == before  # nothing was said by them


@pytest.mark.parametrize("query", [{"anchor": "nothing"}, {"placement": "category", "category": "Shoes"}, {"placement": "shelf"}])
def test_an_address_that_names_nothing_is_said_calmly(places, query):
    app = places(**query)
    assert len(problems(app)) == ("anchor" in query or "category" in query)
    assert hook(app, "after")["items"]  # the shopper's own lists are there all the same


def test_many_places_are_measured_only_when_asked_for(places, loaded):
    app = places(scenario=LIGHTS_OUT, placement=PRODUCT, anchor="i003")
    assert "placement_figure" not in html_of(app)
    app.session_state[f"many_{PRODUCT}"] = True
    app.run()
    opened = open_studio(Workspace.open(), loaded.ease)
    answer = sample(opened, PRODUCT, LIGHTS_OUT).answer(LIGHTS_OUT)
    told = hook(app, "placement_figure")
    assert told["name"] == "ild"
    assert float(told["before"]), float(told["after"]) == answer.population.change("ild")[:2]


def test_without_a_basket_model_the_run_completes_baskets_and_learning_is_offered(places, loaded):
    app = places(placement=BASKET)
    assert problems(app) == []
    assert hook(app, "placement")["basis"] == "what the same shoppers bought"
    assert words.LEARN_BETTER in text_of(app)
    assert [b.label for b in app.button if b.label == words.LEARN]
    floor = places(run=loaded.popularity, placement=BASKET)  # reads no basket at all
    assert problems(floor) == []
    assert words.LEARN_FIRST in text_of(floor)


def test_the_button_learns_what_is_bought_together_and_its_test_is_shown(open_page, aisle_home, workers_here):
    """Orders of two products that go together, 300 of them."""
    aisle_home.mkdir(exist_ok=True)
    rng = np.random.default_rng(3)
    rows = [
        (f"u{order % 50:02}", f"p{2 * pair + side:02}", f"o{order}", pd.Timestamp("2026-01-01") + pd.Timedelta(hours=6 * order))
        for order in range(300)
        for pair in rng.choice(9, 2, replace=False)
        for side in (0, 1)
    ]
    log = aisle_home / "orders.csv"
    pd.DataFrame(rows, columns=["user_id", "item_id", "order_id", "timestamp"]).to_csv(log, index=False)
    workspace = Workspace.open()
    dataset = run_here(workspace, "ingest", {"log": str(log), "name": "Pairs"}, title="Read").result["dataset"]
    run = run_here(workspace, "train", train_spec(dataset, "popularity"), title="Train").result["run"]
    at = {"dataset": dataset, "run": run, "tab": "placements", "placement": BASKET, "anchor": "p04"}
    app = open_page("studio", **at)
    assert words.LEARN_FIRST in text_of(app)
    next(b for b in app.button if b.label == words.LEARN).click().run()
    app = open_page("studio", **at)
    assert problems(app) == []
    model = open_baskets(Dataset.open(workspace.dataset_dir(dataset)))
    assert model is not None
    assert hook(app, "baskets")["model"] == model.manifest["model"]
    assert verdict(model.manifest["report"]) in text_of(app).replace("\\", "")
    assert hook(app, "placement_after")["items"].split(",")[0] == "p05"


def test_a_job_that_waits_is_followed_and_not_offered_again(open_page, own_shop, idle_queue):
    at = {"dataset": own_shop.dataset, "run": own_shop.ease, "tab": "placements", "placement": BASKET}
    app = open_page("studio", **at)
    next(b for b in app.button if b.label == words.LEARN).click().run()
    app = open_page("studio", **at)
    assert not [b for b in app.button if b.label == words.LEARN]
    assert hook(app, "job")["kind"] == "baskets"


@pytest.mark.parametrize(
    ("gain", "words_"), [((0.01, 0.05), "clearly more"), ((-0.01, 0.05), "no clear difference"), ((-0.05, -0.01), "clearly less")]
)
def test_the_comparison_with_item_knn_is_said_in_words(gain, words_):
    def row(name, found, low, high):
        return {"model": name, "intervals": {"hit@10": (found, found - 0.02, found + 0.02)}, "gain": {"hit@10": (low, low, high)}}

    report = {"chosen": ["edlae", {}], "rows": [row("edlae", 0.31, *gain), row("item-knn", 0.29, 0, 0)]}
    assert words_ in verdict(report)
    assert "31 of 100" in verdict(report)
    assert "29 of 100" in verdict(report)
    assert "so that is what is used" in verdict({**report, "chosen": ["item-knn", {}]})


def test_a_log_that_says_nothing_of_products_and_orders_has_its_places_too(open_page, aisle_home):
    """Ids alone: no titles, prices, categories, times."""
    aisle_home.mkdir(exist_ok=True)
    rng = np.random.default_rng(5)
    rows = [(f"u{u:02}", f"第{i}, 10%") for u in range(40) for i in rng.choice(15, 8, replace=False)]
    pd.DataFrame(rows, columns=["user_id", "item_id"]).to_csv(aisle_home / "log.csv", index=False)
    workspace = Workspace.open()
    dataset = run_here(workspace, "ingest", {"log": str(aisle_home / "log.csv"), "name": "Ids"}, title="Read").result["dataset"]
    ids = Dataset.open(workspace.dataset_dir(dataset)).item_ids
    shown = {}
    for model in ("popularity", "ease"):
        run = run_here(workspace, "train", train_spec(dataset, model), title="Train").result["run"]
        for kind in (PRODUCT, BASKET, CATEGORY):
            app = open_page("studio", dataset=dataset, run=run, tab="placements", placement=kind, anchor=quote(str(ids[3]), safe=""))
            shown[model, kind] = (problems(app), text_of(app))
    assert [found for found, _ in shown.values()] == [[UNALIKE], [], [], [], [], []]
    for model in ("popularity", "ease"):
        assert "It cannot be told what was bought together" in shown[model, BASKET][1].replace("\\", "")
        assert words.NO_CATEGORIES in shown[model, CATEGORY][1]
    assert words.QUESTIONS[PRODUCT] in shown["ease", PRODUCT][1]
