"""What each column of a file is for, found by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


def guess_roles(columns: Sequence[str], wanted: Sequence[str] | None = None) -> dict[str, str]:
    """Role -> column, by the columns' names alone. A column has one role at most; among several candidates the usual name wins."""
    plain: dict[str, str] = {}
    for column in columns:
        plain.setdefault(plain_name(column), column)
    found: dict[str, str] = {}
    for name in wanted or ROLES:
        for alias in (plain_name(name), *_BY_NAME[name].usual_names.split()):
            if alias in plain and plain[alias] not in found.values():
                found[name] = plain[alias]
                break
    return found


def resolve_roles(columns: Sequence[str], given: Mapping[str, str], file: str, wanted: Sequence[str] | None = None) -> dict[str, str]:
    """The guessed roles with the given ones over them; an empty column name takes a role away.

    Raises InputError where a given role or column does not exist, or one column was given two roles.
    """
    allowed = tuple(wanted or ROLES)
    for name, column in given.items():
        if name not in allowed:
            raise InputError(f"There is no role called '{name}'.", f"The roles are {', '.join(allowed)}.")
        if column and column not in columns:
            raise InputError(f"{file} has no column '{column}' to use as {name}.", f"Its columns are {_listed(columns)}.")
    named = {name: column for name, column in given.items() if column}
    twice = {column for column in named.values() if list(named.values()).count(column) > 1}
    if twice:
        raise InputError(f"The column '{min(twice)}' was given two roles.", "Give each column one role.")
    free = [column for column in columns if column not in named.values()]
    guessed = guess_roles(free, [name for name in allowed if name not in given])
    return {name: {**guessed, **named}[name] for name in allowed if name in guessed or name in named}


def require_roles(roles: Mapping[str, str], needed: Sequence[str], columns: Sequence[str], file: str) -> None:
    """Raises InputError for the first needed role that no column has."""
    for name in needed:
        if name not in roles:
            raise InputError(
                f"{file} has no column for {_BY_NAME[name].words} ({name}); its columns are {_listed(columns)}.",
                f"Say which one it is: --map {name}=COLUMN.",
            )


def _listed(columns: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(f"'{column[:60]}'" for column in columns[:most])
    return shown if len(columns) <= most else f"{shown} and {len(columns) - most} more"
