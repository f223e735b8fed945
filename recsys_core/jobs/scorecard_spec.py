"""What a scorecard job is asked for: made and checked where the wish is uttered, by pages and commands; no sklearn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from recsys_core.errors import InputError
from recsys_core.synthesis.scorecard.files import check_files

KIND, FOLDER = "scorecard", "scorecard"


def scorecard_spec(
    real: Path, synthetic: Path, *, holdout: Path | None = None, items: Path | None = None, out: Path | None = None, seed: int = 0
) -> dict[str, Any]:
    """The spec of a scorecard job. out: the folder that becomes the card; by default `scorecard` in the job's own folder.

    Raises InputError where a file is not there or two of the logs are one file.
    """
    check_files(real, synthetic, holdout)
    given = {"real": real, "synthetic": synthetic, "holdout": holdout, "items": items}
    for name, path in given.items():
        if path is not None and not path.exists():
            raise InputError(f"There is no file '{path}' ({name}).", "Check the path.")
    told = {name: None if path is None else str(path.resolve()) for name, path in given.items()}
    return {**told, "out": None if out is None else str(out.resolve()), "seed": seed}
