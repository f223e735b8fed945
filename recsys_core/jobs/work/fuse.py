"""The fuse job: real rows and synthetic shoppers become a dataset of its own, profiled anew, and what that moved is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from recsys_core.data.dataset import Dataset
from recsys_core.data.recipe import apply, read_recipe
from recsys_core.data.request import IngestRequest
from recsys_core.data.splits import make_split
from recsys_core.errors import NotFoundError, UserError
from recsys_core.jobs.context import JobContext
from recsys_core.jobs.fuse_spec import RARE, WEAKEST
from recsys_core.jobs.work.costs import peak_rss_mb
from recsys_core.jobs.work.ingest import take_in
from recsys_core.jobs.work.train import open_dataset
from recsys_core.models.runs import Run
from recsys_core.profiles.segments import load_segments
from recsys_core.storage.atomic import new_file
from recsys_core.synthesis.fusion.measuring import measure_shift
from recsys_core.synthesis.fusion.mixing import (
    PROVENANCE,
    REAL,
    SPLIT,
    as_log,
    attribute_table,
    choose_shoppers,
    fuse_rows,
    rare_items,
    real_part,
)
from recsys_core.synthesis.fusion.shift import FOLDER, write_shift
from recsys_core.synthesis.scorecard.card import UTILITY
from recsys_core.synthesis.store import SyntheticSet, open_set

WEAK_BY = "ndcg@10"


def work(context: JobContext) -> dict[str, Any]:
    """Fuse what the spec (of `fuse_spec`) names. Raises UserError where the scorecard says no and no reason is given."""
    spec, workspace = context.spec, context.workspace
    made = open_set(workspace, spec["set"])
    _check(made, spec["reason"])
    context.progress(0.0, "reading both logs")
    dataset = open_dataset(workspace, made.record.dataset)
    run = Run.open(workspace.run_dir(workspace.registry.run(made.record.run).id))
    split = make_split(dataset, str(run.manifest["protocol"]), int(run.manifest["seed"]))
    real = real_part(dataset, split)
    most = None if spec["ratio"] is None else round(float(spec["ratio"]) * dataset.n_users)
    shoppers = choose_shoppers(
        made.drawn,
        most=most,
        segments=_segments(dataset, run, spec["segments"], made),
        items=_items(dataset, spec["items"]),
        seed=int(spec["seed"]),
    )
    both = fuse_rows(real, made.events, shoppers, weight=float(spec["weight"]), label=made.record.id)
    log = context.folder / "fused.parquet"
    _write(log, as_log(dataset, both))
    name = spec["name"] or f"{dataset.name} + {len(shoppers):,} synthetic shoppers"
    result = take_in(context, _request(context, dataset, log, name))
    after = Dataset.open(workspace.dataset_dir(result["dataset"]))
    shift = measure_shift(dataset, after, synthetic=len(shoppers))
    folder = made.folder / f"{FOLDER}{after.id[:8]}"
    write_shift(folder, shift, {"set": made.record.id, "run": run.id, "dataset": after.id, "spec": dict(spec), "reason": spec["reason"]})
    rows = {"rows": len(both), "real_rows": int((both[PROVENANCE] == REAL).sum())}
    numbers = {key: getattr(shift, key) for key in ("real_shoppers", "synthetic_shoppers", "segment_rand", "cluster_rand")}
    told = {"sentences": list(shift.sentences), "reason": spec["reason"], "peak_rss_mb": peak_rss_mb()}
    return {
        "dataset": after.id,
        "name": after.name,
        "set": made.record.id,
        "shift": str(folder),
        "log": str(log),
        **numbers,
        **rows,
        **told,
    }


def _check(made: SyntheticSet, reason: str | None) -> None:
    card = made.scorecard
    if card is not None and card.fuse_blocked and not reason:
        raise UserError(
            f"The set '{made.record.id}' is not fused. {card.verdict(UTILITY).words}",
            "Make or filter another one, or say why to go on with --reason; it is kept.",
        )


def _request(context: JobContext, dataset: Dataset, log: Path, name: str) -> IngestRequest:
    """Taken in as the real log was, but for its rules: its rows went through them already."""
    tables = {}
    for side in ("items", "users"):
        table = attribute_table(dataset, side)
        if table is not None:
            tables[side] = str(context.folder / f"{side}.parquet")
            _write(Path(tables[side]), table)
    column = dict(dataset.roles).get(SPLIT, SPLIT)
    request = IngestRequest(log=str(log), name=name, rules="none", roles={SPLIT: column}, **tables)  # type: ignore[arg-type]
    return apply(read_recipe(dataset.folder), request)


def _segments(dataset: Dataset, run: Run, names: list[str], made: SyntheticSet) -> list[int]:
    """Their numbers. WEAKEST: the one whose shoppers' later purchases the run finds worst.

    A set of one segment drawn on a map knows no others: its shoppers were told from everybody else's alone.
    """
    alone = made.record.wish.get("segment")
    if isinstance(alone, str):
        others = [name for name in names if name.strip().casefold() != alone.casefold()]
        if others:
            raise NotFoundError(f"The set holds shoppers of '{alone}', and nobody of '{others[0]}'.", "Leave the segments out.")
        return [0] if names else []
    labels, found = load_segments(dataset).labels, []
    for name in names:
        by_name = [number for number, label in enumerate(labels) if label.lower() == name.strip().lower()]
        if name == WEAKEST:
            found.append(_weakest(dataset, run))
        elif by_name or (name.isdecimal() and int(name) < len(labels)):
            found.append(by_name[0] if by_name else int(name))
        else:
            raise NotFoundError(f"There is no segment '{name}'.", f"There are: {', '.join(labels) or 'none yet'}; or {WEAKEST}.")
    return found


def _weakest(dataset: Dataset, run: Run) -> int:
    codes = load_segments(dataset).codes
    users, names, values = run.per_user("test")
    column, of = values[:, names.index(WEAK_BY)], codes[users]
    means = {int(code): float(column[of == code].mean()) for code in np.unique(of) if code >= 0}
    if not means:
        raise NotFoundError("Nobody knows which segment is the weakest.", "Name the segments, or use a run whose split tests shoppers.")
    return min(means, key=lambda code: means[code])


def _items(dataset: Dataset, ids: list[str]) -> list[int]:
    return [number for id in ids for number in (rare_items(dataset).tolist() if id == RARE else [dataset.item_index(id)])]


def _write(path: Path, frame: pd.DataFrame) -> None:
    with new_file(path) as file:
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), file, compression="zstd")
