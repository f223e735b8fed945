"""Unpacking that cannot fill the disk: what comes out is counted while it comes, whatever the archive says of itself."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from recsys_core.errors import InputError
from recsys_core.storage.system_errors import explained

MOST_BYTES = 16 << 30  # twenty million rows are 1 GB
MOST_RATIO = 200  # logs shrink to a fifth or a twentieth; only a bomb comes close to the 1:1032 that deflate can do
ALWAYS_ALLOWED = 64 << 20  # a small file of equal rows may shrink that much too
_CHUNK = 1 << 20


class Expansion:
    """How much came out of one packed file of `packed` bytes, called `name` in messages; shared by its members, and by theirs."""

    def __init__(self, name: str, packed: int, most: int = MOST_BYTES) -> None:
        self._name = name
        self._most = min(most, max(ALWAYS_ALLOWED, MOST_RATIO * packed))
        self._bytes = 0

    def count(self, more: int) -> None:
        """Takes note of `more` bytes. Raises InputError where it is too much."""
        self._bytes += more
        if self._bytes > self._most:
            raise InputError(
                f"{self._name} unpacks to more than {self._most >> 20:,} MB, which no log of its size does.",
                "Unpack it yourself if you trust it, and give the file inside.",
            )

    def copy(self, packed: IO[bytes], target: Path, enough: int | None = None) -> bool:
        """Write what `packed` gives to `target`; whether all of it: with `enough`, about so many bytes will do.

        Raises InputError for a bomb, RefusedError where the disk is full.
        """
        written = 0
        with explained(target.parent), target.open("xb") as file:
            while chunk := packed.read(_CHUNK):
                self.count(len(chunk))
                file.write(chunk)
                written += len(chunk)
                if enough is not None and written >= enough:
                    return not packed.read(1)
        return True
