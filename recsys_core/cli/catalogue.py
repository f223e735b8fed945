"""`catalogue`: what is known of a dataset's products and shoppers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from recsys_core.cli.options import DatasetArgument
from recsys_core.cli.output import JsonOption, columns, count, emit

if TYPE_CHECKING:
    from rich.console import RenderableType


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(catalogue)


def catalogue(
    dataset: DatasetArgument,
    as_json: JsonOption = False,
) -> None:
    """How many products and shoppers have each attribute, pictures and vectors, and which ids do not match."""
    from recsys_core.data.coverage import attribute_coverage, catalogue_notes
    from recsys_core.data.dataset import Dataset
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    opened = Dataset.open(workspace.dataset_dir(workspace.registry.dataset(dataset).id))
    result = {
        "dataset": opened.id,
        "products": opened.n_items,
        "shoppers": opened.n_users,
        "attributes": [coverage.to_json() for coverage in attribute_coverage(opened)],
        "notes": catalogue_notes(opened),
    }
    emit(result, as_json=as_json, table=lambda: _table(result))


def _table(result: dict[str, Any]) -> RenderableType:
    from rich.console import Group

    if not result["attributes"]:
        return f"Nothing is known of the {count(result['products'])} products and {count(result['shoppers'])} shoppers beyond the log."
    rows = [
        (
            about["of"],
            about["name"],
            about["words"],
            f"{count(about['known'])} of {count(about['total'])}",
            f"{100 * about['events']:.0f} %",
            count(about["distinct"]),
            " · ".join(about["examples"]),
        )
        for about in result["attributes"]
    ]
    known = columns(
        ("of", "attribute", "holds", "known", "of events", "different", "examples"), rows, right=("known", "of events", "different")
    )
    return Group(known, *(f"Note: {note['text']}" for note in result["notes"]))
