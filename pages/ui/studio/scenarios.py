"""The scenarios of a shop: which are kept, what the one on screen is among them, and saving, opening, renaming, copying, deleting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from pages.ui import cache, formats, guards, state
from pages.ui.studio import draft
from pages.ui.studio import words_scenarios as say
from pages.ui.studio.stage import Stage
from recsys_core.errors import InputError, NotFoundError, UserError
from recsys_core.ranking.address import LARGEST_TEXT, from_text
from recsys_core.ranking.scenario import NAME, Scenario
from recsys_core.storage.records import PublicationRecord, ScenarioRecord

NEW, CHANGED, SAVED = "new", "changed", "saved"


@dataclass(frozen=True)
class Kept:
    """What a shop keeps, and `asked`, the scenario on screen. records: those changed last first."""

    shop: str
    asked: Scenario
    records: tuple[ScenarioRecord, ...]
    published: PublicationRecord | None

    @cached_property
    def record(self) -> ScenarioRecord | None:
        """The saved one that has the name of the one on screen."""
        return next((record for record in self.records if record.name == self.asked.name.strip()), None)

    @property
    def mark(self) -> str:
        """NEW: nothing of this name is saved; CHANGED: something else is; SAVED."""
        if self.record is None:
            return NEW
        return SAVED if self.record.hash == self.asked.hash else CHANGED

    @property
    def is_published(self) -> bool:
        """Whether what is published is exactly the scenario on screen."""
        return self.published is not None and self.published.hash == self.asked.hash

    @property
    def was_published(self) -> bool:
        """Whether an earlier state of it is published."""
        return self.published is not None and self.record is not None and self.published.scenario_id == self.record.id


def kept(stage: Stage) -> Kept:
    """Read from the registry on every run, so that what another session saved is there."""
    return kept_in(stage.dataset.id, stage.asked)


def kept_in(dataset_id: str, asked: Scenario) -> Kept:
    """The same for a dataset of the shop."""
    registry = cache.workspace().registry
    shop = registry.shop_of(dataset_id)
    return Kept(shop, asked, tuple(registry.scenarios(shop)), registry.published(shop))


def save(shop: str, over: str | None = None) -> None:
    """Callback: keep the scenario on screen under its name. over: the hash that the one to be replaced was shown with."""
    _attempt(lambda: keep(shop, draft.shown(), over))


def save_as(shop: str) -> None:
    """Callback: the same under the name that was typed in the header's form, which the scenario on screen then has."""
    name = str(state.get(state.SAVE_NAME) or "").strip()
    draft.set_(name=name)
    if draft.shown().name == name:
        _attempt(lambda: keep(shop, draft.shown()))


def keep(shop: str, scenario: Scenario, over: str | None = None) -> ScenarioRecord:
    """Save a scenario. Raises UserError where the shop has another of its name, or not the one that was to be replaced."""
    registry = cache.workspace().registry
    taken = next((r for r in registry.scenarios(shop) if r.name == scenario.name.strip()), None)
    if taken is not None and not over and taken.hash != scenario.hash:
        raise UserError(say.NAME_TAKEN.format(name=taken.name), say.NAME_TAKEN_HINT)
    return registry.save_scenario(shop, scenario.to_json(), scenario.hash, replace=bool(over), over=over or None)


def open_saved(id: str) -> None:
    """Callback: put a saved scenario on screen."""
    _attempt(lambda: draft.adopt(Scenario.from_json(cache.workspace().registry.scenario(id).settings)))


def rename(id: str) -> None:
    """Callback: call it as was typed; where it is the one on screen, that one too."""

    def change() -> None:
        registry = cache.workspace().registry
        before = registry.scenario(id)
        after = registry.rename_scenario(id, str(state.get(f"{state.RENAME}_{id}") or ""))
        if draft.shown().name == before.name:
            draft.set_(name=after.name)

    _attempt(change)


def duplicate(id: str) -> None:
    """Callback: keep it once more."""
    _attempt(lambda: cache.workspace().registry.duplicate_scenario(id))


def delete(id: str) -> None:
    """Callback: delete it. The scenario on screen stays there. One that somebody else deleted is gone, which is what was asked for."""

    def change() -> None:
        try:
            cache.workspace().registry.delete_scenario(id)
        except NotFoundError:
            return

    _attempt(change)


@st.dialog(say.OPEN_TITLE, width="medium")
def choose(dataset_id: str) -> None:
    """All scenarios of the shop, and the way in for a file."""
    found = kept_in(dataset_id, draft.shown())
    if problem := draft.problem():
        guards.show_problem(problem, "open")
    if not found.records:
        st.markdown(f":gray[{say.NONE_SAVED}]")
    with st.container(key="studio_saved", height=360 if len(found.records) > 6 else "content", gap="small"):
        for record in found.records:
            _row(record)
    _import()


def _row(record: ScenarioRecord) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"saved_{record.id}"):
        told = say.SAVED_WHEN.format(ago=formats.ago(record.changed_at))
        if record.published_by:
            told += f" · {say.PUBLISHED_WHEN.format(by=record.published_by)}"
        st.markdown(f"**{formats.plain(record.name)}**  \n:gray[:small[{formats.plain(told)}]]", width="stretch")
        if st.button(say.OPEN_ONE, key=f"open_{record.id}", on_click=open_saved, args=(record.id,)):
            st.rerun()
        with st.popover(say.MORE, key=f"more_{record.id}", type="tertiary"):
            st.text_input(say.RENAME_TO, record.name, max_chars=NAME, key=f"{state.RENAME}_{record.id}", on_change="ignore")
            if st.button(say.RENAME, key=f"do_rename_{record.id}", on_click=rename, args=(record.id,)):
                st.rerun(scope="fragment")
            if st.button(say.DUPLICATE, key=f"duplicate_{record.id}", on_click=duplicate, args=(record.id,)):
                st.rerun(scope="fragment")
            st.button(
                say.DELETE,
                key=f"delete_{record.id}",
                on_click=delete,
                args=(record.id,),
                disabled=record.published_at is not None,
                help=say.DELETE_PUBLISHED if record.published_at is not None else None,
            )


def _import() -> None:
    file = st.file_uploader(say.IMPORT, type=["json"], key="studio_import", max_upload_size=1)
    if file is None:
        return
    try:
        scenario = read(file.name, file.getvalue())
    except UserError as error:
        guards.show_problem(error, "import")
        return
    if st.button(say.IMPORT_OPEN.format(name=formats.plain(scenario.name)), type="primary", on_click=draft.adopt, args=(scenario,)):
        st.rerun()


def read(name: str, content: bytes) -> Scenario:
    """The scenario in an uploaded file. Raises InputError that names the file for anything else."""
    try:
        text = content[: 4 * LARGEST_TEXT].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(say.IMPORT_NO_TEXT.format(name=name), say.IMPORT_NO_TEXT_HINT) from error
    try:
        return from_text(text)
    except UserError as error:
        raise InputError(f"{name}: {error.message}", error.hint) from error


def _attempt(change: Callable[[], object]) -> None:
    try:
        change()
    except UserError as error:
        state.set_(state.STUDIO_PROBLEM, error)
