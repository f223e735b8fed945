"""What people do besides the demo: mistakes, reloads, small screens, a model that nobody has."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import PHONE, Server, blemishes, hook, settle, timed_open
from tests.browser.pages_under_test import PAGES, studio_slider, wait_for_answer

OpenPage = Callable[..., Page]
PROBLEM = "[class*='st-key-problem']"


def upload(page: Page, server: Server, file: Path) -> None:
    """Give a file to the Data page of a workspace that has a dataset already."""
    timed_open(page, server.address("data"), "data")
    settle(page)
    page.get_by_role("radio", name="Add a log").click()
    page.locator('.st-key-upload input[type="file"]').set_input_files(file)


@pytest.mark.parametrize("name", [name for _, name in PAGES])
def test_a_page_has_no_blemish(demo_server: Server, user: OpenPage, name: str) -> None:
    page = user(demo_server)
    timed_open(page, demo_server.address("" if name == "home" else name), name)
    settle(page)
    assert blemishes(page, pixels=True) == []


@pytest.mark.parametrize("name", [name for _, name in PAGES])
def test_a_page_fits_a_phone(demo_server: Server, user: OpenPage, name: str) -> None:
    page = user(demo_server, size=PHONE)
    timed_open(page, demo_server.address("" if name == "home" else name), name)
    settle(page)
    wide = page.get_by_test_id("stMain").evaluate("e => e.scrollWidth - e.clientWidth")
    assert wide <= 1, f"{name} scrolls sideways by {wide} px"


@pytest.mark.parametrize("query", [{"run": "no-such-run"}, {"dataset": "no-such-dataset"}, {"shopper": "nobody"}])
def test_an_address_with_an_unknown_id_says_so(demo_server: Server, user: OpenPage, query: dict[str, str]) -> None:
    page = user(demo_server)
    page.goto(demo_server.address("studio", **query))
    problem = page.locator(PROBLEM).first
    expect(problem).to_be_visible()
    expect(problem).to_contain_text(next(iter(query.values())))
    settle(page)
    assert blemishes(page) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256))),
        ("empty.csv", b""),
        ("no_shopper.csv", b"colour,size\nred,1\nblue,2\n"),
    ],
)
def test_a_bad_upload_is_answered_in_words(demo_server: Server, user: OpenPage, tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    page = user(demo_server)
    upload(page, demo_server, file)
    problem = page.locator(PROBLEM).first
    expect(problem).to_be_visible()
    expect(problem).not_to_contain_text("made a mistake")
    settle(page)
    assert blemishes(page) == []


def test_an_upload_over_the_limit_is_refused_by_the_browser(demo_server: Server, user: OpenPage, tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    with file.open("wb") as stream:
        stream.truncate(201 * 2**20)
    page = user(demo_server)
    upload(page, demo_server, file)
    expect(page.get_by_test_id("stFileUploader").get_by_text(re.compile("200(\\.0)? ?MB or smaller"))).to_be_visible()


def test_a_reload_keeps_the_shopper_and_the_slider(demo_server: Server, user: OpenPage) -> None:
    page = user(demo_server)
    timed_open(page, demo_server.address("studio"), "studio")
    settle(page)
    slider = studio_slider(page)
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator('[data-testid="studio"]')).to_have_attribute("data-variety", "100")
    settle(page)
    before = hook(page, "after")
    page.reload()
    wait_for_answer(page, "studio")
    settle(page)
    assert hook(page, "after") == before


def test_training_can_be_left_cancelled_and_resumed(demo_server: Server, user: OpenPage) -> None:
    page = user(demo_server)
    timed_open(page, demo_server.address("models"), "models")
    settle(page)
    page.get_by_role("button", name="Start training").click()
    job = page.locator('[data-testid="job"][data-kind="train"]').first
    expect(job).to_have_attribute("data-state", "running", timeout=30_000)
    number = job.get_attribute("data-job")
    page.context.close()

    again = user(demo_server)
    timed_open(again, demo_server.address("models"), "models")
    box = again.locator(f".st-key-job_{number}")
    box.get_by_role("button", name="Cancel").click()
    expect(again.locator(f'[data-job="{number}"]')).to_have_attribute("data-state", "cancelled", timeout=60_000)
    again.locator(f".st-key-job_{number}").get_by_role("button", name="Resume").click()
    expect(again.locator(f'[data-job="{number}"]')).to_have_attribute("data-state", "running", timeout=60_000)
    again.locator(f".st-key-job_{number}").get_by_role("button", name="Cancel").click()
    expect(again.locator(f'[data-job="{number}"]')).to_have_attribute("data-state", "cancelled", timeout=60_000)
