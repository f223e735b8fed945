"""Other places of the demo: sliders mean there what they mean at home, on pages and baskets that they were not calibrated on."""

from __future__ import annotations

import numpy as np
import pytest

from recsys_core.cli.app import main
from recsys_core.evaluation.beyond_accuracy import intra_list_distance
from recsys_core.jobs.placing import sample
from recsys_core.jobs.studio import BASKET, PRODUCT, Opened, open_studio, place
from recsys_core.ranking.anchors import products_as_rows, sampled_products
from recsys_core.ranking.planning import prepare
from recsys_core.ranking.scenario import Scenario
from recsys_core.storage.workspace import Workspace

POSITIONS = (10, 25, 50, 75, 90)
AIM = 4  # points of 100
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(tmp_path_factory.mktemp("demo")))
        assert main(["demo", "--json"]) == 0
        workspace = Workspace.open()
        edlae = next(run.id for run in workspace.registry.runs() if run.model == "edlae")
        return open_studio(workspace, edlae)


@pytest.mark.parametrize("kind", [PRODUCT, BASKET])
def test_variety_is_the_share_of_what_can_be_had_on_other_places(opened: Opened, kind: str) -> None:
    ground, plain = opened.studio.ground, Scenario()
    calibrated_on = sampled_products(ground, plain)
    others = np.setdiff1d(sampled_products(ground, plain, seed=1), calibrated_on)
    assert len(others) > 400
    placed, basis = place(opened, kind, products_as_rows(others, ground.n_items), plain)
    assert basis == ("the model's vectors" if kind == PRODUCT else "what the same shoppers bought")
    scales = sample(opened, kind, Scenario(variety=50)).scales(Scenario(variety=50))
    assert ground.model_vectors is not None
    distance = {}
    for position in (0, *POSITIONS, 100):
        lists = prepare(Scenario(variety=position), placed, scales, opened.studio.day).rank().items
        distance[position] = float(np.nanmean(intra_list_distance(lists, ground.model_vectors)))
    reached = {p: 100 * (distance[p] - distance[0]) / (distance[100] - distance[0]) for p in POSITIONS}
    assert all(abs(reached[p] - p) <= AIM for p in POSITIONS), reached
