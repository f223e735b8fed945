"""The parts of an item profile, each made from one thing that is known of products."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer

from recsys_core.profiles.bag import Bag, read_bag
from recsys_core.profiles.fusing import Part, unit
from recsys_core.profiles.material import Material
from recsys_core.profiles.sampling import shoppers_read
from recsys_core.profiles.spectrum_sklearn import Spectrum, spectrum

TEXT_DIMENSIONS, KIND_DIMENSIONS, MAKER_DIMENSIONS, VECTOR_DIMENSIONS = 64, 32, 32, 64
PRICE_BANDS = 6
_FEWEST_WORDS = 12


def words_of(material: Material) -> Bag:
    """The words that the text part is made from; in a large shop those of at least three products."""
    return read_bag(material.titles, material.descriptions, fewest=2 if material.n_items < 2000 else 3)


def make_parts(material: Material, bag: Bag, purchases: Spectrum, seed: int, check: Callable[[], None] = lambda: None) -> dict[str, Part]:
    """Every part that the material allows, by name. check: called between parts."""
    made: dict[str, NDArray[np.floating] | None] = {}
    makers: dict[str, Callable[[], NDArray[np.floating] | None]] = {
        "text": lambda: _text(bag, seed),
        "category": lambda: _categories(material, seed),
        "brand": lambda: _brands(material, seed),
        "price": lambda: price_bands(material.price),
        "picture": lambda: _measured(material.pictures, seed),
        "vectors": lambda: _measured(material.vectors, seed, scaled=False),
        "together": lambda: purchases.columns if purchases.rank else None,
    }
    for name, make in makers.items():
        check()
        made[name] = make()
    return {name: Part(name, unit(points)) for name, points in made.items() if points is not None and np.abs(points).sum() > 0}


def together(positives: csr_matrix, seed: int) -> NDArray[np.float64] | None:
    """Products by who buys them: those with the same shoppers lie together."""
    read = shoppers_read(positives, np.random.Generator(np.random.PCG64(seed)))
    found = spectrum(csr_matrix(positives[read], dtype=np.float64), seed)
    return found.columns if found.rank else None


def price_bands(price: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Six bands of equally many products, softly: a price between two band centres belongs to both in proportion. (n_items, bands)."""
    known = np.isfinite(price) & (price > 0)
    if known.sum() < 2 * PRICE_BANDS:
        return None
    log = np.log(price[known])
    centres = np.unique(np.quantile(log, (np.arange(PRICE_BANDS) + 0.5) / PRICE_BANDS))
    if len(centres) < 2:
        return None
    place = np.interp(log, centres, np.arange(len(centres)))
    low = np.minimum(place.astype(int), len(centres) - 2)
    bands = np.zeros((len(price), len(centres)))
    rows = np.flatnonzero(known)
    bands[rows, low] = np.sqrt(1 - (place - low))  # roots, so that every row has length 1
    bands[rows, low + 1] = np.sqrt(place - low)
    return bands


def _text(bag: Bag, seed: int) -> NDArray[np.float64] | None:
    return _condensed(bag.present, TEXT_DIMENSIONS, seed) if len(bag.words) >= _FEWEST_WORDS else None


def _categories(material: Material, seed: int) -> NDArray[np.float64] | None:
    places: dict[str, int] = {}
    pairs = [(row, places.setdefault(value, len(places))) for row, values in enumerate(material.kinds) for value in dict.fromkeys(values)]
    if len(places) < 2:
        return None
    rows, columns = np.array(pairs).T
    return _condensed(csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(material.n_items, len(places))), KIND_DIMENSIONS, seed)


def _condensed(present: csr_matrix, dimensions: int, seed: int) -> NDArray[np.float64]:
    """TF-IDF of a table of ones in few dimensions (latent semantic analysis, Deerwester 1990)."""
    weights = TfidfTransformer().fit_transform(present)
    if weights.shape[1] <= dimensions:
        return np.asarray(weights.todense(), dtype=np.float64)
    points: NDArray[np.float64] = TruncatedSVD(dimensions, random_state=seed, n_iter=4).fit_transform(weights)
    weak = np.linalg.norm(points, axis=1) < 0.05  # all its words are too rare for the dimensions kept: nothing is known, rather than noise
    points[weak] = 0
    return points


def _brands(material: Material, seed: int) -> NDArray[np.float64] | None:
    """One random direction for each brand: of different brands nearly at right angles, however many there are."""
    names = sorted({maker for maker in material.maker if maker})
    if len(names) < 2:
        return None
    rng = np.random.Generator(np.random.PCG64(seed))
    directions = np.eye(len(names)) if len(names) <= MAKER_DIMENSIONS else unit(rng.normal(size=(len(names), MAKER_DIMENSIONS)))
    place = {name: row for row, name in enumerate(names)}
    points = np.zeros((material.n_items, directions.shape[1]))
    for row, maker in enumerate(material.maker):
        if maker:
            points[row] = directions[place[maker]]
    return points


def _measured(given: NDArray[np.float32] | None, seed: int, scaled: bool = True) -> NDArray[np.float64] | None:
    """Numbers that came with the products: centred, brought to one scale where they are of several kinds, in at most 64 dimensions."""
    if given is None:
        return None
    known = np.isfinite(given).all(axis=1) & (np.abs(given).sum(axis=1) > 0)
    if known.sum() < 3:
        return None
    values = given[known].astype(np.float64)
    values = values - values.mean(axis=0)
    spread = values.std(axis=0)
    values = values[:, spread > 1e-9] / (spread[spread > 1e-9] if scaled else 1.0)
    if values.shape[1] > VECTOR_DIMENSIONS:
        values = TruncatedSVD(VECTOR_DIMENSIONS, random_state=seed, n_iter=4).fit_transform(values)
    points = np.zeros((len(given), values.shape[1]))
    points[known] = values
    return points
