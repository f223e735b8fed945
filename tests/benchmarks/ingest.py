"""Intake at scale: `python tests/benchmarks/ingest.py --rows 20000000 --json` makes a log with planted faults, takes it in, and checks.

The log and everything made from it is in a scratch folder (--keep DIR: there, and left there). Each contender runs in a process of its
own, and this one imports nothing large: a child's peak memory is counted from its parent's size on.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EVERY_KIND = "view,cart,purchase"  # all rows count: the largest matrices that this log can give


def measured(words: Sequence[str], env: dict[str, str] | None = None) -> tuple[dict[str, float], str]:
    """CPU seconds (user + system), wall seconds and peak MB of a command with all it started, and what it said on stdout."""
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        actions = [(os.POSIX_SPAWN_DUP2, said.fileno(), 1)]
        child = os.posix_spawn(words[0], list(words), {**os.environ, **(env or {})}, file_actions=actions)
        _, status, used = os.wait4(child, 0)
        wall = time.perf_counter() - started
        said.seek(0)
        text = said.read().decode("utf-8")
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"{' '.join(map(str, words))}: exit {os.waitstatus_to_exitcode(status)}\n{text[-2000:]}")
    figures = {"cpu_seconds": used.ru_utime + used.ru_stime, "wall_seconds": wall, "peak_rss_mb": used.ru_maxrss / 1024}
    return {name: round(value, 1) for name, value in figures.items()}, text


def made_log(folder: Path, rows: int) -> tuple[Path, dict[str, Any]]:
    """The log and the truth about it, made unless they are there: the truth is written last."""
    log = folder / f"log-{rows}.csv"
    truth = log.with_suffix(".json")
    if not truth.exists():
        measured([sys.executable, str(HERE / "faulty_log.py"), str(log), "--rows", str(rows)])
    return log, json.loads(truth.read_text(encoding="utf-8"))


def wrong_counts(truth: dict[str, Any], result: dict[str, Any], pairs: int) -> list[str]:
    """Where the intake's counts differ from what was planted, one line each; none if it is exact."""
    by_faults = {frozenset(faults.split(" + ")) - {""}: rows for faults, rows in truth["by_faults"].items()}
    expected: dict[str, Any] = {name: truth[of] for name, of in {"rows_read": "rows", "rows_kept": "kept", "users": "users"}.items()}
    expected |= {"items": truth["items"], "pairs": truth["pairs"]}
    found: dict[str, Any] = {**{name: result[name] for name in ("rows_read", "rows_kept", "users", "items")}, "pairs": pairs}
    blamed: set[str] = set()
    for reason in result["reasons"]:
        name = reason["name"]
        expected[f"{name}, matched"] = sum(rows for faults, rows in by_faults.items() if name in faults)
        expected[f"{name}, dropped"] = sum(rows for faults, rows in by_faults.items() if name in faults and not faults & blamed)
        found |= {f"{name}, {what}": reason[what] for what in ("matched", "dropped")}
        blamed.add(name)
    planted = set().union(*by_faults)
    differing = [f"{name}: {found[name]:,} instead of {expected[name]:,}" for name in expected if found[name] != expected[name]]
    return [*differing, *(f"{name}: no such reason" for name in sorted(planted - blamed))]


def run(folder: Path, rows: int, yardsticks: Sequence[str]) -> dict[str, Any]:
    """Make the log in `folder`, take it in, run the bare scripts; what `--json` prints.

    cpu_seconds and cpu_ratio are of intake, its start included: all that the bare scripts do, and naming, summing up and checksums.
    peak_rss_mb is of the whole command, which goes on to look for groups of products and shoppers.
    """
    log, truth = made_log(folder, rows)
    with tempfile.TemporaryDirectory(dir=folder, prefix="home-") as home:
        note = Path(home) / "intake.json"
        words = [sys.executable, str(HERE / "taken_in.py"), str(note), "ingest", str(log), "--positive", EVERY_KIND, "--json"]
        command, said = measured(words, {"AISLE_HOME": home, "PYTHONPATH": str(ROOT)})
        figures = json.loads(note.read_text(encoding="utf-8"))
        result = json.loads(said)
        manifest = json.loads((Path(home) / "datasets" / result["dataset"] / "manifest.json").read_text(encoding="utf-8"))
    wrong = wrong_counts(truth, result, manifest["n_pairs"])
    others = {name: _yardstick(name, log, folder) for name in yardsticks if importlib.util.find_spec(name)}
    best = min((each["cpu_seconds"] for each in others.values()), default=None)
    return {
        "rows": rows,
        "faults_exact": not wrong,
        "wrong": wrong,
        "rows_kept": result["rows_kept"],
        "pairs": manifest["n_pairs"],
        **figures,
        "peak_rss_mb": command["peak_rss_mb"],
        "intake_peak_rss_mb": figures["peak_rss_mb"],
        "command_cpu_seconds": command["cpu_seconds"],
        "command_wall_seconds": command["wall_seconds"],
        "cpu_ratio": round(figures["cpu_seconds"] / best, 2) if best else None,
        "yardsticks": others,
        "dataset": result["dataset"],
    }


def _yardstick(name: str, log: Path, folder: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=folder, prefix=f"{name}-") as out:
        figures, said = measured([sys.executable, str(HERE / "yardsticks.py"), name, str(log), out])
    return {**figures, "counts": json.loads(said)}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=20_000_000)
    options.add_argument("--json", action="store_true", help="one JSON document and nothing else")
    options.add_argument("--keep", type=Path, metavar="DIR", help="make the log in DIR and leave it there for the next time")
    options.add_argument("--yardsticks", default="polars,duckdb", help="bare scripts to compare with, by comma; '' for none")
    given = options.parse_args()
    wanted = [name for name in given.yardsticks.split(",") if name]
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
        found = run(given.keep, given.rows, wanted)
    else:
        with tempfile.TemporaryDirectory(prefix="aisle-ingest-") as folder:
            found = run(Path(folder), given.rows, wanted)
    if given.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(f"{name:14} {value}" for name, value in found.items()) + "\n")
    sys.exit(0 if found["faults_exact"] else 1)


if __name__ == "__main__":
    main()
