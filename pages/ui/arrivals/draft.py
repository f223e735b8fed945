"""The product on paper: what the form holds, read as a new product, and how a gap or an example fills it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pages.ui import state
from pages.ui import words_arrivals as say
from pages.ui.arrivals import cells
from recsys_core.synthesis.cold.records import NewItem
from recsys_core.synthesis.items.records import Gap, GapReport


def put(title: str, category: str, price: float | None, more: Mapping[str, str] | None = None, told: str = "") -> None:
    """Fill in the form. more: further attributes by column. told: where the draft is from, in a sentence."""
    state.set_(state.ARRIVAL_TITLE, title)
    state.set_(state.ARRIVAL_CATEGORY, category)
    state.set_(state.ARRIVAL_PRICE, None if price is None else round(price, 2))
    state.set_(state.ARRIVAL_WAITING, dict(more or {}))
    state.set_(state.ARRIVAL_TOLD, told)


def clear() -> None:
    """Callback: an empty form."""
    put("", "", None)


def attribute_key(column: str) -> str:
    """The key of the field of a further attribute."""
    return f"{state.ARRIVAL_MORE}_{column}"


def settle(categories: Sequence[str], columns: Sequence[str]) -> None:
    """Before the fields are drawn: what a draft left for them, and nothing that this catalogue does not have."""
    if state.get(state.ARRIVAL_CATEGORY) not in categories:
        state.set_(state.ARRIVAL_CATEGORY, "")
    waiting = state.get(state.ARRIVAL_WAITING)
    if waiting is not None:
        for column in columns:
            state.set_(attribute_key(column), waiting.get(column, ""))
        state.clear(state.ARRIVAL_WAITING)


def current(columns: Sequence[str]) -> NewItem | None:
    """What the form holds; None while nothing is said. Raises InputError for a price that cannot be."""
    more = {column: text for column in columns if (text := str(state.get(attribute_key(column)) or "").strip())}
    title, category = str(state.get(state.ARRIVAL_TITLE) or "").strip(), str(state.get(state.ARRIVAL_CATEGORY) or "")
    price = state.get(state.ARRIVAL_PRICE)
    if not (title or category or more):
        return None
    return NewItem(title=title, category=category, price=None if price is None else float(price), attributes=more)


def from_gap(gap: Gap, report: GapReport) -> None:
    """Callback: a product for this gap, and the part of the page that answers for it."""
    words = " ".join(gap.words).strip() or gap.group or gap.category
    own = report.category_column == "category"
    more = {} if own else {report.category_column: gap.category}
    if gap.group:
        more[report.group_column] = gap.group
    price = cells.middle(gap) if gap.price_from is not None else None
    told = say.DRAFT_OF_GAP.format(name=cells.name(gap))
    put(words[:1].upper() + words[1:], gap.category if own else "", price, more, told)
    state.set_(state.ARRIVAL_PART, say.PART_PRODUCT)
