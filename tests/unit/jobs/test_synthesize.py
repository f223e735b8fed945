"""The synthesize job: what is refused at once, what comes out, what a second draw and a resumed one need not do again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import make_split
from recsys_core.errors import InputError, NotFoundError, TooSmallError, UserError
from recsys_core.jobs import Cancelled, read_events, resume, run_here
from recsys_core.jobs.synthesize_spec import partition, synthesize_spec
from recsys_core.jobs.work.filter import wished
from recsys_core.jobs.worker import run as run_job
from recsys_core.profiles.drawn import drawn_segments, keep_drawn, remove_drawn
from recsys_core.profiles.segments import load_segments
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.real_log import real_log
from recsys_core.synthesis.store import LEARNED, SyntheticSet, open_set
from tests.unit.synthesis.logged import logged, popular_run


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Dataset, str]:
    """A workspace, its dataset and the id of a run."""
    workspace, dataset = logged(tmp_path_factory.mktemp("synthesize"))
    return workspace, dataset, popular_run(workspace, dataset).id


def made(workspace: Workspace, run: str, users: int = 40, **wish: Any) -> tuple[SyntheticSet, dict[str, Any], str]:
    """(the set, the job's result, its id)."""
    spec = synthesize_spec(workspace, run, users, **{"score": False, **wish})
    job = run_here(workspace, "synthesize", spec, title="Make shoppers")
    result = dict(job.result or {})
    return open_set(workspace, result["set"]), result, job.id


def learned(workspace: Workspace) -> set[str]:
    folder = workspace.synthetic_dir / LEARNED
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def test_a_set_has_the_shoppers_the_columns_and_a_scorecard(shop: tuple[Workspace, Dataset, str]) -> None:
    workspace, dataset, run = shop
    found, result, job = made(workspace, run, score=True)
    assert (result["users"], found.record.users, found.events["user_id"].nunique()) == (40, 40, 40)
    assert set(found.events["item_id"]) <= set(dataset.item_ids)
    assert list(found.events.columns[:2]) == ["user_id", "item_id"]
    assert {"timestamp", "event", "quantity", "price", "category", "country"} <= set(found.events.columns)
    assert found.scorecard is not None
    assert result["verdicts"] == {verdict.group: verdict.status for verdict in found.scorecard.verdicts}
    assert found.scorecard.line("U1_tstr").value is not None  # by the run's own test rows
    assert found.record.why == result["why"] != ""
    kinds = [event["type"] for event in read_events(workspace, job)]
    assert kinds.count("curve") == len(found.curves) > 5
    assert result["fit_cpu_seconds"] > 0


def test_each_row_has_its_products_category_and_no_purchase_lacks_its_view(shop: tuple[Workspace, Dataset, str]) -> None:
    workspace, dataset, run = shop
    events = made(workspace, run)[0].events
    category = dataset.items.set_index("item_id")["category"]
    assert (events["item_id"].map(category) == events["category"]).all()
    kinds = events.groupby(["user_id", "item_id"])["event"].agg(set)
    assert all("view" in each for each in kinds)


def test_the_same_wish_gives_the_same_rows_and_another_seed_others(shop: tuple[Workspace, Dataset, str]) -> None:
    workspace, _, run = shop
    first, again, other = (made(workspace, run, seed=seed)[0] for seed in (5, 5, 6))
    pd.testing.assert_frame_equal(first.events, again.events)
    np.testing.assert_array_equal(first.drawn.items, again.drawn.items)
    assert len(first.events) != len(other.events) or not first.events.equals(other.events)


def test_a_second_draw_learns_nothing_anew(shop: tuple[Workspace, Dataset, str]) -> None:
    workspace, _, run = shop
    first, _, _ = made(workspace, run, seed=8)
    before = learned(workspace)
    second, result, job = made(workspace, run, 25, seed=8, temperature=0.8)
    assert learned(workspace) == before
    assert [event["name"] for event in read_events(workspace, job) if event["type"] == "stage"] == ["drawing"]
    assert second.curves == first.curves
    assert result["fit_cpu_seconds"] == first.artifact.manifest["fit_cpu_seconds"]


def test_activity_price_and_category_are_kept_to(shop: tuple[Workspace, Dataset, str]) -> None:
    workspace, dataset, run = shop
    found = made(workspace, run, activity=(3, 4), price=(1.5, 3.5), category="lamps")[0]
    different = found.events.groupby("user_id")["item_id"].nunique()
    assert set(different) <= {3, 4}
    items = dataset.items.set_index("item_id").loc[found.events["item_id"].unique()]
    assert set(items["category"]) == {"Lamps"}
    assert items["price"].between(1.5, 3.5).all()
    assert found.record.wish["category"] == "lamps"


def test_only_a_segments_shoppers_are_drawn_where_one_is_asked_for(shop: tuple[Workspace, Dataset, str]) -> None:
    workspace, dataset, run = shop
    labels = load_segments(dataset).labels
    assert len(labels) >= 2
    by_number, by_name = (made(workspace, run, segment=wanted)[0] for wanted in (1, labels[1].upper()))
    assert set(by_number.drawn.segment) == {1}
    pd.testing.assert_frame_equal(by_number.events, by_name.events)


def test_a_segment_drawn_on_a_map_is_learned_against_everybody_else(shop: tuple[Workspace, Dataset, str]) -> None:
    workspace, dataset, run = shop
    rows = np.flatnonzero(np.arange(dataset.n_users) % 2 == 0)  # every other shopper buys products 15 to 29 alone
    keep_drawn(dataset, "Evens", "users", rows, {})
    try:
        found = made(workspace, run, 200, segment="evens")[0]
        assert found.record.wish["segment"] == "Evens"
        assert set(found.drawn.segment) == {0}
        own = set(dataset.item_ids[np.unique(dataset.counts()[rows].indices)])
        others = made(workspace, run, 200)[0]
        share, usual = (one.events["item_id"].isin(own).mean() for one in (found, others))
        assert share > 0.8 > usual
        real = real_log(dataset, make_split(dataset, "random", 0))
        like = wished(found.record.wish, dataset, real)
        assert like is None or like.shape[0] <= len(rows)
        assert partition(dataset, "Evens").labels == ("Evens", "Everybody else")
        keep_drawn(dataset, "Few", "users", rows[:5], {})
        with pytest.raises(TooSmallError, match="'Few' has 5 shoppers"):
            synthesize_spec(workspace, run, 10, segment="Few")
    finally:
        for one in drawn_segments(dataset):
            remove_drawn(dataset, one.id)
    with pytest.raises(NotFoundError, match="no segment 'Evens'"):
        synthesize_spec(workspace, run, 10, segment="Evens")


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"users": 0}, "0 shoppers"),
        ({"users": 10**9}, "1,000,000,000 shoppers"),
        ({"generator": "crystal-ball"}, "no generator 'crystal-ball'"),
        ({"segment": "nobody"}, "no segment 'nobody'"),
        ({"segment": 99}, "no segment '99'"),
        ({"price": (500.0, 900.0)}, "No product costs from 500 to 900"),
        ({"price": (9.0, 1.0)}, "price band 9 to 1"),
        ({"category": "Hats"}, "no category 'Hats'"),
        ({"activity": (5, 2)}, "activity 5 to 2"),
        ({"activity": (20, 30), "category": "Mugs"}, "20 products a shopper"),
        ({"temperature": 0.0}, "temperature is 0"),
        ({"temperature": float("nan")}, "temperature is nan"),
        ({"tail": 2.0}, "tail is 2"),
        ({"seed": -1}, "seed is -1"),
        ({"settings": {"magic": 1}}, "no setting 'magic'"),
    ],
)
def test_what_cannot_be_made_is_refused_before_there_is_a_job(
    shop: tuple[Workspace, Dataset, str], wish: dict[str, Any], words: str
) -> None:
    workspace, _, run = shop
    users = wish.pop("users", 10)
    with pytest.raises(UserError, match=words):
        synthesize_spec(workspace, run, users, **wish)


def test_an_unknown_run_is_refused(shop: tuple[Workspace, Dataset, str]) -> None:
    with pytest.raises(NotFoundError, match="No run is called"):
        synthesize_spec(shop[0], "no-such-run", 10)


def test_a_log_of_few_shoppers_is_refused_in_words(tmp_path: Path) -> None:
    from tests.unit.synthesis import logged as shops

    table = shops.frame(12)
    table.to_parquet(tmp_path / "few.parquet", index=False)
    workspace = Workspace.open(tmp_path / "home")
    dataset = run_here(workspace, "ingest", {"log": str(tmp_path / "few.parquet"), "min_item_users": 1}, title="Ingest").result or {}
    run = popular_run(workspace, Dataset.open(workspace.dataset_dir(dataset["dataset"])))
    with pytest.raises(InputError, match="12 shoppers, too few"):
        synthesize_spec(workspace, run.id, 10)


def test_a_cancelled_job_goes_on_and_ends_in_the_same_set(shop: tuple[Workspace, Dataset, str], monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, _, run = shop
    undisturbed, _, _ = made(workspace, run, seed=11, score=True)
    spec = synthesize_spec(workspace, run, 40, seed=11, score=True)
    from recsys_core.jobs.work import synthesize as work

    with monkeypatch.context() as patch:
        patch.setattr(work, "_score", _cancelled)
        with pytest.raises(Cancelled):
            run_here(workspace, "synthesize", spec, title="Make shoppers")
    job = next(job for job in workspace.registry.jobs() if job.spec["set"] == spec["set"])
    assert job.state == "cancelled"
    assert open_set(workspace, spec["set"]).scorecard is None
    resume(workspace, job.id, start=False)
    assert run_job(workspace, job.id).state == "done"
    found = open_set(workspace, spec["set"])
    pd.testing.assert_frame_equal(found.events, undisturbed.events)
    assert found.scorecard == undisturbed.scorecard


def _cancelled(*_: object) -> None:
    raise Cancelled("stopped")
