"""The league of runs: which were tested alike, how they stand, and whether the best is clearly so. Knows no Streamlit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pages.ui import formats, words
from pages.ui.charts.league import Standing
from recsys_core.evaluation.compare import Difference
from recsys_core.storage.records import RunRecord

HEADLINE = "hit_rate@10"


def figure(record: RunRecord, name: str, part: str = "test") -> Mapping[str, Any] | None:
    """One figure of a run with its interval, None where it was not measured."""
    found = dict(record.metrics.get(part, {})).get(name)
    return found if found and found.get("value") is not None else None


def tested_alike(runs: Sequence[RunRecord], like: RunRecord | None) -> list[RunRecord]:
    """Runs with the split of `like` (or of the newest tested run), best first by the headline figure."""
    tested = [r for r in runs if figure(r, HEADLINE)]
    if not tested:
        return []
    model = like if like is not None and figure(like, HEADLINE) else tested[0]
    alike = [r for r in tested if (r.protocol, r.seed) == (model.protocol, model.seed)]
    return sorted(alike, key=lambda r: -float((figure(r, HEADLINE) or {})["value"]))


def standings(runs: Sequence[RunRecord], names: Mapping[str, str], current: str | None) -> list[Standing]:
    """What the league chart draws."""
    rows = []
    for record in runs:
        hit = figure(record, HEADLINE) or {}
        low, high = (hit[end] if hit.get(end) is not None else hit["value"] for end in ("low", "high"))
        rows.append(Standing(names[record.id], float(hit["value"]), float(low), float(high), chosen=record.id == current))
    return rows


def verdict(runs: Sequence[RunRecord], names: Mapping[str, str], differences: Sequence[Difference]) -> str:
    """The sentence that answers the page's question. `differences`: paired comparisons between runs, by id."""
    if not runs:
        return words.VERDICT_NONE
    best = runs[0]
    hits = formats.of_100((figure(best, HEADLINE) or {})["value"])
    first = words.VERDICT_FIRST.format(name=names[best.id], hits=hits, purchase=words.tested_purchase(best.protocol))
    if len(runs) == 1:
        return f"{first} {words.VERDICT_ALONE}"
    with_best = {(d.first if d.second == best.id else d.second): d for d in differences if best.id in (d.first, d.second)}
    untested = [runs[1]] if runs[1].id not in with_best else []  # too few shoppers in common to say anything
    equal = [*untested, *(r for r in runs[1:] if r.id in with_best and not with_best[r.id].is_clear)]
    if equal:
        return f"{first} {words.VERDICT_UNCLEAR.format(others=formats.listing(names[r.id] for r in equal))}"
    second = runs[1]
    return f"{first} {words.VERDICT_CLEAR.format(other=names[second.id], hits=formats.of_100((figure(second, HEADLINE) or {})['value']))}"


def finding(runs: Sequence[RunRecord], names: Mapping[str, str], differences: Sequence[Difference]) -> str:
    """The league chart's title; it speaks of a lead only where the paired test does."""
    if len(runs) == 1:
        return words.FINDING_ONE.format(name=names[runs[0].id])
    pair = {runs[0].id, runs[1].id}
    found = next((d for d in differences if {d.first, d.second} == pair), None)
    ahead = round(100 * abs(found.value)) if found is not None and found.is_clear else 0
    return words.FINDING_AHEAD.format(name=names[runs[0].id], n=ahead) if ahead > 0 else words.FINDING_EVEN


def table(runs: Sequence[RunRecord], names: Mapping[str, str], current: str | None) -> list[dict[str, Any]]:
    """Rows of the league's table."""
    rows = []
    for place, record in enumerate(runs, start=1):
        hit, ndcg = figure(record, HEADLINE) or {}, figure(record, "ndcg@10") or {}
        rows.append(
            {
                words.COLUMN_PLACE: place,
                words.COLUMN_MODEL: names[record.id] + (f" ({words.CURRENT})" if record.id == current else ""),
                words.COLUMN_HITS: formats.of_100(hit["value"]),
                "NDCG@10": formats.interval(ndcg["value"], ndcg.get("low"), ndcg.get("high")) if ndcg else formats.MISSING,
                words.COLUMN_TIME: formats.seconds(record.seconds),
                words.COLUMN_SETTINGS: ", ".join(
                    f"{key} {value:g}" if isinstance(value, float) else f"{key} {value}" for key, value in record.settings.items()
                ),
            }
        )
    return rows
