"""Before and after for the shopper on screen."""

from __future__ import annotations

from pages.ui import cards, lists, show
from pages.ui import words_studio as words
from pages.ui.studio.stage import Stage


def draw(stage: Stage) -> None:
    """Both lists side by side."""
    before, after = stage.before[stage.before >= 0], stage.listing.items[0][stage.listing.items[0] >= 0]
    decks = lists.both_decks(stage.opened.run, stage.dataset, stage.catalogue, stage.user, before, after)
    hook = show.hook_html(
        "studio",
        shopper=stage.shopper_id,
        run=stage.record.id,
        variety=round(stage.scenario.variety),
        scenario=stage.scenario.hash,
        changed=sum(card.change is None for card in decks[1]),
    )
    cards.compare(*decks, words.AFTER_NOTE.format(variety=round(stage.scenario.variety)), hook)
