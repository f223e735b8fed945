"""The server draws every part of the Taste map, UMAP maps too, without umap, torch or sklearn."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import sys

from pages.ui import words
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.worker import run_here
from recsys_core.latent.pca import pca
from recsys_core.latent.projections import Projection, write_projection
from recsys_core.models.runs import Run
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import ROOT

VISIT_THE_MAP = """
import sys
from streamlit.testing.v1 import AppTest
from tests.app.conftest import hook, problems
for what, method, side, below in {tabs!r}:
    app = AppTest.from_file({app!r}, default_timeout=120)  # a tab of its own: a tab reads its address once
    for name, value in dict(dataset={dataset!r}, run={run!r}, what=what, method=method, side=side, below=below).items():
        app.query_params[name] = value
    app.run()
    app.switch_page("pages/taste_map.py").run()
    assert not problems(app), (what, method, side, below, problems(app))
    shown = [hook(app, "map")[name] for name in ("what", "method")] + [app.session_state[name] for name in ("side", "below")]
    sys.stdout.write("|".join(shown) + "\\n")
print(sorted({{"torch", "umap", "sklearn"}} & set(sys.modules)))
"""
SIDES, BELOW = (words.MAP_HERE, words.MAP_STEER), (words.MAP_LINKED, words.MAP_MOVES, words.MAP_INSIDE)


def test_every_part_of_the_map_is_drawn_without_umap(shop, aisle_home):
    """In a process of its own: this one has trained models. A plain map stands in for the UMAP, which takes long to make."""
    shutil.copytree(shop.home, aisle_home)
    workspace = Workspace.open()
    asked = train_spec(shop.dataset, "pure-svd", settings={"rank": 6})
    run = Run.open(workspace.run_dir(str(run_here(workspace, "train", asked, title="Train PureSVD").result["run"])))
    for what in ("items", "users"):
        vectors, rows = run.vectors(what)
        told = {"kind": "projection", "what": what, "method": "umap", "seed": 0, "neighbours_kept": 0.3}
        write_projection(run.artifact.folder, Projection(pca(vectors).coordinates, rows, told))
    tabs = [
        (what, method, SIDES[place % 2], BELOW[place % 3])
        for place, (what, method) in enumerate(
            3 * list(itertools.product((words.MAP_ITEMS, words.MAP_USERS), (words.MAP_PCA, words.MAP_UMAP)))
        )
    ]
    code = VISIT_THE_MAP.format(app=str(ROOT / "app.py"), dataset=shop.dataset, run=run.id, tabs=tabs)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    *shown, heavy = done.stdout.strip().splitlines()
    assert heavy == "[]"
    assert {tuple(line.split("|")[2:]) for line in shown} == set(itertools.product(SIDES, BELOW))
    assert {tuple(line.split("|")[:2]) for line in shown} == set(itertools.product(("items", "users"), ("pca", "umap")))
