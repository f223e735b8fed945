"""Which dataset and which trained model the pages are about: read from the URL, offered in the sidebar."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import streamlit as st

from pages.ui import cache, formats, league, state, words
from pages.ui.guards import NothingYetError
from recsys_core import jobs
from recsys_core.errors import NotFoundError
from recsys_core.models.registry import model_specs
from recsys_core.storage.records import DatasetRecord, RunRecord

LIVE = ("queued", "running")
EVERY_SECONDS = 3.0


@dataclass(frozen=True)
class Selection:
    """What is chosen. An id that the URL names and the registry does not know is kept in `unknown_*`, so that the page can say so."""

    datasets: tuple[DatasetRecord, ...]
    runs: tuple[RunRecord, ...]
    dataset: DatasetRecord | None
    run: RunRecord | None
    unknown_dataset: str | None = None
    unknown_run: str | None = None

    def need_dataset(self) -> DatasetRecord:
        """The chosen dataset. Raises NotFoundError where the URL's is unknown or there is none."""
        if self.unknown_dataset:
            raise NotFoundError(words.UNKNOWN_DATASET.format(id=self.unknown_dataset), words.UNKNOWN_DATASET_HINT)
        if self.dataset is None:
            raise NothingYetError(words.NO_DATASET, words.NO_DATASET_HINT, page="home", label=words.NO_DATASET_BUTTON)
        return self.dataset

    def need_run(self) -> RunRecord:
        """The chosen run. Raises NotFoundError where the URL's is unknown or there is none on this dataset."""
        self.need_dataset()
        if self.unknown_run:
            raise NotFoundError(words.UNKNOWN_RUN.format(id=self.unknown_run), words.UNKNOWN_RUN_HINT)
        if self.run is None:
            raise NothingYetError(words.NO_RUN, words.NO_RUN_HINT, page="models", label=words.NEXT_TRAIN)
        return self.run


def selection() -> Selection:
    """What the URL and this session chose, checked against the registry; the newest of each where nothing was chosen."""
    registry = cache.workspace().registry
    datasets = registry.datasets()
    by_id = {record.id: record for record in datasets}
    owners = {r.id: r.dataset_id for r in registry.runs()}
    _adopt_the_sets_run()
    asked_run = st.query_params.get(state.RUN)
    if asked_run in owners and not st.query_params.get(state.DATASET):
        state.put(state.DATASET, owners[asked_run])
    dataset_id = state.choose(state.DATASET, datasets[0].id if datasets else None)
    dataset = by_id.get(dataset_id or "")
    runs = registry.runs(dataset.id) if dataset else []
    if owners.get(state.chosen(state.RUN) or "", dataset_id) != dataset_id:
        state.put(state.RUN, None)  # a trained model of another dataset
    default = league.recommended(runs)
    run_id = state.choose(state.RUN, default.id if default else None)
    run = next((r for r in runs if r.id == run_id), None)
    return Selection(
        tuple(datasets),
        tuple(runs),
        dataset,
        run,
        unknown_dataset=dataset_id if dataset_id and dataset is None else None,
        unknown_run=run_id if run_id and run is None else None,
    )


def _adopt_the_sets_run() -> None:
    """An address with a synthetic set alone finds its dataset and trained model."""
    asked = state.in_address(state.SYNTHETIC_SET)
    if asked and not state.in_address(state.RUN) and not state.in_address(state.DATASET):
        found = next((record for record in cache.synthetic_sets() if record.id == asked), None)
        if found:
            state.put(state.DATASET, found.dataset)
            state.put(state.RUN, found.run)


def model_title(model_id: str) -> str:
    """A model's name on screen."""
    return next((spec.title for spec in model_specs() if spec.id == model_id), model_id)


def run_label(record: RunRecord) -> str:
    """A run in the picker: its model, how it was tested, when it was made."""
    when = words.SHIPPED_SHORT if record.origin == "shipped" else formats.ago(record.created_at)
    return f"{model_title(record.model)} · {when}"


def run_names(runs: Sequence[RunRecord], plainly: Collection[str] = ()) -> dict[str, str]:
    """A name for each run: its model alone where that says which, and for those in `plainly`, one a model; with its age for the others."""
    titles = [model_title(r.model) for r in runs]
    plain_ones = {r.id for r, title in zip(runs, titles, strict=True) if titles.count(title) == 1} | set(plainly)
    names = {r.id: title if r.id in plain_ones else run_label(r) for r, title in zip(runs, titles, strict=True)}
    doubles = {name for name in names.values() if list(names.values()).count(name) > 1}
    return {id_: f"{name} · {id_[-4:]}" if name in doubles and id_ not in plain_ones else name for id_, name in names.items()}


def league_names(runs: Sequence[RunRecord]) -> dict[str, str]:
    """The same, the best run of each model first and by its model's name alone."""
    known = league.splits(runs)
    best = [row.best for row in league.rows(league.tested_on(runs, known[0]))] if known else []
    best.sort(key=league.validated, reverse=True)
    names = run_names(runs, {r.id for r in best})
    return {id_: names[id_] for id_ in (*(r.id for r in best), *names)}


def offer_switch(runs: Sequence[RunRecord], current: RunRecord, what: str) -> None:
    """One button to the best other run, by validation, that keeps vectors for `what`, "items" or "users"; nothing where there is none."""
    models = {spec.id for spec in model_specs() if (spec.has_user_vectors if what == "users" else spec.has_item_vectors)}
    able = [r for r in runs if r.id != current.id and r.model in models and cache.has_vectors(r.id, what)]
    found = league.recommended(able)
    if found:
        name = league_names(runs)[found.id]
        with st.container(horizontal=True, vertical_alignment="center", key="switch"):
            st.button(words.SWITCH.format(name=name), icon=":material/swap_horiz:", on_click=state.put, args=(state.RUN, found.id))
            st.markdown(f":gray[{words.SWITCH_WHY}]", width="content")


def shipped_badge(record: RunRecord) -> None:
    """Says of a run that came with the demo that it was not trained here."""
    if record.origin == "shipped":
        st.badge(words.SHIPPED, icon=":material/history:", color="gray", help=words.SHIPPED_HELP)


def workspace_picker() -> None:
    """The two pickers and the number of running jobs, for the sidebar."""
    chosen = selection()
    with st.container(key="workspace_picker"):
        if chosen.datasets or chosen.unknown_dataset:
            labels = {r.id: r.name for r in chosen.datasets}
            _pick(
                state.DATASET,
                words.PICK_DATASET,
                labels,
                chosen.unknown_dataset or (chosen.dataset.id if chosen.dataset else None),
                forget=(state.RUN, state.SHOPPER),
            )
        if chosen.runs or chosen.unknown_run:
            labels = league_names(chosen.runs)
            _pick(state.RUN, words.PICK_RUN, labels, chosen.unknown_run or (chosen.run.id if chosen.run else None))
    live = cache.workspace().registry.jobs(states=LIVE)
    st.fragment(_running_jobs, run_every=EVERY_SECONDS if live else None, key="running_jobs")()


def _running_jobs() -> None:
    """How many jobs wait or run; counts again by itself while there are some."""
    with st.container(key="running_jobs_box"):
        live = cache.workspace().registry.jobs(states=LIVE)
        if live:
            running = sum(job.state == "running" for job in live)
            text = words.JOBS_RUNNING.format(n=formats.plural(running, "job"))
            waiting = words.JOBS_WAITING.format(n=len(live) - running) if running < len(live) else ""
            st.caption(f":material/progress_activity: {text}{waiting}")


def _pick(name: str, label: str, labels: dict[str, str], chosen: str | None, forget: Sequence[str] = ()) -> None:
    doubles = {text for text in labels.values() if list(labels.values()).count(text) > 1}
    shown = {id_: f"{text} · {id_[-6:]}" if text in doubles else text for id_, text in labels.items()}
    options = [*shown, *([chosen] if chosen and chosen not in shown else [])]
    st.selectbox(
        label,
        options,
        key=state.show_in_widget(name, chosen),
        format_func=lambda id_: shown.get(id_, words.NOT_FOUND_LABEL.format(id=formats.shorten(str(id_), 18))),
        on_change=state.take_from_widget,
        args=(name, tuple(forget)),
    )


def refresh_jobs() -> None:
    """Notice dead workers and start what waits."""
    jobs.refresh(cache.workspace())
