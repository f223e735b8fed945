"""The list moves while a slider is dragged, what is let go reaches Python, and cards can be worked by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.harness import PHONE, Server, blemishes, hook, settle, timed_open
from tests.browser.pages_under_test import STUDIO_HOOK, studio_slider

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
AFTER = ".aisle-side.after"


@pytest.fixture
def page(user: OpenPage, demo_server: Server) -> Page:
    """The studio of a new user."""
    opened = user(demo_server)
    timed_open(opened, demo_server.address("studio"), "studio")
    expect(opened.locator(f"{AFTER} li")).to_have_count(10)
    settle(opened)
    return opened


def listed(page: Page, side: str = "after") -> list[str]:
    """The products whose cards are drawn, in order."""
    return page.locator(f".aisle-side.{side} li.aisle-card").evaluate_all("cards => cards.map(card => card.dataset.item)")


def told(page: Page, side: str = "after") -> list[str]:
    """The same as Python says it."""
    return hook(page, side)["items"].split(",")


def grip(page: Page, slider: Locator, share: float) -> None:
    """Move the pointer to a place of the slider, 0 to 1."""
    box = slider.bounding_box()
    assert box
    page.mouse.move(box["x"] + 8 + share * (box["width"] - 16), box["y"] + box["height"] / 2)


def test_the_list_moves_before_the_slider_is_let_go(page):
    first, slider, note = told(page), studio_slider(page), page.locator(f"{AFTER} h3 span")
    assert listed(page) == first
    assert listed(page, "before") == told(page, "before")
    said = note.inner_text()
    grip(page, slider, 0.2)
    page.mouse.down()
    grip(page, slider, 0.55)
    grip(page, slider, 0.8)
    assert slider.input_value() == "80"
    while_dragged = listed(page)
    assert while_dragged != first
    assert note.inner_text() != said
    assert (told(page), hook(page, "studio")["variety"]) == (first, "20")  # Python has heard of nothing yet
    page.mouse.up()
    expect(page.locator(STUDIO_HOOK)).to_have_attribute("data-variety", "80")
    settle(page)
    assert told(page) == while_dragged == listed(page)  # 80 is a stop
    assert blemishes(page) == []


def test_a_slider_put_back_shows_the_list_of_python_again(page):
    first, slider = listed(page), studio_slider(page)
    grip(page, slider, 0.2)
    page.mouse.down()
    grip(page, slider, 0.9)
    assert listed(page) != first
    grip(page, slider, 0.2)
    page.mouse.up()
    assert slider.input_value() == "20"
    assert listed(page) == first


def test_every_slider_can_be_dragged(page):
    for name in ("Taste balance", "Discovery"):
        slider = page.get_by_role("slider", name=name)
        grip(page, slider, 0.0)
        page.mouse.down()
        grip(page, slider, 1.0)
        moved = listed(page)
        assert moved != told(page)
        page.mouse.up()
        expect(page.locator(f'[data-testid="after"][data-items="{",".join(moved)}"]')).to_be_attached()
        settle(page)
        assert listed(page) == moved


def test_keys_move_it_by_one_and_to_its_ends(page):
    slider, mark = studio_slider(page), page.locator(STUDIO_HOOK)
    slider.focus()
    for key, value in (("ArrowRight", "21"), ("ArrowRight", "22"), ("ArrowLeft", "21"), ("End", "100"), ("Home", "0")):
        page.keyboard.press(key)
        expect(slider).to_have_value(value)
        expect(slider).to_have_attribute("aria-valuetext", f"{value} %")
        expect(mark).to_have_attribute("data-variety", value)
    settle(page)
    assert listed(page) == listed(page, "before")


def test_undo_moves_the_slider_back(page):
    slider, mark = studio_slider(page), page.locator(STUDIO_HOOK)
    slider.focus()
    page.keyboard.press("End")
    expect(mark).to_have_attribute("data-variety", "100")
    settle(page)
    page.get_by_role("button", name="undo").first.click()
    expect(mark).to_have_attribute("data-variety", "20")
    expect(slider).to_have_value("20")


def test_a_card_is_explained_by_a_click_and_pinned_by_keyboard(page):
    first = listed(page)
    page.locator(f"{AFTER} .aisle-title").nth(1).click()
    expect(page.locator(f"{AFTER} li.told")).to_have_attribute("data-item", first[1])
    settle(page)
    page.locator(f"{AFTER} .aisle-more").nth(6).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem")).to_have_count(5)
    page.keyboard.press("End")
    expect(page.get_by_role("menuitem", name="Pin here")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"{AFTER} li[data-item='{first[6]}'] .badge")).to_have_text("pinned")
    expect(page.locator(f"{AFTER} li[data-item='{first[6]}']")).to_have_attribute("data-rank", "7")


def test_a_menu_closes_on_escape_and_on_a_click_elsewhere(page):
    more = page.locator(f"{AFTER} .aisle-more").first
    more.click()
    expect(page.get_by_role("menuitem", name="Why this?")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menuitem")).to_have_count(0)
    expect(more).to_be_focused()
    more.click()
    page.locator("h1").click()
    expect(page.get_by_role("menuitem")).to_have_count(0)


def test_both_lists_fit_a_phone(user, demo_server):
    page = user(demo_server, size=PHONE)
    timed_open(page, demo_server.address("studio"), "studio")
    expect(page.locator(f"{AFTER} li")).to_have_count(10)
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for card in page.locator("li.aisle-card").all():
        box = card.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
