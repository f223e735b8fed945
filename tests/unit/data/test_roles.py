"""What a column is for is found by its name, and the analyst has the last word."""

import pytest

from recsys_core.data.roles import ROLES, guess_roles, plain_name, require_roles, resolve_roles
from recsys_core.errors import InputError

UCI = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]


def test_the_columns_of_the_uci_shop_are_known() -> None:
    assert guess_roles(UCI) == {
        "user_id": "CustomerID",
        "item_id": "StockCode",
        "timestamp": "InvoiceDate",
        "quantity": "Quantity",
        "price": "UnitPrice",
        "order_id": "InvoiceNo",
        "title": "Description",
    }


@pytest.mark.parametrize(
    ("columns", "user", "item"),
    [
        (["userId", "movieId", "rating", "timestamp"], "userId", "movieId"),
        (["timestamp", "visitorid", "event", "itemid", "transactionid"], "visitorid", "itemid"),
        (["user_id:token", "item_id:token", "timestamp:float"], "user_id:token", "item_id:token"),
        (["household_key", "BASKET_ID", "PRODUCT_ID", "SALES_VALUE"], "household_key", "PRODUCT_ID"),
        (["Customer ID", "SKU", "Order Date"], "Customer ID", "SKU"),
        (["reviewerID", "asin", "overall", "unixReviewTime"], "reviewerID", "asin"),
    ],
)
def test_common_names_are_known(columns: list[str], user: str, item: str) -> None:
    roles = guess_roles(columns)
    assert (roles["user_id"], roles["item_id"]) == (user, item)


def test_the_usual_name_wins_and_no_column_has_two_roles() -> None:
    roles = guess_roles(["customer", "user_id", "product", "item_id", "date", "timestamp"])
    assert (roles["user_id"], roles["item_id"], roles["timestamp"]) == ("user_id", "item_id", "timestamp")
    every = guess_roles(list(ROLES))
    assert every == {name: name for name in ROLES}


def test_what_is_said_goes_before_what_is_guessed() -> None:
    roles = resolve_roles(UCI, {"user_id": "Country", "title": ""}, "log.csv")
    assert roles["user_id"] == "Country"
    assert "title" not in roles
    assert roles["item_id"] == "StockCode"


def test_a_column_that_was_given_a_role_is_not_guessed_for_another() -> None:
    assert "price" not in resolve_roles(["user_id", "item_id", "price"], {"value": "price"}, "log.csv")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"shopper": "CustomerID"}, "There is no role called 'shopper'"),
        ({"user_id": "Customer"}, "log.csv has no column 'Customer'"),
        ({"user_id": "Country", "item_id": "Country"}, "'Country' was given two roles"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused(given: dict[str, str], words: str) -> None:
    with pytest.raises(InputError) as caught:
        resolve_roles(UCI, given, "log.csv")
    assert words in str(caught.value)


def test_a_missing_column_is_asked_for_by_name() -> None:
    with pytest.raises(InputError) as caught:
        require_roles({"item_id": "a"}, ["user_id", "item_id"], ["a", "b"], "log.csv")
    assert str(caught.value) == (
        "log.csv has no column for the shopper (user_id); its columns are 'a', 'b'. "
        "Choose it under 'What each column is', or --map user_id=COLUMN."
    )


def test_names_are_compared_without_case_and_punctuation() -> None:
    assert plain_name(" Customer-ID ") == plain_name("customer_id") == "customerid"
