"""One Chromium and one server with the demo in it for the whole run; a new user for each test, whose every fault fails it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.harness import ROOT, Server, Watch, launch_chromium, new_user, running_server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's browser."""
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app on a workspace into which the command line brought the demo."""
    home = tmp_path_factory.mktemp("browser") / "home"
    env = {**os.environ, "AISLE_HOME": str(home)}
    subprocess.run([sys.executable, "-m", "recsys_core", "demo", "--json"], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    with running_server(home) as server:
        yield server
        assert server.complaints() == []


@pytest.fixture
def empty_server(tmp_path: Path) -> Iterator[Server]:
    """The app on an empty workspace, started for this test."""
    with running_server(tmp_path / "home") as server:
        yield server
        assert server.complaints() == []


@pytest.fixture
def user(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a new person's page on a server; at the end none of them may have met a fault."""
    opened: list[tuple[Page, Watch]] = []

    def open_page(server: Server, **how: object) -> Page:
        opened.append(new_user(chromium, server, **how))  # type: ignore[arg-type]
        return opened[-1][0]

    yield open_page
    faults = [fault for _, watch in opened for fault in watch.faults]
    for page, _ in opened:
        page.context.close()
    assert faults == []
