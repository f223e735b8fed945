"""What the studio weighs and how long a move takes: `python tests/benchmarks/studio_memory.py --json [--home H --run R --pool 200]`.

Starts a server on a workspace (a new one with the demo unless given), opens a run in Chromium and turns the variety slider 20 times, to a
scenario that nobody has asked for yet each time. first_list_s, figures_s: from the address to them. list_ms, figures_ms: medians, from key
press to the list and to everybody's figures of the new scenario, inside the page; server_cpu_ms: of one move and all that the page draws of
it. rss_mb of the server: start, open, after 20 moves; peak_rss_mb: the most it ever was. Quiet machine, or the times mean nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright  # noqa: E402

from recsys_core.models.runs import Run  # noqa: E402
from recsys_core.ranking.address import to_address  # noqa: E402
from recsys_core.ranking.guardrails import DEFAULTS  # noqa: E402
from recsys_core.ranking.scenario import Scenario  # noqa: E402
from tests.browser.harness import Server, launch_chromium, new_user, running_server, settle  # noqa: E402
from tests.browser.pages_under_test import STUDIO_HOOK, studio_slider  # noqa: E402

MOVES = 20
POPULATION = '[data-testid="population"]'
# Resolves with the milliseconds from the key press to another list, and to the figures of the same scenario.
ARM = f"""() => {{
    const of = query => document.querySelector(query)?.dataset.scenario;
    const before = of('{STUDIO_HOOK}');
    window.__move = new Promise(done => {{
        let pressed = 0, listed = 0;
        addEventListener('keydown', () => {{ pressed = performance.now(); }}, {{once: true, capture: true}});
        const watch = new MutationObserver(() => {{
            const now = of('{STUDIO_HOOK}');
            if (!pressed || now === undefined || now === before) return;
            listed = listed || performance.now();
            if (of('{POPULATION}') === now) {{ watch.disconnect(); done([listed - pressed, performance.now() - pressed]); }}
        }});
        watch.observe(document.body, {{subtree: true, childList: true, attributes: true}});
    }});
}}"""


@contextlib.contextmanager
def workspace(home: Path | None) -> Iterator[Path]:
    """The workspace asked for, or a new one with the demo in it."""
    if home is not None:
        yield home
        return
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "home"
        env = {**os.environ, "AISLE_HOME": str(made)}
        subprocess.run([sys.executable, "-m", "recsys_core", "demo", "--json"], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
        yield made


def peak_mb(process: int) -> float:
    """The most memory that a process ever held, MB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024


def measure(server: Server, run: str, pool: int) -> dict[str, Any]:
    """One measurement."""
    process = psutil.Process(server.process.pid)

    def rss() -> int:
        return round(process.memory_info().rss / 2**20)

    users, candidates = Run.open(server.home / "runs" / run).candidates.shape
    found: dict[str, Any] = {"run": run, "users": users, "candidates": candidates, "pool": pool, "start_rss_mb": rss()}
    address = to_address(Scenario(variety=20.0, guardrails=DEFAULTS, pool=pool))
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        page, watch = new_user(browser, server)
        page.set_default_timeout(180_000)
        began = time.monotonic()
        page.goto(server.address("studio", run=run, scenario=address))
        page.locator(STUDIO_HOOK).first.wait_for(state="attached")
        found["first_list_s"] = round(time.monotonic() - began, 2)
        page.locator(POPULATION).first.wait_for(state="attached")
        found["figures_s"] = round(time.monotonic() - began, 2)
        settle(page)
        found["open_rss_mb"] = rss()
        moves, used = [], sum(process.cpu_times()[:2])
        for _ in range(MOVES):
            studio_slider(page).focus()
            page.evaluate(ARM)
            page.keyboard.press("ArrowRight")
            moves.append(page.evaluate("() => window.__move"))
            settle(page)
        found["list_ms"], found["figures_ms"] = (round(statistics.median(each), 1) for each in zip(*moves, strict=True))
        found["server_cpu_ms"] = round(1000 * (sum(process.cpu_times()[:2]) - used) / MOVES)
        found["rss_mb"], found["peak_rss_mb"] = rss(), round(peak_mb(process.pid))
        found["faults"] = watch.faults + server.complaints()
        browser.close()
    return found


def main() -> None:
    """Print the figures, as JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, help="a workspace; without it a new one with the demo")
    parser.add_argument("--run", default="item-knn-demo-09b9ef", help="the run to open")
    parser.add_argument("--pool", type=int, default=100, help="how many candidates of each shopper are ranked")
    parser.add_argument("--json", action="store_true", help="one JSON document and nothing else")
    options = parser.parse_args()
    with workspace(options.home) as home, running_server(home) as server:
        figures = measure(server, options.run, options.pool)
    text = json.dumps(figures, indent=1) if options.json else "\n".join(f"{name:16} {value}" for name, value in figures.items())
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
