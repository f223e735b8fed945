"""The scorecard job: score a synthetic log, and keep the card as a sealed folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from recsys_core.jobs.context import JobContext
from recsys_core.jobs.scorecard_spec import FOLDER
from recsys_core.jobs.work.costs import peak_rss_mb
from recsys_core.storage.artifacts import file_sha256
from recsys_core.synthesis.scorecard.reading import read_items, read_log
from recsys_core.synthesis.scorecard.score import score
from recsys_core.synthesis.scorecard.store import write_scorecard


def work(context: JobContext) -> dict[str, Any]:
    """Score what the spec (of `scorecard_spec`) names. Returns where the card is, and its verdicts in short."""
    spec = context.spec
    files = {name: Path(spec[name]) for name in ("real", "synthetic", "holdout", "items") if spec.get(name)}
    logs = {name: (read_items if name == "items" else read_log)(path) for name, path in files.items()}

    def progress(fraction: float, message: str) -> None:
        context.check_cancelled()
        context.progress(fraction, message)

    card = score(logs["real"], logs["synthetic"], logs.get("holdout"), logs.get("items"), seed=int(spec.get("seed", 0)), progress=progress)
    folder = Path(spec["out"]) if spec.get("out") else context.folder / FOLDER
    inputs = {name: {"file": path.name, "sha256": file_sha256(path) if path.is_file() else None} for name, path in files.items()}
    write_scorecard(folder, card, inputs)
    return {
        "scorecard": str(folder),
        "verdicts": {verdict.group: verdict.status for verdict in card.verdicts},
        "export_blocked": card.export_blocked,
        "fuse_blocked": card.fuse_blocked,
        "collapsed": card.collapsed,
        "peak_rss_mb": peak_rss_mb(),
    }
