"""How the taste map moves: `python tests/benchmarks/map_frames.py --json`.

A made shop of --users shoppers (100,000) and the demo, each in a workspace of its own with a server of its own, in Chromium (software
WebGL). Of the large map: pan_* and zoom_*, milliseconds between animation frames while the pointer drags or the wheel turns for --seconds
(median, 95th percentile, longest), figure_mb (the figure's message), first_s (address to map), lasso_s (pointer let go -> the panel says
who is in it). Of the demo: switch_s, seconds from a click on the menu to the PCA drawn, the first time and the median of --switches.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Locator, Page, expect, sync_playwright  # noqa: E402

from tests.browser.harness import Server, launch_chromium, new_user, running_server, settle  # noqa: E402

KINDS, PER_KIND, BOUGHT = 20, 60, 8
# Records the time between animation frames until it is told to stop.
FRAMES = """() => { const seen = []; let last = performance.now(), on = true;
    const step = now => { seen.push(now - last); last = now; if (on) requestAnimationFrame(step); };
    requestAnimationFrame(now => { last = now; requestAnimationFrame(step); });
    window.framesSeen = () => { on = false; return seen; }; }"""
DRAWN = """() => { const plot = document.querySelector('.st-key-map .js-plotly-plot');
    return !!plot && !!plot._fullLayout && !!plot.querySelector('.nsewdrag') && plot._fullData.length > 0; }"""


def made_log(users: int, seed: int = 0) -> pd.DataFrame:
    """Shoppers of twenty kinds who mostly buy what their kind buys."""
    rng = np.random.default_rng(seed)
    kind = np.repeat(rng.integers(KINDS, size=users), BOUGHT)
    of_kind = np.where(rng.random(len(kind)) < 0.8, kind, rng.integers(KINDS, size=len(kind)))
    item = of_kind * PER_KIND + (PER_KIND * rng.random(len(kind)) ** 2).astype(int)
    log = pd.DataFrame({"user_id": np.repeat(np.arange(users), BOUGHT), "item_id": item})
    return log.drop_duplicates().astype(str).radd("n")


def command(home: Path, *words: str) -> Any:
    """What a command of the product says."""
    env = {**os.environ, "AISLE_HOME": str(home)}
    done = subprocess.run([sys.executable, "-m", "recsys_core", *words, "--json"], cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(words)}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def large_shop(home: Path, users: int) -> str:
    """A workspace with a run whose shoppers have vectors; returns the run."""
    home.mkdir(parents=True, exist_ok=True)
    made_log(users).to_parquet(home / "log.parquet")
    dataset = command(home, "ingest", str(home / "log.parquet"), "--rules", "none", "--name", "Large")["dataset"]
    return str(command(home, "train", dataset, "--model", "pure-svd", "--set", "rank=16", "--set", "exponent=0.25")["run"])


def drag_area(page: Page) -> dict[str, float]:
    """Where the map is on screen, in CSS pixels."""
    box = area(page).bounding_box()
    assert box is not None
    return {**box, "cx": box["x"] + box["width"] / 2, "cy": box["y"] + box["height"] / 2}


def area(page: Page) -> Locator:
    """What of the map hears the pointer."""
    return page.locator(".st-key-map .nsewdrag").last


def ready(page: Page) -> None:
    """Wait until the map is drawn."""
    page.wait_for_function(DRAWN, timeout=120_000)
    settle(page)


def frames(page: Page, seconds: float, act: Any) -> dict[str, float]:
    """Time between frames while `act(step)` is done over and over."""
    page.evaluate(FRAMES)
    began, step = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        act(step)
        step += 1
    seen = [float(ms) for ms in page.evaluate("() => window.framesSeen()")]
    return {"ms": statistics.median(seen), "ms_p95": sorted(seen)[int(0.95 * len(seen))], "ms_longest": max(seen), "frames": len(seen)}


def of_large(server: Server, run: str, seconds: float) -> dict[str, Any]:
    """Panning, zooming and a lasso over everybody."""
    with sync_playwright() as playwright:
        page, watch = new_user(launch_chromium(playwright), server)
        heaviest = [0]
        page.on("websocket", lambda socket: socket.on("framereceived", lambda data: heaviest.append(len(data))))
        began = time.monotonic()
        page.goto(server.address("taste_map", run=run, what="Shoppers", colour="popularity", pointer="pan"))
        ready(page)
        figures: dict[str, Any] = {"first_s": time.monotonic() - began, "figure_mb": max(heaviest) / 1e6}
        shown = page.locator('[data-testid="map"]').evaluate("e => ({...e.dataset})")
        figures |= {"points": int(shown["points"]), "touched": int(shown["touched"])}
        at = drag_area(page)
        page.mouse.move(at["cx"], at["cy"])
        page.mouse.down()
        panned = frames(page, seconds, lambda n: page.mouse.move(at["cx"] + 120 * np.cos(n / 8), at["cy"] + 80 * np.sin(n / 8)))
        page.mouse.up()
        zoomed = frames(page, seconds, lambda n: page.mouse.wheel(0, -60 if n % 40 < 20 else 60))
        figures |= {f"pan_{name}": value for name, value in panned.items()} | {f"zoom_{name}": value for name, value in zoomed.items()}
        page.goto(server.address("taste_map", run=run, what="Shoppers", colour="popularity", pointer="lasso"))
        ready(page)
        figures["lasso_s"], figures["lassoed"] = lasso(page)
        page.context.close()
    return {**figures, "faults": watch.faults}


def lasso(page: Page) -> tuple[float, int]:
    """(seconds from letting go to the panel, shoppers in it)."""
    at, selection = drag_area(page), page.locator('[data-testid="selection"]')
    expect(selection).to_have_attribute("data-count", "0")
    x, y = 0.3 * at["width"], 0.3 * at["height"]
    page.mouse.move(at["cx"] - x, at["cy"] - y)
    page.mouse.down()
    for right, down in ((x, -y), (x, y), (-x, y), (-x, 10 - y)):
        page.mouse.move(at["cx"] + right, at["cy"] + down, steps=5)
    began = time.monotonic()
    page.mouse.up()
    expect(selection).not_to_have_attribute("data-count", "0", timeout=60_000)
    return time.monotonic() - began, int(selection.get_attribute("data-count") or 0)


def of_demo(server: Server, switches: int) -> dict[str, Any]:
    """From the menu to the map."""
    with sync_playwright() as playwright:
        page, watch = new_user(launch_chromium(playwright), server)
        page.goto(server.address())
        page.locator(".st-key-card_dataset").wait_for()
        settle(page)
        menu, taken = page.get_by_test_id("stSidebarNav"), []
        for _ in range(switches + 1):
            began = time.monotonic()
            menu.get_by_role("link", name="Taste map").click()
            page.wait_for_function(DRAWN, timeout=60_000)
            taken.append(time.monotonic() - began)
            settle(page)
            menu.get_by_role("link", name="Home").click()
            page.locator(".st-key-card_dataset").wait_for()
            settle(page)
        page.get_by_test_id("stSidebarNav").get_by_role("link", name="Taste map").click()
        ready(page)
        seconds, marked = lasso(page)
        page.context.close()
    return {
        "switch_first_s": taken[0],
        "switch_s": statistics.median(taken[1:]),
        "demo_lasso_s": seconds,
        "demo_lassoed": marked,
        "demo_faults": watch.faults,
    }


def main() -> None:
    """Print the figures, as JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON document and nothing else")
    parser.add_argument("--users", type=int, default=100_000, help="shoppers of the made shop (default 100,000)")
    parser.add_argument("--seconds", type=float, default=6.0, help="how long it is panned, and zoomed (default 6)")
    parser.add_argument("--switches", type=int, default=5, help="of the page, after the first (default 5)")
    parser.add_argument("--large", type=Path, help="a workspace that an earlier call made with --keep, in place of a new shop")
    parser.add_argument("--keep", type=Path, help="where to keep the made shop")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        large = options.large or options.keep or Path(folder) / "large"
        run = command(large, "runs")[0]["id"] if options.large else large_shop(large, options.users)
        with running_server(large) as server:
            figures = of_large(server, run, options.seconds)
        demo = Path(folder) / "demo"
        command(demo, "demo")
        with running_server(demo) as server:
            figures |= of_demo(server, options.switches)
    figures = {name: round(value, 2) if isinstance(value, float) else value for name, value in figures.items()}
    text = json.dumps(figures, indent=1) if options.json else "\n".join(f"{name:20} {value}" for name, value in figures.items())
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
