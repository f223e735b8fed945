"""`neighbours`: the products or shoppers nearest to one, by a model's vectors and by what is known of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import output
from recsys_core.cli.map_options import RunArgument

if TYPE_CHECKING:
    from rich.console import RenderableType

    from recsys_core.data.dataset import Dataset
    from recsys_core.latent.clusters import LatentClusters
    from recsys_core.latent.neighbours import Neighbours

ID = {"items": "item_id", "users": "user_id"}
HINT = "Give --item ID, --user ID, or --all with --what items or users."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("neighbours")(neighbours)


def neighbours(
    run: RunArgument,
    item: Annotated[list[str] | None, typer.Option("--item", metavar="ID", help="A product; may be given more than once.")] = None,
    user: Annotated[list[str] | None, typer.Option("--user", metavar="ID", help="A shopper; may be given more than once.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that have a vector; use --out or --json.")] = False,
    what: Annotated[str, typer.Option("--what", help="With --all: items or users.")] = "items",
    k: Annotated[int, typer.Option("--k", min=1, max=1000, help="Neighbours of each.")] = 10,
    by: Annotated[str, typer.Option("--by", help="model: its vectors; attributes: titles, categories, habits; both.")] = "model",
    out: Annotated[Path | None, typer.Option("--out", help="Where to write a row for each neighbour: .parquet or .csv.")] = None,
    as_json: output.JsonOption = False,
) -> None:
    """Who is near whom: similarity (cosine), cluster, and how many shoppers bought both, against how many would by chance."""
    from recsys_core.cli.tables import check_format
    from recsys_core.data.dataset import Dataset
    from recsys_core.errors import InputError
    from recsys_core.jobs.work.latent_clusters import keep_clusters
    from recsys_core.latent.neighbours import attribute_space, check_way, find_one, model_space
    from recsys_core.models.runs import Run
    from recsys_core.storage.workspace import Workspace

    if bool(item) + bool(user) + everything != 1:
        raise InputError(
            "It is not said whose neighbours." if not (item or user or everything) else "Two things are asked for at once.", HINT
        )
    if what not in ID:
        raise InputError(f"The option what is '{what}'.", "Use one of: items, users.")
    if everything and out is None and not as_json:
        raise InputError("The neighbours of all are too many to print.", "Add --out FILE (.parquet or .csv), or --json.")
    if out is not None:
        check_format(out)
    ways = check_way(by)
    what = "items" if item else "users" if user else what
    workspace = Workspace.open()
    opened = Run.open(workspace.run_dir(workspace.registry.run(run).id))
    dataset = Dataset.open(workspace.dataset_dir(opened.dataset_id))
    rows = [find_one(dataset, what, id) for id in (item or user or ())]
    opened.vectors(what)
    clusters = keep_clusters(workspace, opened, what)
    found: dict[str, Neighbours] = {}
    for way in ways:
        space = model_space(opened, dataset, what) if way == "model" else attribute_space(dataset, what)
        found[way] = space.nearest(clusters.rows if everything else rows, k)
    payload: dict[str, Any] = {"run": opened.id, "what": what, "by": list(ways), "k": k, "out": str(out) if out else None}
    payload["clusters"] = [
        {"cluster": code, "label": label, "size": size, "terms": terms}
        for code, (label, size, terms) in enumerate(zip(clusters.labels, clusters.sizes, clusters.terms, strict=True))
    ]
    payload |= {"clusters_plain": clusters.plain, "clusters_suggested": clusters.suggested}
    if out is not None:
        _write(out, dataset, clusters, found)
    if not everything or (as_json and out is None):
        payload["neighbours"] = [_told(dataset, clusters, way, near, place) for way, near in found.items() for place in range(len(near.of))]
    else:
        payload["rows"] = sum(int((near.rows >= 0).sum()) for near in found.values())
    output.emit(payload, as_json=as_json, table=(lambda: _table(payload)) if "neighbours" in payload else None)


def _one(dataset: Dataset, clusters: LatentClusters, row: int) -> dict[str, Any]:
    import numpy as np

    items = clusters.what == "items"
    told: dict[str, Any] = {"id": str((dataset.item_ids if items else dataset.user_ids)[row])}
    if items:
        title = dataset.items["title"].iloc[row]
        told["title"] = title if isinstance(title, str) else ""
    return {**told, "cluster": int(clusters.codes_of(np.array([row]))[0]), "label": clusters.label(row)}


def _told(dataset: Dataset, clusters: LatentClusters, way: str, found: Neighbours, place: int) -> dict[str, Any]:
    near = [
        {
            "rank": rank + 1,
            **_one(dataset, clusters, int(other)),
            "similarity": float(found.similarity[place, rank]),
            "shared": int(found.shared[place, rank]),
            "expected": float(found.expected[place, rank]),
        }
        for rank, other in enumerate(found.rows[place])
        if other >= 0
    ]
    return {**_one(dataset, clusters, int(found.of[place])), "by": way, "neighbours": near}


def _write(out: Path, dataset: Dataset, clusters: LatentClusters, found: dict[str, Neighbours]) -> None:
    import numpy as np

    from recsys_core.cli.tables import write_table

    ids = np.asarray(dataset.item_ids if clusters.what == "items" else dataset.user_ids, dtype=object)
    parts: list[dict[str, Any]] = []
    for way, near in found.items():
        at, rank = np.nonzero(near.rows >= 0)
        other = near.rows[at, rank]
        columns = {
            ID[clusters.what]: ids[near.of[at]],
            "rank": rank + 1,
            "neighbour_id": ids[other],
            "similarity": near.similarity[at, rank],
        }
        columns |= {"by": np.full(len(at), way, dtype=object), "cluster": clusters.codes_of(near.of[at])}
        columns |= {"neighbour_cluster": clusters.codes_of(other), "shared": near.shared[at, rank], "expected": near.expected[at, rank]}
        parts.append(columns)
    write_table(out, {name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def _table(payload: dict[str, Any]) -> RenderableType:
    shared = "bought both" if payload["what"] == "items" else "both bought"
    titles = ["near to", "by", "#", "neighbour", "similarity", shared, "by chance", "cluster"]
    rows = []
    for one in payload["neighbours"]:
        for near in one["neighbours"]:
            first = near["rank"] == 1
            told = [one.get("title") or one["id"], one["by"]] if first else ["", ""]
            name = f"{near['title']} ({near['id']})" if near.get("title") else near["id"]
            rows.append(
                [
                    *told,
                    str(near["rank"]),
                    name,
                    output.figure(near["similarity"], 3),
                    output.count(near["shared"]),
                    output.figure(near["expected"], 1),
                    near["label"] or output.NOTHING,
                ]
            )
    return output.columns(titles, rows, right=("#", "similarity", shared, "by chance"))
