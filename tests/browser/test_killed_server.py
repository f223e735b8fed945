"""kill -9 of the server while it trains: after a restart the job is there, still running or finished."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import ROOT, blemishes, settle, start_server, timed_open
from tests.browser.pages_under_test import wait_for_answer


@pytest.mark.faults
def test_a_job_outlives_a_killed_server(user: Callable[..., Page], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("AISLE_HOME", str(home))
    subprocess.run([sys.executable, "-m", "recsys_core", "demo", "--json"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    server = start_server(home)
    try:
        page = user(server)
        timed_open(page, server.address("models"), "models")
        settle(page)
        longest = page.get_by_role("spinbutton", name="Longest training")
        longest.fill("12")
        longest.press("Enter")
        settle(page)
        page.get_by_role("button", name="Start training").click()
        mark = page.locator('[data-testid="job"][data-kind="train"][data-state="running"]').first
        mark.wait_for(state="attached", timeout=60_000)
        number = mark.get_attribute("data-job")
        assert number is not None
        page.context.close()
        server.process.kill()
        server.process.wait()

        server = start_server(home)
        assert server.command("show", number)["state"] in ("running", "done")
        again = user(server)
        timed_open(again, server.address("models"), "models")
        wait_for_answer(again, "models")
        expect(again.locator('[data-testid="league-row"][data-model="mult-vae"][data-origin="trained"]')).to_have_count(1, timeout=240_000)
        assert server.command("show", number)["state"] == "done"
        settle(again)
        assert blemishes(again) == []
        assert server.complaints() == []
    finally:
        server.stop()
