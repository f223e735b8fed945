"""Pictures of every page, light and dark, at 1440x900 and 390x844: `python tests/browser/screenshots.py [--home DIR] [--out DIR]`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from recsys_core.ranking.address import to_address  # noqa: E402
from recsys_core.ranking.guardrails import DEFAULTS  # noqa: E402
from recsys_core.ranking.scenario import Scenario  # noqa: E402
from tests.browser.harness import DESKTOP, PHONE, Server, blemishes, launch_chromium, new_user, running_server, settle, timed_open  # noqa: E402
from tests.browser.pages_under_test import PAGES  # noqa: E402

# What README and docs show, with the file name they show it under.
SHOWN = {
    "studio-light-1440": "studio-light",
    "taste_map-dark-1440": "taste-map-dark",
    "models-light-1440": "models-light",
    "data-light-1440": "data-light",
}
# What a page is opened with, so that a picture shows more than its defaults.
VIEW = {"studio": {"scenario": to_address(Scenario(variety=60, discovery=20, guardrails=DEFAULTS))}, "taste_map": {"method": "UMAP"}}


def shoot(browser: Browser, server: Server, out: Path, *, full: bool = False) -> list[str]:
    """One picture a page, theme and size into `out`; returns what was wrong on any of them."""
    wrong = []
    for theme in ("light", "dark"):
        for size in (DESKTOP, PHONE):
            for _, name in PAGES:
                page, watch = new_user(browser, server, dark=theme == "dark", size=size)
                timed_open(page, server.address("" if name == "home" else name, **VIEW.get(name, {})), name, empty=True)
                settle(page)
                page.evaluate("document.fonts.ready")
                page.wait_for_timeout(1500)  # charts and progress bars animate after the script rests
                title = f"{name}-{theme}-{size['width']}"
                page.screenshot(path=out / f"{title}.png", full_page=full)
                wrong += [f"{title}: {fault}" for fault in (*watch.faults, *blemishes(page))]
                page.context.close()
    return wrong


def main() -> None:
    """Play every page of a workspace; without --home on a new one with the demo in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="the workspace to show")
    parser.add_argument("--empty", action="store_true", help="show an empty workspace")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "shots")
    parser.add_argument("--docs", action="store_true", help="put the four that README and docs show into docs/images")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = options.home or Path(folder) / "home"
        if not options.home and not options.empty:
            env = {**os.environ, "AISLE_HOME": str(home)}
            subprocess.run(
                [sys.executable, "-m", "recsys_core", "demo", "--json"], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL
            )
        with running_server(home) as server:
            wrong = shoot(launch_chromium(playwright), server, options.out)
    if options.docs:
        for name, shown in SHOWN.items():
            Image.open(options.out / f"{name}.png").convert("RGB").quantize(256).save(
                ROOT / "docs" / "images" / f"{shown}.png", optimize=True
            )
    sys.stdout.write("\n".join([*wrong, f"Pictures are in {options.out}."]) + "\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
