"""Measure and rewrite the tables of docs/benchmarks.md between their markers: `make benchmark`. Nothing in them is typed by hand."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
MODELS = ("popularity", "ease", "mult-vae")


def timed(home: Path, *words: str) -> tuple[float, Any]:
    """Wall seconds of a command, its start included, and what it said."""
    started = time.perf_counter()
    env = {**os.environ, "AISLE_HOME": str(home)}
    done = subprocess.run([sys.executable, "-m", "recsys_core", *words, "--json"], cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(words)}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return time.perf_counter() - started, json.loads(done.stdout)


def table(titles: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """A Markdown table."""
    return "\n".join(f"| {' | '.join(str(cell) for cell in row)} |" for row in (titles, ("---",) * len(titles), *rows))


def interval(row: dict[str, float]) -> str:
    """Value and half width of a 95 % interval."""
    return f"{row['value']:.4f} ± {(row['high'] - row['low']) / 2:.4f}"


def library(home: Path) -> dict[str, str]:
    """Training, lists and maps on the demo log, through the command line."""
    seconds, demo = timed(home, "demo")
    steps: list[tuple[object, ...]] = [("`demo`: the shipped log and its arrays", f"{seconds:.1f}")]
    trained = []
    for model in MODELS:
        _, result = timed(home, "train", demo["dataset"], "--model", model, "--refit")
        test = result["intervals"]["test"]
        figures = (f"{result['fit_seconds']:.1f}", f"{result['cpu_seconds']:.1f}", f"{result['peak_rss_mb']:.0f}")
        trained.append((model, interval(test["ndcg@10"]), interval(test["recall@20"]), *figures))
        if model == "mult-vae":
            for variety in ("0", "50"):
                seconds, lists = timed(
                    home, "recommend", result["run"], "--k", "20", "--all", "--variety", variety, "--out", str(home / "lists.parquet")
                )
                steps.append((f"`recommend --all --k 20 --variety {variety}`, {lists['users']:,} shoppers", f"{seconds:.1f}"))
            for method in ("pca", "umap"):
                seconds, _ = timed(
                    home, "project", result["run"], "--what", "items", "--method", method, "--out", str(home / "map.parquet")
                )
                steps.append((f"`project --what items --method {method}`", f"{seconds:.1f}"))
    titles = ("model", "NDCG@10", "recall@20", "fit, s", "CPU, s", "peak memory, MB")
    return {"models": table(titles, trained), "commands": table(("command", "wall time, s"), steps)}


def live() -> dict[str, str]:
    """The running app, by `live.py`."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests/benchmarks/live.py"), "--json"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    figures = json.loads(done.stdout)
    aims = {
        "slider_ms_median": 120,
        "server_cpu_ms": 25,
        "server_rss_mb": 400,
        "heavy_modules": "none",
        "first_content_s": 4,
        "page_switch_ms": 600,
    }
    rows = [(f"`{name}`", figures[name] or "none", aim) for name, aim in aims.items()]
    return {"live": table(("figure", "measured", "aim (at most)"), rows)}


def machine() -> dict[str, str]:
    """What it was measured on."""
    memory = psutil.virtual_memory().total / 2**30
    python = f"Python {platform.python_version()}, {platform.system()}"
    return {"machine": f"{date.today()}, {os.cpu_count()} cores, {memory:.0f} GiB, {python}."}


def main() -> None:
    """Measure, then rewrite each marked part; nothing is written where a measurement failed."""
    with tempfile.TemporaryDirectory() as folder:
        parts = machine() | library(Path(folder) / "home") | live()
    text = PAGE.read_text(encoding="utf-8")
    for name, content in parts.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        head, rest = text.split(begin)
        text = f"{head}{begin}\n{content}\n{end}{rest.split(end)[1]}"
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
