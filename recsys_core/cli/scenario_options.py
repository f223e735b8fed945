"""The scenario that a command is asked to apply: from a file or the registry, with what the options set on top of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recsys_core.errors import InputError

if TYPE_CHECKING:
    from recsys_core.ranking.scenario import Scenario
    from recsys_core.storage.workspace import Workspace

ScenarioOption = Annotated[
    str | None, typer.Option("--scenario", metavar="FILE|ID", help="A file that `scenario export` wrote, or a scenario's id or name.")
]
LengthOption = Annotated[int | None, typer.Option("--k", min=1, help="Length of each list; else the scenario's, or 10.")]


def find_scenario(workspace: Workspace, dataset: str, text: str) -> Scenario:
    """The scenario in a file, or of the shop that the dataset belongs to. Raises UserError where there is none, or it is another shop's."""
    from recsys_core.cli.scenario import read_scenario
    from recsys_core.ranking.scenario import Scenario

    if Path(text).suffix.lower() == ".json" or Path(text).is_file():
        return read_scenario(Path(text))
    registry = workspace.registry
    shop = registry.shop_of(dataset)
    own = [record for record in registry.scenarios(shop) if record.name == text]
    record = own[0] if own else registry.scenario(text)
    if record.shop != shop:
        raise InputError(
            f"The scenario '{record.name}' belongs to another shop than this run.",
            f"Export it (`scenario export {record.id} --out FILE.json`) and give the file.",
        )
    return Scenario.from_json(record.settings)


def with_options(scenario: Scenario, k: int | None, sliders: dict[str, float | None]) -> Scenario:
    """The scenario with another length and other positions, those that are None as they are. Raises InputError out of range."""
    given = {name: position for name, position in sliders.items() if position is not None}
    raw = {name: weight for name, weight in scenario.raw.items() if name not in given}
    if k is None:
        return scenario.with_(**given, raw=raw)
    check_length(k)
    return scenario.with_(**given, raw=raw, k=k, pool=max(scenario.pool, k))


def check_length(k: int) -> None:
    """Raise InputError for a list that is too long for the studio."""
    from recsys_core.ranking.scenario import LONGEST_LIST

    if k > LONGEST_LIST:
        raise InputError(
            f"A list of {k} can only be a plain one: with a scenario or a slider it has at most {LONGEST_LIST} products.",
            f"Use --k up to {LONGEST_LIST}, or leave the scenario and the sliders out.",
        )
