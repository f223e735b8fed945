"""Every figure of one log against the real one: of the synthetic log, and of both yardsticks in the same way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.evaluation.intervals import bootstrap_means, percentiles
from recsys_core.synthesis.scorecard import co_occurrence, funnel, marginals, membership, nearness, times, user_vectors, utility
from recsys_core.synthesis.scorecard.distances import ks
from recsys_core.synthesis.scorecard.events import Events, Ints, Logs
from recsys_core.synthesis.scorecard.utility import Bench, PerUser

P1_SEED = 7  # of the independent scorer
Figures = dict[str, float]


@dataclass(frozen=True)
class Measured:
    """Figures of one log by line, and what plots and alarms are made of."""

    figures: Figures
    tastes: user_vectors.Prdc
    vectors: user_vectors.Points
    nearest: NDArray[np.float64]
    ndcg: PerUser | None


@dataclass(frozen=True)
class Yardstick:
    """The real side of all comparisons, computed once. most_items: how many products the recommender of U1 and U2 is learned over."""

    logs: Logs
    seed: int
    most_items: int

    @property
    def real(self) -> Events:
        """The real log."""
        return self.logs.real

    def rng(self, what: int) -> np.random.Generator:
        """A stream of its own for each use, the same for every log that is measured."""
        return np.random.default_rng([self.seed, what])

    @cached_property
    def new_pairs(self) -> sparse.csr_matrix | None:
        """What the holdout has and its shoppers have not in the real log; None without a holdout or any such pair."""
        if self.logs.holdout is None:
            return None
        found = utility.new_pairs(self.real, self.logs.holdout)
        return found if found.nnz else None

    @cached_property
    def bench(self) -> Bench | None:
        """Where recommenders are tested."""
        return None if self.new_pairs is None else utility.make_bench(self.real, self.new_pairs, self.most_items)

    @cached_property
    def real_gram(self) -> utility.Floats:
        """Of the real log."""
        assert self.bench is not None
        return self.bench.gram(self.real)

    @cached_property
    def ndcg_real(self) -> PerUser:
        """EASE learned from the real log."""
        assert self.bench is not None
        return self.bench.ndcg_of_ease(self.real_gram)

    @cached_property
    def ndcg_popularity(self) -> PerUser:
        """The real log's best sellers."""
        assert self.bench is not None
        return self.bench.ndcg_of_counts(self.real.item_counts)

    @cached_property
    def strangers(self) -> sparse.csr_matrix | None:
        """Shoppers of the holdout whom the real log has not; None where they are too few."""
        if self.logs.holdout is None:
            return None
        found = self.logs.holdout.matrix[self.real.n_users :]
        return found if (np.diff(found.indptr) > 0).sum() >= membership.FEWEST_STRANGERS else None

    @cached_property
    def top_categories(self) -> Ints | None:
        """The categories of F8; None where there are fewer than three."""
        if not self.real.has("of_item"):
            return None
        top = co_occurrence.top_categories(self.real, len(self.logs.categories))
        return top if len(top) >= 3 else None

    @cached_property
    def nearest(self) -> NDArray[np.float64]:
        """How like the next real shopper each real one is."""
        return nearness.nearest_real(self.real.shoppers, self.rng(1))

    @cached_property
    def axes(self) -> user_vectors.Points:
        """Of the space that shoppers are compared in."""
        return user_vectors.directions(self.real.shoppers)

    @cached_property
    def vectors(self) -> user_vectors.Points:
        """Real shoppers in it."""
        return user_vectors.user_vectors(self.real.shoppers, self.axes)

    @cached_property
    def _categories(self) -> co_occurrence.Matrix:
        assert self.top_categories is not None
        return co_occurrence.category_correlations(self.real, self.top_categories, len(self.logs.categories))

    @cached_property
    def _phi(self) -> co_occurrence.Matrix:
        return co_occurrence.item_correlations(self.real, co_occurrence.top_items(self.real))

    def measure(self, other: Events) -> Measured:
        """All lines that these logs allow."""
        logs, real = self.logs, self.real
        found = marginals.validity(real, other, logs.own_category) | marginals.columns(real, other)
        found |= marginals.tails(real, other, self.rng(2))
        if real.has("time"):
            found |= times.time_figures(real, other)
            found["P4_copied_rhythms"] = times.shared_rhythms(real, other)
        if real.has("time") or real.has("order"):
            found["F6_basket_size_ks"] = ks(times.basket_sizes(real), times.basket_sizes(other))
        if real.has("event"):
            found |= funnel.kind_figures(real, other, logs.kinds, len(logs.categories))
        found |= self._structure(other)
        ndcg = self._learned_from(other)
        if ndcg is not None:
            found |= utility.ratios(*(float(each.mean()) for each in (ndcg, self.ndcg_popularity, self.ndcg_real)))
        nearest = nearness.nearest_jaccard(self._sample(other.shoppers), real.shoppers)
        found["P3_users_too_close"] = nearness.too_close(self.nearest, nearest)
        found["P4_copied_baskets"] = nearness.copied_baskets(real, other)
        found |= self._memberships(other)
        vectors = user_vectors.user_vectors(other.shoppers, self.axes)
        tastes = user_vectors.prdc(self.vectors, vectors, self.rng(3))
        found |= {f"PRDC_{name}": value for name, value in vars(tastes).items()}
        return Measured(found, tastes, vectors, nearest, ndcg)

    def _sample(self, shoppers: sparse.csr_matrix) -> sparse.csr_matrix:
        return shoppers[nearness.sampled_rows(shoppers.shape[0], nearness.MOST_USERS, self.rng(4))]

    def _structure(self, other: Events) -> Figures:
        from recsys_core.synthesis.scorecard.indistinguishable_sklearn import c2st

        phi = co_occurrence.item_correlations(other, co_occurrence.top_items(self.real))
        found = {"F9_item_cooccurrence": co_occurrence.likeness(self._phi, phi), "F10_c2st_auc": c2st(self.real, other, self.seed)}
        if self.top_categories is not None:
            theirs = co_occurrence.category_correlations(other, self.top_categories, len(self.logs.categories))
            found["F8_category_cooccurrence"] = co_occurrence.likeness(self._categories, theirs)
        return found

    def _learned_from(self, other: Events) -> PerUser | None:
        return None if self.bench is None else self.bench.ndcg_of_ease(self.bench.gram(other))

    def _memberships(self, other: Events) -> Figures:
        found = {}
        if self.new_pairs is not None:
            found["P1_membership_auc"] = membership.interaction_membership(self.real, other, self.new_pairs, P1_SEED + self.seed)
        if self.strangers is not None:
            found["P2_user_membership_auc"] = membership.user_membership(self.real.shoppers, self.strangers, other.shoppers)
        if self.logs.holdout is not None:
            found["P5_rows_nearer"] = nearness.nearer_rows(self.real, other, self.logs.holdout, self.rng(5))
        return found

    def bars(self, synthetic: Events, ndcg: PerUser) -> list[dict[str, float | str]]:
        """NDCG@10 by what was learned from, with 95 % intervals over the tested shoppers, which all bars share."""
        assert self.bench is not None
        together = self.bench.ndcg_of_ease(self.real_gram + self.bench.gram(synthetic))
        values = {"best sellers": self.ndcg_popularity, "synthetic": ndcg, "real": self.ndcg_real, "real and synthetic": together}
        draws = bootstrap_means(np.stack(list(values.values()), axis=1), seed=self.seed)
        rows = zip(values.items(), draws.T, strict=True)
        return [
            {"name": name, "value": float(of.mean()), "low": low, "high": high} for (name, of), d in rows for low, high in [percentiles(d)]
        ]
