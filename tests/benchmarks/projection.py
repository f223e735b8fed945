"""What maps cost and how far they may be trusted: `python tests/benchmarks/projection.py --json`.

100,000 made points of 64 numbers in 30 overlapping clusters, each part in a process of its own, umap's import and what numba compiles anew
included, with a numba cache that an earlier process filled:
cpu_seconds, peak_rss_mb: the whole map with its measures of trust, UMAP of landmarks and the rest placed. trustworthiness: of that map.
trustworthiness_gap: of a full fit of a 20,000 sample, minus that of the map's points of the same sample, measured on that sample.
place_1000_ms: placing 1,000 new points among those 100,000, warm; the median of 21 times.
placed_share_of_transform: neighbours kept by a fifth of the demo's shoppers, held out and placed, over what UMAP's own `transform` of them
keeps; the mean of three seeds, and the least (placed_share_least). demo_cpu_seconds: `project --what both --method umap` of the demo's
Mult-VAE, Python's start and the clusters included; demo_points. demo_..._kept: neighbours kept of its products and shoppers.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
POINTS, DIMENSIONS, CLUSTERS = 100_000, 64, 30
SAMPLE, NEW, TIMES, SEEDS = 20_000, 1000, 21, 3
Vectors = NDArray[np.float32]


def made(points: int = POINTS, seed: int = 0) -> Vectors:
    """Clusters of different widths whose edges overlap."""
    rng = np.random.default_rng(seed)
    centres, of = rng.normal(size=(CLUSTERS, DIMENSIONS)), rng.integers(0, CLUSTERS, points)
    return (centres[of] + rng.normal(size=(points, DIMENSIONS)) * rng.uniform(0.4, 1.0, CLUSTERS)[of, None]).astype(np.float32)


def run_of(vectors: Vectors) -> Any:
    """What `project` reads of a run."""
    return SimpleNamespace(id="made", vectors=lambda what: (vectors, np.arange(len(vectors), dtype=np.int32)))


def whole(folder: Path) -> dict[str, float]:
    """The map of all points, kept in `folder` for the parts after it."""
    from recsys_core.latent.projections import project

    found = project(run_of(made()), "users", "umap")
    np.save(folder / "map.npy", found.coordinates)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    told = found.manifest
    return {
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_rss_mb": usage.ru_maxrss / 2**10,
        "landmarks": told["landmarks"],
        "trustworthiness": told["trustworthiness"],
        "landmarks_trustworthiness": told["fidelity"]["landmarks"]["trustworthiness"],
        "placed_trustworthiness": told["fidelity"]["placed"]["trustworthiness"],
    }


def gap(folder: Path) -> dict[str, float]:
    """The same map against a full fit of a sample."""
    from recsys_core.latent.projections import project
    from recsys_core.latent.trust import measure_trust

    vectors = made()
    sample = np.sort(np.random.default_rng(1).choice(POINTS, SAMPLE, replace=False))
    full = project(run_of(vectors[sample]), "users", "umap").manifest["trustworthiness"]
    return {
        "sample_trustworthiness": full,
        "trustworthiness_gap": full - measure_trust(vectors[sample], np.load(folder / "map.npy")[sample]).trustworthiness,
    }


def placing(folder: Path) -> dict[str, float]:
    """1,000 points that were not there."""
    from recsys_core.latent.placing import Placer

    everyone = made(POINTS + NEW)
    placer = Placer(everyone[:POINTS], np.load(folder / "map.npy"))
    placer.place(everyone[POINTS:])
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        placer.place(everyone[POINTS:])
        taken.append(1000 * (time.perf_counter() - begun))
    return {"place_1000_ms": statistics.median(taken), "place_1000_ms_best": min(taken)}


def demo_run(folder: Path) -> tuple[Path, str]:
    """(a home with the demo in it, its Mult-VAE)."""
    home = folder / "home"
    taken = json.loads(_said([sys.executable, "-m", "recsys_core", "demo", "--json"], {"AISLE_HOME": str(home)}))
    runs = json.loads(_said([sys.executable, "-m", "recsys_core", "runs", "--json"], {"AISLE_HOME": str(home)}))
    return home, next(run["id"] for run in runs if run["model"] == "mult-vae" and run["dataset_id"] == taken["dataset"])


def transform(folder: Path) -> dict[str, float]:
    """Shoppers of the demo, held out."""
    from recsys_core.models.runs import Run
    from tests.unit.latent.held_out import kept_of_held_out

    home, run = demo_run(folder)
    vectors, _ = Run.open(home / "runs" / run).vectors("users")
    shares = [placed / transformed for placed, transformed in (kept_of_held_out(vectors, seed=seed) for seed in range(SEEDS))]
    return {"placed_share_of_transform": statistics.mean(shares), "placed_share_least": min(shares)}


def demo(folder: Path) -> dict[str, float]:
    """One job for the demo's two maps, of a seed that is not shipped."""
    home, run = demo_run(folder)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = ["project", run, "--what", "both", "--method", "umap", "--seed", "1", "--json"]
    found = json.loads(_said([sys.executable, "-m", "recsys_core", *words], {"AISLE_HOME": str(home)}))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "demo_cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "demo_points": sum(each["points"] for each in found["maps"]),
        **{f"demo_{each['what']}_kept": each["neighbours_kept"] for each in found["maps"]},
        **{f"demo_{each['what']}_trustworthiness": each["trustworthiness"] for each in found["maps"]},
    }


def compiled(folder: Path) -> dict[str, float]:
    """Fill the numba cache by a small map of either size of data."""
    from recsys_core.latent.projections import project

    for points in (300, 5000):
        project(run_of(made(points)), "users", "umap", landmarks=points - 100)
    return {}


PARTS: dict[str, Callable[[Path], dict[str, float]]] = {
    "compiled": compiled,
    "whole": whole,
    "gap": gap,
    "placing": placing,
    "transform": transform,
    "demo": demo,
}


def _said(words: list[str], env: dict[str, str]) -> str:
    done = subprocess.run(words, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(words)}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


def main() -> None:
    """All parts, each in a new process; with --part one of them in this."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON document, the default")
    parser.add_argument("--part", choices=list(PARTS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        sys.stdout.write(json.dumps(PARTS[given.part](given.folder)))
        return
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        for part in PARTS:
            folder = Path(name) / ("map" if part in ("whole", "gap", "placing") else part)
            folder.mkdir(exist_ok=True)
            words = [sys.executable, __file__, "--part", part, "--folder", str(folder)]
            figures |= json.loads(_said(words, {"NUMBA_CACHE_DIR": f"{name}/numba"}))
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
