"""A name for a cohort, made of nothing but what clearly distinguishes it: 'Premium buyers of mugs & candles'."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from recsys_core.profiles.contrast import Contrast, Lift
from recsys_core.profiles.drawn import LONGEST_NAME
from recsys_core.profiles.labels import MIXED, listing
from recsys_core.profiles.segment_labels import within
from recsys_core.profiles.traits import ATTRIBUTE, BUYERS, GROUP, MAKER, PRICE, PRODUCT, PRODUCTS, TERM

_LIFT, _SHARE = 1.4, 0.1  # what a cohort has so much more of, and so much of, may name it
_NEAR = 0.6  # a second one is named if it is found in nearly as many
_ALL = 0.5  # of the products of a cohort: a group that so many are of is what it is
_MORE, _DEARER = 1.75, 1.3  # as in `segment_labels`


def suggest_name(contrast: Contrast, taken: Collection[str] = ()) -> str:
    """A name of at most 60 characters for what a cohort is; not one of those taken, in any case.

    Where nothing is clear it says so: 'Shoppers like the others'.
    """
    name = _of_users(contrast) if contrast.what == "users" else _of_items(contrast)
    return _free(name[:1].upper() + name[1:], {each.casefold() for each in taken})


def _of_users(contrast: Contrast) -> str:
    amount = _way(contrast, PRODUCTS, _MORE, "keen", "occasional")
    price = _way(contrast, PRICE, _DEARER, "premium", "bargain")
    what = [within(lift.name) for lift in _telling(contrast, GROUP)]
    if not what:
        what = [f"“{lift.name}”" for lift in _telling(contrast, TERM)]
    if not what:
        what = [lift.name for lift in _telling(contrast, PRODUCT)[:1]]
    words = [*(word for word in (amount, price) if word), "buyers" if what or amount or price else "shoppers"]
    where = [lift.name for lift in _telling(contrast, ATTRIBUTE)[:1] if lift.inside >= _ALL]
    said = " ".join(words)
    told = [f"{said} of {listing(parts)}" for parts in _pair_or_one(what)]
    tried = [*(f"{each}, {where[0]}" for each in [*told, said] if where), *told]
    usual = said if amount or price else "shoppers like the others"
    return next((each for each in tried if len(each) <= LONGEST_NAME), usual)


def _of_items(contrast: Contrast) -> str:
    price = _way(contrast, PRICE, _DEARER, "premium", "bargain")
    groups = [lift.name for lift in _telling(contrast, GROUP) if lift.inside >= _ALL][:1]
    words = [lift.name for lift in _telling(contrast, TERM)]
    others = [lift.name for kind in (MAKER, ATTRIBUTE) for lift in _telling(contrast, kind)[:1]]
    what = groups or words[:2] or [lift.name for lift in _telling(contrast, GROUP)] or others
    known = _way(contrast, BUYERS, _MORE, "best-selling", "little known")
    adjective = price or known
    tried = [f"{adjective} {within(listing(parts))}" if adjective else listing(parts) for parts in _pair_or_one(what)]
    usual = f"{adjective} products" if adjective else "products like the others"
    return next((each for each in tried if len(each) <= LONGEST_NAME), usual)


def _pair_or_one(names: Sequence[str]) -> list[Sequence[str]]:
    """The first two, where neither is a list itself, then the first alone."""
    pair = [names[:2]] if len(names) > 1 and not any("&" in name for name in names[:2]) else []
    return [*pair, names[:1]] if names else []


def _telling(contrast: Contrast, kind: str) -> Sequence[Lift]:
    """What names it, the most telling first; only what is found nearly as often as the first."""
    lifts = [lift for lift in contrast.of(kind) if not lift.name.startswith(MIXED)]
    found = [lift for lift in lifts if lift.clear and lift.lift >= _LIFT and lift.inside >= _SHARE]
    return [lift for lift in found if lift.inside >= _NEAR * found[0].inside]


def _way(contrast: Contrast, name: str, times: float, more: str, less: str) -> str:
    level = contrast.level(name)
    if level is None or not level.clear:
        return ""
    return more if level.ratio >= times else less if level.ratio <= 1 / times else ""


def _free(name: str, taken: Collection[str]) -> str:
    name, number, tried = name[:LONGEST_NAME].strip(), 2, name[:LONGEST_NAME].strip()
    while tried.casefold() in taken:
        end = f" ({number})"
        tried, number = f"{name[: LONGEST_NAME - len(end)].strip()}{end}", number + 1
    return tried
