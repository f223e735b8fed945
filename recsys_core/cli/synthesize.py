"""`synthesize`: make shoppers like a run's; `synthetic [show|export]`: what was made, and its way out of the house."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import options, output
from recsys_core.errors import InputError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from recsys_core.synthesis.store import SetRecord, SyntheticSet

SetId = Annotated[str, typer.Argument(metavar="ID", help="The set's id (see `synthetic`), or the start of it.")]
ReasonOption = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help="Why it must leave although privacy failed or was not measured; it is kept.")
]
TITLES = ("set", "step", "generator", "run", "shoppers", "rows", "made")


def register(app: typer.Typer) -> None:
    """Add `synthesize` and the group `synthetic`."""
    app.command("synthesize")(synthesize)
    group = typer.Typer(name="synthetic", help="List the synthetic sets, show one, write one to a file.", invoke_without_command=True)
    group.callback()(list_)
    for command in (show, export):
        group.command()(command)
    app.add_typer(group)


def synthesize(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run whose log is learned from, less what it is tested by (see `runs`).")],
    users: Annotated[int, typer.Option("--users", help="How many shoppers to make.")],
    generator: Annotated[str, typer.Option("--generator", help="auto takes the one that suits the log.")] = "auto",
    segment: Annotated[
        str | None, typer.Option("--segment", help="Only shoppers of this segment: its name or number, or the name of one drawn on a map.")
    ] = None,
    activity: Annotated[str | None, typer.Option("--activity", metavar="LOW-HIGH", help="Different products a shopper.")] = None,
    price: Annotated[str | None, typer.Option("--price", metavar="LOW-HIGH", help="Only products of these prices.")] = None,
    category: Annotated[str | None, typer.Option("--category", help="Only products of this category.")] = None,
    temperature: Annotated[float, typer.Option("--temperature", help="Above 1 more surprising, below 1 safer.")] = 1.0,
    tail: Annotated[float, typer.Option("--tail", help="From 0, as learned, to 1: rare products more often.")] = 0.0,
    set_: options.SetOption = None,
    seed: options.SeedOption = 0,
    no_score: Annotated[bool, typer.Option("--no-score", help="Make no scorecard; the set then leaves with a --reason only.")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to write the log: .parquet or .csv.")] = None,
    reason: ReasonOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Learn from a log and make a new one of shoppers who never were, with the same columns; kept, and scored.

    Interrupted, it goes on with `job resume`. A privacy fail keeps FILE from being written unless --reason says why it must be.
    """
    from recsys_core.cli.tables import check_format
    from recsys_core.jobs import run_here
    from recsys_core.jobs.synthesize_spec import KIND, synthesize_spec
    from recsys_core.jobs.synthetic_export import check_reason, export_set
    from recsys_core.storage.workspace import Workspace

    check_reason(reason)
    if out is not None:
        check_format(out)
        if no_score and reason is None:
            raise InputError("Without a scorecard the set may not leave.", "Leave out --no-score, or say why with --reason.")
    lowest_highest = _range("--activity", activity)
    workspace = Workspace.open()
    spec = synthesize_spec(
        workspace,
        run,
        users,
        generator=generator,
        segment=segment,
        activity=None if lowest_highest is None else (int(lowest_highest[0]), int(lowest_highest[1])),
        price=_range("--price", price),
        category=category,
        temperature=temperature,
        tail=tail,
        seed=seed,
        settings=options.parse_settings(set_),
        score=not no_score,
    )
    title = f"Make {users:,} shoppers"
    with output.progress_bar(title) as report:
        job = run_here(workspace, KIND, spec, title=title, on_progress=report)
    result = dict(job.result or {})
    if out is not None:
        result |= {"out": export_set(workspace, result["set"], out, reason)["out"]}
    output.emit(result, as_json=as_json, table=lambda: output.facts(_told(result)))


def list_(context: typer.Context, as_json: output.JsonOption = False) -> None:
    """List the synthetic sets, newest first."""
    if context.invoked_subcommand is not None:
        return
    from recsys_core.storage.workspace import Workspace
    from recsys_core.synthesis.store import list_sets

    records = list_sets(Workspace.open())
    output.emit([vars(record) for record in records], as_json=as_json, table=lambda: _listed(records))


def show(id: SetId, as_json: output.JsonOption = False) -> None:
    """Show a set: what was asked for, what it cost, its verdicts, and why it was let out."""
    from recsys_core.jobs.synthetic_export import reasons
    from recsys_core.storage.workspace import Workspace
    from recsys_core.synthesis.store import open_set

    workspace = Workspace.open()
    made = open_set(workspace, id)
    told = set_json(made) | {"reasons": reasons(workspace, made.record.id)}
    output.emit(told, as_json=as_json, table=lambda: output.facts(told))


def export(
    id: SetId,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write the log: .parquet or .csv.")],
    reason: ReasonOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Write a set as a log with the columns of the one it was learned from. A privacy fail asks for a --reason."""
    from recsys_core.cli.tables import check_format
    from recsys_core.jobs.synthetic_export import export_set
    from recsys_core.storage.workspace import Workspace

    check_format(out)
    output.emit(export_set(Workspace.open(), id, out, reason), as_json=as_json)


def set_json(made: SyntheticSet) -> dict[str, Any]:
    """A set as `synthetic show` and `show` print it."""
    card = made.scorecard
    verdicts = {} if card is None else {verdict.group: f"{verdict.status}. {verdict.words}" for verdict in card.verdicts}
    costs = {key: made.artifact.manifest.get(key) for key in ("fit_cpu_seconds", "draw_cpu_seconds", "peak_rss_mb")}
    n_bytes = sum(entry["bytes"] for entry in made.artifact.files.values())
    return {"type": "synthetic set", **vars(made.record), **costs, "bytes": n_bytes, "verdicts": verdicts}


def _listed(records: list[SetRecord]) -> RenderableType:
    rows = [
        (r.id, r.step, r.generator, r.run, output.count(r.users), output.count(r.rows), r.created_at[:16].replace("T", " "))
        for r in records
    ]
    if not rows:
        return "There is no synthetic set yet. Make one with `python -m recsys_core synthesize RUN --users N`."
    return output.columns(TITLES, rows, right=("shoppers", "rows"))


def _told(result: dict[str, Any]) -> dict[str, Any]:
    verdicts = ", ".join(f"{group} {status}" for group, status in result["verdicts"].items())
    return {
        "set": result["set"],
        "generator": result["generator"],
        "why": result["why"],
        "shoppers": result["users"],
        "rows": result["rows"],
        "fit": f"{result['fit_cpu_seconds']:.1f} CPU s",
        "draw": f"{result['draw_cpu_seconds']:.1f} CPU s",
        "verdicts": verdicts or "not scored",
        "out": result.get("out"),
    }


def _range(option: str, text: str | None) -> tuple[float, float] | None:
    """LOW-HIGH as two numbers, None for none. Raises InputError."""
    if text is None:
        return None
    low, dash, high = text.strip().partition("-")
    try:
        found = (float(low), float(high if dash else low))
    except ValueError:
        raise InputError(f"{option} was given '{text}'.", f"Write it as LOW-HIGH, for example {option} 5-20.") from None
    if option == "--activity" and not (found[0].is_integer() and found[1].is_integer()):
        raise InputError(f"{option} was given '{text}'.", "Use whole numbers of products.")
    return found
