"""JSON holds no NaN, and everything the library hands out has a place in it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

import numpy as np
import pandas as pd
import pytest

from recsys_core.storage.json_text import plain, to_text


@dataclass(frozen=True)
class Pair:
    """A record to write."""

    name: str
    value: float


@pytest.mark.parametrize("missing", [float("nan"), float("inf"), -float("inf"), pd.NaT, np.float32("nan"), np.array([np.nan])])
def test_what_is_no_number_is_null(missing: object) -> None:
    assert "null" in to_text({"figure": missing})


def test_records_times_paths_and_arrays_become_plain() -> None:
    value = {
        "pair": Pair("a", 0.5),
        "at": datetime(2026, 1, 2, tzinfo=UTC),
        "in": PurePosixPath("x/y"),
        "rows": np.arange(2),
        "n": np.int64(3),
    }
    assert json.loads(to_text(value)) == {
        "pair": {"name": "a", "value": 0.5},
        "at": "2026-01-02T00:00:00+00:00",
        "in": "x/y",
        "rows": [0, 1],
        "n": 3,
    }


def test_letters_stay_letters() -> None:
    assert to_text({"item": "Café £3"}) == '{"item": "Café £3"}'


def test_what_has_no_place_in_json_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        plain(object())
