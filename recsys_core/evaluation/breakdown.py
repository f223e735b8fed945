"""For whom a run works: its figures by group of shoppers, by segment or by how much is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_core.evaluation.intervals import Interval, bootstrap_intervals
from recsys_core.evaluation.protocol import Evaluation

FEWEST = 30  # tested shoppers; an interval over fewer says little
LIGHT = 10  # products known: of fewer, a tenth held out is less than one
FAIR_TO_LIGHT = ("last", "users")
OTHERS = "others"


@dataclass(frozen=True)
class UserGroups:
    """codes: int [users of the dataset], the group of each, -1 for none. by: what they are grouped by.

    refused: label -> why this split says nothing of that group.
    """

    by: str
    codes: NDArray[np.integer]
    labels: tuple[str, ...]
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GroupFigures:
    """Figures of the tested shoppers of one group. label: several, where they were too few alone."""

    label: str
    users: int
    metrics: dict[str, Interval]


@dataclass(frozen=True)
class Withheld:
    """A group without figures, and why."""

    label: str
    users: int
    reason: str


@dataclass(frozen=True)
class Breakdown:
    """groups: those with figures, in the order of the labels. withheld: the others."""

    by: str
    groups: tuple[GroupFigures, ...]
    withheld: tuple[Withheld, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists."""
        return asdict(self)


def by_activity(known: NDArray[np.integer], protocol: str) -> UserGroups:
    """Light, medium and heavy shoppers by the number of products known of each before the test, int [users].

    Light: under 10. Heavy: above the median of the others. A split that holds out a tenth of everybody's products tests a light
    shopper seldom and only by chance, so that figures for them come from `last` or `users` alone.
    """
    others = known[known >= LIGHT]
    middle = int(np.median(others)) if len(others) else LIGHT
    labels = (f"light (under {LIGHT} products)", f"medium ({LIGHT} to {middle})", f"heavy (over {middle})")
    codes = np.where(known < LIGHT, 0, np.where(known <= middle, 1, 2))
    codes[known == 0] = -1
    reason = f"The split '{protocol}' does not test light shoppers fairly: use --protocol last or users."
    return UserGroups("activity", codes, labels, {} if protocol in FAIR_TO_LIGHT else {labels[0]: reason})


def breakdown(
    evaluation: Evaluation, groups: UserGroups, *, names: Sequence[str] | None = None, fewest: int = FEWEST, seed: int = 0
) -> Breakdown:
    """The evaluation's figures of each group with 95 % intervals over its shoppers. names: the metrics, all by default.

    Groups with fewer than `fewest` tested shoppers are joined; where they are too few together, or alone, they are withheld.
    """
    columns = [evaluation.names.index(name) for name in (evaluation.names if names is None else names)]
    code = groups.codes[evaluation.users]
    figures: list[GroupFigures] = []
    withheld: list[Withheld] = []
    small: list[tuple[str, NDArray[np.bool_]]] = []

    def add(label: str, rows: NDArray[np.bool_]) -> None:
        intervals = bootstrap_intervals(evaluation.values[rows][:, columns], seed=seed)
        of_name = {evaluation.names[column]: interval for column, interval in zip(columns, intervals, strict=True)}
        figures.append(GroupFigures(label, int(rows.sum()), {name: i for name, i in of_name.items() if not np.isnan(i.value)}))

    for place, label in enumerate(groups.labels):
        rows = code == place
        if label in groups.refused:
            withheld.append(Withheld(label, int(rows.sum()), groups.refused[label]))
        elif rows.sum() >= fewest:
            add(label, rows)
        elif rows.any():
            small.append((label, rows))
    joined = np.any([rows for _, rows in small], axis=0) if small else np.zeros(len(code), dtype=bool)
    if len(small) > 1 and joined.sum() >= fewest:
        add(f"{OTHERS} ({', '.join(label for label, _ in small)})", joined)
    else:
        withheld += [Withheld(label, int(rows.sum()), f"Fewer than {fewest} of them were tested.") for label, rows in small]
    return Breakdown(groups.by, tuple(figures), tuple(withheld))
