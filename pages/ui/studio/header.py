"""The scenario's name, its guardrail lights, undo and redo, and what can be done with it: save, compare, publish, share, export."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import streamlit as st

from pages.ui import formats, picker, show, state
from pages.ui.studio import draft, export, guard_form, present, publish, scenarios
from pages.ui.studio import words_scenarios as say
from pages.ui.studio.scenarios import CHANGED, NEW, Kept
from pages.ui.studio.stage import Stage
from recsys_core.ranking.scenario import NAME
from recsys_core.storage.registry_scenarios import LONGEST_NAME

COLOURS = {"new": "gray", "changed": "orange", "saved": "green"}


def draw(stage: Stage) -> None:
    """One line above everything else."""
    kept = scenarios.kept(stage)
    address = address_of(st.context.url or "", st.query_params.to_dict())
    with st.container(key="studio_bar", horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.text_input(
            say.NAME,
            key=state.show_in_widget(state.SCENARIO_NAME, stage.asked.name),
            max_chars=NAME,
            label_visibility="collapsed",
            width=185,
            on_change=_rename,
        )
        _marks(kept)
        model = picker.model_title(stage.record.model).split(" (")[0]
        st.badge(say.TIER.format(model=formats.plain(model)), color="gray", help=say.TIER_HELP)
        st.space("stretch")
        _actions(stage, kept, address)
    guard_form.lights(stage)
    show.hook(
        "scenario",
        hash=stage.asked.hash,
        name=stage.asked.name,
        saved=kept.mark,
        published=kept.is_published,
        address=address,
    )


def address_of(page: str, query: dict[str, str]) -> str:
    """The whole state as an address to copy: the page's own without its query, then what the page holds in it."""
    parts = urlsplit(page)
    return f"{parts.scheme}://{parts.netloc}{parts.path}?{urlencode(query)}" if parts.scheme else f"?{urlencode(query)}"


def _rename() -> None:
    draft.set_(name=str(state.get(state.widget_key(state.SCENARIO_NAME)) or "").strip())


def _marks(kept: Kept) -> None:
    ago = formats.ago(kept.record.changed_at) if kept.record else ""
    st.badge(say.MARKS[kept.mark], color=COLOURS[kept.mark], help=say.MARKS_HELP[kept.mark].format(ago=ago))
    if kept.published is not None and (kept.is_published or kept.was_published):
        about = say.PUBLISHED_HELP if kept.is_published else say.PUBLISHED_OLD_HELP
        told = about.format(by=formats.plain(kept.published.published_by), day=formats.day(kept.published.published_at))
        st.badge(say.PUBLISHED if kept.is_published else say.PUBLISHED_OLD, color="blue" if kept.is_published else "orange", help=told)


def _actions(stage: Stage, kept: Kept, address: str) -> None:
    with st.container(key="studio_steps", horizontal=True, gap=None, width="content"):
        for label, about, step, steps in (
            (":material/undo:", say.UNDO, draft.undo, state.STUDIO_UNDO),
            (":material/redo:", say.REDO, draft.redo, state.STUDIO_REDO),
        ):
            st.button(label, key=steps + "_button", help=about, on_click=step, disabled=not draft.can(steps), type="tertiary")
    _save(kept)
    if st.button(say.OPEN, key="open_scenarios"):
        scenarios.choose(stage.dataset.id)
    if st.button(say.PUBLISH, key="publish_scenario"):
        publish.ask(stage.record.id, stage.dataset.id, stage.scenario)
    with st.container(key="studio_along", horizontal=True, gap=None, width="content"):
        st.button(
            ":material/compare_arrows:",
            key="compare_scenarios",
            help=say.COMPARE_HELP,
            on_click=state.put,
            args=(state.TAB, "compare"),
            type="tertiary",
        )
        with st.popover(":material/link:", key="share_scenario", help=say.SHARE_HELP, type="tertiary"):
            st.caption(say.SHARE_HELP)
            st.code(address, language=None, wrap_lines=True)
        with st.popover(":material/download:", key="export_scenario", help=say.EXPORT_HELP, type="tertiary"):
            export.draw(stage)
        if st.button(
            ":material/slideshow:", key="present_scenarios", help=say.PRESENT_HELP, on_click=present.start, args=(kept,), type="tertiary"
        ):
            st.rerun()


def _save(kept: Kept) -> None:
    untitled = kept.asked.name == say.UNTITLED
    if kept.mark == CHANGED or (kept.mark == NEW and untitled):
        with st.popover(say.SAVE, key="save_popover", type="primary"):
            if kept.record is not None:
                st.markdown(say.SAVE_TAKEN.format(name=formats.plain(kept.record.name), ago=formats.ago(kept.record.changed_at)))
                st.button(say.REPLACE, key="replace_scenario", type="primary", on_click=scenarios.save, args=(kept.shop, kept.record.hash))
            st.text_input(say.NEW_NAME if kept.record else say.NAME, key=state.SAVE_NAME, max_chars=LONGEST_NAME, on_change="ignore")
            if not kept.record:
                st.caption(say.SAVE_UNTITLED)
            st.button(say.SAVE, key="save_as_scenario", on_click=scenarios.save_as, args=(kept.shop,))
        return
    st.button(
        say.SAVE,
        key="save_scenario",
        help=say.SAVE_HELP,
        type="primary",
        on_click=scenarios.save,
        args=(kept.shop,),
        disabled=kept.mark != NEW,
    )
