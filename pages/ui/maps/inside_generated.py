"""Real and synthetic shoppers on one map, as the run's model reads both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import cache, formats, nav, show, state
from pages.ui.charts.maps.inside_pictures import both_map
from pages.ui.formats import plain
from pages.ui.maps import words_inside as say
from pages.ui.maps.stage import USERS, MapStage
from recsys_core.synthesis.store import FUSED, SetRecord

if TYPE_CHECKING:
    from recsys_core.jobs.inside import Generated
    from recsys_core.latent.two_samples import TwoSamples

TITLES = {"alike": say.GENERATED_ALIKE, "partly": say.GENERATED_PARTLY, "apart": say.GENERATED_APART}
TOLD = {"alike": say.TOLD_ALIKE, "partly": say.TOLD_PARTLY, "apart": say.TOLD_APART}


def draw(stage: MapStage) -> None:
    """A chosen set over the shoppers' map. Raises UserError for a run without weights, codes, or a map of shoppers."""
    sets = [each for each in cache.synthetic_sets() if each.dataset == stage.dataset.id and each.step != FUSED]
    if not sets:
        st.markdown(f"**{say.NO_SETS}**  \n:gray[{plain(say.NO_SETS_HINT)}]")
        if st.button(say.TO_SYNTHETIC, icon=":material/arrow_forward:", key="inside_to_synthetic"):
            nav.go("synthetic")
        return
    chosen = _choose(sets)
    method = stage.method if cache.projection(stage.record.id, USERS, stage.method) is not None else "pca"
    drawn = cache.projection(stage.record.id, USERS, method)
    assert drawn is not None
    found: Generated = cache.inside(stage.record.id, "generated", chosen, method)
    compared = found.compared
    told = [say.GENERATED_HOVER.format(n=user + 1) for user in map(int, found.users)]
    subtitle = say.GENERATED_SUBTITLE.format(method=method.upper())
    left, right = st.columns([2.3, 1], gap="medium")
    with left:
        figure = both_map(drawn.coordinates, found.places, told, title=TITLES[compared.alike], subtitle=subtitle, equal=method == "pca")
        show.chart(figure, "inside_generated")
    with right, st.container(border=True, height="stretch"):
        _figures(compared)
    show.hook(
        "inside_generated", set=chosen, covered=f"{compared.covered.value:.4f}", told=f"{compared.told.value:.4f}", placed=len(found.users)
    )


def _figures(compared: TwoSamples) -> None:
    ceiling = formats.percent(compared.ceiling, 0)
    st.metric(say.COVERED, formats.percent(compared.covered.value, 0), help=say.COVERED_HELP.format(ceiling=ceiling))
    st.metric(say.TOLD, formats.percent(compared.told.value, 0), help=say.TOLD_HELP)
    covered = say.COVERED_SENTENCE.format(covered=formats.percent(compared.covered.value, 0), ceiling=ceiling)
    sides = say.TOLD_SIDES.format(made=formats.percent(compared.told_generated, 0), real=formats.percent(compared.told_real, 0))
    st.markdown(f":gray[{plain(' '.join([covered, TOLD[compared.alike], sides]))}]")


def _choose(sets: list[SetRecord]) -> str:
    """The set in the address, the newest where it names none of these."""
    labels = {each.id: say.SET_LABEL.format(users=formats.plural(each.users, "shopper"), generator=each.generator) for each in sets}
    doubles = [label for label in labels.values() if list(labels.values()).count(label) > 1]
    shown = {id: f"{label} · {id[-4:]}" if label in doubles else label for id, label in labels.items()}
    now = state.chosen(state.SYNTHETIC_SET)
    return str(
        st.selectbox(
            say.SET,
            list(shown),
            key=state.show_in_widget(state.SYNTHETIC_SET, now if now in shown else next(iter(shown))),
            format_func=lambda id: shown.get(id, id),
            on_change=state.take_from_widget,
            args=(state.SYNTHETIC_SET,),
            width=320,
        )
    )
