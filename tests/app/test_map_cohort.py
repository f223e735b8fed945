"""A cohort marked on the map: what sets it apart, kept under a name, shown again, taken along, removed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pages.ui.maps import cohort_table
from pages.ui.maps import words_cohort as say
from recsys_core.data.dataset import Dataset
from recsys_core.models.runs import Run
from recsys_core.profiles.drawn import drawn_segments, keep_drawn
from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.scenario import Rule, Scenario
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import hook, html_of, problems, text_of


def group_rows(shop, name: str) -> list[int]:
    """The products of a category that are on the map."""
    dataset, run = Dataset.open(shop.home / "datasets" / shop.dataset), Run.open(shop.home / "runs" / shop.ease)
    return [int(row) for row in run.items if dataset.items["category"].iloc[row] == name]


def marked(open_page, shop, rows, **query):
    app = open_page("taste_map", dataset=shop.dataset, run=shop.ease, **query)
    return mark(app, shop, rows)


def mark(app, shop, rows, turn=0):
    points = {"points": [{"customdata": [row]} for row in rows], "point_indices": list(range(len(rows))), "box": [], "lasso": []}
    colour = hook(app, "map")["colour"]
    app.session_state[f"map_chart_{shop.ease}_items_pca_{colour}" + (f"_{turn}" if turn else "")] = {"selection": points}
    return app.run()


def press(app, label):
    return next(button for button in app.button if button.label == label).click().run()


def save_as(app, name):
    next(field for field in app.text_input if field.label == say.NAME).set_value(name)
    return press(app, say.SAVE["items"])


def test_what_sets_a_cohort_apart_is_said_and_named(open_page, loaded):
    rows = group_rows(loaded, "Mugs")
    app = marked(open_page, loaded, rows)
    assert problems(app) == []
    assert hook(app, "selection")["count"] == str(len(rows))
    told = hook(app, "cohort")
    assert (told["what"], told["count"]) == ("items", str(len(rows)))
    assert "mug" in told["name"].lower()
    assert "times as often Mugs" in text_of(app)
    assert len(app.dataframe[0].value) == len(rows)


def test_nothing_marked_says_what_will_be_here(open_page, loaded):
    app = open_page("taste_map", dataset=loaded.dataset, run=loaded.ease)
    assert hook(app, "selection")["count"] == "0"
    assert say.NOTHING in text_of(app)
    assert not [field for field in app.text_input if field.label == say.NAME]


def test_one_alone_claims_nothing(open_page, loaded):
    app = marked(open_page, loaded, [3])
    assert problems(app) == []
    assert say.ONE in text_of(app).replace("\\", "")
    assert "number" in hook(app, "cohort")["name"]  # its title


def test_a_cohort_is_kept_with_its_dataset(open_page, own_shop):
    rows = group_rows(own_shop, "Mugs")
    app = save_as(marked(open_page, own_shop, rows), "The mugs")
    assert problems(app) == []
    assert hook(app, "drawn")["name"] == "The mugs"
    dataset = Dataset.open(own_shop.home / "datasets" / own_shop.dataset)
    (kept,) = drawn_segments(dataset)
    assert (kept.name, kept.what, kept.rows.tolist()) == ("The mugs", "items", sorted(rows))
    assert kept.made["run"] == own_shop.ease
    assert not [button for button in app.button if button.label == say.SAVE["items"]]
    assert hook(app, f"kept-{kept.id}")["count"] == str(len(rows))


@pytest.mark.parametrize(("name", "said"), [("mUGS", "already"), ("  ", "no name")])
def test_a_name_that_cannot_be_kept_is_refused_in_a_sentence(open_page, own_shop, name, said):
    app = save_as(marked(open_page, own_shop, group_rows(own_shop, "Mugs")), name)
    assert len(problems(app)) == 1
    assert said in problems(app)[0]
    assert problems(app.run()) == []  # said once
    assert drawn_segments(Dataset.open(own_shop.home / "datasets" / own_shop.dataset)) == ()


def test_a_saved_one_is_shown_until_something_else_is_marked(open_page, own_shop):
    dataset = Dataset.open(own_shop.home / "datasets" / own_shop.dataset)
    rows = group_rows(own_shop, "Mugs")
    kept = keep_drawn(dataset, "The mugs", "items", np.array(rows), {})
    app = marked(open_page, own_shop, [3, 7])
    app.button(key=f"show_{kept.id}").click().run()
    assert problems(app) == []
    assert hook(app, "selection")["count"] == str(len(rows))
    assert hook(app, "drawn")["name"] == "The mugs"  # it is known again, and not offered to be saved once more
    mark(app, own_shop, [4, 5, 6], turn=1)
    assert hook(app, "selection")["count"] == "3"


def test_a_saved_one_is_removed(open_page, own_shop):
    dataset = Dataset.open(own_shop.home / "datasets" / own_shop.dataset)
    kept = keep_drawn(dataset, "The mugs", "items", np.array(group_rows(own_shop, "Mugs")), {})
    app = open_page("taste_map", dataset=own_shop.dataset, run=own_shop.ease)
    assert say.REMOVE_UNUSED.replace(".", "") in text_of(app).replace("\\", "").replace(".", "")
    app.button(key=f"remove_{kept.id}").click().run()
    assert problems(app) == []
    assert drawn_segments(dataset) == ()
    assert f"kept-{kept.id}" not in html_of(app)


def test_the_export_has_every_member_with_its_title(open_page, loaded):
    from pages.ui import cache

    rows = group_rows(loaded, "Mugs")
    app = marked(open_page, loaded, rows)
    assert say.EXPORT in {button.label for button in app.get("download_button")}
    stage = SimpleNamespace(what="items", dataset=cache.dataset(loaded.dataset), catalogue=cache.catalogue(loaded.dataset))
    table = pd.read_csv(io.BytesIO(cohort_table.as_csv(stage, np.array(rows))))
    assert sorted(table["item_id"]) == sorted(str(stage.dataset.item_ids[row]) for row in rows)
    assert table["title"].str.startswith("Mug ").all()
    assert table["buyers"].is_monotonic_decreasing


def test_shoppers_are_taken_along_with_their_segment(loaded):
    from pages.ui import cache

    stage = SimpleNamespace(what="users", dataset=cache.dataset(loaded.dataset), catalogue=cache.catalogue(loaded.dataset))
    table = cohort_table.as_table(stage, np.array([5, 2, 9]))
    had = np.diff(stage.dataset.positives.indptr)
    assert set(table["user_id"]) == {"u002", "u005", "u009"}
    assert table["products"].tolist() == sorted(had[[2, 5, 9]], reverse=True)
    assert (table["segment"] == "").all() or set(table["segment"]) <= set(cache.segments(loaded.dataset).labels)


def test_words_for_shoppers_and_products_are_both_there():
    for name, value in vars(say).items():
        if name.isupper() and isinstance(value, Mapping) and "users" in value:
            assert set(value) == {"users", "items"}, name


def test_scenarios_that_name_a_segment_are_found_wherever_they_name_it(own_shop):
    from pages.ui.maps import saved

    dataset = Dataset.open(own_shop.home / "datasets" / own_shop.dataset)
    kept = keep_drawn(dataset, "The mugs", "items", np.array([1, 2]), {})
    registry = Workspace.open().registry
    shop = registry.shop_of(dataset.id)
    for scenario in (
        Scenario(name="Names it", rules=(Rule("exclude", Condition((Clause("category", "is", ("Bags", "The mugs")),))),)),
        Scenario(name="Does not", rules=(Rule("exclude", Condition((Clause("category", "is", "The mugs and more"),))),)),
    ):
        registry.save_scenario(shop, scenario.to_json(), scenario.hash)
    assert saved.used_by(SimpleNamespace(dataset=dataset), kept) == ["Names it"]
