"""What a page shows instead of a traceback: one calm sentence, and what to do."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from pages.ui import words
from pages.ui.formats import plain
from recsys_core.errors import NotFoundError, UserError

log = logging.getLogger("aisle")


class NothingYetError(NotFoundError):
    """What a page needs is not there yet. page, label: where the one button leads that fills it."""

    def __init__(self, message: str, hint: str, *, page: str, label: str) -> None:
        super().__init__(message, hint)
        self.page, self.label = page, label


@contextmanager
def guard(place: str = "page") -> Iterator[None]:
    """Show what the user can mend in words; log what they cannot, and say so calmly. `place` tells two guards of a page apart."""
    try:
        yield
    except NothingYetError as error:
        show_empty(error)
    except UserError as error:
        show_problem(error, place)
    except Exception:
        log.exception("The page failed in %s.", place)
        show_problem(UserError(words.OUR_MISTAKE, words.OUR_MISTAKE_HINT), place)


def show_problem(error: UserError, place: str = "page") -> None:
    """One sentence on what is wrong, one on what to do."""
    with st.container(key="problem" if place == "page" else f"problem_{place}"):
        st.warning(f"{plain(error.message)}\n\n{plain(error.hint)}" if error.hint else plain(error.message), icon=":material/info:")


def show_empty(error: NothingYetError) -> None:
    """What will be here, and the one button that fills it."""
    from pages.ui import nav

    with st.container(key="empty", border=True, horizontal_alignment="center"):
        st.space("medium")
        st.markdown(f"**{plain(error.message)}**", text_alignment="center")
        st.markdown(f":gray[{plain(error.hint)}]", text_alignment="center")
        if st.button(error.label, type="primary", icon=":material/arrow_forward:", key="empty_button"):
            nav.go(error.page)
        st.space("medium")
