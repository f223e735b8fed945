"""The explanation of a pick on the page: asked for by URL, by its buttons, and where there is none to give."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from recsys_core.models.runs import Run
from recsys_core.ranking.address import to_address
from recsys_core.ranking.conditions import IS, Clause, Condition
from recsys_core.ranking.scenario import EXCLUDE, PIN, Rule, Scenario
from recsys_core.storage.registry import Registry
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import Shop, hook, problems, text_of

Open = Callable[..., AppTest]


def listed(app: AppTest) -> list[str]:
    return hook(app, "after")["items"].split(",")


def opened(open_page: Open, shop: Shop, item: str = "", **query: str) -> AppTest:
    return open_page("studio", run=query.pop("run", shop.ease), shopper="u000", **({"item": item} if item else {}), **query)


def test_nothing_is_explained_unasked(open_page: Open, loaded: Shop) -> None:
    app = opened(open_page, loaded)
    assert 'data-testid="why"' not in str(app.get("html"))
    assert problems(app) == []


def test_a_pick_is_explained_by_the_shoppers_past(open_page: Open, loaded: Shop) -> None:
    first = listed(opened(open_page, loaded))[0]
    app = opened(open_page, loaded, first)
    told = hook(app, "why")
    assert (told["item"], told["place"]) == (first, "1")
    assert told["verdict"] in {"because", "no-single", "popular"}
    assert told["because"]
    assert "Order of operations" in text_of(app)
    assert problems(app) == []


def test_it_stays_while_a_slider_moves(open_page: Open, loaded: Shop) -> None:
    first = listed(opened(open_page, loaded))[0]
    app = open_page("studio", run=loaded.ease, shopper="u000", item=first, scenario=to_address(Scenario(variety=70, k=5)))
    assert hook(app, "why")["item"] == first


def test_it_is_closed(open_page: Open, loaded: Shop) -> None:
    app = opened(open_page, loaded, listed(opened(open_page, loaded))[0])
    app.button(key="why_close").click().run()
    assert "item" not in app.query_params
    assert "why_close" not in [button.key for button in app.button]


def by_id(item: str) -> Condition:
    return Condition((Clause("item_id", IS, item),))


def test_a_pinned_product_is_never_said_to_come_from_the_past(open_page: Open, loaded: Shop) -> None:
    item = listed(opened(open_page, loaded))[4]
    pinned = Scenario(rules=(Rule(PIN, by_id(item), name="Spring", place=1),))
    app = opened(open_page, loaded, item, scenario=to_address(pinned))
    told = hook(app, "why")
    assert (told["placed-by"], told["verdict"], told["because"]) == ("pinned", "placed", "")
    assert "Pinned to this place by rule “Spring”" in text_of(app)


def test_what_a_rule_leaves_out_is_told_with_the_rule(open_page: Open, loaded: Shop) -> None:
    item = listed(opened(open_page, loaded))[0]
    out = Scenario(rules=(Rule(EXCLUDE, by_id(item), name="Sold out"),))
    app = opened(open_page, loaded, item, scenario=to_address(out))
    assert hook(app, "why")["place"] == ""
    assert "“Sold out”" in text_of(app)


def test_a_product_that_is_not_there_is_named(open_page: Open, loaded: Shop) -> None:
    app = opened(open_page, loaded, "no*such")
    assert r"No product is called 'no\*such'" in text_of(app)
    assert problems(app) == []


def test_a_list_that_is_the_same_for_all_says_so(open_page: Open, loaded: Shop) -> None:
    app = opened(open_page, loaded, run=loaded.popularity)
    app = opened(open_page, loaded, listed(app)[0], run=loaded.popularity)
    assert hook(app, "why")["verdict"] == "not-from-history"
    assert "the same for everyone" in text_of(app)


def test_a_run_without_weights_names_one_that_has_them(open_page: Open, own_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    item = listed(opened(open_page, own_shop, run=own_shop.popularity))[0]
    folder = Workspace.open().run_dir(own_shop.popularity)
    bare = {**Run.open(folder).manifest, "scorer": None}
    real = Run.manifest
    monkeypatch.setattr(Run, "manifest", property(lambda run: bare if run.id == own_shop.popularity else real.fget(run)))  # type: ignore[attr-defined]
    from pages.ui.cache import explain

    explain._scorer.clear()
    app = opened(open_page, own_shop, item, run=own_shop.popularity)
    told = hook(app, "why")
    assert (told["verdict"], told["place"], told["because"]) == ("no-weights", "1", "")
    assert float(told["value"]) > 0
    assert "came without the model’s weights" in text_of(app)
    assert own_shop.ease.replace("-", r"\-") in text_of(app)
    app.button(key="why_other_run").click().run()
    assert hook(app, "why")["item"] == item
    explain._scorer.clear()


def test_a_liked_product_leaves_the_list_and_changes_it(open_page: Open, own_shop: Shop) -> None:
    before = listed(opened(open_page, own_shop))
    app = opened(open_page, own_shop, before[2])
    app.button(key="why_like").click().run()
    after = listed(app)
    assert before[2] not in after
    assert after != before
    assert f"u:u000;l:{before[2]}" in app.query_params["edits"]
    (event,) = Workspace.open().registry.feedback(own_shop.dataset, "u000")
    assert (event.kind, event.item_id) == ("like", before[2])


def test_a_chip_takes_it_back(open_page: Open, own_shop: Shop) -> None:
    before = listed(opened(open_page, own_shop))
    app = opened(open_page, own_shop, before[0])
    app.button(key="why_hide").click().run()
    assert before[0] not in listed(app)
    app.button(key="said_0").click().run()
    assert listed(app) == before
    assert "edits" not in app.query_params
    assert Workspace.open().registry.feedback(own_shop.dataset, "u000") == []


def test_the_explanation_is_of_the_edited_past(open_page: Open, own_shop: Shop) -> None:
    before = listed(opened(open_page, own_shop))
    app = opened(open_page, own_shop, edits=f"u:u000;l:{before[0]}")
    named = {hook(opened(open_page, own_shop, id_, edits=f"u:u000;l:{before[0]}"), "why")["because"] for id_ in listed(app)[:6]}
    assert any(before[0] in because.split(",") for because in named)


def test_a_registry_that_fails_is_said_and_the_list_changes_all_the_same(
    open_page: Open, own_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = listed(opened(open_page, own_shop))

    def broken(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(Registry, "add_feedback", broken)
    app = opened(open_page, own_shop, before[0])
    app.button(key="why_like").click().run()
    assert len(problems(app)) == 1
    assert "disk" not in problems(app)[0]
    assert before[0] not in listed(app)
