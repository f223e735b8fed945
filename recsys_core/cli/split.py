"""`split`: which interactions train, validate and test, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recsys_core.cli.options import DatasetArgument
from recsys_core.cli.output import JsonOption, count, emit, facts


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(split)


def split(
    dataset: DatasetArgument,
    out: Annotated[Path, typer.Option(help="The folder for train, validation, fold_in and test.parquet.")],
    protocol: Annotated[
        str | None, typer.Option(help="random, last, time, users, given, all. Default: given where a split column is, else random.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="The same seed gives the same split.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Split a dataset's distinct positive pairs as `train` would, and write the parts."""
    from recsys_core.data.dataset import Dataset
    from recsys_core.data.split_files import write_split
    from recsys_core.data.splits import make_split
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    opened = Dataset.open(workspace.dataset_dir(workspace.registry.dataset(dataset).id))
    about = write_split(make_split(opened, protocol, seed), opened, out)
    shown = {**{name: f"{count(rows)} pairs" for name, rows in about["rows"].items()}, "in": str(out)}
    emit({**about, "out": str(out)}, as_json=as_json, table=lambda: facts(shown))
