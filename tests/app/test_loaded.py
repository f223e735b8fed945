"""A workspace with a dataset and two trained models: the figures on the pages are the library's."""

from __future__ import annotations

import numpy as np
import pytest

from pages.ui import formats, words
from recsys_core.data.dataset import Dataset
from recsys_core.models.runs import Run
from recsys_core.ranking.address import to_address
from recsys_core.ranking.lists import rank_lists
from recsys_core.ranking.plan import plain_plan
from recsys_core.ranking.pools import make_pool, unit_rows
from recsys_core.ranking.scales import variety_scale
from recsys_core.ranking.scenario import Scenario
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import PAGES, hook, html_of, problems, text_of


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(open_page, loaded, page):
    app = open_page(page, dataset=loaded.dataset, run=loaded.ease)
    assert problems(app) == []
    assert "NaN" not in html_of(app)
    assert "None" not in text_of(app) + "".join(m.value for m in app.metric)


def test_home_shows_the_dataset_the_run_and_one_next_step(open_page, loaded):
    app = open_page("home", dataset=loaded.dataset, run=loaded.ease)
    record = Workspace.open().registry.dataset(loaded.dataset)
    shown = [m.value for m in app.metric]
    assert shown[:3] == [formats.count(n) for n in (record.users, record.items, record.rows)]
    hit = Run.open(loaded.home / "runs" / loaded.ease).metrics["test"]["hit_rate@10"]["value"]
    assert shown[3] == formats.of_100(hit)
    assert [b.label for b in app.button] == [words.NEXT_STUDIO]


def test_data_counts_rows_as_the_library_does(open_page, loaded):
    dataset = Dataset.open(loaded.home / "datasets" / loaded.dataset)
    trust = hook(open_page("data", dataset=loaded.dataset), "trust")
    assert int(trust["rows-read"]) == dataset.manifest["rows_read"]
    assert int(trust["rows-kept"]) == dataset.manifest["rows_kept"]
    assert (int(trust["users"]), int(trust["items"])) == dataset.shape


def test_models_ranks_the_runs_by_their_test_figures(open_page, loaded):
    app = open_page("models", dataset=loaded.dataset, run=loaded.ease)
    row = hook(app, "league-row")
    best = Run.open(loaded.home / "runs" / row["run"]).metrics["test"]
    assert float(row["ndcg10"]) == best["ndcg@10"]["value"]
    assert float(row["hit10"]) == best["hit_rate@10"]["value"]
    assert hook(app, "league")["runs"] == "2"
    assert formats.of_100(best["hit_rate@10"]["value"]) in text_of(app)


@pytest.mark.parametrize("variety", [0, 20, 65, 100])
def test_studio_shows_the_lists_of_the_library(open_page, loaded, variety):
    app = open_page("studio", dataset=loaded.dataset, run=loaded.ease, shopper="u005", scenario=to_address(Scenario(variety=variety)))
    dataset, run = Dataset.open(loaded.home / "datasets" / loaded.dataset), Run.open(loaded.home / "runs" / loaded.ease)
    vectors, user = unit_rows(run.item_vectors), dataset.user_index("u005")
    scale = variety_scale(plain_plan(len(run.candidates), len(vectors), 10), make_pool(run.candidates, run.candidate_scores), vectors)
    one = slice(user, user + 1)
    ranked = rank_lists(run.candidates[one], run.candidate_scores[one], k=10, variety=variety, scale=scale, unit_vectors=vectors)
    shown = hook(app, "studio")
    assert shown["variety"] == str(variety)
    assert ids_of(app, "after") == [dataset.item_ids[i] for i in ranked.items[0] if i >= 0]
    assert ids_of(app, "before") == [dataset.item_ids[i] for i in ranked.plain[0] if i >= 0]


def ids_of(app, side: str) -> list[str]:
    """The listed item ids of one side, in rank order."""
    html = html_of(app)
    start = html.index(f'data-testid="{side}" data-items="') + len(f'data-testid="{side}" data-items="')
    return html[start : html.index('"', start)].split(",")


def test_no_list_repeats_what_the_shopper_had(open_page, loaded):
    app = open_page("studio", dataset=loaded.dataset, run=loaded.ease, shopper="u011")
    run, dataset = Run.open(loaded.home / "runs" / loaded.ease), Dataset.open(loaded.home / "datasets" / loaded.dataset)
    allowed = {dataset.item_ids[i] for i in run.candidates[dataset.user_index("u011")] if i >= 0}
    assert set(ids_of(app, "after")) <= allowed


def test_a_run_without_product_vectors_offers_another_and_ranks_without_variety(open_page, loaded):
    app = open_page("studio", dataset=loaded.dataset, run=loaded.popularity, scenario=to_address(Scenario(variety=70)))
    assert problems(app) == []
    assert ids_of(app, "after") == ids_of(app, "before")
    next(b for b in app.button if b.label == words.SWITCH.format(name="EASE (linear)")).click().run()
    assert hook(app, "studio")["run"] == loaded.ease
    assert ids_of(app, "after") != ids_of(app, "before")


def test_the_map_lists_what_was_selected(open_page, loaded):
    app = open_page("taste_map", dataset=loaded.dataset, run=loaded.ease)
    assert hook(app, "map")["points"] == str(len(Run.open(loaded.home / "runs" / loaded.ease).items))
    points = {"points": [{"customdata": [3]}, {"customdata": [7]}, {"customdata": [3]}], "point_indices": [0, 1, 2], "box": [], "lasso": []}
    app.session_state[f"map_chart_{loaded.ease}_items_pca_group"] = {"selection": points}
    app.run()
    assert hook(app, "selection")["count"] == "2"
    assert len(app.dataframe[0].value) == 2


def test_shoppers_cannot_be_mapped_without_their_vectors(open_page, loaded):
    app = open_page("taste_map", dataset=loaded.dataset, run=loaded.ease, what=words.MAP_USERS)
    assert len(problems(app)) == 1
    assert "nothing to map" in problems(app)[0]


def test_a_url_with_a_run_alone_finds_its_dataset(open_page, loaded):
    app = open_page("studio", run=loaded.ease, shopper="u003", scenario=to_address(Scenario(variety=40)))
    shown = hook(app, "studio")
    assert (shown["run"], shown["shopper"], shown["variety"]) == (loaded.ease, "u003", "40")


def test_suggested_shoppers_exist_and_differ(loaded):
    from pages.ui.suggest import suggest_shoppers
    from recsys_core.profiles.groups import load_groups

    dataset = Dataset.open(loaded.home / "datasets" / loaded.dataset)
    found = suggest_shoppers(dataset, np.asarray(load_groups(dataset).codes))
    users = [user for _, user in found]
    assert len(set(users)) == len(users) >= 3
    assert all(0 <= user < dataset.n_users for user in users)
