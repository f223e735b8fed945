"""`autopilot`: baselines, a VAE and their blend, tuned as time allows, compared, with a verdict."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from recsys_core.cli import options, output


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("autopilot")(autopilot)


def autopilot(
    dataset: options.DatasetArgument,
    minutes: Annotated[float, typer.Option("--minutes", help="How long it may take, about.")] = 10.0,
    protocol: options.ProtocolOption = None,
    seed: options.SeedOption = 0,
    as_json: output.JsonOption = False,
) -> None:
    """Train and tune what usually wins, test each model once, and say which is best and which are as good."""
    from recsys_core.jobs import run_here
    from recsys_core.jobs.autopilot_spec import autopilot_spec
    from recsys_core.jobs.possible import check_possible
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    spec = autopilot_spec(workspace.registry.dataset(dataset).id, minutes=minutes, protocol=protocol, seed=seed)
    check_possible(workspace, spec)
    with output.progress_bar("Autopilot") as report:
        job = run_here(workspace, "autopilot", spec, title="Autopilot", on_progress=report)
    result = dict(job.result or {})
    output.emit(result, as_json=as_json, table=lambda: _table(result))


def _table(result: dict[str, Any]) -> Any:
    from rich.console import Group

    found = result["verdict"]
    words = {found["best"]: "first", **dict.fromkeys(found["equal"], "no clear difference")}
    searched = {each["run"]: len(each["trials"]) for each in result["models"]}
    body = [
        [row["run"], output.interval(row), output.count(searched[row["run"]]), words.get(row["run"], "clearly behind")]
        for row in found["ranking"]
    ]
    title = f"{found['part']} {found['metric']}"
    table = output.columns(["run", title, "trials", "verdict"], body, right=[title, "trials"])
    lines = [f"{each['model']} was left out: {each['reason']}" for each in result["left_out"]]
    heading = f"protocol {result['protocol']}, seed {result['seed']}, {output.duration(result['seconds'])}; paired tests, Holm-adjusted"
    return Group(heading, table, advice(found), *lines)


def advice(found: dict[str, Any]) -> str:
    """What to use: chosen on validation alone, for what is picked because it came first on the test would look better than it is."""
    chosen = found["by_validation"]
    if chosen == found["best"]:
        return f"Use {chosen}: it is the best on validation, and first here."
    if chosen in found["equal"]:
        return f"Use {chosen}: it is the best on validation, and not clearly different from the first here."
    return f"Use {chosen}: it is the best on validation, but {found['best']} was clearly ahead on the test; look at both on another split."
