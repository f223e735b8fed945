"""A run opened for moving about in its latent space: the codes of shoppers and products, what no list may show, directions with names.

Light: numpy and scipy over exported arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import make_split
from recsys_core.errors import InputError, UnsupportedError
from recsys_core.inference.scorers import CODERS
from recsys_core.latent.steering import Coder, Codes, Direction, attribute_directions, coder_of, principal_directions, shown, walk
from recsys_core.models.runs import Run
from recsys_core.profiles.groups import ItemGroups, load_groups
from recsys_core.storage.workspace import Workspace

SAMPLED = 5_000  # shoppers that directions are found on
AXES = 6
LARGEST_GROUPS = 12  # whose shares are looked at
COMPARED = 3  # shoppers whose stored vectors are compared with their codes
POLE = 5  # products that tell the ends of an axis apart
TOP = 50  # products at the top of an end
FAR = 2.0  # steps from the middle to an end of an axis
PRICE, POPULARITY, NEWNESS, GROUP, AXIS = "price", "popularity", "newness", "group", "axis"
ENDS = {PRICE: ("cheaper", "dearer"), POPULARITY: ("rarer", "best-selling"), NEWNESS: ("older", "newer")}


@dataclass(frozen=True)
class Way:
    """A direction that can be named. kind: price, popularity, newness, group or axis. group: its label, else "".

    low, high: a word for each end. low_items, high_items: dataset indices of the products that the ends of an axis show, () elsewhere.
    """

    direction: Direction
    kind: str
    low: str
    high: str
    group: str = ""
    low_items: tuple[int, ...] = ()
    high_items: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """What the command line calls it: price, popularity, newness, the group's label, axis 1 ..."""
        return self.group or self.direction.name


@dataclass(frozen=True)
class Listed:
    """Lists decoded from n codes: items int32 [n, k], dataset indices, best first; scores float32 [n, k]."""

    items: NDArray[np.int32]
    scores: NDArray[np.float32]


@dataclass(frozen=True)
class Steering:
    """known: csr [users, items], what each shopper has had before the test. codes: of all shoppers, None where they are not stored."""

    run: Run
    dataset: Dataset
    known: sparse.csr_matrix
    coder: Coder
    codes: NDArray[np.float32] | None

    def codes_of_users(self, users: Sequence[int] | NDArray[np.integer]) -> Codes:
        """Codes float32 [n, d] of shoppers by their dataset index. Raises UnsupportedError for one without a history that the run reads."""
        rows = np.asarray(users, np.int64)
        for user in rows[np.asarray(self.run.fallback)[rows]]:
            raise UnsupportedError(
                f"The model knows nothing of the shopper '{self.dataset.user_ids[user]}', who had none of the products it learned from.",
                "Choose another shopper.",
            )
        if self.codes is not None:
            return np.asarray(self.codes[rows], np.float32)
        return self._encoded(self.known[rows][:, self.run.items])

    def codes_of_items(self, items: Sequence[int] | NDArray[np.integer]) -> Codes:
        """Codes float32 [n, d] of products by their dataset index: of shoppers who had that one alone. Raises UnsupportedError."""
        places = self._places[np.asarray(items, np.int64)]
        for item in np.asarray(items)[places < 0]:
            raise UnsupportedError(
                f"The run '{self.run.id}' does not know the product '{self.dataset.item_ids[item]}', which too few shoppers had.",
                "Choose another product.",
            )
        one = (np.ones(len(places), np.float32), (np.arange(len(places)), places))
        return self._encoded(sparse.csr_matrix(one, shape=(len(places), len(self.run.items))))

    def hidden(self, user: int | None = None, items: Sequence[int] = ()) -> NDArray[np.bool_]:
        """Bool [run items]: what a list must not show. user: what they had, or what speaks against it; items: these."""
        found = np.zeros(self.dataset.n_items, np.bool_)
        found[np.asarray(items, np.int64)] = True
        if user is not None:
            found[self.known[[user]].indices] = True
            found[self.dataset.against[[user]].indices] = True
        return np.asarray(found[self.run.items])

    def lists(self, codes: Codes, k: int, hidden: NDArray[np.bool_] | None = None) -> Listed:
        """What is shown at codes [n, d]; hidden: as `hidden` gives it. Lists are shorter than k where there is less to show."""
        return self._listed(*shown(self.coder, codes, self._at_most(k, hidden), hidden))

    def walk(self, start: Codes, end: Codes, *, steps: int, k: int, hidden: NDArray[np.bool_] | None = None) -> tuple[Codes, Listed]:
        """Codes [steps, d] from one to another, both [d], and the lists there. Raises InputError for fewer than two steps."""
        found = walk(self.coder, start, end, steps=steps, k=self._at_most(k, hidden), hidden=hidden)
        return found.codes, self._listed(found.lists, found.scores)

    def _at_most(self, k: int, hidden: NDArray[np.bool_] | None) -> int:
        return min(k, len(self.run.items) - (0 if hidden is None else int(hidden.sum())))

    def _listed(self, places: NDArray[np.int32], scores: NDArray[np.float32]) -> Listed:
        return Listed(np.asarray(self.run.items)[places], scores)

    def way(self, name: str) -> tuple[Way, float]:
        """A direction by its name or by the word of one of its ends, and -1 where that is its low end. Raises InputError."""
        wanted = name.strip().casefold()
        for each in self.ways:
            if wanted in (each.name.casefold(), each.high.casefold()):
                return each, 1.0
            if wanted == each.low.casefold():
                return each, -1.0
        known = ", ".join(each.name for each in self.ways)
        raise InputError(
            f"There is no direction '{name}'.", f"There are: {known}." if known else "This run's codes tell nothing that has one."
        )

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """Directions found from attributes, the best told first, then the principal axes, widest first.

        Found on a seeded sample of 5,000 shoppers where there are more.
        """
        users = np.flatnonzero(~np.asarray(self.run.fallback))
        if len(users) > SAMPLED:
            users = np.sort(np.random.default_rng(0).choice(users, SAMPLED, replace=False))
        if len(users) < 2:
            return ()
        codes, groups = self.codes_of_users(users), load_groups(self.dataset)
        told = attributes_of(self.known[users], self.dataset, groups)
        found = [self._named(each, groups) for each in attribute_directions(codes, told)]
        return (*found, *self._axes(codes))

    def _named(self, direction: Direction, groups: ItemGroups) -> Way:
        kind, _, code = direction.name.partition(" ")
        if kind != GROUP:
            return Way(direction, kind, *ENDS[kind])
        label = groups.labels[int(code)]
        return Way(direction, GROUP, f"less {label}", f"more {label}", group=label)

    def _axes(self, codes: Codes) -> list[Way]:
        middle = codes.mean(axis=0)
        found = []
        for direction in principal_directions(codes, AXES):
            low, high = self.coder.decode(np.stack([middle - FAR * direction.vector, middle + FAR * direction.vector]))
            name, ends = direction.name, (self._pole(low, high), self._pole(high, low))
            found.append(Way(direction, AXIS, f"less {name}", f"more {name}", low_items=ends[0], high_items=ends[1]))
        return found

    def _pole(self, here: NDArray[np.float32], there: NDArray[np.float32]) -> tuple[int, ...]:
        """Of the products at the top of one end those that the other end wants least. here, there: scores [run items]."""
        top = np.argsort(-here, kind="stable")[:TOP]
        apart = top[np.argsort((there - here)[top], kind="stable")[:POLE]]
        return tuple(np.asarray(self.run.items)[apart].tolist())

    @cached_property
    def _places(self) -> NDArray[np.int64]:
        """Dataset index -> the run's own number of the product, -1 where it has none."""
        found = np.full(self.dataset.n_items, -1, np.int64)
        found[np.asarray(self.run.items)] = np.arange(len(self.run.items))
        return found

    def _encoded(self, histories: sparse.csr_matrix) -> Codes:
        return np.asarray(self.coder.encode(histories.astype(np.float32).tocsr()), np.float32)


def open_steering(
    workspace: Workspace, run_id: str, *, run: Run | None = None, dataset: Dataset | None = None, known: sparse.csr_matrix | None = None
) -> Steering:
    """Open a run by its id. run, dataset, known: where they are open already.

    Raises UserError for a run that is missing or came without weights, and UnsupportedError for a model without codes to decode.
    """
    run = run or Run.open(workspace.run_dir(workspace.registry.run(run_id).id))
    coder = coder_of(run.scorer(), run.spec.id)
    dataset = dataset or Dataset.open(workspace.dataset_dir(run.dataset_id))
    if known is None:
        known = make_split(dataset, str(run.manifest["protocol"]), int(run.manifest["seed"])).known
    opened = Steering(run, dataset, known, coder, None)
    stored = run.user_vectors
    return Steering(run, dataset, known, coder, stored if stored is not None and _are_codes(opened, stored) else None)


def can_steer(run: Run) -> bool:
    """Whether `open_steering` would open it: cheap."""
    return dict(run.manifest.get("scorer") or {}).get("kind") in CODERS


def attributes_of(histories: sparse.csr_matrix, dataset: Dataset, groups: ItemGroups) -> Mapping[str, NDArray[np.float64]]:
    """What is told of n shoppers by what they had, csr [n, items]: means over their products, NaN where none is known.

    price (log), popularity (log of buyers), newness (days at which a product was launched, or first bought), and for each of the largest
    groups "group CODE", the share of it.
    """
    items = dataset.items
    columns = {POPULARITY: np.log1p(items["n_users"].to_numpy(np.float64))}
    if "price" in items:
        price = pd.to_numeric(items["price"], errors="coerce").to_numpy(np.float64)
        columns[PRICE] = np.log(price, out=np.full(len(price), np.nan), where=price > 0)
    since = launched(dataset)
    if since is not None:
        columns[NEWNESS] = since
    for code in np.argsort(-np.bincount(groups.codes[groups.codes >= 0], minlength=len(groups.labels)), kind="stable")[:LARGEST_GROUPS]:
        columns[f"{GROUP} {code}"] = np.where(groups.codes < 0, np.nan, groups.codes == code)
    ones = sparse.csr_matrix((np.ones(histories.nnz), histories.indices, histories.indptr), shape=histories.shape)
    found = {}
    for name, values in columns.items():
        finite = np.isfinite(values)
        count = np.asarray(ones @ finite.astype(np.float64))
        total = np.asarray(ones @ np.where(finite, values, 0.0))
        found[name] = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
    return found


def launched(dataset: Dataset) -> NDArray[np.float64] | None:
    """Days since 1970 at which each product was launched, by the catalogue, else by the log; NaN where unknown, None without times."""
    items = dataset.items
    name = next((each for each in ("launch_date", "first_seen") if each in items and items[each].notna().any()), None)
    if name is None or (name == "first_seen" and not dataset.has_times):
        return None
    times = pd.to_datetime(items[name]).to_numpy("datetime64[us]")
    days = times.astype(np.int64) / 86_400_000_000
    return np.where(np.isnat(times), np.nan, days)


def _are_codes(opened: Steering, stored: NDArray[np.float32]) -> bool:
    """Whether a run's shopper vectors are what the decoder reads; some models keep fewer numbers of each."""
    some = np.flatnonzero(~np.asarray(opened.run.fallback))[:COMPARED]
    codes = opened.codes_of_users(some)
    return codes.shape[1] == stored.shape[1] and np.allclose(codes, stored[some], atol=1e-4, rtol=1e-3)
