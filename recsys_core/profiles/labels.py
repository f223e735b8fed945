"""Readable names for groups of titles, from their most distinctive words: 'Christmas decorations', 'T-light holders', 'Mugs & cups'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys_core.profiles.words import is_chinese, title_words

_HEAD_RATE = 0.3  # a word that ends this share of the names it is in says what a product is; others say what it is like
_PLURAL_USES = 2  # a plural that hardly anybody writes would look made up
_TELLING = 0.35  # a word in fewer of a group's titles does not speak for the group alone
_TOGETHER = 0.3  # two words that meet in this share of a group's titles make one phrase
_MAINLY = 0.2  # a kind of product that has this share of a themed group stands for all of it
_BESIDE = 0.08  # a second kind of product is named if it has this share of the group
_COVERED = 0.3  # where three words are in fewer of a group's titles, it is a mixed bag and says so
_CANDIDATES = 15
MIXED = "Mixed: "  # how the name of a group begins that no few words speak for


@dataclass(frozen=True)
class Vocabulary:
    """The words of all titles, by place.

    present: (titles, words) ones. order: of each title its words, in order. head: of each title its head word, -1 for none.
    is_head: whether a word says what a product is. written, plural: each word in the singular and plural, where titles use that.
    """

    present: csr_matrix
    order: Sequence[Sequence[int]]
    head: NDArray[np.int32]
    is_head: NDArray[np.bool_]
    written: Sequence[str]
    plural: Sequence[str]


def read_vocabulary(titles: Sequence[str]) -> Vocabulary:
    """Take the titles apart."""
    places: dict[str, int] = {}
    spelled: list[Counter[str]] = []
    order: list[list[int]] = []
    head = np.full(len(titles), -1, dtype=np.int32)
    for row, title in enumerate(titles):
        words, last = title_words(title)
        order.append([])
        for base, written in words:
            place = places.setdefault(base, len(places))
            if place == len(spelled):
                spelled.append(Counter())
            spelled[place][written] += 1
            order[row].append(place)
        head[row] = -1 if last is None else order[row][last]
    present = _incidence(order, len(places))
    titles_with = np.asarray(present.sum(axis=0)).ravel()
    is_head = np.bincount(head[head >= 0], minlength=len(places)) >= _HEAD_RATE * titles_with
    forms = [(base, spelled[place]) for base, place in places.items()]
    return Vocabulary(
        present=present,
        order=order,
        head=head,
        is_head=is_head,
        written=[base if counts[base] else counts.most_common(1)[0][0] for base, counts in forms],
        plural=[_plural(base, counts) for base, counts in forms],
    )


def label_groups(vocabulary: Vocabulary, codes: NDArray[np.int32], n_groups: int) -> list[str]:
    """A name for each group, no two alike. codes: the group of each title, -1 for none. Large groups choose their names first."""
    inside = np.vstack([np.asarray(vocabulary.present[codes == group].sum(axis=0)).ravel() for group in range(n_groups)])
    sizes = np.bincount(codes[codes >= 0], minlength=n_groups)
    labels = [""] * n_groups
    for group in np.argsort(-sizes, kind="stable"):
        share = inside[group] / max(sizes[group], 1)
        elsewhere = (inside.sum(axis=0) - inside[group]) / max(sizes.sum() - sizes[group], 1)
        score = share * np.log((share + 1e-3) / (elsewhere + 1e-3))
        best = [int(word) for word in np.argsort(-score, kind="stable")[:_CANDIDATES]]
        names = _Group(vocabulary, np.flatnonzero(codes == group), share, best).names()
        labels[group] = next(name for name in names if name not in labels)
    return labels


@dataclass(frozen=True)
class _Group:
    """One group and its most distinctive words. share: of its titles that have each word."""

    vocabulary: Vocabulary
    members: NDArray[np.intp]
    share: NDArray[np.float64]
    best: list[int]

    def names(self) -> Iterator[str]:
        """Names for the group, the best first, without end."""
        if self.share[self.best[0]] >= _TELLING:
            yield from map(_sentence, self._led_by(self.best[0]))
        kinds = [word for word in self.best if self.vocabulary.is_head[word]]
        kinds = kinds if len(kinds) >= 2 else self.best
        mixed = MIXED if self._covered(kinds[:3]) < _COVERED else ""
        for upto in range(3, 6):
            yield mixed + _sentence(listing([self._kind(word) for word in kinds[:upto]]), capital=not mixed)
        number = 2
        while True:
            yield f"{_sentence(listing([self._kind(word) for word in kinds[:2]]))} ({number})"
            number += 1

    def _led_by(self, first: int) -> Iterator[str]:
        """Names around one word that most titles of the group have."""
        written = self.vocabulary.written[first]
        has_first = self._have(first)
        with_first = np.asarray(self.vocabulary.present[self.members[has_first]].sum(axis=0)).ravel() / len(self.members)
        partner = next((word for word in self.best[1:] if with_first[word] >= _TOGETHER), None)
        if partner is not None:
            phrase = self._phrase(first, partner)
            if phrase:
                yield phrase
        if self.vocabulary.is_head[first]:
            apart = self.share - with_first
            beside = next((word for word in self.best[1:] if self.vocabulary.is_head[word] and apart[word] >= _BESIDE), None)
            if beside is not None:
                yield listing([self._kind(first), self._kind(beside)])
            yield self._kind(first)
            return
        heads = Counter(int(word) for word in self.vocabulary.head[self.members[has_first]] if word >= 0 and word != first)
        for word, count in heads.most_common(1):
            if count >= _MAINLY * len(self.members):
                yield _joined(written, self._kind(word))
        yield written

    def _phrase(self, one: int, other: int) -> str | None:
        """Both words as titles have them side by side; None where they seldom are."""
        met = Counter(
            pair for row in self.members for pair in zip(self.vocabulary.order[row], self.vocabulary.order[row][1:], strict=False)
        )
        first, last = max(((one, other), (other, one)), key=lambda pair: met[pair])
        if met[first, last] < _TOGETHER / 2 * len(self.members):
            return None
        return _joined(self.vocabulary.written[first], self._kind(last))

    def _kind(self, word: int) -> str:
        """A kind of product, in the plural where titles use one."""
        return self.vocabulary.plural[word] if self.vocabulary.is_head[word] else self.vocabulary.written[word]

    def _have(self, word: int) -> NDArray[np.bool_]:
        return np.asarray(self.vocabulary.present[self.members][:, [word]].todense()).ravel() > 0

    def _covered(self, words: Sequence[int]) -> float:
        return float(np.mean(np.any([self._have(word) for word in words], axis=0)))


def _incidence(order: Sequence[Sequence[int]], n_words: int) -> csr_matrix:
    distinct = [sorted(set(words)) for words in order]
    indptr = np.concatenate([[0], np.cumsum([len(words) for words in distinct])])
    indices = np.fromiter((word for words in distinct for word in words), dtype=np.int32, count=int(indptr[-1]))
    return csr_matrix((np.ones(len(indices), dtype=np.float32), indices, indptr), shape=(len(order), n_words))


def _plural(base: str, forms: Counter[str]) -> str:
    used = [
        (form, count) for form, count in forms.most_common() if form != base and form.endswith("s") and "'" not in form and "’" not in form
    ]
    return used[0][0] if used and used[0][1] >= _PLURAL_USES else forms.most_common(1)[0][0]


def listing(words: Sequence[str]) -> str:
    """'mugs, cups & bowls'; Chinese words as Chinese lists them."""
    if all(is_chinese(word) for word in words):
        return "、".join(words)
    return f"{', '.join(words[:-1])} & {words[-1]}" if len(words) > 1 else words[0]


def _joined(one: str, other: str) -> str:
    return f"{one}{other}" if is_chinese(one) and is_chinese(other) else f"{one} {other}"


def _sentence(text: str, capital: bool = True) -> str:
    return text[:1].upper() + text[1:] if capital else text
