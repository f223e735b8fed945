"""What is inside a run's model: its dataset, split and weights put together for `latent`'s diagnosis. Light: a page may open it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import Split, make_split
from recsys_core.errors import InputError, UnsupportedError
from recsys_core.latent.aligning import Alignment, align, shared_rows
from recsys_core.latent.diagnosis import Dimensions, PriorFit, measure_dimensions, measure_prior
from recsys_core.latent.likeness import Likeness, compare_neighbours
from recsys_core.latent.projections import Projection, need_projection, placer, project
from recsys_core.latent.reconstruction import ByPopularity, by_popularity, given_back, length_of_list, listed
from recsys_core.latent.steering import Coder, coder_of
from recsys_core.latent.two_samples import TwoSamples, compare_clouds
from recsys_core.models.runs import Run
from recsys_core.profiles.store import open_profile
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.store import SyntheticSet

SHOPPERS = 5000  # that codes and lists are looked at of
SCORES = 10_000_000  # that histories are given back with: shoppers x products
FEWEST_SCORED, MOST_SCORED = 200, 2000
PRODUCTS = 20_000  # whose neighbours are compared
PLACED = 2000  # synthetic shoppers drawn on a map
VARIATIONAL = ("mult-vae", "recvae", "vae-gan", "vae-linear")
OWN_PRIOR = ("recvae",)  # their prior has N(0, I) as one of its parts
GIVEN, HELD_OUT = "given back", "foretold"
TOGETHER = "together"  # the part of a profile that is no attribute


@dataclass(frozen=True)
class Codes:
    """users: int64 [n], who. mean: float32 [n, d], the posterior mean, or the code. log_variance: of the same shape, or None."""

    users: NDArray[np.int64]
    mean: NDArray[np.float32]
    log_variance: NDArray[np.float32] | None


@dataclass(frozen=True)
class Attributes:
    """items: int32 [n], dataset numbers of the products compared. likeness: first the model, then attributes; its places are in `items`.

    parts: what the attributes are.
    """

    items: NDArray[np.int32]
    likeness: Likeness
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Generated:
    """A set's shoppers in the model's space. users: int64 [m], which of the set are placed. places: float32 [m, 2 or 3] on the map."""

    compared: TwoSamples
    users: NDArray[np.int64]
    places: NDArray[np.float32]


@dataclass(frozen=True)
class SideBySide:
    """Two runs' maps of the same points. rows: int64 [n], dataset numbers. first, second: float32 [n, 2], the second turned onto the first.

    likeness: of their neighbours, places are in `rows`; differ: int64, places of the points whose neighbours differ most, well-known ones.
    """

    rows: NDArray[np.int64]
    first: NDArray[np.float32]
    second: NDArray[np.float32]
    alignment: Alignment
    likeness: Likeness
    differ: NDArray[np.int64]


@dataclass(frozen=True)
class Inside:
    """A run opened to be looked into. Everything is sampled by one seed."""

    run: Run
    dataset: Dataset
    seed: int = 0

    @cached_property
    def split(self) -> Split:
        """The run's split."""
        return make_split(self.dataset, str(self.run.manifest["protocol"]), int(self.run.manifest["seed"]))

    @property
    def variational(self) -> bool:
        """Whether its model has a prior to be held against."""
        return self.run.spec.id in VARIATIONAL

    @cached_property
    def coder(self) -> Coder:
        """The exported model. Raises UserError for a run without weights or without codes; of a VAE with a linear path, its VAE."""
        scorer = self.run.scorer()
        return coder_of(getattr(scorer, "vae", scorer), self.run.spec.id)

    @cached_property
    def codes(self) -> Codes:
        """Of up to 5,000 shoppers. Stored vectors where the weights are not there. Raises UnsupportedError for a model without any."""
        users = self._sampled(np.flatnonzero(~np.asarray(self.run.fallback)), SHOPPERS)
        if self.variational and self.run.manifest.get("scorer"):
            mean, log_variance = self.coder.posterior(self._histories(users))  # type: ignore[attr-defined]
            return Codes(users, mean, log_variance)
        self.run.vectors("users")
        assert self.run.user_vectors is not None
        return Codes(users, np.asarray(self.run.user_vectors[users]), None)

    def dimensions(self) -> Dimensions:
        """Which are used. Raises UnsupportedError where there are no vectors of shoppers, TooSmallError for few."""
        return measure_dimensions(self.codes.mean, self.codes.log_variance)

    def prior(self) -> PriorFit:
        """N(0, I) against where shoppers are. Raises UnsupportedError for a model without a prior, UserError for one without weights."""
        if not self.variational:
            raise UnsupportedError(
                f"The model {self.run.spec.id} has no prior: nothing says beforehand where its shoppers should lie.",
                "Choose a run of mult-vae or recvae to hold one against its shoppers.",
            )
        if self.codes.log_variance is None:
            self.run.scorer()  # says what is missing
        assert self.codes.log_variance is not None
        return measure_prior(self.codes.mean, self.codes.log_variance, seed=self.seed)

    def recall(self) -> Mapping[str, ByPopularity]:
        """GIVEN: of shoppers' own products, those among the model's best, where it has its weights; HELD_OUT: of what was held out, those
        in the list. Shoppers are sampled. Raises TooSmallError where neither can be measured.
        """
        items = np.asarray(self.run.items)
        popularity = np.asarray(self.split.refit[:, items].sum(axis=0), np.float64).ravel().astype(np.int64)
        found = {}
        own = self._given_back(popularity)
        if own is not None:
            found[GIVEN] = own
        targets, lists = self._held_out()
        if targets.nnz or not found:
            at = length_of_list(len(items))
            hits = listed(lists, targets, at=at)
            found[HELD_OUT] = by_popularity(hits[:, items], targets[:, items], popularity, at=at, seed=self.seed)
        return found

    def attributes(self) -> Attributes:
        """Neighbours by the model against neighbours by what is written of products.

        Raises UnsupportedError where the model has no vectors of products or nothing is written of them, TooSmallError for few.
        """
        vectors, rows = self.run.vectors("items")
        table, parts = _attributes(self.dataset)
        both = (np.abs(vectors).sum(axis=1) > 0) & (np.abs(table[rows]).sum(axis=1) > 0)
        kept = self._sampled(np.flatnonzero(both), PRODUCTS)
        buyers = self.dataset.items["n_users"].to_numpy(np.int64)[rows[kept]]
        known = buyers >= np.median(buyers) if len(buyers) else np.zeros(0, np.bool_)
        likeness = compare_neighbours(vectors[kept], table[rows[kept]], known=known, seed=self.seed)
        return Attributes(rows[kept], likeness, parts)

    def generated(self, made: SyntheticSet, drawn: Projection) -> Generated:
        """A synthetic set's shoppers, read by the model as the real ones are, and put on the shoppers' map `drawn`.

        Raises InputError for a set of another dataset, UserError for a run without weights or codes, TooSmallError for few.
        """
        if made.record.dataset != self.dataset.id:
            raise InputError(f"The set '{made.record.id}' is of another dataset.", "Choose one that was made from this one.")
        shoppers = made.drawn.matrix(self.dataset.n_items)[:, np.asarray(self.run.items)].tocsr()
        users = self._sampled(np.flatnonzero(np.diff(shoppers.indptr)), PLACED)
        codes = np.asarray(self.coder.encode(shoppers[users].astype(np.float32)), np.float32)
        real = np.asarray(self.coder.encode(self._histories(self.codes.users)), np.float32)
        compared = compare_clouds(real, codes, seed=self.seed)
        if self.codes.mean.shape[1] != codes.shape[1]:
            raise UnsupportedError(f"The map of {self.run.spec.id} is not drawn from its codes.", "Choose a run of mult-vae.")
        return Generated(compared, users, placer(self.run, drawn).place(codes))

    def beside(self, other: Inside, what: str, first: Projection, second: Projection) -> SideBySide:
        """Another run of the same dataset, its map turned onto this one's. first, second: their maps of `what`, by one method.

        Raises InputError for a run of another dataset, TooSmallError where they share too few points.
        """
        if other.dataset.id != self.dataset.id:
            raise InputError(
                f"The run '{other.run.id}' is of another dataset, so it has other {'products' if what == 'items' else 'shoppers'}.",
                "Choose a run of the same dataset.",
            )
        rows, here, there = shared_rows(first.rows, second.rows)
        one, two = first.coordinates[here], second.coordinates[there]
        alignment = align(one, two)
        looked = self._sampled(np.arange(len(rows)), PRODUCTS)
        weight = self._weight(what)[rows]
        vectors = [run.vectors(what)[0] for run in (self.run, other.run)]
        known = weight[looked] >= np.median(weight[looked])
        likeness = compare_neighbours(vectors[0][here[looked]], vectors[1][there[looked]], known=known, seed=self.seed)
        sampled = np.flatnonzero(known[likeness.rows])
        order = np.lexsort((-weight[looked[likeness.rows[sampled]]], likeness.each[sampled]))
        differ = looked[likeness.rows[sampled[order]]]
        return SideBySide(rows, one, alignment(two), alignment, _in_places(likeness, looked), np.asarray(differ, np.int64))

    def _histories(self, users: NDArray[np.integer]) -> sparse.csr_matrix:
        return self.split.known[users][:, np.asarray(self.run.items)].astype(np.float32).tocsr()

    def _sampled(self, rows: NDArray[np.integer], most: int) -> NDArray[np.int64]:
        if len(rows) > most:
            rows = np.sort(np.random.default_rng(self.seed).choice(rows, most, replace=False))
        return np.asarray(rows, np.int64)

    def _given_back(self, popularity: NDArray[np.int64]) -> ByPopularity | None:
        if not self.run.manifest.get("scorer") or not self.run.folds_in:
            return None
        most = int(np.clip(SCORES // max(len(popularity), 1), FEWEST_SCORED, MOST_SCORED))
        users = self._sampled(np.flatnonzero(~np.asarray(self.run.fallback)), most)
        own, at = self._histories(users), length_of_list(len(popularity))
        return by_popularity(given_back(self.run.scorer(), own, at=at), own, popularity, at=at, seed=self.seed) if own.nnz else None

    def _held_out(self) -> tuple[sparse.csr_matrix, NDArray[np.int32]]:
        """(what was held out of sampled shoppers, csr [n, all items]; their lists [n, C]): of the test, else of validation."""
        if self.split.has_test:
            users = self._sampled(np.flatnonzero(np.diff(self.split.test_targets.indptr)), SHOPPERS)
            return self.split.test_targets[users], np.asarray(self.run.candidates[users])
        kept = self.run.validation_lists
        if kept is None:
            return sparse.csr_matrix((0, self.dataset.n_items), dtype=np.float32), np.zeros((0, 1), np.int32)
        places = self._sampled(np.arange(len(kept[0])), SHOPPERS)
        return self.split.validation_targets[kept[0][places]], np.asarray(kept[1][places])

    def _weight(self, what: str) -> NDArray[np.int64]:
        """How well each is known: shoppers of a product, products of a shopper."""
        if what == "items":
            return self.dataset.items["n_users"].to_numpy(np.int64)
        return np.asarray(np.diff(self.dataset.positives.indptr), np.int64)


def open_inside(workspace: Workspace, run_id: str, *, run: Run | None = None, dataset: Dataset | None = None) -> Inside:
    """Open a run by its id or the start of it. run, dataset: where they are open already. Raises UserError."""
    run = run or Run.open(workspace.run_dir(workspace.registry.run(run_id).id))
    return Inside(run, dataset or Dataset.open(workspace.dataset_dir(run.dataset_id)))


def map_of(run: Run, what: str, method: str) -> Projection:
    """A run's map: a PCA at once, a UMAP where a job has drawn it. Raises UnsupportedError without vectors, NotFoundError without a map."""
    return project(run, what, "pca") if method == "pca" else need_projection(run, what, method)


def _attributes(dataset: Dataset) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """(the profile's vectors [all items, d] without what is bought together, the parts they have). Raises UnsupportedError."""
    profile = open_profile(dataset)
    if profile is None or not profile.has("items.npy"):
        raise UnsupportedError("There are no attributes to compare with.", "Give a catalogue with titles or categories.")
    columns = [part for part in profile.json("columns.json")["items"] if part["columns"] and part["part"] != TOGETHER]
    table = np.asarray(profile.array("items.npy"), np.float32)
    keep = [np.arange(part["first"], part["first"] + part["columns"]) for part in columns]
    if not keep or not np.abs(table[:, np.concatenate(keep)]).sum():
        raise UnsupportedError("Nothing is written of these products.", "Give a catalogue with titles or categories.")
    return table[:, np.concatenate(keep)], tuple(str(part["part"]) for part in columns)


def _in_places(likeness: Likeness, looked: NDArray[np.int64]) -> Likeness:
    """With the places of all shared points, not of those that were looked at."""
    first, second = (
        tuple(replace(pair, one=int(looked[pair.one]), other=int(looked[pair.other])) for pair in pairs)
        for pairs in (likeness.first_only, likeness.second_only)
    )
    return replace(likeness, first_only=first, second_only=second, rows=looked[likeness.rows])
