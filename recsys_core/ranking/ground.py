"""What a scenario is applied to: a run's candidates, and what a dataset knows of its products and shoppers; arrays, made once for a run."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.data.several_values import BETWEEN
from recsys_core.profiles.drawn import drawn_segments
from recsys_core.profiles.groups import load_groups
from recsys_core.profiles.segments import load_segments
from recsys_core.profiles.store import open_profile
from recsys_core.ranking.membership import Membership
from recsys_core.ranking.memo import Memo
from recsys_core.ranking.pools import unit_rows

if TYPE_CHECKING:
    from recsys_core.data.dataset import Dataset
    from recsys_core.data.several_values import ItemValues

DRAWN_GROUP = "drawn group"  # the attribute that says which groups drawn on a map a product is in, several or none
HEAD = 0.2  # of the products; what is shown of the others is the exposure of the long tail (guides/studio.md §2.1)
TASTE_HALF_LIFE = 180.0  # days after which a purchase says half as much of a shopper's taste
KEPT, BLENDS = 6, 2  # results that a ground keeps: what rules say of every product and the like; blended vectors, which are large
_MICROSECONDS_A_DAY = 86_400_000_000
Floats = NDArray[np.float32]


class Ranked(Protocol):
    """The part of a run that a ranking needs; see `models.runs.Run`."""

    @property
    def candidates(self) -> NDArray[np.int32]:
        """See `Ground`."""

    @property
    def candidate_scores(self) -> Floats:
        """Aligned with the candidates."""

    @property
    def fallback(self) -> NDArray[np.bool_]:
        """See `Ground`."""

    @property
    def item_vectors(self) -> Floats | None:
        """Of any length."""


@dataclass(frozen=True)
class Ground:
    """U shoppers and I products, indices of the dataset.

    candidates: int32 [U, C], best first, -1 padded; scores: float32 [U, C]; fallback: bool [U], whose candidates are best sellers. had:
    csr [U, I], what a list must not show again. buyers: int [I]. model_vectors, attribute_vectors: float32 [I, d] of length 1 or 0, None
    where there are none. group: int32 [I], -1 none, of `groups`; mix: csr float32 [U, G], rows sum to 1 or are empty. table: one row a
    product, its attributes and its `group`. segment: int32 [U], -1 none, of `segments`, which are the found segments, then those drawn on a
    map; drawn: bool [U, D], who is in each of these, which overlap; None where there are none. today: the last day of the log, None without
    times.
    shown: csr float32 [U, I], days since a product was last shown to a shopper, more than 0. counted: how many shoppers `buyers` is of,
    where that is not U (`anchors`). only: bool [I], what may be shown here at all, such as one category; None: everything. found: float32
    [U], the score from which on a candidate is the anchor's own find and not a best seller that follows; None: all are.
    """

    candidates: NDArray[np.int32]
    scores: Floats
    fallback: NDArray[np.bool_]
    had: sparse.csr_matrix
    buyers: NDArray[np.int64]
    table: pd.DataFrame
    group: NDArray[np.int32]
    groups: Sequence[str]
    mix: sparse.csr_matrix
    segment: NDArray[np.int32]
    segments: Sequence[str] = ()
    drawn: NDArray[np.bool_] | None = None
    model_vectors: Floats | None = None
    attribute_vectors: Floats | None = None
    today: pd.Timestamp | None = None
    several: frozenset[str] = frozenset()
    shown: sparse.csr_matrix | None = None
    counted: int | None = None
    only: NDArray[np.bool_] | None = None
    found: Floats | None = None
    _values: dict[str, ItemValues] = field(default_factory=dict, compare=False, repr=False)
    _kept: Memo = field(default_factory=lambda: Memo(KEPT), init=False, compare=False, repr=False)
    _blends: Memo = field(default_factory=lambda: Memo(BLENDS), init=False, compare=False, repr=False)

    @property
    def n_users(self) -> int:
        """Shoppers."""
        return len(self.candidates)

    @property
    def n_items(self) -> int:
        """Products."""
        return len(self.buyers)

    @property
    def members(self) -> Membership:
        """Who is in which segment."""
        drawn = np.zeros((self.n_users, 0), dtype=np.bool_) if self.drawn is None else self.drawn
        return Membership(self.segment, self.segments, drawn)

    def inside(self, label: str) -> NDArray[np.bool_]:
        """bool [U]: who is in a segment, found or drawn; nobody where there is none of this name."""
        return self.members.inside(label)

    def values(self, name: str) -> ItemValues:
        """The values of a text attribute of the products (`conditions.Attributes`)."""
        from recsys_core.data.several_values import item_values

        if name not in self._values:
            made = item_values(self.table[name].astype("object"), several=name in self.several)
            made.matrix.sort_indices()  # here, once: sessions are threads, and a shared matrix must not be sorted while another reads it
            self._values[name] = made
        return self._values[name]

    @cached_property
    def best_sellers(self) -> NDArray[np.int32]:
        """Products by buyers, the most first, ties by index."""
        return np.lexsort((np.arange(self.n_items), -self.buyers)).astype(np.int32)

    @cached_property
    def tail(self) -> NDArray[np.bool_]:
        """Products outside the best-selling fifth."""
        found = np.ones(self.n_items, dtype=np.bool_)
        found[self.best_sellers[: max(1, round(HEAD * self.n_items))]] = False
        return found

    @cached_property
    def surprise(self) -> NDArray[np.float64]:
        """-log2((buyers + 1) / (shoppers + 1)), bits."""
        shoppers = self.n_users if self.counted is None else self.counted
        return np.asarray(-np.log2((self.buyers + 1) / (shoppers + 1)))

    @cached_property
    def novelty(self) -> Floats:
        """Surprise over the largest there is: 0..1."""
        bits = self.surprise
        return (bits / max(float(bits.max(initial=0.0)), 1e-12)).clip(0, 1).astype(np.float32)

    @cached_property
    def price(self) -> NDArray[np.float64]:
        """Of each product, NaN where unknown: what was paid for it, else its list price."""
        return _first_known(self.table, "price", "list_price")

    @cached_property
    def margin(self) -> NDArray[np.float64]:
        """Share of the price that is left, NaN where unknown: the catalogue's, else from price and cost."""
        if "margin" in self.table:
            return _first_known(self.table, "margin")
        cost = _first_known(self.table, "cost")
        with np.errstate(invalid="ignore", divide="ignore"):
            found = (self.price - cost) / self.price
        return np.where(np.isfinite(found), found, np.nan)

    @cached_property
    def age(self) -> NDArray[np.float64]:
        """Days from a product's launch, or from its first event, to the log's last day; NaN where unknown."""
        column = next((name for name in ("launch_date", "first_seen") if name in self.table and self.table[name].notna().any()), None)
        if column is None or self.today is None:
            return np.full(self.n_items, np.nan)
        days = (self.today - pd.to_datetime(self.table[column])) / pd.Timedelta(days=1)
        return np.maximum(days.to_numpy(dtype=np.float64), 0.0)

    def vectors(self, similarity: str, blend_share: float = 0.5) -> Floats | None:
        """What variety is measured by: "model", "attributes" or "blend" ((1 - share) model + share attributes); None where missing."""
        if similarity == "model":
            return self.model_vectors
        if similarity == "attributes" or self.model_vectors is None or self.attribute_vectors is None:
            return self.attribute_vectors if similarity == "attributes" else None
        model, attributes = np.float32(np.sqrt(1 - blend_share)), np.float32(np.sqrt(blend_share))
        parts = (self.model_vectors, self.attribute_vectors)
        found: Floats = self._blends.get(blend_share, lambda: unit_rows(np.concatenate([model * parts[0], attributes * parts[1]], axis=1)))
        return found

    def kept(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Something made of this ground alone, kept for the next who asks (`make` must not ask for another)."""
        return self._kept.get(key, make)

    def has(self, what: str) -> bool:
        """Whether a slider has something to go by: "freshness", "margin", "price", "balance", "discovery", "variety"."""
        return bool(self._told[what])

    @cached_property
    def _told(self) -> Mapping[str, bool]:
        return {
            "freshness": bool(np.isfinite(self.age).any()),
            "margin": bool(np.isfinite(self.margin).any()),
            "price": bool(np.isfinite(self.price).any()),
            "balance": len(self.groups) > 1 and self.mix.nnz > 0,
            "discovery": self.n_items > 1,
            "variety": self.model_vectors is not None or self.attribute_vectors is not None,
        }


def ground_of(dataset: Dataset, run: Ranked, known: sparse.csr_matrix, *, shown: sparse.csr_matrix | None = None) -> Ground:
    """The ground of a run. known: csr [U, I], what may be known of the shoppers (`data.splits.Split.known`), never what is held out."""
    groups, segments = load_groups(dataset), load_segments(dataset)
    names, drawn = drawn_members(dataset, "users", segments.labels)
    profile = open_profile(dataset)
    attributes = np.asarray(profile.array("items.npy")) if profile is not None and profile.has("items.npy") else None
    if attributes is not None and not attributes.size:  # nothing is known of the products that they could be compared by
        attributes = None
    model = run.item_vectors
    had = (known + dataset.against).tocsr()
    had.sort_indices()
    kinds, marked = dataset.item_attributes, _drawn_groups(dataset)
    last = dataset.items["last_seen"].max() if "last_seen" in dataset.items else None
    return Ground(
        candidates=run.candidates,
        scores=run.candidate_scores,
        fallback=np.asarray(run.fallback),
        had=had,
        buyers=np.asarray(known.getnnz(axis=0), dtype=np.int64),
        table=dataset.items.assign(group=np.array([*groups.labels, None], dtype=object)[groups.codes], **marked),
        group=np.asarray(groups.codes, dtype=np.int32),
        groups=tuple(groups.labels),
        mix=taste(dataset, known, np.asarray(groups.codes), len(groups.labels)),
        segment=np.asarray(segments.codes, dtype=np.int32) if len(segments.codes) else np.full(dataset.n_users, -1, np.int32),
        segments=(*segments.labels, *names),
        drawn=drawn,
        model_vectors=None if model is None else unit_rows(np.asarray(model)),
        attribute_vectors=None if attributes is None else unit_rows(attributes),
        today=None if last is None or pd.isna(last) else pd.Timestamp(last),
        several=frozenset(name for name, about in kinds.items() if about["kind"] == "values") | marked.keys(),
        shown=shown,
    )


def drawn_members(dataset: Dataset, what: str, found: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
    """(names, who is in each: bool [n, D]) of what was drawn on maps, the oldest first.

    A name that one found has by now, for groups may be made anew, is told with "(drawn)".
    """
    drawn = drawn_segments(dataset, what)
    inside = np.zeros((dataset.n_users if what == "users" else dataset.n_items, len(drawn)), dtype=np.bool_)
    for place, each in enumerate(drawn):
        inside[each.rows, place] = True
    known = {label.casefold() for label in found}
    return tuple(f"{each.name} (drawn)" if each.name.casefold() in known else each.name for each in drawn), inside


def _drawn_groups(dataset: Dataset) -> dict[str, NDArray[np.object_]]:
    """The column of groups of products drawn on a map, where there are any: each product's, with BETWEEN between them."""
    names, inside = drawn_members(dataset, "items", ())
    if not names:
        return {}
    cells = np.full(len(inside), None, dtype=object)
    for item in np.flatnonzero(inside.any(axis=1)):
        cells[item] = BETWEEN.join(np.array(names, dtype=object)[inside[item]])
    return {DRAWN_GROUP: cells}


def taste(dataset: Dataset, known: sparse.csr_matrix, group: NDArray[np.integer], n_groups: int) -> sparse.csr_matrix:
    """The mix p_u of product groups in each shopper's past, csr float32 [U, G]: shares, recent purchases first where there are times.

    A purchase counts 2^(-days before the log's last / 180). known: csr [U, I], the pairs that count.
    """
    counted = known.tocsr().astype(np.float32)
    if dataset.has_times:
        pairs = dataset.positives
        time = np.asarray(dataset.positive_array("time"), dtype=np.float64)
        told = time > np.iinfo(np.int64).min / 2
        if told.any():
            days = np.where(told, (time[told].max() - time) / _MICROSECONDS_A_DAY, TASTE_HALF_LIFE)
            worth = sparse.csr_matrix((np.exp2(-days / TASTE_HALF_LIFE), pairs.indices, pairs.indptr), shape=pairs.shape)
            counted = counted.multiply(worth).tocsr()
    inside = np.flatnonzero(group >= 0)
    one_hot = sparse.csr_matrix((np.ones(len(inside)), (inside, group[inside])), shape=(len(group), max(n_groups, 1)))
    mix = (counted @ one_hot).tocsr()
    total = np.asarray(mix.sum(axis=1)).ravel()
    scaled = sparse.diags(np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)) @ mix
    found = sparse.csr_matrix(scaled, dtype=np.float32)
    found.sort_indices()
    return found


def _first_known(table: pd.DataFrame, *names: str) -> NDArray[np.float64]:
    found = np.full(len(table), np.nan)
    for name in names:
        if name in table:
            found = np.where(np.isnan(found), pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=np.float64), found)
    return found
