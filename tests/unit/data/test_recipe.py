"""Next week's file with the same recipe: read the same way, and what differs is named."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys_core.data.ingest import IngestRequest, IngestResult, ingest
from recsys_core.data.recipe import Recipe, apply, read_recipe
from recsys_core.errors import InputError


def week(first: str, users: range, items: range, price: float = 2.0, rows: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "who": [f"u{users[n]}" for n in rng.integers(0, len(users), rows)],
            "what": [f"i{items[n]}" for n in rng.integers(0, len(items), rows)],
            "when": [f"{pd.Timestamp(first) + pd.Timedelta(days=n % 7):%d/%m/%Y}" for n in range(rows)],
            "did": ["buy" if n % 3 else "pv" for n in range(rows)],
            "cost": [price + n % 5 for n in range(rows)],
        }
    )


ROLES = {"user_id": "who", "item_id": "what", "timestamp": "when", "event": "did", "price": "cost"}


def taken(tmp_path: Path, frame: pd.DataFrame, name: str, **options: object) -> IngestResult:
    frame.to_csv(tmp_path / f"{name}.csv", index=False)
    return ingest(IngestRequest(str(tmp_path / f"{name}.csv"), **options), tmp_path / "datasets")  # type: ignore[arg-type]


@pytest.fixture
def first(tmp_path: Path) -> IngestResult:
    rules = ("missing user", "price not above zero")
    frame = week("2026-03-01", range(40), range(20))
    return taken(tmp_path, frame, "one", roles=ROLES, dates="day-first", rules=rules, weights={"buy": 7.0}, currency="€", min_user_items=2)


def with_recipe(tmp_path: Path, first: IngestResult, frame: pd.DataFrame) -> IngestResult:
    frame.to_csv(tmp_path / "two.csv", index=False)
    recipe = read_recipe(tmp_path / "datasets" / first.dataset)
    return ingest(apply(recipe, IngestRequest(str(tmp_path / "two.csv"))), tmp_path / "datasets")


def test_the_same_file_with_its_own_recipe_is_the_same_dataset(tmp_path: Path, first: IngestResult) -> None:
    again = with_recipe(tmp_path, first, week("2026-03-01", range(40), range(20)))
    assert (again.dataset, again.reused, list(again.differences)) == (first.dataset, True, [])


def test_the_next_file_is_read_the_same_way_and_its_differences_are_named(tmp_path: Path, first: IngestResult) -> None:
    frame = week("2026-03-10", range(10, 60), range(5, 25), price=3.0, rows=800).assign(shop="north")
    frame.loc[frame.index[:40], "who"] = None
    frame.loc[frame.index[40:60], "did"] = "zap"
    second = with_recipe(tmp_path, first, frame)
    recipes = [read_recipe(tmp_path / "datasets" / result.dataset) for result in (first, second)]
    assert recipes[1].roles == recipes[0].roles == ROLES
    assert (recipes[1].currency, recipes[1].min_user_items, recipes[1].weights["purchase"]) == ("€", 2, 7.0)
    told = {difference["name"]: difference for difference in second.differences}
    assert told["new columns"]["text"] == "The file has new columns: 'shop'."
    assert told["new kinds"]["text"] == "Events of the kind 'zap' are new."
    assert told["dropped: missing user"]["text"] == "5.0 % of the rows were dropped as 'missing user', 0.0 % before."
    assert told["period"]["text"] == "It begins on 2026-03-10, 2 days without events after the last one ended."
    assert told["rows a day"]["new"] > 1.5 * told["rows a day"]["old"]
    assert told["shoppers"]["text"].startswith("20 of 50 shoppers are new (40 %), 30 were there before; 10 of the 40")
    assert told["products"]["text"].startswith("5 of 20 products are new (25 %), 15 were there before")
    assert told["prices"]["new"] == pytest.approx(1.25, abs=0.2)


def test_a_column_that_is_gone_is_one_sentence_with_the_nearest_names(tmp_path: Path, first: IngestResult) -> None:
    frame = week("2026-03-08", range(40), range(20)).rename(columns={"when": "When it was", "who": "whom"})
    with pytest.raises(InputError) as caught:
        with_recipe(tmp_path, first, frame)
    assert str(caught.value).startswith("two.csv has no column 'who', which the recipe takes for the shopper (user_id).")
    assert "'whom'" in str(caught.value)


def test_kinds_that_do_not_occur_this_week_are_no_error(tmp_path: Path, first: IngestResult) -> None:
    frame = week("2026-03-08", range(40), range(20)).assign(did="buy")
    told = {difference["name"]: difference["text"] for difference in with_recipe(tmp_path, first, frame).differences}
    assert told["kinds gone"] == "Events of the kind 'view' no longer occur."


def test_what_is_asked_for_wins_over_the_recipe() -> None:
    recipe = Recipe("0" * 16, roles={"user_id": "who", "item_id": "what"}, currency="€", rules=("missing user",), kinds={"pv": "view"})
    request = apply(recipe, IngestRequest("x.csv", roles={"user_id": "whom"}, currency="£", kinds={"buy": "purchase"}))
    assert (request.roles["user_id"], request.roles["item_id"], request.roles["price"]) == ("whom", "what", "")
    assert (request.currency, request.rules, request.recipe) == ("£", ("missing user",), "0" * 16)
    assert request.kinds == {"pv": "view", "buy": "purchase"}


def test_a_recipe_survives_json_and_what_is_none_is_refused(tmp_path: Path) -> None:
    recipe = Recipe(roles={"user_id": "who"}, rules=("missing user",), positive=("purchase",))
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert Recipe.from_json(replace(recipe, positive=None).to_json()).positive is None
    for spec in ([], {}, {"roles": 1}, {"roles": {}, "shoes": 1}, {"roles": {"user_id": 3}}, {"roles": {}, "min_user_items": "5"}):
        with pytest.raises(InputError):
            Recipe.from_json(spec)
    (tmp_path / "recipe.json").write_text("no json")
    for path in (tmp_path / "recipe.json", tmp_path / "nowhere.json"):
        with pytest.raises(InputError):
            read_recipe(path)
