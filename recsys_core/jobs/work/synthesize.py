"""The synthesize job: learn from a run's log, unless that was done before, draw shoppers, dress them with events, keep and score them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import make_split
from recsys_core.jobs.context import JobContext
from recsys_core.jobs.synthesize_spec import Partition, drawable, partition
from recsys_core.jobs.work.costs import Costs, peak_rss_mb
from recsys_core.jobs.work.train import open_dataset
from recsys_core.models.runs import Run
from recsys_core.storage.artifacts import open_artifact
from recsys_core.synthesis.contract import Wish
from recsys_core.synthesis.generators.fitting import fit_generator
from recsys_core.synthesis.happenings.dress import dress, learn_happenings
from recsys_core.synthesis.learned import Learned, learned_key, open_learned, write_learned
from recsys_core.synthesis.real_log import RealLog, item_categories, learnable, numbered, real_log
from recsys_core.synthesis.scorecard.store import write_scorecard
from recsys_core.synthesis.store import EVENTS, GENERATED, KIND, LEARNED, SCORECARD, SetRecord, now, open_set, write_set
from recsys_core.training.events import Listener

# Where each stage stands on the job's bar: (from, to).
FITTING, DRAWING, SCORING = (0.05, 0.6), (0.6, 0.7), (0.7, 1.0)
DRAW, DRESS, SUIT = 1, 2, 3  # streams of random numbers of one seed
WISHES = ("users", "segment", "activity", "price", "category", "temperature", "tail")


def work(context: JobContext) -> dict[str, Any]:
    """Make the set that the spec (of `synthesize_spec`) asks for; the result is what `synthesize --json` prints.

    Taken up again, it goes on with what was learned, drawn or scored before.
    """
    spec, workspace = context.spec, context.workspace
    folder = workspace.synthetic_dir / spec["set"]
    if not folder.is_dir() or (spec["score"] and not (folder / SCORECARD).is_dir()):
        context.progress(0.0, "reading the log")
        dataset = open_dataset(workspace, spec["dataset"])
        run = Run.open(workspace.run_dir(workspace.registry.run(spec["run"]).id))
        split = make_split(dataset, str(run.manifest["protocol"]), int(run.manifest["seed"]))
        segments = partition(dataset, spec["segment"])
        real = real_log(dataset, split, segments.codes, segments.labels)
        if not folder.is_dir():
            inputs = {"protocol": split.protocol, "split_seed": split.seed}
            learned, key = _learned(context, dataset, real, segments, inputs)
            _draw(context, folder, learned, key, real, _wish(spec, dataset, real, segments.number))
        if spec["score"]:
            _score(context, folder, real, item_categories(dataset, real))
    return _result(context)


def _learned(context: JobContext, dataset: Dataset, real: RealLog, segments: Partition, split: Mapping[str, Any]) -> tuple[Learned, str]:
    """What was learned of this log in this way, now or before, and its key."""
    spec = context.spec
    groups = hashlib.sha256(np.ascontiguousarray(segments.codes).tobytes()).hexdigest()
    asked = {name: spec[name] for name in ("dataset", "generator", "settings", "seed")}
    inputs = {**asked, **split, "segments": groups}
    key = learned_key(**inputs)
    folder = context.workspace.synthetic_dir / LEARNED / key
    if not folder.is_dir():
        costs = Costs(context.folder)
        costs.begin("fitting")
        listener = FitListener(context, costs)
        listener.stage("fitting")
        generator = fit_generator(spec["generator"], real.shoppers, spec["settings"], seed=spec["seed"], listener=listener)
        listener.check()
        context.progress(FITTING[1], "learning when, what kind and at what price")
        of_shopper = pd.Series(segments.codes, index=dataset.user_ids)
        shoppers = int((real.shoppers.lengths > 0).sum())
        happenings = learn_happenings(
            learnable(dataset, real),
            real.items,
            of_shopper,
            lambda: generator.draw(shoppers, Wish(items=_had(real)), seed=_stream(spec["seed"], SUIT)),
        )
        spent = {"fit_cpu_seconds": costs.cpu_since("fitting"), "fit_seconds": costs.seconds_since("fitting")}
        write_learned(folder, generator, happenings, listener.curves, {**inputs, **spent})
    return open_learned(folder, spec["generator"]), key


@dataclass
class FitListener(Listener):
    """What a fit says, on the job's bar and in its events, as its curves are drawn from; and kept for the set."""

    context: JobContext
    costs: Costs
    curves: list[dict[str, float]] = field(default_factory=list)

    def stage(self, name: str) -> None:
        """Say the stage."""
        self.context.event(type="stage", name=name)
        self.progress(0.0, "learning what goes together")

    def epoch(self, values: Mapping[str, float]) -> None:
        """One point of every curve."""
        self.costs.keep()
        self.curves.append(dict(values))
        self.context.event(type="curve", part="fit", **values)

    def alarm(self, name: str, message: str, epoch: int) -> None:
        """One line of the job's history."""
        self.context.event(type="alarm", part="fit", name=name, message=message, epoch=epoch)

    def progress(self, fraction: float, message: str) -> None:
        """Share of the fit."""
        low, high = FITTING
        self.context.progress(low + (high - low) * min(max(fraction, 0.0), 1.0), message)

    def check(self) -> None:
        """Raises when the job was cancelled."""
        self.context.check_cancelled()


def _draw(context: JobContext, folder: Path, learned: Learned, key: str, real: RealLog, wish: Wish) -> None:
    spec, begun = context.spec, time.process_time()
    context.check_cancelled()
    context.event(type="stage", name="drawing")
    context.progress(DRAWING[0], f"drawing {spec['users']:,} shoppers")
    drawn = learned.generator.draw(spec["users"], wish, seed=_stream(spec["seed"], DRAW))
    sets_cpu = time.process_time() - begun
    context.check_cancelled()
    context.progress(sum(DRAWING) / 2, "giving them days, hours, kinds and prices")
    events = numbered(dress(learned.happenings, drawn, seed=_stream(spec["seed"], DRESS)), real)
    record = SetRecord(
        id=spec["set"],
        run=spec["run"],
        dataset=spec["dataset"],
        generator=spec["generator"],
        step=GENERATED,
        users=int(events["user_id"].nunique()),
        rows=len(events),
        seed=spec["seed"],
        created_at=now(),
        wish={name: spec[name] for name in WISHES},
        settings=spec["settings"],
        why=spec["why"],
    )
    spent = {"draw_cpu_seconds": time.process_time() - begun, "draw_sets_cpu_seconds": sets_cpu}
    costs = {"fit_cpu_seconds": learned.about["fit_cpu_seconds"], **spent, "peak_rss_mb": peak_rss_mb()}
    write_set(folder, record, events, drawn, learned.curves, learned=key, **costs)


def _wish(spec: Mapping[str, Any], dataset: Dataset, real: RealLog, segment: int | None) -> Wish:
    """Only products that somebody has are drawn: the real log knows no others."""
    had = _had(real)
    asked = drawable(dataset, price=spec["price"] and tuple(spec["price"]), category=spec["category"])
    return Wish(
        segment=segment,
        temperature=spec["temperature"],
        tail=spec["tail"],
        activity=spec["activity"] and tuple(spec["activity"]),
        items=had if asked is None else had & asked,
    )


def _had(real: RealLog) -> NDArray[np.bool_]:
    """Which products anybody has, bool [items]."""
    return np.asarray(np.bincount(real.shoppers.sets.indices, minlength=real.shoppers.n_items) > 0)


def _score(context: JobContext, folder: Path, real: RealLog, items: pd.DataFrame | None) -> None:
    from recsys_core.synthesis.scorecard.score import score  # here, for it needs more memory than all before it

    def progress(fraction: float, message: str) -> None:
        context.check_cancelled()
        context.progress(SCORING[0] + (SCORING[1] - SCORING[0]) * fraction, message)

    context.event(type="stage", name="scoring")
    made = open_artifact(folder, kind=KIND)
    card = score(real.rows, made.table(EVENTS).to_pandas(), real.holdout, items, seed=context.spec["seed"], progress=progress)
    write_scorecard(folder / SCORECARD, card, {"set": context.spec["set"], "run": context.spec["run"]})


def _result(context: JobContext) -> dict[str, Any]:
    made = open_set(context.workspace, context.spec["set"])
    record, card, manifest = made.record, made.scorecard, made.artifact.manifest
    return {
        "set": record.id,
        **{name: getattr(record, name) for name in ("run", "dataset", "generator", "why", "users", "rows", "seed")},
        **{name: manifest[name] for name in ("fit_cpu_seconds", "draw_cpu_seconds", "draw_sets_cpu_seconds")},
        "making_peak_rss_mb": manifest["peak_rss_mb"],
        "peak_rss_mb": peak_rss_mb(),
        "verdicts": {} if card is None else {verdict.group: verdict.status for verdict in card.verdicts},
        "export_blocked": card is None or card.export_blocked,
        "fuse_blocked": None if card is None else card.fuse_blocked,
        "collapsed": None if card is None else card.collapsed,
    }


def _stream(seed: int, what: int) -> int:
    """A seed of its own for each use."""
    return int(np.random.SeedSequence([seed, what]).generate_state(1)[0])
