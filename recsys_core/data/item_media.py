"""What comes with products beside their attributes: pictures and vectors, taken in together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb

from recsys_core.data.request import IngestRequest

Progress = Callable[[float, str], None]


class Taken(Protocol):
    """Pictures or vectors on their way into a dataset."""

    @property
    def hash(self) -> str:
        """Of what was matched, "" for nothing."""

    @property
    def notes(self) -> tuple[Mapping[str, str], ...]:
        """What is worth telling, each a name and one sentence."""

    def write(self, dataset: Path) -> None:
        """Move the files into a dataset's folder."""


@dataclass(frozen=True)
class ItemMedia:
    """What was taken, by name: "pictures", "vectors"."""

    taken: Mapping[str, Taken]

    @property
    def hashes(self) -> dict[str, str]:
        """Of what was matched, by name: part of the dataset's id. Nothing for what matched nothing."""
        return {name: taken.hash for name, taken in self.taken.items() if taken.hash}

    @property
    def notes(self) -> list[dict[str, str]]:
        """What is worth telling, each a name and one sentence."""
        return [dict(note) for taken in self.taken.values() for note in taken.notes]

    def write(self, dataset: Path) -> None:
        """Move the files into a dataset's folder."""
        for taken in self.taken.values():
            taken.write(dataset)


def take_media(engine: duckdb.DuckDBPyConnection, request: IngestRequest, scratch: Path, progress: Progress) -> ItemMedia:
    """Read the pictures and vectors of `request` for the items in the table `items`. Raises InputError where they are none."""
    taken: dict[str, Taken] = {}
    if request.pictures or request.vectors:
        ids = [row[0] for row in engine.execute("SELECT item_id FROM items ORDER BY item").fetchall()]
    if request.pictures:
        from recsys_core.data.pictures import take_pictures  # Pillow, which an intake without pictures does not need

        taken["pictures"] = take_pictures(
            Path(request.pictures), ids, scratch, lambda done: progress(0.42 + 0.06 * done, "Looking at pictures")
        )
    if request.vectors:
        from recsys_core.data.vectors import take_vectors

        progress(0.48, "Reading vectors")
        taken["vectors"] = take_vectors(Path(request.vectors), ids, scratch)
    return ItemMedia(taken)
