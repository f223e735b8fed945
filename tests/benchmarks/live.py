"""How fast the running app feels, and what it weighs: `python tests/benchmarks/live.py --json`.

Starts a server through `launcher.py` on a new workspace with the demo in it and drives Chromium. Prints slider_ms_median (key press on the
variety slider to changed list, inside the page, 20 moves), server_cpu_ms (a move), server_rss_mb (after every page was visited),
heavy_modules (must be empty), first_content_s, page_switch_ms (median). Quiet machine, or the figures mean nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from tests.browser.harness import launch_chromium, new_user, running_server, settle, timed_open, timed_switch  # noqa: E402
from tests.browser.pages_under_test import PAGES, STUDIO_HOOK, studio_slider  # noqa: E402

MOVES = 20
# Resolves with the milliseconds from the key press to the first frame of the list's mark that shows another slider position.
ARM = f"""() => {{
    const mark = () => document.querySelector('{STUDIO_HOOK}')?.dataset.variety;
    const before = mark();
    window.__move = new Promise(done => {{
        let pressed = 0;
        addEventListener('keydown', () => {{ pressed = performance.now(); }}, {{once: true, capture: true}});
        const watch = new MutationObserver(() => {{
            if (pressed && mark() !== undefined && mark() !== before) {{ watch.disconnect(); done(performance.now() - pressed); }}
        }});
        watch.observe(document.body, {{subtree: true, childList: true, attributes: true}});
    }});
}}"""


def move_slider(page: Page, moves: int) -> list[float]:
    """Milliseconds of each move, one step right a move."""
    slider = studio_slider(page)
    taken = []
    for _ in range(moves):
        slider.focus()
        page.evaluate(ARM)
        page.keyboard.press("ArrowRight")
        taken.append(float(page.evaluate("() => window.__move")))
        settle(page)
    return taken


def loaded_modules(process: subprocess.Popen[bytes], target: Path) -> set[str]:
    """What the server says it has imported."""
    target.unlink(missing_ok=True)
    os.kill(process.pid, signal.SIGUSR1)
    tick = threading.Event()
    for _ in range(200):
        if target.exists():
            return set(json.loads(target.read_text(encoding="utf-8")))
        tick.wait(0.05)
    raise AssertionError("The launcher did not report its modules.")


def measure() -> dict[str, Any]:
    """One measurement on a new workspace."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home, report = Path(folder) / "home", Path(folder) / "modules.json"
        env = {**os.environ, "AISLE_HOME": str(home)}
        subprocess.run([sys.executable, "-m", "recsys_core", "demo", "--json"], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
        launcher = (str(Path(__file__).with_name("launcher.py")),)
        with running_server(home, launcher=launcher, AISLE_MODULES_FILE=str(report)) as server:
            page, watch = new_user(launch_chromium(playwright), server)
            first = timed_open(page, server.address(), "home")
            for title, name in PAGES:
                timed_switch(page, title, name)
                settle(page)
            switches = []
            for title, name in PAGES:
                switches.append(1000 * timed_switch(page, title, name))
                settle(page)
            timed_switch(page, "Studio", "studio")
            settle(page)
            move_slider(page, 3)
            mine = psutil.Process(server.process.pid)
            before = mine.cpu_times()
            moves = move_slider(page, MOVES)
            after = mine.cpu_times()
            rss = mine.memory_info().rss / 2**20
            heavy = sorted({"torch", "umap", "sklearn"} & loaded_modules(server.process, report))
    return {
        "slider_ms_median": round(statistics.median(moves), 1),
        "slider_ms_p90": round(sorted(moves)[int(0.9 * MOVES)], 1),
        "server_cpu_ms": round(1000 * (after.user + after.system - before.user - before.system) / MOVES, 1),
        "server_rss_mb": round(rss),
        "heavy_modules": heavy,
        "first_content_s": round(first, 2),
        "page_switch_ms": round(statistics.median(switches)),
        "page_switch_ms_worst": round(max(switches)),
        "faults": watch.faults,
    }


def main() -> None:
    """Print the figures, as JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON document and nothing else")
    options = parser.parse_args()
    figures = measure()
    text = json.dumps(figures, indent=1) if options.json else "\n".join(f"{name:22} {value}" for name, value in figures.items())
    sys.stdout.write(text + "\n")
    if figures["heavy_modules"]:
        sys.exit(f"The server has loaded {', '.join(figures['heavy_modules'])}.")


if __name__ == "__main__":
    main()
