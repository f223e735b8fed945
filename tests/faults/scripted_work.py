"""A kind of work whose course a test decides: steps that wait for the test's word, a checkpoint after each, and the ending asked for.

spec: steps (int), gated (each step waits for a file `go-<step>`), stubborn (does not look for a cancel), ending
("done", "user error", "bug", "ctrl-c", "no json").
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from recsys_core.errors import InputError
from recsys_core.jobs.context import JobContext
from recsys_core.storage.atomic import write_text

CHECKPOINT = "checkpoint"


def work(context: JobContext) -> dict[str, Any]:
    """Take the steps that no earlier attempt took."""
    steps = int(context.spec.get("steps", 1))
    done = _checkpoint(context.folder)
    for step in range(done, steps):
        _wait_for_word(context, step)
        context.event(type="curve", epoch=step, loss=1.0 / (step + 1))
        context.progress((step + 1) / steps, f"Step {step + 1} of {steps}")
        write_text(context.folder / CHECKPOINT, str(step + 1))
    match context.spec.get("ending", "done"):
        case "user error":
            raise InputError("The scripted file has no rows.", "Give one that has.")
        case "bug":
            raise ZeroDivisionError("a scripted bug")
        case "ctrl-c":
            raise KeyboardInterrupt
        case "no json":
            return {"result": object()}
    return {"steps": steps, "from": done, "resumed": context.resumed}


def _wait_for_word(context: JobContext, step: int) -> None:
    pause = threading.Event()
    while context.spec.get("gated") and not (context.folder / f"go-{step}").exists():
        if not context.spec.get("stubborn"):
            context.check_cancelled()
        pause.wait(0.01)


def _checkpoint(folder: Path) -> int:
    return int((folder / CHECKPOINT).read_text()) if (folder / CHECKPOINT).exists() else 0
