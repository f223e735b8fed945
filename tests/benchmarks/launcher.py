"""Runs Streamlit's command line in this process and, on SIGUSR1, writes the names of the loaded modules to $AISLE_MODULES_FILE."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from streamlit.web.cli import main


def report(_signal: int, _frame: FrameType | None) -> None:
    """Top-level names of everything this server has imported; renamed into place, so that a reader never sees half of it."""
    target = Path(os.environ["AISLE_MODULES_FILE"])
    draft = target.with_suffix(".draft")
    draft.write_text(json.dumps(sorted({name.split(".")[0] for name in list(sys.modules)})), encoding="utf-8")
    draft.replace(target)


signal.signal(signal.SIGUSR1, report)
sys.exit(main(prog_name="streamlit"))
