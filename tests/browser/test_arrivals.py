"""New arrivals at work: the range is learned, a product that is only typed has a place and an audience, gaps draft a product."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import PHONE, Server, blemishes, hook, settle, timed_open

OpenPage = Callable[..., Page]
ARRIVAL, JOB = '[data-testid="arrival"]', '[data-testid="job"]'
FILE = "title,category,price\nred retrospot lunch box,,2.5\nblue ceramic mug,,3\n"


@pytest.fixture
def own_demo(empty_server: Server) -> Server:
    """The demo on a server of this test's own: the shared one stays as it came."""
    empty_server.command("demo")
    return empty_server


def learn(page: Page, button: str, done: str) -> None:
    """Press the one button of an empty part, and wait for what it has made."""
    page.get_by_role("button", name=button).click()
    expect(page.locator(JOB)).to_have_count(1)
    page.locator(done).wait_for(state="attached", timeout=180_000)
    settle(page)


def test_a_product_on_paper_finds_its_place_and_a_gap_drafts_one(own_demo: Server, user: OpenPage) -> None:
    page = user(own_demo)
    timed_open(page, own_demo.address("arrivals"), "arrivals")
    settle(page)
    learn(page, "Learn from this range", ".st-key-arrival_ask")

    title = page.get_by_label("Title", exact=True)
    title.fill("red retrospot lunch bag")
    title.press("Enter")
    expect(page.locator(ARRIVAL)).to_have_attribute("data-title", "red retrospot lunch bag")
    settle(page)
    bag = hook(page, "arrival")
    assert int(bag["shown"]) > 0
    assert int(bag["nearest"]) > 0
    drawn = page.locator(".st-key-chart_arrival_map")
    expect(drawn).to_contain_text("Lunch Bag")
    expect(drawn.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(page.locator(".st-key-chart_arrival_audience")).to_be_visible()
    expect(page.get_by_role("region", name="What would get it seen")).to_contain_text("Pin it at place 3")
    assert blemishes(page, pixels=True) == []

    title.fill("wooden hen house door")
    title.press("Enter")
    expect(page.locator(ARRIVAL)).to_have_attribute("data-title", "wooden hen house door")
    settle(page)
    assert hook(page, "arrival")["exposure"] != bag["exposure"]

    page.get_by_text("Several products from a file").click()
    page.locator('[data-testid="stFileUploader"] input[type=file]').set_input_files(
        {"name": "new.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    )
    expect(page.locator('[data-testid="batch"]')).to_have_attribute("data-products", "2")
    with page.expect_download() as taken:
        page.locator(".st-key-arrival_table button").click()
    assert b"blue ceramic mug" in taken.value.path().read_bytes()

    page.get_by_role("tab", name="How well does it guess?").click()
    assert float(hook(page, "contest")["ours"]) > float(hook(page, "contest")["category"])
    settle(page)
    assert blemishes(page, pixels=True) == []

    page.get_by_role("tab", name="Gaps in the range").click()
    learn(page, "Look for gaps", '[data-testid="gaps"]')
    assert int(hook(page, "gaps")["found"]) > 0
    expect(page.locator(".st-key-chart_gap_map")).to_contain_text("The largest gap")
    assert blemishes(page, pixels=True) == []
    page.get_by_role("button", name="Draft a product").first.click()
    expect(page.locator(ARRIVAL)).not_to_have_attribute("data-title", "wooden hen house door")
    expect(page.locator(".st-key-arrival_form")).to_contain_text("Drafted for the gap")
    settle(page)
    assert blemishes(page) == []


@pytest.mark.parametrize("size", [None, PHONE], ids=["desktop", "phone"])
def test_a_few_clicks_make_a_list(demo_server: Server, user: OpenPage, size: dict[str, int] | None) -> None:
    page = user(demo_server, size=size)
    timed_open(page, demo_server.address("arrivals", arrival="A new shopper"), "arrivals")
    settle(page)
    expect(page.locator(".st-key-visitor_ask")).to_be_visible()
    box = page.get_by_role("combobox", name=re.compile("Products they looked at"))
    box.click()
    box.fill("regency cakestand")
    box.press("Enter")
    expect(page.locator('[data-testid="visitor"]')).to_have_attribute("data-way", "clicked")
    settle(page)
    assert len(hook(page, "visitor")["items"].split(",")) == 10
    expect(page.locator(".aisle-shelf li")).to_have_count(10)
    page.keyboard.press("Escape")  # closes the list of products, behind which the rest of the page is hidden
    page.get_by_role("radio", name="A segment", exact=True).click()
    expect(page.locator('[data-testid="visitor"]')).to_have_attribute("data-way", "segment")
    settle(page)
    assert blemishes(page) == []
