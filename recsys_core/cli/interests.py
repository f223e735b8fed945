"""`interests`: which groups of products a shopper will choose from next, and how well such tags foretell held-out products."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from recsys_core.cli import output


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("interests")(interests)


def interests(
    run: Annotated[str, typer.Argument(help="The run's id (see `runs`): its split says what may be known.")],
    user: Annotated[str | None, typer.Option("--user", help="A shopper's id: their tags as well.")] = None,
    k: Annotated[int, typer.Option("--k", min=1, help="How many tags.")] = 3,
    as_json: output.JsonOption = False,
) -> None:
    """Measure interest tags on held-out products, beside the most popular groups, and keep it for the studio.

    How tags are made is chosen on the run's validation part; the figures are of its test part.
    """
    from recsys_core.jobs.interests import measure
    from recsys_core.jobs.studio import open_studio
    from recsys_core.profiles.groups import load_groups
    from recsys_core.profiles.interests import describe_tags, predict_interests
    from recsys_core.storage.workspace import Workspace

    opened = open_studio(Workspace.open(), run, published=False)
    shopper = None if user is None else opened.dataset.user_index(user)
    recipe, held = measure(opened)
    told: dict[str, Any] = {"run": opened.run.id, "recipe": asdict(recipe), **asdict(held)}
    if shopper is not None:
        groups = load_groups(opened.dataset)
        found = predict_interests(opened.dataset, groups, opened.split.known, recipe, opened.run.candidates)
        past = opened.split.known[[shopper]].indices
        told |= {"user": user, "tags_of": [asdict(tag) for tag in describe_tags(opened.dataset, groups, found, shopper, k, past=past)]}
    output.emit(told, as_json=as_json, table=lambda: _table(told))


def _table(told: dict[str, Any]) -> Any:
    from rich.console import Group

    parts: list[Any] = [
        f"Of {told['users']:,} shoppers' held-out products, the three top tags hold {output.interval(told['tags'])} and the three most "
        f"popular groups {output.interval(told['popular'])}: {output.interval(told['gain'])} more (shares, 95 %)."
    ]
    if "tags_of" in told:
        rows = [[tag["label"], f"{tag['score']:.0%}", f"{tag['usual']:.0%}", str(tag["products"])] for tag in told["tags_of"]]
        parts.append(output.columns(["tag", "score", "usual", "products"], rows, right=["score", "usual", "products"]))
    return Group(*parts)
