"""What all four steps are about: the run learned from, the set on screen and its scorecard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pages.ui import cache, formats, picker, state
from pages.ui import words_synthetic as say
from recsys_core.errors import NotFoundError
from recsys_core.storage.records import RunRecord
from recsys_core.synthesis.scorecard.card import Scorecard
from recsys_core.synthesis.store import SetRecord, SyntheticSet


@dataclass(frozen=True)
class Stage:
    """sets: all of the run, newest first. made, card: the one on screen, None where there is none or it was not scored."""

    run: RunRecord
    dataset: Any
    sets: Sequence[SetRecord]
    made: SyntheticSet | None
    card: Scorecard | None

    @property
    def need(self) -> SyntheticSet:
        """The set. A step draws without one what it says instead."""
        assert self.made is not None
        return self.made


def the_stage() -> Stage:
    """What the URL and this session chose. Raises NotFoundError for an unknown dataset, run or set."""
    run = picker.selection().need_run()
    known = cache.synthetic_sets(run.id)
    _take_what_was_made()
    chosen = state.chosen(state.SYNTHETIC_SET)
    if chosen and chosen not in {record.id for record in known} and _is_elsewhere(chosen, run.id):
        state.put(state.SYNTHETIC_SET, None)  # a set of another trained model
    chosen = state.choose(state.SYNTHETIC_SET, known[0].id if known else None)
    if chosen and chosen not in {record.id for record in known}:
        raise NotFoundError(say.UNKNOWN_SET.format(id=formats.shorten(chosen, 40)), say.UNKNOWN_SET_HINT)
    made = cache.synthetic_set(chosen) if chosen else None
    return Stage(run, cache.dataset(run.dataset_id), known, made, cache.scorecard(made.record.id) if made else None)


def _is_elsewhere(set_id: str, run_id: str) -> bool:
    return any(record.id == set_id and record.run != run_id for record in cache.synthetic_sets())


def _take_what_was_made() -> None:
    """The set of the job that this session started, once it is there."""
    job_id = state.get(state.SYNTHETIC_JOB)
    if not job_id:
        return
    job = next((each for each in cache.workspace().registry.jobs(states=("done",)) if each.id == job_id), None)
    if job is not None:
        state.clear(state.SYNTHETIC_JOB)
        result = dict(job.result or {})
        made = result.get("made") or result.get("set")
        if made:
            state.put(state.SYNTHETIC_SET, str(made))
