"""Train, evaluate, recommend, project: as a program calls them with --json, and the one line a mistake gets."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys_core.cli.app import main
from recsys_core.storage.workspace import Workspace


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a small log (two groups of taste), an EASE run, a best-seller run and a tiny VAE."""
    folder = tmp_path_factory.mktemp("commands")
    rng = np.random.default_rng(5)
    rows = [(f"u{u:02d}", f"p{(u % 2) * 10 + i:02d}") for u in range(60) for i in rng.choice(10, 7, replace=False)]
    pd.DataFrame(rows, columns=["user_id", "item_id"]).to_csv(folder / "log.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(folder / "home"))
        assert main(["ingest", str(folder / "log.csv"), "--json"]) == 0
        dataset = Workspace.open().registry.datasets()[0].id
        for model, settings in (("popularity", []), ("ease", ["l2=5"]), ("mult-vae", ["epochs=2", "hidden=8", "latent=4"])):
            assert main(["train", dataset, "--model", model, *[x for s in settings for x in ("--set", s)], "--json"]) == 0
    return folder


@pytest.fixture
def runs(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Model -> run id, in the workspace of `home`."""
    monkeypatch.setenv("AISLE_HOME", str(home / "home"))
    capsys.readouterr()
    return {run.model: run.id for run in Workspace.open().registry.runs()}


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main([str(a) for a in arguments])
    return (code, *capsys.readouterr())


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict:
    code, out, err = call(capsys, *map(str, arguments), "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_evaluate_gives_intervals_and_paired_tests(runs, capsys):
    found = answer(capsys, "evaluate", runs["ease"], runs["popularity"])
    test = found["runs"][0]["metrics"]["test"]["ndcg@10"]
    assert test["low"] <= test["value"] <= test["high"]
    (pair,) = found["comparisons"]
    assert {pair["first"], pair["second"]} == {runs["ease"], runs["popularity"]}
    assert pair["value"] == pytest.approx(found["runs"][1]["metrics"]["test"]["ndcg@10"]["value"] - test["value"], abs=1e-6)


def test_evaluate_equals_what_training_reported(runs, capsys):
    stored = answer(capsys, "show", runs["ease"])["metrics"]["test"]
    again = answer(capsys, "evaluate", runs["ease"])["runs"][0]["metrics"]["test"]
    assert again["ndcg@10"] == pytest.approx(stored["ndcg@10"])


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_recommend_writes_a_list_for_every_shopper(runs, capsys, tmp_path, ending):
    out = tmp_path / f"lists.{ending}"
    found = answer(capsys, "recommend", runs["ease"], "--k", 3, "--all", "--out", out)
    lists = pd.read_csv(out) if ending == "csv" else pd.read_parquet(out)
    assert list(lists) == ["user_id", "rank", "item_id", "score"]
    assert found["users"] == lists.user_id.nunique() == 60
    assert sorted(lists["rank"].unique()) == [1, 2, 3]
    assert (lists.groupby("user_id").score.diff().dropna() <= 0).all()


def test_recommend_for_histories_ignores_unknown_products_and_never_repeats_the_given_ones(runs, capsys, tmp_path):
    rows = [("new", "p00", "x"), ("new", "p01", "x"), ("odd", "nothing-we-sell", "x")]
    pd.DataFrame(rows, columns=["user_id", "item_id", "extra"]).to_csv(tmp_path / "h.csv", index=False)
    found = answer(capsys, "recommend", runs["ease"], "--k", 5, "--histories", tmp_path / "h.csv", "--out", tmp_path / "o.csv")
    lists = pd.read_csv(tmp_path / "o.csv")
    assert (found["users"], found["unknown_items"], found["fallback_users"]) == (2, 1, 1)
    assert not set(lists[lists.user_id == "new"].item_id) & {"p00", "p01"}
    assert set(lists[lists.user_id == "new"].item_id) <= {f"p{i:02d}" for i in range(10)}


def test_histories_from_the_log_give_the_lists_of_the_log(runs, capsys, tmp_path):
    """A history in a file and the same history in the log are one and the same shopper."""
    from recsys_core.data.dataset import Dataset
    from recsys_core.data.splits import make_split

    workspace = Workspace.open()
    dataset = Dataset.open(workspace.dataset_dir(workspace.registry.datasets()[0].id))
    known = make_split(dataset, "random", 0).known.tocoo()
    pairs = pd.DataFrame({"user_id": dataset.user_ids[known.row], "item_id": dataset.item_ids[known.col]})
    pairs.to_parquet(tmp_path / "h.parquet")
    for model in ("ease", "mult-vae"):
        answer(capsys, "recommend", runs[model], "--k", 5, "--all", "--out", tmp_path / "a.csv")
        answer(capsys, "recommend", runs[model], "--k", 5, "--histories", tmp_path / "h.parquet", "--out", tmp_path / "b.csv")
        a, b = pd.read_csv(tmp_path / "a.csv"), pd.read_csv(tmp_path / "b.csv")
        pd.testing.assert_frame_equal(a, b, rtol=1e-4)


def test_a_history_of_a_known_shopper_adds_to_what_is_known(runs, capsys, tmp_path):
    from recsys_core.data.dataset import Dataset
    from recsys_core.data.splits import make_split

    workspace = Workspace.open()
    dataset = Dataset.open(workspace.dataset_dir(workspace.registry.datasets()[0].id))
    known = set(dataset.item_ids[make_split(dataset, "random", 0).known[dataset.user_index("u01")].indices])
    (tmp_path / "h.csv").write_text("user_id,item_id\nu01,p00\nstranger,p00\n")
    answer(capsys, "recommend", runs["ease"], "--k", 20, "--histories", tmp_path / "h.csv", "--out", tmp_path / "o.csv")
    lists = pd.read_csv(tmp_path / "o.csv").groupby("user_id").item_id.agg(set)
    assert not lists["u01"] & (known | {"p00"})
    assert lists["stranger"] & known


def test_a_shopper_named_twice_is_listed_once(runs, capsys):
    found = answer(capsys, "recommend", runs["ease"], "--user", "u00", "--user", "u00", "--k", 3)
    assert (found["users"], found["rows"]) == (1, 3)


def test_a_map_of_another_seed_is_another_map(runs, capsys, tmp_path):
    for seed in (0, 7):
        found = answer(capsys, "project", runs["mult-vae"], "--method", "umap", "--seed", seed, "--out", tmp_path / f"{seed}.csv")
        assert found["seed"] == seed
    assert not pd.read_csv(tmp_path / "0.csv").equals(pd.read_csv(tmp_path / "7.csv"))


def test_variety_changes_lists_and_zero_does_not(runs, capsys):
    user = ("--user", "u00", "--k", 5)
    plain = answer(capsys, "recommend", runs["mult-vae"], *user)["lists"]
    zero = answer(capsys, "recommend", runs["mult-vae"], *user, "--variety", 0)["lists"]
    full = answer(capsys, "recommend", runs["mult-vae"], *user, "--variety", 100)["lists"]
    assert plain == zero
    assert [row["item_id"] for row in full] != [row["item_id"] for row in plain]


def test_project_writes_a_place_for_every_product(runs, capsys, tmp_path):
    found = answer(capsys, "project", runs["mult-vae"], "--what", "items", "--method", "pca", "--out", tmp_path / "map.csv")
    table = pd.read_csv(tmp_path / "map.csv")
    assert list(table) == ["item_id", "x", "y", "cluster", "label"]
    assert found["points"] == len(table) == 20


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "{dataset}", "--model", "mult-vea"], "Did you mean mult-vae"),
        (["train", "{dataset}", "--model", "ease", "--set", "l2"], "KEY=VALUE"),
        (["train", "{dataset}", "--model", "ease", "--set", "l2=-3"], "from 0.001"),
        (["train", "{dataset}", "--model", "ease", "--protocol", "last"], "has no times"),
        (["train", "nothing", "--model", "ease"], "nothing"),
        (["evaluate", "no-such-run"], "no-such-run"),
        (["evaluate", "{ease}", "--at", "5,many"], "--at was given '5,many'"),
        (["recommend", "{ease}"], "Give one of --all"),
        (["recommend", "{ease}", "--all"], "--out FILE"),
        (["recommend", "{ease}", "--all", "--out", "lists.doc"], ".parquet, .csv"),
        (["recommend", "{ease}", "--user", "nobody"], "nobody"),
        (["recommend", "{ease}", "--user", "u00", "--k", "1000000000"], "longer than the 20 products"),
        (["train", "{dataset}", "--model", "ease", "--seed", "99999999999999999999"], "--seed"),
        (["recommend", "{ease}", "--user", "u00", "--variety", "140"], "0 to 100"),
        (["recommend", "{ease}", "--user", "u00", "--balance", "110"], "Balance is 110"),
        (["recommend", "{popularity}", "--user", "u00", "--variety", "10"], "no vectors"),
        (["project", "{popularity}", "--what", "items"], "has no vectors"),
        (["project", "{ease}", "--what", "users"], "has no vectors for shoppers"),
        (["project", "{ease}", "--what", "moods"], "items, users"),
    ],
)
def test_a_mistake_gets_one_line_and_exit_code_two(runs, capsys, arguments, words):
    names = {**runs, "dataset": Workspace.open().registry.datasets()[0].id}
    code, out, err = call(capsys, *[a.format(**names) for a in arguments], "--json")
    assert code == 2
    assert out == ""
    assert words in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_a_damaged_run_is_named_and_not_used(runs, capsys, home):
    folder = home / "home" / "runs" / runs["popularity"]
    damaged = folder / "candidate_scores.npy"
    whole = damaged.read_bytes()
    try:
        damaged.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        code, _, err = call(capsys, "recommend", runs["popularity"], "--user", "u00", "--json")
        assert code == 2
        assert "checksum of 'candidate_scores.npy' differs" in err
        damaged.write_bytes(whole[:100])
        code, _, err = call(capsys, "evaluate", runs["popularity"], "--json")
        assert code == 2
        assert "instead of" in err
    finally:
        damaged.write_bytes(whole)
