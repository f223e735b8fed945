"""The look at a log, by a worker: started without a queue, found again by the address, forgotten when it was used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui import cache, state
from pages.ui import words_data as say
from pages.ui.intake import uploads
from recsys_core import jobs
from recsys_core.data.request import IngestRequest
from recsys_core.errors import NotFoundError
from recsys_core.storage.records import JobRecord


@dataclass(frozen=True)
class Seen:
    """What a worker saw of a log: `data.look.Look` as its JSON, read without the modules that made it."""

    job: str
    request: Mapping[str, Any]
    look: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """Names, in file order."""
        return [str(column["name"]) for column in self.look["columns"]]

    @property
    def roles(self) -> dict[str, Mapping[str, str]]:
        """Role -> its guess: column, confidence, why."""
        return {str(guess["role"]): guess for guess in self.look["roles"]}

    @property
    def personal(self) -> list[Mapping[str, Any]]:
        """Columns that hold something of a person."""
        return [column for column in self.look["columns"] if column.get("personal")]

    @property
    def unsure(self) -> list[str]:
        """Roles whose column was guessed without much to go by."""
        return [role for role, guess in self.roles.items() if guess["confidence"] == "unsure"]

    def examples(self, column: str) -> list[str]:
        """A few values of a column."""
        return next((list(map(str, c["examples"])) for c in self.look["columns"] if c["name"] == column), [])

    def key(self, name: str) -> str:
        """A widget key of this look, so that another look starts from its own guesses."""
        return f"{name}_{self.job[-6:]}"


def start(request: Mapping[str, Any], name: str, secret: str | None = None) -> None:
    """Have a worker look at a log; the page follows it from its next run on. Raises what an impossible request raises.

    secret: the password of its database, held in the session until the log is taken in; another look uses the one that is held.
    """
    spec = IngestRequest.from_json(dict(request)).to_json()
    if secret is not None:
        state.set_(state.SECRET, secret)
    job = jobs.start_at_once(cache.workspace(), "look", spec, title=say.LOOK_JOB.format(name=name), secret=state.get(state.SECRET))
    state.put(state.LOOK, job.id)
    st.rerun()


def current() -> JobRecord | None:
    """The look that the address names. Raises NotFoundError where it is gone."""
    id = state.chosen(state.LOOK)
    if not id:
        return None
    try:
        job = cache.workspace().registry.job(id)
    except NotFoundError as error:
        state.put(state.LOOK, None)
        raise NotFoundError(say.LOOK_GONE, say.LOOK_GONE_HINT) from error
    return job if job.kind == "look" else None


def forget(job: JobRecord | None = None) -> None:
    """Callback: back to choosing a log; an uploaded one is thrown away with `job`."""
    if job is not None:
        uploads.discard(str(job.spec.get("log", "")))
    state.put(state.LOOK, None)
    state.clear(state.MORE_FILES)
    state.clear(state.SECRET)


def title_of(spec: Mapping[str, Any]) -> str:
    """What the log is called: its table or connection, else its file; and how many more files are of it."""
    log, more = str(spec.get("log", "")), len(spec.get("more") or ())
    if is_database(log):
        return str(spec.get("table") or log.rpartition("@")[2].removeprefix("connection:"))
    return f"{Path(log).name}{f' and {more} more' if more else ''}"


def is_database(log: str) -> bool:
    """Whether a request's log is an address or a named connection, not a file."""
    return "://" in log or log.startswith("connection:")
