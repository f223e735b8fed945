"""A scenario in words: every setting that differs from a plain list as a line, every rule as a row of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recsys_core.ranking.conditions import Condition
from recsys_core.ranking.outcome import RuleFigures
from recsys_core.ranking.scenario import BOOST, BURY, PIN, SOFT_PIN, Cap, Reserve, Rule, Scenario

POSITIONS = {
    "variety": "Variety",
    "balance": "Taste balance",
    "discovery": "Discovery",
    "freshness": "Freshness",
    "margin": "Margin",
}
RULE_COLUMNS = (
    "number",
    "kind",
    "name",
    "products_where",
    "amount_or_place",
    "segments",
    "starts",
    "ends",
    "priority",
    "switched_on",
    "products",
    "shoppers",
    "problems",
)


def condition_text(condition: Condition) -> str:
    """ "category is Candles and price at least 5"; without tests "every product"."""
    joined = " or " if condition.any else " and "
    return joined.join(_test(test.attribute, test.operator, test.value) for test in condition.tests) or "every product"


def setting_lines(scenario: Scenario) -> list[tuple[str, str]]:
    """(setting, value) of all but rules, caps, reserved places and guardrails: the length of a list, and what is not at its default."""
    found = [("Products in a list", str(scenario.k))]
    for name, title in POSITIONS.items():
        if name in scenario.raw:
            found.append((title, f"raw weight {scenario.raw[name]:g}"))
        elif getattr(scenario, name):
            found.append((title, f"{getattr(scenario, name):g} % of what can be had"))
    if "price" in scenario.raw:
        found.append(("Price", f"raw weight {scenario.raw['price']:g}"))
    elif scenario.price:
        found.append(("Price", f"{abs(scenario.price):g} % towards {'dearer' if scenario.price > 0 else 'cheaper'} products"))
    found += [(f"Variety for the segment {label}", f"{position:g} %") for label, position in scenario.segment_variety.items()]
    plain = Scenario()
    others: list[tuple[str, str, Any]] = [
        ("engine", "Engine", f"{scenario.engine} ({'MMR' if scenario.engine == 'nearest' else 'DPP'})"),
        ("similarity", "Similarity from", scenario.similarity),
        ("window", "Variety counts within", f"{scenario.window} places"),
        ("pool", "Candidates of a shopper", f"{scenario.pool}"),
        ("half_life_days", "Half-life of freshness", f"{scenario.half_life_days:g} days"),
        ("min_distinct", "Categories in a list", f"at least {scenario.min_distinct}"),
        ("rotation", "Rotation", f"{scenario.rotation:g}, half forgotten after {scenario.rotation_days:g} days"),
    ]
    found += [(title, text) for name, title, text in others if getattr(scenario, name) != getattr(plain, name)]
    if scenario.exposure:
        shares = ", ".join(f"{value} {share:.0%}" for value, share in scenario.exposure.items())
        found.append((f"Exposure by {scenario.exposure_attribute}", f"{shares}; strength {scenario.exposure_strength:g}"))
    return found + _filters(scenario)


def rule_rows(scenario: Scenario, figures: Sequence[RuleFigures] = ()) -> list[dict[str, str]]:
    """Rules, caps, reserved places and filters as rows of `RULE_COLUMNS`. figures: those of the rules, in their order."""
    rows = [_rule(rule, figures[place] if place < len(figures) else None) for place, rule in enumerate(scenario.rules)]
    rows += [_cap(cap) for cap in scenario.caps] + [_reserved(each) for each in scenario.reserved]
    rows += [{"kind": "filter", "products_where": f"{name}: {text}"} for name, text in _filters(scenario)]
    if scenario.min_distinct:
        rows.append({"kind": "minimum", "amount_or_place": f"at least {scenario.min_distinct} categories in a list"})
    return [dict.fromkeys(RULE_COLUMNS, "") | row | {"number": str(number)} for number, row in enumerate(rows, 1)]


def _test(attribute: str, operator: str, value: Any) -> str:
    text = " or ".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else f"{value}"
    return f"{attribute} {operator} {text}".strip()


def _filters(scenario: Scenario) -> list[tuple[str, str]]:
    filters, found = scenario.filters, []
    if filters.price_from is not None or filters.price_to is not None:
        ends = (("from", filters.price_from), ("up to", filters.price_to))
        found.append(("Price of what may be shown", " ".join(f"{word} {price:g}" for word, price in ends if price is not None)))
    if filters.in_stock:
        found.append(("Stock", "only what is in stock"))
    return found


def _rule(rule: Rule, figures: RuleFigures | None) -> dict[str, str]:
    row = {
        "kind": rule.kind,
        "name": rule.name,
        "products_where": condition_text(rule.condition),
        "segments": "; ".join(rule.segments) or "everybody",
        "starts": rule.starts or "",
        "ends": rule.ends or "",
        "priority": str(rule.priority),
        "switched_on": "yes" if rule.enabled else "no",
    }
    if rule.kind in (BOOST, BURY):
        row["amount_or_place"] = f"{rule.amount:g} of the relevance range"
    if rule.kind in (PIN, SOFT_PIN):
        row["amount_or_place"] = f"place {rule.place}"
    if figures is not None:
        row |= {"products": str(figures.products), "shoppers": str(figures.shoppers)}
        row["problems"] = " ".join(f"{p.kind}{f' with {p.other}' if p.other else ''}: {p.reason}" for p in figures.problems)
    return row


def _cap(cap: Cap) -> dict[str, str]:
    within = f"any {cap.window} places" if cap.window else "a list"
    which = f"{cap.attribute} {cap.value}" if cap.value is not None else f"the same {cap.attribute}"
    return {"kind": "cap", "products_where": which, "amount_or_place": f"at most {cap.most} in {within}", "segments": "everybody"}


def _reserved(each: Reserve) -> dict[str, str]:
    where = condition_text(each.condition)
    return {"kind": "reserved", "name": each.name, "products_where": where, "amount_or_place": f"at least {each.count} places"}
