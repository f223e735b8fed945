"""The report of a scenario: one HTML file with the figures that the screen and `whatif --json` show, for people who have no Aisle."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from recsys_core.jobs.figure_words import FIGURES, change_text, guardrail_title, value_text, words_of
from recsys_core.jobs.figure_words import guardrail_text as guardrail_line
from recsys_core.jobs.report_page import page, paragraph, section, table, text, verdict
from recsys_core.jobs.report_svg import frontier_svg, moved_svg
from recsys_core.jobs.scenario_words import rule_rows, setting_lines
from recsys_core.jobs.told import Told, finding
from recsys_core.ranking.outcome import Figure, GroupFigures
from recsys_core.storage.json_text import to_text

TILES = ("relevance_kept", "ild", "coverage", "price", "margin")
MOVED = 8  # winners, and losers, of a kind
FEWEST_MOVED = 0.0005  # share of all exposure below which a change is no winner and no loser
CAVEATS = (
    "Nothing here is a forecast of clicks or sales: the log holds what people did, not what they were shown.",
    "Predicted match is what the model expects, not revenue. Held-out figures say how many of the purchases that people made by "
    "themselves, and that were kept away from the model, are in the lists.",
    "Intervals are 95 % bootstrap intervals of the difference, paired over the same shoppers; where one contains 0 there is no clear "
    "change. Figures of all lists together have none.",
    "The curve of variety is drawn from at most 1,000 sampled shoppers; you are here and now are of all of them.",
)


def report(told: Told) -> str:
    """The whole file. It hangs on nothing but what is told, so the same scenario on the same run and day gives the same bytes."""
    found, scenario = told.outcome, told.scenario
    body = "\n".join(
        part
        for part in (
            _head(told),
            _tiles(told),
            section("What was set", _settings(told), note="What differs from a plain list, most relevant first."),
            section("Guardrails", _guardrails(told), note="The usual ones: the scenario has none." if told.default_guardrails else ""),
            section("What it does to everybody", _figures(told), note=f"Before is {told.opened.compared_with}."),
            section("What variety costs", _frontier(told), note="Variety from 0 to 100 with everything else as it is."),
            section("Winners and losers", *_moved(told)),
            section("Segments", _segments(told), note="Of at least 30 shoppers each."),
            section("Rules", _rules(told)),
            section("Some shoppers", *_examples(told)),
            section("Method", _method(told), *(paragraph(caveat) for caveat in CAVEATS)),
        )
        if part
    )
    return page(f"{scenario.name} · {found.hash}", body, to_text(told.payload))


def _head(told: Told) -> str:
    opened, scenario = told.opened, told.scenario
    model = f"{opened.run.spec.title}, {text(opened.dataset.name)}"
    facts = f"{model} · {told.outcome.users:,} shoppers, lists of {scenario.k} · {opened.studio.day.isoformat()} · {scenario.hash}"
    return f"<h1>{text(scenario.name)}</h1>\n<p class='quiet'>{facts}</p>\n{paragraph(finding(told.outcome), 'lead')}"


def _tiles(told: Told) -> str:
    shown = [figure for name in TILES if (figure := told.outcome.figure(name)) is not None and math.isfinite(figure.after)][:4]
    tiles = (
        f'<div class="tile">{text(words_of(f.name).title)}<b>{text(_value(told, f, f.after))}</b>'
        f"<small>{text(_change(told, f))} against now</small></div>"
        for f in shown
    )
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _settings(told: Told) -> str:
    lines = [(text(name), text(value)) for name, value in setting_lines(told.scenario)]
    rows = rule_rows(told.scenario)
    lines += [(text(row["kind"].capitalize()), text(_rule_line(row))) for row in rows if row["kind"] not in ("filter", "minimum")]
    return table(("setting", "value"), lines)


def _rule_line(row: dict[str, str]) -> str:
    name = f"{row['name']}: " if row["name"] else ""
    amount = f", {row['amount_or_place']}" if row["amount_or_place"] else ""
    segments = "" if row["segments"] in ("", "everybody") else f", for {row['segments']}"
    dates = "".join(f", {word} {row[key]}" for word, key in (("from", "starts"), ("until", "ends")) if row[key])
    return f"{name}{row['products_where']}{amount}{segments}{dates}{', switched off' if row['switched_on'] == 'no' else ''}"


def _guardrails(told: Told) -> str:
    lights = told.outcome.guardrails
    rows = [(text(guardrail_title(light)), text(guardrail_line(light).partition(": ")[2]), verdict(light.passes)) for light in lights]
    return table(("guardrail", "found", ""), rows)


def _figures(told: Told) -> str:
    order = list(FIGURES)
    shown = [f for f in told.outcome.figures if math.isfinite(f.before) or math.isfinite(f.after)]
    shown.sort(key=lambda f: order.index(f.name) if f.name in order else len(order))
    rows = [
        (
            f"{text(words_of(f.name).title)}<br><small>{text(words_of(f.name).about)}</small>",
            text(_value(told, f, f.before)),
            text(_value(told, f, f.after)),
            text(_change(told, f)),
            _clear(f),
        )
        for f in shown
    ]
    raw = [f'data-figure="{text(f.name)}" data-before="{f.before!r}" data-after="{f.after!r}"' for f in shown]
    return table(("figure", "before", "after", "change (95 %)", ""), rows, numbers=(1, 2, 3), attributes=raw)


def _value(told: Told, figure: Figure, value: float) -> str:
    return value_text(figure.name, value, told.opened.dataset.currency)


def _change(told: Told, figure: Figure) -> str:
    return change_text(figure, told.opened.dataset.currency)


def _clear(figure: Figure) -> str:
    return "" if not math.isfinite(figure.low) or figure.is_clear else "<small>no clear change</small>"


def _frontier(told: Told) -> str:
    kept, ild = told.outcome.figure("relevance_kept"), told.outcome.figure("ild")
    stops = [stop for stop in told.stops if math.isfinite(stop.ild)]
    if not stops or kept is None or ild is None:
        return ""
    return frontier_svg(stops, (ild.after, kept.after), (ild.before, kept.before))


def _moved(told: Told) -> list[str]:
    found = told.outcome
    kinds: list[tuple[str, Sequence[GroupFigures]]] = [
        ("Product groups", found.groups),
        ("Products", found.products),
        ("Brands", found.brands),
    ]
    parts = []
    for title, rows in kinds:
        moved = _extremes(rows)
        parts.append(f"<h3>{title}</h3>{moved_svg(moved)}{_moved_table(moved)}" if moved else "")
    parts.append(f"<h3>Price bands</h3>{_moved_table(found.price_bands)}" if found.price_bands else "")
    if math.isfinite(found.losing):
        parts.append(paragraph(f"{100 * found.losing:.1f} % of the shoppers lose more than a tenth of their predicted match."))
    return parts


def _extremes(rows: Sequence[GroupFigures]) -> list[GroupFigures]:
    """Those that gain most, then those that lose most, the largest loss last."""
    gains = sorted((r for r in rows if r.after - r.before > FEWEST_MOVED), key=lambda r: r.before - r.after)
    losses = sorted((r for r in rows if r.before - r.after > FEWEST_MOVED), key=lambda r: r.before - r.after)
    return [*gains[:MOVED], *losses[-MOVED:]]


def _moved_table(rows: Sequence[GroupFigures]) -> str:
    cells = [
        (
            text(r.label),
            f"{r.items:,}",
            f"{100 * r.before:.2f} %",
            f"{100 * r.after:.2f} %",
            f"{100 * r.low:+.2f} to {100 * r.high:+.2f}".replace("-", "−") if math.isfinite(r.low) else "",
        )
        for r in rows
    ]
    titles = ("", "products", "exposure before", "after", "change in points (95 %)")
    return table(titles, cells, numbers=(1, 2, 3, 4))


def _segments(told: Told) -> str:
    shown = [each for each in told.outcome.segments if each.figures]
    if not shown:
        return ""
    names = [figure.name for figure in shown[0].figures]
    rows = [
        (
            text(each.label),
            f"{each.users:,}",
            *(f"{text(_value(told, f, f.after))}<br><small>{text(_change(told, f))}</small>" for f in each.figures),
        )
        for each in shown
    ]
    titles = ("segment", "shoppers", *(words_of(name).title for name in names))
    return table(titles, rows, numbers=range(1, len(titles)))


def _rules(told: Told) -> str:
    rows = [
        (text(r.rule), text(r.kind), f"{r.products:,}", f"{r.shoppers:,}", text(" ".join(f"{p.kind}: {p.reason}" for p in r.problems)))
        for r in told.outcome.rules
    ]
    return table(("rule", "kind", "products", "shoppers", "problem"), rows, numbers=(2, 3))


def _examples(told: Told) -> list[str]:
    """The most usual change, the largest, and the shopper of most purchases; their lists before and after."""
    found, ground = told.answer.population, told.opened.studio.ground
    users = told.answer.users
    own = np.flatnonzero(~ground.fallback[users])
    if not len(own):
        return []
    churn = found.by_user["churn"][1][own]
    bought = np.diff(ground.had.indptr)[users][own]
    picked = {
        "Most usual change": own[np.argsort(churn, kind="stable")[len(own) // 2]],
        "Largest change": own[np.argmax(churn)],
        "Most purchases": own[np.argmax(bought)],
    }
    seen: set[int] = set()
    parts = []
    for title, row in picked.items():
        if int(row) not in seen:
            seen.add(int(row))
            parts.append(_example(told, title, int(row)))
    return parts


def _example(told: Told, title: str, row: int) -> str:
    dataset, found = told.opened.dataset, told.answer.population
    sides = [[int(item) for item in lists[row] if item >= 0] for lists in (found.before, found.after)]
    titles = dataset.items["title"] if "title" in dataset.items else dataset.items["item_id"]
    shown = []
    for name, items, others, kind in (("Before", sides[0], sides[1], "out"), ("After", sides[1], sides[0], "new")):
        lines = (f'<li class="{"" if item in others else kind}">{text(titles.iloc[item] or dataset.item_ids[item])}</li>' for item in items)
        shown.append(f"<div><small>{name}</small><ol>{''.join(lines)}</ol></div>")
    shopper = dataset.user_ids[told.answer.users[row]]
    return f'<h3>{text(title)} <small>shopper {text(shopper)}</small></h3><div class="sides">{"".join(shown)}</div>'


def _method(told: Told) -> str:
    opened, scenario = told.opened, told.scenario
    places = ", ".join(f"{count:,} {name}" for name, count in told.outcome.places.items() if count) or "none"
    published = opened.published
    rows = [
        ("Scenario", f"{scenario.name} ({scenario.hash})"),
        ("Compared with", opened.compared_with + (f" ({published.hash})" if published else "")),
        ("Trained model", f"{opened.run.id} ({opened.run.spec.title}), seed {opened.run.manifest['seed']}"),
        (
            "Data",
            f"{opened.dataset.name} ({opened.dataset.id[:12]}), {opened.dataset.n_users:,} shoppers, {opened.dataset.n_items:,} products",
        ),
        ("Day of the rules", opened.studio.day.isoformat()),
        ("Marked places", places),
        ("Order of operations", "eligibility, scores, pins, reserved places, greedy fill under caps, relaxing caps where a list is short"),
        ("What is known of the shoppers", "interactions only (data tier C): no impressions, no clicks on lists"),
    ]
    return table(("", ""), [(text(name), text(value)) for name, value in rows])
