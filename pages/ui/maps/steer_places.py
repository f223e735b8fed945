"""Which places on the map one moves between: the last two that were clicked, or chosen by name; held in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui import cache, formats, state
from pages.ui.guards import show_problem
from pages.ui.maps import words_steer as words
from pages.ui.maps.stage import ITEMS, USERS, MapStage, Picked
from pages.ui.studio.anchors import find_product
from recsys_core.errors import NotFoundError, UnsupportedError, UserError
from recsys_core.latent.steering import nearest

if TYPE_CHECKING:
    from recsys_core.jobs.steering import Steering

OPTIONS = 200  # that are offered before anything is typed
MOST_MARKED = 2_000  # of those marked, whose codes are averaged
EMPTY_SEA = 0.02  # of the map's width: further from every point nobody is at a spot
SPOT = "@"  # begins the address of a spot; an id is quoted


@dataclass(frozen=True)
class Place:
    """Somewhere in the latent space. ref: as the address holds it. about: what a list there is, in a sentence. code: float32 [d].

    hidden: bool [run items], what lists leave out. kind: user, item, spot or marked. at: on the map, None where it is not on it.
    """

    ref: str
    kind: str
    name: str
    about: str
    code: NDArray[np.float32]
    hidden: NDArray[np.bool_]
    at: tuple[float, float] | None


def hear(stage: MapStage, picked: Picked) -> bool:
    """Take a new click as the place to go to; where one was going to is where one comes from. Returns whether that is news."""
    if picked.place is None or len(picked.rows) > 1:
        return False
    if picked.one is not None:
        clicked = quote(_id_of(stage, picked.one), safe="")
    else:
        clicked = f"{SPOT}{_map_of(stage)}:{picked.place[0]:.4g},{picked.place[1]:.4g}"
    heard = f"{_map_of(stage)} {clicked}"
    if state.get(state.STEER_HEARD) == heard:
        return False
    state.set_(state.STEER_HEARD, heard)
    before, now = ends(stage)
    if clicked == now:
        return False
    state.put(state.WALK_FROM, now or before)
    state.put(state.WALK_TO, clicked)
    return True


def marked(stage: MapStage, opened: Steering, picked: Picked) -> Place | None:
    """The middle of what an outline holds, or of several that were clicked; None without."""
    if not len(picked.rows) or picked.one is not None:
        return None
    rows = picked.rows
    if len(rows) > MOST_MARKED:
        rows = np.sort(np.random.default_rng(0).choice(rows, MOST_MARKED, replace=False))
    about = words.HERE["marked"].format(n=_count(stage, len(picked.rows)))
    middle = stage.places_of(rows).mean(axis=0)
    name = _count(stage, len(picked.rows))
    return Place(
        "marked", "marked", name, about, _codes(stage, opened, rows).mean(axis=0), opened.hidden(), (float(middle[0]), float(middle[1]))
    )


def one(stage: MapStage, opened: Steering) -> Place | None:
    """The place that was chosen last, with the field to choose another; None where it cannot be, and then it is said why."""
    _, now = ends(stage)
    _field(stage, state.WALK_TO, words.PICK[stage.what], now, words.PICK_HELP[stage.what])
    return _place(stage, opened, now)


def two(stage: MapStage, opened: Steering) -> tuple[Place | None, Place | None]:
    """Both places, with their fields."""
    before, now = ends(stage)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", wrap=False, key="walk_ends"):
        _field(stage, state.WALK_FROM, words.PICK_FROM, before, words.WALK_HELP)
        _field(stage, state.WALK_TO, words.PICK_TO, now, words.PICK_HELP[stage.what])
        st.button("", key="walk_swap", icon=":material/swap_vert:", help=words.SWAP, type="tertiary", on_click=_swap, args=(before, now))
    return _place(stage, opened, before), _place(stage, opened, now)


def _swap(before: str, now: str) -> None:
    state.put(state.WALK_FROM, now)
    state.put(state.WALK_TO, before)


def ends(stage: MapStage) -> tuple[str, str]:
    """The two places chosen; of a map without any, two that differ."""
    known = [ref if ref and _is_here(stage, ref) else "" for ref in map(state.chosen, (state.WALK_FROM, state.WALK_TO))]
    usual = iter([ref for ref in _usual(stage) if ref not in known])
    now = known[1] or next(usual)
    return known[0] or next(usual), now


def _usual(stage: MapStage) -> list[str]:
    """Well-known shoppers, or the most bought product of each of the largest groups."""
    catalogue = stage.catalogue
    if stage.what == USERS:
        rows = [user for _, user in cache.suggested_shoppers(stage.dataset.id)]
    else:
        best = stage.rows[np.argsort(-catalogue.buyers[stage.rows], kind="stable")]
        rows = [int(best[np.flatnonzero(catalogue.groups[best] == code)[0]]) for code in dict.fromkeys(catalogue.groups[best].tolist())]
    on_map = [row for row in rows if np.isfinite(stage.places_of(np.array([row]))).all()]
    return [quote(_id_of(stage, row), safe="") for row in dict.fromkeys([*on_map[:2], *stage.rows[:4].tolist()])][:4]


def _is_here(stage: MapStage, ref: str) -> bool:
    """Whether a place is of this map."""
    return ref.startswith(f"{SPOT}{_map_of(stage)}:") if ref.startswith(SPOT) else _row_of(stage, ref) is not None


def _row_of(stage: MapStage, ref: str) -> int | None:
    try:
        index = stage.dataset.user_index if stage.what == USERS else stage.dataset.item_index
        return int(index(unquote(ref)))
    except NotFoundError:
        return None


def place_of(stage: MapStage, opened: Steering, ref: str) -> Place:
    """A place by its address. Raises UserError where the model knows nothing of it."""
    return _spot(stage, opened, ref) if ref.startswith(SPOT) else _known(stage, opened, ref)


def _place(stage: MapStage, opened: Steering, ref: str) -> Place | None:
    try:
        return place_of(stage, opened, ref)
    except UserError as error:
        show_problem(error, f"place_{ref}")
        return None


def _known(stage: MapStage, opened: Steering, ref: str) -> Place:
    row = _row_of(stage, ref)
    if row is None:
        raise UnsupportedError(words.GONE, words.PICK_HELP[stage.what])
    at = stage.places_of(np.array([row]))[0]
    where = (float(at[0]), float(at[1])) if np.isfinite(at).all() else None
    if stage.what == ITEMS:
        hidden = opened.hidden(items=[row])
        return Place(ref, "item", stage.catalogue.titles[row], words.HERE["item"], opened.codes_of_items([row])[0], hidden, where)
    name = str(stage.dataset.user_ids[row])
    about = words.HERE["user"].format(name=name, n=formats.plural(int(opened.known.indptr[row + 1] - opened.known.indptr[row]), "product"))
    return Place(ref, "user", name, about, opened.codes_of_users([row])[0], opened.hidden(row), where)


def _spot(stage: MapStage, opened: Steering, ref: str) -> Place:
    try:
        x, y = (float(number) for number in ref.rpartition(":")[2].split(","))
    except ValueError:
        raise UnsupportedError(words.GONE, words.PICK_HELP[stage.what]) from None
    near, weight = nearest((x, y), stage.coordinates)
    code = np.asarray(weight @ _codes(stage, opened, stage.rows[near]), np.float32)
    off = float(np.linalg.norm(stage.coordinates[near[0]] - np.array([x, y])))
    far = off > EMPTY_SEA * float(np.ptp(stage.coordinates, axis=0).max())
    about = words.HERE["far" if far else "spot"].format(n=_count(stage, len(near)))
    return Place(ref, "spot", words.SPOT, about, code, opened.hidden(), (x, y))


def _codes(stage: MapStage, opened: Steering, rows: NDArray[np.integer]) -> NDArray[np.float32]:
    return opened.codes_of_users(rows) if stage.what == USERS else opened.codes_of_items(rows)


def _field(stage: MapStage, name: str, label: str, ref: str, help: str) -> None:
    """The field of one place; what is typed is looked for among all."""
    offered = list(dict.fromkeys([ref, *_usual(stage), *_offered(stage)]))
    st.selectbox(
        label,
        offered,
        key=state.show_in_widget(name, ref),
        format_func=lambda each: _label(stage, each),
        accept_new_options=True,
        help=help,
        on_change=_take,
        args=(stage, name, tuple(offered)),
    )
    problem = state.get(state.STEER_PROBLEM)
    if problem and problem[0] == name:
        state.clear(state.STEER_PROBLEM)
        show_problem(problem[1], name)


def _offered(stage: MapStage) -> list[str]:
    if stage.what == USERS:
        rows = stage.rows[:OPTIONS]
    else:
        rows = stage.rows[np.argsort(-stage.catalogue.buyers[stage.rows], kind="stable")[:OPTIONS]]
    return [quote(_id_of(stage, int(row)), safe="") for row in rows]


def _label(stage: MapStage, ref: str) -> str:
    if ref.startswith(SPOT):
        return words.SPOT
    row = _row_of(stage, ref)
    if row is None:
        return unquote(ref)
    return stage.catalogue.titles[row] if stage.what == ITEMS else _id_of(stage, row)


def _take(stage: MapStage, name: str, offered: tuple[str, ...]) -> None:
    """Callback: adopt the place chosen or typed."""
    text = str(state.get(state.widget_key(name)) or "")
    if text in offered:
        state.put(name, text)
        return
    row = _row_of(stage, quote(text, safe="")) if stage.what == USERS else find_product(text, stage.catalogue)
    if row is not None:
        state.put(name, quote(_id_of(stage, row), safe=""))
    elif text:
        told = (words.NO_SHOPPER, words.NO_SHOPPER_HINT) if stage.what == USERS else (words.NOTHING_CALLED, words.NOTHING_CALLED_HINT)
        state.set_(state.STEER_PROBLEM, (name, NotFoundError(told[0].format(text=text), told[1])))


def _id_of(stage: MapStage, row: int) -> str:
    return str(stage.dataset.user_ids[row] if stage.what == USERS else stage.catalogue.ids[row])


def _map_of(stage: MapStage) -> str:
    return f"{stage.record.id[-6:]}-{stage.what}-{stage.method}"


def _count(stage: MapStage, n: int) -> str:
    return formats.plural(n, "shopper" if stage.what == USERS else "product")
