"""A generator that won against a critic: codes are made from noise, the shopper's activity and its segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from recsys_core.inference.kinds.autoencoder import Layer
from recsys_core.synthesis.contract import Ints
from recsys_core.synthesis.generators.decoding import Codes, DecodingGenerator

LEAK = 0.2  # slope of the leaky ReLU below 0


@dataclass(frozen=True, kw_only=True)
class NoiseGenerator(DecodingGenerator):
    """code = (noise, condition) A + network(noise, condition), where the condition is `conditions`.

    activity: float64 [2], mean and standard deviation of the log lengths. straight: A, a layer with its bias; none where the code is noise
    and condition themselves. bent: the network's layers, leaky ReLU between them; none where there is no network. width: how many numbers
    of noise.
    """

    OWN: ClassVar[tuple[str, ...]] = ("activity", "width")
    NETS: ClassVar[tuple[str, ...]] = ("decoder", "straight", "bent")
    activity: NDArray[np.float64]
    width: NDArray[np.int64]
    straight: tuple[Layer, ...]
    bent: tuple[Layer, ...]

    def codes(self, segment: Ints, lengths: NDArray[np.int64], rng: np.random.Generator) -> Codes:
        """A forward pass in numpy."""
        noise = rng.standard_normal((len(segment), int(self.width)), np.float32)
        given = np.column_stack([noise, conditions(segment, lengths, self.activity, self.segments)])
        code = given
        for layer in self.straight:
            code = given @ layer.weight + layer.bias
        if self.bent:
            hidden = given
            for layer in self.bent[:-1]:
                hidden = hidden @ layer.weight + layer.bias
                hidden = np.maximum(hidden, LEAK * hidden)
            code = code + hidden @ self.bent[-1].weight + self.bent[-1].bias
        return np.asarray(code, np.float32)


def activity_of(lengths: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean and standard deviation of the log lengths, the latter 1 where they do not differ."""
    logs = np.log(lengths)
    return np.array([logs.mean(), logs.std() or 1.0])


def conditions(segment: Ints, lengths: NDArray[np.int64], activity: NDArray[np.float64], segments: int) -> Codes:
    """Float32 [n, 1 + segments]: the standardised log length, and a one for the segment, none for -1."""
    found = np.zeros((len(segment), 1 + segments), np.float32)
    found[:, 0] = (np.log(lengths) - activity[0]) / activity[1]
    known = np.flatnonzero(segment >= 0)
    found[known, 1 + segment[known]] = 1.0
    return found
