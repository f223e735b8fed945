"""What the catalogue says of products, as rows of features."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

from recsys_core.profiles.item_features_sklearn import item_features
from recsys_core.profiles.material import Material

TITLES = ["Tea cup", "Coffee cups", "Desk lamp", "Floor lamps", "陶瓷茶杯", "茶杯", ""]


def material(titles=TITLES, kinds=(), maker=(), price=None):
    n = len(titles)
    empty = sparse.csr_matrix((1, n))
    return Material(
        ids=[str(item) for item in range(n)],
        titles=titles,
        descriptions=[""] * n,
        kinds=kinds or [()] * n,
        maker=maker or [""] * n,
        price=np.full(n, np.nan) if price is None else np.asarray(price, dtype=float),
        positives=empty,
        touched=empty,
    )


def likeness(found):
    return (found @ found.T).toarray()


def test_products_are_alike_by_the_stems_of_their_words_in_english_and_chinese():
    alike = likeness(item_features(material()))
    assert alike[0, 1] > 0.9
    assert alike[2, 3] > 0.9
    assert alike[4, 5] > 0.5
    assert alike[0, 2] == alike[0, 4] == 0
    assert_allclose(np.diag(alike), [1, 1, 1, 1, 1, 1, 0], atol=1e-6)


def test_categories_and_makers_count_with_the_weights_of_a_profile():
    kinds = [("category=cups",), ("category=cups", "tags=gift"), ("category=lamps",), ("category=lamps",), (), (), ()]
    alike = likeness(item_features(material([""] * 7, kinds, ["Ada", "Ada", "Ada", "Bob", "", "", ""])))
    assert alike[0, 1] > alike[0, 2] > alike[0, 3] == 0
    assert alike[0, 2] == pytest.approx(0.5 / 1.5, rel=1e-5)


def test_a_price_helps_but_says_nothing_alone():
    price = np.linspace(1, 100, 24)
    assert item_features(material([""] * 24, price=price)) is None
    alike = likeness(item_features(material(["cup", "lamp"] * 12, price=price)))
    assert alike[0, 2] > alike[0, 22] > 0
    assert alike[0, 22] > alike[0, 23]


def test_a_catalogue_without_a_word_says_nothing():
    assert item_features(material([""] * 5)) is None
