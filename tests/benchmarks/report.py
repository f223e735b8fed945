"""Measure and rewrite the tables of docs/benchmarks.md between their markers: `make benchmark`. Nothing in them is typed by hand.

    python tests/benchmarks/report.py
        [--parts machine,app,studio,steering,map,demo,commands,ranking,projection,training,peers,synthetic,ablation,papers]
        [--models ease,...]
                                      [--rows FILE ...]

Parts that need ../shared are left as they are where it is missing. `papers` takes hours; --rows gives it (and `ablation`) what
accept_models.py (ablation.py) has printed already, one JSON document a line, so that a table can be written of runs made one at a time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
SHARED = ROOT.parent / "shared"
BENCHMARKS = Path(__file__).parent
# data, protocol -> models, and the figures that its papers name
PAPERS = {
    ("cfgan_ml100k", "given"): ("ndcg@5", "precision@5", "ndcg@20", "ndcg@100"),
    ("online_retail", "random"): ("ndcg@10", "recall@20", "ndcg@100"),
    ("ml-1m", "users"): ("ndcg@10", "recall@20", "ndcg@100"),
    ("ml-1m", "random"): ("ndcg@10", "recall@20", "ndcg@100"),
    ("gowalla", "given"): ("ndcg@10", "recall@20", "ndcg@20", "ndcg@100"),
}
QUICK = ("popularity", "item-knn", "rp3beta", "pure-svd", "ials", "ease", "edlae")
ALL = (*QUICK, "mult-dae", "mult-vae", "recvae", "cfgan", "vae-gan", "vae-linear", "blend")


def timed(home: Path, *words: str) -> tuple[float, Any]:
    """Wall seconds of a command, its start included, and what it said."""
    started = time.perf_counter()
    env = {**os.environ, "AISLE_HOME": str(home)}
    said = _said([sys.executable, "-m", "recsys_core", *words, "--json"], env)
    return time.perf_counter() - started, json.loads(said)


def _said(words: list[str], env: dict[str, str] | None = None) -> str:
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(words)}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


def table(titles: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """A Markdown table."""
    return "\n".join(f"| {' | '.join(str(cell) for cell in row)} |" for row in (titles, ("---",) * len(titles), *rows))


def interval(row: dict[str, float] | None) -> str:
    """Value and half width of a 95 % interval."""
    if row is None:
        return "–"
    return f"{row['value']:.4f}" if row["low"] is None else f"{row['value']:.4f} ± {(row['high'] - row['low']) / 2:.4f}"


def dated(text: str) -> str:
    """A table with the day it was measured."""
    return f"Measured {date.today()}.\n\n{text}"


def machine() -> dict[str, str]:
    """What it was measured on."""
    memory = psutil.virtual_memory().total / 2**30
    return {"machine": f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, {platform.system()}."}


def app() -> dict[str, str]:
    """The running app, by `live.py`."""
    figures = json.loads(_said([sys.executable, str(BENCHMARKS / "live.py"), "--json"]))
    aims = {"slider_ms_median": 120, "server_cpu_ms": 25, "server_rss_mb": 400, "heavy_modules": "none", "first_content_s": 4}
    rows = [(f"`{name}`", figures[name] or "none", aim) for name, aim in (aims | {"page_switch_ms": 600}).items()]
    return {"live": dated(table(("figure", "measured", "aim (at most)"), rows))}


def studio() -> dict[str, str]:
    """How fast the studio answers and what it weighs, by `studio_latency.py` and `studio_memory.py` on the demo."""
    times = json.loads(_said([sys.executable, str(BENCHMARKS / "studio_latency.py"), "--json"]))
    weight = json.loads(_said([sys.executable, str(BENCHMARKS / "studio_memory.py"), "--json"]))
    aims = {"persona_ms": 120, "persona_ms_best": "", "population_ms": 500, "population_ms_best": "", "drag_ms": 50}
    rows = [(f"`{name}`", f"{times[name]:.0f}", aim) for name, aim in aims.items()]
    rows += [(f"`{name}`", f"{weight[name]:.0f}", "") for name in ("server_cpu_ms", *(n for n in weight if "rss_mb" in n))]
    return {"studio": dated(table(("figure", "measured", "aim (at most)"), rows))}


def steering() -> dict[str, str]:
    """How fast the list follows a slider on the taste map, by `steer_latency.py` on the demo."""
    times = json.loads(_said([sys.executable, str(BENCHMARKS / "steer_latency.py"), "--json"]))
    aims = {"slide_ms": 150, "slide_ms_best": "", "drag_settle_ms": "", "walk_ms": "", "server_cpu_ms": ""}
    rows = [(f"`{name}`", f"{times[name]:.0f}", aim) for name, aim in aims.items()]
    return {"steering": dated(table(("figure", "measured", "aim (at most)"), rows))}


def map_frames() -> dict[str, str]:
    """How the taste map moves, by `map_frames.py`: 100,000 shoppers of a made shop, and the demo."""
    figures = json.loads(_said([sys.executable, str(BENCHMARKS / "map_frames.py"), "--json"]))
    aims = {"switch_s": 2, "switch_first_s": 2}
    rows = [(f"`{name}`", value, aims.get(name, "")) for name, value in figures.items() if not name.endswith("faults")]
    return {"map": dated(table(("figure", "measured", "aim (at most)"), rows))}


def demo(models: str | None) -> dict[str, str]:
    """Every model (or those named) on the demo log, by `benchmark`."""
    chosen = ["--models", models] if models else []
    found = json.loads(_said([sys.executable, "-m", "recsys_core", "benchmark", *chosen, "--json"]))
    if found["left_out"]:
        sys.exit("\n".join(f"{row['model']}: {row['why']}" for row in found["left_out"]))
    names = ("ndcg@10", "recall@20", "ndcg@100", "coverage@10")
    rows = [
        (row["model"], *(interval(row["test"].get(name)) for name in names), f"{row['cpu_seconds']:.1f}", f"{row['peak_rss_mb']:.0f}")
        for row in sorted(found["rows"], key=lambda row: -row["test"]["ndcg@10"]["value"])
    ]
    return {"models": dated(table(("model", *(name.replace("ndcg", "NDCG") for name in names), "CPU, s", "memory, MB"), rows))}


def commands() -> dict[str, str]:
    """How long whole commands take on the demo log."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        seconds, taken = timed(home, "demo")
        steps: list[tuple[object, ...]] = [("`demo`: the shipped log and its arrays", f"{seconds:.1f}")]
        _, result = timed(home, "train", taken["dataset"], "--model", "mult-vae", "--set", "epochs=20")
        for variety in ("0", "50"):
            words = ("recommend", result["run"], "--k", "20", "--all", "--variety", variety, "--out", str(home / "lists.parquet"))
            seconds, lists = timed(home, *words)
            steps.append((f"`recommend --all --k 20 --variety {variety}`, {lists['users']:,} shoppers", f"{seconds:.1f}"))
        for method in ("pca", "umap"):
            seconds, _ = timed(home, "project", result["run"], "--what", "items", "--method", method, "--out", str(home / "map.parquet"))
            steps.append((f"`project --what items --method {method}`", f"{seconds:.1f}"))
    return {"commands": dated(table(("command", "wall time, s"), steps))}


def projection() -> dict[str, str]:
    """Maps, by `projection.py`."""
    figures = json.loads(_said([sys.executable, str(BENCHMARKS / "projection.py"), "--json"]))
    most = {"cpu_seconds": 120, "peak_rss_mb": "2,000", "trustworthiness_gap": 0.02, "place_1000_ms": 50, "demo_cpu_seconds": 80}
    aims = {name: f"at most {aim}" for name, aim in most.items()} | {"placed_share_of_transform": "at least 0.8"}
    rows = [(f"`{name}`", f"{value:,.0f}" if value >= 100 else f"{value:.3g}", aims.get(name, "")) for name, value in figures.items()]
    return {"projection": dated(table(("figure", "measured", "aim"), rows))}


def training() -> dict[str, str]:
    """The speed of training, by `train.py`."""
    figures = json.loads(_said([sys.executable, str(BENCHMARKS / "train.py"), "--json"]))
    rows = [(f"`{name}`", f"{value:.3f}" if isinstance(value, float) else value) for name, value in figures.items()]
    return {"training": dated(table(("figure", "measured"), rows))}


def peers() -> dict[str, str]:
    """Other libraries, by `peers.py`."""
    log = SHARED / "data" / "ml-100k" / "interactions.parquet"
    given = ["--data", str(log), "--min-rating", "4", "--seeds", "0,1,2"] if log.exists() else []
    found = json.loads(_said([sys.executable, str(BENCHMARKS / "peers.py"), "--json", *given]))
    return {"peers": dated(peers_table(found["rows"]))}


def peers_table(rows: list[dict[str, Any]]) -> str:
    """Means over seeds, each library's model in the order measured."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["library"], row["model"]), []).append(row)
    names = ("ndcg@10", "ndcg@100", "recall@20", "coverage@10", "cpu_seconds", "cpu_ratio")
    lines = []
    for (library, model), some in groups.items():
        means = [f"{sum(r[name] for r in some) / len(some):.3f}" if name in some[0] else "" for name in names]
        lines.append((library, model, len(some), *means))
    return table(("library", "model", "seeds", *(n.replace("ndcg", "NDCG").replace("_", " ") for n in names)), lines)


def synthetic() -> dict[str, str]:
    """Synthetic shoppers beside other libraries' rows, by `synthesis.py`."""
    data = SHARED / "data" / "ml-100k"
    given = ["--data", str(data / "interactions.parquet"), "--items", str(data / "items.parquet")] if data.exists() else []
    found = json.loads(_said([sys.executable, str(BENCHMARKS / "synthesis.py"), "--json", *given]))
    return {"synthetic": dated(synthetic_table(found["rows"]))}


def synthetic_table(rows: list[dict[str, Any]]) -> str:
    """A row for everybody measured; who failed says how."""
    names = [name for name in rows[0] if name not in ("who", "seed", "fit_cpu_seconds", "draw_cpu_seconds", "peak_rss_mb")]
    lines = []
    for row in rows:
        if "failed" in row:
            lines.append((row["who"], row["failed"], *[""] * (len(names) + 2)))
            continue
        figures = ["" if row[name] is None else f"{row[name]:.3f}" for name in names]
        costs = ["" if row.get(name) is None else f"{row[name]:.1f}" for name in ("fit_cpu_seconds", "draw_cpu_seconds")]
        lines.append((row["who"], *figures, *costs, "" if row.get("peak_rss_mb") is None else f"{row['peak_rss_mb']:.0f}"))
    return table(("who", *(name.replace("_", " ") for name in names), "fit, CPU s", "draw, CPU s", "memory, MB"), lines)


def ranking() -> dict[str, str]:
    """The ranking kernel, by `rerank.py`."""
    figures = json.loads(_said([sys.executable, str(BENCHMARKS / "rerank.py"), "--json"]))
    aims = {"cpu_seconds_all_terms": "at most .5", "ratio_pyversity_mmr": "at least 15", "ratio_pyversity_dpp": "at least 12"}
    aims |= {"metrics_cpu_seconds": "at most .03"}
    rows = [(f"`{name}`", f"{value:.3f}", aims.get(name, "")) for name, value in figures.items() if isinstance(value, float)]
    return {"ranking": dated(table(("figure", "measured", "aim"), rows))}


def ablation(rows: list[dict[str, Any]]) -> dict[str, str]:
    """What the VAE in vae-linear is worth, by `ablation.py`: of rows that it has printed already, else measured now."""
    found = [row for row in rows if "variant" in row]
    if not found:
        if not SHARED.exists():
            return {}
        found = json.loads(_said([sys.executable, str(BENCHMARKS / "ablation.py"), "--json"]))["rows"]

    def gain(row: dict[str, Any], metric: str) -> str:
        one = row["both_gain"][metric]
        return "" if one is None else f"{one['value']:+.4f} [{one['low']:+.4f}, {one['high']:+.4f}]"

    metrics = ("ndcg@10", "ndcg@100")
    lines = [
        (row["data"], row["protocol"], row["variant"], *(interval(row[m]) for m in metrics), *(gain(row, m) for m in metrics))
        for row in found
    ]
    titles = ("log", "split", "lists by", "NDCG@10", "NDCG@100", "both parts gain, NDCG@10", "NDCG@100")
    return {"ablation": dated(table(titles, lines))}


def papers(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Logs of the field on fixed splits, by accept_models.py: of rows that it has printed already the newest of each, else measured now."""
    parts = {}
    for (data, protocol), names in PAPERS.items():
        own = [row for row in rows if "model" in row and (row["data"], row["protocol"]) == (data, protocol)]
        given = {(row["model"], row["seed"]): row for row in own}
        some = list(given.values()) if rows else measured(data, protocol)
        if some:
            parts[f"{data} {protocol}"] = dated(papers_table(some, names))
    return parts


def measured(data: str, protocol: str) -> list[dict[str, Any]]:
    """Rows of accept_models.py, run now; none where ../shared is missing."""
    check = SHARED / "checks" / "accept_models.py"
    if not check.exists():
        return []
    models = ("popularity", "item-knn", "rp3beta", "ease", "mult-vae") if data == "gowalla" else ALL
    chosen = [m for m in models if protocol != "users" or m != "cfgan"]
    said = _said([sys.executable, str(check), "--data", data, "--protocol", protocol, "--models", ",".join(chosen)])
    return [json.loads(line) for line in said.splitlines()]


def papers_table(rows: list[dict[str, Any]], names: tuple[str, ...]) -> str:
    """One line a model and seed, best first by the last of `names`; ± is 1.96 standard errors over users."""
    order = sorted(rows, key=lambda row: -row[names[-1]])
    lines = []
    for row in order:
        cells = [f"{row[n]:.4f}" + (f" ± {1.96 * row[f'{n}_se']:.4f}" if f"{n}_se" in row else "") for n in names]
        lines.append(
            (row["model"], row["seed"], *cells, f"{row['coverage@10']:.3f}", f"{row['cpu_seconds']:.0f}", f"{row['peak_rss_mb']:.0f}")
        )
    return table(("model", "seed", *(n.replace("ndcg", "NDCG") for n in names), "coverage@10", "CPU, s", "memory, MB"), lines)


def rewrite(parts: dict[str, str]) -> None:
    """Put each part between its markers. Raises ValueError where the page has no such place."""
    text = PAGE.read_text(encoding="utf-8")
    for name, content in parts.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        head, rest = text.split(begin)
        text = f"{head}{begin}\n{content}\n{end}{rest.split(end)[1]}"
    PAGE.write_text(text, encoding="utf-8")


def main() -> None:
    """Measure part by part; each is written as soon as it is there, nothing where its measurement failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--parts", default="machine,app,studio,steering,map,demo,commands,ranking,projection,training,peers,synthetic,ablation,papers"
    )
    parser.add_argument("--models", help="models of the part demo, separated by commas; default: all")
    parser.add_argument("--rows", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    told = [json.loads(line) for file in given.rows for line in file.read_text().splitlines() if line.startswith("{")]
    rows = [row for each in told for row in each.get("rows", [each])]
    work: dict[str, Callable[[], dict[str, str]]] = {
        "machine": machine,
        "app": app,
        "studio": studio,
        "steering": steering,
        "map": map_frames,
        "demo": lambda: demo(given.models),
        "commands": commands,
        "ranking": ranking,
        "projection": projection,
        "training": training,
        "peers": peers,
        "synthetic": synthetic,
        "ablation": lambda: ablation(rows),
        "papers": lambda: papers(rows),
    }
    for part in given.parts.split(","):
        rewrite(work[part]())
    sys.stdout.write(PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
