"""`filter`: which synthetic shoppers to keep, what is dropped and why, and what keeping fewer does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import options, output
from recsys_core.errors import InputError

if TYPE_CHECKING:
    from rich.console import RenderableType

CURVES = ("fidelity", "utility", "privacy")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("filter")(filter_)


def filter_(
    set_: Annotated[str, typer.Argument(metavar="SET", help="The synthetic set's id (see `synthetic`), or the start of it.")],
    keep: Annotated[
        str | None,
        typer.Option("--keep", metavar="SHARE", help="Make a set of the best: a share of those that pass the rules, or natural."),
    ] = None,
    seed: options.SeedOption = 0,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to write what is kept: .parquet or .csv.")] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why it must leave although privacy failed; it is kept.")
    ] = None,
    as_json: output.JsonOption = False,
) -> None:
    """Judge each synthetic shopper: is it real enough, no near copy of a real one and not like nobody, and are its rows valid?

    Without --keep the set is only marked: what would be dropped and why, and fidelity, utility and privacy by the share kept.
    """
    from recsys_core.cli.tables import check_format
    from recsys_core.jobs import run_here
    from recsys_core.jobs.filter_spec import KIND, filter_spec
    from recsys_core.jobs.synthetic_export import check_reason, export_set
    from recsys_core.storage.workspace import Workspace

    check_reason(reason)
    if out is not None:
        check_format(out)
        if keep is None:
            raise InputError("Nothing is made without --keep, so there is nothing to write.", "Add --keep .8, or another share.")
    workspace = Workspace.open()
    spec = filter_spec(workspace, set_, keep, seed=seed)
    title = f"Filter {spec['set']}"
    with output.progress_bar(title) as report:
        job = run_here(workspace, KIND, spec, title=title, on_progress=report)
    result = dict(job.result or {})
    if out is not None:
        result |= {"out": export_set(workspace, result["made"], out, reason)["out"]}
    output.emit(result, as_json=as_json, table=lambda: _table(result))


def _table(told: dict[str, Any]) -> RenderableType:
    from rich.console import Group

    made = f"Made {told['made']}" if told["made"] else "Nothing was made: add --keep to make a set"
    limits = told["limits"]
    parts: list[RenderableType] = [
        f"{made}. At {told['keep']:.2f}, {told['kept']:,} of {told['shoppers']:,} shoppers stay; by itself it keeps {told['natural']:.2f}.",
        f"Allowed: Jaccard from {limits['far']:.3f} to below {limits['close']:.3f} to the nearest real shopper. "
        f"The critic tells real from synthetic with AUC {limits['told_apart']:.2f} (.5 by chance).",
        "",
        output.columns(
            ("dropped", "why", "for example"),
            [(output.count(each["shoppers"]), each["words"], ", ".join(each["examples"][:3])) for each in told["dropped"]],
            right=("dropped",),
        ),
        output.columns(("keep", "shoppers", *CURVES), [_stop(stop) for stop in told["curves"]], right=("keep", "shoppers", *CURVES)),
    ]
    parts += [f"{name.capitalize()}: {told['titles'][name]}" for name in CURVES]
    parts += [f"Note: {note}" for note in told["notes"]]
    parts += [f"Its scorecard: {', '.join(f'{group} {status}' for group, status in told['verdicts'].items())}."] if told["verdicts"] else []
    return Group(*parts, *([f"Written to {told['out']}."] if "out" in told else []))


def _stop(stop: dict[str, Any]) -> tuple[str, ...]:
    points = (stop[name] for name in CURVES)
    shown = (output.NOTHING if p is None else f"{p['value']:.3f} ({p['low']:.3f} to {p['high']:.3f})" for p in points)
    return ("as it is" if stop["keep"] is None else f"{stop['keep']:.1f}", output.count(stop["shoppers"]), *shown)
