"""The name of each group of products: from its titles' words, else its categories or makers, else its best known products."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recsys_core.profiles.labels import MIXED, Vocabulary, label_groups, listing
from recsys_core.profiles.material import Material

AROUND = "Around "  # how the name of a group begins that only its best known products tell
_SAYS_IT = 0.4  # share of a group that has a category which names it
_APART = 1.5  # times as often as elsewhere
_OWN, _RARE = 0.6, 3.0  # share of a group, and times the usual share, from which on a category goes before words
_SECOND = 0.15  # share that has a second category which tells two groups of one category apart
_NAMED = 0.25  # share of a group that its two makers must have together

Values = Sequence[tuple[str, ...]]


def name_groups(material: Material, vocabulary: Vocabulary, codes: NDArray[np.int32], n_groups: int, by_title: bool = True) -> list[str]:
    """A name for each group, no two alike. by_title: whether the groups are kinds of title, so that a mixed bag is one of words."""
    by_words = label_groups(vocabulary, codes, n_groups) if n_groups and vocabulary.present.shape[1] else [MIXED] * n_groups
    bought = np.bincount(material.positives.indices, minlength=material.n_items)
    names: list[str] = []
    for group, words in enumerate(by_words):
        inside = codes == group
        kinds, makers = _compared(material.kinds, inside), _compared([(maker,) if maker else () for maker in material.maker], inside)
        values = _by_values(kinds)
        clear = [] if is_mixed(words) else [words]
        own = any(share >= _OWN and share >= _RARE * usual for _, share, usual in kinds)
        told = [*values, *clear] if values and own else [*clear, *values]
        told += _by_makers(makers)
        if by_title and len(words) > len(MIXED):
            told.append(words)
        told.append(_by_products(material, inside, bought))
        names.append(next((name for name in told if name not in names), None) or _another(told[0], names))
    return names


def is_mixed(name: str) -> bool:
    """Whether a name says that no few words speak for the group."""
    return name.startswith(MIXED)


def top_words(vocabulary: Vocabulary, codes: NDArray[np.int32], group: int, most: int = 6) -> list[tuple[str, float, float]]:
    """The most distinctive words of a group: (word, share of the group's titles that have it, share of all titles)."""
    if not vocabulary.present.shape[1]:
        return []
    inside = np.asarray(vocabulary.present[codes == group].mean(axis=0)).ravel()
    overall = np.asarray(vocabulary.present.mean(axis=0)).ravel()
    score = inside * np.log((inside + 1e-3) / (overall + 1e-3))
    best = [int(word) for word in np.argsort(-score, kind="stable")[:most] if score[word] > 0]
    return [(vocabulary.written[word], float(inside[word]), float(overall[word])) for word in best]


def _by_values(kinds: list[tuple[str, float, float]]) -> list[str]:
    """The category that most of the group has and few others have, then this with a second one that many have."""
    apart = [(value.partition("=")[2], share) for value, share, usual in kinds if share >= _APART * usual]
    first = next((value for value, share in apart if share >= _SAYS_IT), None)
    second = [value for value, share in apart if share >= _SECOND and value != first][:2]
    return [first, *(listing([first, other]) for other in second)] if first else []


def _by_makers(makers: list[tuple[str, float, float]]) -> list[str]:
    apart = [(maker, share) for maker, share, usual in makers if share >= _APART * usual][:2]
    return [listing([maker for maker, _ in apart])] if len(apart) == 2 and sum(share for _, share in apart) >= _NAMED else []


def _compared(values: Values, inside: NDArray[np.bool_]) -> list[tuple[str, float, float]]:
    """(value, share of the group that has it, share of all), the most distinctive first."""
    within: dict[str, int] = {}
    overall: dict[str, int] = {}
    for own, member in zip(values, inside, strict=True):
        for value in own:
            overall[value] = overall.get(value, 0) + 1
            within[value] = within.get(value, 0) + bool(member)
    size, total = max(int(inside.sum()), 1), len(inside)
    shares = [(value, count / size, overall[value] / total) for value, count in within.items() if count]
    return sorted(shares, key=lambda one: (-one[1] * np.log(one[1] / one[2]), one[0]))


def _by_products(material: Material, inside: NDArray[np.bool_], bought: NDArray[np.integer]) -> str:
    members = np.flatnonzero(inside)
    best = members[np.argsort(-bought[members], kind="stable")[:2]]
    return AROUND + " & ".join(material.titles[item] or material.ids[item] for item in best)


def _another(name: str, taken: Sequence[str]) -> str:
    number, tried = 2, name
    while tried in taken:
        tried, number = f"{name} ({number})", number + 1
    return tried
