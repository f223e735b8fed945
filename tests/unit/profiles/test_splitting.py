"""Kinds of shopper that overlap are told apart; groups of products are not taken for the kinds of word within them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from recsys_core.profiles.bag import read_bag
from recsys_core.profiles.plain_groups_sklearn import plain_groups
from recsys_core.profiles.spectrum_sklearn import spectrum
from recsys_core.profiles.splitting_sklearn import split_kinds


def shoppers(
    likes: list[list[int]], groups: int, seed: int, fewest: int = 10
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """Shares of groups in what 200 shoppers of each kind buy, 80 % of it from the groups they like."""
    rng = np.random.default_rng(seed)
    kind = np.repeat(np.arange(len(likes)), 200)
    shares, counts = [], []
    for one in kind:
        taste = np.full(groups, 0.2 / groups)
        taste[likes[one]] += 0.8 / len(likes[one])
        bought = rng.multinomial(rng.integers(fewest, 61), taste)
        shares.append(bought / bought.sum())
        counts.append(float(bought.sum()))
    return np.array(shares), kind, np.array(counts)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_who_likes_one_group_and_who_likes_that_and_another_are_two_kinds(seed: int) -> None:
    points, kind, bought = shoppers([[0], [0, 1], [2], [3, 4]], 6, seed)
    codes, k = split_kinds(points, np.where(kind < 2, 0, kind - 1).astype(np.int32), 3, 0, bought)
    assert k == 4
    assert adjusted_rand_score(kind, codes) >= 0.9


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_kind_without_a_gap_stays_whole_however_many_groups_it_likes(seed: int) -> None:
    points, kind, bought = shoppers([[0], [1, 2], [3, 4, 5]], 8, seed)
    codes, k = split_kinds(points, kind.astype(np.int32), 3, 0, bought)
    assert k == 3
    assert adjusted_rand_score(kind, codes) == 1


def test_titles_in_two_languages_show_groups_rather_than_pairs_of_words() -> None:
    rng = np.random.default_rng(1)
    word = [[f"{consonant}{vowel}{consonant}{tail}" for vowel in "aeiou"] for consonant in "bdfgkmpr" for tail in ("on",)]
    shared = [f"x{vowel}l{other}n" for vowel in "aeiou" for other in "aeiou"]
    group = rng.integers(0, 8, 800)
    titles = []
    for one in group:
        own = [word[one][place] for place in rng.choice(5, rng.integers(1, 3), replace=False)]
        titles.append(" ".join([*own, *(f"{kind}zz" for kind in own), *rng.choice(shared, 3, replace=False)]))
    bag = read_bag(titles)
    view = spectrum(bag.present, 0, smooth=0.0)
    coarse = view.coarse()
    assert coarse is not None
    assert coarse.rank == 7
    found = plain_groups(coarse, np.diff(bag.present.indptr), 0)
    assert found is not None
    assert found.n_groups == 8
    assert adjusted_rand_score(group, found.codes) >= 0.9
