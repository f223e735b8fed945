"""`fuse`: real rows and a set's shoppers as one dataset, and what that moves in segments and clusters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import output

if TYPE_CHECKING:
    from rich.console import RenderableType

TITLES = ("kind", "before", "after", "share before", "share after", "real after", "overlap", "moved")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("fuse")(fuse)


def fuse(
    set_id: Annotated[str, typer.Argument(metavar="SET", help="The synthetic set's id (see `synthetic`).")],
    ratio: Annotated[float | None, typer.Option("--ratio", help="Synthetic shoppers per real one. Default: all that qualify.")] = None,
    segment: Annotated[
        list[str] | None, typer.Option("--segment", help="Only shoppers of this segment; 'weakest': the one the run serves worst.")
    ] = None,
    item: Annotated[
        list[str] | None, typer.Option("--item", help="Only shoppers who have this product, or a rare one ('rare'); more than once: any.")
    ] = None,
    weight: Annotated[float, typer.Option("--weight", help="Written beside each synthetic row; a real row's is 1.")] = 1.0,
    name: Annotated[str | None, typer.Option("--name", help="Of the new dataset.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why, though utility failed; it is kept.")] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1, help="Of who is taken where more qualify.")] = 0,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the fused log too: .parquet or .csv.")] = None,
    as_json: output.JsonOption = False,
) -> None:
    """Make a dataset of real and synthetic shoppers: every row says which it is, and none that the run is tested by is synthetic."""
    from recsys_core.cli.tables import check_format, write_table
    from recsys_core.jobs import run_here
    from recsys_core.jobs.fuse_spec import KIND, fuse_spec
    from recsys_core.storage.workspace import Workspace
    from recsys_core.synthesis.store import open_set

    if out is not None:
        check_format(out)
    workspace = Workspace.open()
    id = open_set(workspace, set_id).record.id
    spec = fuse_spec(id, ratio=ratio, segments=segment or (), items=item or (), weight=weight, name=name, reason=reason, seed=seed)
    with output.progress_bar(f"Fusing {id}") as report:
        job = run_here(workspace, KIND, spec, title=f"Fuse {id}", on_progress=report)
    result = dict(job.result or {})
    if out is not None:
        import pandas as pd

        log = pd.read_parquet(result["log"])
        write_table(out, {str(column): log[column].to_numpy() for column in log})
        result["out"] = str(out)
    output.emit(result, as_json=as_json, table=lambda: _table(result))


def _table(result: dict[str, Any]) -> RenderableType:
    from rich.console import Group

    from recsys_core.synthesis.fusion.shift import open_shift

    shift = open_shift(Path(result["shift"]))
    rows = [
        (
            group.kind,
            group.before or output.NOTHING,
            group.after or output.NOTHING,
            *(f"{value:.1%}" for value in (group.share_before, group.share_after, group.real_after)),
            output.figure(group.overlap, 2),
            output.figure(group.moved, 2),
        )
        for group in shift.groups
    ]
    told = output.facts({key: result[key] for key in ("dataset", "name", "rows", "real_rows", "real_shoppers", "synthetic_shoppers")})
    return Group(told, "", *shift.sentences, "", output.columns(TITLES, rows, right=TITLES[3:]))
