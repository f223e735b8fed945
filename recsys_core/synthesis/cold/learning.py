"""What a run is taught about new products: placed, scored and calibrated against the run's own lists; written as a sealed folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import Split
from recsys_core.inference.contract import Floats
from recsys_core.models.runs import Run
from recsys_core.profiles.groups import load_groups
from recsys_core.storage.artifacts import seal
from recsys_core.storage.atomic import new_folder, write_array, write_json
from recsys_core.synthesis.cold.calibration import Calibration, Tried, buyer_residuals, calibrate
from recsys_core.synthesis.cold.catalogue import Catalogue, columns_of, read_catalogue
from recsys_core.synthesis.cold.content import learn_content
from recsys_core.synthesis.cold.evaluate import ColdEvaluation, Learned, Progress, evaluate_cold
from recsys_core.synthesis.cold.records import FOLDER, KIND
from recsys_core.synthesis.cold.signals import Likeness, Signal, learn_known, sold
from recsys_core.synthesis.cold.space import Space, learn_space

CALIBRATED_AT = 10
RUN_SPACE, LOG_SPACE = "run", "log"


@dataclass(frozen=True)
class Taught:
    """All that is kept. items: int32 [known products], numbers in the dataset."""

    learned: Learned
    items: NDArray[np.int32]
    space: Space
    ours: Calibration
    likeness: Calibration
    residuals: dict[str, float]
    without: NDArray[np.bool_]
    catalogue: Catalogue
    evaluation: dict[str, Any]


def teach(run: Run, dataset: Dataset, split: Split, *, seed: int = 0, progress: Progress = lambda fraction, message: None) -> Taught:
    """Learn from all that the run does not test by. Raises TooSmallError where catalogue or log are too small.

    A fifth of the products is left out first: on these the blend is compared with its baselines, and scores are calibrated to the lists.
    Then everything but the blend and the calibration is learned again from all products.
    """
    catalogue = read_catalogue(dataset)
    pairs = split.known.tocsr()
    groups = load_groups(dataset)
    tried = evaluate_cold(catalogue, pairs, seed=seed, groups=groups.codes, progress=lambda at, what: progress(0.6 * at, what))
    progress(0.6, "comparing with the run's lists")
    ours, likeness, residuals = _calibrated(run, pairs, tried, seed)
    progress(0.8, "learning from all products")
    items = np.flatnonzero(np.asarray(pairs.sum(axis=0)).ravel() > 0).astype(np.int32)
    own = catalogue.of(items)
    content = learn_content(own)
    rows = content.rows(own)
    known = learn_known(rows, pairs[:, items].tocsr())
    learned = Learned(content, known, tried.learned.blend, tried.learned.likeness)
    progress(0.9, "placing products among the run's vectors")
    space = _space(run, tried, rows, items, dataset.n_items, known.to_factors.shape[1], pairs)
    return Taught(learned, items, space, ours, likeness, residuals, np.asarray(run.fallback), catalogue, tried.to_json(seed))


def write_taught(run_folder: Path, run: Run, taught: Taught, *, seed: int, **more: Any) -> Path:
    """Keep it beside the run, whole or not at all. Returns the folder."""
    known = taught.learned.known
    content, arrays = taught.learned.content.export()
    for name, matrix in (("rows", known.rows), ("pairs", known.pairs)):
        arrays |= {f"{name}/{part}.npy": getattr(matrix, part) for part in ("data", "indices", "indptr")}
    arrays |= {f"known/{name}.npy": getattr(known, name) for name in ("factors", "to_factors", "to_sold")}
    arrays |= taught.space.arrays() | taught.ours.arrays("ours") | taught.likeness.arrays("likeness")
    arrays |= {"spread.npy": taught.learned.blend.spread, "items.npy": taught.items, "without.npy": taught.without}
    columns = columns_of(taught.catalogue)
    told = {
        "content": content,
        "blend": taught.learned.blend.to_json(),
        "likeness": _told(taught.learned.likeness),
        "space": {"share": taught.space.share, "cosine": taught.space.cosine, "name": taught.space.name},
        "residuals": taught.residuals,
        "columns": {name: getattr(columns, name) for name in columns.__dataclass_fields__},
        "categories": sorted(
            {value.removeprefix("category=") for own in taught.catalogue.kinds for value in own if value.startswith("category=")}
        ),
        "evaluation": taught.evaluation,
    }
    folder = run_folder / FOLDER
    with new_folder(folder) as new:
        for name, array in arrays.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            write_array(new / name, np.asarray(array))
        write_json(new / "cold.json", told)
        seal(new, {"kind": KIND, "run": run.id, "dataset": run.dataset_id, "seed": seed, **more})
    return folder


def _told(how: Likeness) -> dict[str, float]:
    return {"k": how.k, "power": how.power, "shrink": how.shrink}


def _calibrated(run: Run, pairs: sparse.csr_matrix, tried: ColdEvaluation, seed: int) -> tuple[Calibration, Calibration, dict[str, float]]:
    """Both ways of scoring on the left-out products that the run ranks, and what is left over of expected buyers on all of them."""
    n_items = pairs.shape[1]
    ranked = np.zeros(n_items, dtype=bool)
    ranked[run.items] = True
    kept = np.flatnonzero(ranked[tried.left_out])
    if not len(kept):
        kept = np.arange(len(tried.left_out))
    left_out = tried.left_out[kept]
    lists = run.candidates[:, :CALIBRATED_AT]
    rows = np.repeat(np.arange(len(lists)), lists.shape[1])[(lists >= 0).ravel()]
    listed = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, lists[lists >= 0])), shape=(len(lists), n_items))
    trial = Tried(
        seen=pairs[:, left_out].tocsr().sorted_indices(),
        lists=listed[:, left_out].tocsr(),
        products=len(run.items),
        had=np.diff(pairs[:, run.items].tocsr().indptr).astype(np.int64),
        without=np.asarray(run.fallback),
        k=CALIBRATED_AT,
    )
    expected = sold(tried.learned.known, tried.asked.new)
    how = tried.learned.likeness
    plain = Signal("likeness", k=how.k, power=how.power, shrink=how.shrink)

    def ours(users: NDArray[np.int64]) -> Floats:
        return tried.learned.blend.score(tried.asked, users)[:, kept]

    def alike(users: NDArray[np.int64]) -> Floats:
        return tried.asked.raw(plain, users)[:, kept]

    buyers = np.asarray(pairs[:, tried.left_out].sum(axis=0)).ravel()
    return (
        calibrate(ours, expected[kept], trial, seed=seed),
        calibrate(alike, expected[kept], trial, seed=seed),
        buyer_residuals(expected, buyers),
    )


def _space(
    run: Run, tried: ColdEvaluation, rows: sparse.csr_matrix, items: NDArray[np.int32], n_items: int, d: int, pairs: sparse.csr_matrix
) -> Space:
    vectors, name = run.item_vectors, RUN_SPACE
    if vectors is None:
        from recsys_core.models.spectral import spectral_vectors

        vectors = np.zeros((n_items, d), np.float32)
        found = spectral_vectors(pairs[:, items].tocsr(), d)
        vectors[items, : found.shape[1]] = found
        name = LOG_SPACE
    how = tried.learned.likeness
    weights = tried.asked.weights(Signal("likeness", k=min(how.k, 30), power=max(how.power, 2.0)))
    trial = (tried.learned.known.rows, np.asarray(vectors[tried.warm]), tried.asked.new, weights, np.asarray(vectors[tried.left_out]))
    return learn_space(rows, np.asarray(vectors[items], dtype=np.float32), name, trial)
