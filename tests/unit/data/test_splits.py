"""Six ways to split: disjoint, complete, seeded, each with its promise."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy.sparse import csr_matrix

from recsys_core.data.dataset import Dataset
from recsys_core.data.matrices import from_pairs
from recsys_core.data.pairs import NO_PART, NO_TIME
from recsys_core.data.split_files import write_split
from recsys_core.data.splits import PROTOCOLS, Split, make_split
from recsys_core.errors import NotFoundError, TooSmallError, UnsupportedError
from tests.unit.data.conftest import TakeIn

DAY = 86_400_000_000
Pair = tuple[int, int]
unhurried = settings(deadline=None, max_examples=60)


@dataclass
class Pretended:
    """What `make_split` looks at, without a log behind it."""

    positives: csr_matrix
    arrays: dict[str, Any]
    has_times: bool = True
    has_split: bool = False
    name: str = "log"
    trains_users: Any = None
    trains_items: Any = None
    user_ids: Any = field(default=None)

    def __post_init__(self) -> None:
        self.shape = self.positives.shape
        self.n_users, self.n_items = self.shape
        self.trains_users = np.ones(self.n_users, bool) if self.trains_users is None else self.trains_users
        self.trains_items = np.ones(self.n_items, bool) if self.trains_items is None else self.trains_items

    @property
    def has_order(self) -> bool:
        return self.has_times

    def positive_array(self, name: str) -> Any:
        return self.arrays[name]


def pretend(pairs: list[Pair], time: Any = None, part: Any = None, **options: Any) -> Dataset:
    """A dataset of these pairs. time, part: one value for each pair, in the order given, which is also the order of the file."""
    order = sorted(range(len(pairs)), key=lambda place: pairs[place])
    user, item = (np.array([pairs[place][side] for place in order], dtype=np.int32) for side in (0, 1))
    positives = from_pairs(user, item, (int(user.max()) + 1, int(item.max()) + 1))
    arrays = {
        "row": np.array(order),
        "seq": np.full(len(pairs), NO_TIME),
        "time": np.array(time)[order] if time is not None else np.full(len(pairs), NO_TIME),
        "part": np.array(part)[order] if part is not None else np.full(len(pairs), NO_PART),
    }
    made = Pretended(positives, arrays, has_times=time is not None, has_split=part is not None, **options)
    return cast(Dataset, made)


def pairs_in(matrix: csr_matrix) -> set[Pair]:
    rows, columns = matrix.nonzero()
    return set(zip(rows.tolist(), columns.tolist(), strict=True))


def own_fold_in(split: Split) -> set[Pair]:
    """What is given of users who do not train."""
    given_ = pairs_in(split.validation_fold_in) | pairs_in(split.test_fold_in)
    return given_ - pairs_in(split.train) - pairs_in(split.validation_targets)


LOGS = st.sets(st.tuples(st.integers(0, 11), st.integers(0, 14)), min_size=30, max_size=120)


@st.composite
def pretended(draw: st.DrawFn) -> Dataset:
    """Logs of a dozen users whose times come in ties, some rows out of every part."""
    pairs = draw(st.permutations(sorted(draw(LOGS))))
    time = draw(st.lists(st.integers(0, 40), min_size=len(pairs), max_size=len(pairs)))
    part = draw(st.lists(st.integers(0, 3), min_size=len(pairs), max_size=len(pairs)))
    return pretend(list(pairs), np.array(time) * DAY, np.array(part, dtype=np.int8))


def split_or_skip(dataset: Dataset, protocol: str, seed: int) -> Split:
    try:
        return make_split(dataset, protocol, seed)
    except TooSmallError:
        assume(False)
        raise


@unhurried
@given(pretended(), st.sampled_from(PROTOCOLS), st.integers(0, 5))
def test_no_pair_is_in_two_parts_and_none_is_made_up(dataset: Dataset, protocol: str, seed: int) -> None:
    split = split_or_skip(dataset, protocol, seed)
    parts = [pairs_in(split.train), pairs_in(split.validation_targets), pairs_in(split.test_targets), own_fold_in(split)]
    assert sum(map(len, parts)) == len(set().union(*parts))
    everything = pairs_in(dataset.positives)
    if protocol == "given":
        everything = {pair for pair, part in zip(sorted(everything), dataset.positive_array("part"), strict=True) if part != NO_PART}
    assert set().union(*parts) == everything


@unhurried
@given(pretended(), st.sampled_from(PROTOCOLS), st.integers(0, 5))
def test_what_is_given_is_never_asked_for_and_never_listed_again(dataset: Dataset, protocol: str, seed: int) -> None:
    split = split_or_skip(dataset, protocol, seed)
    assert not pairs_in(split.validation_fold_in) & pairs_in(split.validation_targets)
    assert not pairs_in(split.test_fold_in) & pairs_in(split.test_targets)
    assert not pairs_in(split.known) & pairs_in(split.test_targets)
    assert pairs_in(split.known) >= pairs_in(split.refit) >= pairs_in(split.train)
    assert pairs_in(split.known) >= pairs_in(split.test_fold_in)
    assert pairs_in(split.refit) >= pairs_in(split.validation_targets) | pairs_in(split.validation_fold_in)


@unhurried
@given(pretended(), st.sampled_from(PROTOCOLS), st.integers(0, 5))
def test_the_same_seed_gives_the_same_split(dataset: Dataset, protocol: str, seed: int) -> None:
    one, other = split_or_skip(dataset, protocol, seed), make_split(dataset, protocol, seed)
    for name in one.counts():
        left, right = getattr(one, name), getattr(other, name)
        assert_array_equal(left.indices, right.indices)
        assert_array_equal(left.indptr, right.indptr)
        assert left.dtype == np.float32
        assert left.has_sorted_indices
        assert left.shape == dataset.shape


@unhurried
@given(pretended(), st.sampled_from(["random", "last"]), st.integers(0, 5))
def test_every_user_trains_and_light_ones_only_train(dataset: Dataset, protocol: str, seed: int) -> None:
    split = split_or_skip(dataset, protocol, seed)
    had = np.diff(dataset.positives.indptr)
    trains = np.diff(split.train.indptr)
    assert (trains[had > 0] > 0).all()
    assert_array_equal(trains[had < 3], had[had < 3])


@unhurried
@given(pretended())
def test_last_holds_out_the_two_newest_of_each_user(dataset: Dataset) -> None:
    split = split_or_skip(dataset, "last", 0)
    newest: dict[int, list[tuple[int, int, int]]] = {}
    for place, (user, item) in enumerate(sorted(pairs_in(dataset.positives))):
        newest.setdefault(user, []).append((dataset.positive_array("time")[place], dataset.positive_array("row")[place], item))
    for user, events in newest.items():
        items = [item for *_, item in sorted(events)]
        assert split.test_targets[user].indices.tolist() == (items[-1:] if len(items) >= 3 else [])
        assert split.validation_targets[user].indices.tolist() == (items[-2:-1] if len(items) >= 3 else [])


@unhurried
@given(pretended())
def test_time_cuts_for_everybody_at_once(dataset: Dataset) -> None:
    split = split_or_skip(dataset, "time", 0)
    time = dict(zip(sorted(pairs_in(dataset.positives)), dataset.positive_array("time"), strict=True))
    until = [max(time[pair] for pair in pairs_in(part)) for part in (split.train, split.validation_targets)]
    after = [min(time[pair] for pair in pairs_in(part)) for part in (split.validation_targets, split.test_targets)]
    assert until[0] < after[0] <= until[1] < after[1]


@unhurried
@given(pretended(), st.integers(0, 5))
def test_users_are_whole_in_one_group(dataset: Dataset, seed: int) -> None:
    split = split_or_skip(dataset, "users", seed)
    groups = [
        {user for user, _ in pairs_in(split.train)},
        {user for user, _ in pairs_in(split.validation_targets) | pairs_in(split.validation_fold_in)},
        {user for user, _ in pairs_in(split.test_targets) | pairs_in(split.test_fold_in)},
    ]
    assert sum(map(len, groups)) == len(set().union(*groups))
    had = np.diff(dataset.positives.indptr)
    for user in groups[2]:
        assert split.test_fold_in[user].nnz >= 1
        assert bool(split.test_targets[user].nnz) == (had[user] > 1)


@unhurried
@given(pretended(), st.integers(0, 5))
def test_all_fits_everything_and_tests_nothing(dataset: Dataset, seed: int) -> None:
    split = split_or_skip(dataset, "all", seed)
    assert not split.has_test
    assert pairs_in(split.refit) == pairs_in(split.known) == pairs_in(dataset.positives)


def test_shares_are_80_10_10_for_light_and_heavy_users_alike() -> None:
    for each, users in ((5, 4_000), (7, 3_000), (200, 100)):
        split = make_split(pretend([(user, item) for user in range(users) for item in range(each)]), "random", 0)
        shares = np.array([split.train.nnz, split.validation_targets.nnz, split.test_targets.nnz]) / (users * each)
        np.testing.assert_allclose(shares, [0.8, 0.1, 0.1], atol=0.01)


def test_held_out_users_are_a_tenth_each_and_folded_80_20() -> None:
    split = make_split(pretend([(user, item) for user in range(500) for item in range(11)]), "users", 0)
    sizes = [len(np.unique(matrix.nonzero()[0])) for matrix in (split.train, split.validation_targets, split.test_targets)]
    assert sizes == [400, 50, 50]
    assert 0.75 < split.test_fold_in.nnz / (50 * 11) < 0.85


def test_another_seed_is_another_split() -> None:
    dataset = pretend([(user, item) for user in range(50) for item in range(10)])
    for protocol in ("random", "users", "all"):
        one, other = make_split(dataset, protocol, 0), make_split(dataset, protocol, 1)
        assert pairs_in(one.train) != pairs_in(other.train)


def test_pairs_outside_the_core_are_known_but_in_no_part() -> None:
    core = [(user, item) for user in range(6) for item in range(5)]
    trains = np.arange(7) < 6
    dataset = pretend([*core, (6, 0)], trains_users=trains)
    split = make_split(dataset, "random", 0)
    assert pairs_in(split.train) | pairs_in(split.validation_targets) | pairs_in(split.test_targets) == set(core)
    assert (6, 0) in pairs_in(split.known)


GIVEN = [(0, item) for item in range(20)] + [(1, item) for item in range(10)]


def test_given_follows_the_column() -> None:
    part = [0] * 10 + [1] * 5 + [2] * 5 + [0] * 9 + [2]
    split = make_split(pretend(GIVEN, part=part), None, 0)
    assert split.protocol == "given"
    assert pairs_in(split.validation_targets) == {(0, item) for item in range(10, 15)}
    assert pairs_in(split.test_targets) == {(0, item) for item in range(15, 20)} | {(1, 9)}
    assert pairs_in(split.test_fold_in) == pairs_in(split.train) | pairs_in(split.validation_targets) == pairs_in(split.refit)


def test_a_pair_without_a_part_is_known_all_the_same() -> None:
    dataset = pretend([(0, 0), (0, 1), (0, 2), (0, 3)], part=[0, 1, 2, 3])
    assert pairs_in(make_split(dataset, "given").known) == {(0, 0), (0, 1), (0, 3)}


def test_given_without_validation_sets_a_tenth_of_training_aside() -> None:
    pairs = [(user, item) for user in range(100) for item in range(20)]
    part = [2 if item >= 15 else 0 for _, item in pairs]
    split = make_split(pretend(pairs, part=part), "given", 0)
    assert split.validation_targets.nnz == pytest.approx(150, abs=30)
    assert split.test_targets.nnz == 500
    assert split.refit.nnz == 1500


def test_given_folds_in_validation_users_who_do_not_train() -> None:
    pairs = [(user, item) for user in range(10) for item in range(10)]
    part = [1 if user == 9 else 0 for user, _ in pairs]
    split = make_split(pretend(pairs, part=part), "given", 0)
    assert split.validation_targets[9].nnz == 2
    assert split.validation_fold_in[9].nnz == 8
    assert split.train[9].nnz == 0
    assert split.refit.nnz == 100
    assert not split.has_test


def test_what_a_log_cannot_do_is_refused_in_one_sentence() -> None:
    plain = pretend([(user, item) for user in range(5) for item in range(5)])
    for protocol in ("last", "time"):
        with pytest.raises(UnsupportedError, match="has no times"):
            make_split(plain, protocol, 0)
    with pytest.raises(UnsupportedError, match="no split column"):
        make_split(plain, "given", 0)
    with pytest.raises(NotFoundError, match="'sideways'"):
        make_split(plain, "sideways", 0)
    one_day = pretend([(user, item) for user in range(5) for item in range(5)], time=np.arange(25) * 1_000_000)
    with pytest.raises(TooSmallError, match="of one day"):
        make_split(one_day, "time", 0)
    assert make_split(one_day, "last", 0).test_targets.nnz == 5
    with pytest.raises(TooSmallError, match="nothing to choose by"):
        make_split(pretend([(0, 0), (1, 0), (2, 1)]), "random", 0)
    with pytest.raises(TooSmallError, match="too few"):
        make_split(pretend([(0, item) for item in range(9)] + [(1, 0)]), "users", 0)
    with pytest.raises(TooSmallError, match="no row to training"):
        make_split(pretend([(0, 0), (1, 0)], part=[1, 2]), "given", 0)
    with pytest.raises(TooSmallError, match="Nothing in 'log' trains"):
        make_split(pretend([(0, 0), (1, 0)], trains_users=np.zeros(2, bool)), "random", 0)


def test_a_history_without_times_is_ordered_by_its_places(take_in: TakeIn) -> None:
    log = "user_id,item_id,seq_pos\n" + "".join(f"{user},{item},{9 - item}\n" for user in range(3) for item in range(5))
    _, dataset = take_in(log)
    split = make_split(dataset, "last", 0)
    assert [dataset.item_ids[split.test_targets[user].indices[0]] for user in range(3)] == ["0", "0", "0"]


def test_the_first_time_a_product_was_had_counts(take_in: TakeIn) -> None:
    log = "user_id,item_id,timestamp\n1,a,2026-01-01\n1,b,2026-01-02\n1,c,2026-01-03\n1,a,2026-01-09\n2,a,2026-01-01\n"
    _, dataset = take_in(log)
    split = make_split(dataset, "last", 0)
    assert pairs_in(split.test_targets) == {(0, 2)}
    assert pairs_in(split.validation_targets) == {(0, 1)}


@pytest.mark.parametrize("protocol", ["random", "users", "last"])
def test_the_files_of_a_split_share_no_pair_and_hold_all(take_in: TakeIn, tmp_path: Path, protocol: str) -> None:
    rows = [(f"u{user}", f"i{item}", f"2026-01-{item + 1:02d}") for user in range(30) for item in range(12)]
    _, dataset = take_in(pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]))
    about = write_split(make_split(dataset, protocol, 0), dataset, tmp_path / "split")
    parts = {name: pd.read_parquet(tmp_path / "split" / f"{name}.parquet") for name in ("train", "validation", "fold_in", "test")}
    assert {name: len(part) for name, part in parts.items()} == about["rows"]
    joined = pd.concat(parts.values())
    assert not joined.duplicated().any()
    assert sorted(joined.itertuples(index=False, name=None)) == sorted((user, item) for user, item, _ in rows)
    assert bool(len(parts["fold_in"])) == (protocol == "users")
