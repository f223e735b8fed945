"""A shop too small to say much: every page works on it, or says in a sentence what is too small."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from tests.browser.harness import Server, blemishes, settle
from tests.browser.pages_under_test import ANSWER, PAGES, QUESTION


def write_log(file: Path, *, shoppers: int, products: int, each: int) -> Path:
    """Shoppers who all bought on one day."""
    rng = np.random.default_rng(1)
    with file.open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(["user_id", "item_id", "timestamp", "price"])
        for shopper in range(shoppers):
            for product in rng.choice(products, size=each, replace=False):
                rows.writerow([f"u{shopper}", f"p{product}", f"2024-05-01 {shopper % 24:02d}:00:00", 1 + product])
    return file


def test_thirty_shoppers_and_twelve_products_of_one_day(empty_server: Server, user: Callable[..., Page], tmp_path: Path) -> None:
    log = write_log(tmp_path / "tiny.csv", shoppers=30, products=12, each=7)
    dataset = empty_server.command("ingest", str(log))["dataset"]
    runs = [empty_server.command("train", dataset, "--model", model)["run"] for model in ("popularity", "mult-vae")]
    for run in runs:
        page = user(empty_server)
        for _, name in PAGES:
            page.goto(empty_server.address("" if name == "home" else name, dataset=dataset, run=run))
            page.get_by_role("heading", level=1, name=QUESTION[name]).wait_for()
            page.locator(f"{ANSWER[name]}, [class*='st-key-problem']").first.wait_for(state="attached")
            settle(page)
            assert blemishes(page) == [], (name, run)
