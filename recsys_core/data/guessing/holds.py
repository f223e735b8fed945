"""Whether a column holds what its name says: a factor on the name's score, near 0 where it does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from recsys_core.data.guessing.dates import EXCEL_DAYS
from recsys_core.data.guessing.facts import Facts
from recsys_core.data.guessing.names import read_name
from recsys_core.data.kinds import MOST_KINDS

FEW_ROWS = 30  # with fewer rows, what a column holds says little
_DATE_LIKE = re.compile(r"\d\D.*\d\d\D|\d\D\d+\D\d\d|^\d{1,2}\D+\d{4}")
_YES_NO = frozenset(("0", "1", "true", "false", "yes", "no", "y", "n", "t", "f", "是", "否", "ja", "nein", "oui", "non", "si"))


def fits(role: str, facts: Facts) -> float:
    """0 (it cannot be) to 1 (nothing speaks against it)."""
    if not facts.rows:
        return 1.0
    if not facts.held:
        return 0.3
    return _TESTS[role](facts)


def _person(facts: Facts) -> float:
    # half of the rows without a shopper is a lot: a session that is always there says more
    return _id(facts) * (0.1 if facts.words > 5 else 1.0) * (1.0 if facts.filled > 0.5 else 0.5)


def _product(facts: Facts) -> float:
    return _id(facts) * (0.6 if facts.words > 12 else 1.0) * (1.0 if facts.filled > 0.2 else 0.5)


def _order(facts: Facts) -> float:
    return _id(facts) * (0.1 if facts.words > 3 else 1.0)


def _id(facts: Facts) -> float:
    if facts.numeric > 0.9 and facts.whole < 0.5:
        return 0.1
    if facts.time > 0.9 and facts.numeric < 0.5:
        return 0.1
    if facts.rows >= FEW_ROWS and is_yes_no(facts):
        return 0.05
    return 0.6 if (facts.rows >= 200 and facts.unique > 0.999) or facts.distinct < 2 <= facts.held else 1.0


def is_yes_no(facts: Facts) -> bool:
    """Whether it only says yes or no."""
    return facts.distinct <= 2 and all(value.lower() in _YES_NO for value in facts.values)


def is_excel_days(facts: Facts) -> bool:
    """Whether its numbers can be Excel's days."""
    return facts.numeric > 0.9 and facts.quantile(0.02) >= EXCEL_DAYS[0] and facts.quantile(0.98) <= EXCEL_DAYS[1]


def _time(facts: Facts) -> float:
    finer = 0.97 + 0.03 * min(1.0, 4 * facts.unique)  # of a date and a time with its date, the time
    if facts.time >= 0.5:
        return finer * (0.8 + 0.2 * facts.filled)
    if is_excel_days(facts):
        return 0.85 * finer
    if facts.time >= 0.1:
        return 0.5
    # written like a date, but in no way known here: to be asked about, not passed over
    return 0.4 if facts.share(_DATE_LIKE.search) >= 0.5 and read_name(facts.name).says("TIME") else 0.0


def _event(facts: Facts) -> float:
    name = read_name(facts.name)
    if facts.distinct > MOST_KINDS:  # too many kinds are asked about, but these are none
        return 0.4 if facts.distinct <= 1000 and facts.lettered > 0.9 and name.says("EVENT") else 0.0
    if facts.whole < facts.numeric:
        return 0.0
    if facts.kinds >= 0.5:
        return 1.0 if facts.kinds >= 0.95 or not name.says("STATUS") else 0.0
    if not name.says("EVENT", "INTERACT"):  # a 'type' or a 'status' of whatever
        return 0.0
    return 0.0 if is_yes_no(facts) and facts.rows >= FEW_ROWS else 0.95


def _rating(facts: Facts) -> float:
    if facts.numeric < 0.8:
        return 0.0
    high, low = facts.quantile(1.0), facts.quantile(0.0)
    return 1.0 if high <= 100 and low >= -10 and facts.distinct <= 1000 else 0.5


def _number(facts: Facts) -> float:
    return 1.0 if facts.numeric >= 0.8 else 0.5 if facts.numeric >= 0.3 else 0.0


def _quantity(facts: Facts) -> float:
    """An 'amount' is pieces where it is small and whole, else money."""
    money = read_name(facts.name).says("VALUE") and (facts.whole < 0.98 or not facts.quantile(0.5) <= 20)
    return _number(facts) * (0.3 if money else 1.0)


def _price(facts: Facts) -> float:
    return _number(facts) * (0.9 + 0.1 * facts.filled)


def _place(facts: Facts) -> float:
    return 1.0 if facts.whole >= 0.98 and not (facts.rows >= FEW_ROWS and is_yes_no(facts)) else 0.0


def _split(facts: Facts) -> float:
    return 1.0 if facts.splits >= 0.9 else 0.6 if facts.splits >= 0.5 else 0.0


def _title(facts: Facts) -> float:
    if facts.lettered < 0.5 or facts.numeric > 0.5 or facts.time > 0.5:
        return 0.0
    coded = facts.words < 1.2 and facts.length < 8 and not read_name(facts.name).says("ITEM", "LINE", "ARTIST")
    if facts.rows >= FEW_ROWS and (facts.length < 4 or facts.distinct < 3 or coded):
        return 0.3
    return 1.0 if facts.words >= 1.2 or facts.rows < FEW_ROWS else 0.8


def _category(facts: Facts) -> float:
    if (facts.numeric > 0.9 and facts.whole < 0.9) or (facts.time > 0.9 and facts.numeric < 0.5):
        return 0.0
    if (facts.rows >= 100 and facts.unique > 0.8) or (facts.rows >= FEW_ROWS and is_yes_no(facts)):
        return 0.2
    return 1.0 if facts.lettered > 0.5 else 0.9  # of a number and a word for the same, the word


_TESTS: Mapping[str, Callable[[Facts], float]] = {
    "user_id": _person,
    "item_id": _product,
    "order_id": _order,
    "timestamp": _time,
    "event": _event,
    "rating": _rating,
    "quantity": _quantity,
    "price": _price,
    "value": _price,
    "seq": _place,
    "split": _split,
    "title": _title,
    "category": _category,
}
