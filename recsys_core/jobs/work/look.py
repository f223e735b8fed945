"""The look job: what a log seems to be, before anything is made of it. The upload stays; nothing else is left behind."""

from __future__ import annotations

import shutil
from typing import Any

from recsys_core.data.look import look
from recsys_core.data.request import IngestRequest
from recsys_core.jobs.context import JobContext
from recsys_core.storage.atomic import temporary_sibling


def work(context: JobContext) -> dict[str, Any]:
    """Look at the log that the spec (an IngestRequest as JSON) names. Returns the Look as JSON."""

    def progress(fraction: float, message: str) -> None:
        context.check_cancelled()
        context.progress(fraction, message)

    context.workspace.datasets_dir.mkdir(parents=True, exist_ok=True)
    scratch = temporary_sibling(context.workspace.datasets_dir / "look")  # a name that is swept if this process dies
    scratch.mkdir()
    try:
        return look(IngestRequest.from_json(context.spec), scratch, progress).to_json()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
