"""The blind test: which of two shoppers is real? It keeps score for this session and says what guessing alone would get."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from pages.ui import formats, show, state
from pages.ui import words_synthetic as say
from pages.ui.formats import plain
from pages.ui.synthetic import person
from pages.ui.synthetic.histories import People
from pages.ui.synthetic.stage import Stage

OTHERS = 5  # shoppers who had both products: then the pair belongs together
CLEAR = 0.1
FEW = 5  # answers, below which chance is not worth a figure
BLIND = 7919  # a stream of pairs of its own, so that nobody has seen them side by side


@dataclass(frozen=True)
class Score:
    """turn: which two are on screen. right, n: of those answered. guess: 0 or 1 where the present two were answered."""

    turn: int = 0
    right: int = 0
    n: int = 0
    guess: int | None = None


def draw(stage: Stage, people: People) -> None:
    """The question, both shoppers without their names, and the answer once it was given."""
    score = the_score(stage.need.record.id)
    seed = stage.need.record.seed + BLIND
    real, made = people.pair(seed, score.turn)
    first_is_real = bool(np.random.default_rng([seed, score.turn, 1]).random() < 0.5)
    st.markdown(f"#### {say.BLIND_QUESTION}")
    shown = [("real", people.real.history(real)), ("synthetic", people.made.history(made))]
    names = {"real": say.REAL_ONE.format(id=stage.dataset.user_ids[real]), "synthetic": say.SYNTHETIC_ONE.format(n=made + 1)}
    order = shown if first_is_real else shown[::-1]
    for place, (column, (side, history)) in enumerate(zip(st.columns(2, gap="medium"), order, strict=True)):
        hidden = (say.FIRST_ONE, say.SECOND_ONE)[place]
        with column:
            person.card(stage, history, hidden if score.guess is None else f"{hidden}: {names[side]}", "AB"[place])
            if score.guess is None:
                st.button(
                    say.BLIND_CHOICES[place],
                    key=f"guess_{place}",
                    width="stretch",
                    on_click=_answer,
                    args=(stage.need.record.id, place, place == (0 if first_is_real else 1)),
                )
    if score.guess is not None:
        _reveal(stage, people, score, first_is_real, real, made)
    else:
        st.markdown(f":gray[{plain(so_far(score))}]")
    show.hook("blind", right=score.right, n=score.n, turn=score.turn, answered=int(score.guess is not None))


def the_score(set_id: str) -> Score:
    """Of this session, by set."""
    return dict(state.get(state.SYNTHETIC_SCORE, {})).get(set_id, Score())


def _keep(set_id: str, score: Score | None) -> None:
    known = dict(state.get(state.SYNTHETIC_SCORE, {}))
    state.set_(state.SYNTHETIC_SCORE, {**known, set_id: score or Score()})


def _answer(set_id: str, place: int, right: bool) -> None:
    now = the_score(set_id)
    if now.guess is None:  # a second click on the way counts for nothing
        _keep(set_id, Score(now.turn, now.right + int(right), now.n + 1, place))


def _next(set_id: str) -> None:
    now = the_score(set_id)
    _keep(set_id, Score(now.turn + 1, now.right, now.n))


def _reveal(stage: Stage, people: People, score: Score, first_is_real: bool, real: int, made: int) -> None:
    right = score.guess == (0 if first_is_real else 1)
    name = say.FIRST_ONE if first_is_real else say.SECOND_ONE
    told = (say.BLIND_RIGHT if right else say.BLIND_WRONG).format(name=name)
    icon = "check_circle" if right else "cancel"
    with st.container(key="revealed", border=True):
        st.markdown(f":{'green' if right else 'red'}[:material/{icon}:] **{plain(told)}** {plain(why(stage.dataset, people, real, made))}")
        st.markdown(f":gray[{plain(so_far(score))}]")
        with st.container(horizontal=True):
            st.button(
                say.BLIND_NEXT,
                type="primary",
                icon=":material/arrow_forward:",
                on_click=_next,
                args=(stage.need.record.id,),
                key="blind_next",
            )
            st.button(say.BLIND_AGAIN, type="tertiary", on_click=_keep, args=(stage.need.record.id, None), key="blind_again")


def so_far(score: Score) -> str:
    """The score, and how often guessing alone would do as well."""
    if not score.n:
        return say.BLIND_FIRST
    chance = luck(score.right, score.n)
    often = say.BLIND_OFTEN.format(k=round(100 * chance)) if chance >= 0.01 else say.BLIND_RARE
    expected = f"{score.n / 2:g}"
    told = say.BLIND_SCORE.format(right=score.right, n=score.n)
    if score.n < FEW:
        return f"{told}. {say.BLIND_HALF}"
    return f"{told}. {say.BLIND_CHANCE.format(expected=expected, n=score.n, right=score.right, often=often)}"


def luck(right: int, n: int) -> float:
    """Chance of `right` or more of n by tossing a coin."""
    return sum(math.comb(n, k) for k in range(right, n + 1)) / 2**n


def why(dataset: Any, people: People, real: int, made: int) -> str:
    """What sets the two apart: how many of their pairs of products five other real shoppers had too."""
    shares = [
        belonging(dataset, history.items, own) for history, own in ((people.real.history(real), real), (people.made.history(made), None))
    ]
    if any(share is None for share in shares):
        return say.WHY_FEW
    first, second = (float(share or 0.0) for share in shares)
    form = say.WHY_APART if first - second > CLEAR else say.WHY_ALIKE
    return form.format(apart_real=formats.percent(first, 0), apart_made=formats.percent(second, 0))


def belonging(dataset: Any, items: tuple[int, ...], own: int | None) -> float | None:
    """Share of the pairs of these products that OTHERS real shoppers or more had both of, `own` left out; None with fewer than two."""
    if len(items) < 2:
        return None
    had = (dataset.counts()[:, list(items)] > 0).astype(np.int32)
    both = np.asarray((had.T @ had).todense())
    if own is not None:
        mine = np.asarray(had[own].todense()).ravel()
        both = both - np.outer(mine, mine)
    return float((both[np.triu_indices(len(items), 1)] >= OTHERS).mean())
