"""The Models page at work: the autopilot starts, shows its steps and stops when asked to; two runs are set against each other."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import PHONE, Server, blemishes, hook, settle, timed_open

OpenPage = Callable[..., Page]
JOB = '[data-testid="job"][data-kind="autopilot"]'


@pytest.fixture
def own_demo(empty_server: Server) -> Server:
    """The demo on a server of this test's own: the shared one stays as it came."""
    empty_server.command("demo")
    return empty_server


def test_the_autopilot_shows_its_steps_and_can_be_cancelled(own_demo: Server, user: OpenPage) -> None:
    page = user(own_demo)
    timed_open(page, own_demo.address("models"), "models")
    settle(page)
    button = page.locator(".st-key-start_autopilot button")
    button.click()
    expect(page.locator(f'{JOB}[data-state="running"]')).to_have_count(1, timeout=60_000)
    panel = page.locator(f'[class*="st-key-job_{hook(page, "job")["job"]}"]')
    for model in ("Best sellers", "Item-kNN", "Mult-VAE"):
        expect(panel).to_contain_text(model)
    expect(panel).to_contain_text("waiting")
    expect(button).to_be_disabled()
    assert blemishes(page) == []
    panel.get_by_role("button", name="Cancel").click()
    expect(page.locator(f'{JOB}[data-state="cancelled"]')).to_have_count(1, timeout=90_000)
    expect(panel.get_by_role("button", name="Resume")).to_be_visible()
    expect(button).to_be_enabled()
    assert blemishes(page) == []


@pytest.mark.parametrize("size", [None, PHONE], ids=["desktop", "phone"])
def test_two_runs_of_the_demo_are_compared(demo_server: Server, user: OpenPage, size: dict[str, int] | None) -> None:
    page = user(demo_server, size=size)
    timed_open(page, demo_server.address("models"), "models")
    settle(page)
    page.get_by_role("tab", name="Compare two").click()
    told = hook(page, "compare")
    settle(page)
    assert told["first"] != told["second"]
    assert int(told["metrics"]) >= 6
    title = page.locator(".st-key-chart_gaps")
    expect(title).to_contain_text(re.compile(r"(more|fewer) of 100 shoppers|no clear difference"))
    expect(title.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    expect(table.locator("td", has_text="NDCG@100")).to_have_count(1)
    assert blemishes(page, pixels=True) == []
