"""The menu, the frame around every page, and the way from one page to another."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.ui import state, words

PAGES_DIR = Path(__file__).parents[1]  # absolute, so that a page also runs alone in a test
ASSETS = PAGES_DIR.parent / "assets"
STYLE = ASSETS / "app.css"


def _page(name: str, icon: str, *, default: bool = False) -> st.Page:
    text = words.PAGES[name]
    return st.Page(PAGES_DIR / f"{name}.py", title=text.menu, icon=f":material/{icon}:", url_path=name, default=default, help=text.subtitle)


def configure() -> None:
    """Title, icon and width of the window. The icon is a file of ours: a Material icon would be fetched from another host."""
    st.set_page_config(page_title=words.PRODUCT, page_icon=str(ASSETS / "logo_icon.png"), layout="wide")


def build_navigation() -> st.Page:
    """The menu by what people do: prepare, learn, decide, try out."""
    return st.navigation(
        {
            "": [_page("home", "home", default=True)],
            words.MENU_PREPARE: [_page("data", "fact_check")],
            words.MENU_LEARN: [_page("models", "leaderboard"), _page("taste_map", "bubble_chart")],
            words.MENU_DECIDE: [_page("studio", "tune")],
            words.MENU_LAB: [_page("synthetic", "diversity_3"), _page("arrivals", "fiber_new")],
        }
    )


def ensure_frame() -> None:
    """Streamlit runs the first deep link after its start without app.py; hand over to app.py once (streamlit issue 10276)."""
    if not state.get(state.FRAMED):
        state.set_(state.FRAMED, True)  # before the rerun: where a page is the main script there is no app.py to hand over to
        configure()
        build_navigation()
        st.rerun()


def start_page(name: str, title: str | None = None, subtitle: str | None = None) -> None:
    """The frame, then the question this page answers and one line under it."""
    ensure_frame()
    st.html(STYLE)
    text = words.PAGES[name]
    st.title(title or text.question, anchor=False)
    st.markdown(f":gray[{subtitle or text.subtitle}]")


def go(name: str, **choices: str | None) -> None:
    """Open the page `name`, with `choices` (dataset, run, ...) in its URL; ends the present run.

    A new dataset forgets the old run and shopper.
    """
    if choices.get(state.DATASET):
        state.put(state.RUN, None)
        state.put(state.SHOPPER, None)
    held = {key: value for key in (state.DATASET, state.RUN) if (value := state.chosen(key))}
    st.switch_page(PAGES_DIR / f"{name}.py", query_params={**held, **{key: value for key, value in choices.items() if value}})


def show(view: str | None) -> None:
    """The part `view` of this page from the next run on; None for its first."""
    state.put(state.VIEW, view)


def link(name: str, label: str, icon: str | None = None) -> None:
    """A link to the page `name`."""
    st.page_link(PAGES_DIR / f"{name}.py", label=label, icon=f":material/{icon}:" if icon else None)
