"""How fast the list follows a slider on the taste map: `python tests/benchmarks/steer_latency.py --json`.

Starts a server on a new workspace with the demo in it (or on a copy of --home, which is left as it is) and drives Chromium. In ms, measured
inside the page, medians of --moves: slide_ms (a slider moved -> the list that belongs there is in the page; aim 150), walk_ms (a step of a
walk -> its list, which the browser has), drag_settle_ms (the last of a quick row of moves -> the list of the place where it ended),
drag_lists (how many lists were seen on the way), server_cpu_ms (the server's processor time of a move). first_s: from asking for the page
to the map. Quiet machine, or the medians mean little.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import psutil  # noqa: E402
from playwright.sync_api import Page, expect, sync_playwright  # noqa: E402

from pages.ui import words  # noqa: E402
from pages.ui.maps import words_steer as say  # noqa: E402
from recsys_core.jobs.steering import can_steer  # noqa: E402
from recsys_core.models.runs import Run  # noqa: E402
from tests.browser.harness import Server, launch_chromium, new_user, running_server, settle, timed_open  # noqa: E402

LIST = ".aisle-steer li.aisle-card"
# The page's own word for which list belongs to where the sliders stand, and the list that is on screen.
SEEN = f"""
    const shown = () => [...document.querySelectorAll('{LIST}')].map(card => card.dataset.item).join();
    const told = () => document.querySelector('[data-testid="steer"]').dataset;
    const input = document.querySelectorAll('.aisle-steer input')[place];
    const move = value => {{ input.value = value; input.dispatchEvent(new Event('input', {{bubbles: true}})); }};
"""
SLIDE = f"""([place, value]) => new Promise((done, fail) => {{{SEEN}
    setTimeout(() => fail(new Error('no list came within 20 s')), 20000);
    const before = shown(), steps = told().steps, started = performance.now();
    const look = () => {{
        if (told().steps === steps || shown() !== told().items) return;
        watch.disconnect();
        done({{ms: performance.now() - started, moved: shown() !== before}});
    }};
    const watch = new MutationObserver(look);
    watch.observe(document.body, {{subtree: true, childList: true, attributes: true}});
    move(value);
}})"""
DRAG = f"""async ([place, values]) => {{{SEEN}
    const lists = new Set();
    const watch = new MutationObserver(() => lists.add(shown()));
    watch.observe(document.body, {{subtree: true, childList: true, attributes: true}});
    for (const value of values) {{ move(value); await new Promise(requestAnimationFrame); }}
    const ended = performance.now(), last = `=${{values.at(-1)}}`;
    while (!told().steps.split(';')[place].endsWith(last) || shown() !== told().items) await new Promise(requestAnimationFrame);
    watch.disconnect();
    return {{ms: performance.now() - ended, lists: lists.size}};
}}"""
STEP = f"""([place, value]) => {{{SEEN}
    const before = shown(), started = performance.now();
    move(value);
    void document.querySelector('.aisle-steer ol').offsetHeight;
    return {{ms: performance.now() - started, moved: shown() !== before}};
}}"""


def measure(server: Server, moves: int, query: dict[str, str]) -> dict[str, Any]:
    """One measurement."""
    with sync_playwright() as playwright:
        page, watch = new_user(launch_chromium(playwright), server)
        first = timed_open(page, _address(server, "slide", query), "taste_map")
        _ready(page)
        count = page.locator(".aisle-steer input").count()
        for place in range(count):
            page.evaluate(SLIDE, [place, 0.2])
        process = psutil.Process(server.process.pid)
        before = sum(process.cpu_times()[:2])
        taken = [page.evaluate(SLIDE, [n % count, round((-1) ** n * (0.4 + 0.13 * (n // 2)), 1)]) for n in range(moves)]
        settle(page)
        worked = sum(process.cpu_times()[:2]) - before
        drags = [page.evaluate(DRAG, [0, [round(sign * step / 10, 1) for step in range(30)] + [sign * 2.9]]) for sign in (1, -1, 1)]
        page.goto(_address(server, "walk", query))
        _ready(page)
        steps = [page.evaluate(STEP, [0, n % 7]) for n in range(1, 40)]
        page.context.close()
    changed = [each["ms"] for each in taken if each["moved"]]
    return {
        "slide_ms": round(statistics.median(changed), 1),
        "slide_ms_p90": round(sorted(changed)[int(0.9 * len(changed))], 1),
        "slide_ms_best": round(min(changed), 1),
        "server_cpu_ms": round(1000 * worked / moves, 1),
        "slides_that_changed_the_list": len(changed),
        "drag_settle_ms": round(statistics.median(each["ms"] for each in drags), 1),
        "drag_lists": round(statistics.median(each["lists"] for each in drags)),
        "walk_ms": round(statistics.median(each["ms"] for each in steps), 2),
        "first_s": round(first, 2),
        "faults": watch.faults,
    }


def steerable(home: Path) -> str:
    """A run of a workspace that can be steered. Raises SystemExit where there is none."""
    runs = [Run.open(folder) for folder in sorted((home / "runs").iterdir())]
    found = [run.id for run in runs if can_steer(run) and run.user_vectors is not None]
    if not found:
        sys.exit("No run in this workspace can be steered: train mult-vae in it first, and name the workspace with --home.")
    return found[0]


def _address(server: Server, way: str, query: dict[str, str]) -> str:
    query = {"what": words.MAP_USERS, "side": words.MAP_STEER.replace(" ", "+"), "steer": say.WAYS[way], **query}
    return server.address("taste_map", **query)


def _ready(page: Page) -> None:
    expect(page.locator(LIST).first).to_be_visible(timeout=60_000)
    settle(page)


def main() -> None:
    """Print the figures, as JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON document and nothing else")
    parser.add_argument("--moves", type=int, default=40, help="moves of a slider (default 40)")
    parser.add_argument("--home", type=Path, help="an existing workspace, of which a copy is used, in place of the demo")
    parser.add_argument("--run", help="which run of it (default: the first that can be steered)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        if options.home:
            shutil.copytree(options.home, home)
        else:
            env = {**os.environ, "AISLE_HOME": str(home)}
            command = [sys.executable, "-m", "recsys_core", "demo", "--json"]
            subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
        with running_server(home) as server:
            figures = measure(server, options.moves, {"run": options.run or steerable(home)})
    text = json.dumps(figures, indent=1) if options.json else "\n".join(f"{name:32} {value}" for name, value in figures.items())
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
