"""What a run was taught about new products, read again: a new product is placed live, in numpy, among thousands of shoppers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import InputError, NotFoundError
from recsys_core.inference.contract import Floats
from recsys_core.profiles.segments import Segments
from recsys_core.storage.artifacts import Artifact, open_artifact
from recsys_core.synthesis.cold.blend import Blend
from recsys_core.synthesis.cold.calibration import Calibration, buyers_estimate
from recsys_core.synthesis.cold.catalogue import Catalogue, Columns
from recsys_core.synthesis.cold.content import Content, Terms, words_in
from recsys_core.synthesis.cold.records import FOLDER, KIND, Audience, Help, Near, NewItem, Placed, SegmentAudience
from recsys_core.synthesis.cold.signals import Asked, Known, Signal, sold
from recsys_core.synthesis.cold.space import Space

LONGEST_LIST = 50
PIN_RANK = 3
ON_THE_MAP = 10  # neighbours whose mean is a new product's point
Points = tuple[NDArray[np.float32], NDArray[np.int32]]


def has_cold(run_folder: Path) -> bool:
    """Whether the run was taught about new products."""
    return (run_folder / FOLDER).is_dir()


def open_cold(run_folder: Path, segments: Segments | None = None, points: Points | None = None) -> ColdModel:
    """What the run in this folder was taught. segments: of its dataset. points: (coordinates [n, 2], item numbers [n]) of its PCA map.

    Raises NotFoundError where nobody taught it yet, CorruptArtifactError.
    """
    if not has_cold(run_folder):
        raise NotFoundError(
            f"The run '{run_folder.name}' has not learned about new products yet.",
            f"Teach it: `python -m recsys_core cold-item {run_folder.name} --title TITLE`, or on the page New arrivals.",
        )
    return ColdModel(open_artifact(run_folder / FOLDER, kind=KIND), segments, points)


@dataclass(frozen=True)
class ColdModel:
    """A run's knowledge of new products. Arrays are memory-mapped and read once."""

    artifact: Artifact
    segments: Segments | None = None
    points: Points | None = None

    @cached_property
    def told(self) -> dict[str, Any]:
        """What is not an array."""
        found: dict[str, Any] = self.artifact.json("cold.json")
        return found

    @property
    def dataset_id(self) -> str:
        """The dataset of its run."""
        return str(self.artifact.manifest["dataset"])

    @property
    def evaluation(self) -> dict[str, Any]:
        """`ColdEvaluation.to_json` of the products that were left out when it was taught."""
        return dict(self.told["evaluation"])

    @property
    def categories(self) -> list[str]:
        """The categories that the catalogue knows."""
        return list(self.told["categories"])

    @property
    def columns(self) -> tuple[str, ...]:
        """What `NewItem.attributes` may name."""
        return self._columns.nameable

    @cached_property
    def _columns(self) -> Columns:
        told = self.told["columns"]
        kinds, numbers, values = (tuple(told[name]) for name in ("kinds", "numbers", "values"))
        return Columns(kinds, str(told["maker"]), numbers, values, int(told["pictures"]), int(told["vectors"]))

    @cached_property
    def content(self) -> Content:
        """How a product is described."""
        return Content.read(self.told["content"], self._array)

    @cached_property
    def known(self) -> Known:
        """What the signals read."""
        factors, to_factors, to_sold = (self._array(f"known/{name}.npy") for name in ("factors", "to_factors", "to_sold"))
        n, users = len(self.items), len(factors)
        return Known(self._matrix("rows", (n, self.content.width)), self._matrix("pairs", (users, n)), factors, to_factors, to_sold)

    @cached_property
    def items(self) -> NDArray[np.int32]:
        """Int32 [known products]: their numbers in the dataset."""
        return self._array("items.npy")

    @cached_property
    def space(self) -> Space:
        """Where products lie."""
        return Space.read(self.told["space"], self._array)

    @property
    def vectors(self) -> Floats:
        """Float32 [known products, d], aligned with `items`."""
        return self.space.vectors

    @cached_property
    def blend(self) -> Blend:
        """How signals are put together."""
        return Blend.from_json(self.told["blend"], self._array("spread.npy"))

    @cached_property
    def _ours(self) -> Calibration:
        return Calibration.read("ours", self._array)

    @cached_property
    def _likeness(self) -> Calibration:
        return Calibration.read("likeness", self._array)

    @cached_property
    def _without(self) -> NDArray[np.bool_]:
        return np.asarray(self._array("without.npy"), dtype=bool)

    def place(self, item: NewItem, *, k: int = 10, near: int = 10, rivals: int = 10) -> Placed:
        """One new product in its place, for lists of k. rivals: new products that would share a reserved place. Raises InputError."""
        return self.place_many([item], k=k, near=near, rivals=rivals)[0]

    def place_many(self, items: Sequence[NewItem], *, k: int = 10, near: int = 10, rivals: int = 10) -> list[Placed]:
        """Several new products, each as if it came alone."""
        if not 1 <= k <= LONGEST_LIST:
            raise InputError(f"A list of {k} is asked for.", f"Give a number from 1 to {LONGEST_LIST}.")
        if not 1 <= rivals <= 1000:
            raise InputError(f"{rivals} new products are to share a place.", "Give a number from 1 to 1,000.")
        catalogue = self._columns.read(items)
        rows = self.content.rows(catalogue)
        asked = Asked(self.known, rows)
        how = self.told["likeness"]
        plain = Signal("likeness", k=int(how["k"]), power=float(how["power"]), shrink=float(how["shrink"]))
        scores = self.blend.score(asked), asked.raw(plain)
        expected = sold(self.known, rows)
        closer = asked.weights(Signal("likeness", k=min(plain.k, 30), power=max(plain.power, 2.0)))
        vectors = self.space.place(rows, closer)
        found = []
        for at, item in enumerate(items):
            ours = self._ours.audience(scores[0][:, at], float(expected[at]), k, self._without)
            alike = self._likeness.audience(scores[1][:, at], float(expected[at]), k, self._without)
            notes = self._notes(item, catalogue, at, rows)
            told = bool(rows[at].nnz)
            if not told:
                ours, alike = (replace(one, shown=np.zeros_like(one.shown)) for one in (ours, alike))
            shares = self._segments(ours) if told else ()
            found.append(
                Placed(
                    item=item,
                    k=k,
                    vector=vectors[at],
                    space=self.space.name,
                    point=self._point(vectors[at]) if told else None,
                    nearest=self.space.nearest(vectors[at], near, self.items) if told else (),
                    alike=self._alike(asked, at, near),
                    audience=ours,
                    exposure=self._ours.exposure(ours),
                    likeness_audience=alike,
                    likeness_exposure=self._likeness.exposure(alike),
                    buyers=buyers_estimate(float(expected[at]), self.told["residuals"]),
                    segments=shares,
                    helps=self._helps(ours, shares, k, rivals),
                    notes=notes,
                )
            )
        return found

    def _alike(self, asked: Asked, at: int, n: int) -> tuple[Near, ...]:
        pairs = zip(asked.near.places[at, :n], asked.near.likeness[at, :n], strict=True)
        return tuple(Near(int(self.items[place]), float(min(likeness, 1.0))) for place, likeness in pairs if likeness > 0)

    def _point(self, vector: Floats) -> tuple[float, float] | None:
        """The mean of the map's points of the products nearest by vector, weighted by cosine."""
        if self.points is None:
            return None
        coordinates, rows = self.points
        place = {int(item): at for at, item in enumerate(rows)}
        near = [one for one in self.space.nearest(vector, ON_THE_MAP, self.items) if one.item in place and one.likeness > 0]
        if not near:
            return None
        x, y = np.average(coordinates[[place[one.item] for one in near]], axis=0, weights=[one.likeness for one in near])
        return float(x), float(y)

    def _segments(self, audience: Audience) -> tuple[SegmentAudience, ...]:
        if self.segments is None:
            return ()
        found = []
        for code, label in enumerate(self.segments.labels):
            own = self.segments.codes == code
            if own.any():
                exposure, match = float(audience.chance[own].mean()), float(audience.match[own].mean())
                found.append(SegmentAudience(label, int(own.sum()), exposure, match))
        return tuple(sorted(found, key=lambda one: (-one.match, one.label)))

    def _helps(self, audience: Audience, segments: tuple[SegmentAudience, ...], k: int, rivals: int) -> tuple[Help, ...]:
        chance = audience.chance.astype(np.float64)
        now = float(chance.mean())
        helps = [Help("nothing", f"As lists are: about {now:.1%} of shoppers would have it in their first {k}.", now)]
        rank = min(PIN_RANK, k)
        if segments and self.segments is not None:
            best = segments[0]
            own = self.segments.codes == self.segments.labels.index(best.label)
            pinned = float(np.where(own, 1.0, chance).mean())
            words = f"Pinned at place {rank} for '{best.label}', whom it suits best: {pinned:.1%} of shoppers."
            helps.append(Help("pin", words, pinned, segment=best.label, rank=rank))
        helps.append(Help("pin", f"Pinned at place {rank} for everybody: all shoppers.", 1.0, rank=rank))
        wins = np.where(self._without, 0.0, audience.match.astype(np.float64) ** (rivals - 1))
        reserved = float((1 - (1 - chance) * (1 - wins)).mean())
        words = (
            f"One of {k} places kept for the new product that suits each shopper best, of {rivals} new ones: {reserved:.1%} of shoppers."
        )
        helps.append(Help("reserve", words, reserved, rivals=rivals))
        return tuple(helps)

    def _notes(self, item: NewItem, catalogue: Catalogue, at: int, rows: sparse.csr_matrix) -> tuple[str, ...]:
        """What was not said or not understood, in words."""
        if not rows[at].nnz:
            return ("Nothing of this product is known to the catalogue, so it cannot be placed: the figures are those of any product.",)
        notes = []
        text = self.content.parts.get("text")
        if isinstance(text, Terms):
            own = words_in(catalogue, at)
            new = sorted(word for word in own if word not in text.places)
            if not own:
                notes.append("No title was given: it is placed by what else is known.")
            elif len(new) == len(own):
                notes.append("No word of the title is in titles of two other products: it is placed by what else is known.")
            elif new:
                notes.append(f"Not read, since too few other titles have them: {', '.join(new)}.")
        kinds = self.content.parts.get("category")
        if isinstance(kinds, Terms):
            if not catalogue.kinds[at]:
                notes.append("No category was given.")
            notes += [f"The catalogue has no {kind.replace('=', ' ', 1)!r}." for kind in catalogue.kinds[at] if kind not in kinds.places]
        elif item.category:
            notes.append("The catalogue has no categories: the one given was not read.")
        if "price" in self.content.parts and item.price is None:
            notes.append("No price was given.")
        elif "price" not in self.content.parts and item.price is not None:
            notes.append("Prices are not known of enough products: the one given was not read.")
        return tuple(notes)

    def _array(self, name: str) -> NDArray[Any]:
        return np.asarray(self.artifact.array(name))

    def _matrix(self, name: str, shape: tuple[int, int]) -> sparse.csr_matrix:
        data, indices, indptr = (self._array(f"{name}/{part}.npy") for part in ("data", "indices", "indptr"))
        return sparse.csr_matrix((data, indices, indptr), shape=shape)
