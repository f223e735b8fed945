"""What baskets are completed by: the model learned from orders, how well it did on later ones, and the button that learns it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui import cache, formats, progress, show
from pages.ui.formats import plain
from pages.ui.models.expected import time_range
from pages.ui.studio import words_placements as words
from pages.ui.studio.stage import Stage
from recsys_core.data.orders import check_orders
from recsys_core.errors import UnsupportedError
from recsys_core.inference.placements import BasketModel
from recsys_core.jobs.estimates import basket_seconds, facts_of, past_basket_jobs
from recsys_core.jobs.studio import reads_baskets

JOB = "baskets"
HIT, NDCG = "hit@10", "ndcg@10"
KNN, BEST_SELLERS = "item-knn", "popularity"


def available(stage: Stage) -> bool:
    """Whether a basket can be completed: something was learned from orders, or the run reads new histories."""
    return cache.baskets(stage.dataset.id) is not None or reads_baskets(stage.opened.run)


def draw(stage: Stage, listed: bool) -> None:
    """How well baskets are completed, or the offer to learn it. listed: whether the model on screen completes them meanwhile."""
    model = cache.baskets(stage.dataset.id)
    if model is None:
        _offer(stage, listed)
    else:
        _tested(model)


def verdict(report: Mapping[str, Any]) -> str:
    """The report of a basket model in a sentence: how many hidden products it finds, and how that compares with item-kNN."""
    name = str(report["chosen"][0])
    rows = {row["model"]: row for row in report["rows"]}
    found, knn = (formats.of_100(rows[each]["intervals"][HIT][0]) for each in (name, KNN))
    low, high = rows[name]["gain"][HIT][1:]
    form = words.IS_KNN if name == KNN else words.CLEARLY_MORE if low > 0 else words.CLEARLY_LESS if high < 0 else words.NO_DIFFERENCE
    return form.format(found=found, knn=knn)


def _tested(model: BasketModel) -> None:
    report = model.manifest["report"]
    with st.container(border=True, key="basket_report"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{words.COMPLETION}**", width="content")
            if model.shipped:
                st.badge(words.SHIPPED, icon=":material/history:", color="gray", help=words.SHIPPED_HELP)
        if report is None:
            st.markdown(f":gray[{words.UNTESTED}]")
            return
        name = str(report["chosen"][0])
        st.markdown(plain(verdict(report)))
        st.dataframe(
            [_row(row, name) for row in _ordered(report["rows"], name)],
            hide_index=True,
            alt=words.COMPLETION,
            column_config={words.NDCG: st.column_config.TextColumn(help=words.NDCG_HELP)},
        )
        learned, chosen, tested = (formats.count(n) for n in report["orders"])
        st.caption(words.COMPLETION_HOW.format(n=tested, learned=learned, chosen=chosen))
    low, high = next(row for row in report["rows"] if row["model"] == name)["gain"][HIT][1:]
    show.hook("baskets", model=name, tested=report["orders"][2], low=low, high=high)


def _ordered(rows: Sequence[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    """The way that is used, item-kNN and best sellers beside it, then what else was tried."""
    first = [name, KNN, BEST_SELLERS]
    return sorted(rows, key=lambda row: first.index(row["model"]) if row["model"] in first else len(first))


def _row(row: Mapping[str, Any], name: str) -> dict[str, str]:
    way = words.WAYS.get(row["model"], row["model"])
    value, low, high = row["intervals"][HIT]
    return {
        words.WAY: words.USED.format(way=way) if row["model"] == name else way,
        words.FOUND: f"{formats.percent(value)} ± {100 * (high - low) / 2:.1f}",
        words.NDCG: formats.interval(*row["intervals"][NDCG]),
    }


def _offer(stage: Stage, listed: bool) -> None:
    try:
        check_orders(stage.dataset)
    except UnsupportedError as error:
        st.markdown(f":gray[{plain(error.message)} {plain(error.hint)}]")
        return
    jobs = [job for job in cache.workspace().registry.jobs() if job.kind == JOB and job.spec.get("dataset") == stage.dataset.id]
    if jobs and jobs[0].state != "done":
        progress.job_panels([jobs[0].id])
        return
    record = cache.workspace().registry.dataset(stage.dataset.id)
    seconds = time_range(*basket_seconds(facts_of(record), past_basket_jobs(cache.workspace())))
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="basket_offer"):
        why = words.LEARN_BETTER if listed else words.LEARN_FIRST
        st.markdown(f":gray[{why} {plain(words.LEARN_TIME.format(time=seconds))}]", width="stretch")
        if st.button(words.LEARN, type="primary", icon=":material/shopping_basket:", key="learn_baskets"):
            progress.submit(JOB, {"dataset": stage.dataset.id, "seed": 0}, words.LEARN_JOB.format(name=stage.dataset.name))
            st.rerun()
