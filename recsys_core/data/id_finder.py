"""The item that a name in another file means: its id as it is, or the one id that is the same but for case, spaces and punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_NOISE = re.compile(r"[\W_]+")
_COPY = re.compile(r"(?P<id>.+?)(?:[ _-]+\(?\d{1,2}\)?|\(\d{1,2}\)|[ _-]+(?:main|front|back|large|small|thumb))$", re.IGNORECASE)


class IdFinder:
    """Finds places in `ids`. A loose form that two ids share finds neither of them."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._exact = {id: place for place, id in enumerate(ids)}
        self._loose: dict[str, int | None] = {}
        for place, id in enumerate(ids):
            form = _loose(id)
            self._loose[form] = None if form in self._loose else place

    def __len__(self) -> int:
        return len(self._exact)

    def find(self, name: str) -> int | None:
        """The place of the id that `name` is, or None."""
        exact = self._exact.get(name)
        return exact if exact is not None else self._loose.get(_loose(name))

    def find_file(self, stem: str) -> tuple[int, int] | None:
        """The place of the id that a file is named after, and how nearly: 0 the id, 1 but for case, 2 one of several ('A1_2')."""
        place = self._exact.get(stem)
        if place is not None:
            return place, 0
        place = self._loose.get(_loose(stem))
        if place is not None:
            return place, 1
        copy = _COPY.fullmatch(stem)
        place = self.find(copy["id"]) if copy else None
        return None if place is None else (place, 2)


def _loose(id: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", id).casefold()) or id
