"""What fails privacy leaves with a typed reason only, and the reason is kept; what leaves looks like the log it was learned from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.errors import InputError, NotFoundError, UserError
from recsys_core.jobs import run_here
from recsys_core.jobs.synthesize_spec import synthesize_spec
from recsys_core.jobs.synthetic_export import export_set, gate, reasons
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.scorecard.score import score
from recsys_core.synthesis.scorecard.store import write_scorecard
from recsys_core.synthesis.store import SCORECARD
from tests.unit.synthesis.logged import COLUMNS, logged, popular_run
from tests.unit.synthesis.planted import copied, shop, split

REASON = "Shown to the data protection officer"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Dataset, str]:
    """A workspace, its dataset, and a set that was not scored."""
    workspace, dataset = logged(tmp_path_factory.mktemp("export"))
    spec = synthesize_spec(workspace, popular_run(workspace, dataset).id, 30, score=False)
    run_here(workspace, "synthesize", spec, title="Make shoppers")
    return workspace, dataset, spec["set"]


@pytest.fixture
def unscored(made: tuple[Workspace, Dataset, str]) -> tuple[Workspace, str]:
    """The set without a card or a past."""
    workspace, _, id = made
    (workspace.synthetic_dir / "exports.jsonl").unlink(missing_ok=True)
    return workspace, id


def leaking_card(workspace: Workspace, id: str) -> None:
    real, holdout = split(shop(60))
    write_scorecard(workspace.set_dir(id) / SCORECARD, score(real, copied(real), holdout), {})


def test_an_unscored_set_stays_without_a_reason(unscored: tuple[Workspace, str], tmp_path: Path) -> None:
    workspace, id = unscored
    with pytest.raises(UserError, match="no scorecard") as caught:
        export_set(workspace, id, tmp_path / "out.parquet")
    assert "--reason" in caught.value.hint
    with pytest.raises(InputError, match="says too little"):
        export_set(workspace, id, tmp_path / "out.parquet", "because 1234567890")
    assert list(tmp_path.glob("out*")) == []
    assert reasons(workspace, id) == []


def test_a_reason_is_kept_with_the_time_and_the_figures(unscored: tuple[Workspace, str], tmp_path: Path) -> None:
    workspace, id = unscored
    export_set(workspace, id, tmp_path / "first.parquet", REASON)
    leaking_card(workspace, id)
    with pytest.raises(UserError, match="gives away real shoppers"):
        export_set(workspace, id, tmp_path / "second.parquet")
    told = export_set(workspace, id, tmp_path / "second.parquet", f"  {REASON} again ")
    assert (told["blocked"], told["reason"]) == (True, f"{REASON} again")
    first, second = reasons(workspace, id)
    assert (first["reason"], first["figures"]) == (REASON, {})
    assert second["figures"]["P4_copied_baskets"] == 1.0
    assert first["when"] <= second["when"]
    assert reasons(workspace, "another") == []


def test_a_set_that_passes_leaves_as_the_log_it_was_learned_from(made: tuple[Workspace, Dataset, str], tmp_path: Path) -> None:
    workspace, dataset, id = made
    export_set(workspace, id, tmp_path / "out.parquet", REASON)
    found, real = pd.read_parquet(tmp_path / "out.parquet"), pd.read_parquet(dataset.folder.parents[2] / "log.parquet")
    assert list(found.columns) == COLUMNS == list(real.columns)
    for name in COLUMNS:
        assert found[name].dtype.kind == real[name].dtype.kind, name
    assert set(found["sku"]) <= set(real["sku"])
    assert not set(found["customer"]) & set(real["customer"])
    assert set(found["action"]) == {"View", "Purchase"}
    assert set(found["country"]) <= {"UK", "NL"}
    assert found.groupby("sku")["category"].nunique().max() == 1
    assert np.isin(found["qty"], [1, 2, 3]).all()


def test_a_csv_says_the_same(made: tuple[Workspace, Dataset, str], tmp_path: Path) -> None:
    workspace, _, id = made
    for name in ("out.csv", "out.parquet"):
        export_set(workspace, id, tmp_path / name, REASON)
    text = pd.read_csv(tmp_path / "out.csv", parse_dates=["when"])
    pd.testing.assert_frame_equal(text, pd.read_parquet(tmp_path / "out.parquet"), check_dtype=False)


def test_a_passing_card_opens_the_gate() -> None:
    real, holdout = split(shop(80))
    other, _ = split(shop(80, seed=9))
    card = score(real, copied(other), holdout)
    assert not card.export_blocked
    assert not gate(card).blocked


def test_what_cannot_be_written_is_told(made: tuple[Workspace, Dataset, str], tmp_path: Path) -> None:
    workspace, _, id = made
    with pytest.raises(InputError, match="says no format"):
        export_set(workspace, id, tmp_path / "out.xlsx", REASON)
    with pytest.raises(NotFoundError):
        export_set(workspace, "nothing", tmp_path / "out.csv", REASON)
