"""The filter job: what is refused at once, what comes out, what is not done twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import make_split
from recsys_core.errors import InputError, NotFoundError, TooSmallError
from recsys_core.jobs import run_here
from recsys_core.jobs.filter_spec import filter_spec
from recsys_core.jobs.synthesize_spec import synthesize_spec
from recsys_core.jobs.work.filter import wished
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.filtering.store import has_filtering, open_filtering
from recsys_core.synthesis.real_log import real_log
from recsys_core.synthesis.store import FILTERED, FILTERING, FUSED, open_set, write_set
from tests.unit.synthesis.logged import logged, popular_run

Shop = tuple[Workspace, str, str]


def draw(workspace: Workspace, run: str, users: int) -> str:
    """The id of a fresh set."""
    job = run_here(workspace, "synthesize", synthesize_spec(workspace, run, users, score=False), title="Make shoppers")
    return str((job.result or {})["set"])


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A workspace, a run and the id of a set of 60 shoppers."""
    workspace, dataset = logged(tmp_path_factory.mktemp("filter"))
    run = popular_run(workspace, dataset).id
    return workspace, run, draw(workspace, run, 60)


def filtered(workspace: Workspace, set_: str, keep: float | str | None = None, seed: int = 0) -> dict[str, Any]:
    """The job's result."""
    return dict(run_here(workspace, "filter", filter_spec(workspace, set_, keep, seed=seed), title="Filter").result or {})


def test_marks_and_curves_are_kept_with_the_set_and_nothing_is_made(shop: Shop) -> None:
    workspace, _, id = shop
    told = filtered(workspace, id)
    found = open_filtering(open_set(workspace, id))
    assert (told["set"], told["made"], told["shoppers"], len(found.marks)) == (id, None, 60, 60)
    assert told["keep"] == told["natural"] == found.natural
    assert told["kept"] + sum(each["shoppers"] for each in told["dropped"]) == 60
    assert found.curves[-1].shoppers == 60
    assert found.curves[-1].utility is not None  # by the run's own test rows
    assert set(told["titles"]) == {"fidelity", "utility", "privacy"}


def test_who_stays_becomes_a_set_with_its_own_scorecard(shop: Shop) -> None:
    workspace, _, id = shop
    told = filtered(workspace, id, 0.7)
    parent, made = open_set(workspace, id), open_set(workspace, told["made"])
    chosen = open_filtering(parent).kept(0.7)
    assert (made.record.step, made.record.parent, made.record.users) == (FILTERED, id, told["kept"])
    assert made.record.wish["keep"] == 0.7
    assert made.events["user_id"].nunique() == chosen.sum() == len(made.drawn)
    assert list(made.events.columns) == list(parent.events.columns)
    assert made.scorecard is not None
    assert told["verdicts"] == {verdict.group: verdict.status for verdict in made.scorecard.verdicts}
    for new, old in enumerate(np.flatnonzero(chosen)):
        theirs = parent.events.loc[parent.events["user_id"] == f"synthetic-{old + 1}", "item_id"].tolist()
        assert made.events.loc[made.events["user_id"] == f"synthetic-{new + 1}", "item_id"].tolist() == theirs
    assert filtered(workspace, told["made"])["shoppers"] == told["kept"]  # a filtered set may be filtered again


def test_a_share_that_leaves_too_few_makes_nothing(shop: Shop) -> None:
    workspace, _, id = shop
    before = {path.name for path in workspace.synthetic_dir.iterdir()}
    with pytest.raises(TooSmallError, match="would stay"):
        filtered(workspace, id, 0.1)
    assert {path.name for path in workspace.synthetic_dir.iterdir()} == before


def test_the_sliders_own_place_can_be_asked_for(shop: Shop) -> None:
    told = filtered(shop[0], shop[2], "natural")
    assert (told["keep"], told["made"] is not None) == (told["natural"], True)


def test_a_wish_is_judged_by_the_real_shoppers_it_describes(shop: Shop) -> None:
    workspace, run, _ = shop
    asked = synthesize_spec(workspace, run, 60, category="Mugs", activity=(2, 9), score=False)
    id = str((run_here(workspace, "synthesize", asked, title="Make shoppers").result or {})["set"])
    dataset = Dataset.open(workspace.dataset_dir(open_set(workspace, id).record.dataset))
    real = real_log(dataset, make_split(dataset, "random", 0))
    mugs = dataset.items["category"].to_numpy() == "Mugs"
    assert wished({"category": "Mugs"}, dataset, real) is None  # 30 shoppers buy them: too few to judge by
    assert wished({"segment": None, "price": None}, dataset, real) is None
    dear = wished({"price": [1.5, 4.5]}, dataset, real)
    assert dear is not None
    assert dear.shape == (60, 30)
    assert set(dear.indices) <= set(np.flatnonzero(dataset.items["price"].to_numpy() <= 4.5))
    assert filtered(workspace, id)["shoppers"] == 60
    assert set(open_set(workspace, id).drawn.items) <= set(np.flatnonzero(mugs))


def test_marks_are_not_made_twice_unless_by_another_seed(shop: Shop) -> None:
    workspace, run, _ = shop
    id = draw(workspace, run, 40)
    file = workspace.synthetic_dir / id / FILTERING / "realism.npy"
    filtered(workspace, id)
    before = (file.stat().st_ino, np.load(file))
    filtered(workspace, id, 0.9)
    assert file.stat().st_ino == before[0]
    filtered(workspace, id, seed=2)
    assert not np.array_equal(np.load(file), before[1])
    filtered(workspace, id)
    np.testing.assert_array_equal(np.load(file), before[1])


def test_damaged_marks_are_made_again(shop: Shop) -> None:
    workspace, run, _ = shop
    id = draw(workspace, run, 40)
    filtered(workspace, id)
    (workspace.synthetic_dir / id / FILTERING / "score.npy").write_bytes(b"")
    assert has_filtering(open_set(workspace, id))
    assert filtered(workspace, id)["shoppers"] == 40
    assert len(open_filtering(open_set(workspace, id)).marks) == 40


def test_what_cannot_be_filtered_is_refused_at_once(shop: Shop, tmp_path: Path) -> None:
    workspace, run, id = shop
    for keep in (0.0, 1.5, "much"):
        with pytest.raises(InputError, match="share"):
            filter_spec(workspace, id, keep)
    with pytest.raises(NotFoundError):
        filter_spec(workspace, "nobody")
    with pytest.raises(TooSmallError, match="has 10 shoppers"):
        filter_spec(workspace, draw(workspace, run, 10))
    made = open_set(workspace, id)
    record = {**vars(made.record), "id": "fused-1", "step": FUSED, "parent": id}
    write_set(workspace.synthetic_dir / "fused-1", type(made.record)(**record), made.events, made.drawn, [])
    with pytest.raises(InputError, match="real shoppers too"):
        filter_spec(workspace, "fused-1")
