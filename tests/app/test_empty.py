"""An empty workspace: every page says what will be here and offers the one button that fills it."""

from __future__ import annotations

import pytest

from pages.ui import words
from tests.app.conftest import PAGES, problems, text_of


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_on_an_empty_workspace(open_page, page):
    app = open_page(page)
    assert problems(app) == []
    assert len(app.title) == 1


def test_home_teaches_and_offers_the_demo(open_page):
    app = open_page("home")
    assert app.title[0].value == words.EMPTY_TITLE
    assert [b.label for b in app.button] == [words.LOAD_DEMO]


def test_loading_the_demo_queues_its_job_and_shows_it(open_page, idle_queue):
    app = open_page("home")
    app.button[0].click().run()
    assert words.DEMO_TITLE in text_of(app)
    assert app.button[0].disabled
    assert [b.label for b in app.button] == [words.LOAD_DEMO, words.CANCEL]


@pytest.mark.parametrize("page", ["models", "taste_map", "studio", "synthetic", "arrivals"])
def test_pages_that_need_data_lead_home(open_page, page):
    app = open_page(page)
    assert words.NO_DATASET in text_of(app)
    app.button(key="empty_button").click().run()
    assert app.title[0].value == words.EMPTY_TITLE


def test_data_offers_the_upload_at_once(open_page):
    app = open_page("data")
    assert len(app.file_uploader) == 1
