"""`cohort`: members by region, nearness, file and segment; kept, listed, removed, exported; one line for a mistake."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from recsys_core.cli.app import main
from recsys_core.data.dataset import Dataset
from recsys_core.latent.pca import pca
from recsys_core.models.runs import Run
from recsys_core.profiles.drawn import FOLDER, drawn_segments, remove_drawn
from recsys_core.storage.workspace import Workspace

Call = Callable[..., Any]
ITEM, USER = "=p03", "u07"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 shoppers, two tastes; 24 products, one with an id like a formula; a PureSVD run, and one of best sellers without vectors."""
    folder = tmp_path_factory.mktemp("cohort")
    rng = np.random.default_rng(5)
    names = [ITEM if i == 3 else f"p{i:02}" for i in range(24)]
    bought = [(f"u{u:02}", names[(u % 2) * 12 + i]) for u in range(60) for i in rng.choice(12, 8, replace=False)]
    pd.DataFrame(bought, columns=["user_id", "item_id"]).to_csv(folder / "log.csv", index=False)
    items = [(names[i], f"{'Candle' if i < 12 else 'Mug'} {i}", 1.0 + i % 5) for i in range(24)]
    pd.DataFrame(items, columns=["item_id", "title", "price"]).to_csv(folder / "items.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(folder / "home"))
        assert main(["ingest", str(folder / "log.csv"), "--items", str(folder / "items.csv"), "--json"]) == 0
        dataset = Workspace.open().registry.datasets()[0].id
        for model, settings in (("popularity", []), ("pure-svd", ["--set", "rank=4"])):
            assert main(["train", dataset, "--model", model, *settings, "--json"]) == 0
    return folder


@pytest.fixture
def runs(made: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Run]:
    """Model -> run, with nothing drawn."""
    monkeypatch.setenv("AISLE_HOME", str(made / "home"))
    workspace = Workspace.open()
    found = {each.model: Run.open(workspace.run_dir(each.id)) for each in workspace.registry.runs()}
    dataset = Dataset.open(workspace.dataset_dir(found["pure-svd"].dataset_id))
    for one in drawn_segments(dataset):
        remove_drawn(dataset, one.id)
    return found


@pytest.fixture
def dataset(runs: dict[str, Run]) -> Dataset:
    return Dataset.open(Workspace.open().dataset_dir(runs["pure-svd"].dataset_id))


@pytest.fixture
def call(runs: dict[str, Run], capsys: pytest.CaptureFixture[str]) -> Call:
    """What the command prints as JSON."""

    def run(*arguments: object, model: str = "pure-svd") -> Any:
        capsys.readouterr()
        code = main(["cohort", runs[model].id, *map(str, arguments), "--json"])
        out, error = capsys.readouterr()
        assert (code, error) == (0, "")
        return json.loads(out)

    return run


def test_a_box_and_its_outline_hold_the_points_inside_of_the_map_that_pages_show(
    call: Call, runs: dict[str, Run], dataset: Dataset
) -> None:
    vectors, rows = runs["pure-svd"].vectors("items")
    at = pca(vectors).coordinates
    middle, top = float(np.median(at[:, 0])), float(np.abs(at).max()) + 1
    told = call("--what", "items", "--box", f"{middle},{-top} {top},{top}")
    assert told["ids"] == sorted(dataset.item_ids[rows[at[:, 0] > middle]])
    assert told["size"] == len(told["ids"]) == 12
    corners = f"{middle},{-top} {top},{-top};{top},{top} {middle},{top}"
    assert call("--what", "items", "--outline", corners)["ids"] == told["ids"]


def test_near_are_the_most_alike_by_cosine_with_itself(call: Call, runs: dict[str, Run], dataset: Dataset) -> None:
    vectors, rows = runs["pure-svd"].vectors("users")
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    place = int(np.searchsorted(rows, dataset.user_index(USER)))
    alike = unit @ unit[place]
    told = call("--near", USER, "--count", 10)
    assert USER in told["ids"]
    assert len(told["ids"]) == 10
    others = np.setdiff1d(np.arange(len(rows)), np.searchsorted(dataset.user_ids[rows].astype(str), told["ids"]))
    assert alike[np.searchsorted(dataset.user_ids[rows].astype(str), told["ids"])].min() >= alike[others].max() - 1e-6


def test_what_distinguishes_them_is_told_with_products_by_id(call: Call) -> None:
    told = call("--near", "u00", "--count", 30)
    assert told["what"] == "users"
    assert (told["size"], told["compared"], told["others"]) == (30, 30, 30)
    clear = {lift["item_id"] for lift in told["lifts"] if lift["clear"] and lift["kind"] == "product"}
    assert clear <= {ITEM, *(f"p{i:02}" for i in range(24))} - {None}
    assert len(clear) >= 6
    words = {lift["name"]: lift for lift in told["lifts"] if lift["kind"] == "term"}
    assert words["candle"]["inside"] == 1.0
    assert {"price", "products"} & {level["name"] for level in told["levels"]} == {"price"}
    assert "candle" in told["suggested_name"].lower()


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".txt"])
def test_what_is_exported_can_be_given_back(call: Call, tmp_path: Path, ending: str) -> None:
    first = call("--what", "items", "--near", ITEM, "--count", 6)
    assert ITEM in first["ids"]
    if ending == ".txt":
        file = tmp_path / "ids.txt"
        file.write_text("\n".join([*first["ids"], "", "stranger"]), encoding="utf-8")
    else:
        file = tmp_path / f"ids{ending}"
        assert call("--what", "items", "--near", ITEM, "--count", 6, "--out", file)["out"] == str(file)
    again = call("--what", "items", "--ids", file)
    assert again["ids"] == first["ids"]
    assert again["unknown"] == (1 if ending == ".txt" else 0)


def test_kept_listed_asked_for_and_removed(call: Call, dataset: Dataset) -> None:
    kept = call("--near", USER, "--count", 8, "--save", "Owls")
    assert kept["saved"]["name"] == "Owls"
    (listed,) = call("--list")["drawn"]
    assert (listed["name"], listed["what"], listed["size"]) == ("Owls", "users", 8)
    assert listed["made"]["near"] == USER
    assert call("--segment", "owls")["ids"] == kept["ids"]
    assert call("--remove", "OWLS") == {"removed": "Owls", "id": listed["id"], "what": "users", "size": 8}
    assert call("--list") == {"dataset": dataset.id, "drawn": [], "damaged": []}


def test_a_damaged_one_is_told_of_and_can_be_removed(
    call: Call, dataset: Dataset, runs: dict[str, Run], capsys: pytest.CaptureFixture[str]
) -> None:
    kept = call("--near", USER, "--count", 8, "--save", "Owls")["saved"]
    (dataset.folder / FOLDER / kept["id"] / "rows.npy").unlink()
    assert main(["cohort", runs["pure-svd"].id, "--list"]) == 0
    assert kept["id"] in capsys.readouterr().err
    assert call("--remove", kept["id"])["id"] == kept["id"]
    assert call("--list")["damaged"] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "not said who"),
        (("--near", "u01", "--list"), "Two things"),
        (("--near", "nobody"), "no shopper 'nobody'"),
        (("--near", "u01", "--count", "1"), "The 1 nearest"),
        (("--near", "u01", "--count", "1000"), "The 1000 nearest"),
        (("--outline", "0,0 1,1"), "2 corners encloses nothing"),
        (("--outline", "0,0 1;1 2,2"), "the corner '1'"),
        (("--box", "0,0 1,1 2,2"), "--box has 3 corners"),
        (("--box", "0,0 nan,1"), "the corner 'nan,1'"),
        (("--box", "900,900 901,901"), "No point lies inside"),
        (("--box", "0,0 1,1", "--method", "umap"), "no UMAP map"),
        (("--box", "0,0 1,1", "--method", "tsne"), "option method is 'tsne'"),
        (("--segment", "nobodies"), "no drawn segment 'nobodies'"),
        (("--remove", "nobodies"), "no drawn segment 'nobodies'"),
        (("--what", "orders", "--near", "u01"), "option what is 'orders'"),
        (("--ids", "missing.csv"), "missing.csv"),
        (("--ids", "missing.txt"), "missing.txt"),
        (("--near", "u01", "--out", "ids.docx"), "says no format"),
        (("--near", "u01", "--save", "  "), "has no name"),
    ],
)
def test_a_mistake_gets_one_line_and_leaves_nothing(
    runs: dict[str, Run], dataset: Dataset, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    capsys.readouterr()
    assert main(["cohort", runs["pure-svd"].id, *arguments]) == 2
    out, error = capsys.readouterr()
    assert words in error
    assert len(error.strip().splitlines()) == 1
    assert out == ""
    assert drawn_segments(dataset) == ()


def test_a_run_without_vectors_refuses_places_but_tells_of_files(
    runs: dict[str, Run], call: Call, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["cohort", runs["popularity"].id, "--near", "u01"]) == 2
    assert "no vectors for shoppers" in capsys.readouterr().err
    (tmp_path / "ids.txt").write_text("u01\nu03\n", encoding="utf-8")
    assert call("--ids", tmp_path / "ids.txt", model="popularity")["ids"] == ["u01", "u03"]


def test_the_table_for_people_says_what_is_clear(runs: dict[str, Run], capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["cohort", runs["pure-svd"].id, "--near", "u00", "--count", "30"]) == 0
    out = capsys.readouterr().out
    assert "30 shoppers, beside 30 others." in out
    assert "times as often (95 %)" in out
    assert "Keep it with --save '" in out
