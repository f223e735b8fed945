"""What the catalogue says of each product, word by word and value by value: for models that recommend by likeness."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer

from recsys_core.profiles.fusing import PARTS
from recsys_core.profiles.material import Material
from recsys_core.profiles.parts_sklearn import price_bands, words_of


def item_features(material: Material) -> sparse.csr_matrix | None:
    """Words of titles and descriptions, values of the category columns, the maker and price bands: csr float32 [items, features].

    Each of these is TF-IDF weighted, has length 1 and the weight that it has in a profile (`fusing.PARTS`); a row has length 1 again, or 0
    for an item of which nothing is known, and the product of two rows is the weighted mean likeness in what both have. None where there
    are neither words, categories nor makers: a price alone does not say what a product is.
    """
    tables = {
        "text": words_of(material).present,
        "category": _ones(material.kinds),
        "brand": _ones([(maker,) if maker else () for maker in material.maker]),
    }
    parts = {name: TfidfTransformer().fit_transform(table) for name, table in tables.items() if table.shape[1] > 1}
    if not any(part.nnz for part in parts.values()):
        return None
    bands = price_bands(material.price)
    if bands is not None:
        parts["price"] = sparse.csr_matrix(bands)
    together = sparse.hstack([part * np.sqrt(PARTS[name][1]) for name, part in parts.items()], format="csr")
    lengths = np.sqrt(np.asarray(together.multiply(together).sum(axis=1)).ravel())
    return (sparse.diags(1 / np.maximum(lengths, 1e-12)) @ together).tocsr().astype(np.float32)


def _ones(values: Sequence[tuple[str, ...]]) -> sparse.csr_matrix:
    """Which item has which value: csr of ones [items, values], values in the order in which they first come."""
    places: dict[str, int] = {}
    pairs = [(row, places.setdefault(value, len(places))) for row, own in enumerate(values) for value in dict.fromkeys(own)]
    rows, columns = (np.array(pairs, dtype=np.int64).reshape(-1, 2)).T
    return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(values), len(places)))
