"""New arrivals: what is there before anything was learned, what the learned model answers, and calm words where something is wrong."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from pages.ui import state
from pages.ui import words_arrivals as say
from pages.ui.arrivals import batch, cells, gaps, guessing, product
from pages.ui.charts.arrivals.audience import SegmentShare
from pages.ui.formats import plain
from recsys_core.data.dataset import Dataset
from recsys_core.errors import InputError
from recsys_core.jobs.cold_spec import cold_spec
from recsys_core.jobs.worker import run_here
from recsys_core.profiles.segments import load_segments
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.cold.records import FOLDER, NewItem
from recsys_core.synthesis.cold.store import open_cold
from recsys_core.synthesis.items.records import Estimate, Gap, GapReport, Near, Taste
from recsys_core.synthesis.items.store import GAPS, write_gaps
from tests.app.conftest import Shop, hook, html_of, problems, text_of

ESTIMATE = Estimate(120.0, 50.0, 200.0)


def gap(category: str, rank: int, overall: int, low: float | None = 1.5, high: float | None = 2.0) -> Gap:
    near = (Near("i001", "Mug number 1", 1.1, 0.7),)
    tastes = (Taste("Buyers of bags", 0.4),)
    return Gap(rank, overall, category, "", low, high, ("tall", "mug"), ESTIMATE, ESTIMATE, 0, 2.5, tastes, near, "Nothing lies between.")


REPORT = GapReport((gap("Mugs", 1, 1), gap("Bags", 1, 2), gap("Mugs", 2, 3, 2.1, 2.2)), "category", "", ("Bags", "Mugs"), 900, 42, "£")


@pytest.fixture(scope="module")
def taught(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The small shop with what was learned of its range, and with gaps."""
    home = tmp_path_factory.mktemp("taught") / "home"
    shutil.copytree(shop.home, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(home))
        workspace = Workspace.open()
        run_here(workspace, "cold", cold_spec(workspace, shop.ease), title="Learn")
        write_gaps(workspace.dataset_dir(shop.dataset) / GAPS, REPORT, {})
    return Shop(home, shop.dataset, shop.popularity, shop.ease)


@pytest.fixture
def there(taught: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """That shop as this test's workspace, only to read."""
    monkeypatch.setenv("AISLE_HOME", str(taught.home))
    return taught


def at(open_page, shop: Shop, part: str = say.PART_PRODUCT, **query: str):
    return open_page("arrivals", dataset=shop.dataset, run=shop.ease, **{state.ARRIVAL_PART: part, **query})


# before anything was learned


@pytest.mark.parametrize(
    ("part", "words", "button"),
    [(say.PART_PRODUCT, say.LEARN, "start_cold"), (say.PART_GAPS, say.GAPS, "start_gaps"), (say.PART_TRUST, say.LEARN, "start_cold")],
)
def test_a_part_teaches_and_offers_the_one_button(open_page, loaded, part, words, button):
    app = at(open_page, loaded, part)
    assert problems(app) == []
    assert words.title in text_of(app)
    assert app.button(key=button).label == words.button


def test_the_button_queues_the_job_and_the_page_follows_it(open_page, own_shop, idle_queue):
    app = at(open_page, own_shop)
    app.button(key="start_cold").click().run()
    assert hook(app, "job") | {"kind": "cold", "state": "queued"} == hook(app, "job")
    assert "start_cold" not in [button.key for button in app.button]
    [job] = Workspace.open().registry.jobs(states=("queued",))
    assert job.spec["run"] == own_shop.ease


def test_once_learned_the_form_is_there(open_page, own_shop, workers_here):
    app = at(open_page, own_shop)
    app.button(key="start_cold").click().run()
    assert say.ASK_TITLE in text_of(app)
    assert app.text_input(key=state.ARRIVAL_TITLE).value == ""


def test_a_catalogue_that_says_nothing_is_told_so(open_page, own_shop, idle_queue, monkeypatch):
    monkeypatch.setattr("recsys_core.jobs.cold_spec.describes_products", lambda dataset: False)
    app = at(open_page, own_shop)
    app.button(key="start_cold").click().run()
    assert len(problems(app)) == 1
    assert "says nothing" in problems(app)[0]


def test_damaged_learning_is_said_calmly(open_page, own_shop):
    workspace = Workspace.open()
    run_here(workspace, "cold", cold_spec(workspace, own_shop.ease), title="Learn")
    (own_shop.home / "runs" / own_shop.ease / FOLDER / "cold.json").write_text("{")
    said = problems(at(open_page, own_shop))
    assert len(said) == 1
    assert "mistake" not in said[0]


# a new product


def filled(open_page, shop: Shop, title="Tall mug", category="Mugs", price=1.9):
    app = at(open_page, shop)
    app.text_input(key=state.ARRIVAL_TITLE).set_value(title)
    app.selectbox(key=state.ARRIVAL_CATEGORY).set_value(category)
    return app.number_input(key=state.ARRIVAL_PRICE).set_value(price).run()


def test_the_page_shows_what_the_model_says(open_page, there):
    app = filled(open_page, there)
    dataset = Dataset.open(there.home / "datasets" / there.dataset)
    said = open_cold(there.home / "runs" / there.ease, load_segments(dataset)).place(NewItem("Tall mug", "Mugs", 1.9))
    assert problems(app) == []
    shown = hook(app, "arrival")
    assert int(shown["shown"]) == said.audience.size
    assert float(shown["exposure"]) == pytest.approx(said.exposure.value, abs=1e-6)
    assert app.metric[0].value == product.of_1000(said.exposure.value)
    html = html_of(app)
    assert all(f'data-item="{dataset.item_ids[near.item]}"' in html for near in (*said.nearest[:5], *said.alike[:5]))
    assert say.HELP_NOTHING in html


def test_an_answer_follows_the_form(open_page, there):
    app = filled(open_page, there)
    before = hook(app, "arrival")
    app.selectbox(key=state.ARRIVAL_CATEGORY).set_value("Bags").run()
    assert hook(app, "arrival") != before
    app.button(key="arrival_clear").click().run()
    assert say.ASK_TITLE in text_of(app)


def test_an_example_fills_the_form_and_says_what_it_is(open_page, there):
    app = at(open_page, there)
    app.button(key="arrival_example").click().run()
    assert problems(app) == []
    assert app.text_input(key=state.ARRIVAL_TITLE).value in text_of(app)
    assert int(hook(app, "arrival")["nearest"]) > 0


def test_markup_in_a_title_stays_text(open_page, there):
    app = filled(open_page, there, title="<img src=x onerror=alert(1)> ![x](http://elsewhere.example/a.png)")
    assert "<img" not in html_of(app)
    assert "![x](http" not in text_of(app)


def test_what_is_typed_survives_another_part(open_page, there):
    app = filled(open_page, there)
    before = hook(app, "arrival")
    app.session_state[state.ARRIVAL_PART] = say.PART_TRUST
    app.run()
    app.session_state[state.ARRIVAL_PART] = say.PART_PRODUCT
    app.run()
    assert hook(app, "arrival") == before


def test_a_run_without_vectors_answers_without_a_map(open_page, own_shop):
    workspace = Workspace.open()
    run_here(workspace, "cold", cold_spec(workspace, own_shop.popularity), title="Learn")
    app = at(open_page, Shop(own_shop.home, own_shop.dataset, own_shop.ease, own_shop.popularity))
    app.button(key="arrival_example").click().run()
    assert problems(app) == []
    assert "there is no map" in text_of(app)


@pytest.mark.parametrize(
    ("share", "told"), [(0.0, "0 of 1,000"), (0.0002, "under 1 of 1,000"), (0.0231, "23 of 1,000"), (1, "1,000 of 1,000")]
)
def test_a_share_is_told_in_thousands(share, told):
    assert product.of_1000(share) == told


@pytest.mark.parametrize(
    ("shown", "now", "told"), [(50, 50, "as many"), (80, 50, "30 more"), (150, 50, "3.0 times as many"), (7, 0, "7 more"), (40, 50, "−10")]
)
def test_more_is_told_as_a_multiple_once_it_is_one(shown, now, told):
    assert product.beside(shown, now) == told


def test_only_a_segment_that_stands_out_is_named():
    level = [SegmentShare("Mug buyers", 50, 0.11), SegmentShare("Bag buyers", 50, 0.10)]
    assert product.audience_finding(level) == say.FINDING_EVEN
    assert product.audience_finding([SegmentShare("Mug buyers", 50, 0.3), level[1]]).startswith("Shown most to mug buyers: 30")
    assert product.audience_finding([SegmentShare("Mug buyers", 50, 0.0)]) == say.FINDING_NOBODY


def test_a_file_of_products_becomes_a_table(there):
    items = batch.read(b"title,category,price\nTall mug,Mugs,1.9\n=cmd(),Bags,2\n")
    dataset = Dataset.open(there.home / "datasets" / there.dataset)
    placed = open_cold(there.home / "runs" / there.ease, load_segments(dataset)).place_many(items)
    rows = [batch.row(each, dataset, ["t"] * dataset.n_items) for each in placed]
    assert [row[say.BATCH_COLUMNS[0]] for row in rows] == ["Tall mug", "=cmd()"]
    assert rows[0][say.BATCH_COLUMNS[3]] == round(1000 * placed[0].exposure.value, 1)
    assert b"\n\"'=cmd()" in batch.csv(rows) or b"\n'=cmd()" in batch.csv(rows)


@pytest.mark.parametrize("content", [b"", b"title,category,price\n", b"\x00\xff", b"nothing,known\n1,2\n"])
def test_a_file_without_products_is_refused_in_words(content):
    with pytest.raises(InputError) as refused:
        batch.read(content)
    assert refused.value.hint


# gaps


def test_gaps_are_ranked_with_their_reason_and_audience(open_page, there):
    app = at(open_page, there, say.PART_GAPS)
    assert problems(app) == []
    assert hook(app, "gaps") == {"found": "3", "category": "", "first": "Mugs"}
    told = text_of(app)
    assert plain("The largest gap: Mugs at £1.50 to £2, about 120 shoppers (50 to 200)") in told
    assert "Nothing lies between" in told
    assert "Mug number 1, £1.10" in told


def test_a_category_filters_the_gaps(open_page, there):
    assert hook(at(open_page, there, say.PART_GAPS, gap="Bags"), "gaps")["found"] == "1"
    assert hook(at(open_page, there, say.PART_GAPS, gap="Nothing of ours"), "gaps")["found"] == "3"


def test_a_gap_drafts_a_product_and_its_answer_is_shown(open_page, there):
    app = at(open_page, there, say.PART_GAPS)
    app.button(key="draft_1").click().run()
    assert problems(app) == []
    assert (app.text_input(key=state.ARRIVAL_TITLE).value, app.selectbox(key=state.ARRIVAL_CATEGORY).value) == ("Tall mug", "Mugs")
    assert app.number_input(key=state.ARRIVAL_PRICE).value == pytest.approx(np.sqrt(1.5 * 2), abs=0.01)
    assert hook(app, "arrival")["title"] == "Tall mug"
    assert say.DRAFT_OF_GAP.format(name="Mugs") in text_of(app)


def test_gaps_lie_in_the_cells_of_their_kind_and_price():
    prices, kinds = np.array([1.0, 1.2, 1.9, 3.0, 4.0, np.nan, 5.0, 9.0]), ["Mugs"] * 4 + ["Bags"] * 3 + [""]
    table = cells.cells(REPORT.gaps, kinds, prices, "£", by_group=False)
    edges = cells.round_edges(prices)
    assert table.rows == ["Mugs", "Bags"]
    assert table.counts.sum() == 6
    assert [(mark.row, mark.column) for mark in table.marks] == [
        (row, np.searchsorted(edges, at)) for row, at in ((0, 1.73), (1, 1.73), (0, 2.15))
    ]
    assert table.marks[0].reach == (np.searchsorted(edges, 1.5, side="right"), np.searchsorted(edges, 2.0))
    assert cells.cells(REPORT.gaps, kinds, np.full(8, np.nan), "£", by_group=False) is None
    assert cells.cells(REPORT.gaps, [""] * 8, prices, "£", by_group=False) is None


def test_a_gap_without_prices_has_words():
    bare = gap("Mugs", 1, 1, None, None)
    assert gaps.finding(bare, None) == "The largest gap: Mugs, about 120 shoppers (50 to 200)"
    assert cells.round_edges(np.array([2.0, 2.0, 2.0])) == []


# a new shopper


def test_clicks_make_a_list_with_its_basis(open_page, there):
    app = at(open_page, there, say.PART_SHOPPER, clicked="i001,i002")
    assert problems(app) == []
    shown = hook(app, "visitor")
    assert shown["way"] == "clicked"
    assert len(shown["items"].split(",")) == 10
    assert not {"i001", "i002"} & set(shown["items"].split(","))
    assert "Mug number 1" in text_of(app)


def test_nothing_said_asks(open_page, there):
    assert say.SHOPPER_ASK in text_of(at(open_page, there, say.PART_SHOPPER))


def test_a_segment_alone_makes_a_list(open_page, there):
    app = at(open_page, there, say.PART_SHOPPER)
    app.segmented_control(key=state.VISITOR_WAY).set_value("segment").run()
    assert problems(app) == []
    assert hook(app, "visitor")["way"] == "segment"
    assert int(hook(app, "visitor")["like"]) > 0


def test_a_log_without_attributes_says_so(open_page, there):
    app = at(open_page, there, say.PART_SHOPPER)
    app.segmented_control(key=state.VISITOR_WAY).set_value("attributes").run()
    assert problems(app) == []
    assert say.NO_ATTRIBUTES_WAY in text_of(app)


def test_an_unknown_click_is_named(open_page, there):
    said = problems(at(open_page, there, say.PART_SHOPPER, clicked="nothing"))
    assert len(said) == 1
    assert "nothing" in said[0]


# how well it guesses


def difference(second: str, value: float, low: float, high: float):
    return {"first": "ours", "second": second, "value": value, "low": low, "high": high}


LOT = difference("random", 0.2, 0.1, 0.3)
BETTER, LEVEL, WORSE = (0.02, 0.01, 0.03), (0.01, -0.01, 0.03), (-0.02, -0.03, -0.01)


@pytest.mark.parametrize(
    ("knn", "category", "told"),
    [
        (BETTER, BETTER, "Aisle guesses new products better than content-kNN and what is popular in its category"),
        (LEVEL, BETTER, "Better than what is popular in its category, no clear difference from content-kNN"),
        (LEVEL, LEVEL, "No clear difference from content-kNN and what is popular in its category"),
        (WORSE, BETTER, "Content-kNN guesses new products better: go by that"),
    ],
)
def test_the_finding_says_who_wins_and_only_where_the_interval_does(knn, category, told):
    assert guessing.finding([difference("content-knn", *knn), difference("category", *category), LOT]) == told


def test_the_contest_is_the_models_evaluation(open_page, there):
    app = at(open_page, there, say.PART_TRUST)
    evaluation = open_cold(there.home / "runs" / there.ease).evaluation
    assert problems(app) == []
    shown = hook(app, "contest")
    assert float(shown["ours"]) == evaluation["methods"]["ours"]["ndcg@20"]["value"]
    assert shown["finding"] == guessing.finding(evaluation["differences"])
    assert "Of 100 shoppers" in text_of(app)
