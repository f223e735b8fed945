"""A few results kept for those who ask again, of the many that there could be; sessions are threads, and share it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any


class Memo:
    """Keeps the `most` results last asked for. Each is made by one thread alone; what is kept already never waits for that."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._reading, self._making = Lock(), Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What is kept under a key, else what `make` returns (which must not ask the same memo)."""
        found, value = self._look(key)
        if found:
            return value
        with self._making:
            found, value = self._look(key)  # another thread may have made it meanwhile
            if not found:
                value = make()
                with self._reading:
                    self._kept[key] = value
                    while len(self._kept) > self._most:
                        self._kept.popitem(last=False)
        return value

    def __len__(self) -> int:
        return len(self._kept)

    def _look(self, key: Hashable) -> tuple[bool, Any]:
        with self._reading:
            if key not in self._kept:
                return False, None
            self._kept.move_to_end(key)
            return True, self._kept[key]
