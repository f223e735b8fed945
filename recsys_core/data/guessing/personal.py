"""Columns that name persons: e-mail addresses, phone numbers, names. Noticed by their names and by what they hold."""

from __future__ import annotations

import re

from recsys_core.data.guessing.facts import Facts
from recsys_core.data.guessing.names import read_name

EMAIL, PHONE, NAME = "e-mail address", "phone number", "person's name"
_SHARE = 0.5  # of the rows that must be written that way
_NAME_LIKE = re.compile(r"[^\W\d_][^\d_@/\\#%&*+=<>|\[\]{}]{0,60}")
_TITLES = ("mr", "mrs", "ms", "miss", "dr", "herr", "frau", "mme", "sr", "sra")


def personal_kind(facts: Facts) -> str | None:
    """EMAIL, PHONE, NAME, or None for a column that names nobody."""
    name = read_name(facts.name)
    if not facts.held:
        return None
    if facts.emails >= _SHARE or (name.says("EMAIL") and facts.emails > 0.1):
        return EMAIL
    if name.says("PHONE") and not name.says("ITEM", "TYPE") and facts.share(_phone_digits) >= _SHARE:
        return PHONE
    if facts.phones >= 0.8 and facts.time < 0.2 and not name.says("ITEM", "ITEM_ID", "ORDER", "ORDER_ID", "TIME", "USER_ID") and name.empty:
        return PHONE
    if _called_a_person(facts.name) and facts.share(_could_be_a_name) >= _SHARE and facts.distinct > 1:
        return NAME
    return None


def _called_a_person(column: str) -> bool:
    """Whether the column's name speaks of a person's name: 'Customer name', 'Vorname', 'Billing Name', and not 'Product name'."""
    name = read_name(column)
    if name.says("ITEM", "ITEM_ID", "ARTIST", "LINE", "CATEGORY", "EVENT", "PLACE", "OTHER") and not name.says("PERSON"):
        return False
    if name.says("PERSON"):
        return not name.says("ID", "TIME", "ITEM", "CATEGORY")
    return name.says("NAME") and (name.says("USER") or _billed(column)) and not name.says("ID", "TIME", "REVIEW")


def _billed(column: str) -> bool:
    """'Billing Name', 'Shipping Name', 'Name (Billing)', 'Verkäufer Name'."""
    return bool(re.search(r"\b(billing|shipping|recipient|rechnungs|liefer)", column.lower()))


def _could_be_a_name(text: str) -> bool:
    return bool(_NAME_LIKE.fullmatch(text)) and len(text.split()) <= 6


def _phone_digits(text: str) -> bool:
    return 6 <= sum(map(str.isdigit, text)) <= 16 and not re.search(r"[^\W\d_]{3}", text)
