"""A cohort lassoed on the map of shoppers: kept as a segment, offered in the studio, after a reload and a server restart too."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, TimeoutError, expect

from tests.browser.harness import Server, hook, settle, start_server, timed_open
from tests.browser.pages_under_test import wait_for_answer

SEGMENT = "Marked on the map"
LASSO = ((0.3, 0.3), (0.5, 0.26), (0.56, 0.42), (0.5, 0.56), (0.36, 0.52))  # corners, as shares of the map


class MapStory:
    """Steps for `demo.Demo`, which has the server, the browser and the report."""

    server: Server
    report: dict[str, Any]
    _user: Callable[..., Page]
    _problem: Callable[[str], None]
    _equal: Callable[..., None]
    _look: Callable[[Page, str], None]
    _switch: Callable[..., None]

    @property
    def cohort_steps(self) -> list[Callable[[Page], None]]:
        """The steps, in order."""
        return [self.lasso_a_cohort, self.keep_it, self.find_it_in_the_studio, self.reload_the_studio, self.restart_the_server]

    def lasso_a_cohort(self, page: Page) -> None:
        """By mouse, on the shoppers' map."""
        page.locator(".st-key-map_controls").get_by_role("radio", name="Shoppers", exact=True).click()
        page.locator('[data-testid="map"][data-what="users"]').wait_for(state="attached")
        settle(page)
        draw_lasso(page)
        expect(page.locator('[data-testid="selection"]')).not_to_have_attribute("data-count", "0")
        settle(page)
        self._look(page, "a cohort of shoppers")

    def keep_it(self, page: Page) -> None:
        """Under a name; the command line knows it with as many shoppers."""
        count = int(hook(page, "selection")["count"])
        panel = page.locator(".st-key-selection")
        name = panel.get_by_label("Name")
        name.fill(SEGMENT)
        name.press("Enter")
        settle(page)
        panel.get_by_role("button", name="Save as a segment").click()
        page.locator(f'[data-testid="drawn"][data-name="{SEGMENT}"]').wait_for(state="attached")
        settle(page)
        self._look(page, "a cohort that was kept")
        told = self.server.command("cohort", self.report["run"], "--list")["drawn"]
        self._equal("the kept segment", [(each["name"], each["size"]) for each in told], [(SEGMENT, count)])

    def find_it_in_the_studio(self, page: Page) -> None:
        """Among the segments that may have a variety of their own."""
        self._switch(page, "studio")
        self._is_offered(page)

    def reload_the_studio(self, page: Page) -> None:
        """The same address, loaded again."""
        page.reload()
        wait_for_answer(page, "studio")
        self._is_offered(page)

    def restart_the_server(self, page: Page) -> None:
        """Killed, and started again on the same workspace."""
        address = page.url
        page.goto("about:blank")
        self.server.process.kill()
        self.server.process.wait()
        self.server.process = start_server(self.server.home, port=urlsplit(self.server.url).port).process
        self.report["restart_s"] = round(timed_open(page, address, "studio"), 2)
        self._is_offered(page)

    def _is_offered(self, page: Page) -> None:
        settle(page)
        fold = page.locator(".st-key-pick_fold_segments")
        picker = fold.get_by_role("combobox", name=re.compile("Segments"))
        if not picker.is_visible():
            fold.locator("summary, button").first.click()
            picker.wait_for(state="visible")
            settle(page)
        started = time.monotonic()
        for _ in range(10):  # a fold that is still opening closes the list again
            picker.click()
            picker.fill(SEGMENT)
            with contextlib.suppress(TimeoutError):
                page.get_by_role("option", name=SEGMENT).wait_for(timeout=2000)
                break
        expect(page.get_by_role("option", name=SEGMENT)).to_be_visible()
        self.report["timings_s"]["segment offered"] = round(time.monotonic() - started, 2)
        picker.fill("")
        picker.press("Escape")
        expect(page.get_by_role("option")).to_have_count(0)  # while they are open nothing else on the page can be found by its role
        settle(page)


def draw_lasso(page: Page, corners: tuple[tuple[float, float], ...] = LASSO) -> None:
    """With the mouse, around the middle of the map."""
    chart = page.locator(".st-key-map .js-plotly-plot").first
    chart.hover()
    chart.locator('.modebar-btn[data-title="Lasso Select"]').click()
    field = chart.locator(".nsewdrag").first.bounding_box()
    assert field is not None
    places = [(field["x"] + x * field["width"], field["y"] + y * field["height"]) for x, y in (*corners, corners[0])]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()
