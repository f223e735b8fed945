"""What sets each segment of shoppers apart, measured, and a name made of nothing else: 'Big buyers of Christmas decorations'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_core.data.dataset import Dataset
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
_TYPICAL = "typical "
_GROUP = "group: "
_ONCE = 0.8  # share of a segment with one order that makes it one of one-timers
_PROPER = frozenset(("christmas", "easter", "halloween", "valentine", "valentines", "london", "paris", "english", "british", "french"))


@dataclass(frozen=True)
class Wording:
    """noun: 'buyers', or 'fans' where nothing is bought. currency: before amounts."""

    noun: str
    currency: str | None


def wording_of(dataset: Dataset) -> Wording:
    """How the shoppers of a dataset are spoken of."""
    bought = "purchase" in dataset.kinds or (not dataset.kinds and any(role in dataset.roles for role in ("price", "quantity", "order_id")))
    return Wording("buyers" if bought else "fans", dataset.currency)


def describe_segments(profile: ShopperProfile, codes: NDArray[np.int32], n_segments: int, wording: Wording) -> list[Segment]:
    """Every segment with its name and what sets it apart, figures included. Names are distinct."""
    placed = codes >= 0
    everybody = _Typical.of(profile, placed)
    names: list[str] = []
    found = []
    for segment in range(n_segments):
        inside = codes == segment
        facts = _Facts(_Typical.of(profile, inside), everybody, wording)
        name = next((name for name in facts.names() if name not in names), None)
        number = 2
        while name is None or name in names:
            name, number = f"{facts.names()[0]} ({number})", number + 1
        names.append(name)
        found.append(Segment(name, int(inside.sum()), float(inside.sum() / max(placed.sum(), 1)), tuple(facts.features())))
    return found


@dataclass(frozen=True)
class _Typical:
    """Some shoppers in figures: medians of their behaviours, the share of them with one order, means of all other columns by name."""

    medians: dict[str, float]
    with_one_order: float
    means: dict[str, float]

    @classmethod
    def of(cls, profile: ShopperProfile, rows: NDArray[np.bool_]) -> _Typical:
        own = profile.values[rows]
        medians: dict[str, float] = {}
        means: dict[str, float] = {}
        for place, name in enumerate(profile.names):
            if name in BEHAVIOURS:
                known = own[:, place][np.isfinite(own[:, place])]
                medians[name] = float(np.median(known)) if len(known) else float("nan")
            elif not name.startswith("word: "):
                means[name] = float(own[:, place].mean(dtype=np.float64)) if len(own) else 0.0
        once = float(np.mean(own[:, profile.names.index("orders")] <= 1)) if "orders" in profile.names and len(own) else 0.0
        return cls(medians, once, means)


@dataclass(frozen=True)
class _Facts:
    inside: _Typical
    everybody: _Typical
    wording: Wording

    def names(self) -> list[str]:
        """Names, the shortest that says what matters first; later ones say more."""
        amount, price, groups = self._amount(), self._price(), self._groups()
        lapsed = "lapsed" if self._times("recency") >= _LAPSED else ""
        attribute = self._attribute()
        made = []
        for adjectives in ([amount, price], [lapsed, amount, price]):
            for upto in (1, 2, 3):
                for extra in ("", attribute):
                    made.append(self._phrase([word for word in adjectives if word], groups[:upto], extra))
        if self._above_all:
            made.append(f"{made[0]} above all")
        by_a_little = [word for word in (self._amount(_SLIGHTLY), self._price(_SLIGHTLY)) if word]
        less_sure = [self._phrase(by_a_little, groups[:upto], "") for upto in (1, 2)]
        made = [*less_sure, *made] if made[0].lower().startswith(_TYPICAL) else [*made, *less_sure]
        return list(dict.fromkeys(made))

    def features(self) -> list[Feature]:
        """What differs most, in figures: medians of behaviours, mean shares of groups, shares of attributes."""
        found: list[tuple[float, Feature]] = []
        for name, behaviour in BEHAVIOURS.items():
            if name in self.inside.medians:
                value, typical = self.inside.medians[name], self.everybody.medians[name]
                ratio = abs(np.log((value + 1e-9) / (typical + 1e-9))) if np.isfinite(value) and np.isfinite(typical) else 0.0
                if ratio >= np.log(_WORTH_TELLING) and abs(value - typical) > 1e-9:
                    said = self._figure(name, value)
                    text = (behaviour.one if said == "1" else behaviour.many).format(said)
                    words = behaviour.many.replace("{}", "").strip()
                    text = f"{text} ({self._figure(name, typical)} is typical)"
                    found.append((min(ratio, 1.5) * 0.5, Feature(name, words, value, typical, text)))
        for start, what in ((_GROUP, "of their products"), ("", "of them")):
            found += self._shares(start, what)
        found.sort(key=lambda one: (-one[0], one[1].name))
        return [feature for _, feature in found[:_FEATURES]]

    def _shares(self, start: str, what: str) -> list[tuple[float, Feature]]:
        """Shares well above those of all shoppers, or large ones that are well below, with how telling each is."""
        found = []
        for name, value in self.inside.means.items():
            if name.startswith(start) if start else _is_attribute(name):
                typical = self.everybody.means[name]
                ratio = (value + 1e-6) / (typical + 1e-6)
                if (value >= 0.05 and ratio >= _WORTH_TELLING) or (typical >= 0.2 and ratio <= 1 / _WORTH_TELLING):
                    words = name.removeprefix(start)
                    telling = value * np.log((value + 1e-3) / (typical + 1e-3)) if value > typical else 0.25 * (typical - value)
                    said = f"{words} ({typical:.0%} is typical)" if start else f"{words} ({typical:.0%} of all)"
                    found.append((float(telling) * 4, Feature(name, words, value, typical, f"{value:.0%} {what}: {said}")))
        return found

    def _amount(self, more: float = _MORE) -> str:
        orders, spend, products = self._times("orders"), self._times("spend"), self._times("products")
        has_orders, has_spend = "orders" in self.inside.medians, "spend" in self.inside.medians
        if has_orders and orders < 1 and self.inside.with_one_order >= _ONCE:
            return "one-time"
        if has_spend and spend >= more:
            return "big"
        if has_orders and orders >= more:
            return "frequent"
        if not has_orders and not has_spend and products >= more:
            return "keen"
        rest = orders if has_orders else products
        return "occasional" if rest <= 1 / more or spend <= 1 / more**2 else ""

    def _price(self, more: float = _DEARER) -> str:
        times = self._times("price")
        return "premium" if times >= more else "bargain" if times <= 1 / more else ""

    def _groups(self) -> list[str]:
        """Groups that they buy much more of than others do, the most telling first; a mixed bag names nobody."""
        shares = [
            (value * float(np.log((value + 1e-4) / (self.everybody.means[name] + 1e-4))), value, name.removeprefix(_GROUP))
            for name, value in self.inside.means.items()
            if name.startswith(_GROUP) and value >= _LIFT * self.everybody.means[name] and not name.startswith(_GROUP + MIXED)
        ]
        shares.sort(key=lambda one: (-one[0], one[2]))
        first = next((one for one in shares if one[1] >= _SHARE), None)
        if first is None:
            return []
        near = [one for one in shares if one != first and one[0] >= _SECOND * first[0]]
        return [within(label) for _, _, label in [first, *near[:2]]]

    @property
    def _above_all(self) -> bool:
        """Whether one group, which names them, makes up most of what they buy."""
        mix = [value for name, value in self.inside.means.items() if name.startswith(_GROUP)]
        return bool(mix and self._groups() and max(mix) >= _ABOVE_ALL)

    def _attribute(self) -> str:
        """A value that most of them have and few others."""
        for name, value in self.inside.means.items():
            if _is_attribute(name) and value >= _ATTRIBUTE_SHARE and value >= _ATTRIBUTE_LIFT * self.everybody.means[name]:
                return name
        return ""

    def _phrase(self, adjectives: Sequence[str], groups: Sequence[str], attribute: str) -> str:
        noun = self.wording.noun
        start = " ".join([*adjectives, noun]) if adjectives else noun if groups or attribute else f"{_TYPICAL}{noun}"
        of = f" of {listing(list(groups))}" if groups else ""
        text = f"{start}{of}{f', {attribute}' if attribute else ''}"
        return text[:1].upper() + text[1:]

    def _times(self, name: str) -> float:
        """The typical shopper inside against the typical one; 1 where it is not known."""
        value, typical = self.inside.medians.get(name, np.nan), self.everybody.medians.get(name, np.nan)
        return value / typical if np.isfinite(value) and typical > 0 else 1.0

    def _figure(self, name: str, value: float) -> str:
        if BEHAVIOURS[name].money:
            return price_in_words(value, self.wording.currency)
        return f"{value:,.1f}" if name == "breadth" else f"{value:,.0f}"


def _is_attribute(name: str) -> bool:
    return ": " in name and not name.startswith(("group: ", "word: "))


def within(label: str) -> str:
    """A group's name inside a sentence: 'Candles' -> 'candles'; names of their own keep their capital."""
    if label.startswith(AROUND):
        return f"{label.removeprefix(AROUND).partition(' & ')[0]} & the like"
    words = label.split()
    own = any(word[:1].isupper() for word in words[1:]) or label[1:2].isupper() or words[0].lower().strip(",").removesuffix("'s") in _PROPER
    return label if own else label[:1].lower() + label[1:]
