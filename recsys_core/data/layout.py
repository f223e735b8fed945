"""Which column of a log goes where: roles, extra columns, and the names they have from then on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from recsys_core.data.canonical import Reading
from recsys_core.data.guessing.decided import Decided
from recsys_core.data.roles import LOG_COLUMNS
from recsys_core.data.sources import Column, Source

EVENT_COLUMNS: tuple[str, ...] = ("timestamp", "event", "rating", "quantity", "price", "value", "order_id", "seq", "split")
ATTRIBUTE_ROLES: tuple[str, ...] = ("title", "category")  # of the product, found inside the log
SQL_TYPES: dict[str, str] = {
    "timestamp": "TIMESTAMP",
    "rating": "DOUBLE",
    "quantity": "DOUBLE",
    "price": "DOUBLE",
    "value": "DOUBLE",
    "seq": "BIGINT",
}
_RESERVED = ("user", "item", "row", *LOG_COLUMNS, *ATTRIBUTE_ROLES)


@dataclass(frozen=True)
class Extra:
    """A column without a role, kept as text. sql: its name while cleaning; name: its name in the dataset."""

    name: str
    sql: str
    source: Column


@dataclass(frozen=True)
class Layout:
    """The columns of one log: `roles` by role name, in the order of the roles, and `extras` in the order of the file.

    decided: how they are read. Columns of persons that it says to drop are no extras: nothing of them is kept.
    clocks: name of a column of dates -> the column with the time of day.
    """

    roles: dict[str, Column]
    extras: tuple[Extra, ...]
    decided: Decided
    clocks: Mapping[str, Column] = field(default_factory=dict)

    @property
    def readings(self) -> list[Reading]:
        """How each column is read, for `canonical_query`."""
        columns: list[tuple[str, Column, str | None]] = [(name, column, name) for name, column in self.roles.items()]
        columns += [(extra.sql, extra.source, None) for extra in self.extras]
        return [
            Reading(
                sql,
                column,
                role,
                time=self.decided.times.get(column.name),
                clock=self.clocks.get(column.name) if role else None,
                number=self.decided.numbers.get(column.name),
                hashed=self.decided.treated(column.name) == "hash",
            )
            for sql, column, role in columns
        ]

    @property
    def compared(self) -> list[str]:
        """SQL names of every column that says something about the event: what makes two rows the same."""
        return [*self.roles, *(extra.sql for extra in self.extras)]

    @property
    def stored(self) -> list[tuple[str, str]]:
        """(SQL expression, name) of each column of events.parquet after user and item; columns of roles that the log lacks are NULL."""
        roles = [(name if name in self.roles else f"CAST(NULL AS {SQL_TYPES.get(name, 'VARCHAR')})", name) for name in EVENT_COLUMNS]
        attributes = [(name, name) for name in ATTRIBUTE_ROLES if name in self.roles]
        return [*roles, *attributes, *((extra.sql, extra.name) for extra in self.extras)]


def lay_out(source: Source, decided: Decided) -> Layout:
    """The layout of a log once it is decided how it is read."""
    roles = decided.roles
    used = set(roles.values())
    used |= set(decided.clocks.values())
    free = [column for column in source.columns if column.name not in used and decided.treated(column.name) != "drop"]
    names = distinct_names([column.name for column in free], taken=_RESERVED)
    extras = tuple(Extra(name, f"x{place}", column) for place, (name, column) in enumerate(zip(names, free, strict=True)))
    clocks = {column: source.column(clock) for column, clock in decided.clocks.items()}
    return Layout({role: source.column(column) for role, column in roles.items()}, extras, decided, clocks)


def distinct_names(names: Iterable[str], taken: Iterable[str]) -> list[str]:
    """The names, changed as little as needed to differ from each other and from `taken` by more than case (which SQL does not see)."""
    seen = {name.lower() for name in taken}
    result = []
    for base in names:
        name, copy = base, 2
        while name.lower() in seen:
            name, copy = f"{base} ({copy})", copy + 1
        seen.add(name.lower())
        result.append(name)
    return result
