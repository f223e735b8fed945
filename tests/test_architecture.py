"""DESIGN.md's doors hold: who imports whom, what the server never loads, what no file may hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture_rules import HEAVY_ROOMS, check_file, check_project, imports

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.unit

PLANTED = {
    "upward": ("recsys_core/data/x.py", "from recsys_core.models import registry", "not below"),
    "neighbour": ("recsys_core/evaluation/x.py", "import recsys_core.inference.encoder", "not below"),
    "upward inside a function": ("recsys_core/storage/x.py", "def f():\n    import recsys_core.jobs", "not below"),
    "upward by name": ("recsys_core/data/x.py", "from importlib import import_module\nimport_module('recsys_core.cli.app')", "not below"),
    "unknown room": ("recsys_core/tools/x.py", "", "no room"),
    "streamlit in the library": ("recsys_core/cli/x.py", "def f():\n    import streamlit as st", "imports streamlit"),
    "plotly in the library": ("recsys_core/latent/x.py", "from plotly import graph_objects", "imports plotly"),
    "torch in the wrong room": ("recsys_core/ranking/x.py", "def f():\n    import torch", "no place"),
    "torch at the top": ("recsys_core/models/x.py", "import torch.nn as nn", "outside a function"),
    "torch through a door": ("recsys_core/models/x.py", "from recsys_core.models.vae_torch import Net", "and torch with it"),
    "sklearn at the top": ("recsys_core/profiles/x.py", "from sklearn.cluster import KMeans", "outside a function"),
    "umap in profiles": ("recsys_core/profiles/x_umap.py", "import umap", "no place"),
    "torch on a page": ("pages/x.py", "def f():\n    import torch", "the server imports"),
    "a page imports a page": ("pages/home.py", "from pages.studio import pick", "imports the page"),
    "a page imports a kind of work": ("pages/home.py", "from recsys_core.jobs.work import train", "the worker's"),
    "cache on a page": ("pages/x.py", "import streamlit as st\n@st.cache_data\ndef f(): ...", "outside pages/ui/cache/"),
    "a cache beside its package": ("pages/ui/cache.py", "import streamlit as st\n@st.cache_data\ndef f(): ...", "outside pages/ui/cache/"),
    "a cache without a bound": ("pages/ui/cache/maps.py", "import streamlit as st\n@st.cache_data\ndef f(): ...", "without a bound"),
    "session key": ("pages/x.py", "import streamlit as st\nst.session_state['run'] = 1", "names the session key"),
    "session attribute": ("pages/ui/x.py", "import streamlit as st\nst.session_state.run = 1", "names the session key"),
    "session get": ("pages/ui/x.py", "import streamlit as st\nst.session_state.get('run')", "names the session key"),
    "raw html": ("pages/x.py", "import streamlit as st\nst.markdown('<b>', unsafe_allow_html=True)", "raw HTML"),
    "pickle": ("recsys_core/storage/x.py", "import pickle", "imports pickle"),
    "numpy pickle": ("recsys_core/storage/x.py", "import numpy as np\nnp.load('x', allow_pickle=True)", "allow_pickle"),
    "torch.load": ("recsys_core/models/x_torch.py", "import torch\ntorch.load('x')", "weights_only"),
    "eval": ("recsys_core/cli/x.py", "eval('1')", "calls eval"),
    "long file": ("recsys_core/data/x.py", "x = 1\n" * 401, "over 400"),
    "long page": ("pages/x.py", "x = 1\n" * 121, "over 120"),
    "long app": ("app.py", "x = 1\n" * 61, "over 60"),
    "vague name": ("recsys_core/data/csv_utils.py", "", "says nothing"),
    "a test sleeps": ("tests/unit/test_x.py", "import time\ntime.sleep(1)", "sleeps"),
    "a test is skipped": ("tests/unit/test_x.py", "import pytest\n@pytest.mark.skip\ndef test(): ...", "pytest.mark.skip"),
}
# A name found by `from x import y` may be a module or something in it.
IMPORT_ALL = """
import importlib
for name in names:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as missing:
        head, _, attribute = name.rpartition(".")
        if not head or missing.name != name:
            raise
        getattr(importlib.import_module(head), attribute)
"""
ALLOWED = {
    "downward": ("recsys_core/jobs/x.py", "from recsys_core.errors import UserError\nfrom recsys_core.storage.workspace import Workspace"),
    "own room": ("recsys_core/data/x.py", "from recsys_core.data.roles import ROLES"),
    "torch in a named file": ("recsys_core/models/vae_torch.py", "import torch"),
    "torch inside a function": ("recsys_core/training/loop.py", "def f():\n    import torch"),
    "a state key by its constant": ("pages/x.py", "import streamlit as st\nfrom pages.ui.state import RUN\nst.session_state[RUN] = 1"),
    "caches in their package": ("pages/ui/cache/maps.py", "import streamlit as st\n@st.cache_data(max_entries=2)\ndef f(): ..."),
    "a worker's import": ("recsys_core/jobs/work/train.py", "from recsys_core.models.vae_torch import fit"),
}


def test_the_project_keeps_every_rule() -> None:
    assert check_project(ROOT) == []


@pytest.mark.parametrize("case", PLANTED)
def test_a_planted_violation_is_found(case: str) -> None:
    path, text, words = PLANTED[case]
    assert any(words in line for line in check_file(Path(path), text)), check_file(Path(path), text)


@pytest.mark.parametrize("case", ALLOWED)
def test_what_design_allows_is_allowed(case: str) -> None:
    path, text = ALLOWED[case]
    assert check_file(Path(path), text) == []


def _loaded(code: str, names: set[str]) -> set[str]:
    """Which of `names` a fresh process has loaded after running `code`."""
    end = "\nimport sys\nsys.stdout.write('\\nLOADED ' + ' '.join(sorted({name.split('.')[0] for name in sys.modules})))"
    done = subprocess.run([sys.executable, "-c", code + end], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return names & set(done.stdout.rsplit("LOADED ", 1)[1].split())


def test_the_server_never_loads_torch_umap_or_sklearn() -> None:
    """All that app.py and the pages import, inside functions too, in a fresh process."""
    sources = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
    found = {each.module for file in sources for each in imports(ast.parse(file.read_text(encoding="utf-8")))}
    scripts = {f"pages.{file.stem}" for file in (ROOT / "pages").glob("*.py")}
    wanted = sorted(found - scripts - {"pages"} | {f"pages.ui.{file.stem}" for file in (ROOT / "pages" / "ui").glob("*.py")})
    assert any(name.startswith("recsys_core") for name in wanted)
    code = f"names = {wanted!r}\n{IMPORT_ALL}"
    assert _loaded(code, set(HEAVY_ROOMS)) == set()


def test_the_check_for_loaded_modules_can_fail() -> None:
    assert _loaded("import sklearn", set(HEAVY_ROOMS)) == {"sklearn"}


def test_importing_the_library_costs_nothing_heavy() -> None:
    assert _loaded("import recsys_core", {"numpy", "pandas", "scipy", "duckdb", "sqlalchemy", "torch", "typer", "numba"}) == set()


def test_no_tracked_file_names_a_place_of_one_machine() -> None:
    """A path of somebody's home, or the address of a package registry."""
    place = re.compile(r"(^|[^\w.])/(work|root|home/\w|opt/wheels)\b|download\.pytorch|pypi\.org|pythonhosted")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    read = [
        ROOT / name
        for name in tracked
        if Path(name).suffix in {".py", ".md", ".toml", ".txt", ".yaml", ".json"} or name in ("Makefile", ".ci/run")
    ]
    rules = {Path(__file__).resolve()}
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in read
        if file.exists() and file.resolve() not in rules
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if place.search(line)
    ]
    assert found == []
