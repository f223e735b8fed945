"""Walking and steering beside the map: lists are the library's, clicks are places, what cannot be steered says why and what can."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from pages.ui import words
from pages.ui.charts.maps.points import EMPTY_ROW
from pages.ui.formats import plain
from pages.ui.maps import steer_places
from pages.ui.maps import words_steer as say
from recsys_core.jobs.steering import Steering, open_steering
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.worker import run_here
from recsys_core.latent.steering import moved
from recsys_core.models.runs import Run
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import Shop, hook, html_of, problems, text_of


@dataclass(frozen=True)
class Steered:
    """The small shop with a run that can be steered, and it opened by the library."""

    shop: Shop
    ials: str
    opened: Steering


@pytest.fixture(scope="module")
def home(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("steer") / "home"
    shutil.copytree(shop.home, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(folder))
        spec = train_spec(shop.dataset, "ials", settings={"factors": 8, "epochs": 5})
        return folder, run_here(Workspace.open(), "train", spec, title="Train ials").result["run"]


@pytest.fixture
def steered(home: tuple[Path, str], shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Steered:
    monkeypatch.setenv("AISLE_HOME", str(home[0]))
    return Steered(shop, home[1], open_steering(Workspace.open(), home[1]))


def ids(steered: Steered, items) -> str:
    return ",".join(str(steered.opened.dataset.item_ids[item]) for item in items)


@pytest.fixture
def at(open_page, steered: Steered):
    """Open the panel in one of its three ways."""

    def open_at(way: str, what: str = words.MAP_USERS, run: str | None = None, **query: str):
        asked = {"dataset": steered.shop.dataset, "run": run or steered.ials, "what": what, "side": words.MAP_STEER}
        return open_page("taste_map", **asked, steer=say.WAYS[way], **query)

    return open_at


def mark(app, steered: Steered, **selection) -> None:
    """What the browser tells of the map of shoppers: a click, or a box."""
    key = f"map_chart_{steered.ials}_users_pca_{hook(app, 'map')['colour']}"
    app.session_state[key] = {"selection": {"points": [], "point_indices": [], "box": [], "lasso": [], **selection}}
    app.run()


def clicked(row: int, x: float = 0.0, y: float = 0.0) -> list[dict]:
    return [{"customdata": [row], "x": x, "y": y}]


def test_here_shows_what_the_model_decodes_for_the_shopper(at, steered: Steered):
    app = at("here", to="u007")
    user = steered.opened.dataset.user_index("u007")
    listed = steered.opened.lists(steered.opened.codes_of_users([user]), 10, steered.opened.hidden(user))
    assert problems(app) == []
    assert hook(app, "steer")["items"] == ids(steered, listed.items[0])
    assert "Shopper u007" in text_of(app)
    assert steered.opened.dataset.items["title"].iloc[listed.items[0][0]] in html_of(app)


def test_a_product_is_a_shopper_who_had_it_alone(at, steered: Steered):
    app = at("here", what=words.MAP_ITEMS, to="i003")
    item = steered.opened.dataset.item_index("i003")
    listed = steered.opened.lists(steered.opened.codes_of_items([item]), 10, steered.opened.hidden(items=[item]))
    assert hook(app, "steer")["items"] == ids(steered, listed.items[0])


def test_a_walk_lists_every_step_and_lies_on_the_map(at, steered: Steered):
    app = at("walk", **{"from": "u001", "to": "u002"})
    shown = hook(app, "steer")
    codes = steered.opened.codes_of_users([steered.opened.dataset.user_index(user) for user in ("u001", "u002")])
    _, found = steered.opened.walk(*codes, steps=7, k=10, hidden=steered.opened.hidden(steered.opened.dataset.user_index("u001")))
    assert shown["lists"].split("|") == [ids(steered, row) for row in found.items]
    assert len(shown["path"].split(";")) == 7
    assert np.isfinite([float(number) for place in shown["path"].split(";") for number in place.split(",")]).all()
    drawn = next(json.loads(chart.proto.spec) for chart in app.get("plotly_chart") if "map_chart" in chart.proto.id)
    ways = [shape["path"] for shape in drawn["layout"]["shapes"] if shape["type"] == "path"]
    assert [way.count("L") for way in ways] == [6]
    assert ways[0].split("L")[-1].split(",")[0][:5] == shown["path"].split(";")[-1].split(",")[0][:5]
    app.button(key="walk_swap").click().run()
    assert (hook(app, "steer")["start"], hook(app, "steer")["end"]) == ("u002", "u001")


def test_sliders_move_the_list_as_the_library_does_and_another_shopper_starts_anew(at, steered: Steered):
    app = at("slide", to="u004")
    app.session_state["plain_sliders"] = True
    app.run()
    assert hook(app, "steer")["changed"] == "0"
    price = next(slider for slider in app.slider if slider.label.startswith("cheaper"))
    price.set_value(2.0).run()
    shown = hook(app, "steer")
    assert shown["steps"].startswith("price=2;")
    user, (way, _) = steered.opened.dataset.user_index("u004"), steered.opened.way("price")
    code = moved(steered.opened.codes_of_users([user])[0], [way.direction], [2.0])
    assert shown["items"] == ids(steered, steered.opened.lists(code[None], 10, steered.opened.hidden(user)).items[0])
    app.selectbox(key="pick_to").select("u005").run()
    assert set(hook(app, "steer")["steps"].replace("=", ";").split(";")[1::2]) == {"0"}


def test_other_directions_can_have_a_slider(at, steered: Steered):
    app = at("slide", to="u004")
    app.multiselect(key="pick_steer_shown").set_value(["price", "axis 3"]).run()
    assert hook(app, "steer")["steps"] == "price=0;axis 3=0"


def test_what_is_typed_is_looked_for_among_all(steered: Steered, monkeypatch: pytest.MonkeyPatch):
    from pages.ui import cache, state

    dataset, kept, typed = steered.opened.dataset, {}, {}
    monkeypatch.setattr(state, "get", lambda name, default=None: typed.get(name, default))
    monkeypatch.setattr(state, "put", kept.__setitem__)
    monkeypatch.setattr(state, "set_", kept.__setitem__)
    for what, text, wanted in (("items", "mug NUMBER 3", "i003"), ("users", "u012", "u012")):
        typed[state.widget_key(state.WALK_TO)] = text
        stage = SimpleNamespace(what=what, dataset=dataset, catalogue=cache.catalogue(dataset.id))
        steer_places._take(stage, state.WALK_TO, ())
        assert kept.pop(state.WALK_TO) == wanted
        typed[state.widget_key(state.WALK_TO)] = "no such thing"
        steer_places._take(stage, state.WALK_TO, ())
        assert "no such thing" in kept.pop(state.STEER_PROBLEM)[1].message
        assert not kept


def test_the_last_two_clicks_are_the_ends_of_a_walk(at, steered: Steered):
    app = at("walk")
    mark(app, steered, points=clicked(3))
    assert hook(app, "steer")["end"] == "u003"
    mark(app, steered, points=clicked(9))
    assert (hook(app, "steer")["start"], hook(app, "steer")["end"]) == ("u003", "u009")
    app.selectbox(key="pick_from").select("u006").run()
    assert (hook(app, "steer")["start"], hook(app, "steer")["end"]) == ("u006", "u009")


def test_an_empty_spot_and_a_box_are_places(at, steered: Steered):
    app = at("here")
    mark(app, steered, points=clicked(EMPTY_ROW, 900.0, 900.0))
    assert hook(app, "steer")["at"].endswith("users-pca:900,900")
    assert "Nobody is at this spot" in text_of(app)
    assert len(hook(app, "steer")["items"].split(",")) == 10
    mark(app, steered, box=[{"x": [-1e3, 1e3], "y": [-1e3, 1e3]}])
    middle = steered.opened.codes_of_users(np.flatnonzero(~steered.opened.run.fallback)).mean(axis=0)
    assert hook(app, "steer")["items"] == ids(steered, steered.opened.lists(middle[None], 10).items[0])


def test_a_run_without_codes_says_so_and_offers_one_that_has_them(at, steered: Steered):
    app = at("here", what=words.MAP_ITEMS, run=steered.shop.ease)
    assert problems(app) == [f"{plain(say.NO_CODES.format(model='EASE (linear)'))}\n\n{plain(say.NO_CODES_HINT)}"]
    next(button for button in app.button if button.label.startswith("Use ")).click().run()
    assert problems(app) == []
    assert hook(app, "steer")["way"] == "here"


def test_a_run_that_came_without_weights_says_so(at, steered: Steered, monkeypatch: pytest.MonkeyPatch):
    told = Run.open(steered.shop.home / "runs" / steered.shop.ease).manifest
    monkeypatch.setattr(Run, "manifest", property(lambda run: {**told, "scorer": None}))
    app = at("here", what=words.MAP_ITEMS, run=steered.shop.ease)
    assert "came with the demo" in problems(app)[0]
    assert say.TRAIN in [button.label for button in app.button]


def test_a_place_of_another_map_and_an_unknown_one_are_passed_over(at, steered: Steered):
    app = at("here", to="nobody", **{"from": "@other:1,2"})
    assert problems(app) == []
    assert hook(app, "steer")["at"] != "nobody"
