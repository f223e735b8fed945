"""`scenario report|handover`: what a scenario does on a run, as a page for people, or with everybody's lists as a package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recsys_core.cli import output
from recsys_core.errors import InputError

if TYPE_CHECKING:
    from recsys_core.jobs.told import Told

RunArgument = Annotated[str, typer.Argument(help="The run's id (see `runs`).")]
AskedOption = Annotated[
    str, typer.Option("--scenario", metavar="FILE|ID", help="A file that `scenario export` wrote, or a scenario's id or name.")
]


def register(group: typer.Typer) -> None:
    """Add both to the group `scenario`."""
    group.command()(report)
    group.command()(handover)


def report(
    run: RunArgument,
    scenario: AskedOption,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.html", help="Where to write it.")],
    as_json: output.JsonOption = False,
) -> None:
    """Write one HTML file: what was changed, what it does to everybody, who wins and loses. It opens offline and prints well."""
    from recsys_core.jobs.report import report as made

    _check_name(out, ".html")
    told = _told(run, scenario)
    _write(out, made(told).encode(), told, as_json)


def handover(
    run: RunArgument,
    scenario: AskedOption,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.zip", help="Where to write it.")],
    as_json: output.JsonOption = False,
) -> None:
    """Write a zip: everybody's lists as CSV and Parquet, the rules as a table, the scenario, the report, a column guide, a manifest."""
    from recsys_core.jobs.handover import handover as made

    _check_name(out, ".zip")
    told = _told(run, scenario)
    _write(out, made(told), told, as_json)


def _told(run: str, text: str) -> Told:
    from recsys_core.cli.scenario_options import find_scenario
    from recsys_core.jobs.studio import open_studio
    from recsys_core.jobs.told import tell
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    record = workspace.registry.run(run)
    scenario = find_scenario(workspace, record.dataset_id, text)
    opened = open_studio(workspace, record.id, verify=True)
    with output.progress_bar("Ranking everybody"):
        return tell(opened, scenario)


def _check_name(path: Path, ending: str) -> None:
    """Raise InputError before the work, not after it."""
    if path.suffix.lower() != ending:
        raise InputError(f"The file '{path}' does not end in {ending}.", f"Give --out a name that ends in {ending}.")
    if not path.parent.is_dir() or path.is_dir():
        raise InputError(f"A file cannot be written to '{path}'.", "Make its folder, or choose another place.")


def _write(path: Path, content: bytes, told: Told, as_json: bool) -> None:
    import hashlib

    from recsys_core.storage.atomic import new_file

    try:
        with new_file(path) as file:
            file.write(content)
    except OSError as error:
        raise InputError(f"The file '{path}' cannot be written ({error.strerror or error}).", "Give --out another place.") from error
    payload = {
        "run": told.opened.run.id,
        "scenario": told.scenario.name,
        "hash": told.scenario.hash,
        "shoppers": told.outcome.users,
        "passes": told.outcome.passes,
        "sha256": hashlib.sha256(content).hexdigest(),
        "out": str(path),
    }
    output.emit(payload, as_json=as_json)
