"""What sets each segment of shoppers apart, measured, and a name made of nothing else: 'Big buyers of Christmas decorations'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.profiles.labels import MIXED, listing
from recsys_core.profiles.naming import AROUND
from recsys_core.profiles.segments import Feature, Segment
from recsys_core.profiles.shopper import price_in_words
from recsys_core.profiles.shoppers import BEHAVIOURS, ShopperProfile

_MORE, _DEARER = 1.75, 1.3  # times the typical shopper's amount or price: from there on a name says it
_SLIGHTLY = 1.2  # what tells two segments apart that would have one name
_ABOVE_ALL = 0.6  # share of one group
_LAPSED = 2.0  # times as long since the last event
_WORTH_TELLING = 1.2  # a difference by less is none that a person would tell
_LIFT, _SHARE = 1.4, 0.1  # a group of products names a segment that has so much more of it, and so much of it
_SECOND = 0.6  # a second group is named with the first if it sets the segment apart nearly as much
_ATTRIBUTE_LIFT, _ATTRIBUTE_SHARE = 1.5, 0.5
_FEATURES = 6
_PROPER = frozenset(("christmas", "easter", "halloween", "valentine", "valentines", "london", "paris", "english", "british", "french"))


@dataclass(frozen=True)
class Wording:
    """noun: 'buyers', or 'fans' where nothing is bought. currency: before amounts."""

    noun: str
    currency: str | None


def describe_segments(profile: ShopperProfile, codes: NDArray[np.int32], n_segments: int, wording: Wording) -> list[Segment]:
    """Every segment with its name and what sets it apart, figures included. Names are distinct."""
    placed = codes >= 0
    names: list[str] = []
    found = []
    for segment in range(n_segments):
        inside = codes == segment
        facts = _Facts(profile, inside, placed, wording)
        name = next((name for name in facts.names() if name not in names), None)
        number = 2
        while name is None or name in names:
            name, number = f"{facts.names()[0]} ({number})", number + 1
        names.append(name)
        found.append(Segment(name, int(inside.sum()), float(inside.sum() / max(placed.sum(), 1)), tuple(facts.features())))
    return found


@dataclass(frozen=True)
class _Facts:
    profile: ShopperProfile
    inside: NDArray[np.bool_]
    everybody: NDArray[np.bool_]
    wording: Wording

    def names(self) -> list[str]:
        """Names, the shortest that says what matters first; later ones say more."""
        amount, price, groups = self._amount(), self._price(), self._groups()
        lapsed = "Lapsed" if self._times("recency") >= _LAPSED else ""
        attribute = self._attribute()
        made = []
        for adjectives in ([amount, price], [amount, price, lapsed]):
            for upto in (1, 2, 3):
                for extra in ("", attribute):
                    made.append(self._phrase([word for word in adjectives if word], groups[:upto], extra))
        if self._above_all:
            made.append(f"{made[0]} above all")
        by_a_little = [word for word in (self._amount(_SLIGHTLY), self._price(_SLIGHTLY)) if word]
        made += [self._phrase(by_a_little, groups[:upto], "") for upto in (1, 2)]
        return list(dict.fromkeys(made))

    def features(self) -> list[Feature]:
        """What differs most, in figures: medians of behaviours, mean shares of groups, shares of attributes."""
        found: list[tuple[float, Feature]] = []
        for name, behaviour in BEHAVIOURS.items():
            if name in self.profile.names:
                value, typical = self._median(name, self.inside), self._median(name, self.everybody)
                ratio = abs(np.log((value + 1e-9) / (typical + 1e-9))) if np.isfinite(value) and np.isfinite(typical) else 0.0
                if ratio >= np.log(_WORTH_TELLING) and abs(value - typical) > 1e-9:
                    said = self._figure(name, value)
                    text = (behaviour.one if said == "1" else behaviour.many).format(said)
                    words = behaviour.many.replace("{}", "").strip()
                    text = f"{text} ({self._figure(name, typical)} is typical)"
                    found.append((min(ratio, 3.0) * 0.5, Feature(name, words, value, typical, text)))
        for start, what in (("group: ", "of their products"), ("", "of them")):
            found += self._shares(start, what)
        found.sort(key=lambda one: (-one[0], one[1].name))
        return [feature for _, feature in found[:_FEATURES]]

    def _shares(self, start: str, what: str) -> list[tuple[float, Feature]]:
        names = [
            name
            for name in self.profile.names
            if (name.startswith(start) if start else _is_attribute(name)) and not name.startswith("word: ")
        ]
        found = []
        for name in names:
            column = self.profile.column(name)
            value, typical = float(column[self.inside].mean()), float(column[self.everybody].mean())
            if (value >= 0.05 if value > typical else typical >= 0.2) and not 1 / _WORTH_TELLING < (value + 1e-6) / (
                typical + 1e-6
            ) < _WORTH_TELLING:
                words = name.removeprefix(start)
                telling = value * np.log((value + 1e-3) / (typical + 1e-3)) if value > typical else 0.25 * (typical - value)
                text = (
                    f"{value:.0%} {what}: {words} ({typical:.0%} is typical)"
                    if start
                    else f"{value:.0%} {what} {words} ({typical:.0%} of all)"
                )
                found.append((float(telling) * 4, Feature(name, words, value, typical, text)))
        return found

    def _amount(self, more: float = _MORE) -> str:
        orders, spend, products = self._times("orders"), self._times("spend"), self._times("products")
        has_orders, has_spend = "orders" in self.profile.names, "spend" in self.profile.names
        if has_orders and orders < 1 and float(np.mean(self.profile.column("orders")[self.inside] <= 1)) >= 0.8:
            return "One-time"
        if has_spend and spend >= more:
            return "Big"
        if has_orders and orders >= more:
            return "Frequent"
        if not has_orders and not has_spend and products >= more:
            return "Keen"
        rest = orders if has_orders else products
        return "Occasional" if rest <= 1 / more or spend <= 1 / more**2 else ""

    def _price(self, more: float = _DEARER) -> str:
        times = self._times("price")
        return "premium" if times >= more else "bargain" if times <= 1 / more else ""

    @property
    def _above_all(self) -> bool:
        _, mix = self.profile.starting("group: ")
        return bool(mix.size and self.inside.any() and self._groups() and mix[self.inside].mean(axis=0).max() >= _ABOVE_ALL)

    def _groups(self) -> list[str]:
        """Groups that they buy much more of than others do, the most telling first; a mixed bag names nobody."""
        names, mix = self.profile.starting("group: ")
        if not names:
            return []
        share, usual = mix[self.inside].mean(axis=0), mix[self.everybody].mean(axis=0)
        telling = share * np.log((share + 1e-4) / (usual + 1e-4))
        able = [int(g) for g in np.argsort(-telling, kind="stable") if share[g] >= _LIFT * usual[g] and not names[g].startswith(MIXED)]
        first = [g for g in able if share[g] >= _SHARE]
        if not first:
            return []
        near = [g for g in able if g != first[0] and telling[g] >= _SECOND * telling[first[0]]]
        return [_within(names[g]) for g in [first[0], *near[:2]]]

    def _attribute(self) -> str:
        """A value that most of them have and few others."""
        best = ""
        for name in (name for name in self.profile.names if _is_attribute(name)):
            column = self.profile.column(name)
            value, usual = float(column[self.inside].mean()), float(column[self.everybody].mean())
            if value >= _ATTRIBUTE_SHARE and value >= _ATTRIBUTE_LIFT * usual:
                best = best or name
        return best

    def _phrase(self, adjectives: Sequence[str], groups: Sequence[str], attribute: str) -> str:
        noun = self.wording.noun
        start = " ".join([*adjectives, noun]) if adjectives else noun if groups or attribute else f"Typical {noun}"
        of = f" of {listing(list(groups))}" if groups else ""
        text = f"{start}{of}{f', {attribute}' if attribute else ''}"
        return text[:1].upper() + text[1:]

    def _times(self, name: str) -> float:
        """The typical shopper inside against the typical one; 1 where it is not known."""
        if name not in self.profile.names:
            return 1.0
        value, typical = self._median(name, self.inside), self._median(name, self.everybody)
        return value / typical if np.isfinite(value) and typical > 0 else 1.0

    def _median(self, name: str, rows: NDArray[np.bool_]) -> float:
        values = self.profile.column(name)[rows]
        known = values[np.isfinite(values)]
        return float(np.median(known)) if len(known) else float("nan")

    def _figure(self, name: str, value: float) -> str:
        if BEHAVIOURS[name].money:
            return price_in_words(value, self.wording.currency)
        return f"{value:,.1f}" if name == "breadth" else f"{value:,.0f}"


def _is_attribute(name: str) -> bool:
    return ": " in name and not name.startswith(("group: ", "word: "))


def _within(label: str) -> str:
    """A group's name inside a sentence: 'Candles' -> 'candles'; names of their own keep their capital."""
    if label.startswith(AROUND):
        return f"{label.removeprefix(AROUND).partition(' & ')[0]} & the like"
    words = label.split()
    own = any(word[:1].isupper() for word in words[1:]) or label[1:2].isupper() or words[0].lower().strip(",'s") in _PROPER
    return label if own else label[:1].lower() + label[1:]
