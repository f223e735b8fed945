"""`cold-item` and `cold-shopper`: what they print, and how they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recsys_core.cli.app import main
from tests.unit.synthesis.cold_shop import trained_shop

Ran = tuple[int, str, str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """(folder, run); only to read, but for what the first call learns."""
    folder = tmp_path_factory.mktemp("cold-command")
    return folder, trained_shop(folder)


@pytest.fixture
def ran(made: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    monkeypatch.setenv("AISLE_HOME", str(made[0] / "home"))

    def run(command: str, *arguments: str) -> Ran:
        capsys.readouterr()
        code = main([command, made[1], *arguments])
        out, error = capsys.readouterr()
        return code, out, error

    return run


def test_a_new_product_is_placed_and_its_baseline_stands_beside_it(ran: Callable[..., Ran]) -> None:
    code, out, _ = ran("cold-item", "--title", "striped train puzzle", "--category", "Train", "--price", "3.2", "--json")
    told: dict[str, Any] = json.loads(out)
    product = told["products"][0]
    assert code == 0
    assert all(near["title"].split()[1].lower() == "train" for near in product["nearest"][:3])
    assert {"exposure", "likeness_exposure", "buyers", "helps", "best_shoppers", "notes"} <= set(product)
    assert set(told["evaluation"]["methods"]) == {"ours", "content-knn", "category", "random"}
    code, out, _ = ran("cold-item", "--title", "striped train puzzle")
    assert code == 0
    assert "Content-kNN says" in out
    assert "No category was given." in out


def test_several_come_from_a_file(ran: Callable[..., Ran], tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    file.write_text("title,category,price\nwoven mug,Mug,1\nrustic shovel,Shovel,4\n", encoding="utf-8")
    code, out, _ = ran("cold-item", "--file", str(file), "--k", "5", "--json")
    assert (code, [one["title"] for one in json.loads(out)["products"]]) == (0, ["woven mug", "rustic shovel"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Nothing is said"),
        (("--title", "mug", "--price", "cheap"), "cheap"),
        (("--title", "mug", "--price", "-2"), "above 0"),
        (("--title", "mug", "--set", "colour=red"), "no column 'colour'"),
        (("--title", "mug", "--set", "colour"), "KEY=VALUE"),
        (("--title", "mug", "--file", "x.csv"), "both"),
        (("--file", "nowhere.csv"), "no file"),
    ],
)
def test_a_wrong_wish_is_refused_in_a_line(ran: Callable[..., Ran], arguments: tuple[str, ...], words: str) -> None:
    code, out, error = ran("cold-item", *arguments)
    assert (code, out) == (2, "")
    assert words in error


def test_a_new_shopper_from_clicks_or_attributes(ran: Callable[..., Ran]) -> None:
    code, out, _ = ran("cold-shopper", "--items", "p00,p03", "--k", "4", "--json")
    told = json.loads(out)
    assert (code, len(told["list"])) == (0, 4)
    assert "a history of 2" in told["basis"]
    code, out, _ = ran("cold-shopper", "--attributes", "age=30")
    assert code == 0
    assert "shoppers with age 30" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "exactly one"),
        (("--items", "p00", "--attributes", "age=30"), "exactly one"),
        (("--items", "zz"), "zz"),
        (("--segment", "zz"), "zz"),
    ],
)
def test_a_shopper_nobody_knows_is_refused_in_a_line(ran: Callable[..., Ran], arguments: tuple[str, ...], words: str) -> None:
    code, out, error = ran("cold-shopper", *arguments)
    assert (code, out) == (2, "")
    assert words in error
