"""What each part of an item profile adds, measured: how much better shoppers' products are found again with it than without."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from recsys_core.data.dataset import Dataset
from recsys_core.evaluation.intervals import bootstrap_intervals
from recsys_core.profiles.fusing import PARTS, Part
from recsys_core.profiles.sampling import shoppers_read
from recsys_core.profiles.store import open_profile

TOP = 20
MEASURE = (
    "Of each shopper a fifth of their products is hidden; the share of these among the 20 products nearest to the rest of what they have. "
    "Nearest by the profile alone: cosine to each of their products, averaged."
)
_USERS, _WORK = 1_000, 8_000_000  # shoppers tried; shoppers times products, so that a large shop costs no more than a small one
_PRODUCTS = 20_000  # candidates
_FEWEST = 5  # products of a shopper who is tried
_BLOCK = 200  # shoppers scored at a time
_TRIAL_WEIGHT = 0.5  # at which a part that is not in use is tried


@dataclass(frozen=True)
class Gain:
    """One part. alone: recall by this part only; without: by all that are used but this one.

    gain: recall with it less without it, low and high its 95 % interval over shoppers. covered: share of products that have it.
    used: whether the fused vectors hold it.
    """

    part: str
    words: str
    weight: float
    alone: float
    without: float
    gain: float
    low: float
    high: float
    covered: float
    used: bool


@dataclass(frozen=True)
class Gains:
    """What was measured, on how many shoppers, the recall of all used parts together with its interval, and each part's gain."""

    measure: str
    users: int
    value: float
    low: float
    high: float
    chance: float
    parts: tuple[Gain, ...]

    def to_json(self) -> dict[str, Any]:
        """As `load_gains` reads it."""
        return asdict(self)


def load_gains(dataset: Dataset) -> Gains:
    """The measured gains of the chosen profile; without parts where none were measured."""
    profile = open_profile(dataset)
    if profile is None or not profile.has("gains.json"):
        return Gains(MEASURE, 0, 0.0, 0.0, 0.0, 0.0, ())
    found = dict(profile.json("gains.json"))
    return Gains(**{**found, "parts": tuple(Gain(**gain) for gain in found["parts"])})


def measure_gains(
    parts: Mapping[str, Part],
    weights: Mapping[str, float],
    positives: csr_matrix,
    together: Callable[[csr_matrix], Part | None],
    seed: int,
    check: Callable[[], None] = lambda: None,
) -> Gains:
    """Hide a fifth of each tried shopper's products and look for them by the parts. together: makes that part from what is left to see."""
    rng = np.random.Generator(np.random.PCG64(seed))
    trial = _hide(positives, rng)
    if trial is None or not parts:
        return Gains(MEASURE, 0, 0.0, 0.0, 0.0, 0.0, ())
    seen = together(trial.train) if "together" in parts else None
    tried = {name: part for name, part in parts.items() if name != "together"} | ({"together": seen} if seen is not None else {})
    used = {name: weights.get(name, 0.0) for name in tried if weights.get(name, 0.0) > 0}
    settings: dict[str, dict[str, float]] = {"all": used}
    for name in tried:
        settings[f"alone {name}"] = {name: 1.0}
        others = {other: weight for other, weight in used.items() if other != name}
        settings[f"without {name}"] = others
        settings[f"with {name}"] = {**others, name: used.get(name, _TRIAL_WEIGHT)}
    recall = _recalls(tried, settings, trial, check)
    whole = bootstrap_intervals(recall["all"], seed=seed)[0]
    gains = []
    for name, part in tried.items():
        gain = bootstrap_intervals(recall[f"with {name}"] - recall[f"without {name}"], seed=seed)[0]
        gains.append(
            Gain(
                part=name,
                words=PARTS[name][0],
                weight=float(weights.get(name, 0.0)),
                alone=float(recall[f"alone {name}"].mean()),
                without=float(recall[f"without {name}"].mean()),
                gain=gain.value,
                low=gain.low,
                high=gain.high,
                covered=float(part.present.mean()),
                used=name in used,
            )
        )
    chance = TOP / max(len(trial.products), 1)
    return Gains(MEASURE, len(trial.users), whole.value, whole.low, whole.high, min(chance, 1.0), tuple(gains))


@dataclass(frozen=True)
class _Trial:
    """train: positives without what is hidden. shown, hidden: (users tried, products) of ones. products: candidates by their number."""

    users: NDArray[np.intp]
    products: NDArray[np.intp]
    train: csr_matrix
    shown: csr_matrix
    hidden: csr_matrix


def _hide(positives: csr_matrix, rng: np.random.Generator) -> _Trial | None:
    bought = np.bincount(positives.indices, minlength=positives.shape[1])
    products = np.flatnonzero(bought > 0)
    if len(products) > _PRODUCTS:
        products = np.sort(np.argsort(-bought, kind="stable")[:_PRODUCTS])
    able = np.flatnonzero(np.diff(positives.indptr) >= _FEWEST)
    most = max(50, min(_USERS, _WORK // max(len(products), 1)))
    users = able if len(able) <= most else np.sort(rng.choice(able, most, replace=False))
    if len(users) < 10 or len(products) <= TOP:
        return None
    rows = positives[users].tocsr()
    order = np.lexsort((rng.random(rows.nnz), np.repeat(np.arange(len(users)), np.diff(rows.indptr))))
    place = np.arange(rows.nnz) - np.repeat(rows.indptr[:-1], np.diff(rows.indptr))
    out = np.zeros(rows.nnz, dtype=bool)
    out[order] = place < np.repeat(np.maximum(1, np.diff(rows.indptr) // 5), np.diff(rows.indptr))
    shown, hidden = _kept(rows, ~out), _kept(rows, out)
    others = np.setdiff1d(shoppers_read(positives, rng), users)
    train = csr_matrix(vstack([positives[others], shown]))
    shown, hidden = csr_matrix(shown[:, products]), csr_matrix(hidden[:, products])
    tried = np.flatnonzero((np.diff(shown.indptr) > 0) & (np.diff(hidden.indptr) > 0))
    return _Trial(users[tried], products, train, csr_matrix(shown[tried]), csr_matrix(hidden[tried])) if len(tried) >= 10 else None


def _kept(rows: csr_matrix, mask: NDArray[np.bool_]) -> csr_matrix:
    lengths = np.add.reduceat(np.append(mask, False).astype(np.int64), rows.indptr[:-1]) * (np.diff(rows.indptr) > 0)
    return csr_matrix((rows.data[mask], rows.indices[mask], np.concatenate([[0], np.cumsum(lengths)])), shape=rows.shape)


def _recalls(
    parts: Mapping[str, Part], settings: Mapping[str, Mapping[str, float]], trial: _Trial, check: Callable[[], None]
) -> dict[str, NDArray[np.float64]]:
    """Recall of each tried shopper under each setting of weights.

    The cosine of two fused vectors is a weighted sum of the parts' cosines over the roots of both items' total weights, so that each part
    is multiplied out once for all settings.
    """
    points = {name: part.points[trial.products].astype(np.float32) for name, part in parts.items()}
    has = {name: (np.abs(values).sum(axis=1) > 0).astype(np.float32) for name, values in points.items()}
    weight = {
        key: sum((w * has[name] for name, w in setting.items()), np.zeros(len(trial.products), np.float32))
        for key, setting in settings.items()
    }
    scale = {key: np.where(total > 0, 1 / np.sqrt(np.maximum(total, 1e-9)), 0).astype(np.float32) for key, total in weight.items()}
    found: dict[str, list[NDArray[np.float64]]] = {key: [] for key in settings}
    for start in range(0, len(trial.users), _BLOCK):
        check()
        shown, hidden = trial.shown[start : start + _BLOCK], trial.hidden[start : start + _BLOCK]
        wanted = np.asarray(hidden.todense()) > 0
        rows, columns = shown.nonzero()
        for key, setting in settings.items():
            taste = shown.multiply(scale[key][None, :]).tocsr()
            score = np.zeros(shown.shape, dtype=np.float32)
            for name, w in setting.items():
                score += np.float32(w) * ((taste @ points[name]) @ points[name].T)
            score *= scale[key][None, :]
            score[rows, columns] = -np.inf
            best = np.argpartition(-score, TOP - 1, axis=1)[:, :TOP]
            known = np.take_along_axis(score, best, axis=1) != 0  # nothing in common with any of them: no find, whatever place it has
            hits = (np.take_along_axis(wanted, best, axis=1) & known).sum(axis=1)
            found[key].append(hits / np.minimum(wanted.sum(axis=1), TOP))
    return {key: np.concatenate(values) for key, values in found.items()}
