"""The page Taste map: what is marked outlives what is changed, what is looked for is found, and nothing is offered that the data lacks."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pages.ui import cache, words
from pages.ui.maps import words_map as say
from pages.ui.maps.colours import Ground
from recsys_core.data.dataset import Dataset
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.worker import run_here
from recsys_core.models.runs import Run
from recsys_core.ranking.scenario import Scenario
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import hook, problems, text_of

LASSO = {"lasso": [{"x": [-9, 9, 9, -9], "y": [-9, -9, 9, 9]}], "box": [], "points": []}
NOTHING = {"lasso": [], "box": [], "points": []}


@pytest.fixture
def at_map(open_page, loaded):
    """Opens the page at an address."""
    return lambda **query: open_page("taste_map", dataset=loaded.dataset, run=loaded.ease, **query)


def tell(app, shop, selection, colour="group", turn=""):
    """What the browser says of the figure on screen."""
    app.session_state[f"map_chart_{shop.ease}_items_pca_{colour}{turn}"] = {"selection": selection}
    return app.run()


def figure_of(app):
    """The map as it is sent."""
    return json.loads(next(e.proto.spec for e in app.get("plotly_chart") if "map_chart" in e.proto.id))


def marked(app):
    return int(hook(app, "selection")["count"])


def test_a_lasso_holds_every_product_within_it(at_map, loaded):
    app = tell(at_map(), loaded, LASSO)
    assert marked(app) == len(Run.open(loaded.home / "runs" / loaded.ease).items)


def test_empty_spots_in_a_lasso_do_not_count_and_a_click_on_one_is_a_place(at_map, loaded):
    app = tell(at_map(), loaded, {"points": [{"customdata": [-1], "x": 0, "y": 0}, {"customdata": [4], "x": 1, "y": 1}]})
    assert marked(app) == 1
    assert marked(tell(app, loaded, {"points": [{"customdata": [-1], "x": 0.25, "y": 0.5}]})) == 0
    [mark] = app.session_state["map_marks"].values()
    assert mark.place == (0.25, 0.5)


def test_a_mark_outlives_a_change_of_colour_and_is_drawn_into_the_next_figure(at_map, loaded):
    app = tell(at_map(), loaded, LASSO)
    before = marked(app)
    assert "shapes" not in figure_of(app)["layout"]
    app.selectbox(key="pick_colour").set_value("popularity").run()
    assert hook(app, "map")["colour"] == "popularity"
    assert marked(app) == before
    assert [shape["type"] for shape in figure_of(app)["layout"]["shapes"]] == ["path"]
    app.selectbox(key="pick_size").set_value("popularity").run()
    assert marked(app) == before


def test_a_figure_on_screen_stays_the_same_when_it_is_marked(at_map, loaded):
    app = at_map()
    before = figure_of(app)
    assert figure_of(tell(app, loaded, LASSO)) == before


def test_selecting_nothing_and_the_button_clear_a_mark(at_map, loaded):
    app = tell(at_map(), loaded, LASSO)
    assert marked(tell(app, loaded, NOTHING)) == 0
    app = tell(app, loaded, LASSO)
    next(b for b in app.button if b.label == say.CLEAR).click().run()
    assert marked(app) == 0
    assert marked(tell(app, loaded, LASSO, turn="_1")) > 0


def test_marks_of_two_maps_are_kept_apart(at_map, loaded):
    app = tell(at_map(), loaded, LASSO)
    assert app.session_state["map_marks"].keys() == {f"{loaded.ease}_items_pca"}


def test_a_product_is_found_by_words_and_flown_to(at_map, loaded):
    app = at_map()
    app.text_input(key="map_query").set_value("MUG number 3").run()
    assert problems(app) == []
    assert app.query_params["found"] == "i003"
    layout = figure_of(app)["layout"]
    assert any("Mug number 3" in each["text"] for each in layout["annotations"])
    x0, x1 = layout["xaxis"]["range"]
    assert x1 - x0 < 1
    next(b for b in app.button if b.label == say.WHOLE).click().run()
    wide = figure_of(app)["layout"]["xaxis"]["range"]
    assert wide[1] - wide[0] > x1 - x0


def test_where_several_are_found_another_can_be_chosen(at_map):
    app = at_map()
    app.text_input(key="map_query").set_value("light number").run()
    assert app.query_params["found"] != "i105"
    app.selectbox(key="pick_found").set_value("i105").run()
    assert app.query_params["found"] == "i105"
    assert any("Light number 5" in each["text"] for each in figure_of(app)["layout"]["annotations"])


def test_what_is_not_there_is_said(at_map):
    app = at_map()
    app.text_input(key="map_query").set_value("<b>unicorn").run()
    assert any("unicorn" in c.value and "<b>" not in c.value.replace("\\<", "") for c in app.caption)


def test_an_address_with_a_product_marks_it(at_map, loaded):
    layout = figure_of(at_map(item="i105"))["layout"]
    assert any("Light number 5" in each["text"] for each in layout["annotations"])
    assert "Light number 5" not in json.dumps(figure_of(at_map(item="nobody"))["layout"].get("annotations", []))


def test_look_closer_shows_what_is_marked_and_the_address_holds_it(at_map, loaded):
    app = tell(at_map(), loaded, {"lasso": [], "points": [], "box": [{"x": [-0.2, 0.2], "y": [-0.1, 0.1]}]})
    next(b for b in app.button if b.label == say.CLOSER).click().run()
    box = app.query_params["box"]
    assert figure_of(app)["layout"]["xaxis"]["range"] == pytest.approx([-0.216, 0.216])
    assert figure_of(at_map(box=box))["layout"]["xaxis"]["range"] == pytest.approx([-0.216, 0.216])


@pytest.mark.parametrize("box", ["", "items-pca:1,2", "items-pca:1,1,0,0", "items-pca:nan,0,1,1", "users-pca:0,0,1,1", "x"])
def test_a_close_up_that_cannot_be_is_the_whole_map(at_map, box):
    app = at_map(box=box)
    assert problems(app) == []
    x0, x1 = figure_of(app)["layout"]["xaxis"]["range"]
    assert x1 - x0 > 0.5


def test_only_what_the_data_has_is_offered(at_map):
    offered = at_map().selectbox(key="pick_colour").options
    assert {say.COLOURS_ITEMS[name] for name in ("group", "popularity", "price", "launch")} <= set(offered)
    assert say.COLOURS_ITEMS["cluster"] not in offered


@pytest.mark.parametrize("colour", ["price", "popularity", "launch", "exposure", "change", "nonsense"])
def test_every_colour_is_drawn(at_map, colour):
    app = at_map(colour=colour, size="popularity")
    assert problems(app) == []
    assert hook(app, "map")["colour"] == (colour if colour != "nonsense" else "group")


def test_exposure_counts_lists(loaded):
    run, dataset = Run.open(loaded.home / "runs" / loaded.ease), Dataset.open(loaded.home / "datasets" / loaded.dataset)
    ground = Ground(Workspace.open().registry.run(loaded.ease), "items")
    everything = np.arange(dataset.n_items, dtype=np.int32)
    shown = ground.paint("exposure", "", everything, Scenario(variety=0, k=5)).values
    listed = np.asarray(run.candidates)[:, :5]
    assert shown.tolist() == np.bincount(listed[listed >= 0], minlength=dataset.n_items).tolist()
    assert not ground.paint("change", "", everything, Scenario(variety=0, k=5)).values.any()


def test_how_far_to_trust_it_is_said_in_words_and_exactly(at_map):
    app = at_map()
    said = next(m for m in app.markdown if "of a point’s 10 true nearest" in m.value)
    assert "two directions" in said.value
    assert "Trustworthiness" in said.proto.help


@pytest.mark.usefixtures("idle_queue")
def test_a_umap_of_products_and_shoppers_is_asked_for_in_one_job_with_its_settings(open_page, own_shop):
    app = open_page("taste_map", dataset=own_shop.dataset, run=own_shop.ease, method=words.MAP_UMAP, umap="7,0.5,3")
    assert hook(app, "map")["method"] == "pca"
    next(b for b in app.button if b.label == words.DRAW_UMAP).click().run()
    [job] = [job for job in Workspace.open().registry.jobs() if job.kind == "project"]
    assert {key: job.spec[key] for key in ("what", "method", "neighbours", "min_distance", "seed")} == {
        "what": "both",
        "method": "umap",
        "neighbours": 7,
        "min_distance": 0.5,
        "seed": 3,
    }
    assert words.DRAW_UMAP not in [b.label for b in app.button]


@pytest.mark.parametrize("umap", ["", "x", "1,2,3", "7,0.5", "7,0.5,-1"])
def test_settings_that_cannot_be_are_the_usual_ones(at_map, umap):
    app = at_map(method=words.MAP_UMAP, umap=umap)
    assert problems(app) == []
    assert app.number_input(key="pick_neighbours").value == 15


def test_points_without_a_place_are_left_out(at_map, loaded, monkeypatch):
    real = cache.projection

    def holed(*args, **more):
        found = real(*args, **more)
        coordinates = found.coordinates.copy()
        coordinates[3] = np.nan
        return type(found)(coordinates, found.rows, {**found.manifest, "folder": "items-pca-holed"})

    monkeypatch.setattr("pages.ui.cache.projection", holed)
    app = at_map()
    assert problems(app) == []
    assert int(hook(app, "map")["points"]) == len(Run.open(loaded.home / "runs" / loaded.ease).items) - 1


@pytest.fixture(scope="session")
def odd_shop(tmp_path_factory):
    """Titles of 200 characters, Chinese, and markup; neither prices nor categories nor times."""
    home = tmp_path_factory.mktemp("odd")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(home))
        rng = np.random.default_rng(3)
        lines = {f"u{user},p{item}" for user in range(60) for item in rng.integers(0, 12, 9)}
        (home / "log.csv").write_text("user_id,item_id\n" + "\n".join(sorted(lines)) + "\n", encoding="utf-8")
        titles = ["x" * 200, "红色的杯子", "<img src=x onerror=alert(1)><b>bold</b>", "a & b"] * 3
        (home / "items.csv").write_text(
            "item_id,title\n" + "".join(f'p{n},"{title}"\n' for n, title in enumerate(titles)), encoding="utf-8"
        )
        workspace = Workspace.open()
        spec = {"log": str(home / "log.csv"), "items": str(home / "items.csv"), "name": "Odd"}
        dataset = run_here(workspace, "ingest", spec, title="Read").result["dataset"]
        run = run_here(workspace, "train", train_spec(dataset, "pure-svd", settings={"rank": 2, "exponent": 0.0}), title="Train").result[
            "run"
        ]
    return home, dataset, run


@pytest.mark.parametrize("what", [words.MAP_ITEMS, words.MAP_USERS])
def test_odd_titles_are_text_and_nothing_is_offered_of_prices_and_times(open_page, odd_shop, monkeypatch, what):
    home, dataset, run = odd_shop
    monkeypatch.setenv("AISLE_HOME", str(home))
    app = open_page("taste_map", dataset=dataset, run=run, what=what)
    assert problems(app) == []
    assert not {say.COLOURS_ITEMS["price"], say.COLOURS_ITEMS["launch"], say.COLOURS_USERS["last_seen"]} & set(
        app.selectbox(key="pick_colour").options
    )
    sent = json.dumps(figure_of(app), ensure_ascii=False)
    assert "<img" not in sent
    assert "<b>bold" not in sent
    assert "x" * 100 not in sent
    assert what == words.MAP_USERS or "红色的杯子" in sent
    assert "NaN" not in text_of(app)
