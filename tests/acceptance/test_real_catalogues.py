"""Catalogues and shopper tables of the real logs: what is known of how many."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from recsys_core.data.coverage import attribute_coverage
from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from tests.conftest import SHARED


def taken(name: str, folder: Path) -> tuple[Dataset, list[str]]:
    data = SHARED / "data" / name
    files = {key: data / f"{file}.parquet" for key, file in (("log", "interactions"), ("items", "items"), ("users", "users"))}
    result = ingest(IngestRequest(**{key: str(path) for key, path in files.items() if path.exists()}), folder)
    return Dataset.open(folder / result.dataset), [warning["text"] for warning in result.warnings]


def test_the_grocery_has_departments_brands_and_some_households(tmp_path: Path) -> None:
    dataset, told = taken("complete_journey", tmp_path)
    given = pd.read_parquet(SHARED / "data" / "complete_journey" / "items.parquet").set_index("item_id")
    items = dataset.items.set_index("item_id")
    both = items.index.intersection(given.index)
    for name in ("category", "subcategory", "brand"):
        assert (items.loc[both, name].fillna("") == given.loc[both, name].fillna("")).all()
    assert items.loc[both, "list_price"].equals(given.loc[both, "price"].astype(float))
    known = {(c.of, c.name): c for c in attribute_coverage(dataset)}
    assert (known["shoppers", "age"].known, known["shoppers", "age"].total) == (801, 2_467)
    assert known["products", "brand"].examples == ("National", "Private")
    assert any(text.startswith("Of 2,467 shoppers in the log, 1,666 are not in the file of shoppers, for example") for text in told)
    assert any(text.startswith("Of 68,168 products in the log, 3 are not in the file of products, for example") for text in told)


def test_films_have_several_genres(tmp_path: Path) -> None:
    dataset, _ = taken("ml-1m", tmp_path)
    given = pd.read_parquet(SHARED / "data" / "ml-1m" / "items.parquet").set_index("item_id")
    found = dataset.item_values("genres")
    assert set(found.values) == {genre for genres in given.genres for genre in genres.split("|")}
    assert found.matrix.sum() == sum(len(set(genres.split("|"))) for genres in given.genres)
    assert dataset.user_attributes["age"]["kind"] == "number"
    assert dataset.user_attributes["zipcode"]["kind"] == "text"


def test_books_have_addresses_of_pictures_authors_and_years(tmp_path: Path) -> None:
    dataset, _ = taken("bookcrossing", tmp_path)
    kinds = {name: about["kind"] for name, about in dataset.item_attributes.items()}
    assert kinds == {
        "title": "text",
        "image": "image",
        "isbn": "text",
        "author": "text",
        "year": "number",
        "publisher": "text",
        "image_s": "image",
        "image_m": "image",
    }
    assert dataset.items["image"].str.startswith("http").mean() > 0.99


def test_the_demos_country_is_lifted_out_of_the_log(tmp_path: Path) -> None:
    dataset, _ = taken("online_retail", tmp_path)
    assert dataset.user_attributes["country"] == {"kind": "text", "column": "country", "found": "log"}
    assert dataset.users["country"].notna().all()
