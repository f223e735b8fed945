"""The four steps on the page of synthetic shoppers, as steps of the demo: generate, compare, filter, use; in under three minutes.

What a step shows on screen is held against the command line on the same workspace.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.harness import Server, hook, settle

SHOPPERS = 1000
BUDGET_S = 180.0
JOB_MS = 400_000
GROUPS = ("fidelity", "structure", "utility", "privacy")


class SyntheticStory:
    """Steps for `demo.Demo`, which has the server, the browser and the report."""

    server: Server
    report: dict[str, Any]
    _user: Callable[..., Page]
    _problem: Callable[[str], None]
    _equal: Callable[..., None]
    _look: Callable[[Page, str], None]
    _switch: Callable[..., None]

    @property
    def four_steps(self) -> list[Callable[[Page], None]]:
        """The steps, in order."""
        return [
            self.generate_shoppers,
            self.compare_them,
            self.guess_which_is_real,
            self.filter_them,
            self.mix_them,
            self.hand_them_out,
        ]

    def generate_shoppers(self, page: Page) -> None:
        """A thousand shoppers by the generator that suits the log."""
        self._switch(page, "synthetic")
        settle(page)
        self._began = time.monotonic()
        page.get_by_role("spinbutton", name="Shoppers").fill(str(SHOPPERS))
        page.keyboard.press("Enter")
        settle(page)
        page.get_by_role("button", name="Make them").click()
        page.locator(f'[data-testid="synthetic"][data-users="{SHOPPERS}"]').wait_for(state="attached", timeout=JOB_MS)
        settle(page)
        self._equal("the shoppers made", hook(page, "synthetic")["users"], str(SHOPPERS))

    def compare_them(self, page: Page) -> None:
        """Four verdicts, those of the command line, and every group's pictures."""
        self._step(page, "Compare", "compare")
        shown = hook(page, "synthetic")
        told = self.server.command("synthetic", "show", shown["set"])
        self._equal("the set's rows", str(told["users"]), shown["users"])
        for group in GROUPS:
            self._equal(f"the verdict on {group}", shown[group], told["verdicts"][group].partition(".")[0])
            page.get_by_role("tab", name=re.compile(group, re.IGNORECASE)).click()
            page.locator(f'[data-testid="group"][data-name="{group}"]').wait_for(state="attached")
            self._look(page, f"synthetic shoppers, {group}")

    def guess_which_is_real(self, page: Page) -> None:
        """The blind test keeps score."""
        self._step(page, "Generate", "generate")
        page.get_by_text("Blind test", exact=True).click()
        page.get_by_role("button", name="A is real").click()
        expect(page.locator('[data-testid="blind"]')).to_have_attribute("data-n", "1")
        settle(page)
        self._equal("the blind test's answers", hook(page, "blind")["answered"], "1")
        self._look(page, "the blind test")

    def filter_them(self, page: Page) -> None:
        """The slider says how many stay, and the filtered set has so many."""
        self._step(page, "Filter", "filter")
        whole = hook(page, "synthetic")["set"]
        page.get_by_role("button", name="Look at them").click()
        page.locator('[data-testid="filter"][data-ready="1"]').wait_for(state="attached", timeout=JOB_MS)
        settle(page)
        self._look(page, "the filter")
        kept = hook(page, "filter")["kept"]
        page.get_by_role("button", name=re.compile("Keep these")).click()
        page.locator('[data-testid="synthetic"][data-made="filtered"]').wait_for(state="attached", timeout=JOB_MS)
        settle(page)
        made = hook(page, "synthetic")
        told = self.server.command("synthetic", "show", made["set"])
        self._equal("the shoppers kept", made["users"], kept)
        self._equal("the filtered set's parent", told["parent"], whole)

    def mix_them(self, page: Page) -> None:
        """Real and synthetic shoppers become a dataset of their own, and what that moves is told."""
        self._step(page, "Use", "use")
        page.get_by_role("tab", name="Mix with the real ones").click()
        page.get_by_role("button", name="Mix them").click()
        page.locator('[data-testid="mixture"][data-n="1"]').wait_for(state="attached", timeout=JOB_MS)
        settle(page)
        shown, made = hook(page, "mixture"), hook(page, "synthetic")
        self._equal("the synthetic shoppers mixed in", shown["synthetic"], made["users"])
        known = {each["id"]: each for each in self.server.command("datasets")}
        told = known.get(shown["dataset"], {}).get("users")
        self._equal("the mixed dataset's shoppers", int(shown["real"]) + int(shown["synthetic"]), told, 0)
        self._look(page, "the mixture")

    def hand_them_out(self, page: Page) -> None:
        """Privacy passed, so the log leaves; the four steps took as long as they may."""
        page.get_by_role("tab", name="Hand them out").click()
        page.locator('[data-testid="export"][data-open="1"]').wait_for(state="attached")
        settle(page)
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Download the log").click()
        rows = waiting.value.path().read_text(encoding="utf-8").count("\n") - 1
        told = self.server.command("synthetic", "show", hook(page, "synthetic")["set"])
        self._equal("the rows handed out", rows, told["rows"], 0)
        took = round(time.monotonic() - self._began, 1)
        self.report["timings_s"]["four_steps"] = took
        if took > BUDGET_S:
            self._problem(f"the four steps took {took} s, over {BUDGET_S:.0f}")
        self._open_the_set_alone(hook(page, "synthetic")["set"])

    def _open_the_set_alone(self, made: str) -> None:
        """An address with nothing but a set shows that set, though the mixture is a newer dataset."""
        other = self._user()
        other.goto(self.server.address("synthetic", set=made))
        other.locator(f'[data-testid="synthetic"][data-set="{made}"]').wait_for(state="attached")
        other.context.close()

    _began: float

    def _step(self, page: Page, title: str, name: str) -> None:
        page.get_by_role("radio", name=re.compile(rf"{title}$")).click()
        expect(page.locator('[data-testid="step"]')).to_have_attribute("data-step", name)
        settle(page)
