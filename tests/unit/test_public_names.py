"""The library's front door: light to open, and everything it promises is behind it."""

import subprocess
import sys
from pathlib import Path

import pytest

import recsys_core
from recsys_core import jobs

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("room", [recsys_core, jobs], ids=["recsys_core", "recsys_core.jobs"])
def test_every_public_name_is_there(room: object) -> None:
    for name in room.__all__:  # type: ignore[attr-defined]
        assert getattr(room, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = recsys_core.nothing


def test_importing_the_library_loads_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import recsys_core.jobs; print(*{m.split('.')[0] for m in set(sys.modules) - before})"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "pandas", "sqlalchemy", "typer", "rich", "duckdb", "pyarrow", "torch"} & set(loaded)
