"""Why the shopper on screen is shown a product: past products, the smallest set that it takes, the waterfall, the counts."""

from __future__ import annotations

import streamlit as st

from pages.ui import cache, formats, show, state
from pages.ui.charts.waterfall import deletion_chart, waterfall_chart
from pages.ui.formats import plain
from pages.ui.studio import actions, played
from pages.ui.studio import words_why as words
from pages.ui.studio.stage import Stage
from recsys_core.errors import NotFoundError, TooSmallError
from recsys_core.explain.absence import HAD
from recsys_core.explain.deletion import deletion_curve
from recsys_core.explain.pick import FILLED_UP, Explanation, Pick, explain_pick, pick_of
from recsys_core.explain.reasons import PickReasons, Verdict
from recsys_core.explain.shopper import Shopper
from recsys_core.jobs.live import edited_past

NAMED, GROUPS_NAMED, LEAST_NAMED = 3, 3, 0.1  # reasons and groups in a sentence; the smallest share worth naming


def draw(stage: Stage) -> None:
    """What was said of the shopper, then the explanation of the product asked for; nothing where none is."""
    played.draw(stage)
    asked = state.chosen(state.ITEM)
    if not asked:
        return
    with st.container(key="why", border=True):
        try:
            item = int(stage.dataset.item_index(asked))
        except NotFoundError:
            _top(words.TITLE.format(product=asked))
            st.markdown(plain(words.UNKNOWN_PRODUCT.format(id=asked)))
            return
        _top(words.TITLE.format(product=stage.catalogue.titles[item]))
        _explain(stage, item)


def explained(stage: Stage, item: int) -> Pick:
    """The product (dataset index) explained as the list on screen has it, what was said of the shopper included.

    By past products too, an `Explanation`, where the run has its weights.
    """
    scorer = cache.scorer(stage.record.id)
    if scorer is None:
        return pick_of(stage.studio, stage.user, item, stage.scenario, at=stage.place)
    return explain_pick(
        stage.studio,
        stage.opened.run,
        stage.opened.split.known,
        stage.user,
        item,
        stage.scenario,
        scorer=scorer,
        baseline=cache.baseline(stage.record.id),
        at=stage.place,
        past=edited_past(stage.opened, stage.user, stage.edits),
    )


def _top(title: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{plain(title)}**")
        st.button(words.CLOSE, key="why_close", icon=":material/close:", type="tertiary", on_click=actions.close)


def _explain(stage: Stage, item: int) -> None:
    found = explained(stage, item)
    reasons, drop = found.because.picks[0] if isinstance(found, Explanation) else None, found.waterfall
    show.hook(
        "why",
        item=stage.catalogue.ids[item],
        verdict="no-weights" if reasons is None else reasons.verdict.value,
        value="" if drop is None else f"{drop.value:.6f}",
        place=found.place or "",
        placed_by="" if found.placing is None else found.placing.how,
        because="" if reasons is None else ",".join(str(stage.catalogue.ids[each.source]) for each in reasons.reasons),
    )
    st.markdown(f"{headline(stage, found)}  \n:gray[:small[{_where(stage, found)}]]")
    _buttons(stage, item, found.place)
    if drop is not None:
        terms = [(words.TERMS.get(each.name, each.name), each.value) for each in drop.terms if each.value or each.name == "relevance"]
        show.chart(waterfall_chart(terms, drop.value, stage.catalogue.titles[item]), "waterfall", border=False)
    if sentences := _more(stage, found):
        st.markdown("  \n".join(f":small[{sentence}]" for sentence in sentences))
    st.markdown(f":gray[:small[{words.CRUMB}: {_crumbs(found)}]]")
    if reasons is None:
        _no_weights(stage)
        return
    with st.expander(words.EXPERT, icon=":material/rule:", key="fold_why", on_change="rerun") as fold:
        if fold.open:
            _expert(stage, item, reasons)


def headline(stage: Stage, found: Pick) -> str:
    """One sentence in Markdown, with nothing of the data left unescaped."""
    absent, sentence = found.absence, found.because.sentence if isinstance(found, Explanation) else ""
    if absent is not None:
        names = formats.listing(f"“{name}”" for name in absent.names) or words.FILTERED_BY_ALL
        return plain(words.ABSENCES[absent.how].format(names=names, rank=absent.rank, pool=stage.scenario.pool))
    if found.placing is not None and not (found.placing.how == FILLED_UP and sentence):
        names = formats.listing(f"“{name}”" for name in found.placing.rules) or words.A_RULE
        return plain(words.PLACINGS[found.placing.how].format(rules=names))
    if sentence or not isinstance(found, Explanation):
        return plain(sentence or words.NO_WEIGHTS)
    (pick,) = found.because.picks
    if pick.verdict is Verdict.BECAUSE:
        named = [each for each in pick.reasons if each.share >= LEAST_NAMED][:NAMED]
        told = [
            words.REASON.format(product=f"**{plain(stage.catalogue.titles[each.source])}**", share=formats.percent(each.share, 0))
            for each in named
        ]
        return words.BECAUSE.format(reasons=formats.listing(told))
    if pick.verdict is Verdict.NO_SINGLE:
        most = pick.reasons[0]
        return plain(words.NO_SINGLE.format(product=stage.catalogue.titles[most.source], share=formats.percent(most.share, 0)))
    if pick.verdict is Verdict.POPULAR:
        own = pick.own_share
        return plain(words.POPULAR if own is None else words.POPULAR_SHARE.format(share=formats.percent(own, 0)))
    told_by = {Verdict.NOTHING: words.NOTHING, Verdict.UNKNOWN: words.UNKNOWN}
    return plain(told_by[pick.verdict])


def _where(stage: Stage, found: Pick) -> str:
    """Its place by the model and here; of what is not shown, what speaks for it all the same."""
    if found.waterfall is not None and found.place is not None:
        rank = found.waterfall.plain_rank
        at = words.AT_PLACE.format(place=found.place, k=stage.scenario.k)
        if rank is None:
            return at
        same = rank == found.place
        return f"{at} · {(words.RANK_SAME if same else words.RANKS).format(plain=rank, place=found.place)}"
    reasons = found.because.picks[0].reasons if isinstance(found, Explanation) else ()
    speaks = [each for each in reasons if each.share >= LEAST_NAMED][:NAMED]
    told = formats.listing(
        words.REASON.format(product=stage.catalogue.titles[each.source], share=formats.percent(each.share, 0)) for each in speaks
    )
    return plain(words.NOT_SHOWN_YET.format(reasons=told) if told else words.NOT_SHOWN)


def _buttons(stage: Stage, item: int, place: int | None) -> None:
    id_ = str(stage.catalogue.ids[item])
    icons = {"like": "thumb_up", "hide": "visibility_off", "more": "auto_awesome_motion", "pin": "keep"}
    with st.container(horizontal=True, gap="small", key="why_actions"):
        for action, label in words.ACTIONS.items():
            refused = actions.refusal(stage.opened, action)
            st.button(
                label,
                key=f"why_{action}",
                icon=f":material/{icons[action]}:",
                help=refused or words.ACTIONS_HELP[action],
                disabled=bool(refused),
                on_click=actions.do,
                args=(action, id_, place or 1),
            )


def _more(stage: Stage, found: Pick) -> list[str]:
    """The sentences below the waterfall, Markdown."""
    told = _of_the_past(stage, found) if isinstance(found, Explanation) else []
    if found.waterfall is not None:
        told += [words.RELAXED[flag] for flag in found.waterfall.flags if flag in words.RELAXED]
        for each in found.waterfall.passed_over[:2]:
            caps = [name for name in each.by if name != "reserved"]
            by = words.PASSED_BY.format(names=formats.listing(caps)) if caps else words.PASSED_RESERVED
            told.append(words.PASSED.format(product=stage.catalogue.titles[each.item], by=by))
    if stage.edits.more or stage.edits.tags:
        told.append(words.LIFTED_BY_SAID)
    return [plain(sentence) for sentence in told]


def _of_the_past(stage: Stage, found: Explanation) -> list[str]:
    told = []
    if found.by_group is not None and found.because.picks[0].reasons:
        groups = [
            words.GROUP.format(
                group=stage.ground.groups[each.source] if each.source >= 0 else words.NO_GROUP, share=formats.percent(each.share, 0)
            )
            for each in found.by_group.picks[0].reasons[:GROUPS_NAMED]
            if each.share >= LEAST_NAMED
        ]
        told += [words.BY_GROUP.format(groups=formats.listing(groups))] if groups else []
    return told + _smallest(stage, found)


def _smallest(stage: Stage, found: Explanation) -> list[str]:
    smallest, titles = found.smallest, stage.catalogue.titles
    if found.absence is not None and found.absence.how == HAD:
        return []
    if smallest.rank is None:
        return [words.SMALLEST_KIND]
    if smallest.rank > smallest.k:
        form = words.SMALLEST_NOT_LISTED if found.place else words.SMALLEST_ABSENT
        by = words.BY_SAID if stage.edits.more or stage.edits.tags else words.BY_SCENARIO
        return [form.format(rank=smallest.rank, k=smallest.k, by=by)]
    if not smallest.found:
        return [words.SMALLEST_NONE.format(longest=smallest.longest, k=smallest.k)]
    enters = "" if smallest.enters is None else words.ENTERS.format(product=titles[smallest.enters])
    products = formats.listing(titles[each] for each in smallest.removed)
    sentence = words.SMALLEST.format(products=products, rank=smallest.rank, without=smallest.rank_without, enters=enters)
    return [f"{sentence} {words.GREEDY}" if smallest.greedy else sentence]


def _crumbs(found: Pick) -> str:
    """Counts in the order of operations; steps that change nothing are left out."""
    told = []
    for step in found.breadcrumb:
        if told and not step.dropped and not step.added and step.name != "shown":
            continue
        name = words.STEPS.get(step.name) or words.STEP_FILTER.format(name=step.name)
        changes = [words.DROPPED.format(n=step.dropped)] * bool(step.dropped) + [words.ADDED.format(n=step.added)] * bool(step.added)
        told.append(f"**{step.count:,}** {plain(name)}" + (f" ({plain(', '.join(changes))})" if changes else ""))
    return " → ".join(told)


def _no_weights(stage: Stage) -> None:
    """The run that can be explained by the past."""
    others = [run for run in cache.workspace().registry.runs(stage.dataset.id) if run.id != stage.record.id and run.model != "popularity"]
    able = next((run for run in others if _explains(run.id)), None)
    if able is None:
        st.markdown(f":small[{words.NO_WEIGHTS_ALONE}]")
        return
    st.markdown(f":small[{plain(words.NO_WEIGHTS_OTHER.format(run=able.id))}]")
    if st.button(words.OTHER_RUN.format(run=able.id), key="why_other_run"):
        state.put(state.RUN, able.id)
        st.rerun()  # all of the page: which run it is about is above this part


def _explains(run_id: str) -> bool:
    run = cache.run(run_id)
    return bool(run.manifest.get("scorer")) and run.folds_in


def _expert(stage: Stage, item: int, pick: PickReasons) -> None:
    own = words.OWN_UNKNOWN if pick.own_share is None else words.OWN_SHARE.format(share=formats.percent(pick.own_share))
    st.markdown(f":small[{plain(words.EXPERT_NOTE.format(score=formats.decimal(pick.score, 4), own=own))}]")
    past = edited_past(stage.opened, stage.user, stage.edits)
    shopper = Shopper.with_past(stage.opened.run, past, user=stage.user, scorer=cache.scorer(stage.record.id))
    try:
        show.chart(deletion_chart(deletion_curve(shopper, item)), "deletion", border=False)
    except TooSmallError:
        st.markdown(f":small[{words.TOO_FEW}]")
