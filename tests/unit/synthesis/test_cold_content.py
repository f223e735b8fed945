"""A new product is described exactly as the catalogue's own products are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import InputError
from recsys_core.profiles.item_features_sklearn import item_features
from recsys_core.profiles.material import Material
from recsys_core.synthesis.cold.catalogue import Catalogue, Columns, columns_of
from recsys_core.synthesis.cold.content import Content, learn_content
from recsys_core.synthesis.cold.records import NewItem

TITLES = ["Red mug", "Blue mugs, painted", "Wooden train", "Painted trains", "Candle of wax", "Wax candles", "Mug and candle", ""] * 3
KINDS = ["Kitchen", "Kitchen", "Toys", "Toys", "Home", "Home", "", "Toys"] * 3
MAKERS = ["Ada", "Ada", "Bob", "Bob", "", "Ada", "Cy", ""] * 3
PRICE = np.array([1.0, 2, 3, 4, 5, 6, 7, np.nan] * 3) + np.arange(24) / 10


def _catalogue() -> Catalogue:
    return Catalogue(
        titles=TITLES,
        descriptions=["painted by hand"] * 4 + [""] * 20,
        kinds=[(f"category={kind}",) if kind else () for kind in KINDS],
        makers=MAKERS,
        price=PRICE,
        kind_columns=("category",),
        maker_column="brand",
    )


def _material(catalogue: Catalogue) -> Material:
    empty = sparse.csr_matrix((1, len(catalogue)), dtype=np.float32)
    ids = [str(place) for place in range(len(catalogue))]
    return Material(
        ids, catalogue.titles, catalogue.descriptions, catalogue.kinds, catalogue.makers, catalogue.price, positives=empty, touched=empty
    )


def _new(place: int) -> NewItem:
    told = {"brand": MAKERS[place], "description": "painted by hand" if place < 4 else ""}
    price = None if np.isnan(PRICE[place]) else float(PRICE[place])
    return NewItem(TITLES[place], KINDS[place], price, {name: value for name, value in told.items() if value})


def test_rows_equal_those_of_the_profile_that_sklearn_makes() -> None:
    catalogue = _catalogue()
    expected = item_features(_material(catalogue))
    assert expected is not None
    assert abs(learn_content(catalogue).rows(catalogue) - expected).max() < 1e-5


def test_a_new_product_gets_the_row_of_a_known_one_that_is_described_alike() -> None:
    catalogue = _catalogue()
    content = learn_content(catalogue)
    rows = content.rows(catalogue).toarray()
    new = content.rows(columns_of(catalogue).read([_new(place) for place in range(len(catalogue))])).toarray()
    np.testing.assert_allclose(new, rows, atol=1e-5)


def test_it_is_the_same_again_after_writing_and_reading() -> None:
    catalogue = _catalogue()
    content = learn_content(catalogue)
    told, arrays = content.export()
    again = Content.read(told, arrays.__getitem__)
    np.testing.assert_array_equal(again.rows(catalogue).toarray(), content.rows(catalogue).toarray())
    assert again.width == content.width


def test_numbers_and_words_of_other_columns_count() -> None:
    whole = _catalogue()
    year = np.array([1990.0 + place for place in range(24)])
    size = [("small",) if place % 2 else ("large",) for place in range(24)]
    more = Catalogue(**{**whole.__dict__, "numbers": {"year": year}, "values": {"size": size}})
    content = learn_content(more)
    assert {"attribute:year", "attribute:size"} <= set(content.parts)
    item = [NewItem("Red mug", "Kitchen", 1.0, {"brand": "Ada", "description": "painted by hand", "year": "1990", "size": "large"})]
    np.testing.assert_allclose(content.rows(columns_of(more).read(item)).toarray()[0], content.rows(more).toarray()[0], atol=1e-5)


def test_vectors_that_came_with_the_catalogue_count_and_must_be_as_wide() -> None:
    rng = np.random.default_rng(0)
    vectors: NDArray[np.float32] = rng.normal(size=(24, 5)).astype(np.float32)
    vectors[3] = np.nan
    whole = Catalogue(**{**_catalogue().__dict__, "vectors": vectors})
    content = learn_content(whole)
    columns = columns_of(whole)
    told = content.tables(columns.read([NewItem("Red mug", vector=vectors[0]), NewItem("Red mug")]))["vectors"].toarray()
    np.testing.assert_allclose(told[0], content.tables(whole)["vectors"].toarray()[0], atol=1e-6)
    assert not told[1].any()
    assert not content.tables(whole)["vectors"].toarray()[3].any()
    with pytest.raises(InputError, match="4 numbers"):
        columns.read([NewItem("Red mug", vector=np.zeros(4, np.float32))])


@pytest.mark.parametrize(
    ("item", "empty"),
    [
        (NewItem("Zorblax quux"), True),
        (NewItem(), True),
        (NewItem("Zorblax mug"), False),
        (NewItem("", "Toys"), False),
        (NewItem("", "Spaceships"), True),
        (NewItem("", "", 3.0), False),
    ],
)
def test_what_is_not_known_leaves_the_row_empty(item: NewItem, empty: bool) -> None:
    catalogue = _catalogue()
    row = learn_content(catalogue).rows(columns_of(catalogue).read([item]))
    assert (row.nnz == 0) is empty
    assert np.isfinite(row.data).all()


@pytest.mark.parametrize(
    ("columns", "item", "words"),
    [
        ({}, {"attributes": {"colour": "red"}}, "no column 'colour'"),
        ({"numbers": ("year",)}, {"attributes": {"year": "old"}}, "year of 'Mug' is 'old'"),
        ({}, {"picture": np.ones(203, np.float32)}, "no pictures"),
    ],
)
def test_what_cannot_be_read_is_said(columns: dict[str, Any], item: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        Columns(("category",), "", columns.get("numbers", ()), ()).read([NewItem("Mug", **item)])


@pytest.mark.parametrize("price", [0.0, -1.0, float("nan"), float("inf")])
def test_a_price_is_above_zero(price: float) -> None:
    with pytest.raises(InputError, match="price"):
        NewItem("Mug", price=price)
