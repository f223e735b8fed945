"""How far segments and clusters moved when synthetic shoppers joined: matched by their real members, compared share by share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from recsys_core.data.dataset import Dataset
from recsys_core.profiles.groups import load_clusters, load_groups
from recsys_core.profiles.segments import load_segments
from recsys_core.synthesis.fusion.shift import CLUSTER, SEGMENT, GroupShift, Shift

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
TERMS = 4
GREW = 0.02  # of the shoppers: a change of share that is told


@dataclass(frozen=True)
class _Side:
    """One grouping of one dataset. codes: of the members both sides share, in one order. shares: of all members in any group. centres:
    [groups, bins], each row what it is made of. terms: the most telling first.
    """

    labels: Sequence[str]
    codes: Codes
    shares: Floats
    centres: Floats
    terms: Sequence[tuple[str, ...]]


def measure_shift(before: Dataset, after: Dataset, *, synthetic: int) -> Shift:
    """Both datasets' chosen profiles, compared. synthetic: how many shoppers joined."""
    user_at, item_at = _places(before.user_ids, after.user_ids), _places(before.item_ids, after.item_ids)
    groups = load_groups(before).codes
    was, now = load_segments(before), load_segments(after)
    of_item = np.full(after.n_items, -1, np.int64)
    of_item[item_at[item_at >= 0]] = groups[item_at >= 0]
    bins = int(groups.max(initial=-1)) + 2
    segments = (
        _Side(
            was.labels,
            _int(was.codes),
            np.array(was.shares),
            _mix(before.positives, was.codes, len(was.labels), groups, bins),
            [tuple(feature.text for feature in segment.features[:TERMS]) for segment in was.segments],
        ),
        _Side(
            now.labels,
            _taken(now.codes, user_at),
            np.array(now.shares),
            _mix(after.positives, now.codes, len(now.labels), of_item, bins),
            [tuple(feature.text for feature in segment.features[:TERMS]) for segment in now.segments],
        ),
    )
    partner = _matched(*segments)
    as_before = np.full(len(now.labels) + 1, -1, np.int64)
    for old, new in partner.items():
        as_before[new] = old
    old_clusters, new_clusters = load_clusters(before), load_clusters(after)
    buyers = len(was.labels) + 1
    clusters = (
        _Side(
            old_clusters.labels,
            _int(old_clusters.codes),
            _shares(old_clusters.sizes),
            _mix(before.positives.T.tocsr(), old_clusters.codes, len(old_clusters.labels), was.codes, buyers),
            [tuple(word for word, _, _ in words[:TERMS]) for words in old_clusters.words],
        ),
        _Side(
            new_clusters.labels,
            _taken(new_clusters.codes, item_at),
            _shares(new_clusters.sizes),
            _mix(after.positives.T.tocsr(), new_clusters.codes, len(new_clusters.labels), as_before[now.codes], buyers),
            [tuple(word for word, _, _ in words[:TERMS]) for words in new_clusters.words],
        ),
    )
    found = (*_compared(SEGMENT, *segments, partner), *_compared(CLUSTER, *clusters, _matched(*clusters)))
    rands = [adjusted_rand(old.codes, new.codes) if old.labels and new.labels else None for old, new in (segments, clusters)]
    real = after.n_users - synthetic
    told = _sentences(real, synthetic, rands[0], rands[1], found)
    return Shift(before.id, after.id, after.name, real, synthetic, rands[0], rands[1], found, told)


def adjusted_rand(first: Codes, second: Codes) -> float:
    """How far two groupings of the same members agree, 1 the same, 0 as by chance (Hubert & Arabie 1985); members in none are left out."""
    inside = (first >= 0) & (second >= 0)
    table = _contingency(first[inside], second[inside])
    pairs = [float((part * (part - 1) / 2).sum()) for part in (table, table.sum(axis=0), table.sum(axis=1))]
    n = float(inside.sum())
    every = n * (n - 1) / 2
    expected, most = pairs[1] * pairs[2] / every if every else 0.0, (pairs[1] + pairs[2]) / 2
    return 1.0 if most == expected else (pairs[0] - expected) / (most - expected)


def _compared(kind: str, old: _Side, new: _Side, partner: dict[int, int]) -> list[GroupShift]:
    table = _contingency(old.codes, new.codes, (len(old.labels), len(new.labels)))
    inside = max(float((new.codes >= 0).sum()), 1.0)

    def group(before: int | None, after: int | None) -> GroupShift:
        shared = float(table[before, after]) if before is not None and after is not None else 0.0
        both = 0.0
        if before is not None and after is not None:
            both = float((old.codes == before).sum() + (new.codes == after).sum()) - shared
        return GroupShift(
            kind,
            None if before is None else old.labels[before],
            None if after is None else new.labels[after],
            0.0 if before is None else float(old.shares[before]),
            0.0 if after is None else float(new.shares[after]),
            0.0 if after is None else float((new.codes == after).sum()) / inside,
            shared / both if both else 0.0,
            1.0 if before is None or after is None else float(np.abs(old.centres[before] - new.centres[after]).sum() / 2),
            () if before is None else old.terms[before],
            () if after is None else new.terms[after],
        )

    rows = [group(number, partner.get(number)) for number in range(len(old.labels))]
    return rows + [group(None, number) for number in range(len(new.labels)) if number not in partner.values()]


def _matched(old: _Side, new: _Side) -> dict[int, int]:
    """Group before -> group after, so that as many members as can be stay with their partner (Kuhn 1955); none without a member."""
    table = _contingency(old.codes, new.codes, (len(old.labels), len(new.labels)))
    if not table.size:
        return {}
    rows, columns = linear_sum_assignment(-table)
    return {int(row): int(column) for row, column in zip(rows, columns, strict=True) if table[row, column] > 0}


def _contingency(first: Codes, second: Codes, shape: tuple[int, int] | None = None) -> Floats:
    inside = (first >= 0) & (second >= 0)
    shape = shape or (int(first.max(initial=-1)) + 1, int(second.max(initial=-1)) + 1)
    table = np.zeros(shape)
    np.add.at(table, (first[inside], second[inside]), 1.0)
    return table


def _mix(matrix: sparse.csr_matrix, of_row: NDArray[np.integer], groups: int, of_column: NDArray[np.integer], bins: int) -> Floats:
    """[groups, bins]: what the entries of each group's rows are made of, by the columns' bins, the last for those in none."""
    row = np.repeat(np.asarray(of_row, np.int64), np.diff(matrix.indptr))
    column = np.asarray(of_column, np.int64)[matrix.indices]
    table = _contingency(row, np.where(column < 0, bins - 1, column), (groups, bins))
    return np.asarray(table / np.maximum(table.sum(axis=1, keepdims=True), 1.0))


def _places(ids: NDArray[np.object_], among: NDArray[np.object_]) -> Codes:
    """Where each id is in a sorted list; -1 where it is not."""
    at = np.minimum(np.searchsorted(among, ids), len(among) - 1)
    return np.where(among[at] == ids, at, -1)


def _taken(codes: NDArray[np.integer], at: Codes) -> Codes:
    return np.where(at >= 0, np.asarray(codes, np.int64)[np.maximum(at, 0)], -1)


def _int(codes: NDArray[np.integer]) -> Codes:
    return np.asarray(codes, np.int64)


def _shares(sizes: Sequence[int]) -> Floats:
    return np.asarray(sizes, np.float64) / max(sum(sizes), 1)


def _sentences(real: int, synthetic: int, segments: float | None, clusters: float | None, found: Sequence[GroupShift]) -> tuple[str, ...]:
    told = [f"{synthetic:,} synthetic shoppers joined {real:,} real ones: {synthetic / (real + synthetic):.0%} of all."]
    for rand, what in ((segments, "The real shoppers' segments"), (clusters, "The clusters of products")):
        if rand is not None:
            stayed = "stayed nearly as they were" if rand >= 0.8 else "shifted" if rand >= 0.4 else "became others"
            told.append(f"{what} {stayed} (adjusted Rand {rand:.2f}; 1 is the same groups, 0 as by chance).")
    changes = [group for group in found if group.kind == SEGMENT and abs(group.share_after - group.share_before) >= GREW]
    for group in sorted(changes, key=lambda group: -abs(group.share_after - group.share_before))[:2]:
        if group.before is None or group.after is None:
            told.append(f"The segment “{group.after or group.before}” {'is new' if group.before is None else 'is gone'}.")
        else:
            grew = "grew" if group.share_after > group.share_before else "shrank"
            told.append(f"The segment “{group.before}” {grew} from {group.share_before:.0%} to {group.share_after:.0%} of the shoppers.")
    return tuple(sentence.replace("%", " %") for sentence in told)
