"""A browser that sends its URL from before the last move does not take that move back."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import state

pytestmark = pytest.mark.app


def choices() -> None:
    import streamlit as st

    from pages.ui import state

    st.text(state.choose("shopper", "a"))
    for name in "ab":
        st.button(name, on_click=state.put, args=("shopper", name))
    st.button("else")


def shown(page: AppTest) -> str:
    """What is on screen, which the address must say too."""
    assert page.query_params["shopper"] in (page.text[0].value, [page.text[0].value])
    return page.text[0].value


@pytest.fixture
def page() -> AppTest:
    """Moved from a to b."""
    page = AppTest.from_function(choices).run()
    assert shown(page) == "a"
    page.button[1].click().run()
    assert shown(page) == "b"
    return page


def test_the_url_from_before_the_last_move_is_no_choice(page):
    page.query_params["shopper"] = "a"
    page.button[2].click().run()
    assert shown(page) == "b"


def test_another_url_is(page):
    page.query_params["shopper"] = "z"
    page.run()
    assert shown(page) == "z"


def test_a_way_back_counts_and_so_does_what_is_left_long_ago(page, monkeypatch):
    page.query_params["shopper"] = "a"  # late
    page.button[0].click().run()
    assert shown(page) == "a"
    page.query_params["shopper"] = "b"  # later still
    page.button[2].click().run()
    assert shown(page) == "a"
    monkeypatch.setattr(state, "LATE", 0.0)
    page.query_params["shopper"] = "b"
    page.run()
    assert shown(page) == "b"
