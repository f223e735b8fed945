"""`walk`: from one shopper or product to another in a model's latent space, or along named directions; what is shown on the way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import output

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from recsys_core.jobs.steering import Listed, Steering

    Walked = tuple[NDArray[np.float32], Listed]

HINT = "Give --from ID --to ID, or --user ID (or --item ID) with --along NAME=STEPS, or --directions."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("walk")(walk)


def walk(
    run: Annotated[str, typer.Argument(help="The run's id (see `runs`).")],
    start: Annotated[str | None, typer.Option("--from", metavar="ID", help="Where the walk begins.")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="ID", help="Where it ends.")] = None,
    what: Annotated[str, typer.Option("--what", help="Whose ids these are: users or items.")] = "users",
    user: Annotated[str | None, typer.Option("--user", metavar="ID", help="A shopper to move along directions.")] = None,
    item: Annotated[str | None, typer.Option("--item", metavar="ID", help="A product to move along directions.")] = None,
    along: Annotated[
        list[str] | None,
        typer.Option("--along", metavar="NAME=STEPS", help="A direction and how far, in standard deviations; may be given more than once."),
    ] = None,
    directions: Annotated[
        bool, typer.Option("--directions", help="List the directions there are, and how much codes tell of each.")
    ] = False,
    steps: Annotated[int, typer.Option("--steps", help="Places on the way, both ends included.")] = 7,
    k: Annotated[int, typer.Option("--k", min=1, max=1000, help="Products in each list.")] = 10,
    codes: Annotated[bool, typer.Option("--codes", help="Give the codes, too.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="Where to write step, share, rank, item_id, score: .parquet or .csv.")] = None,
    as_json: output.JsonOption = False,
) -> None:
    """Walk through what a model has understood: the list that each place on the way is shown.

    What the shopper at the start has had is in no list. A product stands for a shopper who has had it alone.
    """
    from recsys_core.cli.tables import check_format
    from recsys_core.errors import InputError
    from recsys_core.jobs.steering import open_steering
    from recsys_core.storage.workspace import Workspace

    if out is not None:
        check_format(out)
    walks, slides = start is not None or end is not None, user is not None or item is not None or bool(along)
    if walks + slides + directions != 1:
        raise InputError("It is not said where to go." if not (walks or slides or directions) else "Two ways are asked for at once.", HINT)
    if what not in ("users", "items"):
        raise InputError(f"The option what is '{what}'.", "Use one of: users, items.")
    opened = open_steering(Workspace.open(), run)
    if directions:
        told: dict[str, Any] = {"run": opened.run.id, "directions": _ways(opened)}
        output.emit(told, as_json=as_json, table=lambda: _ways_table(told["directions"]))
        return
    payload, found = _slide(opened, user, item, along or [], steps, k) if slides else _between(opened, what, start, end, steps, k)
    payload |= {"k": k, "out": str(out) if out else None, "steps": _steps(opened, found[0], found[1], codes)}
    if out is not None:
        _write(out, payload["steps"])
    output.emit(payload, as_json=as_json, table=lambda: _table(payload))


def _between(opened: Steering, what: str, start: str | None, end: str | None, steps: int, k: int) -> tuple[dict[str, Any], Walked]:
    from recsys_core.errors import InputError

    if start is None or end is None:
        raise InputError("A walk needs both ends.", HINT)
    if what == "users":
        ends = [opened.dataset.user_index(start), opened.dataset.user_index(end)]
        code, hidden = opened.codes_of_users(ends), opened.hidden(ends[0])
    else:
        ends = [opened.dataset.item_index(start), opened.dataset.item_index(end)]
        code, hidden = opened.codes_of_items(ends), opened.hidden(items=ends[:1])
    found = opened.walk(code[0], code[1], steps=steps, k=k, hidden=hidden)
    return {"run": opened.run.id, "what": what, "from": start, "to": end, "along": None}, found


def _slide(opened: Steering, user: str | None, item: str | None, along: Sequence[str], steps: int, k: int) -> tuple[dict[str, Any], Walked]:
    from recsys_core.errors import InputError
    from recsys_core.latent.steering import moved

    if (user is None) == (item is None) or not along:
        raise InputError("It is not said who is to be moved, or along what.", "Give --user ID or --item ID, and --along NAME=STEPS.")
    far = [_along(opened, text) for text in along]
    if user is not None:
        at = opened.dataset.user_index(user)
        code, hidden = opened.codes_of_users([at])[0], opened.hidden(at)
    else:
        at = opened.dataset.item_index(str(item))
        code, hidden = opened.codes_of_items([at])[0], opened.hidden(items=[at])
    end = moved(code, [way.direction for way, _ in far], [step for _, step in far])
    found = opened.walk(code, end, steps=steps, k=k, hidden=hidden)
    told = [{"direction": way.name, "steps": step, "explained": way.direction.explained} for way, step in far]
    return {"run": opened.run.id, "what": "items" if user is None else "users", "from": user or item, "to": None, "along": told}, found


def _along(opened: Steering, text: str) -> tuple[Any, float]:
    """(direction, steps) of NAME=STEPS; the word of an end counts towards that end."""
    import math

    from recsys_core.errors import InputError

    name, equals, number = text.rpartition("=")
    try:
        step = float(number)
    except ValueError:
        step = math.nan
    if not equals or not math.isfinite(step):
        raise InputError(f"--along was given '{text}'.", "Write it as NAME=STEPS, for example --along price=-1.5.")
    way, sign = opened.way(name)
    return way, sign * step


def _ways(opened: Steering) -> list[dict[str, Any]]:
    return [
        {
            "direction": way.name,
            "kind": way.kind,
            "low": way.low,
            "high": way.high,
            "explained": way.direction.explained,
            "rise": None if way.direction.rise != way.direction.rise else way.direction.rise,
            "low_items": [_product(opened, each) for each in way.low_items],
            "high_items": [_product(opened, each) for each in way.high_items],
        }
        for way in opened.ways
    ]


def _steps(opened: Steering, codes: NDArray[np.float32], found: Listed, with_codes: bool) -> list[dict[str, Any]]:
    last: list[str] = []
    told = []
    for place, (items, scores) in enumerate(zip(found.items.tolist(), found.scores.tolist(), strict=True)):
        listed = [{**_product(opened, each), "score": score} for each, score in zip(items, scores, strict=True)]
        ids = [each["item_id"] for each in listed]
        step = {"step": place, "share": place / (len(codes) - 1), "items": listed}
        step |= {"entered": [each for each in ids if place and each not in last], "left": [each for each in last if each not in ids]}
        told.append({**step, "code": codes[place].tolist()} if with_codes else step)
        last = ids
    return told


def _product(opened: Steering, item: int) -> dict[str, Any]:
    title = opened.dataset.items["title"].iloc[item] if "title" in opened.dataset.items else None
    return {"item_id": str(opened.dataset.item_ids[item]), "title": title if isinstance(title, str) else None}


def _write(out: Path, steps: list[dict[str, Any]]) -> None:
    import numpy as np

    from recsys_core.cli.tables import write_table

    rows = [
        (each["step"], each["share"], rank, one["item_id"], one["score"]) for each in steps for rank, one in enumerate(each["items"], 1)
    ]
    names = ("step", "share", "rank", "item_id", "score")
    write_table(out, {name: np.array([row[place] for row in rows]) for place, name in enumerate(names)})


def _table(told: dict[str, Any]) -> Any:
    from rich.console import Group

    where = f"to {told['to']}" if told["to"] else ", ".join(f"{each['direction']} {each['steps']:+g}" for each in told["along"])
    parts: list[Any] = [f"From {told['from']} {where}, {len(told['steps'])} places, {told['k']} products at each."]
    rows = [
        [
            f"{each['share']:.0%}",
            ", ".join(_name(one) for one in each["items"][:3]),
            str(len(each["entered"])) if each["step"] else output.NOTHING,
        ]
        for each in told["steps"]
    ]
    parts.append(output.columns(["way", "first three", "new"], rows, right=["way", "new"]))
    first, last = ({one["item_id"] for one in told["steps"][place]["items"]} for place in (0, -1))
    parts.append(f"{len(first & last)} of the products at the start are listed at the end. --json or --out has all of them.")
    return Group(*parts)


def _ways_table(ways: list[dict[str, Any]]) -> Any:
    titles = ["direction", "explained", "one end", "other end"]
    rows = []
    for way in ways:
        ends = (", ".join(_name(one) for one in way[f"{end}_items"][:2]) or way[end] for end in ("low", "high"))
        rows.append([way["direction"], f"{way['explained']:.0%}", *ends])
    return output.columns(titles, rows, right=["explained"])


def _name(product: dict[str, Any]) -> str:
    return str(product["title"] or product["item_id"])
