"""The tab of the shopper on screen: their past, their tags, and what was said of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from recsys_core.models.runs import Run
from recsys_core.storage.records import FeedbackRecord
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import Shop, hook, problems, text_of

Open = Callable[..., AppTest]


@pytest.fixture
def at_tab(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """The studio with the shopper's tab as its only one: AppTest opens no tab."""

    def open_tab(**query: str) -> AppTest:
        from pages.ui.studio import below

        parts = {"taste": below.PARTS["taste"]}
        monkeypatch.setattr(below, "PARTS", parts)
        return open_page("studio", shopper="u000", **query)

    return open_tab


def listed(app: AppTest) -> list[str]:
    return hook(app, "after")["items"].split(",")


def test_the_past_is_what_is_known_and_not_what_is_held_out(at_tab: Open, loaded: Shop) -> None:
    from recsys_core.jobs.studio import open_studio

    app = at_tab(run=loaded.ease)
    opened = open_studio(Workspace.open(), loaded.ease)
    user = opened.dataset.user_index("u000")
    assert hook(app, "taste") == {"edits": "0", "past": str(opened.split.known[[user]].nnz), "shopper": "u000"}
    assert problems(app) == []


def test_a_removed_product_leaves_the_past_and_changes_the_list(at_tab: Open, own_shop: Shop) -> None:
    app = at_tab(run=own_shop.ease)
    before, past = listed(app), int(hook(app, "taste")["past"])
    for _ in range(3):
        button = next(button for button in app.button if button.key.startswith("past_remove_"))
        app = button.click().run()
    assert int(hook(app, "taste")["past"]) == past - 3
    assert listed(app) != before


def test_a_product_is_found_by_its_title_and_added(at_tab: Open, own_shop: Shop) -> None:
    app = at_tab(run=own_shop.ease)
    past = int(hook(app, "taste")["past"])
    app.text_input(key="studio_past_query").set_value("LIGHT number").run()
    next(button for button in app.button if button.key.startswith("past_add_")).click().run()
    assert int(hook(app, "taste")["past"]) == past + 1
    assert hook(app, "taste")["edits"] == "1"


def test_words_that_no_title_has_are_said(at_tab: Open, loaded: Shop) -> None:
    app = at_tab(run=loaded.ease)
    app.text_input(key="studio_past_query").set_value("sub*marine").run()
    assert r"sub\*marine" in text_of(app)


def test_a_tag_at_nothing_hides_its_group(at_tab: Open, own_shop: Shop) -> None:
    app = at_tab(run=own_shop.ease)
    assert any(id_.startswith("i0") for id_ in listed(app))
    app.slider(key="pick_tag_Mugs").set_value(0.0).run()
    assert not any(id_.startswith("i0") for id_ in listed(app))
    assert hook(app, "tags")["edited"] == "1"


def test_start_again_takes_everything_back(at_tab: Open, own_shop: Shop) -> None:
    app = at_tab(run=own_shop.ease, edits="u:u000;h:i003;t:Lights=2")
    assert hook(app, "taste")["edits"] == "2"
    app.button(key="said_start_again").click().run()
    assert hook(app, "taste")["edits"] == "0"
    assert "edits" not in app.query_params


def test_what_was_said_in_an_earlier_visit_is_played_again(at_tab: Open, own_shop: Shop) -> None:
    events = [("i003", "like"), ("i004", "like"), ("i003", "hide")]
    now = datetime(2026, 11, 22, tzinfo=UTC)
    Workspace.open().registry.add_feedback(FeedbackRecord(own_shop.dataset, "u000", item, kind, now) for item, kind in events)
    app = at_tab(run=own_shop.ease)
    assert hook(app, "taste")["edits"] == "0"
    app.button(key="feedback_replay").click().run()
    assert hook(app, "taste")["edits"] == "2"
    assert "l:i004;h:i003" in str(app.query_params["edits"])


def test_what_was_said_of_somebody_else_does_not_count(at_tab: Open, loaded: Shop) -> None:
    app = at_tab(run=loaded.ease, edits="u:u001;h:i003")
    assert hook(app, "taste")["edits"] == "0"


@pytest.mark.parametrize("text", ["x", "u:u000;z:1", "u:u000;t:Mugs=nan", "u:u000;l:%ZZ"])
def test_a_damaged_address_is_said(at_tab: Open, loaded: Shop, text: str) -> None:
    app = at_tab(run=loaded.ease, edits=text)
    assert "cannot be read from the address" in " ".join(problems(app))
    assert hook(app, "taste")["edits"] == "0"


def test_products_of_another_dataset_are_left_out_and_named(at_tab: Open, loaded: Shop) -> None:
    app = at_tab(run=loaded.ease, edits="u:u000;l:elsewhere;h:i003")
    assert "elsewhere" in " ".join(problems(app))
    assert hook(app, "taste")["edits"] == "1"


def test_a_run_that_reads_no_history_refuses_in_a_sentence(at_tab: Open, loaded: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Run, "folds_in", property(lambda run: False))
    app = at_tab(run=loaded.ease, edits="u:u000;l:i003;h:i004")
    assert "reads no history" in " ".join(problems(app))
    assert hook(app, "taste")["edits"] == "1"
    assert "i004" not in listed(app)
    assert next(button for button in app.button if button.key.startswith("past_remove_")).disabled
