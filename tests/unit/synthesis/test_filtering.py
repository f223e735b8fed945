"""The filter as a whole: planted bad shoppers go, good ones stay, the critic is fair, and the curves are what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from recsys_core.errors import TooSmallError
from recsys_core.storage.artifacts import open_artifact
from recsys_core.synthesis.filtering import curves
from recsys_core.synthesis.filtering.band import nearest_real, real_band
from recsys_core.synthesis.filtering.critic_sklearn import _parts, judged
from recsys_core.synthesis.filtering.keeping import kept_shoppers
from recsys_core.synthesis.filtering.marking import filter_shoppers, score
from recsys_core.synthesis.filtering.store import KIND, Filtering, Stop, has_filtering, open_filtering, write_filtering
from recsys_core.synthesis.real_log import RealLog
from recsys_core.synthesis.scorecard.nearness import nearest_jaccard
from recsys_core.synthesis.store import EVENTS, FILTERING, GENERATED, SetRecord, SyntheticSet, write_set
from tests.unit.synthesis.filtering_shop import COPY, GOOD, INVALID, LOOSE, Planted, planted, real_log

Case = tuple[RealLog, Planted, Filtering]


@pytest.fixture(scope="module")
def case() -> Case:
    """300 shoppers: 60 % good, 20 % copies, 20 % shuffled, and ten of the good with a price that nothing costs."""
    real, made = real_log(), planted(real_log())
    wrong = [f"synthetic-{number}" for number in range(1, 11)]
    made.events.loc[made.events["user_id"].isin(wrong), "price"] = 77.0
    made.kind[:10] = INVALID
    return real, made, filter_shoppers(real, made.drawn, made.events, seed=1)


def share_dropped(case: Case, kind: int, keep: float) -> float:
    """Of the shoppers of a kind."""
    return float((~case[2].kept(keep))[case[1].kind == kind].mean())


def test_the_rules_drop_copies_and_invalid_shoppers_and_hardly_anybody_else(case: Case) -> None:
    assert share_dropped(case, COPY, 1.0) == 1.0
    assert share_dropped(case, INVALID, 1.0) == 1.0
    assert share_dropped(case, GOOD, 1.0) <= 0.06  # two tails of about one in a hundred
    reasons = {each.reason.id: each.shoppers for each in case[2].dropped(1.0)}
    assert reasons["price"] == 10
    assert reasons["too-close"] >= 60


def test_the_slider_drops_shuffled_shoppers_before_good_ones(case: Case) -> None:
    assert share_dropped(case, LOOSE, case[2].natural) >= 0.6
    assert share_dropped(case, GOOD, case[2].natural) <= 0.12
    assert share_dropped(case, LOOSE, 0.75) >= 0.85
    assert share_dropped(case, GOOD, 0.75) <= 0.3


def test_a_shuffled_shopper_is_less_real_to_the_critic(case: Case) -> None:
    realism, kind = case[2].marks.realism, case[1].kind
    assert realism[kind == LOOSE].mean() < realism[kind == GOOD].mean() - 0.08
    assert ((realism > 0) & (realism < 1)).all()


def test_the_critic_does_not_judge_whom_it_learned_from() -> None:
    """Real shoppers in two halves cannot be told apart; trees that had seen them would tell nearly all (AUC above .95)."""
    sets = real_log(400, seed=7).shoppers.sets
    apart = [judged(sets[first::2], sets[1 - first :: 2], seed=3).told_apart for first in (0, 1)]
    assert 0.4 < np.mean(apart) < 0.6


def test_those_with_the_same_products_are_judged_together(case: Case) -> None:
    sets = case[0].shoppers.sets
    ours, theirs = (_parts(each, 3, np.random.default_rng(0), salt=1) for each in (sets, sets[::-1]))
    assert (ours == theirs[::-1]).all()
    assert np.bincount(ours).min() > 60
    alike = _parts(sparse.vstack([sets[:1]] * 90).tocsr(), 3, np.random.default_rng(0))  # of a collapsed generator: at random
    assert np.bincount(alike).tolist() == [30, 30, 30]


def test_the_same_seed_gives_the_same_marks_and_curves(case: Case) -> None:
    real, made, first = case
    again = filter_shoppers(real, made.drawn, made.events, seed=1)
    for name, values in vars(first.marks).items():
        np.testing.assert_array_equal(values, getattr(again.marks, name))
    assert (first.curves, first.limits) == (again.curves, again.limits)


def test_the_last_stop_is_the_set_as_it_is_and_stops_keep_ever_more(case: Case) -> None:
    real, made, found = case
    last = found.curves[-1]
    assert (last.keep, last.shoppers) == (None, 300)
    assert [stop.keep for stop in found.curves[:-1]] == list(curves.STOPS)
    numbers = [stop.shoppers for stop in found.curves]
    assert numbers == sorted(numbers)
    assert numbers[-2] == found.kept(1.0).sum()
    likeness = nearest_jaccard(made.drawn.matrix(real.shoppers.n_items), real.shoppers.sets)
    beyond = (likeness >= found.limits.close).mean() - (found.real_nearest >= found.limits.close).mean()
    assert last.as_kept["P3_users_too_close"] == pytest.approx(beyond)
    assert last.fidelity is not None
    assert last.fidelity.value == pytest.approx(last.as_kept["F9_item_cooccurrence"])
    assert last.fidelity.low == last.fidelity.high == last.fidelity.value  # nothing was drawn by chance


def test_without_the_copies_nobody_is_too_close_and_an_attack_gains_less(case: Case) -> None:
    stops = {stop.keep: stop for stop in case[2].curves}
    assert stops[None].as_kept["P3_users_too_close"] > 0.15
    assert stops[1.0].as_kept["P3_users_too_close"] == 0.0
    assert private(stops[1.0]) > private(stops[None]) + 0.02


def private(stop: Stop) -> float:
    assert stop.privacy is not None
    return stop.privacy.value


def test_fewer_shoppers_do_not_look_worse_by_number_alone() -> None:
    """A slider that orders by nothing: at equal size, fidelity of a fifth is that of the whole, though as kept it is far less."""
    real = real_log(300, seed=2)
    made = planted(real, good=300, copies=0, loose=0, seed=5)
    found = filter_shoppers(real, made.drawn, made.events, seed=0)
    by_chance = np.random.default_rng(0).random(300)
    marks = type(found.marks)(**{**vars(found.marks), "score": by_chance})
    users = np.flatnonzero(real.shoppers.lengths)
    sets = made.drawn.matrix(real.shoppers.n_items)
    measures = curves.Measures(curves.as_events(real.shoppers.sets[users]), None, found.real_nearest, 0)
    stops = curves.curves(measures, sets, marks)
    first, last = stops[0], stops[-1]
    assert first.fidelity is not None
    assert last.fidelity is not None
    assert first.as_kept["F9_item_cooccurrence"] < last.as_kept["F9_item_cooccurrence"] - 0.15
    assert abs(first.fidelity.value - last.fidelity.value) < 0.08
    assert first.fidelity.low < last.fidelity.value < first.fidelity.high
    assert first.utility is None  # nothing is held out
    assert first.privacy is not None  # by distance alone


def test_nearest_by_hand() -> None:
    real = sparse.csr_matrix(np.array([[1, 1, 0, 0], [1, 1, 1, 0], [0, 0, 0, 1]], np.float32))
    made = sparse.csr_matrix(np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]], np.float32))
    likeness, who = nearest_real(made, real)
    np.testing.assert_allclose(likeness, [1, 2 / 3, 0], rtol=1e-6)
    assert who.tolist() == [0, 1, -1]


def test_small_sets_that_real_shoppers_share_are_no_copies() -> None:
    """Of 100 real shoppers 60 have one product each, of three; the others eight products of their own."""
    rng = np.random.default_rng(0)
    dense = np.zeros((100, 43), np.float32)
    dense[np.arange(60), np.arange(60) % 3] = 1
    for row in range(60, 100):
        dense[row, 3 + rng.choice(40, 8, replace=False)] = 1
    band = real_band(sparse.csr_matrix(dense), np.random.default_rng(1))
    assert band.close == 1.0
    assert band.too_close(np.array([1.0, 1.0, 0.9]), np.array([1, 8, 8])).tolist() == [False, True, False]


def test_the_slider_keeps_the_mix_of_activity() -> None:
    """The critic likes active shoppers only; half of the set still has some of every activity."""
    products = np.arange(1, 201)
    found = score(products / 400, products, np.ones(200, np.bool_))
    best = products[np.argsort(-found)[:100]]
    assert 10 < (best <= 100).sum() < 50


def test_a_draw_of_one_taste_is_judged_by_real_shoppers_of_that_taste() -> None:
    real = real_log(300, seed=3)
    made = planted(real, good=300, copies=0, loose=0, seed=6)
    own = np.flatnonzero(np.arange(300) % 5 == 0)  # the first taste
    keep = np.isin(np.arange(300), own)
    events, drawn = kept_shoppers(made.events, made.drawn, keep)
    tastes = pd.Series(real.rows["user_id"].to_numpy(), index=real.user).groupby(level=0).first().str[1:].astype(int) % 5
    like = real.shoppers.sets[tastes.index[tastes == 0].to_numpy()]
    among_all, among_own = (filter_shoppers(real, drawn, events, like=each) for each in (None, like))
    assert among_all.limits.told_apart > 0.85  # of course: most real shoppers have other tastes
    assert 0.3 < among_own.limits.told_apart < 0.7
    assert among_own.natural > among_all.natural + 0.2
    assert "60 real shoppers" in among_own.notes[0]


def test_too_few_are_refused() -> None:
    real = real_log(60)
    made = planted(real, good=10, copies=0, loose=0)
    with pytest.raises(TooSmallError, match="10 synthetic"):
        filter_shoppers(real, made.drawn, made.events)


def test_what_was_found_is_read_again(case: Case, tmp_path: Path) -> None:
    _, made, found = case
    record = SetRecord("s-1", "r", "d", "sequential", GENERATED, 300, len(made.events), 0, "2026-11-22")
    write_set(tmp_path / "s-1", record, made.events, made.drawn, [])
    set_ = SyntheticSet(record, open_artifact(tmp_path / "s-1", kind="synthetic"))
    assert not has_filtering(set_)
    write_filtering(set_.folder / FILTERING, found, {"set": "s-1"})
    read = open_filtering(set_)
    assert has_filtering(set_)
    assert read.to_json() == found.to_json()
    assert (read.curves, read.limits, read.natural) == (found.curves, found.limits, found.natural)
    for name, values in vars(found.marks).items():
        np.testing.assert_array_equal(values, getattr(read.marks, name))
    open_artifact(set_.folder / FILTERING, kind=KIND, verify=True)
    assert open_artifact(tmp_path / "s-1", kind="synthetic", verify=True).has(EVENTS)  # the set itself is as sealed
