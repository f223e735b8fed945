"""What a page shows instead of a traceback: one calm sentence, and what to do."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from pages.ui import words
from pages.ui.formats import plain
from recsys_core.errors import UserError

log = logging.getLogger("aisle")


@contextmanager
def guard(place: str = "page") -> Iterator[None]:
    """Show what the user can mend in words; log what they cannot, and say so calmly. `place` tells two guards of a page apart."""
    try:
        yield
    except UserError as error:
        show_problem(error, place)
    except Exception:
        log.exception("The page failed in %s.", place)
        show_problem(UserError(words.OUR_MISTAKE, words.OUR_MISTAKE_HINT), place)


def show_problem(error: UserError, place: str = "page") -> None:
    """One sentence on what is wrong, one on what to do."""
    with st.container(key="problem" if place == "page" else f"problem_{place}"):
        st.warning(f"{plain(error.message)}\n\n{plain(error.hint)}" if error.hint else plain(error.message), icon=":material/info:")
