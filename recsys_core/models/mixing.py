"""How much each of several models should say, learned on validation with care for chance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from recsys_core.training.events import Listener

STEPS = tuple(round(0.05 * step, 2) for step in range(1, 20))
ROUNDS = 2
Weights = tuple[float, ...]


def learn_weights(
    values: Callable[[Weights], NDArray[np.floating]], parts: int, listener: Listener, anchor: int | None = None
) -> tuple[Weights, dict[Weights, float]]:
    """Weights that sum to 1, and the metric's mean for all that were tried. values: weights -> the metric, one value a validation user.

    It starts from `anchor`, else from the best single part, and gives each other part its best share on a line, twice round. The curve
    along a line is smoothed, for its highest point alone is partly luck; the share taken is the smallest that is less than one standard
    error behind the highest (Breiman et al. 1984), and only where its gain over the users is larger than its own standard error. So the
    mixture leans towards the part it starts from, and stays there where there is nothing to learn. An anchor is the part to trust where
    validation is short: what leads on a few held-out purchases need not lead on many.
    """
    single = [tuple(float(i == part) for i in range(parts)) for part in range(parts)]
    found = {weights: np.asarray(values(weights), dtype=np.float64) for weights in single}
    best = max(single, key=lambda weights: found[weights].mean()) if anchor is None else single[anchor]
    for _ in range(ROUNDS if parts > 2 else 1):
        for part in [part for part in range(parts) if best != single[part]]:
            line = [_towards(best, part, step) for step in STEPS]
            for weights in line:
                listener.check()
                if weights not in found:
                    found[weights] = np.asarray(values(weights), dtype=np.float64)
            means = np.array([found[weights].mean() for weights in (best, *line, single[part])])
            smooth = 0.25 * means[:-2] + 0.5 * means[1:-1] + 0.25 * means[2:]
            peak = int(smooth.argmax())
            better = next(weights for weights in line[: peak + 1] if not _clear(found[line[peak]] - found[weights]))
            if _clear(found[better] - found[best]):
                best = better
    return best, {weights: float(value.mean()) for weights, value in found.items()}


def _clear(gain: NDArray[np.float64]) -> bool:
    """Whether a gain, one value a user, is larger than its standard error."""
    return bool(gain.mean() > gain.std() / np.sqrt(max(len(gain), 1)))


def _towards(weights: Weights, part: int, share: float) -> Weights:
    """`weights` with `share` of all given to `part`."""
    return tuple(round((1 - share) * weight + share * (i == part), 4) for i, weight in enumerate(weights))
