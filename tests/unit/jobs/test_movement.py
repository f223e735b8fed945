"""What a scenario moves on the map: centres, regions and widths of lists, by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest

from recsys_core.errors import UnsupportedError
from recsys_core.jobs.movement import Part, movement, no_shift, regions
from recsys_core.latent.projections import Projection

pytestmark = pytest.mark.unit
# four products at the corners of a square; the fifth is not on the map
CORNERS = np.array([[0, 0], [4, 0], [0, 4], [4, 4]], dtype=np.float32)
MAP = Projection(CORNERS, np.array([0, 1, 2, 3], dtype=np.int32), {"method": "pca"})
VECTORS = np.array([[1, 0], [0, 1], [-1, 0], [0, -1], [0, 0]], dtype=np.float32)  # their mean is 0, so one spread is 1
GROUPS, LABELS = np.array([0, 0, 1, 1, -1]), ("South", "North")
SECOND = 1 / np.log2(3)  # what the second place counts, where the first counts 1


def moved(before, after, parts=()):
    return movement(np.array(before), np.array(after), MAP, VECTORS, groups=GROUPS, labels=LABELS, parts=parts)


def test_a_list_that_stays_moves_nothing():
    found = moved([[0, 1]] * 40, [[0, 1]] * 40, [Part("all", np.arange(40))])
    assert (found.changed, found.distance.value, found.width.difference) == (0.0, 0.0, 0.0)
    assert not found.width.is_clear
    assert found.arrows[0].start == found.arrows[0].end
    assert (found.arrows[0].p, found.arrows[0].clear) == (1.0, False)
    assert not found.regions.shade.any()


def test_the_arrow_goes_from_centre_to_centre_and_places_count_as_they_are_seen():
    found = moved([[0, 1]] * 40, [[2, 3]] * 40, [Part("all", np.arange(40))])
    east = 4 * SECOND / (1 + SECOND)  # of the first place 0, of the second 4
    arrow = found.arrows[0]
    assert arrow.start == pytest.approx((east, 0))
    assert arrow.end == pytest.approx((east, 4))
    assert arrow.clear
    # centres (1, s) / (1 + s) and (-1, -s) / (1 + s) of the vectors
    assert arrow.distance.value == found.distance.value == pytest.approx(2 * np.hypot(1, SECOND) / (1 + SECOND))


def test_one_product_has_no_width_and_two_opposite_ones_have_a_whole_spread():
    found = moved([[0, 0]] * 30, [[0, 2]] * 30)
    centre = (1 - SECOND) / (1 + SECOND)
    assert found.width.before == pytest.approx(0)
    assert found.width.after == pytest.approx(np.sqrt(1 - centre**2))
    assert found.width.is_clear


def test_regions_hold_the_exposure_of_their_products():
    found = regions(np.array([[0], [1]]), np.array([[2], [1]]), MAP, GROUPS, 2, cells=2)
    assert found.before.tolist() == [[0.5, 0.5], [0, 0]]
    assert found.after.tolist() == [[0, 0.5], [0.5, 0]]
    assert found.x.tolist() == found.y.tolist() == [0, 2, 4]
    assert found.group.tolist() == [[0, 0], [1, -1]]
    assert found.shade[0, 0] < 0 < found.shade[1, 0]


def test_groups_gain_and_lose_with_an_interval():
    found = moved([[0]] * 60, [[2]] * 60)
    assert [(group.label, group.before, group.after) for group in found.groups] == [("North", 0.0, 1.0), ("South", 1.0, 0.0)]
    assert found.groups[0].low == found.groups[0].high == 1.0


def test_figures_of_some_are_of_them_alone_and_arrows_of_all_parts():
    before, after = np.array([[0]] * 30 + [[1]] * 50), np.array([[2]] * 30 + [[1]] * 50)
    parts = [Part("some", np.arange(30)), Part("others", np.arange(30, 80))]
    found = movement(before, after, MAP, VECTORS, groups=GROUPS, labels=LABELS, parts=parts, among=np.arange(30))
    assert (found.users, found.changed, found.distance.value) == (30, 1.0, 2.0)
    assert [(arrow.label, arrow.users, arrow.clear) for arrow in found.arrows] == [("some", 30, True), ("others", 50, False)]
    assert found.regions.before.max() == found.groups[0].after == 1.0


def test_products_off_the_map_do_not_pull_a_centre():
    found = moved([[0, 4], [4, 4]], [[1, 4], [4, 4]], [Part("one", np.array([0])), Part("other", np.array([1]))])
    (arrow,) = found.arrows  # the other has nothing on the map
    assert (arrow.start, arrow.end, arrow.users) == ((0.0, 0.0), (4.0, 0.0), 1)
    assert not arrow.clear  # one shopper says nothing of others
    with pytest.raises(UnsupportedError, match="on the map"):
        moved([[4]], [[-1]])


def test_steps_in_every_direction_are_no_shift():
    around = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]] * 20, dtype=float)
    assert no_shift(around) == pytest.approx(1.0)
    assert no_shift(around + np.array([1.0, 0])) < 1e-6
    assert no_shift(np.tile([1.0, 2.0], (50, 1))) < 1e-6
    assert no_shift(np.tile([1.0, 2.0], (29, 1))) == 1.0


def test_no_shift_is_right_about_chance():
    rng = np.random.default_rng(3)
    p = np.array([no_shift(rng.normal(size=(40, 2)) * [1, 5]) for _ in range(2000)])
    assert 0.035 < (p < 0.05).mean() < 0.065


def test_it_is_the_same_every_time_and_json():
    rng = np.random.default_rng(0)
    before, after = rng.integers(0, 4, (50, 3)), rng.integers(0, 4, (50, 3))
    one, other = (moved(before, after, [Part("all", np.arange(50))]).to_json() for _ in range(2))
    assert json.dumps(one) == json.dumps(other)
    assert sum(cell["before"] for cell in one["regions"]) == pytest.approx(1)
