"""The form that makes a set: which generator and why, how many shoppers, and in a fold what kind of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from pages.ui import cache, formats, progress, state
from pages.ui import words_synthetic as say
from pages.ui.formats import plain
from pages.ui.guards import guard
from pages.ui.synthetic.stage import Stage
from recsys_core.jobs.synthesize_spec import MOST_USERS, synthesize_spec
from recsys_core.synthesis.generators.specs import AUTO, SPECS

COLDEST, HOTTEST, STEP = 0.5, 2.0, 0.1  # what the slider offers; commands take more


def draw(stage: Stage) -> None:
    """The form; its button queues the job."""
    suits, why = cache.suggestion(stage.run.dataset_id)
    titles = {AUTO: say.AUTO.format(title=_title(suits)), **{spec.id: spec.title for spec in SPECS if spec.id != suits}}
    real = int((np.diff(stage.dataset.counts().indptr) > 0).sum())
    with st.container(border=True, key="make"):
        st.markdown(f"**{say.MAKE}**")
        generator = st.selectbox(say.GENERATOR, list(titles), format_func=titles.__getitem__, key="synthetic_generator")
        _about(generator, why)
        users = st.number_input(say.USERS, 1, MOST_USERS, min(real, MOST_USERS), step=100, help=say.USERS_HELP, key="synthetic_users")
        with st.expander(say.ASK_FOR, icon=":material/tune:"):
            wish = _wish(stage)
        if st.button(say.START, type="primary", icon=":material/auto_awesome:", width="stretch", key="synthesize"):
            with guard("synthesize"):
                asked = synthesize_spec(cache.workspace(), stage.run.id, int(users), generator=generator, **wish)
                title = say.JOB_TITLE.format(n=formats.count(users))
                progress.submit("synthesize", asked, title, remember=state.SYNTHETIC_JOB)
                state.put(state.STEP, "generate")
                st.rerun()


def _title(generator: str) -> str:
    return next((spec.title for spec in SPECS if spec.id == generator), generator)


def _about(generator: str, why: str) -> None:
    """Why the suggested one suits; of another one what it is good and weak at."""
    spec = next((each for each in SPECS if each.id == generator), None)
    text = why if spec is None else f"{spec.words} {spec.good} {spec.weak}"
    st.markdown(f":gray[:small[{plain(text)}]]")


def _wish(stage: Stage) -> dict[str, Any]:
    """What is asked of the draw, as `synthesize_spec` takes it; what was left alone is not in it."""
    found: dict[str, Any] = {}
    labels, drawn = cache.segments(stage.run.dataset_id).labels, [one.name for one in cache.drawn(stage.run.dataset_id, "users")]
    if labels or drawn:
        names = [say.SEGMENT_ALL, *labels, *drawn]
        picked = st.selectbox(say.SEGMENT, range(len(names)), format_func=names.__getitem__, help=say.SEGMENT_HELP, key="synthetic_segment")
        if picked:
            found["segment"] = int(picked) - 1 if picked <= len(labels) else names[picked]
    least, most = _two(say.LEAST, say.MOST, 1, 1, say.ACTIVITY_HELP, "activity")
    if least is not None or most is not None:
        longest = int(np.diff(stage.dataset.counts().indptr).max(initial=1))
        found["activity"] = (int(least or 1), int(most if most is not None else max(longest, least or 1)))
    prices = cache.catalogue(stage.run.dataset_id).prices
    if np.isfinite(prices).any():
        low, high = _two(say.PRICE_FROM, say.PRICE_TO, 0.0, 1.0, say.PRICE_HELP, "price")
        if low is not None or high is not None:
            found["price"] = (float(low or 0.0), float(np.nanmax(prices)) if high is None else float(high))
    if "category" in stage.dataset.items:
        known = stage.dataset.items["category"].dropna().astype(str).value_counts().index.tolist()
        names = [say.CATEGORY_ALL, *known]
        picked = st.selectbox(
            say.CATEGORY, range(len(names)), format_func=names.__getitem__, help=say.CATEGORY_HELP, key="synthetic_category"
        )
        if picked:
            found["category"] = known[int(picked) - 1]
    found["temperature"] = st.slider(say.TEMPERATURE, COLDEST, HOTTEST, 1.0, STEP, help=say.TEMPERATURE_HELP, key="synthetic_temperature")
    found["tail"] = st.slider(say.TAIL, 0.0, 1.0, 0.0, STEP, help=say.TAIL_HELP, key="synthetic_tail")
    found["seed"] = int(st.number_input(say.SEED, 0, 2**31 - 1, 0, step=1, help=say.SEED_HELP, key="synthetic_seed"))
    return found


def _two(first: str, second: str, least: float, step: float, help_: str, key: str) -> tuple[float | None, float | None]:
    """Two numbers side by side, each of which may be left empty."""
    left, right = st.columns(2)
    low = left.number_input(first, least, None, None, step=step, placeholder=say.ANY, help=help_, key=f"synthetic_{key}_from")
    high = right.number_input(second, least, None, None, step=step, placeholder=say.ANY, key=f"synthetic_{key}_to")
    return low, high
