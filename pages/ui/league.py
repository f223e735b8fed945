"""The league: which runs were tested alike, one row a model, how they stand, and who is level with whom. Knows no Streamlit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pages.ui import formats, words
from pages.ui import words_models as say
from pages.ui.charts.league import Standing
from recsys_core.evaluation.compare import Difference
from recsys_core.evaluation.ties import letters, ties_with_best
from recsys_core.models.registry import model_specs
from recsys_core.storage.records import RunRecord

HEADLINE, SHOWN, CHOSEN_BY = "hit_rate@10", "coverage@10", "ndcg@100"
Split = tuple[str, int]  # protocol and seed: runs of a dataset that share them were tested on the same purchases


@dataclass(frozen=True)
class Row:
    """One model in the league: its run that validates best, and its other runs, the best first."""

    best: RunRecord
    earlier: tuple[RunRecord, ...] = ()

    @property
    def hits(self) -> float:
        """Share of the tested shoppers who find a purchase in their top 10."""
        return float((figure(self.best, HEADLINE) or {})["value"])

    @property
    def shown(self) -> float | None:
        """Share of the catalogue that all top 10s together show."""
        found = figure(self.best, SHOWN)
        return float(found["value"]) if found else None


def figure(record: RunRecord, name: str, part: str = "test") -> Mapping[str, Any] | None:
    """One figure of a run with its interval, None where it was not measured."""
    found = dict(record.metrics.get(part, {})).get(name)
    return found if found and found.get("value") is not None else None


def validated(record: RunRecord) -> float:
    """What runs are chosen by; below every measured figure where it was not measured."""
    found = figure(record, CHOSEN_BY, "validation")
    return float(found["value"]) if found else -1.0


def group_of(record: RunRecord) -> str:
    """The kind of model; "ensemble" for one that this version does not know."""
    return next((str(spec.group) for spec in model_specs() if spec.id == record.model), "ensemble")


def splits(runs: Sequence[RunRecord]) -> list[Split]:
    """The splits that runs were tested on, the one with most models first, then the newest."""
    models: dict[Split, set[str]] = {}
    for record in runs:  # newest first
        if figure(record, HEADLINE):
            models.setdefault((record.protocol, record.seed), set()).add(record.model)
    return sorted(models, key=lambda split: -len(models[split]))


def tested_on(runs: Sequence[RunRecord], split: Split) -> list[RunRecord]:
    """The runs with a test figure on this split."""
    return [r for r in runs if (r.protocol, r.seed) == split and figure(r, HEADLINE)]


def recommended(runs: Sequence[RunRecord]) -> RunRecord | None:
    """The run to use where nobody chose: the best on validation, of the split most models were tested on; else the newest run."""
    known = splits(runs)
    return max(tested_on(runs, known[0]), key=validated) if known else next(iter(runs), None)


def rows(alike: Sequence[RunRecord]) -> list[Row]:
    """One row a model, its run chosen on validation; the rows in the order of their test figures."""
    by_model: dict[str, list[RunRecord]] = {}
    for record in alike:
        by_model.setdefault(record.model, []).append(record)
    found = [sorted(mine, key=validated, reverse=True) for mine in by_model.values()]
    return sorted((Row(mine[0], tuple(mine[1:])) for mine in found), key=lambda row: -row.hits)


def level_with_first(table: Sequence[Row], differences: Sequence[Difference]) -> list[Row]:
    """The rows that no paired test tells from the first, without it; a row that was not compared counts as level."""
    level = ties_with_best([row.best.id for row in table], differences)
    return [row for row in table[1:] if row.best.id in level]


def shared_letters(table: Sequence[Row], differences: Sequence[Difference]) -> dict[str, str]:
    """Run -> its letters (`evaluation.ties.letters`); empty where all rows would share one, or no two would share any."""
    found = letters([row.best.id for row in table], differences)
    rows_of = Counter(letter for each in found.values() for letter in each)
    return found if len(rows_of) > 1 and max(rows_of.values()) > 1 else {}


def standings(
    table: Sequence[Row],
    names: Mapping[str, str],
    current: str | None,
    level: Sequence[Row],
    marks: Mapping[str, str],
) -> list[Standing]:
    """What the league chart draws. marks: run -> letters, as `shared_letters` gives them."""
    together = {table[0].best.id, *(row.best.id for row in level)} if level else set()
    drawn = []
    for row in table:
        hit = figure(row.best, HEADLINE) or {}
        low, high = (float(hit[end]) if hit.get(end) is not None else row.hits for end in ("low", "high"))
        name, kind = short(names[row.best.id], say.GROUP_ONE[group_of(row.best)])
        drawn.append(
            Standing(
                name,
                row.hits,
                low,
                high,
                chosen=current in (row.best.id, *(run.id for run in row.earlier)),
                level=row.best.id in together,
                kind=kind,
                shown=row.shown,
                letters=marks.get(row.best.id, ""),
            )
        )
    return drawn


def short(name: str, kind: str) -> tuple[str, str]:
    """A name for an axis, and what goes under it: ("EDLAE (linear, denoising)", "linear") -> ("EDLAE", "linear, denoising")."""
    found = re.fullmatch(r"(.+?) \((.+)\)", name)
    if not found:
        return name, kind
    return found[1], found[2] if kind.lower() in found[2].lower() else f"{kind}, {found[2]}"


def finding(table: Sequence[Row], names: Mapping[str, str], level: Sequence[Row]) -> str:
    """The league chart's title; it speaks of a lead only where the paired tests do."""
    name = short(names[table[0].best.id], "")[0]
    if len(table) == 1:
        return say.FINDING_ONE.format(name=name)
    if level:
        return say.FINDING_LEVEL.format(n=len(level) + 1)
    ahead = round(100 * table[0].hits) - round(100 * table[1].hits)
    return say.FINDING_AHEAD.format(name=name, n=ahead) if ahead > 0 else say.FINDING_CLEAR.format(name=name)


def earlier(table: Sequence[Row], names: Mapping[str, str], at_most: int = 6) -> str:
    """The runs that the league leaves out, with their figures; empty where there are none."""
    others = [record for row in table for record in row.earlier]
    told = [f"{names[r.id]} ({100 * float((figure(r, HEADLINE) or {})['value']):.1f})" for r in others[:at_most]]
    if len(others) > at_most:
        told.append(say.EARLIER_MORE.format(n=len(others) - at_most))
    return say.EARLIER.format(runs=", ".join(told)) if told else ""


def figures_table(alike: Sequence[RunRecord], names: Mapping[str, str], current: str | None) -> list[dict[str, Any]]:
    """All runs of a split with their figures, the best on test first."""
    told = []
    for place, record in enumerate(sorted(alike, key=lambda r: -float((figure(r, HEADLINE) or {})["value"])), start=1):
        hit, shown = figure(record, HEADLINE) or {}, figure(record, SHOWN)
        told.append(
            {
                say.COLUMN_PLACE: place,
                say.COLUMN_MODEL: names[record.id] + (f" ({say.CURRENT})" if record.id == current else ""),
                say.COLUMN_KIND: say.GROUP_ONE[group_of(record)],
                say.COLUMN_HITS: formats.of_100(hit["value"]),
                say.COLUMN_SHOWN: formats.percent(shown["value"] if shown else None),
                **{name.upper(): _interval(record, name) for name in ("ndcg@10", "ndcg@100", "recall@20")},
                words.COLUMN_TIME: formats.seconds(record.seconds),
                say.COLUMN_SETTINGS: settings_line(record),
            }
        )
    return told


def settings_line(record: RunRecord) -> str:
    """A run's settings on one line."""
    return ", ".join(f"{key} {value:g}" if isinstance(value, float) else f"{key} {value}" for key, value in record.settings.items())


def _interval(record: RunRecord, name: str) -> str:
    found = figure(record, name)
    return formats.interval(found["value"], found.get("low"), found.get("high")) if found else formats.MISSING
