"""The report leaves the app: downloaded from the studio, opened from disk without a network, it says what the screen and `whatif` say."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from recsys_core.ranking.address import to_address
from recsys_core.ranking.scenario import Guardrail, Scenario
from tests.browser.harness import Server, hook, settle

AUTUMN = Scenario(name="Autumn “A” <b>", variety=40, discovery=20, guardrails=(Guardrail("relevance_kept", least=0.95),))
FIGURES = "rows => rows.map(row => [row.dataset.figure, Number(row.dataset.before), Number(row.dataset.after)])"


@pytest.fixture
def page(user: Callable[..., Page], demo_server: Server) -> Page:
    """The studio with a scenario on screen."""
    page = user(demo_server)
    page.goto(demo_server.address("studio", scenario=to_address(AUTUMN)))
    expect(page.locator(f'[data-testid="scenario"][data-hash="{AUTUMN.hash}"]')).to_be_attached(timeout=60_000)
    settle(page)
    return page


def taken(page: Page, name: str, to: Path) -> Path:
    """A file of the export menu, downloaded."""
    if not page.locator(f".st-key-export_{name} button").first.is_visible():
        page.locator(".st-key-export_scenario button").first.click()
    with page.expect_download() as download:
        page.locator(f".st-key-export_{name} button").first.click()
    download.value.save_as(to)
    return to


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_opens_offline_with_the_figures_of_the_screen(
    page: Page, demo_server: Server, chromium: Browser, tmp_path: Path, scheme: str
) -> None:
    screen = hook(page, "population")
    file = taken(page, "report", tmp_path / "report.html")
    asked, said = [], []
    with chromium.new_context(offline=True, color_scheme=scheme) as context:  # type: ignore[arg-type]
        report = context.new_page()
        report.on("request", lambda request: asked.append(request.url))
        report.on("console", lambda message: said.append(message.text))
        report.goto(file.as_uri())
        expect(report.get_by_role("heading", level=1)).to_have_text(AUTUMN.name)
        told = json.loads(report.locator("#aisle-report").text_content() or "")
        shown = {name: sides for name, *sides in report.locator("tr[data-figure]").evaluate_all(FIGURES)}
        assert report.locator("svg").count() >= 2
        assert report.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        report.emulate_media(media="print")
        assert report.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert (asked, said) == ([file.as_uri()], [])
    figures = {figure["name"]: (figure["before"], figure["after"]) for figure in told["figures"]}
    assert float(screen["relevanceKept"]) == figures["relevance_kept"][1]
    assert screen["scenario"] == told["scenario"]["hash"] == AUTUMN.hash
    assert all(tuple(sides) == figures[name] for name, sides in shown.items())
    scenario = tmp_path / "scenario.json"
    scenario.write_text(json.dumps(AUTUMN.to_json()), encoding="utf-8")
    assert told == demo_server.command("whatif", told["run"], "--scenario", str(scenario))


def test_the_hand_over_is_the_command_s(page: Page, demo_server: Server, tmp_path: Path) -> None:
    run = hook(page, "studio")["run"]
    files = {}
    taken(page, "zip", tmp_path / "screen.zip")
    scenario = taken(page, "json", tmp_path / "scenario.json")
    demo_server.command("scenario", "handover", run, "--scenario", str(scenario), "--out", str(tmp_path / "command.zip"))
    for name in ("screen", "command"):
        files[name] = unpacked(tmp_path / f"{name}.zip")
    assert files["screen"]["lists.parquet"] == files["command"]["lists.parquet"]
    assert files["screen"]["scenario.json"] == files["command"]["scenario.json"]


def unpacked(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_copied_address_shows_the_same_to_another_browser(page: Page, user: Callable[..., Page], demo_server: Server) -> None:
    page.get_by_role("tab", name="Compare").click()
    expect(page.locator('[data-testid="compared"]').first).to_be_attached()
    settle(page)
    page.locator(".st-key-share_scenario button").first.click()
    address = page.locator(".st-key-studio_bar code, [data-testid='stPopoverBody'] code").first.inner_text()
    assert address.startswith(demo_server.url)
    other = user(demo_server)
    other.goto(address.replace("\n", ""))
    expect(other.locator('[data-testid="compared"]').first).to_be_attached(timeout=60_000)
    settle(other)
    for name in ("studio", "population", "scenario", "compared"):
        assert unaddressed(hook(other, name)) == unaddressed(hook(page, name))
    assert hook(other, "after") == hook(page, "after")


def unaddressed(told: dict[str, str]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name != "address"}
