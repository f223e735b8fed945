"""Before and after for the shopper on screen."""

from __future__ import annotations

from pages.ui import cards, lists, show, state
from pages.ui.cards import Side
from pages.ui.studio import actions, people, stops
from pages.ui.studio import words_shelf as words
from pages.ui.studio.stage import Stage

MENU = (actions.WHY, actions.LIKE, actions.HIDE, actions.MORE, actions.PIN_HERE)


def draw(stage: Stage) -> None:
    """Who the shopper is, both lists side by side, then what lets them follow a slider that is dragged."""
    people.who(stage)
    before, after = stage.before[stage.before >= 0], stage.listing.items[0][stage.listing.items[0] >= 0]
    flags = stage.listing.flags[0][stage.listing.items[0] >= 0]
    known = lists.known_groups(stage.dataset, stage.user, stage.catalogue)
    ids = [tuple(str(stage.catalogue.ids[item]) for item in side) for side in (before, after)]
    ready = stage.ready()
    version = f"{stage.record.id} {stage.shopper_id} {stage.scenario.hash} {hash(repr(stage.edits))}"
    show.hooks(
        "lists",
        show.hook_html(
            "studio",
            shopper=stage.shopper_id,
            run=stage.record.id,
            variety=round(stage.scenario.variety),
            scenario=stage.scenario.hash,
            changed=len(set(ids[1]) - set(ids[0])),
        ),
        show.hook_html("before", items=",".join(ids[0])),
        show.hook_html("after", items=",".join(ids[1])),
    )
    ground, row = stage.place
    cards.compare(
        state.STUDIO_BOARD,
        Side(words.BEFORE, _before_note(stage), ids[0], tuple(lists.new_kind(before, stage.catalogue, known))),
        Side(words.AFTER, stops.note_of(stage), ids[1], tuple(lists.chips(after, flags, ready, stage.catalogue, known))),
        lists.cards([*before, *after], stage.dataset, stage.catalogue, ground.candidates[row]),
        scope=stage.dataset.id,
        version=version,
        actions=[(name, words.ACTIONS[name], actions.refusal(stage.opened, name)) for name in MENU],
        on_action=actions.do,
        selected=state.chosen(state.ITEM),
        drags=True,
    )
    stops.send(stage, version)


def _before_note(stage: Stage) -> str:
    published = stage.opened.published
    return words.PLAIN_NOTE if published is None or stage.opened.unshown else words.PUBLISHED_NOTE.format(name=published.name)
