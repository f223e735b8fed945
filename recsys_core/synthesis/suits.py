"""Which generator suits a log, and why: by what was measured, and by what this log is like. Light: pages show it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys_core.synthesis.generators.specs import SEQUENTIAL

FEWEST_SHOPPERS = 20  # with a product each: what every generator asks for
FEW_SHOPPERS = 200  # below, what is learned rests on single people
BEST_SELLERS, TWINS = 300, 0.5  # phi from which on two products are taken for near-twins
MANY_TWINS = 0.15  # of the best sellers
SHORT = 4  # products: of so short a history little can be read


@dataclass(frozen=True)
class LogFacts:
    """shoppers: with a product. products: that anybody has. typical: different products of the median shopper.

    twins: share of the best sellers that go with another so often that phi is .5 or more.
    """

    shoppers: int
    products: int
    typical: float
    twins: float


def log_facts(sets: sparse.csr_matrix) -> LogFacts:
    """Of a csr matrix [shoppers, products] that is not 0 where somebody had something."""
    lengths, holders = np.diff(sets.indptr), np.bincount(sets.indices, minlength=sets.shape[1])
    had = sets[np.flatnonzero(lengths)][:, np.argsort(-holders, kind="stable")[:BEST_SELLERS]].astype(np.float64)
    had.data[:] = 1
    both = np.asarray((had.T @ had).todense()) / max(had.shape[0], 1)
    share = np.diag(both)
    spread = np.sqrt(share * (1 - share))
    scale = np.where(spread > 0, 1 / np.maximum(spread, 1e-12), 0)
    phi = (both - np.outer(share, share)) * np.outer(scale, scale)
    np.fill_diagonal(phi, 0)
    there = share > 0
    return LogFacts(
        shoppers=int((lengths > 0).sum()),
        products=int((holders > 0).sum()),
        typical=float(np.median(lengths[lengths > 0])) if lengths.any() else 0.0,
        twins=float((phi.max(axis=1)[there] >= TWINS).mean()) if there.any() else 0.0,
    )


def suggest(facts: LogFacts) -> tuple[str, str]:
    """(the generator that suits, one sentence why). What it was measured on is said: this log was not among it."""
    sequential = SEQUENTIAL.id
    if facts.shoppers < FEWEST_SHOPPERS:
        return sequential, f"No generator suits: {facts.shoppers:,} shoppers are too few to learn from, it takes {FEWEST_SHOPPERS}."
    if facts.shoppers < FEW_SHOPPERS:
        return sequential, (
            f"With {facts.shoppers:,} shoppers little can be learned by any generator; one product after another asks for the least, "
            "so read its scorecard before anything else."
        )
    if facts.twins >= MANY_TWINS:
        return sequential, (
            f"{facts.twins:.0%} of the best sellers here have a near-twin that the same shoppers take, and on Online Retail, which is "
            "like that too, drawing one product after another kept such pairs where a plain autoencoder's draw lost them."
        )
    if facts.typical <= SHORT:
        return sequential, (
            f"Half of the shoppers have {facts.typical:.0f} products or fewer, too little to place them in a latent space; one product "
            "after another needs no such place."
        )
    return sequential, (
        f"On both logs that were measured (MovieLens-100K, Online Retail) it kept what goes together best, and nothing here "
        f"({facts.shoppers:,} shoppers, {facts.typical:.0f} products each) speaks for another."
    )
