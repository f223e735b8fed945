"""Damaged files are taken in or refused in a sentence: no crash, no hang, nothing left behind, memory bounded.

1,000 files here; `make fuzz` takes 10,000 (AISLE_FUZZ_FILES). A failing file comes again by its number:
`python -m tests.fuzz.intake 123 124`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = int(os.environ.get("AISLE_FUZZ_FILES") or 1_000)
BATCH = 250
MOST_MEGABYTES = 1_500  # the engine may take 1 GB; these files need a fraction of that


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("first", range(0, FILES, BATCH))
def test_mutated_files_are_taken_in_or_refused(first: int, tmp_path: Path) -> None:
    last = min(first + BATCH, FILES)
    command = [sys.executable, "-m", "tests.fuzz.intake", str(first), str(last)]
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    said = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    broken = [f"file {each['seed']}: {each['wrong']}" for each in said if "wrong" in each]
    assert done.returncode == 0, f"the process died at file {said[-1]['seed']}:\n{done.stderr[-3000:]}"
    assert not broken, "\n".join(broken)
    figures = said[-1]
    sys.stdout.write(json.dumps({"files": f"{first} to {last - 1}", **figures}) + "\n")  # shown by `make fuzz`
    assert sum(figures["counts"].values()) == last - first
    assert figures["peak_rss_mb"] < MOST_MEGABYTES
    assert not list(tmp_path.iterdir()), "temporary files were left"
