"""Where numba keeps what it compiled of some packages: in the workspace, so that a container started anew need not compile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def compiled_code_in(folder: Path) -> Iterator[None]:
    """Functions that are imported while this is open keep their compiled code in `folder`, also what is compiled later.

    NUMBA_CACHE_DIR wins. What was imported before, and what is afterwards, keeps its own place.
    """
    from numba.core import config as settings

    config: Any = settings  # its names are made when it loads

    if config.CACHE_DIR:
        yield
        return
    config.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        config.CACHE_DIR = ""
