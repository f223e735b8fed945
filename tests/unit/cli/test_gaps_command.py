"""`gaps` and `new-items`: what they answer and what they refuse, on a small shop with prices and subcategories."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from recsys_core.cli.app import main

pytestmark = pytest.mark.unit
HIDDEN = (3.5, 6.5)


def said(capsys, *words):
    code = main([*words])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory):
    """(home, dataset, run) of a shop whose lanterns from 3.50 to 6.50 are gone."""
    folder = tmp_path_factory.mktemp("gaps")
    rng = np.random.default_rng(4)
    names = ("teapot", "kettle", "saucer", "candle", "lantern", "vase")
    items = [
        (f"{name}{k:02}", f"{name.title()} number {k}", ("kitchen", "living")[g // 3], name, round(float(np.exp(rng.normal(1.2, 0.5))), 2))
        for g, name in enumerate(names)
        for k in range(40)
    ]
    table = pd.DataFrame(items, columns=["item_id", "title", "category", "subcategory", "price"])
    table = table[(table["subcategory"] != "lantern") | (table["price"] < HIDDEN[0]) | (table["price"] > HIDDEN[1])]
    table.to_csv(folder / "items.csv", index=False)
    rows = []
    for user in range(80):
        mine = table[table["category"] == ("kitchen", "living")[user % 2]].sample(14, random_state=user)
        rows += [(f"u{user:02}", row.item_id, f"2025-03-{1 + place:02} 10:00:00", row.price) for place, row in enumerate(mine.itertuples())]
    pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp", "price"]).to_csv(folder / "log.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(folder / "home"))
        words = ["--min-user-items", "1", "--min-item-users", "1"]
        assert main(["ingest", str(folder / "log.csv"), "--items", str(folder / "items.csv"), *words]) == 0
        dataset = next((folder / "home" / "datasets").iterdir()).name
        assert main(["train", dataset, "--model", "popularity"]) == 0
        run = next((folder / "home" / "runs").iterdir()).name
    return folder / "home", dataset, run


def test_the_hidden_cell_leads_its_category(taken_in, monkeypatch, capsys):
    home, dataset, run = taken_in
    monkeypatch.setenv("AISLE_HOME", str(home))
    for id in (dataset, run):
        code, out, err = said(capsys, "gaps", id, "--category", "Living", "--top", "5", "--json")
        assert (code, err) == (0, "")
        told = json.loads(out)
        assert (told["category_column"], told["group_column"]) == ("category", "subcategory")
        first = told["gaps"][0]
        assert (first["rank"], first["category"], first["group"]) == (1, "living", "lantern")
        assert first["price_from"] < 5 < first["price_to"]
    assert "lantern" in said(capsys, "gaps", dataset)[1]


def test_new_items_are_written_as_a_catalogue(taken_in, monkeypatch, capsys, tmp_path):
    home, _, run = taken_in
    monkeypatch.setenv("AISLE_HOME", str(home))
    out_file = tmp_path / "new.csv"
    code, out, err = said(capsys, "new-items", run, "--category", "kitchen", "--count", "4", "--out", str(out_file), "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    written = pd.read_csv(out_file)
    assert written["item_id"].tolist() == [item["id"] for item in told["items"]] == [f"new-{k}" for k in range(1, len(written) + 1)]
    assert set(written["category"]) == {"kitchen"}
    again = json.loads(said(capsys, "new-items", run, "--category", "kitchen", "--count", "4", "--json")[1])
    assert again["items"] == told["items"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("gaps", "nothing"), "nothing"),
        (("gaps", "DATASET", "--category", "garden"), "no category 'garden'"),
        (("new-items", "RUN"), "for a category or for a segment"),
        (("new-items", "RUN", "--category", "garden"), "no category 'garden'"),
        (("new-items", "RUN", "--category", "kitchen", "--count", "0"), "0 new products"),
        (("new-items", "RUN", "--segment", "nobody"), "no segment 'nobody'"),
        (("new-items", "RUN", "--category", "kitchen", "--out", "x.xyz"), "says no format"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(taken_in, monkeypatch, capsys, words, told):
    home, dataset, run = taken_in
    monkeypatch.setenv("AISLE_HOME", str(home))
    code, out, err = said(capsys, *(dataset if word == "DATASET" else run if word == "RUN" else word for word in words))
    assert (code, out) == (2, "")
    assert told in err
