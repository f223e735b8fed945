"""Whether the verdict of an augmentation experiment is right on made-up shops where the truth is known.

    python -m tests.benchmarks.augmentation_verdict --json

Each case is tried on 40 shops of its own, with five seeds of the experiment each. A shop has 1,000 shoppers of six tastes over 90 products
who take some 20 products each, four of them held out; a tenth of the shoppers is all there is to learn from.

helps     the generator draws from the true law of the shop, which 100 shoppers tell little of; weight chosen on validation
hurts     the generator keeps how popular products are and how many a shopper takes, and gives them another shop's tastes: what goes
          together is wrong; every synthetic shopper counts 1, as the caller fixed it
noise     the same generator, weight chosen on validation: the right answer is to add none, or so few that nothing is to be seen
copies    the generator repeats the real shoppers, weight chosen: nothing is added that the penalty does not undo
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.data.matrices import from_pairs
from recsys_core.synthesis.augmenting.experiment import Plan, run_experiment
from recsys_core.synthesis.augmenting.result import HELPS, HURTS, UNCLEAR, AugmentResult
from recsys_core.synthesis.augmenting.trial import Histories
from recsys_core.synthesis.contract import DrawnShoppers, RealShoppers, Wish

PRODUCTS, TASTES, SHOPPERS, LENGTH, HELD_OUT = 90, 6, 1000, 20, 4
GRID = tuple({"l2": l2} for l2 in (10.0, 30.0, 100.0, 300.0))
SHARE, RATIO = 0.1, 4.0
SHOPS, ENOUGH = 40, 36


@dataclass(frozen=True)
class Law:
    """How a made-up shop's shoppers choose. chances: [tastes, products], each row sums to 1."""

    chances: NDArray[np.float64]

    @classmethod
    def of(cls, seed: int) -> Law:
        rng = np.random.default_rng([seed, 1])
        popular = rng.permutation(1.0 / np.arange(1, PRODUCTS + 1) ** 0.6)
        own = rng.permutation(np.arange(PRODUCTS) % TASTES)
        chances = popular * np.where(own == np.arange(TASTES)[:, None], 1.0, 0.12)
        return cls(chances / chances.sum(axis=1, keepdims=True))

    def crossed(self, seed: int) -> Law:
        """As popular, of other tastes: each taste's likings go to other products."""
        popular = self.chances.mean(axis=0)
        other = Law.of(seed + 10_000).chances
        chances = popular * other / other.mean(axis=0)
        return Law(chances / chances.sum(axis=1, keepdims=True))

    def draw(self, n: int, rng: np.random.Generator) -> sparse.csr_matrix:
        """Who has what: csr float32 of ones [n, products]; products without replacement by Gumbel's top k."""
        taste = rng.integers(TASTES, size=n)
        lengths = np.clip(rng.poisson(LENGTH, n), 2 * HELD_OUT, PRODUCTS // 2)
        keys = np.log(self.chances[taste]) + rng.gumbel(size=(n, PRODUCTS))
        order = np.argsort(-keys, axis=1)
        item = np.concatenate([order[row, :length] for row, length in enumerate(lengths)])
        return from_pairs(np.repeat(np.arange(n), lengths), item, (n, PRODUCTS))


@dataclass(frozen=True)
class Drawer:
    """A generator that draws from a law, or repeats the real shoppers where it has none."""

    law: Law | None
    real: RealShoppers
    items: NDArray[np.int64]

    def draw(self, n: int, wish: Wish, *, seed: int) -> DrawnShoppers:
        if self.law is None:
            sets = self.real.sets[np.arange(n) % self.real.sets.shape[0]].tocsr()
        else:
            sets = self.law.draw(n, np.random.default_rng([seed, 2]))[:, self.items].tocsr()
        return DrawnShoppers(sets.indptr.astype(np.int64), sets.indices.astype(np.int32), np.full(n, -1, np.int32))

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {}


@dataclass(frozen=True)
class Case:
    """right: the verdict that is true."""

    right: str
    law: Callable[[Law, int], Law | None]
    weight: float | None = None


CASES = {
    "helps": Case(HELPS, lambda law, seed: law),
    "hurts": Case(HURTS, lambda law, seed: law.crossed(seed), weight=1.0),
    "noise": Case(UNCLEAR, lambda law, seed: law.crossed(seed)),
    "copies": Case(UNCLEAR, lambda law, seed: None),
}


def histories(law: Law, seed: int) -> Histories:
    """A shop's log, some products of each shopper held out."""
    rng = np.random.default_rng([seed, 3])
    sets = law.draw(SHOPPERS, rng)
    row = np.repeat(np.arange(SHOPPERS), np.diff(sets.indptr))
    order = np.lexsort((rng.random(sets.nnz), row))
    place = np.empty(sets.nnz, np.int64)
    place[order] = np.arange(sets.nnz) - np.repeat(sets.indptr[:-1], np.diff(sets.indptr))
    known, held = (from_pairs(row[some], sets.indices[some], sets.shape) for some in (place >= HELD_OUT, place < HELD_OUT))
    return Histories(known, known, held, np.full(SHOPPERS, -1, np.int32))


def run(name: str, seed: int, *, seeds: Sequence[int] = range(5)) -> AugmentResult:
    """One case on one shop."""
    case, law = CASES[name], Law.of(seed)
    drawn_by = case.law(law, seed)
    plan = Plan(("ease",), tuple(seeds), share=SHARE, ratio=RATIO, weight=case.weight, grids={"ease": GRID}, repeats=1)
    return run_experiment(histories(law, seed), lambda real, items, _: Drawer(drawn_by, real, items), plan, generator="planted")


def measure(name: str, shops: int) -> dict[str, Any]:
    """How often the verdict of a case was right."""
    verdicts, gains = [], []
    for seed in range(shops):
        found = run(name, seed).of("ease")
        verdicts.append(found.verdict)
        gains.append(found.gain)
    right = CASES[name].right
    counts = {verdict: verdicts.count(verdict) for verdict in (HELPS, HURTS, UNCLEAR)}
    return {
        "case": name,
        "truth": right,
        "right": counts[right],
        "of": shops,
        "verdicts": counts,
        "mean_gain": round(float(np.mean(gains)), 4),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shops", type=int, default=SHOPS)
    parser.add_argument("--cases", nargs="+", choices=list(CASES), default=list(CASES))
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    began = time.process_time()
    rows = [measure(name, asked.shops) for name in asked.cases]
    lines = [f"{row['case']:8}{row['right']} of {row['of']} right ({row['truth']}); {row['verdicts']}" for row in rows]
    report = {"cases": rows, "cpu_seconds": round(time.process_time() - began, 1)}
    sys.stdout.write(json.dumps(report, indent=2) + "\n" if asked.json else "\n".join(lines) + "\n")
    return 0 if all(row["right"] >= row["of"] * ENOUGH / SHOPS for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
