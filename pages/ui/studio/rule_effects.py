"""What every rule does: how many products it matches and lists it changes, and what would be without it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.ui import cache, formats, show
from pages.ui.studio import figures
from pages.ui.studio import words_rules as words
from pages.ui.studio.stage import Stage
from recsys_core.ranking.outcome import Figure
from recsys_core.ranking.rule_effects import FIGURES, RuleEffect, RuleEffects
from recsys_core.ranking.rules import Finding
from recsys_core.ranking.scenario import Rule

WIDTHS = {"rule": 200, "kind": 120, "products": 70, "shoppers": 75, "changed": 95}  # pixels, so that the figures are in sight


def draw(stage: Stage) -> None:
    """The effect of each rule, conflicts and dead rules."""
    rules = stage.scenario.rules
    if not rules:
        st.markdown(f"**{words.NO_RULES}**  \n:gray[{words.NO_RULES_HINT}]")
        return
    with st.spinner(words.COMPUTING):
        found = cache.rule_effects(stage.record.id, stage.scenario)
    dead = [(each, finding) for each in found.rules for finding in each.findings]
    show.hook(
        "rule_effects",
        scenario=found.hash,
        users=found.users,
        changed=",".join(f"{each.changed:.6f}" for each in found.rules),
        products=",".join(str(each.products) for each in found.rules),
        dead=sum(finding.kind == "dead" for _, finding in dead),
        conflicts=sum(finding.kind == "conflict" for _, finding in dead),
    )
    st.markdown(f"**{formats.plain(_headline(found, rules))}**")
    _problems(rules, [finding for _, finding in dead])
    _table(stage, found)
    told = words.SAMPLED if found.sampled else words.WHOLE
    st.caption(f"{told.format(users=formats.count(found.users), of=formats.count(found.of))} {words.EFFECTS_NOTE}")


def _headline(found: RuleEffects, rules: Sequence[Rule]) -> str:
    """Which rule changes most."""
    most = max(found.rules, key=lambda each: each.changed)
    if not most.changed:
        return words.NONE_ACTS
    return words.LARGEST.format(rule=rules[most.rule].label, changed=formats.percent(most.changed))


def _problems(rules: Sequence[Rule], wrong: Sequence[Finding]) -> None:
    if not wrong:
        st.markdown(f":green[:material/check_circle:] {words.ALL_WELL}")
    for each in wrong:
        other = "" if each.other is None else f" {words.WITH.format(other=rules[each.other].label)}"
        kind = words.RULE_DEAD if each.kind == "dead" else words.RULE_CONFLICT
        text = f"“{rules[each.rule].label}” {kind}{other}. {each.reason} {each.remedy}"
        st.markdown(f":orange[:material/warning:] {formats.plain(text)}")


def _table(stage: Stage, found: RuleEffects) -> None:
    currency = stage.dataset.currency
    names = [name for name in FIGURES if any(_figure(each, name) for each in found.rules)]
    rows = []
    for each in found.rules:
        rule = stage.scenario.rules[each.rule]
        row = {
            "rule": rule.label,
            "kind": _kind(rule, each),
            "products": formats.count(each.products),
            "shoppers": formats.count(each.shoppers),
            "changed": formats.percent(each.changed) if each.in_force else formats.MISSING,
        }
        rows.append(row | {name: told(_figure(each, name), currency) for name in names})
    table = pd.DataFrame(rows).rename(columns=words.COLUMNS)
    widths = {words.COLUMNS[name]: st.column_config.Column(width=pixels) for name, pixels in WIDTHS.items()}
    st.dataframe(table, hide_index=True, width="stretch", column_config=widths, alt=words.TABLE_ALT)


def told(figure: Figure | None, currency: str | None = None) -> str:
    """What a rule adds to a figure, with half of its interval: "−1.2 points ± 0.3"; "no clear change" where it is not."""
    if figure is None:
        return formats.MISSING
    change = figures.change(figure.name, figure.difference, currency)
    if formats.is_missing(figure.low) or figure.low == figure.high == 0:
        return change
    half = figures.bound(figure.name, (figure.high - figure.low) / 2, currency).lstrip("+")
    return f"{change} ± {half}" if figure.is_clear else words.NOT_CLEAR


def _figure(effect: RuleEffect, name: str) -> Figure | None:
    return next((each for each in effect.figures if each.name == name), None)


def _kind(rule: Rule, effect: RuleEffect) -> str:
    kind = words.KINDS[rule.kind]
    if not rule.enabled:
        return f"{kind}, {words.RULE_OFF}"
    dead = any(each.kind == "dead" for each in effect.findings)
    if dead:
        return f"{kind}, {words.RULE_DEAD}"
    return kind
