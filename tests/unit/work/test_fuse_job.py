"""The fuse job and command: real and synthetic rows as one dataset, where they come from, and what moved."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys_core.cli.app import main
from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.data.splits import make_split
from recsys_core.errors import InputError, NotFoundError, TooSmallError, UserError
from recsys_core.jobs import run_here
from recsys_core.jobs.fuse_spec import fuse_spec
from recsys_core.jobs.synthesize_spec import synthesize_spec
from recsys_core.jobs.train_spec import train_spec
from recsys_core.profiles.drawn import keep_drawn, remove_drawn
from recsys_core.profiles.profile_sklearn import make_profile
from recsys_core.profiles.segments import load_segments
from recsys_core.profiles.store import ProfileRequest
from recsys_core.storage.records import DatasetRecord
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.fusion.shift import SEGMENT, list_shifts, open_shift
from recsys_core.synthesis.scorecard.card import FAIL, GROUPS, PASS, UTILITY, Scorecard, Verdict
from recsys_core.synthesis.scorecard.store import write_scorecard
from recsys_core.synthesis.store import SCORECARD, open_set
from tests.unit.synthesis.planted import shop

Made = tuple[Workspace, Dataset, str, str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A workspace, its dataset, a run, and a set of 60 shoppers without a scorecard."""
    folder = tmp_path_factory.mktemp("shop")
    log = shop(120).drop(columns="category").rename(columns={"user_id": "customer", "item_id": "sku", "timestamp": "bought at"})
    log.to_parquet(folder / "log.parquet")
    items = pd.DataFrame({"sku": sorted(log["sku"].unique())})
    items.assign(title="Thing " + items["sku"], colour=["red", "blue", "green"] * 20).to_parquet(folder / "items.parquet")
    workspace = Workspace.open(folder / "home")
    asked = IngestRequest(log=str(folder / "log.parquet"), items=str(folder / "items.parquet"), name="Shop", min_user_items=3)
    found = ingest(asked, workspace.datasets_dir, lambda fraction, message: None)
    counts = {"rows": found.rows_kept, "users": found.users, "items": found.items}
    workspace.registry.add_dataset(DatasetRecord(found.dataset, "Shop", datetime.now(UTC), **counts, origin="upload"))
    dataset = Dataset.open(workspace.dataset_dir(found.dataset))
    make_profile(dataset, ProfileRequest(n_segments=3))
    run = run_here(workspace, "train", train_spec(dataset.id, "ease", settings={"l2": 20}), title="x").result["run"]  # type: ignore[index]
    spec = synthesize_spec(workspace, run, 60, score=False)
    return workspace, dataset, run, run_here(workspace, "synthesize", spec, title="x").result["set"]  # type: ignore[index]


def card(utility: str) -> Scorecard:
    verdicts = tuple(Verdict(group, utility if group == UTILITY else PASS, "Worse than best sellers.", None, ()) for group in GROUPS)
    return Scorecard((), verdicts, (), {}, {}, (), {}, 0)


def test_every_row_says_where_it_is_from_and_none_that_tests_is_synthetic(made: Made) -> None:
    workspace, dataset, _, set_id = made
    result = run_here(workspace, "fuse", fuse_spec(set_id, weight=0.5), title="x").result
    assert result is not None
    assert result["name"] == "Shop + 60 synthetic shoppers"
    log = pd.read_parquet(result["log"])
    assert {"customer", "sku", "bought at", "price", "split", "provenance", "weight"} <= set(log)
    of = log.groupby("provenance")
    assert of["customer"].nunique().to_dict() == {"real": 120, "synthetic": 60}
    assert of["weight"].unique().map(list).to_dict() == {"real": [1.0], "synthetic": [0.5]}
    assert set(log.loc[log["provenance"] == "synthetic", "split"]) == {"train"}

    after = Dataset.open(workspace.dataset_dir(result["dataset"]))
    assert after.n_users == 180
    assert after.users["provenance"].value_counts().to_dict() == {"real": 120, "synthetic": 60}
    assert list(after.items["colour"]) == list(dataset.items["colour"])
    was, now = make_split(dataset, "random", 0), make_split(after)
    real = after.users["provenance"].to_numpy() == "real"
    assert now.protocol == "given"
    assert (now.test_targets[real] != was.test_targets).nnz == 0
    assert (now.validation_targets[real] != was.validation_targets).nnz == 0
    assert now.test_targets[~real].nnz == 0


def test_what_moved_is_kept_in_the_set(made: Made) -> None:
    workspace, dataset, _, set_id = made
    result = run_here(workspace, "fuse", fuse_spec(set_id, ratio=0.2, name="Fused"), title="x").result
    assert result is not None
    shift = open_shift(Path(result["shift"]))
    assert Path(result["shift"]) in list_shifts(workspace, set_id)
    assert (shift.before, shift.after, shift.name) == (dataset.id, result["dataset"], "Fused")
    assert (shift.real_shoppers, shift.synthetic_shoppers) == (120, 24)
    assert [group.before for group in shift.of(SEGMENT)][:3] == load_segments(dataset).labels
    assert sum(group.share_before for group in shift.groups if group.kind == SEGMENT) == pytest.approx(1)
    assert "24 synthetic shoppers joined 120 real ones: 17 % of all." in shift.sentences
    assert open_set(workspace, set_id).record.id == set_id  # a set is as it was


def test_a_set_of_a_drawn_segment_has_nobody_of_a_found_one(made: Made) -> None:
    workspace, dataset, run, _ = made
    keep_drawn(dataset, "Evens", "users", np.arange(0, 120, 2), {})
    spec = synthesize_spec(workspace, run, 20, segment="Evens", score=False)
    of_evens = run_here(workspace, "synthesize", spec, title="x").result["set"]  # type: ignore[index]
    remove_drawn(dataset, "Evens")
    with pytest.raises(NotFoundError, match="nobody of 'weakest'"):
        run_here(workspace, "fuse", fuse_spec(of_evens, segments=["weakest"]), title="x")
    mixed = run_here(workspace, "fuse", fuse_spec(of_evens, segments=["evens"]), title="x").result
    assert mixed is not None
    assert mixed["synthetic_shoppers"] == 20


def test_some_shoppers_alone(made: Made) -> None:
    workspace, dataset, _, set_id = made
    rare = run_here(workspace, "fuse", fuse_spec(set_id, items=["rare"], segments=["weakest"]), title="x").result
    one = run_here(workspace, "fuse", fuse_spec(set_id, items=[str(dataset.item_ids[0])]), title="x").result
    assert rare is not None
    assert one is not None
    assert 0 < rare["synthetic_shoppers"] < 60
    log = pd.read_parquet(one["log"])
    drawn = log[log["provenance"] == "synthetic"]
    assert drawn.groupby("customer")["sku"].agg(lambda skus: dataset.item_ids[0] in set(skus)).all()
    with pytest.raises(NotFoundError, match="no segment 'nobodies'"):
        run_here(workspace, "fuse", fuse_spec(set_id, segments=["nobodies"]), title="x")
    with pytest.raises(NotFoundError):
        run_here(workspace, "fuse", fuse_spec(set_id, items=["no such product"]), title="x")


def test_a_set_whose_utility_failed_is_fused_for_a_reason_only(made: Made) -> None:
    workspace, _, _, set_id = made
    folder = open_set(workspace, set_id).folder / SCORECARD
    write_scorecard(folder, card(FAIL), {})
    try:
        with pytest.raises(UserError, match=r"is not fused\. Worse than best sellers"):
            run_here(workspace, "fuse", fuse_spec(set_id), title="x")
        with pytest.raises(InputError, match="reason is too short"):
            fuse_spec(set_id, reason="1234567890 x")
        result = run_here(workspace, "fuse", fuse_spec(set_id, reason="to show what goes wrong"), title="x").result
        assert result is not None
        assert result["reason"] == "to show what goes wrong"
        manifest = json.loads((Path(result["shift"]) / "manifest.json").read_text())
        assert manifest["reason"] == "to show what goes wrong"
    finally:
        write_scorecard(folder, card(PASS), {})


def test_the_command_writes_the_fused_log(
    made: Made, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("AISLE_HOME", str(made[0].settings.home))
    out = tmp_path / "fused.csv"
    assert main(["fuse", made[3], "--ratio", "0.1", "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["synthetic_shoppers"] == 12
    assert pd.read_csv(out)["provenance"].eq("synthetic").any()
    assert main(["fuse", made[3], "--ratio", "0.1"]) == 0
    assert "adjusted Rand" in capsys.readouterr().out
    assert main(["fuse", made[3], "--ratio", "-1"]) == 2
    assert main(["fuse", "nothing"]) == 2


def test_nobody_who_qualifies_is_refused(made: Made) -> None:
    from recsys_core.synthesis.fusion.mixing import choose_shoppers

    with pytest.raises(TooSmallError, match="No shopper of the set"):
        choose_shoppers(open_set(made[0], made[3]).drawn, most=None, segments=[99])
