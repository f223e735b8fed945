"""One product is clicked: its nearest stand beside it, by the model and by what is known."""

from __future__ import annotations

from pages.ui.maps import words_near as words
from tests.app.conftest import hook, problems, text_of
from tests.app.test_map_cohort import group_rows, marked


def test_the_nearest_of_a_product_that_is_clicked_are_listed(open_page, loaded):
    row = group_rows(loaded, "Mugs")[0]
    app = marked(open_page, loaded, [row])
    assert problems(app) == []
    told = hook(app, "neighbours")
    assert (told["what"], told["model"], told["attributes"]) == ("items", "5", "5")
    shown = text_of(app)
    assert words.TITLE["items"] in shown
    assert "bought both" in shown
    assert shown.lower().count("mug") >= 5


def test_of_several_none_are_listed(open_page, loaded):
    app = marked(open_page, loaded, group_rows(loaded, "Mugs")[:2])
    assert problems(app) == []
    assert words.TITLE["items"] not in text_of(app)
