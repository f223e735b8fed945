"""What each column of a file is for, found by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recsys_core.data.guessing.names import name_scores
from recsys_core.errors import InputError


@dataclass(frozen=True)
class Role:
    """One thing a column can be.

    words: what it is, in a sentence. kind: how its values are read ("id", "time", "kind", "number", "order" or "text").
    usual_names: of columns, letters and digits only, the best first.
    """

    name: str
    words: str
    kind: str
    usual_names: str


LOG_ROLES: tuple[Role, ...] = (
    Role(
        "user_id",
        "the shopper",
        "id",
        """userid user customerid customer visitorid visitor shopperid shopper memberid member clientid householdid householdkey
        accountid uid buyerid reviewerid customernumber customerno custid usr""",
    ),
    Role(
        "item_id",
        "the product",
        "id",
        """itemid item productid product stockcode sku skuid articleid article movieid movie asin goodsid contentid trackid artistid
        bookid isbn businessid gameid venueid locationid iid parentasin upc ean""",
    ),
    Role(
        "timestamp",
        "when it happened",
        "time",
        """timestamp time datetime eventtime date invoicedate orderdate purchasedate transactiontimestamp createdat transactiondate
        eventtimestamp unixreviewtime reviewtime orderedat unixtimestamp ts eventdate invoicetime""",
    ),
    Role("event", "what kind of event it was", "kind", "event eventtype behavior behaviour behaviortype action eventname actiontype"),
    Role("rating", "how it was rated", "number", "rating stars score overall ratings bookrating"),
    Role("quantity", "how many", "number", "quantity qty units amountbought plays playcount listens count numitems"),
    Role("price", "the price of one", "number", "price unitprice priceeach itemprice saleprice sellingprice"),
    Role("value", "what the row was worth", "number", "value salesvalue amount total revenue sales linetotal totalprice spend"),
    Role(
        "order_id",
        "the order or basket",
        "id",
        "orderid order invoiceno invoice invoiceid basketid basket transactionid receiptid ordernumber orderno cartid",
    ),
    Role("seq", "the place in the shopper's history", "order", "seq seqpos sequence position step ordering seqno"),
    Role("split", "train, validation or test", "kind", "split partition fold subset"),
    Role(
        "title",
        "the product's name",
        "text",
        "title description productname itemname itemtitle producttitle productdescription itemdescription movietitle",
    ),
    Role("category", "the product's category", "text", "category productcategory itemcategory department categoryname maincategory"),
)
LOG_COLUMNS: tuple[str, ...] = (
    "user_id",
    "item_id",
    "timestamp",
    "event",
    "rating",
    "quantity",
    "price",
    "value",
    "order_id",
    "seq",
    "split",
)

LEAST_SCORE = 0.28  # of a name; below it says nothing

_BY_NAME = {role.name: role for role in LOG_ROLES}
ROLES: dict[str, str] = {role.name: role.words for role in LOG_ROLES}

_TYPE_SUFFIX = re.compile(r":(token|float|token_seq|float_seq)$")  # RecBole's atomic files
_NOISE = re.compile(r"[^0-9a-z]+")


def role(name: str) -> Role:
    """The role called `name`; KeyError for any other."""
    return _BY_NAME[name]


def plain_name(column: str) -> str:
    """A column's name without case, spaces and punctuation: 'Customer ID' -> 'customerid'."""
    return _NOISE.sub("", _TYPE_SUFFIX.sub("", column.strip().lower()))


def usual(role: str, column: str) -> float:
    """Up to 0.02 where the column is called as the role usually is: settles which of two good names is the better."""
    names = [plain_name(role), *_BY_NAME[role].usual_names.split()]
    plain = plain_name(column)
    return 0.02 * (1 - names.index(plain) / len(names)) if plain in names else 0.0


def guess_roles(columns: Sequence[str], wanted: Sequence[str] | None = None) -> dict[str, str]:
    """Role -> column, by the columns' names alone. A column has one role at most; among several candidates the usual name wins."""
    claims = [
        (score + usual(name, column), -place, name, column)
        for place, column in enumerate(columns)
        for name, score in name_scores(column).items()
        if name in (wanted or ROLES) and score >= LEAST_SCORE
    ]
    found: dict[str, str] = {}
    for _, _, name, column in sorted(claims, reverse=True):
        if name not in found and column not in found.values():
            found[name] = column
    return {name: found[name] for name in wanted or ROLES if name in found}


def check_given(columns: Sequence[str], given: Mapping[str, str], file: str, wanted: Sequence[str] | None = None) -> None:
    """Raises InputError where a given role or column does not exist, or one column was given two roles."""
    allowed = tuple(wanted or ROLES)
    for name, column in given.items():
        if name not in allowed:
            raise InputError(f"There is no role called '{name}'.", f"The roles are {', '.join(allowed)}.")
        if column and column not in columns:
            raise InputError(f"{file} has no column '{column}' to use as {name}.", f"Its columns are {_listed(columns)}.")
    named = [column for column in given.values() if column]
    twice = {column for column in named if named.count(column) > 1}
    if twice:
        raise InputError(f"The column '{min(twice)}' was given two roles.", "Give each column one role.")


def resolve_roles(columns: Sequence[str], given: Mapping[str, str], file: str, wanted: Sequence[str] | None = None) -> dict[str, str]:
    """The roles guessed by name with the given ones over them; an empty column name takes a role away. Raises InputError: `check_given`."""
    allowed = tuple(wanted or ROLES)
    check_given(columns, given, file, allowed)
    named = {name: column for name, column in given.items() if column}
    free = [column for column in columns if column not in named.values()]
    guessed = guess_roles(free, [name for name in allowed if name not in given])
    return {name: {**guessed, **named}[name] for name in allowed if name in guessed or name in named}


def require_roles(roles: Mapping[str, str], needed: Sequence[str], columns: Sequence[str], file: str) -> None:
    """Raises InputError for the first needed role that no column has."""
    for name in needed:
        if name not in roles:
            raise InputError(
                f"{file} has no column for {_BY_NAME[name].words} ({name}); its columns are {_listed(columns)}.",
                f"Choose it under 'What each column is', or --map {name}=COLUMN.",
            )


def _listed(columns: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(f"'{column[:60]}'" for column in columns[:most])
    return shown if len(columns) <= most else f"{shown} and {len(columns) - most} more"
