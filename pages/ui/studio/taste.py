"""The shopper on screen, played in real time: past products to add or remove, interest tags to edit, what was said so far."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from pages.ui import cache, formats, show, state
from pages.ui.formats import plain
from pages.ui.studio import actions
from pages.ui.studio import words_taste as words
from pages.ui.studio.stage import Stage
from recsys_core.data.pairs import NO_TIME
from recsys_core.jobs.interests import measured
from recsys_core.jobs.live import edited_past
from recsys_core.profiles.interests import Tag, describe_tags, edit_interests, of_past

ROWS, MATCHES, TAGS = 8, 6, 6
MOST = 3.0  # of a tag's stepper


def draw(stage: Stage) -> None:
    """What is known of the shopper, and everything that changes it."""
    past = edited_past(stage.opened, stage.user, stage.edits)
    show.hook("taste", edits=stage.edits.count, past=len(past), shopper=stage.shopper_id)
    left, right = st.columns([1.2, 1], gap="large")
    with left:
        _past(stage, past)
    with right:
        _tags(stage, past)
        _feedback(stage)


def _past(stage: Stage, past: np.ndarray) -> None:
    st.markdown(f"**{words.PAST}**")
    days = _days(stage, past)
    order = np.lexsort((past, [-day for day in days]))
    about = words.PAST_NOTE.format(products=formats.plural(len(past), "product"), shopper=stage.shopper_id)
    st.markdown(f":gray[:small[{plain(about if len(past) else words.PAST_EMPTY)}]]")
    refused = actions.refusal(stage.opened, actions.ADD)
    if refused:
        st.markdown(f":small[{plain(refused)}]")
    shown = max(ROWS, int(state.get(state.STUDIO_PAST_SHOWN, ROWS)))
    with st.container(key="past_products", gap="xsmall"):
        for place in order[:shown]:
            _past_row(stage, int(past[place]), days[place], refused)
    if len(past) > shown:
        more = min(len(past) - shown, 5 * ROWS)
        st.button(
            words.MORE_PAST.format(n=more),
            key="past_more",
            type="tertiary",
            on_click=state.set_,
            args=(state.STUDIO_PAST_SHOWN, shown + more),
        )
    _add(stage, past, refused)


def _past_row(stage: Stage, item: int, day: float, refused: str) -> None:
    id_, catalogue = str(stage.catalogue.ids[item]), stage.catalogue
    when = words.SAID_ADDED if np.isinf(day) and day > 0 else formats.day(pd.Timestamp(int(day), unit="us")) if day > NO_TIME else ""
    price = formats.money(catalogue.prices[item], stage.dataset.currency) if np.isfinite(catalogue.prices[item]) else ""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
        about = " · ".join(part for part in (price, when) if part)
        st.markdown(f"{plain(catalogue.titles[item])} :gray[:small[{plain(about)}]]")
        st.button(
            words.REMOVE,
            key=f"past_remove_{item}",
            icon=":material/remove:",
            type="tertiary",
            help=refused or words.REMOVE_HELP,
            disabled=bool(refused),
            on_click=actions.do,
            args=(actions.REMOVE, id_),
        )


def _days(stage: Stage, past: np.ndarray) -> list[float]:
    """When each past product was first chosen, microseconds; infinite for what was said here, NO_TIME where it is not known."""
    dataset = stage.dataset
    start, stop = dataset.positives.indptr[stage.user : stage.user + 2]
    times = np.asarray(dataset.positive_array("time")[start:stop]) if dataset.has_times else np.full(stop - start, NO_TIME)
    known = dict(zip(dataset.positives.indices[start:stop].tolist(), times.tolist(), strict=True))
    said = {int(dataset.item_index(id_)) for id_ in (*stage.edits.liked, *stage.edits.added, *stage.edits.more)}
    return [np.inf if item in said else float(known.get(item, NO_TIME)) for item in past.tolist()]


def _add(stage: Stage, past: np.ndarray, refused: str) -> None:
    query = st.text_input(words.ADD_TITLE, key=state.PAST_QUERY, placeholder=words.ADD_PLACEHOLDER, disabled=bool(refused)).strip()
    if not query:
        return
    found = matching(stage, query, set(past.tolist()))
    if not found:
        st.markdown(f":small[{plain(words.NO_MATCH.format(query=query))}]")
    for item in found:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
            st.markdown(plain(stage.catalogue.titles[item]))
            st.button(
                words.ADD,
                key=f"past_add_{item}",
                icon=":material/add:",
                type="tertiary",
                help=words.ADD_HELP,
                on_click=actions.do,
                args=(actions.ADD, str(stage.catalogue.ids[item])),
            )


def matching(stage: Stage, query: str, had: set[int]) -> list[int]:
    """Products with the words in their title, or with this id, the most bought first."""
    words_ = query.casefold().split()
    titles = stage.catalogue.titles
    found = [item for item, title in enumerate(titles) if item not in had and all(word in title.casefold() for word in words_)]
    found += [int(item) for item in np.flatnonzero(stage.catalogue.ids == query) if int(item) not in had and int(item) not in found]
    return sorted(found, key=lambda item: (str(stage.catalogue.ids[item]) != query, -int(stage.catalogue.buyers[item]), item))[:MATCHES]


def _tags(stage: Stage, past: np.ndarray) -> None:
    st.markdown(f"**{words.TAGS}**")
    groups = cache.item_groups(stage.dataset.id)
    if len(groups.labels) < 2:
        st.markdown(f":small[{words.NO_GROUPS}]")
        return
    st.markdown(f":gray[:small[{words.TAGS_NOTE}]]")
    known, told = cache.interests(stage.record.id), measured(stage.opened.run, groups)
    ground, row = stage.place
    scores = of_past(stage.dataset, groups, known.usual, stage.user, past, told[0] if told else None, ground.candidates[row])
    weights = {groups.labels.index(label): weight for label, weight in stage.edits.tags.items() if label in groups.labels}
    edited = edit_interests(known, scores, weights)
    tags = describe_tags(stage.dataset, groups, known, stage.user, len(groups.labels), scores=np.maximum(scores, 1e-9), past=past)
    shown = [tag for place, tag in enumerate(tags) if place < TAGS or tag.group in weights]
    with st.container(key="interest_tags", gap="xsmall"):
        for tag in shown:
            _tag(tag, float(edited[tag.group]), weights.get(tag.group, 1.0))
    others = [tag.label for tag in tags if tag not in shown]
    st.selectbox(
        words.OTHER_TAG,
        others,
        key=state.show_in_widget(state.OTHER_TAG, None),
        index=None,
        placeholder=words.OTHER_TAG_EMPTY,
        on_change=actions.lift_group,
        label_visibility="collapsed",
    )
    show.hook("tags", top=",".join(tag.label for tag in tags[:3]), edited=len(weights))
    if told is None:
        st.markdown(f":gray[:small[{words.NOT_MEASURED.format(run=stage.record.id)}]]")
        return
    held = told[1]
    gain = words.GAIN.format(**{name: f"{100 * getattr(held.gain, name):+.1f}".replace("-", "−") for name in ("value", "low", "high")})
    sentence = words.MEASURED.format(
        users=formats.count(held.users), tags=formats.percent(held.tags.value), popular=formats.percent(held.popular.value), gain=gain
    )
    st.markdown(f":gray[:small[{plain(sentence)}]]")


def _tag(tag: Tag, edited: float, weight: float) -> None:
    products = formats.plural(tag.products, "product")
    rest = words.RESTS_NONE if tag.days is None else words.RESTS_DAYS.format(days=formats.plural(round(tag.days), "day"))
    told = words.TAG.format(group=tag.label, score=formats.percent(edited, 0), usual=formats.percent(tag.usual, 0))
    st.slider(
        plain(told),
        0.0,
        MOST,
        step=0.5,
        key=state.show_in_widget(f"tag_{tag.label}", float(min(weight, MOST))),
        help=plain(words.TAG_HELP.format(products=products, rest=rest)),
        on_change=actions.tag,
        args=(tag.label,),
        format="× %.1f",
    )


def _feedback(stage: Stage) -> None:
    st.markdown(f"**{words.FEEDBACK}**")
    events = cache.workspace().registry.feedback(stage.dataset.id)
    if not events:
        st.markdown(f":gray[:small[{words.FEEDBACK_NONE}]]")
        return
    own = [event for event in events if event.user_id == stage.shopper_id]
    told = [words.FEEDBACK_COUNT.format(here=formats.plural(len(own), "event"), all=formats.count(len(events)))]
    kinds = pd.Series([event.kind for event in own], dtype=object).value_counts()
    told += [f"{words.KINDS.get(kind, kind)} {n}" for kind, n in kinds.items()]
    st.markdown(f":small[{plain(' · '.join(told))}]")
    if {(event.kind, event.item_id) for event in own} - set(stage.edits.events):
        st.button(
            words.REPLAY, key="feedback_replay", icon=":material/replay:", type="tertiary", help=words.REPLAY_HELP, on_click=actions.replay
        )
    st.markdown(f":gray[:small[{words.FEEDBACK_NEXT.format(dataset=stage.dataset.id)}]]")
