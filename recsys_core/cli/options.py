"""Options that several commands take: the dataset, the model and how it is trained (`output` has --json)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from recsys_core.errors import InputError
from recsys_core.models.registry import model_specs


def model_ids(*, searchable: bool = False) -> str:
    """The models there are, for a help text; with `searchable` those that have settings to search."""
    return ", ".join(spec.id for spec in model_specs() if not searchable or any(s.search is not None for s in spec.settings))


DatasetArgument = Annotated[str, typer.Argument(help="The dataset's id (see `datasets`).")]
ModelOption = Annotated[str, typer.Option("--model", help=f"{model_ids()}.")]
SetOption = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A setting; may be given more than once.")]
ProtocolOption = Annotated[
    str | None,
    typer.Option("--protocol", help="random, last, time, users, given, or all. Default: given where a split column is, else random."),
]
RefitOption = Annotated[bool, typer.Option("--refit", help="Fit once more on train and validation with what was chosen.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1, help="The same seed gives the same lists.")]


def parse_settings(texts: Iterable[str] | None) -> dict[str, str]:
    """What --set was given, each KEY=VALUE. Raises InputError where there is no '='."""
    found = {}
    for text in texts or ():
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise InputError(f"--set was given '{text}'.", "Write it as KEY=VALUE, for example --set epochs=50.")
        found[key.strip()] = value.strip()
    return found
