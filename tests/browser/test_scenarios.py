"""Scenarios as an analyst keeps them: named, published against a red guardrail with a reason, opened again, shown to a room."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from recsys_core.ranking.address import to_address
from recsys_core.ranking.scenario import Guardrail, Scenario
from tests.browser.harness import ROOT, Server, blemishes, hook, running_server, settle

RED = Scenario(name="Untitled", variety=60, guardrails=(Guardrail("relevance_kept", least=0.999),))
NAME = "“Spring” 春天"


@pytest.fixture
def own_demo(tmp_path: Path) -> Iterator[Server]:
    """The app on the demo in a workspace of this test alone: what is published there, nobody else sees."""
    home = tmp_path / "home"
    env = {**os.environ, "AISLE_HOME": str(home)}
    subprocess.run([sys.executable, "-m", "recsys_core", "demo", "--json"], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    with running_server(home) as server:
        yield server
        assert server.complaints() == []


def test_a_scenario_is_saved_published_opened_and_presented(user: Callable[..., Page], own_demo: Server) -> None:
    page = user(own_demo)
    page.goto(own_demo.address("studio", scenario=to_address(RED)))
    told(page, saved="new")
    button(page, "save_popover").click()
    field(page, "save_name").fill(NAME)
    button(page, "save_as_scenario").click()
    told(page, saved="saved", name=NAME, published="False")

    button(page, "publish_scenario").click()
    button(page, "do_publish").click()
    expect(page.get_by_role("dialog").get_by_text("Say who approves it.")).to_be_visible()
    field(page, "publish_by").fill("Ann")
    button(page, "do_publish").click()
    expect(page.get_by_role("dialog").get_by_text("Write why it is published all the same.")).to_be_visible()
    field(page, "publish_note").fill("The board has seen it")
    button(page, "do_publish").click()
    told(page, published="True")
    expect(page.get_by_role("dialog")).to_have_count(0)
    settle(page)
    assert hook(page, "before")["items"] == hook(page, "after")["items"]
    published = own_demo.command("scenario", "list")[0]
    assert (published["name"], published["published_by"], published["note"]) == (NAME, "Ann", "The board has seen it")

    button(page, "open_scenarios").click()
    row = page.locator(f".st-key-saved_{published['id']}")
    expect(row).to_contain_text(NAME)
    row.get_by_role("button", name="More").click()
    button(page, f"duplicate_{published['id']}").click()
    copy = page.locator("[class*='st-key-saved_']").filter(has_text=f"{NAME} (2)")
    copy.get_by_role("button", name="Open", exact=True).click()
    told(page, name=f"{NAME} (2)", saved="saved")

    button(page, "present_scenarios").click()
    expect(page.locator(f'[data-testid="present"][data-name="{NAME} (2)"]')).to_be_attached()
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(f'[data-testid="present"][data-name="{NAME}"]')).to_be_attached()
    assert blemishes(page) == []
    page.reload()
    expect(page.locator(f'[data-testid="present"][data-name="{NAME}"]')).to_be_attached()
    button(page, "present_leave").click()
    told(page, name=f"{NAME} (2)")
    assert "present" not in page.url


def told(page: Page, **values: str) -> None:
    """Until the header's hook says so."""
    wanted = "".join(f'[data-{name}="{value}"]' for name, value in values.items())
    expect(page.locator(f'[data-testid="scenario"]{wanted}')).to_be_attached(timeout=60_000)


def button(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key} button").first


def field(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key}").locator("input, textarea").first
