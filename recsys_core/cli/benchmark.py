"""`benchmark`: every model on a log, in a workspace of its own that is thrown away: quality with intervals, coverage, cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from recsys_core.cli import output
from recsys_core.errors import InputError, NotFoundError, UserError

SHOWN = ("ndcg@10", "recall@20", "ndcg@100", "coverage@10")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("benchmark")(benchmark)


def benchmark(
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help="A folder with a log and perhaps items. Default: the demo's.")
    ] = None,
    models: Annotated[str | None, typer.Option("--models", help="Ids of models, separated by commas. Default: all but fusion.")] = None,
    protocol: Annotated[
        str | None, typer.Option("--protocol", help="As for `train`. Default: given where a split column is, else random.")
    ] = None,
    seeds: Annotated[str, typer.Option("--seeds", help="Seeds of split and model, separated by commas.")] = "0",
    min_rating: Annotated[float | None, typer.Option("--min-rating", help="Ratings from here on are positive.")] = None,
    as_json: output.JsonOption = False,
) -> None:
    """Train models on one log and compare them on its held-out purchases, each in a process of its own."""
    from recsys_core.models.registry import model_spec, model_specs
    from recsys_core.settings import ASSETS_DIR

    names = [m.strip() for m in models.split(",")] if models else [s.id for s in model_specs() if s.id != "fusion"]
    chosen = [model_spec(name).id for name in names]
    log = find_log(data or ASSETS_DIR / "demo")
    rows: list[dict[str, Any]] = []
    left_out: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory() as home, output.progress_bar("Benchmark") as report:
        taken = ["--min-rating", str(min_rating)] if min_rating is not None else []
        items = log.with_name("items.parquet")
        extra = ["--items", str(items)] if items.exists() and items != log else []
        dataset = _command(home, "ingest", str(log), *extra, *taken)["dataset"]
        wanted = [(seed, model) for seed in _seeds(seeds) for model in chosen]
        for place, (seed, model) in enumerate(wanted):
            report(place / len(wanted), f"{model}, seed {seed}")
            given = ["--protocol", protocol] if protocol else []
            try:
                rows.append(_row(_command(home, "train", dataset, "--model", model, "--refit", "--seed", str(seed), *given)))
            except UserError as error:
                left_out.append({"model": model, "seed": str(seed), "why": str(error)})
    payload = {"data": log.parent.name, "rows": rows, "left_out": left_out}
    output.emit(payload, as_json=as_json, table=lambda: _table(rows))
    for missing in left_out:
        output.note(f"{missing['model']}, seed {missing['seed']}, is left out: {missing['why']}")


def find_log(folder: Path) -> Path:
    """The log of a folder: interactions.parquet, or the only file there is. Raises NotFoundError."""
    if folder.is_file():
        return folder
    named = folder / "interactions.parquet"
    found = [named] if named.exists() else sorted(p for p in folder.glob("*") if p.is_file()) if folder.is_dir() else []
    if len(found) != 1:
        raise NotFoundError(f"There is no log in '{folder}'.", "Give a folder with a file interactions.parquet, or the log itself.")
    return found[0]


def _seeds(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() for part in parts):
        raise InputError(f"--seeds was given '{text}'.", "Write whole numbers, separated by commas.")
    return [int(part) for part in parts]


def _command(home: str, *words: str) -> Any:
    """One command in a process of its own, so that its memory is its own; its JSON.

    Raises UserError with its one line where it refused, RuntimeError where it broke: a bug must not pass for a model that does not fit.
    """
    done = subprocess.run(
        [sys.executable, "-m", "recsys_core", *words, "--json"], env={**os.environ, "AISLE_HOME": home}, capture_output=True, text=True
    )
    if done.returncode == 0:
        return json.loads(done.stdout)
    if done.returncode == 2:
        raise UserError(done.stderr.strip())
    raise RuntimeError(f"`{' '.join(words)}` ended with {done.returncode}: {done.stderr.strip()}")


def _row(result: dict[str, Any]) -> dict[str, Any]:
    kept = {key: result[key] for key in ("model", "protocol", "seed", "fit_seconds", "cpu_seconds", "peak_rss_mb")}
    return kept | {"test": result["intervals"]["test"]}


def _table(rows: list[dict[str, Any]]) -> Any:
    titles = ["model", "seed", *SHOWN, "CPU, s", "memory, MB"]
    cells = []
    for row in rows:
        figures = [output.interval(row["test"][name]) if name in row["test"] else output.NOTHING for name in SHOWN]
        cells.append([row["model"], str(row["seed"]), *figures, output.figure(row["cpu_seconds"], 1), output.figure(row["peak_rss_mb"], 0)])
    return output.columns(titles, cells, right=titles[2:])
