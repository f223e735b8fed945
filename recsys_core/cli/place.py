"""`place`: new shoppers or products on a map that is there, without umap."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import output
from recsys_core.cli.map_options import ComponentsOption, DistanceOption, NeighboursOption, RunArgument, SeedOption, given
from recsys_core.errors import InputError

if TYPE_CHECKING:
    from recsys_core.jobs.newcomers import Newcomers, OpenMap
    from recsys_core.storage.workspace import Workspace

ID_COLUMNS = ("item_id", "user_id", "id")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("place")(place)


def place(
    run: RunArgument,
    what: Annotated[str, typer.Option("--what", help="Whose map: users or items.")] = "users",
    histories: Annotated[Path | None, typer.Option("--histories", help="New shoppers: CSV or Parquet with user_id and item_id.")] = None,
    vectors: Annotated[
        Path | None, typer.Option("--vectors", help="Vectors of the run's own kind: CSV or Parquet, an id and then the numbers.")
    ] = None,
    set_: Annotated[str | None, typer.Option("--set", metavar="ID", help="The shoppers of a synthetic set (see `synthetic`).")] = None,
    method: Annotated[str, typer.Option("--method", help="umap or pca: which map; it must be there (see `project`).")] = "umap",
    seed: SeedOption = 0,
    neighbours: NeighboursOption = None,
    min_distance: DistanceOption = None,
    components: ComponentsOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where to write: .parquet or .csv.")] = None,
    as_json: output.JsonOption = False,
) -> None:
    """Place new shoppers or products on a map of a run: item_id or user_id, x, y (z).

    Each goes where most of its nearest points lie together. neighbours_kept tells how far to trust that: the share of true nearest
    neighbours kept by points of the map that were taken off and placed anew.
    """
    from recsys_core.cli.tables import check_format, write_table
    from recsys_core.jobs.newcomers import open_map
    from recsys_core.latent.map_settings import map_settings
    from recsys_core.storage.workspace import Workspace

    if sum(each is not None for each in (histories, vectors, set_)) != 1:
        raise InputError("It is not clear who or what is to be placed.", "Give one of --histories FILE, --vectors FILE, --set ID.")
    if out is not None:
        check_format(out)
    workspace = Workspace.open()
    settings = map_settings(method, given(neighbours, min_distance, components))
    opened = open_map(workspace, run, what, method, seed=seed, settings=settings)
    new, unknown = _newcomers(workspace, opened, histories, vectors, set_)
    placed, seconds = opened.place(new)
    if out is not None:
        name = "item_id" if what == "items" else "user_id"
        write_table(out, {name: new.ids, **{axis: placed[:, at] for at, axis in enumerate("xyz"[: placed.shape[1]])}})
    told = {"run": opened.run.id, "what": what, "method": method, "placed": len(placed), "left_out": new.left_out, "unknown_items": unknown}
    trust = {"neighbours_kept": opened.kept, "map_neighbours_kept": opened.made.manifest.get("neighbours_kept")}
    output.emit(told | {"seconds": seconds} | trust | {"out": str(out) if out else None}, as_json=as_json)


def _newcomers(
    workspace: Workspace, opened: OpenMap, histories: Path | None, vectors: Path | None, set_id: str | None
) -> tuple[Newcomers, int]:
    """(who is to be placed, how many products of their histories the dataset does not know)."""
    if vectors is not None:
        return read_vectors(vectors), 0
    if histories is not None:
        from recsys_core.cli.tables import read_histories

        ids, matrix, unknown = read_histories(histories, opened.dataset)
        return opened.shoppers(ids, matrix), unknown
    from recsys_core.jobs.newcomers import synthetic_histories

    assert set_id is not None
    return opened.shoppers(*synthetic_histories(workspace, opened.dataset, set_id)), 0


def read_vectors(path: Path) -> Newcomers:
    """Ids and numbers of a table: a column item_id, user_id or id (else the first), the others numbers, or one of them lists of numbers.

    Raises InputError where it is no such table.
    """
    import numpy as np
    import pyarrow as pa

    from recsys_core.jobs.newcomers import Newcomers

    table = _table(path)
    if table.num_columns < 2 or not table.num_rows:
        raise InputError(f"{path.name} holds no vectors.", "Give a column of ids and columns of numbers.")
    id = next((name for name in ID_COLUMNS if name in table.column_names), table.column_names[0])
    others = [name for name in table.column_names if name != id]
    try:
        lists = [name for name in others if pa.types.is_list(table.schema.field(name).type)]
        if lists:
            numbers = np.array(table.column(lists[0]).to_pylist(), dtype=np.float32)
        else:
            numbers = np.stack([np.asarray(table.column(name).to_pandas(), dtype=np.float32) for name in others], axis=1)
        if numbers.ndim != 2:
            raise ValueError
    except (ValueError, TypeError) as error:
        raise InputError(
            f"{path.name} holds something beside '{id}' that is no number, or rows of different length.",
            "Give a column of ids and columns of numbers.",
        ) from error
    return Newcomers(np.array([str(each) for each in table.column(id).to_pylist()], dtype=object), numbers)


def _table(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    as_text = pa.csv.ConvertOptions(column_types=dict.fromkeys(ID_COLUMNS, pa.string()))  # 007 is no number
    try:
        return pa.parquet.read_table(path) if path.suffix.lower() == ".parquet" else pa.csv.read_csv(path, convert_options=as_text)
    except FileNotFoundError:
        raise InputError(f"There is no file '{path}'.", "Check the path of the vectors.") from None
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{path.name} cannot be read as a table.", "Give a .csv or a .parquet file.") from error
