"""Wait for an outcome, never for a time: look again and again until it is there, or fail saying what was last seen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Outcome = TypeVar("Outcome")


def until(look: Callable[[], Outcome], *, seconds: float = 30.0, every: float = 0.02) -> Outcome:
    """The first true value that `look` gives. Raises AssertionError after `seconds` without one."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        outcome = look()
        if outcome:
            return outcome
        assert time.monotonic() < deadline, f"still {outcome!r} after {seconds:.0f} s"
        pause.wait(every)
