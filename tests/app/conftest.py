"""A small shop made through the library once, and an app that runs on it."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from recsys_core.jobs.holding import Hold
from recsys_core.jobs.queue import submit_held
from recsys_core.jobs.synthesize_spec import synthesize_spec
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.worker import run_here
from recsys_core.storage.workspace import Workspace

ROOT = Path(__file__).parents[2]
PAGES = ("home", "data", "models", "taste_map", "studio", "synthetic", "arrivals")
USERS, PER_GROUP, GROUPS = 80, 14, ("Mugs", "Lights", "Bags")


@dataclass(frozen=True)
class Shop:
    """A workspace with one dataset and two runs on it."""

    home: Path
    dataset: str
    popularity: str
    ease: str


def shop_log(rng: np.random.Generator) -> pd.DataFrame:
    """Shoppers who mostly buy from one of three groups; prices, titles, categories and times."""
    rows = []
    for user in range(USERS):
        favourite = user % len(GROUPS)
        for step in range(int(rng.integers(10, 24))):
            group = favourite if rng.random() < 0.8 else int(rng.integers(len(GROUPS)))
            number = int(rng.integers(PER_GROUP))
            rows.append(
                {
                    "user_id": f"u{user:03d}",
                    "item_id": f"i{group}{number:02d}",
                    "timestamp": pd.Timestamp("2026-01-01") + pd.Timedelta(days=3 * step, hours=user % 24),
                    "price": round(1 + group + number / 10, 2),
                    "quantity": 1,
                    "title": f"{GROUPS[group][:-1]} number {number}",
                    "category": GROUPS[group],
                }
            )
    return pd.DataFrame(rows).drop_duplicates(["user_id", "item_id", "timestamp"])


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Made once; tests that change it take a copy."""
    home = tmp_path_factory.mktemp("shop")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(home))
        workspace = Workspace.open()
        log, items = home / "log.csv", home / "items.csv"
        table = shop_log(np.random.default_rng(7))
        table.drop(columns=["title", "category"]).to_csv(log, index=False)
        table.drop_duplicates("item_id")[["item_id", "title", "category"]].to_csv(items, index=False)
        spec = {"log": str(log), "items": str(items), "name": "Small shop", "currency": "£"}
        dataset = run_here(workspace, "ingest", spec, title="Read the small shop").result["dataset"]
        runs = {}
        for model in ("popularity", "ease"):
            asked = train_spec(dataset, model, settings={"dimensions": 8} if model == "ease" else {})
            runs[model] = run_here(workspace, "train", asked, title=f"Train {model}").result["run"]
    return Shop(home, dataset, runs["popularity"], runs["ease"])


@pytest.fixture
def loaded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The small shop as this test's workspace, only to read."""
    monkeypatch.setenv("AISLE_HOME", str(shop.home))
    return shop


@pytest.fixture
def own_shop(shop: Shop, aisle_home: Path) -> Shop:
    """A copy of the small shop that the test may change."""
    shutil.copytree(shop.home, aisle_home)
    return Shop(aisle_home, shop.dataset, shop.popularity, shop.ease)


@pytest.fixture(scope="session")
def stocked(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, str]:
    """The small shop with a scored set of its EASE run; only to read."""
    home = tmp_path_factory.mktemp("stocked") / "home"
    shutil.copytree(shop.home, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(home))
        workspace = Workspace.open()
        made = run_here(workspace, "synthesize", synthesize_spec(workspace, shop.ease, 60), title="Make shoppers").result["set"]
    return Shop(home, shop.dataset, shop.popularity, shop.ease), made


@pytest.fixture
def with_set(stocked: tuple[Shop, str], monkeypatch: pytest.MonkeyPatch) -> tuple[Shop, str]:
    """The stocked shop as this test's workspace."""
    monkeypatch.setenv("AISLE_HOME", str(stocked[0].home))
    return stocked


@pytest.fixture
def own_set(stocked: tuple[Shop, str], aisle_home: Path) -> tuple[Shop, str]:
    """A copy that the test may change."""
    shutil.copytree(stocked[0].home, aisle_home)
    return replace(stocked[0], home=aisle_home), stocked[1]


@pytest.fixture
def idle_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs wait: no worker process is started by this test."""
    monkeypatch.setattr("recsys_core.jobs.queue.pump", lambda workspace: None)
    monkeypatch.setattr("recsys_core.jobs.recovery.pump", lambda workspace: None)


@pytest.fixture
def workers_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a worker would do is done in this process, before the page goes on."""
    from recsys_core.jobs import worker

    def at_once(hold: Hold) -> None:
        with contextlib.suppress(Exception):  # its ending is in the job's row
            worker._perform(hold, None)

    monkeypatch.setattr("recsys_core.jobs.queue.start_worker", at_once)


def end_look(log: Path, **changes: Any) -> str:
    """A look that is done, as a worker leaves it; returns its job. changes: of what was seen."""
    columns = ("who", "what", "when", "does", "mail")
    seen: dict[str, Any] = {
        "file": log.name,
        "format": "CSV, semicolon, Latin-1",
        "header": True,
        "columns": [
            {"name": name, "reads_as": "text", "filled": 1.0, "distinct": 2, "examples": [example], "personal": None, "treated": "keep"}
            for name, example in zip(columns, ("a1", "p1", "01/12/2010", "buy", "a@example.com"), strict=True)
        ],
        "rows": [["a1", "p1", "01/12/2010", "buy", "a@example.com"], ["a2", "<b>p2</b>", None, "pv", "b@example.com"]],
        "sampled": 2,
        "roles": [
            {"role": role, "column": column, "confidence": "sure", "why": "its name says so"}
            for role, column in (("user_id", "who"), ("item_id", "what"), ("timestamp", "when"), ("event", "does"))
        ],
        "kinds": [{"value": "buy", "kind": "purchase", "rows": 1}, {"value": "pv", "kind": "view", "rows": 1}],
        "dates": "day-first",
        "questions": [],
        "tables": {},
        "table": None,
    }
    workspace = Workspace.open()
    hold = submit_held(workspace, "look", {"log": str(log)}, title="Look at it")
    hold.finish("done", result={**seen, **changes})
    return hold.job_id


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    """Open a page of a fresh browser tab at a URL."""

    def open_at(page: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for key, value in query.items():
            app.query_params[key] = value
        app.run()
        return app if page == "home" else app.switch_page(f"pages/{page}.py").run()

    return open_at


def html_of(app: AppTest) -> str:
    """All raw HTML on the page."""
    return "\n".join(str(element.proto.body) for element in app.get("html"))


def hook(app: AppTest, testid: str) -> dict[str, str]:
    """The data attributes of a test hook, without their `data-`."""
    found = re.search(rf'<span data-testid="{testid}" ([^>]*) hidden', html_of(app))
    assert found, f"no hook '{testid}' on the page"
    return dict(re.findall(r'data-([a-z0-9-]+)="([^"]*)"', found.group(1)))


def problems(app: AppTest) -> list[str]:
    """What the page says is wrong, and anything that broke through."""
    return [w.value for w in app.warning] + [e.value for e in app.error] + [str(e.value) for e in app.exception]


def text_of(app: AppTest) -> str:
    """All Markdown on the page."""
    return "\n".join(m.value for m in app.markdown)
