"""The intake benchmark, on a log small enough for every day: what was planted is what intake says it dropped."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.ingest import wrong_counts

pytestmark = pytest.mark.unit
BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "ingest.py"


def test_every_planted_fault_is_counted_exactly(tmp_path: Path) -> None:
    # As a process of its own: a child's peak memory begins at its parent's, and a test run's is large.
    words = [sys.executable, BENCHMARK, "--rows", "200000", "--keep", tmp_path, "--yardsticks", "duckdb", "--json"]
    found = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    assert found["wrong"] == []
    assert found["faults_exact"]
    assert found["peak_rss_mb"] < 1000
    counts = found["yardsticks"]["duckdb"]["counts"]
    assert (counts["kept"], counts["pairs"]) == (found["rows_kept"], found["pairs"])  # a bare script, which shares no code with intake


def test_a_count_that_is_off_by_one_is_told() -> None:
    truth = {"rows": 10, "kept": 7, "users": 2, "items": 3, "pairs": 6, "by_faults": {"": 7, "a": 1, "a + b": 1, "b": 1}}
    result = {"rows_read": 10, "rows_kept": 7, "users": 2, "items": 3}
    right = [{"name": "a", "matched": 2, "dropped": 2}, {"name": "b", "matched": 2, "dropped": 1}]
    assert wrong_counts(truth, {**result, "reasons": right}, pairs=6) == []
    wrong = [{"name": "a", "matched": 2, "dropped": 1}]
    assert wrong_counts(truth, {**result, "reasons": wrong}, pairs=5) == [
        "pairs: 5 instead of 6",
        "a, dropped: 1 instead of 2",
        "b: no such reason",
    ]
