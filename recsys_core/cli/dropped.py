"""`dropped` and `recipe`: what an intake left out, and the choices it made, as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from recsys_core.cli.options import DatasetArgument
from recsys_core.cli.output import JsonOption, count, emit, facts


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(dropped)
    app.command()(recipe)


def dropped(
    dataset: DatasetArgument,
    out: Annotated[Path, typer.Option(help="Where to write the rows: a file ending in .csv or .parquet.")],
    reason: Annotated[str | None, typer.Option(help="Only the rows dropped for this reason, such as 'missing user'.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Write the rows that cleaning dropped: their row in the file, the reason, and the cells as they were found."""
    from recsys_core.cli.tables import check_format, write_batches
    from recsys_core.data.dropped import dropped_schema, read_dropped
    from recsys_core.storage.workspace import Workspace

    check_format(out)
    workspace = Workspace.open()
    folder = workspace.dataset_dir(workspace.registry.dataset(dataset).id)
    rows = write_batches(out, read_dropped(folder, reason), dropped_schema(folder))
    about = {"dataset": folder.name, "reason": reason, "rows": rows, "out": str(out)}
    emit(about, as_json=as_json, table=lambda: facts({"rows": count(rows), "in": str(out)}))


def recipe(
    dataset: Annotated[str, typer.Argument(help="The dataset's id or name (see `datasets`).")],
    out: Annotated[Path | None, typer.Option(help="Write it to this file, for `ingest --recipe FILE`.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show how a dataset was made: what its columns are, kinds of event, weights and cleaning rules."""
    from recsys_core.cli.ingest import find_recipe
    from recsys_core.errors import InputError
    from recsys_core.storage.atomic import write_json
    from recsys_core.storage.workspace import Workspace

    found = find_recipe(Workspace.open(), dataset).to_json()
    if out is not None:
        try:
            write_json(out, found)
        except OSError as error:
            raise InputError(f"The file '{out}' cannot be written ({error.strerror or error}).", "Give --out another place.") from error
    shown = {key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for key, value in found.items() if value}
    emit(found, as_json=as_json, table=lambda: facts(shown))
