"""The groups of shoppers that a run's figures are broken down by."""

from __future__ import annotations

import numpy as np

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import Split
from recsys_core.errors import InputError, UnsupportedError
from recsys_core.evaluation.breakdown import UserGroups, by_activity
from recsys_core.profiles.segments import load_segments

KINDS = ("segment", "activity")


def shopper_groups(dataset: Dataset, split: Split, by: str) -> UserGroups:
    """The dataset's segments, or light, medium and heavy shoppers by what is known before the test.

    Raises InputError for another `by`, UnsupportedError where no segments were made or none were found.
    """
    if by == "activity":
        return by_activity(np.diff(split.test_fold_in.indptr), split.protocol)
    if by != "segment":
        raise InputError(f"--by was given '{by}'.", f"Use one of: {', '.join(KINDS)}.")
    found = load_segments(dataset)
    if not found.segments:
        raise UnsupportedError(found.reason, f"Make them with `python -m recsys_core segments {dataset.id}`, or use --by activity.")
    return UserGroups("segment", found.codes, tuple(found.labels))
