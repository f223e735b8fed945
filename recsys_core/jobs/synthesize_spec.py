"""What a synthesize job is asked for: made and checked where the wish is uttered, by pages and commands; no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_core.data.dataset import Dataset
from recsys_core.errors import InputError, NotFoundError, TooSmallError
from recsys_core.jobs.train_spec import check_seed
from recsys_core.models.runs import Run
from recsys_core.profiles.drawn import drawn_segments, find_drawn
from recsys_core.profiles.segments import load_segments
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.generators.specs import AUTO, generator_spec
from recsys_core.synthesis.store import new_set_id
from recsys_core.synthesis.suits import FEWEST_SHOPPERS, LogFacts, log_facts, suggest

KIND = "synthesize"
MOST_USERS = 1_000_000
EVERYBODY_ELSE = "Everybody else"
COLDEST, HOTTEST = 0.1, 5.0
MOST_TAIL = 1.0  # at 1 popularity no longer counts

Range = tuple[float, float]


def synthesize_spec(
    workspace: Workspace,
    run: str,
    users: int,
    *,
    generator: str = AUTO,
    segment: str | int | None = None,
    activity: tuple[int, int] | None = None,
    price: Range | None = None,
    category: str | None = None,
    temperature: float = 1.0,
    tail: float = 0.0,
    seed: int = 0,
    settings: Mapping[str, Any] | None = None,
    score: bool = True,
) -> dict[str, Any]:
    """The spec of a synthesize job, its set's id included (`sequential-set-3f9a1c2b`), so that a resumed job ends in the same set.

    run: by its dataset and split it says what may be learned from. segment: its name, or its number from 0; or the name of one that was
    drawn on a map. activity: least and most different products a shopper. price, category: of the products that may be drawn.
    Raises NotFoundError, InputError, TooSmallError for what cannot be made.
    """
    opened = Run.open(workspace.run_dir(workspace.registry.run(run).id))
    dataset = Dataset.open(workspace.dataset_dir(opened.dataset_id))
    check_seed(seed)
    facts = log_facts(dataset.counts())
    chosen, why = suggest(facts) if generator == AUTO else (generator_spec(generator).id, f"It was asked for ('{generator}').")
    _check_numbers(users, temperature, tail, activity, facts)
    band = None if price is None else (float(price[0]), float(price[1]))
    may_draw = drawable(dataset, price=band, category=category)
    if activity is not None and may_draw is not None and activity[0] > may_draw.sum():
        raise InputError(f"{activity[0]} products a shopper are asked for, {may_draw.sum()} may be drawn.", "Widen the choice of products.")
    return {
        "run": opened.id,
        "dataset": dataset.id,
        "users": int(users),
        "generator": chosen,
        "why": why,
        "segment": None if segment is None else _segment(dataset, segment, np.diff(dataset.counts().indptr) > 0),
        "activity": None if activity is None else [int(activity[0]), int(activity[1])],
        "price": None if band is None else list(band),
        "category": category,
        "temperature": float(temperature),
        "tail": float(tail),
        "seed": seed,
        "settings": _settings(chosen, settings or {}),
        "score": bool(score),
        "set": new_set_id(chosen),
    }


def suggestion(dataset: Dataset) -> tuple[str, str]:
    """(the generator that suits this dataset, one sentence why)."""
    return suggest(log_facts(dataset.counts()))


@dataclass(frozen=True)
class Partition:
    """The segments that a generator learns by. codes: int32 [U], -1 none, of `labels`. number: of the one that is asked for, if any."""

    codes: NDArray[np.int32]
    labels: tuple[str, ...]
    number: int | None


def partition(dataset: Dataset, segment: int | str | None) -> Partition:
    """The found segments; for one drawn on a map, which overlaps with them, that one and everybody else.

    segment: as in a spec: a number, a drawn one's name, None. Raises NotFoundError for a drawn one that is there no more.
    """
    if isinstance(segment, str):
        drawn = find_drawn(dataset, segment, "users")
        codes = np.ones(dataset.n_users, dtype=np.int32)
        codes[drawn.rows] = 0
        return Partition(codes, (drawn.name, EVERYBODY_ELSE), 0)
    found = load_segments(dataset)
    return Partition(np.asarray(found.codes, dtype=np.int32), tuple(found.labels), segment)


def drawable(dataset: Dataset, *, price: Range | None, category: str | None) -> NDArray[np.bool_] | None:
    """Which products a wish leaves, bool [items]; None where it says nothing of products. Raises InputError where it leaves none."""
    if price is None and category is None:
        return None
    found = np.ones(dataset.n_items, dtype=np.bool_)
    if price is not None:
        found &= _in_band(dataset, price)
    if category is not None:
        found &= _of_category(dataset, category)
    if not found.any():
        raise InputError(f"No product of '{category}' costs from {price and price[0]:g} to {price and price[1]:g}.", "Widen the prices.")
    return found


def _in_band(dataset: Dataset, price: Range) -> NDArray[np.bool_]:
    low, high = price
    known = dataset.items["price"].to_numpy(dtype=np.float64)
    if np.isnan(known).all():
        raise InputError(f"'{dataset.name}' knows no prices.", "Leave out the price band.")
    if not low <= high:
        raise InputError(f"The price band {low:g} to {high:g} is none.", "Give the lower price first.")
    found = (known >= low) & (known <= high)
    if not found.any():
        raise InputError(
            f"No product costs from {low:g} to {high:g}.", f"Prices here go from {np.nanmin(known):g} to {np.nanmax(known):g}."
        )
    return np.asarray(found)


def _of_category(dataset: Dataset, category: str) -> NDArray[np.bool_]:
    if "category" not in dataset.items:
        raise InputError(f"The products of '{dataset.name}' have no category.", "Take in a catalogue with one, or leave it out.")
    known = dataset.items["category"]
    found = (known.astype(str).str.lower() == category.strip().lower()) & known.notna()
    if not found.any():
        usual = ", ".join(str(name) for name in known.value_counts().index[:8])
        raise NotFoundError(f"There is no category '{category}'.", f"The largest are: {usual}.")
    return np.asarray(found, dtype=np.bool_)


def _segment(dataset: Dataset, segment: str | int, known: NDArray[np.bool_]) -> int | str:
    """A segment's number, or a drawn one's name. A name that is a number counts as one, unless a segment is called so.

    known: bool [U], who has events. Raises TooSmallError for a drawn one of few shoppers: what is made would be those few.
    """
    labels, drawn = load_segments(dataset).labels, drawn_segments(dataset, "users")
    if not labels and not drawn:
        raise NotFoundError(f"No segments were made of '{dataset.name}'.", f"Make them: `python -m recsys_core profile {dataset.id}`.")
    wanted = str(segment).strip()
    by_name = [number for number, label in enumerate(labels) if label.lower() == wanted.lower()]
    if by_name:
        return by_name[0]
    one = next((each for each in drawn if each.name.casefold() == wanted.casefold()), None)
    if one is not None:
        size = int(known[one.rows].sum())
        if size < FEWEST_SHOPPERS:
            raise TooSmallError(
                f"The segment '{one.name}' has {size} shoppers, too few to learn from.",
                f"Draw one of at least {FEWEST_SHOPPERS}, or leave the segment out.",
            )
        return one.name
    if wanted.isdecimal() and int(wanted) < len(labels):
        return int(wanted)
    told = ", ".join([*(f"{number} {label}" for number, label in enumerate(labels)), *(each.name for each in drawn)])
    raise NotFoundError(f"There is no segment '{segment}'.", f"There are: {told}.")


def _check_numbers(users: int, temperature: float, tail: float, activity: tuple[int, int] | None, facts: LogFacts) -> None:
    if facts.shoppers < FEWEST_SHOPPERS:
        raise TooSmallError(
            f"The log has {facts.shoppers} shoppers, too few to learn from.", f"A generator needs at least {FEWEST_SHOPPERS}."
        )
    if not 1 <= users <= MOST_USERS:
        raise InputError(f"{users:,} shoppers cannot be made.", f"Ask for a number from 1 to {MOST_USERS:,}.")
    if not COLDEST <= temperature <= HOTTEST:
        raise InputError(f"The temperature is {temperature:g}.", f"Use a number from {COLDEST:g} to {HOTTEST:g}; 1 is as learned.")
    if not 0 <= tail <= MOST_TAIL:
        raise InputError(f"The tail is {tail:g}.", f"Use a number from 0, as learned, to {MOST_TAIL:g}, where popularity does not count.")
    if activity is not None and not 1 <= activity[0] <= activity[1]:
        raise InputError(f"The activity {activity[0]} to {activity[1]} is none.", "Give the least and the most products a shopper, from 1.")


def _settings(generator: str, given: Mapping[str, Any]) -> dict[str, Any]:
    by_key = {setting.key: setting for setting in generator_spec(generator).settings}
    for key in given:
        if key not in by_key:
            known = f"It has: {', '.join(by_key)}." if by_key else "It has none."
            raise InputError(f"The generator {generator} has no setting '{key}'.", known)
    return {key: by_key[key].parse(value) for key, value in given.items()}
