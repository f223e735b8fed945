"""Interest tags: scores by hand, what they rest on, edits, and that they foretell what shoppers choose next."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.data.splits import make_split
from recsys_core.errors import InputError
from recsys_core.profiles.groups import ItemGroups
from recsys_core.profiles.interests import (
    Recipe,
    choose_recipe,
    describe_tags,
    edit_interests,
    held_share,
    measure_interests,
    of_past,
    predict_interests,
    recommend_by_tags,
)

GROUPS = ItemGroups(np.array([0, 0, 1, 1, 2, -1], dtype=np.int32), ["Mugs", "Bags", "Clocks"], "category")


def taken_in(folder: Path, frame: pd.DataFrame) -> Dataset:
    frame.to_csv(folder / "log.csv", index=False)
    made = ingest(IngestRequest(str(folder / "log.csv"), min_user_items=1, min_item_users=1), folder / "datasets")
    return Dataset.open(folder / "datasets" / made.dataset)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """Three shoppers and products a to f. u1: a twice, b, then c much later. u2: c, d. u3: f, which is in no group."""
    rows = [
        ("u1", "a", "2025-01-01"),
        ("u1", "a", "2025-01-05"),
        ("u1", "b", "2025-01-11"),
        ("u1", "c", "2025-03-12"),
        ("u2", "c", "2025-03-12"),
        ("u2", "d", "2025-03-12"),
        ("u3", "f", "2025-02-01"),
        ("u4", "e", "2025-03-12"),
    ]
    return taken_in(tmp_path, pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]))


def test_a_score_is_the_share_drawn_towards_everybodys(dataset: Dataset) -> None:
    found = predict_interests(dataset, GROUPS, dataset.positives, Recipe(strength=6.0))
    assert_allclose(found.usual, [2 / 6, 3 / 6, 1 / 6], atol=1e-6)
    assert_allclose(found.scores[0], [(2 + 2) / 9, (1 + 3) / 9, (0 + 1) / 9], atol=1e-6)
    assert_allclose(found.scores.sum(axis=1), 1.0, atol=1e-6)
    assert found.scores.dtype == np.float32


def test_who_has_nothing_in_a_group_has_everybodys_tags(dataset: Dataset) -> None:
    found = predict_interests(dataset, GROUPS, dataset.positives)
    assert_allclose(found.scores[2], found.usual, atol=1e-6)
    assert_array_equal(found.top(2)[2], [1, 0])


def test_newer_choices_count_more_and_the_sum_of_weights_stays(dataset: Dataset) -> None:
    """The log ends on 12 March: a is 70 days old, b 60, c new; a half-life of 60 days."""
    found = predict_interests(dataset, GROUPS, dataset.positives, Recipe(strength=6.0, half_life=60.0))
    ages = np.exp2(-np.array([70.0, 60.0, 0.0]) / 60.0)
    a, b, c = 3 * ages / ages.sum()
    assert_allclose(found.scores[0], [(a + b + 2) / 9, (c + 3) / 9, 1 / 9], atol=1e-5)


def test_what_a_model_lists_counts_by_its_weight_and_place(dataset: Dataset) -> None:
    listed = np.array([[4, 3, -1], [-1, -1, -1], [5, -1, -1], [-1, -1, -1]])
    mixed = predict_interests(dataset, GROUPS, dataset.positives, Recipe(strength=6.0, listed=0.5), listed)
    alone = predict_interests(dataset, GROUPS, dataset.positives, Recipe(strength=6.0))
    first, second = 1.0, 1 / np.log2(3)
    mix = np.array([0.0, second, first]) / (first + second)
    assert_allclose(mixed.scores[0], 0.5 * alone.scores[0] + 0.5 * mix, atol=1e-6)
    assert_array_equal(mixed.scores[1:], alone.scores[1:])  # nothing listed, or nothing in a group


def test_a_tag_says_what_it_rests_on(dataset: Dataset) -> None:
    interests = predict_interests(dataset, GROUPS, dataset.positives, Recipe(strength=6.0))
    mugs, bags, clocks = describe_tags(dataset, GROUPS, interests, 0)
    assert (mugs.label, mugs.products, mugs.events, mugs.days) == ("Mugs", 2, 3, 60.0)
    assert (bags.label, bags.products, bags.events, bags.days) == ("Bags", 1, 1, 0.0)
    assert (clocks.products, clocks.events, clocks.days) == (0, 0, None)
    assert mugs.score == pytest.approx(4 / 9)
    assert mugs.usual == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    "recipe", [Recipe(), Recipe(strength=6.0, half_life=60.0), Recipe(strength=6.0, listed=0.5), Recipe(2.0, 90.0, 0.25)], ids=str
)
def test_a_past_that_is_the_logs_gives_the_logs_tags(dataset: Dataset, recipe: Recipe) -> None:
    listed = np.array([[4, 3, -1], [-1, -1, -1], [5, -1, -1], [0, -1, -1]])
    found = predict_interests(dataset, GROUPS, dataset.positives, recipe, listed)
    for user in range(dataset.n_users):
        past = dataset.positives[[user]].indices
        assert_allclose(of_past(dataset, GROUPS, found.usual, user, past, recipe, listed[user]), found.scores[user], atol=1e-5)


def test_what_was_added_to_a_past_counts_as_of_today(dataset: Dataset) -> None:
    """Of a and b, 70 and 60 days old, and the new clock e; a half-life of 60 days."""
    usual = predict_interests(dataset, GROUPS, dataset.positives).usual
    ages = np.exp2(-np.array([70.0, 60.0, 0.0]) / 60.0)
    a, b, e = 3 * ages / ages.sum()
    found = of_past(dataset, GROUPS, usual, 0, np.array([0, 1, 4]), Recipe(strength=6.0, half_life=60.0))
    assert_allclose(found, [(a + b + 2) / 9, 3 / 9, (e + 1) / 9], atol=1e-5)


def test_a_tag_of_an_edited_past_rests_on_that_past(dataset: Dataset) -> None:
    interests = predict_interests(dataset, GROUPS, dataset.positives, Recipe(strength=6.0))
    tags = {tag.label: tag for tag in describe_tags(dataset, GROUPS, interests, 0, past=np.array([0, 4]))}
    assert (tags["Mugs"].products, tags["Mugs"].events, tags["Mugs"].days) == (1, 2, 70.0)
    assert (tags["Clocks"].products, tags["Clocks"].events, tags["Clocks"].days) == (1, 0, None)
    assert tags["Bags"].products == 0


def test_edits_hide_and_pin(dataset: Dataset) -> None:
    interests = predict_interests(dataset, GROUPS, dataset.positives, Recipe(strength=6.0))
    row = interests.scores[0]
    edited = edit_interests(interests, row, {0: 0.0, 2: 4.0})
    assert_allclose(edited, np.array([0, 4 / 9, 4 / 6]) / (4 / 9 + 4 / 6), atol=1e-6)  # clocks: 4 times the usual 1/6, more than their 1/9
    assert describe_tags(dataset, GROUPS, interests, 0, scores=edited)[0].label == "Clocks"
    assert len(describe_tags(dataset, GROUPS, interests, 0, scores=edited)) == 2
    assert_allclose(edit_interests(interests, row, {}), row, atol=1e-7)
    assert_array_equal(edit_interests(interests, row, {0: 0, 1: 0, 2: 0}), [0, 0, 0])


@pytest.mark.parametrize("edit", [{3: 1.0}, {-1: 1.0}, {0: -0.5}, {0: 11.0}, {0: float("nan")}])
def test_edits_that_mean_nothing_are_refused(dataset: Dataset, edit: dict[int, float]) -> None:
    interests = predict_interests(dataset, GROUPS, dataset.positives)
    with pytest.raises(InputError):
        edit_interests(interests, interests.scores[0], edit)


def test_tags_recommend_by_their_score_and_what_sells_in_the_group() -> None:
    scores = np.array([[0.6, 0.1, 0.3]], dtype=np.float32)
    found = recommend_by_tags(scores, GROUPS, np.array([3, 1, 0, 0, 5, 9]))
    assert_allclose(found, [[0.45, 0.15, 0.05, 0.05, 0.3, 0.0]], atol=1e-6)
    assert found.dtype == np.float32


def test_held_out_products_without_a_group_do_not_count() -> None:
    targets = sparse.csr_matrix(np.array([[1, 0, 1, 0, 0, 1], [0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 1, 0]], dtype=np.float32))
    shares = held_share(np.array([[0], [0], [0]]), targets, GROUPS)
    assert_allclose(shares, [0.5, np.nan, 0.0])


def planted(folder: Path, loyal: float) -> tuple[Dataset, ItemGroups]:
    """120 shoppers; a share of their products is of their own two of eight groups."""
    rng = np.random.default_rng(5)
    codes = np.repeat(np.arange(8), 12)
    rows = []
    for user in range(120):
        own = np.isin(codes, [user % 8, (user + 3) % 8])
        weight = np.where(own, loyal / own.sum(), (1 - loyal) / (~own).sum()) if loyal else np.ones(96)
        rows += [(f"u{user:03d}", f"p{item:02d}") for item in rng.choice(96, 20, replace=False, p=weight / weight.sum())]
    dataset = taken_in(folder, pd.DataFrame(rows, columns=["user_id", "item_id"]))
    return dataset, ItemGroups(codes.astype(np.int32), [f"g{code}" for code in range(8)], "category")


def test_tags_foretell_tastes_that_are_there_and_none_that_are_not(tmp_path: Path) -> None:
    for loyal, there in ((0.8, True), (0.0, False)):
        (folder := tmp_path / str(loyal)).mkdir()
        dataset, groups = planted(folder, loyal)
        split = make_split(dataset)
        held = measure_interests(dataset, groups, split, choose_recipe(dataset, groups, split))
        assert held.users > 100
        assert (held.gain.low > 0.2) == there
        assert held.gain.high > 0 or not there
        if not there:
            assert held.gain.low < 0.05


def test_the_recipe_is_chosen_on_validation_alone(tmp_path: Path) -> None:
    dataset, groups = planted(tmp_path, 0.8)
    split = make_split(dataset)
    users = np.arange(dataset.n_users)
    perfect = np.full((len(users), 6), -1)
    for user in users:
        items = split.validation_targets[user].indices[:6]
        perfect[user, : len(items)] = items
    assert choose_recipe(dataset, groups, split, (users, perfect)).listed > 0
    wrong = np.stack([np.flatnonzero(np.isin(groups.codes, [(user + 1) % 8, (user + 2) % 8, (user + 4) % 8])) for user in users])
    assert choose_recipe(dataset, groups, split, (users, wrong)).listed < 0.5
    assert choose_recipe(dataset, groups, split) == choose_recipe(dataset, groups, split)
