"""Whether the process that started something still lives, told apart from a later one that was given the same number."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def host_name() -> str:
    """This machine, as far as process numbers go: the host, and on Linux its pid namespace (each container counts its own)."""
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        namespace = ""
    return f"{socket.gethostname()} {namespace}".strip()


def process_mark(pid: int) -> str | None:
    """What tells process `pid` of this host from an earlier or later one of that number: its start time. None: gone, or a zombie.

    On Linux it is counted in ticks since boot, which no change of the clock can move; elsewhere it is psutil's create time.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None if Path("/proc/self/stat").exists() else _mark_from_psutil(pid)
    fields = stat.rpartition(")")[2].split()  # the name before it may hold spaces and brackets
    state, start_ticks = fields[0], fields[19]
    return None if state in "ZXx" else f"ticks {start_ticks}"


def is_alive(pid: int, mark: str) -> bool:
    """True while the very process that had this number and mark runs on this host."""
    return process_mark(pid) == mark


def own_mark() -> str:
    """The mark of this process."""
    mark = process_mark(os.getpid())
    if mark is None:
        raise RuntimeError("this process cannot see itself")
    return mark


def _mark_from_psutil(pid: int) -> str | None:
    import psutil

    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else f"epoch {process.create_time():.2f}"
    except psutil.Error:
        return None
