"""A process is told from a dead one, from a zombie, and from another of the same number."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from recsys_core.storage.processes import _mark_from_psutil, is_alive, own_mark, process_mark

NO_PROCESS = 2**22 + 1  # above Linux's highest


@pytest.mark.parametrize("mark_of", [process_mark, _mark_from_psutil])
def test_the_dead_have_no_mark(mark_of: Callable[[int], str | None]) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert mark_of(child.pid) == mark_of(child.pid) is not None
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert mark_of(child.pid) is None, "a zombie"
    child.communicate()
    assert mark_of(NO_PROCESS) is None


def test_a_process_lives_under_its_own_mark_only() -> None:
    assert is_alive(os.getpid(), own_mark())
    assert not is_alive(os.getpid(), "ticks 1")
