"""How fast the studio answers: `python tests/benchmarks/studio_latency.py --json`.

Starts a server on a new workspace with the demo in it (or on --home) and drives Chromium. All in ms, measured inside the page, medians of
--moves: persona_ms (variety let go -> the shopper's list is that of the new scenario; aim 120), population_ms (the same -> everybody's
figures are; aim 500), drag_ms (a step of the pointer -> the cards have changed in the page; aim 50), drag_frame_ms (the same -> the next
frame). Quiet machine, or the medians mean little; *_best is the quickest move.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, expect, sync_playwright  # noqa: E402

from tests.browser.harness import Server, launch_chromium, new_user, running_server, settle, timed_open  # noqa: E402
from tests.browser.pages_under_test import STUDIO_HOOK, studio_slider  # noqa: E402

AFTER = ".aisle-side.after"
# Lets the slider go at a position, as a pointer does, and resolves with the milliseconds to each mark of another scenario.
RELEASE = f"""(slider, value) => new Promise(done => {{
    const marks = {{persona: '{STUDIO_HOOK}', population: '[data-testid="population"]'}};
    const of = mark => document.querySelector(marks[mark])?.dataset.scenario;
    const before = Object.fromEntries(Object.keys(marks).map(mark => [mark, of(mark)])), taken = {{}};
    const watch = new MutationObserver(() => {{
        for (const mark of Object.keys(marks))
            if (!(mark in taken) && of(mark) !== undefined && of(mark) !== before[mark]) taken[mark] = performance.now() - started;
        if (Object.keys(taken).length === Object.keys(marks).length) {{ watch.disconnect(); done(taken); }}
    }});
    watch.observe(document.body, {{subtree: true, childList: true, attributes: true}});
    slider.value = value;
    slider.dispatchEvent(new Event('input', {{bubbles: true}}));
    const started = performance.now();
    slider.dispatchEvent(new Event('change', {{bubbles: true}}));
}})"""
# Turns a slider through positions as a pointer does, and gives for each step the milliseconds until the cards have changed and are painted.
DRAG = f"""async (slider, positions) => {{
    const list = document.querySelector('{AFTER} ol'), shown = () => [...list.children].map(card => card.dataset.item).join();
    const steps = [];
    for (const value of positions) {{
        const before = shown(), started = performance.now();
        slider.value = value;
        slider.dispatchEvent(new Event('input', {{bubbles: true}}));
        void list.offsetHeight;
        const changed = performance.now() - started, moved = shown() !== before;
        await new Promise(requestAnimationFrame);
        steps.push({{changed, frame: performance.now() - started, moved}});
    }}
    return steps;
}}"""


def release(page: Page, value: int) -> dict[str, float]:
    """Milliseconds from letting the variety slider go at a position to the shopper's list and to everybody's figures."""
    taken = studio_slider(page).evaluate(RELEASE, value)
    settle(page)
    return {name: float(ms) for name, ms in taken.items()}


def measure(server: Server, moves: int, query: dict[str, str]) -> dict[str, Any]:
    """One measurement; positions that no move had before, as figures are kept."""
    with sync_playwright() as playwright:
        page, watch = new_user(launch_chromium(playwright), server)
        first = timed_open(page, server.address("studio", **query), "studio")
        expect(page.locator(f"{AFTER} li").first).to_be_attached()
        settle(page)
        for value in (30, 40, 50):
            release(page, value)
        taken = [release(page, 10 + 7 * (n + 1) % 83) for n in range(moves)]
        steps = studio_slider(page).evaluate(DRAG, [5 * (n % 21) for n in range(63)])
        page.context.close()
    moved = [step for step in steps if step["moved"]]
    return {
        "persona_ms": round(statistics.median(each["persona"] for each in taken), 1),
        "persona_ms_p90": round(sorted(each["persona"] for each in taken)[int(0.9 * moves)], 1),
        "persona_ms_best": round(min(each["persona"] for each in taken), 1),
        "population_ms": round(statistics.median(each["population"] for each in taken), 1),
        "population_ms_best": round(min(each["population"] for each in taken), 1),
        "drag_ms": round(statistics.median(step["changed"] for step in moved), 2),
        "drag_ms_worst": round(max(step["changed"] for step in moved), 2),
        "drag_frame_ms": round(statistics.median(step["frame"] for step in moved), 2),
        "drag_steps_that_moved_the_list": len(moved),
        "first_load_s": round(first, 2),
        "faults": watch.faults,
    }


def main() -> None:
    """Print the figures, as JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON document and nothing else")
    parser.add_argument("--moves", type=int, default=20, help="releases of the slider (default 20)")
    parser.add_argument("--home", type=Path, help="an existing workspace in place of the demo")
    parser.add_argument("--run", help="which run of it (default: the page's own choice)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder) / "home"
        if options.home is None:
            env = {**os.environ, "AISLE_HOME": str(home)}
            subprocess.run(
                [sys.executable, "-m", "recsys_core", "demo", "--json"], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL
            )
        with running_server(home) as server:
            figures = measure(server, options.moves, {"run": options.run} if options.run else {})
    text = json.dumps(figures, indent=1) if options.json else "\n".join(f"{name:32} {value}" for name, value in figures.items())
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
