"""Many shoppers a block at a time: what is made on the way stays small, and blocks run on the threads that all of a process share."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

BLOCK = 2048  # shoppers


def in_blocks(work: Callable[[int, int], None], length: int, *, threads: int = 1, block: int = BLOCK) -> None:
    """Call work(start, stop) for every block of 0 .. length; blocks must not meet in what they write. `work` must not call this itself."""
    starts = range(0, length, block)

    def one(start: int) -> None:
        work(start, min(start + block, length))

    if threads <= 1 or len(starts) < 2:
        for start in starts:
            one(start)
    else:
        list(_executor(threads).map(one, starts))


@cache
def _executor(threads: int) -> ThreadPoolExecutor:
    """One for all sessions of a process: two who ask at once share the cores instead of fighting for them."""
    return ThreadPoolExecutor(threads, thread_name_prefix="aisle-ranking")
