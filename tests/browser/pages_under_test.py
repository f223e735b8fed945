"""Where things are on the pages: menu titles, what says that a page's answer is there, and the controls the tests use."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

# Menu title and the page's name in the address, in menu order.
PAGES = (
    ("Home", "home"),
    ("Data", "data"),
    ("Models", "models"),
    ("Taste map", "taste_map"),
    ("Studio", "studio"),
    ("Synthetic shoppers", "synthetic"),
    ("New arrivals", "arrivals"),
)
VARIETY = "Variety (diversity weight)"
STUDIO_HOOK = '[data-testid="studio"]'

# On screen when the page has answered. On an empty workspace a page says in one sentence what is missing instead.
ANSWER = {
    "home": ".st-key-card_dataset",
    "data": '[data-testid="trust"]',
    "models": ".st-key-verdict",
    "taste_map": '[data-testid="map"]',
    "studio": '[data-testid="studio"]',
    "synthetic": '[data-testid="step"]',
    "arrivals": '[data-testid="arrivals"]',
}
NOTHING_YET = ".st-key-empty, button:has-text('Load the demo'), .st-key-upload"
QUESTION = {
    "home": re.compile("Where am I, and what next|What would every shopper be shown"),
    "data": re.compile("Can I trust this log"),
    "models": re.compile("Which recommender should I use"),
    "taste_map": re.compile("What has the model understood"),
    "studio": re.compile("What would my shoppers see"),
    "synthetic": re.compile("Can these shoppers stand in for mine"),
    "arrivals": re.compile("Who would want what is not here yet"),
}


def studio_slider(page: Page) -> Locator:
    """The variety slider's handle."""
    return page.get_by_role("slider", name=VARIETY)


def set_slider(page: Page, name: str, value: int) -> None:
    """Put a slider of the studio somewhere, and let it go."""
    slider = page.get_by_role("slider", name=name)
    slider.focus()
    slider.fill(str(value))
    slider.blur()


def choose(page: Page, label: str, option: str) -> None:
    """Pick an option of a select box by typing it."""
    box = page.get_by_role("combobox", name=re.compile(re.escape(label))).first
    box.click()
    box.fill(option)
    page.get_by_role("option", name=re.compile(re.escape(option), re.IGNORECASE)).first.click()


def wait_for_answer(page: Page, name: str, *, empty: bool = False, timeout: float = 30_000) -> None:
    """Until the page asks its question and its answer is on screen; `empty`: what an empty workspace shows instead will do."""
    expect(page.get_by_role("heading", level=1, name=QUESTION[name])).to_be_visible(timeout=timeout)
    page.locator(f"{ANSWER[name]}, {NOTHING_YET}" if empty else ANSWER[name]).first.wait_for(state="attached", timeout=timeout)
