"""An analyst brings a log: two clicks to a dataset from a file as shops export them, from an archive, and again next week."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import Server, blemishes, hook, settle, timed_open
from tests.browser.pages_under_test import wait_for_answer

OpenPage = Callable[..., Page]
HEAD = ("Rechnung", "Artikelnummer", "Bezeichnung", "Menge", "Rechnungsdatum", "Einzelpreis", "Kundennummer", "Land")
INTAKE_MS = 90_000
GROWTH_MIB = 150


def lines(seed: int, *, first_day: datetime, shoppers: int = 60, products: int = 40) -> Iterator[tuple[str, ...]]:
    """Orders as a German shop exports them: day first, a decimal comma, umlauts, cancellations, postage, guests without a number."""
    rng = random.Random(seed)
    number = 536_000 + 1_000 * seed
    for shopper in range(shoppers):
        for order in range(rng.randint(2, 4)):
            number += 1
            when = first_day + timedelta(days=7 * order + rng.randint(0, 6), hours=rng.randint(8, 18), minutes=rng.randint(0, 59))
            for product in sorted(rng.sample(range(products), rng.randint(3, 6))):
                price = f"{1 + product},{product:02d}"
                known = "" if rng.random() < 0.02 else f"{12_000 + shopper}"
                title = f"Tasse für Gäste Nr. {product}"
                row = (
                    f"{number}",
                    f"{21_000 + product}",
                    title,
                    f"{rng.randint(1, 6)}",
                    f"{when:%d.%m.%Y %H:%M}",
                    price,
                    known,
                    "Österreich",
                )
                yield row
                if rng.random() < 0.02:
                    yield (f"C{number}", *row[1:3], f"-{row[3]}", *row[4:])
            yield (f"{number}", "POST", "Versandkosten", "1", f"{when:%d.%m.%Y %H:%M}", "4,90", f"{12_000 + shopper}", "Österreich")


def export(file: Path, seed: int, first_day: datetime, **size: int) -> Path:
    """Such a log as a file: semicolons, Latin-1."""
    rows = [HEAD, *lines(seed, first_day=first_day, **size)]
    file.write_text("".join(";".join(row) + "\r\n" for row in rows), encoding="latin-1")
    return file


@pytest.fixture
def shop_file(tmp_path: Path) -> Path:
    return export(tmp_path / "Bestellungen 2026.csv", 1, datetime(2026, 3, 1))


def give(page: Page, file: Path | list[Path]) -> None:
    page.locator('.st-key-upload input[type="file"]').set_input_files(file)


def use_log(page: Page) -> None:
    """The one button, and the dataset that it makes."""
    page.get_by_role("button", name="Use this log").click(timeout=60_000)
    wait_for_answer(page, "data", timeout=INTAKE_MS)
    settle(page)


def test_a_messy_export_is_a_dataset_after_one_click(empty_server: Server, user: OpenPage, shop_file: Path) -> None:
    page = user(empty_server)
    timed_open(page, empty_server.address("data"), "data", empty=True)
    give(page, shop_file)
    expect(page.get_by_text("Every column that matters was recognised.")).to_be_visible(timeout=60_000)
    expect(page.get_by_text(re.compile(r"semicolon.*Latin-1", re.IGNORECASE)).first).to_be_visible()
    roles = page.locator(".st-key-preview th small").all_inner_texts()
    assert [role.strip() for role in roles] == ["Order", "Product", "Product name", "Quantity", "Time", "Price", "Shopper", ""]
    expect(page.locator(".st-key-preview")).to_contain_text("Tasse für Gäste")
    assert blemishes(page) == []
    use_log(page)

    shown = hook(page, "trust")
    told = empty_server.command("show", shown["dataset"])
    assert (int(shown["rowsKept"]), int(shown["users"]), int(shown["items"])) == (told["rows"], told["users"], told["items"])
    content = shop_file.read_text(encoding="latin-1").splitlines()[1:]
    assert int(shown["rowsRead"]) == len(content)
    table = page.get_by_test_id("stDataFrame").first.locator("td").all_inner_texts()
    assert {"Missing user", "Cancelled order"} <= set(table)
    assert f"{sum(';;' in line for line in content)}" in table
    period = page.locator("h4").inner_text()
    assert "Mar 2026" in period
    assert "2026" in period.rpartition("to")[2]
    assert blemishes(page, pixels=True) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the rows left out").click()
    kept = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(kept) - 1 == int(shown["rowsRead"]) - int(shown["rowsKept"])
    for part in ("What is in it", "Who shops here", "What is sold"):
        page.get_by_role("tab", name=part).click()
        settle(page)
        assert blemishes(page) == [], part
        assert page.locator("[class*='st-key-problem']").count() == 0, part


def test_a_log_and_its_products_come_in_one_archive(empty_server: Server, user: OpenPage, tmp_path: Path, shop_file: Path) -> None:
    empty_server.command("demo")  # of its own: other tests want theirs as it came
    archive = tmp_path / "export.zip"
    goods = "Artikelnummer,Bezeichnung,Warengruppe\n" + "".join(f"{21_000 + n},Tasse {n},Küche\n" for n in range(40))
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("artikel.csv", goods)
        packed.writestr("bestellungen.csv", shop_file.read_bytes())
    page = user(empty_server)
    timed_open(page, empty_server.address("data"), "data")
    settle(page)
    before = hook(page, "trust")["dataset"]
    page.get_by_role("radio", name="Add a log").click()
    give(page, archive)
    page.get_by_role("button", name="Use this log").click(timeout=60_000)
    expect(page.locator('[data-testid="trust"]')).not_to_have_attribute("data-dataset", before, timeout=INTAKE_MS)
    settle(page)
    assert int(hook(page, "trust")["rowsRead"]) == len(shop_file.read_text(encoding="latin-1").splitlines()) - 1
    assert blemishes(page) == []


def test_next_weeks_file_goes_by_the_recipe_and_the_models_follow(
    empty_server: Server, user: OpenPage, tmp_path: Path, shop_file: Path
) -> None:
    first = empty_server.command("ingest", str(shop_file), "--name", "Haushalt")["dataset"]
    empty_server.command("train", first, "--model", "popularity")
    page = user(empty_server)
    timed_open(page, empty_server.address("data", dataset=first), "data")
    settle(page)
    page.get_by_role("radio", name="Next week’s file").click()
    give(page, export(tmp_path / "week 14.csv", 2, datetime(2026, 4, 5), products=42))
    expect(page.locator('[data-testid="trust"]')).not_to_have_attribute("data-dataset", first, timeout=INTAKE_MS)
    settle(page)
    differences = page.locator(".st-key-differences")
    expect(differences).to_contain_text("Against Haushalt")
    expect(differences).to_contain_text("products")
    assert blemishes(page) == []
    second = hook(page, "trust")["dataset"]
    page.get_by_role("button", name="Train the same models again").click()
    expect(differences).to_contain_text(re.compile("waiting or running|have been trained"))
    page.goto(empty_server.address("models", dataset=second))
    expect(page.locator('[data-testid="league-row"][data-model="popularity"]')).to_have_count(1, timeout=INTAKE_MS)


def test_a_log_on_its_way_outlives_a_reload(empty_server: Server, user: OpenPage, shop_file: Path) -> None:
    page = user(empty_server)
    timed_open(page, empty_server.address("data"), "data", empty=True)
    give(page, shop_file)
    page.get_by_role("button", name="Use this log").wait_for(timeout=60_000)
    page.reload()
    page.get_by_role("button", name="Choose another file").click(timeout=60_000)
    page.locator(".st-key-upload").wait_for()
    assert list((empty_server.home / "uploads").iterdir()) == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_hundred_megabytes_leave_the_servers_memory(empty_server: Server, user: OpenPage, tmp_path: Path) -> None:
    rng = random.Random(5)
    log = tmp_path / "large.csv"
    with log.open("w", encoding="utf-8") as stream:
        stream.write("user_id,item_id,timestamp,price,comment\n")
        while stream.tell() < 100e6:
            rows = (
                f"u{rng.randrange(50_000)},p{rng.randrange(20_000)},2026-0{rng.randint(1, 9)}-1{rng.randint(0, 9)} 10:00:00,"
                f"{rng.randint(1, 99)}.50,{'a long remark ' * 4}\n"
                for _ in range(20_000)
            )
            stream.writelines(rows)
    page = user(empty_server)
    timed_open(page, empty_server.address("data"), "data", empty=True)
    settle(page)
    server = psutil.Process(empty_server.process.pid)
    before = peak = server.memory_info().rss
    give(page, log)
    for _ in range(600):
        peak = max(peak, server.memory_info().rss)
        if page.get_by_role("button", name="Use this log").count():
            break
        page.wait_for_timeout(100)
    settle(page)
    after = server.memory_info().rss
    assert (peak - before) / 2**20 < GROWTH_MIB
    assert (after - before) / 2**20 < 30
