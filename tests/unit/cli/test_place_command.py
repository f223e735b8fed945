"""`place`: new shoppers by their histories or as vectors on a map that is there, and `project` with clusters."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from recsys_core.cli.app import main
from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import make_split
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.worker import run_here
from recsys_core.latent.clusters import LatentClusters, write_clusters
from recsys_core.latent.pca import pca
from recsys_core.latent.projections import Projection, write_projection
from recsys_core.models.runs import Run
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.contract import DrawnShoppers
from tests.unit.work.small_shop import TINY_VAE, small_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Dataset, dict[str, str]]:
    """(workspace, dataset, model -> run), each run with maps of its products and shoppers that stand in for UMAP's."""
    workspace, dataset = small_shop(tmp_path_factory.mktemp("places"))
    runs = {}
    for model, settings in (("mult-vae", TINY_VAE), ("ease", {"l2": 5})):
        spec = train_spec(dataset.id, model, settings=settings)
        runs[model] = str(run_here(workspace, "train", spec, title="Train").result["run"])
        run = Run.open(workspace.run_dir(runs[model]))
        for what in ("items", "users") if run.user_vectors is not None else ("items",):
            vectors, rows = run.vectors(what)
            unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
            made = {"kind": "projection", "what": what, "method": "umap", "seed": 0, "neighbours_kept": 0.5}
            write_projection(run.artifact.folder, Projection(pca(unit).coordinates, rows, made))
    return workspace, dataset, runs


@pytest.fixture
def ask(shop, monkeypatch, capsys):
    """The answer of a command in that workspace: its JSON, or the line it ends with."""
    monkeypatch.setenv("AISLE_HOME", str(shop[0].home))

    def asked(*words: object) -> dict | str:
        capsys.readouterr()
        code = main([*map(str, words), "--json"])
        out, err = capsys.readouterr()
        return json.loads(out) if code == 0 else err

    return asked


def test_a_history_of_the_log_is_placed_where_its_shopper_is(shop, ask, tmp_path):
    workspace, dataset, runs = shop
    known = make_split(dataset, "random", 0).known.tocoo()
    pairs = pd.DataFrame({"user_id": dataset.user_ids[known.row], "item_id": dataset.item_ids[known.col]})
    pairs.to_csv(tmp_path / "h.csv", index=False)
    found = ask("place", runs["mult-vae"], "--histories", tmp_path / "h.csv", "--out", tmp_path / "o.csv")
    assert (found["placed"], found["left_out"], found["unknown_items"]) == (90, 0, 0)
    assert 0 < found["neighbours_kept"] <= 1
    assert found["map_neighbours_kept"] == 0.5
    placed = pd.read_csv(tmp_path / "o.csv")
    assert list(placed) == ["user_id", "x", "y"]
    vectors, _ = Run.open(workspace.run_dir(runs["mult-vae"])).vectors("users")
    home = pca(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).coordinates
    assert np.median(np.linalg.norm(placed[["x", "y"]].to_numpy() - home, axis=1)) < np.ptp(home) / 10


def test_who_had_nothing_that_the_run_knows_is_left_out(shop, ask, tmp_path):
    (tmp_path / "h.csv").write_text("user_id,item_id\nnew,p000\nnew,p001\nodd,nothing-we-sell\n")
    found = ask("place", shop[2]["mult-vae"], "--histories", tmp_path / "h.csv", "--out", tmp_path / "o.parquet")
    assert (found["placed"], found["left_out"], found["unknown_items"]) == (1, 1, 1)
    assert list(pd.read_parquet(tmp_path / "o.parquet").user_id) == ["new"]


def test_the_shoppers_of_a_synthetic_set(shop, ask, tmp_path, monkeypatch):
    _, dataset, runs = shop
    drawn = DrawnShoppers(np.array([0, 3, 5]), np.array([0, 1, 2, 30, 31], np.int32), np.array([-1, -1], np.int32))
    made = SimpleNamespace(record=SimpleNamespace(id="set", dataset=dataset.id), drawn=drawn)
    monkeypatch.setattr("recsys_core.jobs.newcomers.open_set", lambda workspace, id: made)
    assert ask("place", runs["mult-vae"], "--set", "set", "--out", tmp_path / "o.csv")["placed"] == 2
    assert list(pd.read_csv(tmp_path / "o.csv").user_id) == ["synthetic-1", "synthetic-2"]
    made.record.dataset = "another"
    assert "another dataset" in ask("place", runs["mult-vae"], "--set", "set")


@pytest.mark.parametrize("form", ["wide.csv", "wide.parquet", "list.parquet"])
def test_vectors_of_products_in_any_form(shop, ask, tmp_path, form):
    workspace, _, runs = shop
    vectors, rows = Run.open(workspace.run_dir(runs["ease"])).vectors("items")
    ids = [f"{number:03d}" for number in range(len(rows))]  # 007 stays 007
    table = pd.DataFrame(vectors, columns=[f"v{axis}" for axis in range(vectors.shape[1])])
    if form.startswith("list"):
        table = pd.DataFrame({"v": list(vectors)})
    table.insert(0, "item_id", ids)
    table.to_csv(tmp_path / form, index=False) if form.endswith("csv") else table.to_parquet(tmp_path / form)
    assert ask("place", runs["ease"], "--what", "items", "--vectors", tmp_path / form, "--out", tmp_path / "o.csv")["placed"] == len(rows)
    assert list(pd.read_csv(tmp_path / "o.csv", dtype={"item_id": str}).item_id) == ids


def test_on_a_pca_map_a_known_vector_lies_at_home(shop, ask, tmp_path):
    workspace, dataset, runs = shop
    vectors, rows = Run.open(workspace.run_dir(runs["ease"])).vectors("items")
    ask("project", runs["ease"], "--what", "items", "--out", tmp_path / "map.csv")
    table = pd.DataFrame(vectors, columns=[f"v{axis}" for axis in range(vectors.shape[1])])
    table.insert(0, "item_id", dataset.item_ids[rows])
    table.to_parquet(tmp_path / "v.parquet")
    ask("place", runs["ease"], "--what", "items", "--method", "pca", "--vectors", tmp_path / "v.parquet", "--out", tmp_path / "o.csv")
    placed = pd.read_csv(tmp_path / "o.csv")
    pd.testing.assert_frame_equal(placed, pd.read_csv(tmp_path / "map.csv")[list(placed)], atol=1e-4)


def test_a_map_is_written_with_its_clusters_where_they_were_made(shop, ask, tmp_path):
    workspace, _, runs = shop
    run = Run.open(workspace.run_dir(runs["mult-vae"]))
    rows = run.vectors("items")[1]
    codes = np.arange(len(rows), dtype=np.int32) % 2
    codes[0] = -1
    found = LatentClusters(
        "items", rows, codes, ["cups", "lamps"], [["cup"], ["lamp"]], [17, 18], np.zeros((2, 4), np.float32), 2, True, {}, 0
    )
    write_clusters(run.artifact.folder, found)
    ask("project", run.id, "--what", "items", "--method", "umap", "--out", tmp_path / "map.csv")
    table = pd.read_csv(tmp_path / "map.csv")
    assert list(table) == ["item_id", "x", "y", "cluster", "label"]
    assert table.label.isna().tolist() == [True] + [False] * (len(rows) - 1)
    assert table.cluster[1:3].tolist() == [1, 0]
    assert table.label[1:3].tolist() == ["lamps", "cups"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["place", "{mult-vae}"], "Give one of --histories FILE"),
        (["place", "{mult-vae}", "--histories", "a.csv", "--set", "x"], "Give one of --histories FILE"),
        (["place", "{mult-vae}", "--vectors", "{file}", "--seed", "9"], "There is no UMAP map of the shoppers"),
        (["place", "{mult-vae}", "--vectors", "{file}"], "have 2 numbers each"),
        (["place", "{mult-vae}", "--vectors", "{file}", "--what", "moods"], "items, users"),
        (["place", "{mult-vae}", "--vectors", "{words}"], "no number"),
        (["place", "{mult-vae}", "--vectors", "nothing.csv"], "There is no file"),
        (["place", "{mult-vae}", "--what", "items", "--histories", "{pairs}"], "Histories are shoppers'"),
        (["place", "{mult-vae}", "--set", "no-such-set"], "no-such-set"),
        (["place", "{ease}", "--histories", "{pairs}"], "has no vectors for shoppers"),
        (["project", "{mult-vae}", "--what", "both", "--out", "map.csv"], "Two maps do not fit into one file"),
        (["project", "{mult-vae}", "--method", "umap", "--neighbours", "500"], "from 2 to 200"),
        (["project", "{mult-vae}", "--components", "5"], "from 2 to 3"),
    ],
)
def test_a_mistake_gets_one_line(shop, ask, tmp_path, monkeypatch, words, told):
    monkeypatch.chdir(tmp_path)
    Path("numbers.csv").write_text("user_id,a,b\nu,1,2\n")
    Path("words.csv").write_text("user_id,a,b\nu,1,two\n")
    Path("pairs.csv").write_text("user_id,item_id\nu,p000\n")
    names = {**shop[2], "file": "numbers.csv", "words": "words.csv", "pairs": "pairs.csv"}
    line = ask(*[word.format(**names) for word in words])
    assert isinstance(line, str)
    assert told in line
    assert line.count("\n") == 1
