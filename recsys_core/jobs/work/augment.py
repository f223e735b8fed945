"""The augment job: whether synthetic shoppers beside real ones make models better, tried on real shoppers that no generator saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import Split, make_split
from recsys_core.errors import UnsupportedError
from recsys_core.jobs.augment_spec import KIND, SAFER
from recsys_core.jobs.context import JobContext
from recsys_core.jobs.synthesize_spec import suggestion
from recsys_core.jobs.work.costs import Costs, peak_rss_mb
from recsys_core.jobs.work.train import open_dataset
from recsys_core.models.runs import Run
from recsys_core.profiles.segments import load_segments
from recsys_core.synthesis.augmenting.experiment import Plan, run_experiment
from recsys_core.synthesis.augmenting.learning import fitter
from recsys_core.synthesis.augmenting.store import augment_folder, open_augment, write_augment
from recsys_core.synthesis.augmenting.trial import Histories
from recsys_core.synthesis.contract import Wish
from recsys_core.synthesis.store import open_set
from recsys_core.training.events import Listener


def work(context: JobContext) -> dict[str, Any]:
    """Run the experiment that the spec (of `augment_spec`) names, unless its result is there already."""
    spec, workspace = context.spec, context.workspace
    folder = augment_folder(workspace, spec)
    if not folder.is_dir():
        costs = Costs(context.folder)
        run_id, generator, settings, wish = _asked(context)
        run = Run.open(workspace.run_dir(workspace.registry.run(run_id).id))
        dataset = open_dataset(workspace, run.dataset_id)
        split = make_split(dataset, str(run.manifest["protocol"]), int(run.manifest["seed"]))
        generator = suggestion(dataset)[0] if generator is None else generator
        plan = Plan(
            models=tuple(spec["models"]),
            seeds=tuple(range(int(spec["seeds"]))),
            share=spec["share"],
            ratio=float(spec["ratio"]),
            fits=int(spec["fits"]),
            weight=spec["weight"],
            at=int(spec["at"]),
            wish=wish,
            threads=workspace.settings.threads,
        )
        listener = ExperimentListener(context)
        result = run_experiment(
            histories(dataset, split, scarce=spec["share"] is not None),
            fitter(generator, settings, listener),
            plan,
            generator=generator,
            listener=listener,
        )
        about = {"run": run.id, "set": spec["set"], "dataset": dataset.id, "spec": dict(spec), "cpu_seconds": costs.cpu}
        write_augment(folder, result, about)
    found = open_augment(folder)
    return {KIND: str(folder), **found.to_json(), "peak_rss_mb": peak_rss_mb()}


def histories(dataset: Dataset, split: Split, *, scarce: bool) -> Histories:
    """What a split lets be learned, folded in and found.

    Where only some shoppers are learned from, the others fold in what the split trains on, and all else of theirs must be found, what it
    validates by too: nothing of them was learned or chosen by. The segments are for the verdict's groups alone: no generator hears of
    them, for they were found on every row. Raises UnsupportedError where the split tests nothing.
    """
    if not split.has_test:
        raise UnsupportedError("The run's split tests nothing.", "Use a run of another split: `train ... --protocol random`.")
    segments = load_segments(dataset)
    known, targets = split.test_fold_in, split.test_targets
    if scarce:
        stranger = sparse.diags((np.diff(split.train.indptr) == 0).astype(np.float32))
        known = (split.train + stranger @ (split.validation_fold_in + split.test_fold_in)).tocsr()
        targets = (split.validation_targets + split.test_targets).tocsr()
    return Histories(split.refit, known, targets, np.asarray(segments.codes), tuple(segments.labels))


def _asked(context: JobContext) -> tuple[str, str | None, Mapping[str, Any], Wish]:
    """The run, generator (None: the one that suits the log), its settings and what is asked of a draw."""
    spec = context.spec
    if spec["set"] is None:
        return spec["run"], spec["generator"], {}, Wish(temperature=spec["temperature"] or SAFER)
    made = open_set(context.workspace, spec["set"]).record
    same = spec["generator"] in (None, made.generator)
    temperature = spec["temperature"] or float(made.wish.get("temperature") or 1.0)
    wish = Wish(temperature=temperature, tail=float(made.wish.get("tail") or 0.0))
    return made.run, spec["generator"] or made.generator, made.settings if same else {}, wish


@dataclass
class ExperimentListener(Listener):
    """What an experiment says, on the job's bar and as a point a seed and model."""

    context: JobContext

    def epoch(self, values: Mapping[str, float]) -> None:
        """One seed of one model."""
        self.context.event(type="curve", part=KIND, **values)

    def progress(self, fraction: float, message: str) -> None:
        """Share of all fits."""
        self.context.progress(min(max(fraction, 0.0), 1.0), message)

    def check(self) -> None:
        """Raises when the job was cancelled."""
        self.context.check_cancelled()
