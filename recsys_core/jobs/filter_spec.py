"""What a filter job is asked for: made and checked where the wish is uttered, by pages and commands; no sklearn."""

from __future__ import annotations

from typing import Any

from recsys_core.errors import InputError, TooSmallError
from recsys_core.jobs.train_spec import check_seed
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.filtering.marks import FEWEST, NATURAL, check_keep
from recsys_core.synthesis.store import FUSED, new_set_id, open_set

KIND = "filter"


def filter_spec(workspace: Workspace, set: str, keep: float | str | None = None, *, seed: int = 0) -> dict[str, Any]:
    """The spec of a filter job, the id of the set it makes included.

    keep: None marks the set and makes no other; a share in (0, 1] of those that pass the rules; or "natural", where the slider stands at
    first. Raises NotFoundError, InputError for a fused set or a share that is none, TooSmallError.
    """
    record = open_set(workspace, set).record
    check_seed(seed)
    if record.step == FUSED:
        raise InputError(f"'{record.id}' is fused: it holds real shoppers too.", f"Filter the set it was made from, '{record.parent}'.")
    if record.users < FEWEST:
        raise TooSmallError(f"'{record.id}' has {record.users} shoppers; the filter needs {FEWEST}.", "Draw more.")
    workspace.registry.run(record.run)
    return {
        "set": record.id,
        "keep": _share(keep),
        "seed": seed,
        "made": None if keep is None else new_set_id(record.generator),
    }


def _share(keep: float | str | None) -> float | str | None:
    if keep is None or keep == NATURAL:
        return keep
    try:
        share = float(keep)
    except ValueError:
        raise InputError(f"'{keep}' is no share to keep.", f"Give a number above 0 and at most 1, such as .8, or {NATURAL}.") from None
    check_keep(share)
    return share
