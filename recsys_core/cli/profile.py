"""`clusters`, `segments`, `profile`: groups of products, kinds of shopper, and what their profiles are made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import output
from recsys_core.cli.options import DatasetArgument
from recsys_core.errors import InputError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from recsys_core.data.dataset import Dataset
    from recsys_core.profiles.groups import ItemClusters
    from recsys_core.profiles.segments import Segments

OutOption = Annotated[Path | None, typer.Option("--out", help="Where to write who is in which: .parquet or .csv.")]
NUMBER_HELP = "How many there shall be. What this makes is read from then on; without it nothing changes."


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("clusters")(clusters)
    app.command("segments")(segments)
    app.command("profile")(profile)


def clusters(
    dataset: DatasetArgument,
    number: Annotated[int | None, typer.Option("--number", help=NUMBER_HELP)] = None,
    out: OutOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Show the groups that the products fall into, with names and typical words, and write item_id, cluster, label."""
    from recsys_core.profiles.groups import load_clusters

    opened, name = _profiled(dataset, {} if number is None else {"n_clusters": number}, out)
    found = load_clusters(opened)
    if out is not None:
        _write(out, "item_id", opened.item_ids, "cluster", found.codes, found.labels)
    payload = {
        **_about(opened, name, found, out),
        "basis": list(found.basis),
        "ungrouped": int((found.codes < 0).sum()),
        "clusters": [
            {
                "cluster": place,
                "label": label,
                "size": size,
                "words": [{"word": word, "share": share, "usual": usual} for word, share, usual in words],
            }
            for place, (label, size, words) in enumerate(zip(found.labels, found.sizes, found.words, strict=True))
        ],
    }
    output.emit(payload, as_json=as_json, table=lambda: _clusters_table(payload))


def segments(
    dataset: DatasetArgument,
    number: Annotated[int | None, typer.Option("--number", help=NUMBER_HELP)] = None,
    out: OutOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Show the segments of shoppers with what sets each apart, in figures, and write user_id, segment, label."""
    from recsys_core.profiles.segments import load_segments

    opened, name = _profiled(dataset, {} if number is None else {"n_segments": number}, out)
    found = load_segments(opened)
    if out is not None:
        _write(out, "user_id", opened.user_ids, "segment", found.codes, found.labels)
    rows = [{"segment": place, **segment.to_json()} for place, segment in enumerate(found.segments)]
    payload = {**_about(opened, name, found, out), "segments": rows}
    output.emit(payload, as_json=as_json, table=lambda: _segments_table(payload))


def profile(
    dataset: DatasetArgument,
    weights: Annotated[str, typer.Option("--weights", help="Weights of parts, such as text=1,price=0.5; 0 leaves a part out.")] = "",
    seed: Annotated[int | None, typer.Option("--seed", min=0, max=2**31 - 1, help="Of all draws.")] = None,
    default: Annotated[bool, typer.Option("--default", help="Go back to the profile made at intake.")] = False,
    gains: Annotated[bool, typer.Option("--gains", help="Show what each part adds, measured on shoppers' hidden products.")] = False,
    as_json: output.JsonOption = False,
) -> None:
    """Show or change what the profiles of products are made of; clusters and segments are made anew where it changes."""
    from recsys_core.profiles.gains import load_gains

    change: dict[str, Any] = {"weights": _weights(weights)} if weights else {}
    change |= {} if seed is None else {"seed": seed}
    opened, name = _profiled(dataset, None if default else change, None)
    measured = load_gains(opened).to_json()
    from recsys_core.profiles.store import open_profile

    made = open_profile(opened)
    assert made is not None
    columns = made.json("columns.json")
    payload = {
        "dataset": opened.id,
        "profile": name,
        "request": made.manifest["request"],
        "parts": columns["items"],
        "user_columns": columns["users"],
        "gains": measured,
    }
    output.emit(payload, as_json=as_json, table=lambda: _profile_table(payload, gains))


def _profiled(dataset: str, change: dict[str, Any] | None, out: Path | None) -> tuple[Dataset, str]:
    """The dataset and the name of its profile: the chosen one with `change` (None: the default), made now where it is not there."""
    from recsys_core.cli.tables import check_format
    from recsys_core.data.dataset import Dataset
    from recsys_core.jobs import run_here
    from recsys_core.profiles.store import ProfileRequest, open_profile
    from recsys_core.storage.workspace import Workspace

    if out is not None:
        check_format(out)
    workspace = Workspace.open()
    opened = Dataset.open(workspace.dataset_dir(workspace.registry.dataset(dataset).id))
    there = open_profile(opened)
    usable = there is not None and there.has("segments.json")
    if there is not None and usable and change == {}:
        return opened, there.folder.name
    before = dict(there.manifest.get("request", {})) if there is not None and change is not None else {}
    request = ProfileRequest.from_json({**before, **(change or {})})
    spec = {"dataset": opened.id, **request.to_json()}
    with output.progress_bar("Making the profile") as report:
        job = run_here(workspace, "profile", spec, title=f"Profile of {opened.name}", on_progress=report)
    return opened, str((job.result or {})["profile"])


def _weights(text: str) -> dict[str, float]:
    """'text=1,price=0.5' as numbers. Raises InputError."""
    found = {}
    for piece in text.split(","):
        name, _, number = (part.strip() for part in piece.partition("="))
        try:
            found[name] = float(number)
        except ValueError as error:
            raise InputError(
                f"--weights has '{piece.strip()}'.", "Write PART=NUMBER, several separated by commas: text=1,price=0.5."
            ) from error
    return found


def _about(dataset: Dataset, name: str, found: ItemClusters | Segments, out: Path | None) -> dict[str, Any]:
    return {
        "dataset": dataset.id,
        "profile": name,
        "number": len(found.labels),
        "suggested": found.suggested,
        "plain": found.plain,
        "seed": found.seed,
        "labels": list(found.labels),
        "sizes": list(found.sizes),
        "scores": {str(number): score for number, score in found.scores.items()},
        "reason": found.reason,
        "out": str(out) if out else None,
    }


def _write(out: Path, id: str, ids: Any, what: str, codes: Any, labels: list[str]) -> None:
    import numpy as np

    from recsys_core.cli.tables import write_table

    named = np.array([labels[code] if code >= 0 else "" for code in codes.tolist()], dtype=object)
    write_table(out, {id: np.asarray(ids, dtype=object), what: np.asarray(codes), "label": named})


def _clusters_table(payload: dict[str, Any]) -> RenderableType | str:
    if payload["reason"]:
        return str(payload["reason"])
    rows = [
        [str(one["cluster"]), one["label"], output.count(one["size"]), ", ".join(f"{w['word']} {w['share']:.0%}" for w in one["words"][:4])]
        for one in payload["clusters"]
    ]
    return output.columns(["cluster", "label", "products", "typical words"], rows, right=["cluster", "products"])


def _segments_table(payload: dict[str, Any]) -> RenderableType | str:
    if payload["reason"]:
        return str(payload["reason"])
    rows = [
        [str(one["segment"]), one["label"], output.count(one["size"]), "; ".join(feature["text"] for feature in one["features"][:3])]
        for one in payload["segments"]
    ]
    return output.columns(["segment", "label", "shoppers", "what sets it apart"], rows, right=["segment", "shoppers"])


def _profile_table(payload: dict[str, Any], gains: bool) -> RenderableType:
    if not gains:
        rows = [[one["part"], f"{one['weight']:g}", output.count(one["columns"]), f"{one['covered']:.0%}"] for one in payload["parts"]]
        return output.columns(
            ["part", "weight", "columns", "products that have it"], rows, right=["weight", "columns", "products that have it"]
        )
    rows = [
        [one["part"], f"{one['weight']:g}", *(output.figure(one[key]) for key in ("alone", "without", "gain", "low", "high"))]
        for one in payload["gains"]["parts"]
    ]
    titles = ["part", "weight", "alone", "without", "gain", "low", "high"]
    return output.columns(titles, rows, right=titles[1:])
