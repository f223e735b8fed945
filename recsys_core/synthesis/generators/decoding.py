"""What generators that decode share: a code for each shopper, a decoder, products by Gumbel top-k."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from recsys_core.inference.kinds.autoencoder import AutoencoderScorer, Layer
from recsys_core.synthesis.contract import DrawnShoppers, Ints, RealShoppers, Wish
from recsys_core.synthesis.generators.calibrating import corrections, draw_size
from recsys_core.synthesis.generators.copies import RealSets
from recsys_core.synthesis.generators.lengths import LengthLaw
from recsys_core.synthesis.generators.sequential import Floats, check, earliness, in_order

AT_A_TIME = 256  # shoppers decoded together
Codes = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class DecodingGenerator(ABC):
    """A subclass says how codes come about; its own fields are arrays, named in `OWN`, and layers, in `NETS`.

    decoder: layers from codes to the products' log-odds (`inference.kinds.autoencoder`). sharpness: what the log-odds are multiplied by so
    that co-occurrence is as strong as in the real log. share, early, lengths: as `SequentialGenerator`.
    """

    OWN: ClassVar[tuple[str, ...]]
    NETS: ClassVar[tuple[str, ...]] = ("decoder",)
    decoder: tuple[Layer, ...]
    sharpness: float
    share: NDArray[np.float64]
    early: Floats
    lengths: LengthLaw
    real_sets: RealSets

    @property
    def segments(self) -> int:
        """How many it learned."""
        return len(self.lengths.share) - 1

    @abstractmethod
    def codes(self, segment: Ints, lengths: NDArray[np.int64], rng: np.random.Generator) -> Codes:
        """Float32 [n, d], of shoppers of these segments (-1 none) with so many products."""

    def draw(self, n: int, wish: Wish, *, seed: int) -> DrawnShoppers:
        """n shoppers; raises InputError where the wish names no segment there is, or leaves no product."""
        allowed = check(wish, n, len(self.share), segments=self.segments)
        rng = np.random.default_rng(seed)
        segment = self.lengths.segments(n, wish.segment, rng)
        lengths = self.lengths.draw(segment, wish.activity, int(allowed.sum()), rng)
        with threadpool_limits(1):
            codes = self.codes(segment, lengths, rng)
        indptr = np.concatenate([[0], np.cumsum(lengths)])

        def sets(rows: NDArray[np.int64]) -> Ints:
            return self._sets(codes[rows], lengths[rows], allowed, wish, rng)

        with threadpool_limits(1):  # sums in one order, whatever the machine
            items = self.real_sets.avoided(sets(np.arange(n)), indptr, len(self.share), sets)
        return DrawnShoppers(indptr, in_order(items, indptr, self.early, rng), segment)

    def _sets(self, codes: Codes, lengths: NDArray[np.int64], allowed: NDArray[np.bool_], wish: Wish, rng: np.random.Generator) -> Ints:
        """Products of each code by Gumbel top-k, a draw without replacement."""
        found: list[Ints] = []
        scorer = AutoencoderScorer((), self.decoder)
        rarer = (wish.tail * np.log(self.share)).astype(np.float32)
        for start in range(0, len(codes), AT_A_TIME):
            score = scorer.decode(codes[start : start + AT_A_TIME]) * np.float32(self.sharpness / wish.temperature) - rarer
            score -= np.log(rng.standard_exponential(score.shape, np.float32))
            score[:, ~allowed] = -np.inf
            for row, length in zip(score, lengths[start : start + AT_A_TIME], strict=True):
                found.append(np.argpartition(-row, length - 1)[:length].astype(np.int32))
        return np.concatenate(found)

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """What an artifact keeps of it; `from_arrays` is the way back."""
        own = {name: getattr(self, name) for name in (*self.OWN, "share", "early")}
        numbers = {"sharpness": np.array(self.sharpness), "real_sets": self.real_sets.sums}
        layers = {name: array for net in self.NETS for name, array in layer_arrays(net, getattr(self, net)).items()}
        return own | numbers | layers | dict(self.lengths.arrays())

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The same generator."""
        fields: dict[str, Any] = {name: arrays[name] for name in (*cls.OWN, "share", "early")}
        fields |= {net: layers_of(net, arrays) for net in cls.NETS}
        return cls(
            **fields,
            sharpness=float(arrays["sharpness"]),
            lengths=LengthLaw(arrays["length_quantiles"], arrays["segment_share"]),
            real_sets=RealSets(arrays["real_sets"]),
        )

    def calibrated(self, sets: sparse.csr_matrix, *, rounds: int, sharpness: tuple[float, float], rng: np.random.Generator) -> Self:
        """With the decoder's bias and the sharpness (within its two ends) set by its own draws beside the real sets, csr [U, I]."""
        found = self
        for done in range(rounds):
            drawn = found.draw(draw_size(*sets.shape), Wish(), seed=int(rng.integers(2**31))).matrix(sets.shape[1])
            bias, factor = corrections(drawn, sets, step=1 / (1 + done / 2))
            *inner, last = found.decoder
            moved = Layer(last.weight, (last.bias + bias / found.sharpness).astype(np.float32))
            found = replace(found, decoder=(*inner, moved), sharpness=float(np.clip(found.sharpness * factor, *sharpness)))
        return found


def laws(real: RealShoppers, kept: NDArray[np.integer]) -> dict[str, Any]:
    """share, early, lengths and real_sets of the shoppers with a product, as fields of a generator."""
    sets, segment, lengths = real.sets[kept], real.segment[kept], real.lengths[kept]
    return {
        "share": (np.bincount(sets.indices, minlength=real.n_items) + 0.5) / len(kept),
        "early": earliness(real),
        "lengths": LengthLaw.fit(lengths, segment, len(real.segments)),
        "real_sets": RealSets.of(sets),
    }


def layer_arrays(name: str, layers: Sequence[Layer]) -> dict[str, NDArray[Any]]:
    """Weights and biases by name."""
    return {f"{name}_{i}_{part}": getattr(layer, part) for i, layer in enumerate(layers) for part in ("weight", "bias")}


def layers_of(name: str, arrays: Mapping[str, NDArray[Any]]) -> tuple[Layer, ...]:
    """The opposite of `layer_arrays`."""
    depth = sum(key.startswith(f"{name}_") and key.endswith("_weight") for key in arrays)
    return tuple(Layer(arrays[f"{name}_{i}_weight"], arrays[f"{name}_{i}_bias"]) for i in range(depth))
