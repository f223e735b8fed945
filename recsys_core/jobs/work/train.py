"""The train job: choose settings on validation, fit, evaluate, export, register."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import Split, make_split
from recsys_core.errors import TooSmallError, UnsupportedError
from recsys_core.evaluation.protocol import DEFAULT_AT, Evaluation, evaluate_lists, evaluate_ranker
from recsys_core.inference.scorers import ConstantScorer, Scorer, build_scorer, rank
from recsys_core.jobs.context import JobContext
from recsys_core.jobs.work.costs import Costs, peak_rss_mb
from recsys_core.jobs.work.listening import JobListener
from recsys_core.models.contract import FitContext, FitReport, Recommender
from recsys_core.models.registry import model_class, model_spec
from recsys_core.models.runs import KIND, Run
from recsys_core.models.shipped import run_record
from recsys_core.models.spec import Value
from recsys_core.storage.artifacts import seal
from recsys_core.storage.atomic import new_folder, write_json
from recsys_core.training.checkpoint import CheckpointFile
from recsys_core.training.export import Candidates, expand_rows, in_batches, make_candidates, write_arrays

VALIDATION_SAMPLE = 5000  # users scored after each epoch and grid point; the reported validation figures use all of them


@dataclass(frozen=True)
class Task:
    """One training, with everything its steps share. Matrices are [users, run items]."""

    dataset: Dataset
    split: Split
    items: NDArray[np.int32]
    given: dict[str, Any]
    model: str
    seed: int
    threads: int
    listener: JobListener

    def columns(self, matrix: sparse.csr_matrix) -> sparse.csr_matrix:
        """A dataset matrix cut to the run's items."""
        return matrix[:, self.items].tocsr().astype(np.float32)

    def metric(self) -> str:
        """What is chosen by."""
        return str(model_spec(self.model).resolve(self.given)["metric"])

    def validation_ranker(self, scorer: Scorer) -> Any:
        """A ranker in dataset indices whose histories are already cut to the run's items."""
        return lambda histories, k: rank(scorer, histories, k)[0]


@dataclass(frozen=True)
class Chosen:
    """The fitted model of the choosing stage, its settings, its report, and how well it validates."""

    model: Recommender
    settings: dict[str, Value]
    report: FitReport
    validation: Evaluation
    trials: list[dict[str, Any]]
    cpu: float  # processor seconds of this one fit


def work(context: JobContext) -> dict[str, Any]:
    """Train what the spec asks for; the result is what `train --json` prints."""
    spec, workspace = context.spec, context.workspace
    model_spec(spec["model"]).resolve(spec["settings"])
    dataset = Dataset.open(workspace.dataset_dir(workspace.registry.dataset(spec["dataset"]).id), verify=True)
    target = workspace.run_dir(spec["run"])
    if not target.exists():
        _train(context, dataset)
    run = Run.open(target)
    workspace.registry.add_run(run_record(run, job_id=context.job_id))
    for checkpoint in context.folder.glob("*.safetensors"):  # of no use any more, and as large as the model four times over
        checkpoint.unlink()
    plain = {part: {name: row["value"] for name, row in rows.items()} for part, rows in run.metrics.items()}
    costs = {key: run.manifest[key] for key in ("fit_seconds", "cpu_seconds", "last_fit_cpu_seconds", "peak_rss_mb")}
    keep = {key: run.manifest[key] for key in ("dataset", "model", "protocol", "seed", "refit", "chosen")}
    return {"run": run.id, **keep, "metrics": plain, "intervals": run.metrics, **costs}


def _train(context: JobContext, dataset: Dataset) -> None:
    costs = Costs(context.folder)
    spec, listener = context.spec, JobListener(context, costs)
    split = make_split(dataset, spec["protocol"], int(spec["seed"]))
    refit = bool(spec["refit"]) or split.protocol == "all"
    task = Task(
        dataset,
        split,
        _run_items(split),
        dict(spec["settings"]),
        spec["model"],
        int(spec["seed"]),
        context.workspace.settings.threads,
        listener,
    )
    chosen = _choose(task, context)
    model, last_cpu = chosen.model, chosen.cpu
    if refit:
        listener.stage("refit")
        model = _refit(task, chosen, context)
        last_cpu = costs.cpu_since("refit")
    spent = {"fit_seconds": costs.seconds, "cpu_seconds": costs.cpu, "last_fit_cpu_seconds": last_cpu}
    listener.stage("exporting")
    _export(task, context, model, chosen, refit, spent)


def _run_items(split: Split) -> NDArray[np.int32]:
    items = np.flatnonzero(split.refit.getnnz(axis=0)).astype(np.int32)
    if len(items) < 2 or split.train.nnz < 2:
        raise TooSmallError(
            f"Only {len(items)} products and {split.train.nnz} purchases are left to train on.",
            "Ingest a larger log, or lower --min-user-items and --min-item-users.",
        )
    return items


def _choose(task: Task, context: JobContext) -> Chosen:
    """Fit on the training part; settings over the grid (closed form) or epochs (neural) by the validation metric."""
    spec = model_spec(task.model)
    train, fold_in, targets = (task.columns(m) for m in (task.split.train, task.split.validation_fold_in, task.split.validation_targets))
    sampled_fold_in, sampled_targets = _sample(fold_in, targets, task.seed)
    metric, at = task.metric(), int(task.metric().partition("@")[2])
    can_validate = sampled_targets.nnz > 0

    def validate(scorer: Scorer) -> float:
        return evaluate_ranker(task.validation_ranker(scorer), sampled_fold_in, sampled_targets, at=(at,)).mean(metric)

    grid = [point for point in spec.grid if not set(point) & set(task.given)] if can_validate else []
    task.listener.stage("choosing" if grid else "fitting")
    trials: list[dict[str, Any]] = []
    best: tuple[float, Recommender, FitReport, float] | None = None
    for number, point in enumerate(grid or [{}]):
        task.listener.check()
        began = task.listener.costs.cpu
        model = model_class(task.model)({**task.given, **point})
        report = model.fit(
            train,
            FitContext(
                seed=task.seed,
                listener=task.listener,
                validate=validate if can_validate and spec.family == "neural" else None,
                metric=metric,
                checkpoint=CheckpointFile(context.folder / "choose.safetensors") if spec.family == "neural" else None,
                threads=task.threads,
            ),
        )
        fit_cpu = task.listener.costs.cpu - began if spec.family == "closed form" else task.listener.costs.cpu_since("fitting")
        value = validate(_as_scorer(model)) if len(grid) > 1 else 0.0
        if grid:
            trials.append({"settings": dict(point), metric: value})
            task.listener.trial(point, metric, value)
            task.listener.progress((number + 1) / len(grid), f"setting {number + 1} of {len(grid)}")
        if best is None or value > best[0]:
            best = (value, model, report, fit_cpu)
    assert best is not None
    _, model, report, fit_cpu = best
    task.listener.stage("evaluating")
    validation = evaluate_ranker(task.validation_ranker(_as_scorer(model)), fold_in, targets, at=DEFAULT_AT)
    return Chosen(model, dict(model.settings), report, validation, trials, fit_cpu)


def _sample(fold_in: sparse.csr_matrix, targets: sparse.csr_matrix, seed: int) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    users = np.flatnonzero(np.diff(targets.indptr) > 0)
    if len(users) > VALIDATION_SAMPLE:
        users = np.sort(np.random.default_rng(seed).choice(users, VALIDATION_SAMPLE, replace=False))
    return fold_in[users], targets[users]


def _refit(task: Task, chosen: Chosen, context: JobContext) -> Recommender:
    """Once more with what was chosen, on training and validation rows together."""
    model = model_class(task.model)(chosen.settings)
    checkpoint = CheckpointFile(context.folder / "refit.safetensors")
    model.fit(
        task.columns(task.split.refit),
        FitContext(
            seed=task.seed,
            listener=replace_stage(task.listener),
            epochs=chosen.report.epochs,
            checkpoint=checkpoint if chosen.report.epochs else None,
            threads=task.threads,
        ),
    )
    return model


def replace_stage(listener: JobListener) -> JobListener:
    """The same listener; its epochs are told apart as the refit's."""
    return replace(listener, part="refit")


def _as_scorer(model: Recommender) -> Scorer:
    description, arrays = model.export()
    return build_scorer(description, arrays.__getitem__)


def _export(task: Task, context: JobContext, model: Recommender, chosen: Chosen, refit: bool, costs: dict[str, float]) -> None:
    description, arrays = model.export()
    popular = ConstantScorer(np.asarray(task.columns(task.split.refit).sum(axis=0), dtype=np.float32).ravel())
    candidates = make_candidates(
        build_scorer(description, arrays.__getitem__), popular, task.split.known, task.items, listener=task.listener
    )
    test = _test(task, candidates)
    arrays |= {
        "items.npy": task.items,
        "candidates.npy": candidates.items,
        "candidate_scores.npy": candidates.scores,
        "fallback.npy": candidates.fallback,
        "validation_users.npy": chosen.validation.users,
        "validation_values.npy": chosen.validation.values,
        "test_users.npy": test.users,
        "test_values.npy": test.values,
        **_vectors(task, model, candidates),
    }
    spec = context.spec
    with new_folder(context.workspace.run_dir(spec["run"])) as folder:
        write_arrays(folder, arrays)
        write_json(folder / "metrics.json", {"validation": chosen.validation.summary(), "test": test.summary()})
        write_json(folder / "per_user.json", list(test.names))
        write_json(folder / "curves.json", chosen.report.curves)
        seal(
            folder,
            {
                "kind": KIND,
                "id": spec["run"],
                "origin": "trained",
                "dataset": task.dataset.id,
                "model": task.model,
                "settings": chosen.settings,
                "chosen": {"epochs": chosen.report.epochs, "trials": chosen.trials, "by": task.metric()},
                "protocol": task.split.protocol,
                "seed": task.seed,
                "refit": refit,
                "threads": task.threads,
                "scorer": description,
                **costs,
                "peak_rss_mb": peak_rss_mb(),
            },
        )


def _vectors(task: Task, model: Recommender, candidates: Candidates) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any]] = {}
    try:
        found["item_vectors.npy"] = expand_rows(model.item_vectors(), task.items, task.dataset.n_items)
        users = np.flatnonzero(~candidates.fallback)
        histories = task.columns(task.split.known)[users]
        found["user_vectors.npy"] = expand_rows(in_batches(model.user_vectors, histories), users, task.dataset.n_users)
    except UnsupportedError:
        pass  # the spec says so, and the pages and commands that need vectors refuse in words
    return found


def _test(task: Task, candidates: Candidates) -> Evaluation:
    """Test the very lists that are shown: a shopper's candidates are what the run ranks for everything it may know of them."""
    return evaluate_lists(candidates.items[:, : max(DEFAULT_AT)], task.split.test_targets.tocsr(), at=DEFAULT_AT)
