"""Recommend with a scenario, whatif, explain: what a program gets with --json, and the one line a mistake gets."""

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
from recsys_core.jobs.studio import open_studio
from recsys_core.models.runs import Run
from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.population import population, reference_pool
from recsys_core.ranking.scenario import Cap, Guardrail, Rule, Scenario
from recsys_core.storage.workspace import Workspace

CATEGORIES = ("Candles", "Mugs", "Toys")
Call = Callable[..., Any]


def only(category: str) -> Condition:
    return Condition((Clause("category", "is", category),))


AUTUMN = Scenario(
    name="Autumn",
    k=6,
    variety=60,
    rules=(
        Rule("pin", only("Toys"), name="Toys first", place=1),
        Rule("exclude", only("Mugs"), name="No mugs"),
        Rule("boost", Condition((Clause("price", "at least", 100),)), name="Dear ones"),
    ),
    caps=(Cap("category", 3),),
    guardrails=(Guardrail("relevance_kept", least=0.99), Guardrail("churn", most=1)),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of 60 shoppers with two tastes and 24 products in three categories; an EASE run and a best-seller run."""
    folder = tmp_path_factory.mktemp("studio")
    rng = np.random.default_rng(5)
    bought = [(f"u{u:02}", f"p{(u % 2) * 12 + i:02}") for u in range(60) for i in rng.choice(12, 8, replace=False)]
    pd.DataFrame(bought, columns=["user_id", "item_id"]).to_csv(folder / "log.csv", index=False)
    items = [(f"p{i:02}", f"{CATEGORIES[i % 3]} {i}", CATEGORIES[i % 3], 1.0 + i % 5) for i in range(24)]
    pd.DataFrame(items, columns=["item_id", "title", "category", "price"]).to_csv(folder / "items.csv", index=False)
    (folder / "autumn.json").write_text(json.dumps(AUTUMN.to_json()), encoding="utf-8")
    (folder / "plain.json").write_text("{}", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(folder / "home"))
        assert main(["ingest", str(folder / "log.csv"), "--items", str(folder / "items.csv"), "--json"]) == 0
        dataset = Workspace.open().registry.datasets()[0].id
        for model in ("popularity", "ease"):
            assert main(["train", dataset, "--model", model, *(["--set", "l2=5"] if model == "ease" else []), "--json"]) == 0
    return folder


@pytest.fixture
def runs(shop: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Model -> run id, in the workspace of `shop`."""
    monkeypatch.setenv("AISLE_HOME", str(shop / "home"))
    return {run.model: run.id for run in Workspace.open().registry.runs()}


@pytest.fixture
def call(runs: dict[str, str], capsys: pytest.CaptureFixture[str]) -> Call:
    """What a command prints as JSON; it must end well."""

    def run(*arguments: object) -> Any:
        capsys.readouterr()
        code = main([*map(str, arguments), "--json"])
        out, error = capsys.readouterr()
        assert (code, error) == (0, "")
        return json.loads(out)

    return run


def listed(told: dict[str, Any]) -> dict[str, list[str]]:
    """Anchor -> products in order."""
    found: dict[str, list[str]] = {}
    for row in told["lists"]:
        found.setdefault(row["user_id"], []).append(row["item_id"])
    return found


def categories(products: list[str]) -> list[str]:
    return [CATEGORIES[int(product[1:]) % 3] for product in products]


# --- recommend


def test_plain_lists_are_the_runs_own_to_the_byte(runs: dict[str, str], call: Call, tmp_path: Path) -> None:
    opened = Run.open(Workspace.open().run_dir(runs["ease"]))
    dataset = Dataset.open(Workspace.open().dataset_dir(opened.dataset_id))
    zeros = ("--variety", 0, "--balance", 0, "--discovery", 0)
    for place, sliders in enumerate(((), zeros)):
        call("recommend", runs["ease"], "--k", 4, "--all", *sliders, "--out", tmp_path / f"{place}.csv")
    assert (tmp_path / "0.csv").read_bytes() == (tmp_path / "1.csv").read_bytes()
    lists = pd.read_csv(tmp_path / "0.csv")
    assert list(lists) == ["user_id", "rank", "item_id", "score"]
    assert lists.item_id.tolist() == dataset.item_ids[opened.candidates[:, :4].ravel()].tolist()


def test_a_scenario_pins_excludes_and_caps(shop: Path, runs: dict[str, str], call: Call) -> None:
    told = call("recommend", runs["ease"], "--user", "u00", "--user", "u01", "--scenario", shop / "autumn.json")
    assert (told["k"], told["scenario"], told["variety"]) == (6, {"name": "Autumn", "hash": AUTUMN.hash}, 60)
    for products in listed(told).values():
        shown = categories(products)
        assert shown[0] == "Toys"
        assert "Mugs" not in shown
        assert max(shown.count(name) for name in CATEGORIES) <= 3 + told["places"]["cap"]
    assert told["places"]["pinned"] == 2
    everybody = call("recommend", runs["ease"], "--all", "--scenario", shop / "autumn.json", "--out", shop / "all.parquet")
    lists = pd.read_parquet(shop / "all.parquet")
    assert everybody["users"] == lists.user_id.nunique() == 60
    assert lists[lists.user_id == "u01"].item_id.tolist() == listed(told)["u01"]


def test_options_are_set_on_top_of_a_scenario(shop: Path, runs: dict[str, str], call: Call) -> None:
    told = call("recommend", runs["ease"], "--user", "u00", "--scenario", shop / "autumn.json", "--variety", 0, "--balance", 30, "--k", 3)
    assert (told["k"], told["variety"], told["balance"], told["rows"]) == (3, 0, 30, 3)
    assert told["scenario"]["hash"] != AUTUMN.hash


def test_a_list_hangs_on_the_shoppers_before_where_exposure_is_shared_out(runs: dict[str, str], call: Call, tmp_path: Path) -> None:
    shared = Scenario(k=4, exposure_attribute="category", exposure={"Toys": 0.8}, exposure_strength=2)
    (tmp_path / "shared.json").write_text(json.dumps(shared.to_json()), encoding="utf-8")
    call("recommend", runs["ease"], "--all", "--scenario", tmp_path / "shared.json", "--out", tmp_path / "all.csv")
    some = call("recommend", runs["ease"], "--user", "u41", "--scenario", tmp_path / "shared.json")
    lists = pd.read_csv(tmp_path / "all.csv")
    assert listed(some)["u41"] == lists[lists.user_id == "u41"].item_id.tolist()


@pytest.mark.parametrize("slider", ["variety", "balance", "discovery"])
def test_every_slider_moves_lists(runs: dict[str, str], call: Call, tmp_path: Path, slider: str) -> None:
    for position in (0, 100):
        call("recommend", runs["ease"], "--all", "--k", 4, f"--{slider}", position, "--out", tmp_path / f"{position}.csv")
    assert (tmp_path / "0.csv").read_bytes() != (tmp_path / "100.csv").read_bytes()


def test_new_shoppers_go_through_the_same_scenario(shop: Path, runs: dict[str, str], call: Call, tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text("user_id,item_id\nnew,p00\nnew,p03\nodd,unheard\n")
    told = call(
        "recommend", runs["ease"], "--histories", tmp_path / "h.csv", "--scenario", shop / "autumn.json", "--out", tmp_path / "o.csv"
    )
    lists = pd.read_csv(tmp_path / "o.csv")
    assert (told["users"], told["unknown_items"], told["fallback_users"]) == (2, 1, 1)
    assert "Mugs" not in categories(lists.item_id.tolist())
    assert not set(lists[lists.user_id == "new"].item_id) & {"p00", "p03"}
    plain = call("recommend", runs["ease"], "--histories", tmp_path / "h.csv", "--k", 6, "--out", tmp_path / "plain.csv")
    assert "places" not in plain


def test_more_like_a_product_and_what_goes_with_a_basket(shop: Path, runs: dict[str, str], call: Call) -> None:
    like = call("recommend", runs["ease"], "--item", "p00", "--item", "p13", "--k", 4)
    found = listed(like)
    assert set(found) == {"p00", "p13"}
    assert set(found["p00"]) <= {f"p{i:02}" for i in range(1, 12)}  # what the same shoppers buy, never itself
    assert like["basis"] == "the model's vectors"
    by_attributes = call("recommend", runs["popularity"], "--item", "p00", "--k", 4)
    assert by_attributes["basis"] == "attributes"
    assert set(categories(listed(by_attributes)["p00"])) == {"Candles"}
    goes = call("recommend", runs["ease"], "--basket", "p00,p01", "--k", 4)
    assert set(listed(goes)["p00,p01"]) <= {f"p{i:02}" for i in range(2, 12)}
    assert goes["basis"] == "what the same shoppers bought"
    for anchor in (("--item", "p00"), ("--basket", "p00,p03")):
        told = call("recommend", runs["ease"], *anchor, "--scenario", shop / "autumn.json")
        (products,) = listed(told).values()
        assert categories(products)[0] == "Toys"
        assert "Mugs" not in categories(products)


def test_a_category_page_is_of_its_products_for_anybody_and_for_a_shopper(shop: Path, runs: dict[str, str], call: Call) -> None:
    anybody = call("recommend", runs["ease"], "--category", "toys", "--k", 5)
    assert anybody["basis"] == "the best sellers of the category"
    assert (anybody["fallback_users"], anybody["places"]["fallback"]) == (1, 5)
    assert set(categories(listed(anybody)["toys"])) == {"Toys"}
    assert all(row["score"] is None for row in anybody["lists"])
    mine = call("recommend", runs["ease"], "--category", "Toys", "--user", "u00", "--user", "u01", "--k", 5)
    home = {user: listed(call("recommend", runs["ease"], "--user", user, "--k", 16))[user] for user in ("u00", "u01")}
    for user, products in listed(mine).items():
        own = [product for product in home[user] if CATEGORIES[int(product[1:]) % 3] == "Toys"]
        assert products[: len(own)] == own[:5]
        assert set(categories(products)) == {"Toys"}
    varied = call("recommend", runs["ease"], "--category", "Toys", "--user", "u00", "--scenario", shop / "autumn.json", "--k", 5)
    assert set(categories(listed(varied)["u00"])) == {"Toys"}
    assert varied["scenario"]["name"] == "Autumn"


def test_a_run_that_reads_no_basket_names_the_command_that_learns_them(
    shop: Path, runs: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = Run.open(Workspace.open().run_dir(runs["ease"])).manifest

    def refused(run: str) -> None:
        capsys.readouterr()
        assert main(["recommend", run, "--basket", "p00"]) == 2
        error = capsys.readouterr().err
        assert f"python -m recsys_core baskets {manifest['dataset']}" in error
        assert error.count("\n") == 1

    refused(runs["popularity"])  # best sellers go with everything, so with nothing
    monkeypatch.setattr(Run, "manifest", property(lambda run: {**manifest, "scorer": None}))
    refused(runs["ease"])


# --- whatif


def test_whatif_tells_figures_guardrails_winners_and_rules(shop: Path, runs: dict[str, str], call: Call) -> None:
    told = call("whatif", runs["ease"], "--scenario", shop / "autumn.json")
    assert told["scenario"] == {**AUTUMN.to_json(), "hash": AUTUMN.hash}
    assert (told["users"], told["k"], told["compared_with"], told["passes"]) == (60, 6, "the plain top k", False)
    figures = {each["name"]: each for each in told["figures"]}
    kept = figures["relevance_kept"]
    assert kept["before"] == 1
    assert kept["low"] <= kept["difference"] <= kept["high"] < 0
    assert {"ild", "ndcg", "price", "calibration", "churn", "coverage", "gini"} <= set(figures)
    bounded, other = told["guardrails"]
    assert (bounded["guardrail"]["metric"], bounded["passes"], bounded["value"]) == ("relevance_kept", False, kept["after"])
    assert other["passes"]
    groups = {each["label"]: each for each in told["groups"]}
    assert groups["Mugs"]["after"] == 0
    assert groups["Toys"]["low"] > 0
    assert [each["problems"][0]["kind"] if each["problems"] else None for each in told["rules"]] == [None, None, "dead"]
    assert 0 < told["places"]["pinned"] < 60  # none to those who had it
    assert "frontier" not in told


def test_whatif_says_what_the_library_says(shop: Path, runs: dict[str, str], call: Call) -> None:
    told = call("whatif", runs["ease"], "--scenario", shop / "autumn.json")
    studio = open_studio(Workspace.open(), runs["ease"]).studio
    after = studio.prepare(AUTUMN).rank().items
    found = population(studio.ground, studio.before(6), after, pool=reference_pool(studio.ground, 100), held=studio.held)
    for figure in told["figures"]:
        assert [figure[name] for name in ("before", "after")] == pytest.approx(found.change(figure["name"])[:2], nan_ok=True)


def test_whatif_tells_what_moves_on_the_map_of_products(shop: Path, runs: dict[str, str], call: Call) -> None:
    told = call("whatif", runs["ease"], "--scenario", shop / "autumn.json", "--movement")
    moved = told["movement"]
    assert (moved["users"], moved["k"], moved["changed"]) == (60, 6, told["changed"])
    assert sum(cell["after"] for cell in moved["regions"]) == pytest.approx(1)
    assert [(g["label"], g["after"]) for g in moved["groups"]] == [(g["label"], g["after"]) for g in told["groups"]]
    assert moved["distance"]["low"] <= moved["distance"]["value"] <= moved["distance"]["high"]
    still = call("whatif", runs["ease"], "--scenario", shop / "plain.json", "--movement")["movement"]
    assert (still["changed"], still["distance"]["value"]) == (0, 0)


def test_the_frontier_and_the_best(runs: dict[str, str], call: Call, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(json.dumps({"k": 5, "guardrails": [{"metric": "relevance_kept", "least": 0.98}]}))
    told = call("whatif", runs["ease"], "--scenario", tmp_path / "s.json", "--frontier", "--find-best")
    kept = [stop["relevance_kept"] for stop in told["frontier"]]
    assert [stop["position"] for stop in told["frontier"]] == list(range(0, 101, 5))
    assert (kept[0], kept[-1] < 0.98) == (1, True)
    assert 0 <= told["best_variety"] < 100
    assert told["frontier"][told["best_variety"] // 5]["passes"]


def test_a_sample_and_the_usual_guardrails(shop: Path, runs: dict[str, str], call: Call) -> None:
    told = call("whatif", runs["ease"], "--scenario", shop / "plain.json", "--users", 20)
    assert (told["users"], told["changed"], told["passes"], told["default_guardrails"]) == (20, 0, True, True)
    assert told["scenario"]["hash"] == Scenario().hash
    assert len(told["guardrails"]) == 3


def test_before_is_what_is_published(shop: Path, runs: dict[str, str], call: Call) -> None:
    dataset = Workspace.open().registry.datasets()[0].id
    id = call("scenario", "save", dataset, shop / "autumn.json")["id"]
    try:
        call("scenario", "publish", id, "--by", "Ada")
        told = call("whatif", runs["ease"], "--scenario", "Autumn")
        assert (told["compared_with"], told["changed"]) == ("what is published (Autumn)", 0)
        assert told["published"] == {"name": "Autumn", "hash": AUTUMN.hash, "unshown": ""}
        other = call("whatif", runs["popularity"], "--scenario", shop / "plain.json")  # best sellers have no vectors to vary by
        assert (other["compared_with"], other["changed"]) == ("the plain top k", 0)
        assert "so variety cannot be tuned" in other["published"]["unshown"]
    finally:
        call("scenario", "delete", id, "--force")


def test_what_was_sent_back_is_in_no_list_before_or_after(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_HOME", str(tmp_path / "home"))
    rng = np.random.default_rng(1)
    rows = [(f"u{u:02}", f"p{i:02}", "purchase") for u in range(30) for i in rng.choice(12, 7, replace=False)]
    rows += [(f"u{u:02}", f"p{i:02}", "hide") for u in range(30) for i in rng.choice(12, 2, replace=False)]
    pd.DataFrame(rows, columns=["user_id", "item_id", "event"]).to_csv(tmp_path / "log.csv", index=False)
    dataset = call("ingest", tmp_path / "log.csv")["dataset"]
    run = call("train", dataset, "--model", "popularity")["run"]
    opened = open_studio(Workspace.open(), run)
    before = opened.studio.before(5)
    assert opened.dataset.against.nnz
    assert not any(set(before[user]) & set(opened.dataset.against[user].indices) for user in range(30))
    (tmp_path / "plain.json").write_text('{"k": 3}')
    assert call("whatif", run, "--scenario", tmp_path / "plain.json")["changed"] == 0


def test_a_person_reads_a_short_table(shop: Path, runs: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["whatif", runs["ease"], "--scenario", str(shop / "autumn.json"), "--find-best"]) == 0
    out = capsys.readouterr().out
    for words in (AUTUMN.hash, "predicted match kept", "FAIL", "Mugs", "dead: No product matches", "Not even variety 0"):
        assert words in out
    assert main(["explain", runs["ease"], "--user", "u00", "--item", "p02", "--scenario", str(shop / "autumn.json")]) == 0
    assert "Left after each step: candidates" in capsys.readouterr().out


# --- explain


def test_explain_tells_why_with_the_smallest_set_the_waterfall_and_the_counts(shop: Path, runs: dict[str, str], call: Call) -> None:
    scenario = ("--scenario", shop / "autumn.json")
    products = listed(call("recommend", runs["ease"], "--user", "u00", *scenario))["u00"]
    for place, product in enumerate(products, start=1):
        told = call("explain", runs["ease"], "--user", "u00", "--item", product, *scenario)
        assert (told["place"], told["item"]["item_id"], told["scenario"]["hash"]) == (place, product, AUTUMN.hash)
        assert told["waterfall"]["value"] == pytest.approx(sum(term["value"] for term in told["waterfall"]["terms"]), abs=1e-4)
        steps = {step["name"]: step["count"] for step in told["breadcrumb"]}
        assert steps["shown"] == len(products)
        assert steps["No mugs"] < steps["unseen"]
        assert {"rank", "found", "removed", "enters"} <= set(told["smallest_set"])
    first = call("explain", runs["ease"], "--user", "u00", "--item", products[0], *scenario)
    assert (first["verdict"], first["because"]) == ("placed", [])


def test_what_speaks_for_a_product_is_of_the_shoppers_past(runs: dict[str, str], call: Call) -> None:
    (first, *_) = listed(call("recommend", runs["ease"], "--user", "u00", "--k", 3))["u00"]
    told = call("explain", runs["ease"], "--user", "u00", "--item", first)
    assert told["place"] == 1
    assert sum(each["share"] for each in told["because"]) <= 1 + 1e-6
    assert {each["item_id"] for each in told["because"]} <= {f"p{i:02}" for i in range(12)}
    assert {each["group"] for each in told["by_group"]} <= set(CATEGORIES)


def test_a_product_that_is_not_shown_has_no_waterfall(runs: dict[str, str], call: Call) -> None:
    told = call("explain", runs["ease"], "--user", "u00", "--item", "p23", "--k", 2)
    assert (told["place"], told["waterfall"], told["smallest_set"]["found"]) == (None, None, False)


def test_best_sellers_are_said_to_be_the_same_for_everyone(runs: dict[str, str], call: Call) -> None:
    told = call("explain", runs["popularity"], "--user", "u00", "--item", "p23")
    assert (told["verdict"], told["because"]) == ("not-from-history", [])
    assert told["sentence"] == "This list is the same for everyone: what sells best."


def test_a_run_without_weights_says_so(
    shop: Path, runs: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = Run.open(Workspace.open().run_dir(runs["ease"])).manifest
    monkeypatch.setattr(Run, "manifest", property(lambda run: {**manifest, "scorer": None}))
    capsys.readouterr()
    assert main(["explain", runs["ease"], "--user", "u00", "--item", "p01"]) == 2
    assert "without the model's weights" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["recommend", "{ease}"], "Give one of --all, --user ID, --histories FILE, --item ID, --basket ID,ID or --category VALUE."),
        (["recommend", "{ease}", "--item", "p00", "--user", "u00"], "It is not clear who the lists are for."),
        (["recommend", "{ease}", "--item", "nothing"], "nothing"),
        (["recommend", "{ease}", "--basket", ","], "A basket has no products."),
        (["recommend", "{ease}", "--category", "Shoes"], "No product has the category 'Shoes'. Some that there are: 'Candles'"),
        (["recommend", "{ease}", "--category", "Toys", "--item", "p00"], "It is not clear who the lists are for."),
        (["recommend", "{ease}", "--category", "Toys", "--user", "nobody"], "nobody"),
        (["recommend", "{ease}", "--user", "u00", "--k", "150", "--variety", "10"], "A list of 150 can only be a plain one"),
        (["recommend", "{ease}", "--user", "u00", "--discovery", "-1"], "Discovery is -1"),
        (["recommend", "{ease}", "--user", "u00", "--scenario", "nowhere.json"], "'nowhere.json' cannot be read"),
        (["recommend", "{ease}", "--user", "u00", "--scenario", "Winter"], "No scenario is called 'Winter'."),
        (["whatif", "{ease}"], "Missing option '--scenario'"),
        (["whatif", "nothing", "--scenario", "AUTUMN"], "nothing"),
        (["whatif", "{popularity}", "--scenario", "AUTUMN"], "so variety cannot be tuned"),
        (["whatif", "{ease}", "--scenario", "WRONG"], "There is no figure 'profit' for a guardrail."),
        (["explain", "{ease}", "--user", "nobody", "--item", "p00"], "nobody"),
        (["explain", "{ease}", "--user", "u00", "--item", "nothing"], "nothing"),
        (["explain", "{ease}", "--user", "u00"], "Missing option '--item'"),
    ],
)
def test_a_mistake_is_one_line(
    shop: Path, runs: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    (tmp_path / "wrong.json").write_text('{"guardrails": [{"metric": "profit", "least": 1}]}')
    named = {"AUTUMN": str(shop / "autumn.json"), "WRONG": str(tmp_path / "wrong.json")}
    capsys.readouterr()
    assert main([named.get(argument, argument).format(**runs) for argument in arguments]) == 2
    out, error = capsys.readouterr()
    assert words in error
    assert (out, error.count("\n")) == ("", 1)
