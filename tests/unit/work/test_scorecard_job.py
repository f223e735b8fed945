"""The scorecard job: a sealed card in its folder, and what pages need to know of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from recsys_core.errors import InputError
from recsys_core.jobs import run_here
from recsys_core.jobs.scorecard_spec import scorecard_spec
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.scorecard.store import open_scorecard
from tests.unit.synthesis.planted import column_wise_shuffle, shop, split


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A real log, its columns shuffled, and a holdout."""
    real, holdout = split(shop(80))
    found = {}
    for name, frame in {"real": real, "synthetic": column_wise_shuffle(real), "holdout": holdout}.items():
        found[name] = tmp_path / f"{name}.parquet"
        frame.to_parquet(found[name])
    return found


def test_a_card_is_made_and_kept(files: dict[str, Path], tmp_path: Path) -> None:
    workspace = Workspace.open()
    seen: list[float] = []
    job = run_here(
        workspace, "scorecard", scorecard_spec(**files), title="Scorecard", on_progress=lambda fraction, message: seen.append(fraction)
    )
    assert job.result is not None
    assert job.result["verdicts"]["structure"] == "fail"
    assert (job.result["export_blocked"], job.result["fuse_blocked"]) == (False, True)
    assert seen == sorted(seen)
    card = open_scorecard(Path(job.result["scorecard"]))
    assert card.verdict("structure").status == "fail"
    out = run_here(workspace, "scorecard", scorecard_spec(**files, out=tmp_path / "kept"), title="Scorecard").result
    assert out is not None
    assert open_scorecard(tmp_path / "kept").to_json() == card.to_json()


def test_a_missing_file_is_refused_before_there_is_a_job(files: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        scorecard_spec(files["real"], tmp_path / "none.parquet")
    with pytest.raises(InputError, match="the same file"):
        scorecard_spec(files["real"], files["real"])
