"""`whatif`: what a scenario would show to everybody, what it costs and brings, whether it keeps its guardrails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import output
from recsys_core.cli.scenario_options import LengthOption, find_scenario, with_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recsys_core.jobs.movement import Movement
    from recsys_core.jobs.studio import Opened
    from recsys_core.ranking.outcome import Figure, GroupFigures, Outcome
    from recsys_core.ranking.scenario import Scenario
    from recsys_core.ranking.whatif import Stop

MOVED = 5  # winners, and losers, in the table
COUNTS = ("never_shown",)
# what the table shows, in this order; --json has all figures
WORDS = {
    "relevance_kept": "predicted match kept",
    "ndcg": "held-out NDCG",
    "revenue": "held-out revenue found",
    "ild": "variety (mean distance)",
    "calibration": "distance from past taste (bits)",
    "tail": "share from the long tail",
    "fresh": "share of new products",
    "groups": "categories in a list",
    "price": "average price",
    "margin": "average margin",
    "novelty": "novelty (bits)",
    "churn": "share of a list that is new",
    "coverage": "share of products shown",
    "never_shown": "products never shown",
    "gini": "Gini of exposure",
    "top_share": "exposure of the top 1 %",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("whatif")(whatif)


def whatif(
    run: Annotated[str, typer.Argument(help="The run's id (see `runs`).")],
    scenario: Annotated[
        str, typer.Option("--scenario", metavar="FILE|ID", help="A file that `scenario export` wrote, or a scenario's id or name.")
    ],
    k: LengthOption = None,
    users: Annotated[int | None, typer.Option("--users", min=1, help="Only so many shoppers, drawn with a fixed seed.")] = None,
    frontier: Annotated[bool, typer.Option("--frontier", help="Also variety from 0 to 100, with what is kept at each.")] = False,
    find_best: Annotated[bool, typer.Option("--find-best", help="Also the largest variety that keeps every guardrail.")] = False,
    movement: Annotated[bool, typer.Option("--movement", help="Also what moves on the map of products.")] = False,
    as_json: output.JsonOption = False,
) -> None:
    """Compare the lists of a scenario with what is published, or with the plain top k. Nothing is published by it.

    A scenario without guardrails is held against the usual ones: predicted match kept at least 95 %, in no segment below 90 %, and no
    fewer products shown than before.
    """
    from recsys_core.jobs.movement import movement_of
    from recsys_core.jobs.studio import open_studio
    from recsys_core.jobs.told import payload
    from recsys_core.ranking.guardrails import DEFAULTS
    from recsys_core.ranking.outcome import outcome
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    record = workspace.registry.run(run)
    asked = with_options(find_scenario(workspace, record.dataset_id, scenario), k, {})
    guarded = asked if asked.guardrails else asked.with_(guardrails=DEFAULTS)
    opened = open_studio(workspace, record.id, verify=True)
    answer = opened.studio.answer(guarded, _sample(opened, users))
    found = outcome(opened.studio, answer)
    moved = movement_of(opened, answer) if movement else None
    with output.progress_bar("Turning variety"):
        stops = opened.studio.frontier(guarded) if frontier else None
        best = opened.studio.find_best(guarded) if find_best else None
    told = payload(opened, asked, found, default_guardrails=not asked.guardrails)
    told |= {"frontier": stops} if frontier else {}
    told |= {"best_variety": best} if find_best else {}
    told |= {"movement": moved.to_json()} if moved else {}
    output.emit(told, as_json=as_json, table=lambda: _table(opened, asked, found, stops, (best,) if find_best else (), moved))


def _sample(opened: Opened, users: int | None) -> Any:
    """Row numbers of so many shoppers; None for all."""
    import numpy as np

    n = opened.dataset.n_users
    return None if users is None or users >= n else np.sort(np.random.default_rng(0).choice(n, users, replace=False))


def _table(
    opened: Opened, asked: Scenario, found: Outcome, stops: Sequence[Stop] | None, best: Sequence[int | None], moved: Movement | None
) -> Any:
    from rich.console import Group

    title = f"{asked.name} ({asked.hash}) on {opened.run.id}: {output.count(found.users)} shoppers, lists of {found.k}"
    parts: list[Any] = [f"{title}. Before: {opened.compared_with}. {found.changed:.0%} of the lists change."]
    if opened.unshown:
        parts.append(f"What is published cannot be shown by this run: {opened.unshown}")
    parts.append(_figures(found.figures))
    parts.append(_guardrails(found, default=not asked.guardrails))
    parts.append(_concentration(found))
    if found.products:
        parts.append(_moved("products: winners, then losers", found.products))
    if found.groups:
        parts.append(_moved("groups: winners, then losers", found.groups))
    if found.price_bands:
        parts.append(_moved("price bands", found.price_bands, in_order=True))
    told = [each for each in found.segments if each.figures]
    if told:
        parts.append(_segments(told))
    parts += _rules(found)
    if stops is not None:
        parts.append(_frontier(stops))
    for position in best:
        words = (
            "Not even variety 0 keeps every guardrail."
            if position is None
            else f"The largest variety that keeps every guardrail: {position}."
        )
        parts.append(words)
    if moved is not None:
        parts += _movement(moved)
    return Group(*parts)


def _movement(moved: Movement) -> list[Any]:
    width = moved.width
    wider = ("wider" if width.difference > 0 else "narrower") if width.is_clear else "no clear change"
    told = (
        f"On the map of products ({moved.method}) the centre of a list moves {moved.distance.value:.2f} spreads "
        f"({moved.distance.low:.2f} to {moved.distance.high:.2f}); a list reaches {width.before:.2f} → {width.after:.2f} spreads from its "
        f"centre, {width.low:+.3f} to {width.high:+.3f}: {wider}."
    )
    rows = [
        [arrow.label, output.count(arrow.users), _place(arrow.start), _place(arrow.end), "" if arrow.clear else "no clear shift"]
        for arrow in moved.arrows
    ]
    return [told, output.columns(["shoppers", "n", "centre before", "after", ""], rows, right=["n"])] if rows else [told]


def _place(place: tuple[float, float]) -> str:
    return f"{place[0]:.2f}, {place[1]:.2f}"


def _figures(figures: Sequence[Figure]) -> Any:
    by_name = {each.name: each for each in figures}
    shown = [by_name[name] for name in WORDS if name in by_name]
    rows = [[WORDS[each.name], _value(each, each.before), _value(each, each.after), _change(each), _clear(each)] for each in shown]
    return output.columns(["figure", "before", "after", "change (95 %)", ""], rows, right=["before", "after", "change (95 %)"])


def _value(figure: Figure, value: float) -> str:
    return output.count(round(value)) if figure.name in COUNTS else output.figure(value)


def _change(figure: Figure) -> str:
    if figure.difference != figure.difference:
        return output.NOTHING
    change = f"{figure.difference:+,.0f}" if figure.name in COUNTS else f"{figure.difference:+.4f}"
    return change if figure.low != figure.low else f"{change} ({figure.low:+.4f} to {figure.high:+.4f})"


def _clear(figure: Figure) -> str:
    return "" if figure.low != figure.low or figure.is_clear else "no clear change"


def _guardrails(found: Outcome, *, default: bool) -> Any:
    rows = []
    for light in found.guardrails:
        bounds = [
            f"{word} {bound:g}"
            for word, bound in (("at least", light.guardrail.least), ("at most", light.guardrail.most))
            if bound is not None
        ]
        name = light.guardrail.metric.replace("_", " ") + (f" ({light.segment})" if light.segment else "")
        rows.append([name, ", ".join(bounds), output.figure(light.value), "pass" if light.passes else "FAIL"])
    title = "guardrail (the usual ones: the scenario has none)" if default else "guardrail"
    return output.columns([title, "bound", "found", ""], rows, right=["found"])


def _concentration(found: Outcome) -> str:
    half, share = found.exposure, 0.0 if found.losing != found.losing else found.losing
    return (
        f"Half of all exposure goes to {output.count(half.half_after)} products (before: {output.count(half.half_before)}). "
        f"{share:.1%} of the shoppers lose more than a tenth of their predicted match."
    )


def _moved(title: str, moved: Sequence[GroupFigures], *, in_order: bool = False) -> Any:
    """Those that gain most exposure and those that lose most; all of them, as they stand, where their order says more."""
    gains = [each for each in moved if each.after > each.before][:MOVED]
    losses = [each for each in moved if each.after < each.before][-MOVED:]
    rows = [
        [each.label, output.count(each.items), f"{each.before:.2%}", f"{each.after:.2%}", f"{each.low:+.2%} to {each.high:+.2%}"]
        for each in (moved if in_order else (*gains, *losses))
    ]
    return output.columns(
        [title, "products", "before", "after", "change (95 %)"], rows, right=["products", "before", "after", "change (95 %)"]
    )


def _segments(told: Sequence[Any]) -> Any:
    names = [figure.name for figure in told[0].figures]
    rows = [[each.label, output.count(each.users), *(f"{f.before:.3f} → {f.after:.3f}" for f in each.figures)] for each in told]
    titles = [WORDS[name] for name in names]
    return output.columns(["segment", "shoppers", *titles], rows, right=["shoppers", *titles])


def _rules(found: Outcome) -> list[Any]:
    if not found.rules:
        return []
    rows = [
        [each.rule, each.kind, output.count(each.products), output.count(each.shoppers), " ".join(_problem(p) for p in each.problems)]
        for each in found.rules
    ]
    return [output.columns(["rule", "kind", "products", "shoppers", "problem"], rows, right=["products", "shoppers"])]


def _problem(problem: Any) -> str:
    return f"{problem.kind}{f' with {problem.other}' if problem.other else ''}: {problem.reason}"


def _frontier(stops: Sequence[Stop]) -> Any:
    rows = [
        [
            str(s.position),
            output.figure(s.relevance_kept),
            output.figure(s.ild),
            output.figure(s.ndcg),
            output.figure(s.coverage),
            "pass" if s.passes else "FAIL",
        ]
        for s in stops
    ]
    titles = ["variety", *(WORDS[name] for name in ("relevance_kept", "ild", "ndcg", "coverage"))]
    return output.columns([*titles, "guardrails"], rows, right=titles)
