"""The ten-minute stakeholder demo, played by a browser on a fresh server and an empty workspace.

    python tests/browser/demo.py                    on the demo log, one click
    python tests/browser/demo.py --log FILE.csv     on a log of your own, uploaded
    python tests/browser/demo.py --epochs 3         short training, for CI

Prints a JSON report with timings. Exit 1 where a first load takes over 8 s, a page switch over 2 s, a step fails, an exception box,
a console error (two known 404s aside), a request to another host, a missing value or a blank chart is seen, or a figure differs from
what `--json` says of the same id.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, expect, sync_playwright  # noqa: E402

from tests.browser.harness import (  # noqa: E402
    BUDGET_FIRST_LOAD_S,
    BUDGET_SWITCH_S,
    Server,
    Watch,
    blemishes,
    hook,
    launch_chromium,
    new_user,
    running_server,
    settle,
    timed_open,
    timed_switch,
)
from tests.browser.map_story import MapStory  # noqa: E402
from tests.browser.pages_under_test import PAGES, VARIETY, choose, set_slider, studio_slider, wait_for_answer  # noqa: E402
from tests.browser.story import StudioStory  # noqa: E402
from tests.browser.synthetic_story import SyntheticStory  # noqa: E402

TRAINING_MS, PROJECTION_MS, INTAKE_MS = 1_500_000, 600_000, 90_000
SHOTS = Path(__file__).parent / "shots"
# Collects the curve points that the job's mark shows, however quickly they follow each other.
COUNT_UPDATES = """() => {
    window.__epochs = new Set();
    const look = () => document.querySelectorAll('[data-testid="job"][data-kind="train"]').forEach(e => {
        if (+e.dataset.epoch > 0 && e.dataset.state === 'running') window.__epochs.add(+e.dataset.epoch);
    });
    new MutationObserver(look).observe(document.body, {subtree: true, childList: true, attributes: true});
}"""


@dataclass
class Demo(StudioStory, MapStory, SyntheticStory):
    """One play of the demo; `report` is what it found."""

    browser: Browser
    server: Server
    log: Path | None = None
    epochs: int | None = None
    umap: bool = True
    report: dict[str, Any] = field(default_factory=lambda: {"timings_s": {}, "problems": []})
    watches: list[Watch] = field(default_factory=list)

    def play(self) -> dict[str, Any]:
        """Every step in order; a broken step is a problem, and ends the play."""
        steps: list[Callable[[Page], None]] = [
            self.first_deep_link,
            self.load_the_log,
            self.read_the_data_page,
            self.train,
            self.read_the_home_page,
            self.look_at_the_map,
            *self.cohort_steps,
            self.move_the_slider,
            *self.story,
            self.paste_the_address,
            self.second_user,
            *self.four_steps,
            self.dark_mode,
            self.walk_the_menu,
        ]
        page = self._user()
        for step in steps:
            started = time.monotonic()
            try:
                step(page)
            except Exception as error:
                SHOTS.mkdir(exist_ok=True)
                picture = SHOTS / f"failed-{step.__name__}.png"
                page.screenshot(path=picture)
                self._problem(f"{step.__name__} at {page.url}: {type(error).__name__}: {str(error)[:500]} (picture: {picture})")
                break
            finally:
                self.report["timings_s"][step.__name__] = round(time.monotonic() - started, 2)
        self.report["problems"] += [fault for watch in self.watches for fault in watch.faults]
        self.report["problems"] += self.server.complaints()
        return self.report

    def _user(self, *, dark: bool = False) -> Page:
        page, watch = new_user(self.browser, self.server, dark=dark)
        self.watches.append(watch)
        return page

    def _problem(self, text: str) -> None:
        self.report["problems"].append(text)

    def _look(self, page: Page, where: str) -> None:
        settle(page)
        self.report["problems"] += [f"{where}: {each}" for each in blemishes(page, pixels=True)]

    def _equal(self, what: str, screen: Any, told: Any, tolerance: float = 1e-6) -> None:
        same = abs(float(screen) - float(told)) <= tolerance if isinstance(told, int | float) else screen == told
        if not same:
            self._problem(f"{what}: {screen} on screen, {told} from the command line")

    def _switch(self, page: Page, name: str, *, empty: bool = False) -> None:
        title = next(title for title, known in PAGES if known == name)
        seconds = round(timed_switch(page, title, name, empty=empty), 2)
        switches = self.report.setdefault("page_switch_s", {})
        switches[name] = max(seconds, switches.get(name, 0.0))
        if seconds > BUDGET_SWITCH_S:
            self._problem(f"switch to {name}: {seconds} s, over {BUDGET_SWITCH_S}")

    # the steps

    def first_deep_link(self, page: Page) -> None:
        """The first request that this server ever gets is for a page, not for the start."""
        seconds = timed_open(page, self.server.address("studio"), "studio", empty=True)
        self.report["first_load_s"] = round(seconds, 2)
        if seconds > BUDGET_FIRST_LOAD_S:
            self._problem(f"first load: {seconds:.1f} s, over {BUDGET_FIRST_LOAD_S}")
        menu = page.get_by_test_id("stSidebarNav").get_by_role("link").all_inner_texts()
        titles = [text.splitlines()[-1].strip() for text in menu]
        if titles != [title for title, _ in PAGES]:
            self._problem(f"the first deep link shows the menu {titles}")
        self._look(page, "the first deep link")
        for _, name in PAGES:
            self._switch(page, name, empty=True)
            self._look(page, f"{name} on an empty workspace")

    def load_the_log(self, page: Page) -> None:
        """One click."""
        if self.log is None:
            self._switch(page, "home", empty=True)
            started = time.monotonic()
            page.get_by_role("button", name="Load the demo").click()
            wait_for_answer(page, "studio", timeout=INTAKE_MS)
            self.report["demo_to_first_list_s"] = round(time.monotonic() - started, 2)
            self._look(page, "the studio after one click")
        else:
            self._switch(page, "data", empty=True)
            page.locator('.st-key-upload input[type="file"]').set_input_files(self.log)
            page.get_by_role("button", name="Use this log").click(timeout=60_000)
            wait_for_answer(page, "data", timeout=INTAKE_MS)

    def read_the_data_page(self, page: Page) -> None:
        """Its four figures are those of `show`."""
        self._switch(page, "data")
        self._look(page, "data")
        screen = hook(page, "trust")
        told = self.server.command("show", screen["dataset"])
        self.report["dataset"] = screen["dataset"]
        self._equal("dataset", screen["dataset"], told["id"])
        words = page.get_by_test_id("stMain").inner_text()
        for shown, key in (("rowsKept", "rows"), ("users", "users"), ("items", "items")):
            self._equal(key, screen[shown], told[key])
            if f"{told[key]:,}" not in words:
                self._problem(f"data: {told[key]:,} {key} of the command line is not in the page's words")

    def train(self, page: Page) -> None:
        """Mult-VAE in the background: at least three live updates, then a row in the league with the figures of `show`."""
        self._switch(page, "models", empty=self.log is not None)
        settle(page)
        choose(page, "Model", "Mult-VAE")
        settle(page)
        if self.epochs is not None:
            longest = page.get_by_role("spinbutton", name="Longest training")
            longest.fill(str(self.epochs))
            longest.press("Enter")
            settle(page)
        before = {run["id"] for run in self.server.command("runs")}
        page.evaluate(COUNT_UPDATES)
        page.get_by_role("button", name="Start training").click()
        job = page.locator('[data-testid="job"][data-kind="train"]').first
        job.wait_for(state="attached", timeout=30_000)
        done = page.locator('[data-testid="league-row"][data-model="mult-vae"]')
        rows = len([run for run in self.server.command("runs") if run["model"] == "mult-vae" and run["id"] in before])
        expect(done).to_have_count(rows + 1, timeout=TRAINING_MS)
        seen = page.evaluate("() => [...window.__epochs]")
        self.report["live_updates"] = len(seen)
        if len(seen) < 3:
            self._problem(f"training showed {len(seen)} live updates")
        new = [run["id"] for run in self.server.command("runs") if run["id"] not in before]
        self.report["run"] = new[0]
        self._look(page, "models")
        self.compare_the_league(page)

    def compare_the_league(self, page: Page) -> None:
        """Every row's figures, raw and drawn, against `show` of its run."""
        told = []
        for row in page.locator('[data-testid="league-row"]').all():
            screen = row.evaluate("e => ({...e.dataset})")
            test = self.server.command("show", screen["run"])["metrics"]["test"]
            self._equal(f"{screen['model']} ndcg@10", screen["ndcg10"], float(test["ndcg@10"]["value"]))
            self._equal(f"{screen['model']} hit@10", screen["hit10"], float(test["hit_rate@10"]["value"]))
            told.append(f"{100 * test['hit_rate@10']['value']:.1f}")
        drawn = page.locator('[class*="st-key-chart_league"]').inner_text()
        for figure in told:
            if figure not in drawn:
                self._problem(f"models: {figure} shoppers of 100 by the command line are not in the league's chart")

    def read_the_home_page(self, page: Page) -> None:
        """Its cards say what `show` says of the dataset and the run."""
        self._switch(page, "home")
        self._look(page, "home")
        run, dataset = (self.server.command("show", self.report[key]) for key in ("run", "dataset"))
        page.goto(self.server.address(dataset=dataset["id"], run=run["id"]))
        wait_for_answer(page, "home")
        settle(page)
        hits = f"{100 * run['metrics']['test']['hit_rate@10']['value']:.0f} of 100"
        for card, words in (("card_run", [hits]), ("card_dataset", [f"{dataset[key]:,}" for key in ("rows", "users", "items")])):
            shown = page.locator(f".st-key-{card}").inner_text()
            for each in words:
                if each not in shown:
                    self._problem(f"home: {each} of the command line is not in {card}: {shown!r}")

    def look_at_the_map(self, page: Page) -> None:
        """PCA at once, UMAP when the worker has it."""
        page.goto(self.server.address("taste_map", dataset=self.report["dataset"], run=self.report["run"]))
        wait_for_answer(page, "taste_map")
        shown = hook(page, "map")
        self._equal("map method", shown["method"], "pca")
        self._look(page, "the map by PCA")
        if self.umap:
            page.get_by_role("radio", name="UMAP").click()
            page.get_by_role("button", name="Draw the UMAP").click()
            page.locator('[data-testid="map"][data-method="umap"]').wait_for(state="attached", timeout=PROJECTION_MS)
            self._equal("points of the two maps", hook(page, "map")["points"], shown["points"])
            self._look(page, "the map by UMAP")

    def move_the_slider(self, page: Page) -> None:
        """The list changes, and both lists are those of `recommend`."""
        self._switch(page, "studio")
        settle(page)
        first = hook(page, "after")["items"]
        slider = studio_slider(page)
        target = min(int(slider.input_value()) + 40, 100)
        set_slider(page, VARIETY, target)
        expect(page.locator('[data-testid="studio"]')).to_have_attribute("data-variety", str(target))
        settle(page)
        if hook(page, "after")["items"] == first:
            self._problem(f"the slider at {target} shows the same list as before")
        self._look(page, "the studio")
        self.compare_the_lists(page)

    def compare_the_lists(self, page: Page) -> None:
        """Before (variety 0) and after against `recommend` of the same run, shopper and slider position."""
        at = hook(page, "studio")
        for mark, variety in (("before", "0"), ("after", at["variety"])):
            shown = hook(page, mark)["items"].split(",")
            told = self.server.command("recommend", at["run"], "--k", str(len(shown)), "--user", at["shopper"], "--variety", variety)
            told = [row["item_id"] for row in sorted(told["lists"], key=lambda row: row["rank"])]
            self._equal(f"the list {mark}", shown, told)

    def paste_the_address(self, page: Page) -> None:
        """A colleague opens the same address and sees the same."""
        settle(page)
        other = self._user()
        timed_open(other, page.url, "studio")
        settle(other)
        for name in ("studio", "before", "after"):
            self._equal(f"the pasted address, {name}", hook(other, name), hook(page, name))
        other.context.close()

    def second_user(self, page: Page) -> None:
        """Another person's choices stay theirs."""
        mine = hook(page, "studio")
        other = self._user()
        timed_open(other, self.server.address("studio"), "studio")
        settle(other)
        if hook(other, "studio")["variety"] == mine["variety"]:
            self._problem("a second user finds the first one's slider")
        slider = studio_slider(other)
        slider.focus()
        other.keyboard.press("End")
        expect(other.locator('[data-testid="studio"]')).to_have_attribute("data-variety", "100")
        settle(page)
        self._equal("the first user's studio after the second one's move", hook(page, "studio"), mine)
        other.context.close()

    def dark_mode(self, page: Page) -> None:
        """Every page for somebody whose screen is dark."""
        other = self._user(dark=True)
        for _, name in PAGES:
            timed_open(
                other, self.server.address("" if name == "home" else name, run=self.report["run"], dataset=self.report["dataset"]), name
            )
            self._look(other, f"{name} in the dark")
            shade = other.get_by_test_id("stApp").evaluate(
                "e => getComputedStyle(e).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
            )
            if sum(shade) > 3 * 100:
                self._problem(f"{name} in the dark has the background {shade}")
        other.context.close()

    def walk_the_menu(self, page: Page) -> None:
        """Twice through every page."""
        for _ in range(2):
            for _, name in PAGES:
                self._switch(page, name)
                self._look(page, name)


@contextlib.contextmanager
def workspace() -> Iterator[Path]:
    """A place for an empty workspace."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "home"


def main() -> None:
    """Play the demo and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--log", type=Path, help="a log to upload in place of the demo")
    parser.add_argument("--epochs", type=int, help="train for so many epochs (default: the page's own)")
    parser.add_argument("--no-umap", action="store_true", help="leave the UMAP out")
    options = parser.parse_args()
    with workspace() as home, sync_playwright() as playwright, running_server(home) as server:
        report = Demo(launch_chromium(playwright), server, options.log, options.epochs, not options.no_umap).play()
    sys.stdout.write(json.dumps(report, indent=1) + "\n")
    sys.exit(1 if report["problems"] else 0)


if __name__ == "__main__":
    main()
