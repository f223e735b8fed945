"""What a picture looks like in numbers: its colours, the directions of its edges, its proportions. No network, no model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

HUES, SATURATIONS, BRIGHTNESSES = 8, 3, 3
CELLS, DIRECTIONS, SIDE = 4, 8, 64
COLOURS = HUES * SATURATIONS * BRIGHTNESSES
WIDTH = COLOURS + CELLS * CELLS * DIRECTIONS + 3  # 203
_WEIGHTS = (0.65, 0.30, 0.05)  # of colour, shape and proportions in the squared length
_BACKGROUND = 0.1  # what a white pixel counts: most product pictures stand on white


def picture_features(picture: Image.Image, aspect: float) -> NDArray[np.float32]:
    """A vector of length 1: float32 (203,). picture: RGB, of any size; aspect: width / height of the original.

    Colours are a histogram over hue, saturation and brightness (Swain & Ballard 1991), square roots taken so that the dot product is the
    Bhattacharyya coefficient. Shape is a histogram of gradient directions in 4 x 4 cells (Dalal & Triggs 2005, without its blocks).
    """
    blocks = (_colours(picture), _shape(picture), _proportions(aspect))
    whole = np.concatenate([weight**0.5 * block for weight, block in zip(_WEIGHTS, blocks, strict=True)])
    return whole.astype(np.float32)


def _colours(picture: Image.Image) -> NDArray[np.float64]:
    hue, saturation, brightness = (plane.astype(np.int64) for plane in np.moveaxis(np.asarray(picture.convert("HSV")), 2, 0))
    weight = np.where((saturation < 16) & (brightness > 239), _BACKGROUND, 1.0)
    # The hue of a grey pixel is noise, so greys are told apart by brightness alone.
    place = (((hue + 16) % 256) * HUES // 256 * (saturation >= 43) * SATURATIONS + saturation * SATURATIONS // 256) * BRIGHTNESSES
    counts = np.bincount((place + brightness * BRIGHTNESSES // 256).ravel(), weight.ravel(), COLOURS)
    roots: NDArray[np.float64] = np.sqrt(counts / counts.sum())
    return roots


def _shape(picture: Image.Image) -> NDArray[np.float64]:
    grey = np.asarray(picture.convert("L").resize((SIDE, SIDE), Image.Resampling.BILINEAR), dtype=np.float64) / 255
    down, across = np.gradient(grey)
    strength = np.hypot(down, across)
    direction = np.mod(np.arctan2(down, across), np.pi) * DIRECTIONS / np.pi  # 0 to 8: light to dark is dark to light
    lower = np.floor(direction).astype(np.int64)
    share = direction - lower
    place = np.arange(SIDE) * CELLS // SIDE
    cell = (place[:, None] * CELLS + place[None, :]) * DIRECTIONS
    counts = np.zeros(CELLS * CELLS * DIRECTIONS)
    for near, part in ((lower, 1 - share), (lower + 1, share)):
        counts += np.bincount((cell + near % DIRECTIONS).ravel(), (strength * part).ravel(), len(counts))
    counts = np.sqrt(counts)
    length = float(np.linalg.norm(counts))
    return counts / length if length > 1e-9 else np.full(len(counts), len(counts) ** -0.5)


def _proportions(aspect: float) -> NDArray[np.float64]:
    """How tall, square and wide: soft, so that 1.1 and 1.2 are nearly the same."""
    distance = np.log2(min(max(aspect, 0.1), 10.0)) - np.array([-1.0, 0.0, 1.0])
    near = np.exp(-(distance**2))
    unit: NDArray[np.float64] = near / np.linalg.norm(near)
    return unit
