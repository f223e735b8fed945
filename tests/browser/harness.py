"""A real server on a free port with a workspace of its own, a real Chromium, and an ear for what goes wrong in it."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, expect

from tests.browser.pages_under_test import wait_for_answer

ROOT = Path(__file__).parents[2]
ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# On a deep link Streamlit 1.67 asks for these two below the page's own path first; harmless (guides/streamlit.md §2).
KNOWN_404 = re.compile(r"/[a-z_]+/_stcore/(health|host-config)$")
# What a missing value looks like when it reaches the screen.
MISSING = re.compile(r"\b(NaN|nan|NaT|undefined|Infinity|-inf)\b|<NA>|(?:^|[\s:(£])None(?:$|[\s,.);%])", re.MULTILINE)
BUDGET_FIRST_LOAD_S, BUDGET_SWITCH_S = 8.0, 2.0
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

expect.set_options(timeout=20_000)


@dataclass
class Server:
    """One running app: its address, its workspace folder, its process."""

    url: str
    home: Path
    process: subprocess.Popen[bytes]
    log: Path

    def address(self, page: str = "", **query: str) -> str:
        """The address of a page; the empty name is the start page."""
        text = "&".join(f"{key}={value}" for key, value in query.items())
        return f"{self.url}/{page}" + (f"?{text}" if text else "")

    def command(self, *words: str) -> Any:
        """What `python -m recsys_core ... --json` says about the same workspace."""
        done = subprocess.run(
            [sys.executable, "-m", "recsys_core", *words, "--json"],
            cwd=ROOT,
            env={**os.environ, "AISLE_HOME": str(self.home)},
            capture_output=True,
            text=True,
            timeout=600,
        )
        if done.returncode:
            raise AssertionError(f"{' '.join(words)}: exit {done.returncode}\n{done.stderr[-2000:]}")
        return json.loads(done.stdout)

    def complaints(self) -> list[str]:
        """Tracebacks in the server's log: what a page hid behind a calm sentence."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        found = re.findall(r"^Traceback .*\n(?:[ \t].*\n|\n)*(?:\S.*)?", text, re.MULTILINE)
        return [f"in the server's log: {each[-1500:]}" for each in dict.fromkeys(found)]

    def stop(self) -> None:
        """End this server, not its workers."""
        self.process.terminate()
        self.process.wait(timeout=30)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(home: Path, *, launcher: tuple[str, ...] = ("-m", "streamlit"), port: int | None = None, **env: str) -> Server:
    """Start the app on an own workspace and wait until it says it is healthy.

    Raises AssertionError with the server's last words where it ends or stays silent for a minute.
    """
    port = port or free_port()
    home.mkdir(parents=True, exist_ok=True)
    log = home.with_name(f"{home.name}-server.log")
    command = [
        sys.executable,
        *launcher,
        "run",
        "app.py",
        "--server.port",
        str(port),
        "--server.headless=true",
        "--server.fileWatcherType=none",
    ]
    with log.open("ab") as stream:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "AISLE_HOME": str(home), **env}, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream
        )
    started = time.monotonic()
    while time.monotonic() - started < 60 and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("localhost", port, timeout=1)
            connection.request("GET", "/_stcore/health")
            if connection.getresponse().status == 200:
                return Server(f"http://localhost:{port}", home, process, log)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
    process.kill()
    raise AssertionError(f"The server did not start.\n{log.read_text(errors='replace')[-3000:]}")


@contextlib.contextmanager
def running_server(home: Path, **options: Any) -> Iterator[Server]:
    """A server for the length of a `with`."""
    server = start_server(home, **options)
    try:
        yield server
    finally:
        server.stop()


def launch_chromium(playwright: Playwright) -> Browser:
    """The system's Chromium, or the one AISLE_CHROMIUM names; nothing is downloaded."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = os.environ.get("AISLE_CHROMIUM") or next((found for name in names if (found := shutil.which(name))), None)
    if not path:
        raise RuntimeError("No Chromium was found. Install it, or name one: AISLE_CHROMIUM=/path/to/chromium")
    return playwright.chromium.launch(executable_path=path, args=ARGS)


@dataclass
class Watch:
    """Everything a context did that it should not have."""

    host: str
    faults: list[str] = field(default_factory=list)

    def on(self, context: BrowserContext) -> Watch:
        """Listen to a context, and to every page it opens."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"page error: {error.error}"))
        context.on("request", self._request)
        return self

    def _console(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        if message.type == "error" and not ("404" in message.text and KNOWN_404.search(urlsplit(where).path)):
            self.faults.append(f"console: {message.text} ({where})")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self.host:
            self.faults.append(f"request to an outside host: {request.url}")


def new_user(browser: Browser, server: Server, *, dark: bool = False, size: dict[str, int] | None = None) -> tuple[Page, Watch]:
    """A page of a new browser context: another person at another screen."""
    context = browser.new_context(viewport=size or DESKTOP, color_scheme="dark" if dark else "light", accept_downloads=True)
    watch = Watch(urlsplit(server.url).netloc).on(context)
    return context.new_page(), watch


def settle(page: Page) -> None:
    """Wait until the script rests and no skeleton waits for it. No proof that an action worked: wait for its outcome first."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=60_000)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def hook(page: Page, name: str) -> dict[str, str]:
    """The `data-` attributes of a test hook, without the prefix."""
    found = page.locator(f'[data-testid="{name}"]').first
    found.wait_for(state="attached")
    return dict(found.evaluate("e => ({...e.dataset})"))


FIGURES = """() => [...document.querySelectorAll('.js-plotly-plot')].filter(e => e.offsetParent !== null).map(e => {
    const traces = (e._fullData || []).filter(t => t.visible === true);
    const sizes = traces.map(t => ['x', 'y', 'z', 'values', 'lat', 'r'].reduce((n, k) => Math.max(n, (t[k] || []).length || 0), 0));
    const box = e.getBoundingClientRect();
    return {points: sizes.reduce((a, b) => a + b, 0), width: box.width, height: box.height};
})"""


def blemishes(page: Page, *, pixels: bool = False) -> list[str]:
    """Exception boxes, missing values in words or tables, and charts with nothing in them. `pixels`: look at the drawn charts too."""
    found = [f"exception box: {box.inner_text()[:300]}" for box in page.get_by_test_id("stException").all()]
    text = page.get_by_test_id("stApp").inner_text()
    found += ["the page says that Aisle made a mistake"] if "Aisle made a mistake" in text else []
    cells = page.get_by_test_id("stDataFrame").locator("td").all_inner_texts()
    for words in (text, "\n".join(cells)):
        found += [f"a missing value on screen: ...{words[max(0, m.start() - 60) : m.end() + 20]!r}" for m in MISSING.finditer(words)]
    for figure in page.evaluate(FIGURES):
        if not figure["points"] or figure["width"] < 80 or figure["height"] < 60:
            found.append(f"a blank chart: {figure}")
    if pixels:
        for plot in page.locator(".js-plotly-plot:visible").all():
            colours = Image.open(io.BytesIO(plot.screenshot())).convert("RGB").getcolors(1 << 20)
            if colours is not None and len(colours) < 6:
                found.append(f"a chart drawn in {len(colours)} colours")
    return found


def timed_open(page: Page, address: str, name: str, *, empty: bool = False) -> float:
    """Seconds from asking for an address to that page's answer on screen."""
    started = time.monotonic()
    page.goto(address)
    wait_for_answer(page, name, empty=empty)
    return time.monotonic() - started


def timed_switch(page: Page, title: str, name: str, *, empty: bool = False) -> float:
    """Seconds from a click on the menu to that page's answer on screen."""
    link = page.get_by_test_id("stSidebarNav").get_by_role("link", name=title)
    started = time.monotonic()
    link.click()
    wait_for_answer(page, name, empty=empty)
    return time.monotonic() - started
