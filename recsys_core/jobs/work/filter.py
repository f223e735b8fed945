"""The filter job: mark a synthetic set's shoppers, measure the slider, and with a share to keep make and score the set of who stays."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import make_split
from recsys_core.errors import CorruptArtifactError
from recsys_core.jobs.context import JobContext
from recsys_core.jobs.synthesize_spec import drawable, partition
from recsys_core.jobs.work.costs import peak_rss_mb
from recsys_core.jobs.work.train import open_dataset
from recsys_core.models.runs import Run
from recsys_core.profiles.segments import load_segments
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.filtering.keeping import kept_shoppers
from recsys_core.synthesis.filtering.marking import filter_shoppers
from recsys_core.synthesis.filtering.marks import NATURAL
from recsys_core.synthesis.filtering.store import Filtering, has_filtering, open_filtering, write_filtering
from recsys_core.synthesis.real_log import RealLog, item_categories, real_log
from recsys_core.synthesis.scorecard.store import write_scorecard
from recsys_core.synthesis.store import FILTERED, FILTERING, SCORECARD, SetRecord, SyntheticSet, now, open_set, write_set

MARKING, SCORING = (0.05, 0.6), (0.6, 1.0)
FEWEST_LIKE = 40  # real shoppers whom a wish describes: fewer make no critic


def work(context: JobContext) -> dict[str, Any]:
    """Do what the spec (of `filter_spec`) asks for; the result is what `filter --json` prints. Marks made before are used again."""
    spec, workspace, begun = context.spec, context.workspace, time.perf_counter()
    made = open_set(workspace, spec["set"])
    source = _Source(workspace, made.record)
    found = _known(made, spec["seed"])
    if found is None:
        context.progress(0.0, "reading the log")
        like = wished(made.record.wish, source.dataset, source.real)
        found = filter_shoppers(source.real, made.drawn, made.events, like=like, seed=spec["seed"], progress=_within(context, MARKING))
        write_filtering(made.folder / FILTERING, found, {"set": made.record.id, "run": made.record.run})
    keep = found.natural if spec["keep"] in (None, NATURAL) else float(spec["keep"])
    if spec["made"] is not None:
        _make(context, made, source, found, keep)
    return _result(context, made, found, keep) | {"seconds": time.perf_counter() - begun, "peak_rss_mb": peak_rss_mb()}


class _Source:
    """The real log that a set was learned from, read when it is needed."""

    def __init__(self, workspace: Workspace, record: SetRecord) -> None:
        self.dataset = open_dataset(workspace, record.dataset)
        self._run = Run.open(workspace.run_dir(workspace.registry.run(record.run).id))
        self._real: RealLog | None = None

    @property
    def real(self) -> RealLog:
        """The log less what the run is tested by."""
        if self._real is None:
            split = make_split(self.dataset, str(self._run.manifest["protocol"]), int(self._run.manifest["seed"]))
            segments = load_segments(self.dataset)
            self._real = real_log(self.dataset, split, segments.codes, segments.labels)
        return self._real


def wished(wish: Mapping[str, Any], dataset: Dataset, real: RealLog) -> sparse.csr_matrix | None:
    """The real shoppers whom a draw's wish describes, of the products it may take: csr of ones, no empty rows.

    None where all are described, or fewer than 40.
    """
    segment, activity = wish.get("segment"), wish.get("activity")
    price = wish.get("price")
    may = drawable(dataset, price=price and (float(price[0]), float(price[1])), category=wish.get("category"))
    if segment is None and activity is None and may is None:
        return None
    groups = partition(dataset, segment)
    sets = real.shoppers.sets if segment is None else real.shoppers.sets[np.flatnonzero(groups.codes == groups.number)]
    if may is not None:
        sets = (sets @ sparse.diags(may.astype(np.float32))).tocsr()
        sets.eliminate_zeros()
    least, most = activity or (1, sets.shape[1])
    products = np.diff(sets.indptr)
    found = sets[np.flatnonzero((products >= max(least, 1)) & (products <= most))]
    found.sort_indices()
    return found if found.shape[0] >= FEWEST_LIKE else None


def _known(made: SyntheticSet, seed: int) -> Filtering | None:
    """What was found before with this seed."""
    if not has_filtering(made):
        return None
    try:
        found = open_filtering(made)
    except CorruptArtifactError:
        return None
    return found if found.seed == seed else None


def _make(context: JobContext, made: SyntheticSet, source: _Source, found: Filtering, keep: float) -> None:
    """The set of those that stay, and its scorecard, each unless it is there."""
    from recsys_core.synthesis.scorecard.score import score

    folder, parent = context.workspace.synthetic_dir / context.spec["made"], made.record
    chosen = found.kept(keep)
    if not folder.is_dir():
        events, drawn = kept_shoppers(made.events, made.drawn, chosen)
        record = replace(
            parent,
            id=context.spec["made"],
            step=FILTERED,
            users=int(events["user_id"].nunique()),
            rows=len(events),
            created_at=now(),
            parent=parent.id,
            wish={**parent.wish, "keep": keep},
        )
        filtered = {"keep": keep, "of": parent.users, "dropped": [each.told() for each in found.dropped(keep)], "seed": found.seed}
        write_set(folder, record, events, drawn, made.curves, learned=made.artifact.manifest.get("learned"), filter=filtered)
    if not (folder / SCORECARD).is_dir():
        real, items = source.real, item_categories(source.dataset, source.real)
        events = open_set(context.workspace, context.spec["made"]).events
        card = score(real.rows, events, real.holdout, items, seed=parent.seed, progress=_within(context, SCORING))
        write_scorecard(folder / SCORECARD, card, {"set": context.spec["made"], "run": parent.run})


def _within(context: JobContext, span: tuple[float, float]) -> Any:
    """A part's progress on the job's bar."""

    def progress(fraction: float, message: str) -> None:
        context.check_cancelled()
        context.progress(span[0] + (span[1] - span[0]) * fraction, message)

    return progress


def _result(context: JobContext, made: SyntheticSet, found: Filtering, keep: float) -> dict[str, Any]:
    id = context.spec["made"]
    card = None if id is None else open_set(context.workspace, id).scorecard
    return {
        "set": made.record.id,
        "made": id,
        "shoppers": len(found.marks),
        "keep": keep,
        "natural": found.natural,
        "kept": int(np.count_nonzero(found.kept(keep))),
        "dropped": [each.told() for each in found.dropped(keep)],
        **found.to_json(),
        "verdicts": {} if card is None else {verdict.group: verdict.status for verdict in card.verdicts},
        "export_blocked": None if card is None else card.export_blocked,
    }
