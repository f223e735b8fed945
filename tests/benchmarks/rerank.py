"""What ranking costs: `python tests/benchmarks/rerank.py --json`. 10,000 users x 100 candidates -> 20, vectors of 64 dimensions.

cpu_seconds_all_terms: processor time of one ranking with every term and rule at once (variety, taste balance, item terms, rotation, pins,
soft pins, reserved places, distinct groups, a cap of the list and one in a window), on two threads; cpu_seconds_mmr, cpu_seconds_dpp:
variety alone. ratio_*: pyversity 0.2.0 called user by user, 400 users scaled to 10,000, over ours; equal_*: share of those lists that are
equal. metrics_cpu_seconds: six measures of all lists. scale_cpu_seconds: one slider's scale. compile_cpu_seconds: both kernels, from
nothing, in a process of its own. The best of seven: what else the machine does only adds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402
from pyversity import Strategy, diversify  # noqa: E402
from scipy import sparse  # noqa: E402

from recsys_core.evaluation.beyond_accuracy import coverage_of, exposure_counts, gini_of  # noqa: E402
from recsys_core.evaluation.list_measures import calibration_at, distance_at, novelty_at  # noqa: E402
from recsys_core.ranking.kernel import rank, warm  # noqa: E402
from recsys_core.ranking.plan import Cap, Plan, Reserved, Term, plain_plan  # noqa: E402
from recsys_core.ranking.pools import Pool, make_pool, unit_rows  # noqa: E402
from recsys_core.ranking.scales import variety_scale  # noqa: E402

USERS, CANDIDATES, K, DIMENSIONS, ITEMS, GROUPS = 10_000, 100, 20, 64, 5_000, 20
THEIRS, REPEATS, DIVERSITY = 400, 7, 0.5
COMPILE = "import time; from recsys_core.ranking.kernel import warm; t = time.process_time(); warm(); print(time.process_time() - t)"


def cpu(work: Callable[[], Any], repeats: int = REPEATS) -> tuple[float, Any]:
    """(the least processor time of all threads in seconds, what came out)."""
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        found = work()
        taken.append(time.process_time() - start)
    return min(taken), found


def shop() -> tuple[Pool, np.ndarray, np.ndarray, np.random.Generator]:
    """(pool, unit vectors, group of each item, generator): clustered vectors, candidates of a user's tastes."""
    rng = np.random.default_rng(0)
    group = rng.integers(0, GROUPS, ITEMS).astype(np.int32)
    vectors = unit_rows(rng.normal(size=(GROUPS, DIMENSIONS))[group] + 0.8 * rng.normal(size=(ITEMS, DIMENSIONS)))
    tastes = unit_rows(rng.normal(size=(USERS, DIMENSIONS)) + vectors[rng.integers(0, ITEMS, USERS)] * 6)
    scores = tastes @ vectors.T
    candidates = np.argpartition(-scores, CANDIDATES, axis=1)[:, :CANDIDATES]
    return make_pool(candidates, np.take_along_axis(scores, candidates, axis=1), CANDIDATES), vectors, group, rng


def everything(group: np.ndarray, rng: np.random.Generator) -> Plan:
    """Every term and rule at once."""
    mix = rng.random((USERS, GROUPS)) * (rng.random((USERS, GROUPS)) < 0.4) + 1e-3
    terms = tuple(Term(name, 0.2 * rng.random((1, ITEMS)).astype(np.float32)) for name in ("discovery", "freshness", "margin", "price"))
    pins, soft = np.full((2, 1, K), -1, np.int32)
    pins[0, 4], soft[0, 9] = 17, 23
    return replace(
        plain_plan(USERS, ITEMS, K, 0.5),
        balance=0.3,
        mix=sparse.csr_matrix((mix / mix.sum(axis=1, keepdims=True)).astype(np.float32)),
        group=group,
        static=sum(term.values for term in terms),
        terms=terms,
        personal=-0.2 * rng.random((USERS, CANDIDATES), dtype=np.float32),
        pins=pins,
        soft_pins=soft,
        reserved=(Reserved("new", rng.random(ITEMS) < 0.05, 2),),
        min_distinct=3,
        caps=(Cap("category", group, 6), Cap("brand", rng.integers(0, 200, ITEMS).astype(np.int32), 1, window=4)),
    )


def against_pyversity(
    pool: Pool, vectors: np.ndarray, plan: Plan, strategy: Strategy, ours: np.ndarray, seconds: float
) -> tuple[float, float]:
    """(their processor time over ours, share of equal lists)."""
    few = range(THEIRS)

    def loop() -> list[np.ndarray]:
        return [diversify(vectors[pool.items[u]], pool.relevance[u], K, strategy=strategy, diversity=DIVERSITY).indices for u in few]

    taken, places = cpu(loop, 3)
    theirs = np.stack([pool.items[u][places[u]] for u in few])
    return taken * USERS / THEIRS / seconds, float((theirs == ours[:THEIRS]).all(axis=1).mean())


def measures(lists: np.ndarray, vectors: np.ndarray, group: np.ndarray, histories: sparse.csr_matrix) -> list[float]:
    """Distance, novelty, calibration, coverage, Gini, personalisation (mean share of a list that another shopper's does not have)."""
    counts = exposure_counts(lists, ITEMS)
    users, k = lists.shape
    return [
        float(np.nanmean(distance_at(lists, vectors, [K]))),
        float(np.nanmean(novelty_at(lists, counts, users, [K]))),
        float(np.nanmean(calibration_at(lists, histories, group, [K]))),
        coverage_of(counts),
        gini_of(counts),
        float(1 - (np.square(counts).sum() - users * k) / (k * users * (users - 1))),
    ]


def compile_seconds() -> float:
    """Processor time of compiling all that ranks, in a new process with an empty cache."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "NUMBA_CACHE_DIR": folder}
        done = subprocess.run([sys.executable, "-c", COMPILE], cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    return float(done.stdout)


def measure() -> dict[str, float]:
    """One measurement."""
    warm()
    pool, vectors, group, rng = shop()
    nearest = plain_plan(USERS, ITEMS, K, DIVERSITY)
    spread = pool.relevance.std(axis=1)
    set_wise = replace(nearest, trade_off=1 / (1 + 2 * (1 - DIVERSITY) / spread), engine="set-wise")
    histories = sparse.random(USERS, ITEMS, 30 / ITEMS, format="csr", random_state=0, dtype=np.float32)
    figures: dict[str, float] = {}
    full = everything(group, rng)
    figures["cpu_seconds_all_terms"], listing = cpu(lambda: rank(full, pool, vectors, threads=2))
    figures["cpu_seconds_all_terms_dpp"], _ = cpu(lambda: rank(replace(full, engine="set-wise"), pool, vectors, threads=2))
    for name, plan, strategy in (("mmr", nearest, Strategy.MMR), ("dpp", set_wise, Strategy.DPP)):
        figures[f"cpu_seconds_{name}"], found = cpu(lambda plan=plan: rank(plan, pool, vectors, threads=2))
        ratio = against_pyversity(pool, vectors, plan, strategy, found.items, figures[f"cpu_seconds_{name}"])
        figures[f"ratio_pyversity_{name}"], figures[f"equal_{name}"] = ratio
    measures(listing.items[:2], vectors, group, histories[:2])
    figures["metrics_cpu_seconds"], _ = cpu(lambda: measures(listing.items, vectors, group, histories))
    figures["scale_cpu_seconds"], _ = cpu(lambda: variety_scale(nearest, pool, vectors), 3)
    figures["compile_cpu_seconds"] = compile_seconds()
    return {name: round(value, 4) for name, value in figures.items()}


def main() -> None:
    """Print the figures, as JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON document and nothing else")
    options = parser.parse_args()
    figures = measure()
    text = json.dumps(figures, indent=1) if options.json else "\n".join(f"{name:28} {value}" for name, value in figures.items())
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
