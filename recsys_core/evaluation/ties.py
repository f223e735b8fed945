"""Which runs no test tells apart: with the best, and among all of them as letters."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase

from recsys_core.evaluation.compare import Difference


def ties_with_best(ranked: Sequence[str], differences: Sequence[Difference]) -> list[str]:
    """The runs that are not clearly different from the first of `ranked` (best first), itself included, in that order.

    A pair that was not tested, for want of shared users, is not clear.
    """
    clear = _clear(differences)
    return [name for name in ranked if frozenset((ranked[0], name)) not in clear]


def letters(ranked: Sequence[str], differences: Sequence[Difference]) -> dict[str, str]:
    """Compact letter display: two runs share a letter where no test tells them apart; "a" is the best one's group.

    ranked: best first. By insertion and absorption (Piepho 2004, "An algorithm for a letter-based representation of all-pairwise
    comparisons"). After the 26th group letters are doubled.
    """
    groups = [frozenset(ranked)] if ranked else []
    for pair in sorted(_clear(differences), key=sorted):
        first, second = sorted(pair)
        split = [part for group in groups for part in ((group - {first}, group - {second}) if pair <= group else (group,))]
        unique = list(dict.fromkeys(split))
        groups = [group for group in unique if not any(group < other for other in unique)]
    place = {name: i for i, name in enumerate(ranked)}
    groups.sort(key=lambda group: sorted(place[name] for name in group))
    return {name: "".join(_letter(i) for i, group in enumerate(groups) if name in group) for name in ranked}


def _clear(differences: Sequence[Difference]) -> set[frozenset[str]]:
    return {frozenset((d.first, d.second)) for d in differences if d.is_clear}


def _letter(number: int) -> str:
    return ascii_lowercase[number % 26] * (number // 26 + 1)
