"""What a new server process does before its first visitor waits for it."""

from __future__ import annotations

import gc
import importlib
import logging
import pkgutil
import threading

import streamlit as st

log = logging.getLogger("aisle")


@st.cache_resource(show_spinner=False, max_entries=1)
def warm_process() -> None:
    """Import what every page needs, then move it out of the collector's sight: a full collection costs 100 ms a run otherwise."""
    import pandas  # noqa: F401
    import plotly.graph_objects  # noqa: F401
    import pyarrow  # noqa: F401

    threading.Thread(target=_warm, name="warm", daemon=True).start()
    gc.collect()
    gc.freeze()


def _warm() -> None:
    _warm_kernels()
    _import_parts()


def _warm_kernels() -> None:
    """Compile (or load) what ranks and measures before somebody waits for it."""
    try:
        from recsys_core.ranking.warming import warm_all

        warm_all()
    except Exception:
        log.exception("The ranking kernels could not be warmed; the first list will take longer.")


def _import_parts() -> None:
    """Import the parts of all pages, so that nobody waits for that on a first visit."""
    import pages.ui

    try:
        for part in pkgutil.walk_packages(pages.ui.__path__, "pages.ui."):
            importlib.import_module(part.name)
    except Exception:
        log.exception("The parts of the pages could not be imported ahead; a first visit will take longer.")
