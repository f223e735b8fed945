"""`explain`: why a shopper is shown a product: past purchases, the smallest set that it takes, the waterfall of the pick, the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from recsys_core.cli import output
from recsys_core.cli.scenario_options import LengthOption, ScenarioOption, find_scenario, with_options

if TYPE_CHECKING:
    from recsys_core.data.dataset import Dataset
    from recsys_core.explain.pick import Explanation
    from recsys_core.jobs.studio import Opened
    from recsys_core.ranking.scenario import Scenario

VERDICTS = {
    "because": "",
    "no-single": "No single past purchase explains this.",
    "popular": "Popular overall: the shopper's own past adds little.",
    "nothing": "Nothing in the shopper's past speaks for it.",
    "placed": "A rule put it there.",
    "unknown": "This run does not know the product.",
}
PLACINGS = {
    "pinned": "A rule pins it to this place{rules}.",
    "soft pin": "A rule wants it at this place{rules}.",
    "reserved": "This place is kept for such products{rules}.",
    "best seller": "It is a best seller: there were too few candidates for this shopper.",
    "lifted": "A rule lifted it{rules}; the model and the sliders did the rest.",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)


def explain(
    run: Annotated[str, typer.Argument(help="The run's id (see `runs`).")],
    user: Annotated[str, typer.Option("--user", help="The shopper's id.")],
    item: Annotated[str, typer.Option("--item", help="The product's id.")],
    scenario: ScenarioOption = None,
    k: LengthOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Explain a product to a shopper, by the run's own scores with past purchases taken away one by one.

    It explains the model, not the shopper. Past purchases that say the same share the credit; the smallest set is found greedily.
    """
    from recsys_core.explain.pick import explain_pick
    from recsys_core.jobs.studio import open_studio
    from recsys_core.models.runs import Run
    from recsys_core.ranking.scenario import Scenario
    from recsys_core.storage.workspace import Workspace

    workspace = Workspace.open()
    record = workspace.registry.run(run)
    asked = with_options(Scenario() if scenario is None else find_scenario(workspace, record.dataset_id, scenario), k, {})
    scorer = Run.open(workspace.run_dir(record.id), verify=True).scorer()
    opened = open_studio(workspace, record.id, published=False)
    shopper, product = opened.dataset.user_index(user), opened.dataset.item_index(item)
    found = explain_pick(opened.studio, opened.run, opened.split.known, shopper, product, asked, scorer=scorer)
    payload = _told(opened, asked, found)
    output.emit(payload, as_json=as_json, table=lambda: _table(payload))


def _told(opened: Opened, asked: Scenario, found: Explanation) -> dict[str, Any]:
    """Ids and titles in the place of numbers."""
    dataset, groups = opened.dataset, opened.studio.ground.groups
    (pick,), smallest, drop = found.because.picks, found.smallest, found.waterfall
    by_group = [] if found.by_group is None else found.by_group.picks[0].reasons
    return {
        "run": opened.run.id,
        "scenario": {"name": asked.name, "hash": asked.hash},
        "user": str(dataset.user_ids[found.user]),
        "item": _product(dataset, found.item),
        "k": asked.k,
        "place": found.place,
        "verdict": str(pick.verdict),
        "placed_by": None if found.placing is None else {"how": found.placing.how, "rules": found.placing.rules},
        "absent": None if found.absence is None else {"how": found.absence.how, "names": found.absence.names},
        "sentence": _sentence(found),
        "score": pick.score,
        "own_share": pick.own_share,
        "because": [{**_product(dataset, each.source), "worth": each.worth, "share": each.share} for each in pick.reasons],
        "by_group": [
            {"group": groups[each.source] if each.source >= 0 else None, "worth": each.worth, "share": each.share} for each in by_group
        ],
        "smallest_set": {
            "rank": smallest.rank,
            "found": smallest.found,
            "removed": [_product(dataset, each) for each in smallest.removed],
            "rank_without": smallest.rank_without,
            "enters": None if smallest.enters is None else _product(dataset, smallest.enters),
            "smaller_may_exist": smallest.greedy,
        },
        "waterfall": None
        if drop is None
        else {
            "model_rank": drop.plain_rank,
            "value": drop.value,
            "terms": drop.terms,
            "flags": drop.flags,
            "passed_over": [{**_product(dataset, each.item), "value": each.value, "by": each.by} for each in drop.passed_over],
        },
        "breadcrumb": found.breadcrumb,
    }


def _sentence(found: Explanation) -> str:
    from recsys_core.explain.pick import FILLED_UP

    if found.placing is not None and not (found.placing.how == FILLED_UP and found.because.sentence):
        names = ", ".join(f"'{name}'" for name in found.placing.rules)
        return PLACINGS[found.placing.how].format(rules=f" ({names})" if names else "")
    return found.because.sentence or VERDICTS[str(found.because.picks[0].verdict)]


def _product(dataset: Dataset, item: int) -> dict[str, Any]:
    title = dataset.items["title"].iloc[item] if "title" in dataset.items else None
    return {"item_id": str(dataset.item_ids[item]), "title": title if isinstance(title, str) else None}


def _name(product: dict[str, Any]) -> str:
    return f"{product['title']} ({product['item_id']})" if product["title"] else str(product["item_id"])


def _table(told: dict[str, Any]) -> Any:
    from rich.console import Group

    from recsys_core.ranking.reference import RELEVANCE

    where = f"place {told['place']}" if told["place"] else "not"
    parts: list[Any] = [f"{_name(told['item'])} is {where} among the {told['k']} for {told['user']} ({told['scenario']['hash']})."]
    if told["sentence"]:
        parts.append(told["sentence"])
    if told["because"]:
        names = ["because of", "share", "worth"]
        rows = [[_name(each), f"{each['share']:.0%}", output.figure(each["worth"])] for each in told["because"]]
        rows += [
            [f"all of {each['group'] or 'no group'}", f"{each['share']:.0%}", output.figure(each["worth"])] for each in told["by_group"]
        ]
        parts.append(output.columns(names, rows, right=names[1:]))
    parts.append(_smallest(told["smallest_set"], told["k"]))
    if told["waterfall"]:
        drop = told["waterfall"]
        rows = [[each.name, f"{each.value:+.4f}"] for each in drop["terms"] if each.value or each.name == RELEVANCE] + [
            ["together", f"{drop['value']:+.4f}"]
        ]
        parts.append(output.columns(["what the pick was worth", "points"], rows, right=["points"]))
        parts += [f"Passed over: {_name(each)}, by {', '.join(each['by'])}." for each in drop["passed_over"][:3]]
    steps = [f"{each.name} {each.count:,}" for each in told["breadcrumb"]]
    parts.append("Left after each step: " + " → ".join(steps))
    return Group(*parts)


def _smallest(told: dict[str, Any], k: int) -> str:
    if told["rank"] is None:
        return "No past purchase can be taken away: the model's place of it does not hang on them."
    if told["rank"] > k:
        return f"The model itself has it at place {told['rank']}: a rule or a slider is what shows it, if anything."
    if not told["found"]:
        return f"The model has it at place {told['rank']}, and taking away a few past purchases leaves it among the {k}."
    removed = ", ".join(_name(each) for each in told["removed"])
    enters = f"; {_name(told['enters'])} comes in" if told["enters"] else ""
    more = " A smaller set may exist." if told["smaller_may_exist"] else ""
    return f"Without {removed} it would fall from place {told['rank']} to {told['rank_without']}{enters}.{more}"
