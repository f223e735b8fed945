"""What was decided about a log's columns before it is read: roles, times, numbers, personal data, and what is unsure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from recsys_core.data.guessing.dates import TimeForm
from recsys_core.data.guessing.numbers import NumberForm

SURE, LIKELY, UNSURE = "sure", "likely", "unsure"


@dataclass(frozen=True)
class RoleGuess:
    """A column that seems to have a role. confidence: "sure", "likely" or "unsure". why: half a sentence for the analyst."""

    role: str
    column: str
    confidence: str
    why: str


@dataclass(frozen=True)
class Personal:
    """A column of persons. kind: "e-mail address", "phone number" or "person's name". treated: "hash", "drop" or "keep"."""

    kind: str
    treated: str


@dataclass(frozen=True)
class Decided:
    """The decisions, by column name where they are of one column.

    guesses: in the order of the roles; of a role that was given, sure. times, numbers: columns that need more than the usual reading.
    clocks: a column of dates -> the column with the time of day. personal: the columns of persons.
    dates: "day-first", "month-first", "ambiguous" or None (see Look).
    """

    guesses: tuple[RoleGuess, ...]
    times: Mapping[str, TimeForm] = field(default_factory=dict)
    numbers: Mapping[str, NumberForm] = field(default_factory=dict)
    clocks: Mapping[str, str] = field(default_factory=dict)
    personal: Mapping[str, Personal] = field(default_factory=dict)
    dates: str | None = None
    questions: tuple[str, ...] = ()

    @property
    def roles(self) -> dict[str, str]:
        """Role -> column."""
        return {guess.role: guess.column for guess in self.guesses}

    def treated(self, column: str) -> str:
        """ "hash", "drop" or "keep"."""
        return self.personal[column].treated if column in self.personal else "keep"
