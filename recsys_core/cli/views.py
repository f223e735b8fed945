"""Records as JSON for programs and as tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from recsys_core.cli.output import columns, count, duration, facts, figure, moment, size
from recsys_core.storage.json_text import plain

if TYPE_CHECKING:
    from rich.console import RenderableType

    from recsys_core.storage.records import DatasetRecord, JobRecord, RunRecord

LEAGUE_FIGURES = ("ndcg@10", "recall@10", "ndcg@100")
HOLDER_COLUMNS = ("claim", "host", "pid_mark")  # between jobs and their workers


def job_json(record: JobRecord) -> dict[str, Any]:
    """A job without the columns by which workers hold it."""
    return {name: value for name, value in plain(record).items() if name not in HOLDER_COLUMNS}


def datasets_table(records: Sequence[DatasetRecord]) -> RenderableType:
    """One line a dataset."""
    rows = [(r.id, r.name, count(r.rows), count(r.users), count(r.items), r.origin, moment(r.created_at)) for r in records]
    titles = ("dataset", "name", "rows", "shoppers", "products", "origin", "made")
    return (
        columns(titles, rows, right=titles[2:5])
        if rows
        else "There is no dataset yet. Begin with `python -m recsys_core demo` or `ingest`."
    )


def runs_table(records: Sequence[RunRecord]) -> RenderableType:
    """One line a run, with its test figures (validation where nothing was tested)."""
    rows = [
        (r.id, r.model, r.dataset_id[:12], r.protocol, str(r.seed), *_figures(r), duration(r.seconds), moment(r.created_at))
        for r in records
    ]
    titles = ("run", "model", "dataset", "protocol", "seed", *LEAGUE_FIGURES, "fitted in", "made")
    return columns(titles, rows, right=titles[4:9]) if rows else "There is no run yet. Train one with `python -m recsys_core train`."


def jobs_table(records: Sequence[JobRecord]) -> RenderableType:
    """One line a job."""
    rows = [(r.id, r.kind, r.title, r.state, f"{r.progress:.0%}", _message(r), moment(r.created_at)) for r in records]
    titles = ("job", "kind", "title", "state", "progress", "says", "made")
    return columns(titles, rows, right=("progress",)) if rows else "There is no job yet."


def job_facts(record: JobRecord) -> RenderableType:
    """Everything about one job."""
    return facts(
        {
            "job": record.id,
            "kind": record.kind,
            "title": record.title,
            "state": record.state,
            "progress": f"{record.progress:.0%}",
            "says": _message(record),
            "attempt": record.attempt,
            "made": record.created_at,
            "started": record.started_at,
            "finished": record.finished_at,
            "spec": record.spec,
            "result": record.result,
        }
    )


def run_facts(record: RunRecord, n_bytes: int) -> RenderableType:
    """Everything about one run, its figures with their intervals in a table of their own."""
    from rich.console import Group

    words = {name: value for name, value in vars(record).items() if name not in ("metrics", "seconds", "seed")}
    about = facts({**words, "seed": str(record.seed), "fitted in": duration(record.seconds), "on disk": size(n_bytes)})
    rows = [
        (part, name, figure(entry.get("value")), f"{figure(entry.get('low'))} to {figure(entry.get('high'))}")
        for part, figures in record.metrics.items()
        for name, entry in figures.items()
    ]
    return Group(about, columns(("part", "figure", "value", "95 % interval"), rows, right=("value",))) if rows else about


def _message(record: JobRecord) -> str:
    return f"{record.error['message']} {record.error['hint']}".strip() if record.error else record.message


def _figures(record: RunRecord) -> list[str]:
    part = record.metrics.get("test") or record.metrics.get("validation") or {}
    return [figure(part.get(name, {}).get("value")) for name in LEAGUE_FIGURES]
