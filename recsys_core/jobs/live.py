"""A shopper as somebody plays them in the studio: what they like, hide, add or remove changes their list at once, without training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recsys_core.jobs.studio import Opened
    from recsys_core.ranking.ground import Ground


@dataclass(frozen=True)
class Edits:
    """What was said of products, by their ids, in the order in which it was said; tags: label of a group -> weight (`edit_interests`)."""

    liked: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    tags: Mapping[str, float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any((self.liked, self.hidden, self.more, self.added, self.removed, self.tags))


def place_shopper(opened: Opened, user: int, edits: Edits) -> tuple[Ground, int]:
    """(the ground in which this shopper is ranked, their row in it). Without edits: the run's own ground."""
    return opened.studio.ground, user
