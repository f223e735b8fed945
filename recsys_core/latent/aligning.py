"""One picture turned onto another: a model's map has no up and no left, so two of them are compared only after turning. Light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import orthogonal_procrustes

from recsys_core.errors import TooSmallError

FEWEST = 3


@dataclass(frozen=True)
class Alignment:
    """The map second -> first: x -> (x - centre) @ turn * scale + target.

    turn: float64 [d, d], orthogonal (a rotation, with a reflection where that fits better). left_over: share of the first one's spread that
    the turned second does not show, 0 for the same picture, 1 for nothing in common. shared: points it was found on.
    """

    turn: NDArray[np.float64]
    scale: float
    centre: NDArray[np.float64]
    target: NDArray[np.float64]
    left_over: float
    shared: int

    def __call__(self, coordinates: NDArray[np.floating]) -> NDArray[np.float32]:
        """Points of the second picture [n, d] on the first."""
        return np.asarray((coordinates.astype(np.float64) - self.centre) @ self.turn * self.scale + self.target, np.float32)


def align(first: NDArray[np.floating], second: NDArray[np.floating]) -> Alignment:
    """The similarity that brings rows of `second` [n, d] nearest to the same rows of `first`, in least squares (Schönemann 1966; the scale
    after Schönemann & Carroll 1970). Raises TooSmallError for fewer than three shared points, or where they lie in one spot.
    """
    one, two = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if len(one) < FEWEST:
        raise TooSmallError(f"The two runs share {len(one)} points.", f"It takes {FEWEST} to turn one picture onto the other.")
    target, centre = one.mean(axis=0), two.mean(axis=0)
    one, two = one - target, two - centre
    spread, own = float(np.square(one).sum()), float(np.square(two).sum())
    if not spread or not own:
        raise TooSmallError("All points of a picture lie in one spot.", "Choose another run.")
    turn, strength = orthogonal_procrustes(two, one)
    scale = float(strength) / own
    left = float(np.square(one - two @ turn * scale).sum()) / spread
    return Alignment(np.asarray(turn), scale, centre, target, max(left, 0.0), len(one))


def shared_rows(first: NDArray[np.integer], second: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """(dataset rows that both have, their places in `first`, their places in `second`)."""
    rows, here, there = np.intersect1d(first, second, assume_unique=True, return_indices=True)
    return np.asarray(rows, np.int64), here, there
