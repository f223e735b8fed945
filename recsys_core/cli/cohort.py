"""`cohort`: some shoppers or products, by a region of a map, by ids or near to one; what distinguishes them; kept and exported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import output
from recsys_core.cli.map_options import RunArgument
from recsys_core.errors import InputError, NotFoundError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from recsys_core.data.dataset import Dataset
    from recsys_core.models.runs import Run
    from recsys_core.profiles.contrast import Contrast, Level, Lift
    from recsys_core.profiles.drawn import Drawn

    Rows = NDArray[np.int32]

WAYS = "--outline, --box, --ids, --near or --segment"
SHOWN = 4  # lifts of each kind
COLUMNS = {"users": "user_id", "items": "item_id"}
KINDS = {"group": "group", "product": "product", "term": "word", "segment": "segment", "attribute": "attribute", "maker": "maker"}
FIGURES = {"price": "price level", "products": "products a shopper", "spend": "spent a shopper", "buyers": "buyers a product"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("cohort")(cohort)


def cohort(
    run: RunArgument,
    what: Annotated[str, typer.Option("--what", help="users or items.")] = "users",
    method: Annotated[str, typer.Option("--method", help="The map that a region is of: pca or umap (made before by `project`).")] = "pca",
    outline: Annotated[
        str | None, typer.Option("--outline", metavar='"X,Y X,Y X,Y"', help="Inside these corners of the map, three or more.")
    ] = None,
    box: Annotated[str | None, typer.Option("--box", metavar='"X,Y X,Y"', help="Inside the box between two corners.")] = None,
    ids: Annotated[
        Path | None, typer.Option("--ids", metavar="FILE", help="Those in a table's user_id or item_id, or one a line in a .txt.")
    ] = None,
    near: Annotated[str | None, typer.Option("--near", metavar="ID", help="This one and the nearest in the latent space.")] = None,
    count: Annotated[int, typer.Option("--count", help="With --near: how many in all.")] = 50,
    segment: Annotated[str | None, typer.Option("--segment", metavar="NAME", help="A segment or group, found or drawn on a map.")] = None,
    save: Annotated[str | None, typer.Option("--save", metavar="NAME", help="Keep it, for the studio and synthetic shoppers.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write its ids: .parquet or .csv.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="List what was kept of this run's dataset.")] = False,
    remove: Annotated[str | None, typer.Option("--remove", metavar="NAME", help="Take away what was kept under this name or id.")] = None,
    as_json: output.JsonOption = False,
) -> None:
    """Tell what distinguishes some shoppers or products from all others: shares inside and outside with 95 % intervals, price and size.

    What is marked clear is so beyond chance at 5 %, adjusted (Holm) for all that was looked at. Shoppers count once, however much they buy.
    """
    from recsys_core.cli.tables import check_format, write_table
    from recsys_core.data.dataset import Dataset
    from recsys_core.models.runs import Run
    from recsys_core.profiles.cohort_name import suggest_name
    from recsys_core.profiles.contrast import contrast
    from recsys_core.profiles.drawn import check_name, drawn_segments, keep_drawn
    from recsys_core.storage.workspace import Workspace

    if out is not None:
        check_format(out)
    if what not in COLUMNS:
        raise InputError(f"The option what is '{what}'.", "Use one of: users, items.")
    ways = {"outline": outline, "box": box, "ids": ids, "near": near, "segment": segment}
    asked = [way for way, value in ways.items() if value is not None]
    if len(asked) + list_ + (remove is not None) != 1:
        raise InputError(
            "It is not said who is meant." if not asked else "Two things are asked for at once.", f"Give one of {WAYS}; or --list."
        )
    workspace = Workspace.open()
    opened = Run.open(workspace.run_dir(workspace.registry.run(run).id))
    dataset = Dataset.open(workspace.dataset_dir(opened.dataset_id))
    if list_:
        _list(dataset, as_json)
        return
    if remove is not None:
        _remove(dataset, remove, as_json)
        return
    if save is not None:
        save = check_name(dataset, save, what)
    rows, made = _members(opened, dataset, what, method, ways | {"count": count})
    found = contrast(dataset, what, rows)
    name = suggest_name(found, [one.name for one in drawn_segments(dataset, what)])
    kept = None if save is None else keep_drawn(dataset, save, what, rows, {"run": opened.id, **made})
    members = (dataset.user_ids if what == "users" else dataset.item_ids)[rows]
    if out is not None:
        write_table(out, {COLUMNS[what]: members})
    payload = {
        "run": opened.id,
        "dataset": dataset.id,
        **made,
        **_told(found, dataset),
        "suggested_name": name,
        "saved": None if kept is None else _facts(kept),
        "out": str(out) if out else None,
        "ids": members.tolist(),
    }
    output.emit(payload, as_json=as_json, table=lambda: _table(found, payload, dataset.currency or ""))


def _members(run: Run, dataset: Dataset, what: str, method: str, ways: dict[str, Any]) -> tuple[Rows, dict[str, Any]]:
    """(dataset indices, ascending; how they were found)."""
    from recsys_core.latent.cohorts import in_region, map_of, nearest_to
    from recsys_core.latent.regions import box

    if ways["outline"] is not None or ways["box"] is not None:
        corners = _corners("--outline", ways["outline"]) if ways["outline"] is not None else _corners("--box", ways["box"])
        if ways["box"] is not None:
            if len(corners) != 2:
                raise InputError(f"--box has {len(corners)} corners.", 'Write two opposite ones, such as --box "-1,0 2,3.5".')
            corners = list(box(*corners))
        return in_region(map_of(run, what, method), corners), {"method": method, "outline": [list(corner) for corner in corners]}
    if ways["near"] is not None:
        row = (dataset.user_index if what == "users" else dataset.item_index)(ways["near"])
        return nearest_to(run, what, row, ways["count"]), {"near": ways["near"], "count": ways["count"]}
    if ways["ids"] is not None:
        rows, unknown = _of_file(dataset, what, ways["ids"])
        return rows, {"file": ways["ids"].name, "unknown": unknown}
    return _of_segment(dataset, what, ways["segment"]), {"segment": ways["segment"]}


def _corners(option: str, text: str) -> list[tuple[float, float]]:
    """From "0,1 2,3.5"; a semicolon may stand between corners, too."""
    import math

    found = []
    for part in text.replace(";", " ").split():
        x, comma, y = part.partition(",")
        try:
            corner = (float(x), float(y))
        except ValueError:
            corner = (math.nan, math.nan)
        if not comma or not all(map(math.isfinite, corner)):
            raise InputError(
                f"{option} has the corner '{part}'.", f'Write corners as x,y with a space between, such as {option} "0,1 2,3.5".'
            )
        found.append(corner)
    return found


def _of_file(dataset: Dataset, what: str, path: Path) -> tuple[Rows, int]:
    """(members, how many ids of the file the dataset does not know)."""
    import numpy as np

    from recsys_core.data.id_file import read_ids

    ids, known = read_ids(path, COLUMNS[what]), dataset.user_ids if what == "users" else dataset.item_ids
    place = np.minimum(np.searchsorted(known.astype(str), ids), len(known) - 1)
    there = known[place].astype(str) == ids
    if not there.any():
        raise NotFoundError(f"No id of {path.name} is in '{dataset.name}'.", f"Ids there look like '{known[0]}'.")
    return np.unique(place[there]).astype(np.int32), int((~there).sum())


def _of_segment(dataset: Dataset, what: str, name: str) -> Rows:
    """Of a found one of this name, else of a drawn one."""
    import numpy as np

    from recsys_core.profiles.drawn import find_drawn
    from recsys_core.profiles.groups import load_groups
    from recsys_core.profiles.segments import load_segments

    found = load_segments(dataset) if what == "users" else load_groups(dataset)
    code = next((code for code, label in enumerate(found.labels) if label.casefold() == name.strip().casefold()), None)
    return find_drawn(dataset, name, what).rows if code is None else np.flatnonzero(np.asarray(found.codes) == code).astype(np.int32)


def _told(found: Contrast, dataset: Dataset) -> dict[str, Any]:
    """The contrast as JSON, products by their ids."""
    told = found.to_json()
    for lift in told["lifts"]:
        item = lift.pop("item")
        lift["item_id"] = None if item is None else str(dataset.item_ids[item])
    return told


def _facts(one: Drawn) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "what": one.what, "size": len(one.rows), "made": dict(one.made), "created_at": one.created_at}


def _list(dataset: Dataset, as_json: bool) -> None:
    from recsys_core.profiles.drawn import damaged_drawn, drawn_segments

    kept, damaged = drawn_segments(dataset), damaged_drawn(dataset)
    for id in damaged:
        output.note(f"The drawn segment '{id}' is damaged and left out. Take it away with --remove {id}.")
    rows = [[one.name, one.what, output.count(len(one.rows)), str(one.made.get("run", "")), output.moment(one.created_at)] for one in kept]
    payload = {"dataset": dataset.id, "drawn": [_facts(one) for one in kept], "damaged": list(damaged)}
    titles = ["name", "what", "size", "run", "made"]
    output.emit(payload, as_json=as_json, table=lambda: output.columns(titles, rows, right=["size"]))


def _remove(dataset: Dataset, name: str, as_json: bool) -> None:
    from recsys_core.profiles.drawn import remove_drawn

    gone = remove_drawn(dataset, name)
    output.emit({"removed": gone.name, "id": gone.id, "what": gone.what, "size": len(gone.rows)}, as_json=as_json)


def _table(found: Contrast, payload: dict[str, Any], currency: str) -> Any:
    from rich.console import Group

    noun = "shoppers" if found.what == "users" else "products"
    parts: list[Any] = [f"{output.count(found.size)} {noun}, beside {output.count(found.others)} others."]
    if found.reason:
        parts.append(found.reason)
    parts[0] += f" {output.count(payload['unknown'])} ids of the file are not in the dataset." if payload.get("unknown") else ""
    lifts = [lift for kind in KINDS for lift in found.lifts if lift.kind == kind]
    shown = [lift for lift in lifts if [each for each in lifts if each.kind == lift.kind].index(lift) < SHOWN]
    if shown:
        titles = ["", "name", "inside", "outside", "times as often (95 %)", ""]
        parts.append(output.columns(titles, [_lift(lift) for lift in shown], right=titles[2:5]))
    if found.levels:
        titles = ["", "inside", "outside", "ratio (95 %)", ""]
        parts.append(output.columns(titles, [_level(level, currency) for level in found.levels], right=titles[1:4]))
    if found.looked:
        parts.append(f"Clear: beyond chance at 5 %, adjusted for all {output.count(found.looked)} that were looked at.")
    saved = payload["saved"]
    parts.append(f"Kept as '{saved['name']}'." if saved else f"Keep it with --save '{payload['suggested_name']}'.")
    if payload["out"]:
        parts.append(f"Ids written to {payload['out']}.")
    return Group(*parts)


def _lift(lift: Lift) -> list[str]:
    times = f"{lift.lift:,.2f} ({lift.low:,.2f} to {lift.high:,.2f})"
    return [KINDS[lift.kind], lift.name, f"{lift.inside:.1%}", f"{lift.outside:.1%}", times, "clear" if lift.clear else "not clear"]


def _level(level: Level, currency: str) -> list[str]:
    sign = currency if level.name in ("price", "spend") else ""
    sides = [f"{sign}{value:,.2f}" for value in (level.inside, level.outside)]
    return [
        FIGURES[level.name],
        *sides,
        f"{level.ratio:.2f} ({level.low:.2f} to {level.high:.2f})",
        "clear" if level.clear else "not clear",
    ]
