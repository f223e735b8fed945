"""The command line with the tests' kind of work in it: `python -m tests.faults.launcher ...`. Its workers are started through it too."""

from __future__ import annotations

import signal
import sys

from recsys_core.cli.app import main
from recsys_core.jobs import executor, work

COMMAND = (sys.executable, "-m", "tests.faults.launcher")
KINDS = {"scripted": "tests.faults.scripted_work"}

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what runs in its background deaf to Ctrl-C
    executor.COMMAND = COMMAND
    work.KINDS = KINDS
    sys.exit(main(sys.argv[1:]))
