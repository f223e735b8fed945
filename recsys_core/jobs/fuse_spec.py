"""What a fuse job is asked for: made and checked where the wish is uttered, by pages and commands; no sklearn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recsys_core.errors import InputError

KIND = "fuse"
LEAST_REASON = 10  # letters
WEAKEST, RARE = "weakest", "rare"  # in place of a segment's name, of a product's id


def fuse_spec(
    set: str,
    *,
    ratio: float | None = None,
    segments: Sequence[str] = (),
    items: Sequence[str] = (),
    weight: float = 1.0,
    name: str | None = None,
    reason: str | None = None,
    seed: int = 0,
) -> dict[str, Any]:
    """The spec of a fuse job: real rows and rows of a synthetic set become one dataset.

    ratio: synthetic shoppers per real one, None: all of the set that qualify. segments: names of those to strengthen, or WEAKEST: the
    one that the run serves worst. items: ids of products to strengthen, or RARE: only synthetic shoppers who have one are added. weight:
    written beside each row. reason: why to fuse though the set's scorecard says not to. Raises InputError.
    """
    if ratio is not None and not 0 < ratio <= 100:
        raise InputError(f"The ratio is {ratio:g}.", "Use a number above 0, up to 100: synthetic shoppers per real one.")
    if not 0 < weight <= 10:
        raise InputError(f"The weight is {weight:g}.", "Use a number above 0, up to 10; a real shopper's is 1.")
    if reason is not None and sum(letter.isalpha() for letter in reason) < LEAST_REASON:
        raise InputError("The reason is too short.", f"Say in at least {LEAST_REASON} letters why to go on.")
    return {
        "set": set,
        "ratio": ratio,
        "segments": list(segments),
        "items": list(items),
        "weight": float(weight),
        "name": name,
        "reason": reason and reason.strip(),
        "seed": seed,
    }
