"""Which files may be scored together: asked before any is read, and light, for pages."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

from recsys_core.errors import InputError


def check_files(real: Path, synthetic: Path, holdout: Path | None) -> None:
    """Raises InputError where two of the logs are one file: a log scored against itself says nothing."""
    given = {"real": real, "synthetic": synthetic, "holdout": holdout}
    places = {name: path.resolve() for name, path in given.items() if path is not None}
    for one, other in combinations(places, 2):
        if places[one] == places[other]:
            raise InputError(f"The {one} and the {other} log are the same file, '{given[one]}'.", "Give each its own.")
