"""How long a training would take here, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pages.ui import cache
from pages.ui import words_models as say
from recsys_core.jobs.estimates import expected_seconds, facts_of, past_runs
from recsys_core.storage.records import DatasetRecord


def expected(dataset: DatasetRecord, model: str, settings: Mapping[str, Any] | None = None) -> str:
    """ "10 to 40 s" of a training with these settings; empty where nobody can say."""
    found = expected_seconds(model, facts_of(dataset), dict(settings or {}), past_runs(cache.workspace(), model))
    return time_range(*found) if found else ""


def time_range(low: float, high: float) -> str:
    """Two durations as one range in the unit of the longer: 12.0, 48.0 -> "12 to 48 s"."""
    if high < 2.5:
        return say.UNDER_A_SECOND
    size, form = next(unit for unit in ((3600, say.HOURS), (60, say.MINUTES), (1, say.SECONDS)) if high >= 1.5 * unit[0] or unit[0] == 1)
    first, last = max(1, round(low / size)), max(1, round(high / size))
    if low < 0.5 * size and size > 1:
        return say.AT_MOST.format(time=form.format(n=last))
    return form.format(n=last) if first == last else say.ABOUT_RANGE.format(low=first, high=form.format(n=last))
