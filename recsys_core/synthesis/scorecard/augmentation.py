"""U3 and U4: whether a recommender gets better with synthetic shoppers beside the real ones, as `augmenting` found out. Light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from recsys_core.synthesis.augmenting.result import FULL, SCARCE, AugmentResult
from recsys_core.synthesis.scorecard.card import Scorecard
from recsys_core.synthesis.scorecard.judging import judged_groups, judged_lines

LINES = {FULL: "U3_augmentation", SCARCE: "U4_scarce"}
METRIC = "ndcg@10"  # of both lines


def with_experiments(card: Scorecard, results: Sequence[AugmentResult]) -> Scorecard:
    """The card with U3 and U4 as the first result of each regime found them, of its first model over all shoppers; utility judged anew.

    Results by another metric are left out.
    """
    found = {}
    for result in results:
        if result.metric == METRIC and LINES[result.regime] not in found:
            found[LINES[result.regime]] = result.of(result.findings[0].model)
    if not found:
        return card
    ratios = {id: 1 + each.gain for id, each in found.items()}
    intervals = {id: (1 + each.gain_low, 1 + each.gain_high) for id, each in found.items()}
    judged = {line.id: line for line in judged_lines(ratios, {}, {}, {}, (), intervals) if line.id in found}
    lines = tuple(judged.get(line.id, line) for line in card.lines)
    return replace(card, lines=lines, verdicts=judged_groups(lines), figures={**card.figures, **ratios})
