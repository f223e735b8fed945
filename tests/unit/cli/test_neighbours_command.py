"""The command `neighbours`: for one, for all, in a file, and its refusals."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from recsys_core.cli.app import main
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.worker import run_here
from tests.unit.work.small_shop import small_shop

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """(home, an iALS run, a popularity run) of a shop with three groups of twelve products."""
    folder = tmp_path_factory.mktemp("near")
    workspace, dataset = small_shop(folder, users=150, products=60, each=9)
    asked = (("ials", {"factors": 8}), ("popularity", {}))
    specs = [train_spec(dataset.id, model, settings=settings) for model, settings in asked]
    return folder / "home", *(run_here(workspace, "train", spec, title="Train").result["run"] for spec in specs)


@pytest.fixture
def call(runs, monkeypatch, capsys):
    monkeypatch.setenv("AISLE_HOME", str(runs[0]))

    def invoke(*words):
        code = main(["neighbours", *words])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return invoke


def group(id):
    return int(id[1:]) // 20


def test_a_products_nearest_are_of_its_group_with_who_bought_both(runs, call):
    code, out, _ = call(runs[1], "--item", "p005", "--k", "4", "--json")
    told = json.loads(out)
    assert code == 0
    (one,) = told["neighbours"]
    assert (one["id"], one["by"], len(one["neighbours"])) == ("p005", "model", 4)
    assert {group(near["id"]) for near in one["neighbours"]} == {0}
    assert [near["rank"] for near in one["neighbours"]] == [1, 2, 3, 4]
    similar = [near["similarity"] for near in one["neighbours"]]
    assert similar == sorted(similar, reverse=True)
    assert all(near["shared"] > near["expected"] > 0 for near in one["neighbours"])
    assert {near["cluster"] for near in one["neighbours"]} == {one["cluster"]}
    assert [each["size"] for each in told["clusters"]] == [20, 20, 20]
    assert told["clusters_plain"]


def test_people_read_a_table(runs, call):
    code, out, _ = call(runs[1], "--user", "u010", "--k", "3")
    assert code == 0
    assert "both bought" in out
    assert "u010" in out


def test_all_go_into_a_file(runs, call, tmp_path):
    file = tmp_path / "near.csv"
    code, out, _ = call(runs[1], "--all", "--k", "5", "--out", str(file), "--json")
    table = pd.read_csv(file)
    assert code == 0
    assert json.loads(out)["rows"] == len(table) == 300
    assert list(table.columns) == [
        "item_id", "rank", "neighbour_id", "similarity", "by", "cluster", "neighbour_cluster", "shared", "expected",
    ]  # fmt: skip
    assert (table["item_id"].map(group) == table["neighbour_id"].map(group)).mean() > 0.95
    code, out, _ = call(runs[1], "--all", "--what", "users", "--k", "2", "--json")
    assert len(json.loads(out)["neighbours"]) == 150


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "It is not said whose neighbours."),
        (("--item", "p001", "--all"), "Two things are asked for at once."),
        (("--all",), "--out FILE"),
        (("--item", "p0005"), "Did you mean p005"),
        (("--item", "p001", "--by", "mood"), "model, attributes, both"),
        (("--all", "--what", "moods", "--json"), "items, users"),
        (("--item", "p001", "--by", "attributes"), "Make it: `profile"),
        (("--item", "p001", "--out", "near.txt"), ".parquet, .csv"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(runs, call, words, said):
    code, _, err = call(runs[1], *words)
    assert code == 2
    assert said in err
    assert len(err.strip().splitlines()) == 1


def test_a_model_without_vectors_refuses(runs, call):
    code, _, err = call(runs[2], "--item", "p001")
    assert code == 2
    assert "no vectors for products" in err
