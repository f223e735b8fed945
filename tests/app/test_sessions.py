"""Two people at once see their own choices; the server's own process stays light."""

from __future__ import annotations

import subprocess
import sys

from recsys_core.ranking.address import to_address
from recsys_core.ranking.scenario import Scenario
from tests.app.conftest import ROOT, end_look, hook

VISIT_ALL = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({app!r}, default_timeout=120).run()
for page in ("data", "models", "taste_map", "studio", "synthetic", "arrivals"):
    app.switch_page(f"pages/{{page}}.py").run()
    assert not app.exception and not app.warning, (page, app.exception, app.warning)
app.query_params["look"] = {look!r}
for view in ("next", "all", "add"):
    app.query_params["view"] = view
    app.switch_page("pages/data.py").run()
    assert not app.exception and not app.warning, (view, app.exception, app.warning)
assert any(button.label == "Use this log" for button in app.button), app.button
print(sorted({{"torch", "umap", "sklearn", "duckdb", "plotly.express"}} & set(sys.modules)))
"""


def test_two_sessions_do_not_see_each_other(open_page, loaded):
    first = open_page("studio", dataset=loaded.dataset, run=loaded.ease, shopper="u001", scenario=to_address(Scenario(variety=70)))
    second = open_page("studio", dataset=loaded.dataset, run=loaded.popularity, shopper="u002")
    second.run()
    first.run()
    assert (hook(first, "studio")["shopper"], hook(first, "studio")["variety"]) == ("u001", "70")
    assert (hook(second, "studio")["shopper"], hook(second, "studio")["run"]) == ("u002", loaded.popularity)


def test_choices_follow_from_page_to_page(open_page, loaded):
    app = open_page("home", dataset=loaded.dataset)
    app.selectbox(key="pick_run").select(loaded.popularity).run()
    app.switch_page("pages/studio.py").run()
    assert hook(app, "studio")["run"] == loaded.popularity
    assert app.query_params["run"] == loaded.popularity


def test_another_dataset_forgets_the_run_of_the_old_one(open_page, own_shop):
    from recsys_core.jobs.worker import run_here
    from recsys_core.storage.workspace import Workspace

    log = own_shop.home / "other.csv"
    log.write_text("user_id,item_id\n" + "".join(f"a{u},b{i}\n" for u in range(12) for i in range(8) if (u + i) % 3))
    other = run_here(Workspace.open(), "ingest", {"log": str(log)}, title="Read another log").result["dataset"]
    app = open_page("home", dataset=own_shop.dataset, run=own_shop.ease)
    app.selectbox(key="pick_dataset").select(other).run()
    assert app.query_params["dataset"] == other
    assert "run" not in app.query_params
    assert not app.warning


def test_the_server_imports_nothing_heavy(own_shop, tmp_path):
    """In a process of its own: this one has trained models."""
    code = VISIT_ALL.format(app=str(ROOT / "app.py"), look=end_look(tmp_path / "log.csv"))
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip().splitlines()[-1] == "[]"
