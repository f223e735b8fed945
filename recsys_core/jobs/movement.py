"""What a scenario moves on the map of products: where lists go, which regions gain and lose what is shown, how wide a list spreads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.special import fdtrc

from recsys_core.errors import UnsupportedError
from recsys_core.evaluation.intervals import Interval, bootstrap_intervals, holm
from recsys_core.jobs.studio import Opened
from recsys_core.latent.pca import pca
from recsys_core.latent.projections import Projection, load_projection
from recsys_core.models.runs import Run
from recsys_core.profiles.contrast import LEVEL
from recsys_core.ranking.guardrails import FEWEST
from recsys_core.ranking.pools import unit_rows
from recsys_core.ranking.population import Change, Lists, Moved, Population, exposure, moved_groups
from recsys_core.ranking.whatif import Answer

CELLS = 28  # of the longer side of the map
SMOOTH = 0.8  # cells; what is next to each other on a map is alike, whatever line is drawn between
BLOCK = 8192  # shoppers whose lists are looked at together
Floats = NDArray[np.float64]
Place = tuple[float, float]


class Part(NamedTuple):
    """Some shoppers under a name. rows: int [n], rows of the lists."""

    label: str
    rows: NDArray[np.integer]


@dataclass(frozen=True)
class Arrow:
    """From the centre of what some shoppers are shown to that of what they would be shown, in coordinates of the map.

    distance: how far a list of theirs moves in the latent space, in spreads (see `Movement`), with its 95 % interval over these shoppers.
    p: of no shift of their mean on the map (Hotelling's T², Holm-adjusted over all arrows), 1 for fewer than 30 shoppers; clear: below 5 %.
    """

    label: str
    users: int
    start: Place
    end: Place
    distance: Interval
    p: float
    clear: bool


@dataclass(frozen=True)
class Regions:
    """A grid over the map. x, y: float64 [c + 1], [r + 1], its lines. before, after: float64 [r, c], share of all exposure in each cell.

    shade: after less before, smoothed over neighbouring cells, for drawing alone. group: int [r, c], the group that most of a cell's
    exposure is of, -1 where there is nothing.
    """

    x: Floats
    y: Floats
    before: Floats
    after: Floats
    shade: Floats
    group: NDArray[np.int64]


@dataclass(frozen=True)
class Movement:
    """What a scenario moves.

    users, k: how many lists of how many places. changed: share of the lists that show something else, or in another order. distance: how
    far the centre of a list moves; width: how far a list's products lie from its centre, before and after with the interval of the
    difference. Both are of unit vectors in the latent space, in spreads: 1 is the root mean square distance of all products from their
    centre. Intervals are 95 %, over shoppers. groups: share of all exposure, the largest gain first. method: of the map, "pca" or "umap".
    """

    users: int
    k: int
    changed: float
    distance: Interval
    width: Change
    arrows: tuple[Arrow, ...]
    regions: Regions
    groups: tuple[Moved, ...]
    method: str

    def to_json(self) -> dict[str, Any]:
        """As plain lists and numbers; the regions as their cells that hold anything, the largest change first."""
        found = self.regions
        rows, columns = np.nonzero((found.before > 0) | (found.after > 0))
        order = np.argsort(-np.abs(found.after - found.before)[rows, columns], kind="stable")
        cells = [
            {
                "x": [float(found.x[c]), float(found.x[c + 1])],
                "y": [float(found.y[r]), float(found.y[r + 1])],
                "before": float(found.before[r, c]),
                "after": float(found.after[r, c]),
            }
            for r, c in zip(rows[order], columns[order], strict=True)
        ]
        return {
            "map": self.method,
            "users": self.users,
            "k": self.k,
            "changed": self.changed,
            "distance": asdict(self.distance),
            "width": {**self.width._asdict(), "difference": self.width.difference, "is_clear": self.width.is_clear},
            "arrows": [asdict(arrow) for arrow in self.arrows],
            "groups": [moved._asdict() for moved in self.groups],
            "regions": cells,
        }


def map_of(run: Run) -> Projection:
    """The run's map of products: the UMAP where one was made, else the PCA. Raises UnsupportedError where it has no vectors."""
    kept = load_projection(run.artifact.folder, "items", "umap")
    if kept is not None:
        return kept
    vectors, rows = run.vectors("items")
    return Projection(pca(vectors).coordinates, rows, {"method": "pca", "what": "items"})


def movement_of(
    opened: Opened,
    answer: Answer,
    points: Projection | None = None,
    parts: Sequence[Part] | None = None,
    among: NDArray[np.integer] | None = None,
) -> Movement:
    """What an answer moves on a run's map of products. parts: who gets an arrow, rows of the answer's lists; None: each segment.

    among: the rows that everything but the arrows is told of; None: all.

    Raises UnsupportedError for a run without product vectors.
    """
    points = map_of(opened.run) if points is None else points
    ground, vectors = opened.studio.ground, opened.run.item_vectors
    assert vectors is not None  # there is a map of them
    if parts is None:
        segment = ground.segment[answer.users]
        found = [Part(label, np.flatnonzero(segment == code)) for code, label in enumerate(ground.segments)]
        parts = [part for part in found if len(part.rows)]
    shown = answer.population
    return movement(shown.before, shown.after, points, vectors, groups=ground.group, labels=ground.groups, parts=parts, among=among)


def movement(
    before: Lists,
    after: Lists,
    points: Projection,
    vectors: NDArray[np.floating],
    *,
    groups: NDArray[np.integer],
    labels: Sequence[str],
    parts: Sequence[Part] = (),
    among: NDArray[np.integer] | None = None,
) -> Movement:
    """Compare two sets of lists of the same shoppers, int [U, k], on a map of products.

    vectors: float [I, d], rows of unknown products zero. groups: int [I], -1 none. parts: who gets an arrow of their own. among: rows
    that everything but the arrows is told of; None: all. A place counts as it is seen, by 1/log2(place + 1), as exposure does. Raises
    UnsupportedError without a list that has products on the map.
    """
    unit, known = unit_rows(np.asarray(vectors)), np.zeros(len(vectors), dtype=np.bool_)
    known[points.rows] = True
    centres = [_centres(lists, unit, known) for lists in (before, after)]
    spread = float(np.sqrt(1.0 - np.square(unit[points.rows].mean(axis=0, dtype=np.float64)).sum()))
    width = [np.sqrt(np.maximum(1.0 - np.square(each).sum(axis=1), 0.0)) / spread for each in centres]
    distance = np.sqrt(np.square(centres[1] - centres[0]).sum(axis=1)) / spread
    flat = np.zeros((len(vectors), 2))
    flat[points.rows] = points.coordinates
    places = [_centres(lists, flat, known) for lists in (before, after)]
    arrows = _arrows(parts, places[0], places[1], distance)
    if among is not None:
        before, after, distance, width = before[among], after[among], distance[among], [each[among] for each in width]
    if not np.isfinite(distance).any():
        raise UnsupportedError("No list has a product that is on the map.", "Choose a run with vectors for the products it lists.")
    told = bootstrap_intervals(np.stack([distance, width[1] - width[0]], axis=1))
    both = np.isfinite(width[0]) & np.isfinite(width[1])
    change = Change(float(width[0][both].mean()), float(width[1][both].mean()), told[1].low, told[1].high)
    return Movement(
        users=len(after),
        k=after.shape[1],
        changed=float((before != after).any(axis=1).mean()),
        distance=told[0],
        width=change,
        arrows=arrows,
        regions=regions(before, after, points, groups, len(labels)),
        groups=tuple(moved_groups(Population(before, after, {}, {}), groups, tuple(labels))) if labels else (),
        method=str(points.manifest["method"]),
    )


def regions(before: Lists, after: Lists, points: Projection, groups: NDArray[np.integer], n_groups: int, cells: int = CELLS) -> Regions:
    """Where on the map exposure is, before and after. cells: of the longer side; they are square."""
    places = np.asarray(points.coordinates, dtype=np.float64)
    low, high = places.min(axis=0), places.max(axis=0)
    size = max(float((high - low).max()), 1e-9) / cells
    columns, rows = (max(1, int(np.ceil((high - low)[axis] / size - 1e-9))) for axis in (0, 1))
    column, row = (np.minimum(((places - low) / size).astype(np.int64)[:, axis], n - 1) for axis, n in ((0, columns), (1, rows)))
    cell = row * columns + column
    shares = [exposure(lists, len(groups))[points.rows] for lists in (before, after)]
    grids = [np.asarray(np.bincount(cell, weights=share, minlength=rows * columns), dtype=np.float64) for share in shares]
    codes = np.asarray(groups)[points.rows]
    named = codes >= 0
    of_groups = np.bincount((cell * n_groups + codes)[named], weights=(shares[0] + shares[1])[named], minlength=rows * columns * n_groups)
    by_group = of_groups.reshape(rows * columns, n_groups) if n_groups else np.zeros((rows * columns, 1))
    most = np.where(by_group.max(axis=1) > 0, by_group.argmax(axis=1), -1)
    first, second = (grid.reshape(rows, columns) for grid in grids)
    return Regions(
        x=low[0] + size * np.arange(columns + 1),
        y=low[1] + size * np.arange(rows + 1),
        before=first,
        after=second,
        shade=gaussian_filter(second - first, SMOOTH, mode="constant"),
        group=most.reshape(rows, columns),
    )


def _centres(lists: Lists, table: NDArray[np.floating], known: NDArray[np.bool_]) -> Floats:
    """float64 [U, d]: the mean row of `table` over each list's known products, weighted by how much each place is seen; NaN for none."""
    weight = 1.0 / np.log2(np.arange(2, lists.shape[1] + 2))
    found = np.empty((len(lists), table.shape[1]))
    for start in range(0, len(lists), BLOCK):
        some = lists[start : start + BLOCK]
        seen = np.where((some >= 0) & known[np.maximum(some, 0)], weight, 0.0)
        total = seen.sum(axis=1, keepdims=True)
        share = np.divide(seen, total, out=np.full_like(seen, np.nan), where=total > 0)
        found[start : start + BLOCK] = np.einsum("uk,ukd->ud", share, table[np.maximum(some, 0)])
    return found


def _arrows(parts: Sequence[Part], before: Floats, after: Floats, distance: Floats) -> tuple[Arrow, ...]:
    kept = [(part.label, rows) for part in parts if len(rows := _told(part.rows, before, after))]
    p = holm(np.array([no_shift(after[rows] - before[rows]) for _, rows in kept])) if kept else ()
    return tuple(
        Arrow(label, len(rows), _mean(before[rows]), _mean(after[rows]), _interval(distance[rows]), float(own), bool(own < LEVEL))
        for (label, rows), own in zip(kept, p, strict=True)
    )


def no_shift(steps: Floats) -> float:
    """P of no shift of the mean of `steps` [n, 2]: Hotelling's T² (1931), (n - 2) T² / 2(n - 1) being F of 2 and n - 2 degrees of freedom.

    1 for fewer than 30 shoppers, whose figures are chance.
    """
    n, mean = len(steps), steps.mean(axis=0)
    if n < FEWEST or not mean.any():
        return 1.0
    least = 1e-9 * float(np.square(steps).mean())  # where all move alike nothing can be inverted
    squared = n * float(mean @ np.linalg.solve(np.cov(steps.T) + least * np.eye(2), mean))
    return float(fdtrc(2, n - 2, squared * (n - 2) / (2 * (n - 1))))


def _told(rows: NDArray[np.integer], before: Floats, after: Floats) -> NDArray[np.integer]:
    """Those whose lists have something on the map, before and after."""
    told: NDArray[np.bool_] = np.isfinite(before[rows, 0]) & np.isfinite(after[rows, 0])
    return np.asarray(rows[told])


def _interval(values: Floats) -> Interval:
    (found,) = bootstrap_intervals(values)
    return found


def _mean(places: Floats) -> Place:
    x, y = places.mean(axis=0)
    return float(x), float(y)
