"""The analyst's story in the studio, as steps of the demo: tune, rule, guard, explain, play, save, publish, share, export.

Whatever a step shows on screen is held against the command line on the same workspace.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.harness import Server, hook, settle, timed_open
from tests.browser.pages_under_test import VARIETY, choose, set_slider

NAME, ANALYST = "Autumn windows", "Ines"
MODEL = "EDLAE"  # of the demo's own; another log keeps the model that was trained before
REPORT = re.compile(r'<script type="application/json" id="aisle-report">(.*?)</script>', re.DOTALL)


class StudioStory:
    """Steps for `demo.Demo`, which has the server, the browser and the report."""

    server: Server
    report: dict[str, Any]
    _user: Callable[..., Page]
    _problem: Callable[[str], None]
    _equal: Callable[..., None]
    _look: Callable[[Page, str], None]
    _switch: Callable[..., None]

    @property
    def story(self) -> list[Callable[[Page], None]]:
        """The steps, in order."""
        return [
            self.tune,
            self.pin_a_product,
            self.cap_a_category,
            self.find_the_best,
            self.read_winners_and_losers,
            self.open_an_explanation,
            self.like_a_product,
            self.save_the_scenario,
            self.export_the_scenario,
            self.publish_the_scenario,
            self.share_the_address,
        ]

    def tune(self, page: Page) -> None:
        """A model, variety 40, discovery 20."""
        self._switch(page, "studio")
        settle(page)
        models = {run["model"] for run in self.server.command("runs")}
        if "edlae" in models:
            choose(page, "Trained model", MODEL)
            expect(page.locator('[data-testid="studio"]')).to_have_attribute("data-run", re.compile("^edlae"))
            settle(page)
        set_slider(page, VARIETY, 40)
        expect(page.locator('[data-testid="studio"]')).to_have_attribute("data-variety", "40")
        settle(page)
        before = hook(page, "scenario")["hash"]
        set_slider(page, "Discovery", 20)
        expect(page.locator('[data-testid="scenario"]')).not_to_have_attribute("data-hash", before)
        self._figures_are_there(page)

    def pin_a_product(self, page: Page) -> None:
        """The last product of the list after, pinned where it is: everybody is shown it there."""
        item = hook(page, "after")["items"].split(",")[-1]
        self._menu(page, item, "Pin here")
        self._changed(page)
        self._equal("the pinned product", hook(page, "after")["items"].split(",")[-1], item)
        shopper = hook(page, "studio")["shopper"]
        page.get_by_role("button", name="Heavy", exact=True).click()
        expect(page.locator('[data-testid="studio"]')).not_to_have_attribute("data-shopper", shopper)
        settle(page)
        shown = hook(page, "after")["items"].split(",")
        had = self._applied(page, "explain", "--item", item)["place"] is None
        if not had and shown[-1] != item:
            self._problem("another shopper is not shown the pinned product at its place")

    def cap_a_category(self, page: Page) -> None:
        """At most three of one group."""
        page.locator(".st-key-pick_fold_caps summary, .st-key-pick_fold_caps button").first.click()
        settle(page)
        choose(page, "Count by", "Product group")
        settle(page)
        before = hook(page, "scenario")["hash"]
        page.get_by_role("button", name="Add cap").click()
        expect(page.locator('[data-testid="scenario"]')).not_to_have_attribute("data-hash", before)
        self._figures_are_there(page)
        self.compare_with_the_command_line(page)

    def find_the_best(self, page: Page) -> None:
        """Too much variety turns a guardrail red; "find best" finds the most that turns none."""
        lights = page.locator('[data-testid="guardrails"]')
        set_slider(page, VARIETY, 95)
        expect(page.locator('[data-testid="studio"]')).to_have_attribute("data-variety", "95")
        expect(lights).to_have_attribute("data-passes", "False")
        self._look(page, "a red guardrail")
        if not self._find_best(page):  # the pin and the discovery cost too much for any variety: without discovery it may go
            before = hook(page, "scenario")["hash"]
            set_slider(page, "Discovery", 0)
            expect(page.locator('[data-testid="scenario"]')).not_to_have_attribute("data-hash", before)
            self._figures_are_there(page)
            self._find_best(page)

    def _find_best(self, page: Page) -> bool:
        """Press it; whether there is a variety that keeps every guardrail, as the command line says too."""
        best = self._whatif(page, "--find-best")["best_variety"]
        page.get_by_role("button", name="Find best").click()
        if best is None:
            expect(page.get_by_text(re.compile("Not even a variety of 0 keeps every guardrail"))).to_be_visible(timeout=30_000)
        else:
            expect(page.locator('[data-testid="studio"]')).to_have_attribute("data-variety", str(best), timeout=30_000)
            expect(page.locator('[data-testid="guardrails"]')).to_have_attribute("data-passes", "True")
        settle(page)
        return best is not None

    def read_winners_and_losers(self, page: Page) -> None:
        """Groups of products, with their intervals, as `whatif` tells them."""
        page.get_by_role("tab", name="Winners and losers").click()
        settle(page)
        page.get_by_role("radio", name="Group", exact=True).click()
        groups = {each["label"]: each for each in self._whatif(page)["groups"]}
        first = page.locator('[data-testid="mover"]').first
        expect(first).to_have_attribute("data-label", re.compile("|".join(re.escape(label) for label in groups)))
        for mover in page.locator('[data-testid="mover"]').all():
            screen = mover.evaluate("e => ({...e.dataset})")
            for figure in ("before", "after", "low", "high"):
                self._equal(f"{screen['label']}, {figure}", screen[figure], float(groups[screen["label"]][figure]))
        self._look(page, "winners and losers")

    def open_an_explanation(self, page: Page) -> None:
        """Why the first product is there, as `explain` says."""
        item = hook(page, "after")["items"].split(",")[0]
        page.locator(f'.aisle-side.after [data-item="{item}"] .aisle-title').click()
        expect(page.locator('[data-testid="why"]')).to_have_attribute("data-item", item)
        settle(page)
        told = self._applied(page, "explain", "--item", item)
        shown = hook(page, "why")
        self._equal("the verdict", shown["verdict"], told["verdict"])
        self._equal("the place", shown["place"], str(told["place"]))
        if told["waterfall"]:
            self._equal("the worth of the pick", shown["value"], float(told["waterfall"]["value"]), 1e-5)
        self._look(page, "an explanation")
        page.locator(".st-key-why_close button").click()
        expect(page.locator('[data-testid="why"]')).to_have_count(0)

    def like_a_product(self, page: Page) -> None:
        """The list changes at once, the liked product leaves it (it is in the past now), and what was said is kept."""
        before = hook(page, "after")["items"]
        item = before.split(",")[1]
        self._menu(page, item, "Like")
        expect(page.locator('[data-testid="after"]')).not_to_have_attribute("data-items", before)
        settle(page)
        if item in hook(page, "after")["items"].split(","):
            self._problem("a liked product is still listed")
        dataset = self.server.command("runs")[0]["dataset_id"] if "dataset" not in self.report else self.report["dataset"]
        kept = [each["item_id"] for each in self.server.command("feedback", dataset)["events"]]
        if item not in kept:
            self._problem("the like is not kept as feedback")

    def save_the_scenario(self, page: Page) -> None:
        """Under a name; the command line finds it."""
        box = page.get_by_role("textbox", name="Name of the scenario")
        box.fill(NAME)
        box.press("Enter")
        expect(page.locator('[data-testid="scenario"]')).to_have_attribute("data-name", NAME)
        settle(page)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator('[data-testid="scenario"]')).to_have_attribute("data-saved", "saved")
        saved = {each["name"]: each["hash"] for each in self.server.command("scenario", "list")}
        self._equal("the saved scenario", saved.get(NAME), hook(page, "scenario")["hash"])

    def export_the_scenario(self, page: Page) -> None:
        """The report's figures are those of the screen and of `whatif --json`."""
        settle(page)
        page.locator(".st-key-export_scenario button").first.click()
        with page.expect_download() as report:
            page.get_by_role("button", name="Report (HTML)").click()
        with page.expect_download() as settings:
            page.get_by_role("button", name="Scenario (JSON)").click()
        with page.expect_download(timeout=60_000) as handover:
            page.get_by_role("button", name="Hand-over (zip)").click()
        page.keyboard.press("Escape")
        if Path(handover.value.path()).read_bytes()[:2] != b"PK":
            self._problem("the hand-over is no zip")
        told = json.loads(REPORT.findall(Path(report.value.path()).read_text(encoding="utf-8"))[0])
        whatif, screen = self._whatif(page), hook(page, "population")
        figures = {each["name"]: each for each in whatif["figures"]}
        reported = {each["name"]: each for each in told["figures"]}
        self._equal("the scenario of the report", told["scenario"]["hash"], hook(page, "scenario")["hash"])
        self._equal("the scenario of the file", json.loads(Path(settings.value.path()).read_text())["name"], NAME)
        for name in ("relevance_kept", "ild", "coverage", "price"):
            if name in figures:
                self._equal(f"{name} of the report", reported[name]["after"], float(figures[name]["after"]), 1e-9)
                key = name.split("_")[0] + "".join(part.title() for part in name.split("_")[1:])
                self._equal(f"{name} on screen", screen[key], float(figures[name]["after"]), 1e-6)

    def publish_the_scenario(self, page: Page) -> None:
        """Approved by name: what is shown before is then what was after."""
        settle(page)
        page.locator(".st-key-publish_scenario button").click()
        page.get_by_role("textbox", name="Approved by").fill(ANALYST)
        note = page.get_by_role("dialog").locator("textarea")
        note.fill("For the board")
        page.locator(".st-key-do_publish button").click()
        expect(page.locator('[data-testid="scenario"]')).to_have_attribute("data-published", "True")
        settle(page)
        told = [each for each in self.server.command("scenario", "list") if each["published_by"]]
        self._equal("what is published", [(each["name"], each["published_by"]) for each in told], [(NAME, ANALYST)])

    def share_the_address(self, page: Page) -> None:
        """A colleague in a fresh browser sees the same."""
        settle(page)
        address = hook(page, "scenario")["address"]
        other = self._user()
        timed_open(other, address, "studio")
        settle(other)
        for name in ("studio", "before", "after", "guardrails", "population"):
            self._equal(f"the shared address, {name}", hook(other, name), hook(page, name))
        other.context.close()

    # what the steps share

    def compare_with_the_command_line(self, page: Page) -> None:
        """Both lists of the shopper on screen are those of `recommend`, the figures those of `whatif`."""
        at = hook(page, "studio")
        shown = hook(page, "after")["items"].split(",")
        told = self._applied(page, "recommend")
        self._equal("the list after", shown, [row["item_id"] for row in sorted(told["lists"], key=lambda row: row["rank"])])
        self._equal("the run", at["run"], told["run"])

    def _figures_are_there(self, page: Page) -> None:
        """Everybody's figures are of the scenario on screen. Wait for the change itself first: an old screen agrees with itself too."""
        page.wait_for_function(
            """() => document.querySelector('[data-testid="population"]')?.dataset.scenario
                === document.querySelector('[data-testid="scenario"]')?.dataset.hash"""
        )
        settle(page)

    def _changed(self, page: Page) -> None:
        expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        self._figures_are_there(page)

    def _menu(self, page: Page, item: str, action: str) -> None:
        """An entry of a product's menu in the list after."""
        hash_, items = hook(page, "scenario")["hash"], hook(page, "after")["items"]
        page.locator(f'.aisle-side.after [data-item="{item}"] .aisle-more').click()
        page.get_by_role("menuitem", name=action, exact=True).click()
        page.wait_for_function(
            """([hash, items]) => document.querySelector('[data-testid="scenario"]')?.dataset.hash !== hash
                || document.querySelector('[data-testid="after"]')?.dataset.items !== items""",
            arg=[hash_, items],
        )
        settle(page)

    def _file(self, page: Page) -> str:
        """The scenario on screen as a file for the command line."""
        from recsys_core.ranking.address import from_address

        address = re.findall(r"[?&]scenario=([\w-]+)", page.url)[0]
        with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False, encoding="utf-8") as file:
            json.dump(from_address(address).to_json(), file)
        return file.name

    def _applied(self, page: Page, command: str, *words: str) -> Any:
        at = hook(page, "studio")
        return self.server.command(command, at["run"], "--user", at["shopper"], "--scenario", self._file(page), *words)

    def _whatif(self, page: Page, *words: str) -> Any:
        return self.server.command("whatif", hook(page, "studio")["run"], "--scenario", self._file(page), *words)
