"""`baskets`: learn what is bought together, and show how well it completes later baskets."""

from __future__ import annotations

from typing import Any

import typer

from recsys_core.cli import options, output

SHOWN = ("hit@10", "ndcg@10", "mrr")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("baskets")(baskets)


def baskets(dataset: options.DatasetArgument, seed: options.SeedOption = 0, as_json: output.JsonOption = False) -> None:
    """Learn from a dataset's orders what goes together, for `recommend --basket` and product pages.

    One product of each later basket is hidden and looked for, beside item-kNN; everything is chosen on orders before those.
    """
    from recsys_core.jobs import run_here
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    spec = {"dataset": workspace.registry.dataset(dataset).id, "seed": seed}
    title = "Learn what is bought together"
    with output.progress_bar(title) as report:
        job = run_here(workspace, "baskets", spec, title=title, on_progress=report)
    result = dict(job.result or {})
    output.emit(result, as_json=as_json, table=lambda: _table(result))


def _table(result: dict[str, Any]) -> Any:
    from rich.console import Group

    report = result["report"]
    if report is None:
        return "Learned; the log is too small, or has no times, to test it by later orders."
    learned, chosen_by, tested = report["orders"]
    model, settings = report["chosen"]
    rows = [[row["model"], *(_triple(row["intervals"][name]) for name in SHOWN), _triple(row["gain"]["ndcg@10"])] for row in report["rows"]]
    heading = (
        f"Chosen: {model} ({', '.join(f'{key} {value}' for key, value in settings.items())}). Orders: {learned:,} learned from, "
        f"{chosen_by:,} chosen by, {tested:,} tested with one product hidden; 95 % intervals over shoppers"
    )
    titles = ["model", *SHOWN, "ndcg@10 over item-knn"]
    return Group(heading, output.columns(titles, rows, right=titles[1:]))


def _triple(told: list[float]) -> str:
    value, low, high = told
    return output.interval({"value": value, "low": low, "high": high})
