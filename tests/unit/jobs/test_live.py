"""A shopper played live: what is said changes their list at once, by the run's own scorer, and nothing leaks or comes back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recsys_core.errors import NotFoundError, UnsupportedError, UserError
from recsys_core.explain.pick import explain_pick
from recsys_core.jobs.edits import Edits
from recsys_core.jobs.live import MORE_SHARE, TAG_STEP, edited_past, place_shopper, playable, relevance_range
from recsys_core.jobs.studio import Opened, open_studio
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.worker import run_here
from recsys_core.models.runs import Run
from recsys_core.ranking.planning import prepare
from recsys_core.ranking.scenario import Scenario
from recsys_core.storage.workspace import Workspace

KINDS, EACH = ("Candles", "Mugs", "Toys"), 14
USER = 0


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Opened]:
    """Seventy shoppers who mostly buy of one of three categories; an EASE run and a best-seller run, opened."""
    folder = tmp_path_factory.mktemp("live")
    rng = np.random.default_rng(3)
    rows = []
    for user in range(70):
        for step in range(12):
            kind = user % 3 if rng.random() < 0.75 else int(rng.integers(3))
            rows.append((f"u{user:02}", f"p{kind}{int(rng.integers(EACH)):02}", pd.Timestamp("2026-01-01") + pd.Timedelta(days=7 * step)))
    pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]).to_csv(folder / "log.csv", index=False)
    items = [(f"p{kind}{n:02}", f"{name} {n}", name) for kind, name in enumerate(KINDS) for n in range(EACH)]
    pd.DataFrame(items, columns=["item_id", "title", "category"]).to_csv(folder / "items.csv", index=False)
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(folder / "home"))
        workspace = Workspace.open()
        spec = {"log": str(folder / "log.csv"), "items": str(folder / "items.csv"), "name": "Live"}
        dataset = run_here(workspace, "ingest", spec, title="Read").result["dataset"]
        for model in ("ease", "popularity"):
            asked = train_spec(dataset, model, settings={"dimensions": 8, "l2": 5.0} if model == "ease" else {})
            found[model] = open_studio(workspace, run_here(workspace, "train", asked, title=model).result["run"], published=False)
    return found


@pytest.fixture
def ease(runs: dict[str, Opened]) -> Opened:
    return runs["ease"]


def shown(opened: Opened, edits: Edits, scenario: Scenario | None = None, *, among: bool = False) -> list[str]:
    """The list of the shopper, ids in order."""
    scenario = scenario or Scenario(k=8)
    ground, row = place_shopper(opened, USER, edits, among=among)
    ready = prepare(scenario, ground, opened.studio.scales(scenario), opened.studio.day, np.array([row]))
    return [str(opened.dataset.item_ids[item]) for item in ready.rank().items[0] if item >= 0]


def past_of(opened: Opened) -> list[str]:
    return opened.dataset.item_ids[opened.split.known[[USER]].indices].tolist()


def test_without_edits_it_is_the_runs_own_ground_and_row(ease: Opened) -> None:
    assert place_shopper(ease, USER, Edits()) == (ease.studio.ground, USER)


def test_a_past_that_stays_gives_the_runs_own_candidates(ease: Opened) -> None:
    """Hiding the last candidate goes all the way through the scorer; all others come out as they were exported."""
    ground = ease.studio.ground
    last = int(np.flatnonzero(ground.candidates[USER] >= 0)[-1])
    hidden = str(ease.dataset.item_ids[ground.candidates[USER, last]])
    one, row = place_shopper(ease, USER, Edits(hidden=(hidden,)))
    assert np.array_equal(one.candidates[row, :last], ground.candidates[USER, :last])
    assert np.allclose(one.scores[row, :last], ground.scores[USER, :last], atol=1e-6)
    assert np.allclose(one.mix[[row]].toarray(), ground.mix[[USER]].toarray())
    assert one.segment[row] == ground.segment[USER]


def test_a_like_changes_the_list_and_leaves_it(ease: Opened) -> None:
    before = shown(ease, Edits())
    after = shown(ease, Edits(liked=(before[1],)))
    assert before[1] not in after
    assert after != [item for item in before if item != before[1]]


def test_a_like_is_what_a_history_with_it_would_give(ease: Opened) -> None:
    item = shown(ease, Edits())[0]
    ground, row = place_shopper(ease, USER, Edits(liked=(item,)))
    history = np.zeros((1, ease.dataset.n_items), np.float32)
    past = edited_past(ease, USER, Edits(liked=(item,)))
    history[0, past] = 1
    items = np.asarray(ease.run.items)
    scores = history[:, items] @ ease.run.scorer().weights
    known = np.isin(items, ground.had[[row]].indices)
    best = items[np.argsort(-np.where(known, -np.inf, scores[0]), kind="stable")[:5]]
    assert ground.candidates[row, :5].tolist() == best.tolist()
    assert str(ease.dataset.item_ids[ground.had[[row]].indices].tolist()).count(item) == 1


def test_what_is_hidden_is_never_shown_even_by_a_pin(ease: Opened) -> None:
    from recsys_core.ranking.conditions import IS, Clause, Condition
    from recsys_core.ranking.scenario import PIN, Rule

    first = shown(ease, Edits())[0]
    pinned = Scenario(k=8, rules=(Rule(PIN, Condition((Clause("item_id", IS, first),)), place=1),))
    assert shown(ease, Edits(), pinned)[0] == first
    assert first not in shown(ease, Edits(hidden=(first,)), pinned)


def test_a_removed_product_leaves_the_past_and_is_not_shown_again(ease: Opened) -> None:
    gone = past_of(ease)[:3]
    edits = Edits(removed=tuple(gone))
    left = ease.dataset.item_ids[edited_past(ease, USER, edits)].tolist()
    assert left == past_of(ease)[3:]
    assert shown(ease, edits) != shown(ease, Edits())
    ground, row = place_shopper(ease, USER, edits)
    assert not set(gone) & set(ease.dataset.item_ids[ground.candidates[row][ground.candidates[row] >= 0]])


def test_what_is_held_out_is_neither_in_the_past_nor_barred(ease: Opened) -> None:
    held = ease.split.test_targets[[USER]].indices
    assert len(held)
    liked = next(id_ for id_ in shown(ease, Edits()) if ease.dataset.item_index(id_) not in held)
    ground, row = place_shopper(ease, USER, Edits(liked=(liked,)))
    assert not set(held) & set(edited_past(ease, USER, Edits()))
    assert not set(held) & set(ground.had[[row]].indices)


def test_without_any_past_best_sellers_are_shown_as_fallback(ease: Opened) -> None:
    ground, row = place_shopper(ease, USER, Edits(removed=tuple(past_of(ease))))
    assert bool(ground.fallback[row])
    assert ground.candidates[row, 0] >= 0


def test_more_like_this_lifts_what_is_alike(ease: Opened) -> None:
    item = shown(ease, Edits())[2]
    liked, _ = place_shopper(ease, USER, Edits(liked=(item,)))
    more, _ = place_shopper(ease, USER, Edits(more=(item,)))
    vectors = ease.studio.ground.model_vectors
    alike = vectors @ vectors[ease.dataset.item_index(item)]
    mean = lambda ground: alike[ground.candidates[0, :6]].mean()
    assert mean(more) > mean(liked)
    known = {int(item): float(score) for item, score in zip(liked.candidates[0], liked.scores[0], strict=True) if item >= 0}
    lift = relevance_range(liked.scores[:, :100])[0]
    for place in range(5):  # the score is the history's, and the documented share of the range for its likeness
        found = int(more.candidates[0, place])
        assert more.scores[0, place] == pytest.approx(known[found] + MORE_SHARE * lift * max(alike[found], 0), abs=1e-4)


def test_a_tag_lifts_its_group_by_its_share_of_the_range_and_zero_hides_it(ease: Opened) -> None:
    groups = list(ease.studio.ground.groups)
    counts = [
        sum(item.startswith(f"p{KINDS.index(groups[1])}") for item in shown(ease, Edits(tags={groups[1]: weight})))
        for weight in (0, 1, 2, 3)
    ]
    assert counts[0] == 0
    assert counts == sorted(counts)
    assert counts[3] > counts[1]
    plain, (lifted, row) = ease.studio.ground, place_shopper(ease, USER, Edits(tags={groups[1]: 3.0}))
    score = dict(zip(plain.candidates[USER].tolist(), plain.scores[USER].tolist(), strict=True))
    top = int(lifted.candidates[row, 0])
    lift = relevance_range(plain.scores[[USER], :100])[0] * TAG_STEP * 2 * (plain.group[top] == 1)
    assert lifted.scores[row, 0] == pytest.approx(score[top] + lift, abs=1e-4)
    assert lifted.mix[row, 1] > plain.mix[USER, 1]


def test_the_same_edits_give_the_same_list(ease: Opened) -> None:
    edits = Edits(liked=("p001",), hidden=("p102",), more=("p203",), removed=tuple(past_of(ease)[:1]), tags={KINDS[0]: 0.5})
    first, _ = place_shopper(ease, USER, edits)
    again, _ = place_shopper(ease, USER, edits)
    assert np.array_equal(first.candidates, again.candidates)
    assert np.array_equal(first.scores, again.scores)


def test_among_all_others_the_shopper_has_the_same_row(ease: Opened) -> None:
    edits = Edits(liked=(shown(ease, Edits())[0],), tags={KINDS[1]: 2})
    assert shown(ease, edits, among=True) == shown(ease, edits)
    ground, row = place_shopper(ease, USER, edits, among=True)
    assert row == USER
    assert np.array_equal(ground.candidates[1:], ease.studio.ground.candidates[1:])
    assert np.array_equal(ground.had[1:].toarray(), ease.studio.ground.had[1:].toarray())


def test_a_products_own_figures_are_not_computed_again(ease: Opened) -> None:
    one, _ = place_shopper(ease, USER, Edits(hidden=("p001",)))
    assert one.novelty is ease.studio.ground.novelty


def test_best_sellers_lose_a_liked_product_and_nothing_else(runs: dict[str, Opened]) -> None:
    before = shown(runs["popularity"], Edits())
    assert shown(runs["popularity"], Edits(liked=(before[0],)))[:7] == before[1:]


@pytest.fixture
def own_vector(ease: Opened, monkeypatch: pytest.MonkeyPatch) -> Opened:
    monkeypatch.setattr(Run, "folds_in", property(lambda run: False))
    return ease


def test_a_run_without_fold_in_refuses_likes_and_still_hides(own_vector: Opened) -> None:
    before = shown(own_vector, Edits())
    for edits in (Edits(liked=(before[0],)), Edits(added=(before[5],)), Edits(removed=tuple(past_of(own_vector)[:1]))):
        with pytest.raises(UnsupportedError, match="reads no history"):
            place_shopper(own_vector, USER, edits)
    assert shown(own_vector, Edits(hidden=(before[0],)))[:7] == before[1:]
    assert shown(own_vector, Edits(tags={KINDS[1]: 3.0})) != before
    assert before[2] not in shown(own_vector, Edits(more=(before[2],)))


def test_a_run_without_weights_refuses_in_its_own_words(ease: Opened) -> None:
    bare = replace(ease.run, artifact=replace(ease.run.artifact, manifest={**ease.run.manifest, "scorer": None}))
    with pytest.raises(UserError, match="without the model's weights"):
        place_shopper(replace(ease, run=bare), USER, Edits(liked=(shown(ease, Edits())[0],)))
    assert shown(replace(ease, run=bare), Edits(hidden=("p001",)))


def test_what_means_nothing_here_is_named_and_left_out(ease: Opened) -> None:
    edits, problems = playable(ease, Edits(liked=("elsewhere",), hidden=("p001",), tags={"Boats": 2, KINDS[0]: 2}))
    assert edits == Edits(hidden=("p001",), tags={KINDS[0]: 2})
    assert [type(problem) for problem in problems] == [NotFoundError, NotFoundError]
    with pytest.raises(NotFoundError, match="Boats"):
        place_shopper(ease, USER, Edits(tags={"Boats": 2}))


def test_an_explanation_is_of_the_edited_past(ease: Opened) -> None:
    item = shown(ease, Edits())[0]
    edits = Edits(liked=(item,))
    named: set[int] = set()
    at = place_shopper(ease, USER, edits)
    for id_ in shown(ease, edits):
        found = explain_pick(
            ease.studio,
            ease.run,
            ease.split.known,
            USER,
            ease.dataset.item_index(id_),
            Scenario(k=8),
            at=at,
            past=edited_past(ease, USER, edits),
        )
        assert found.place == shown(ease, edits).index(id_) + 1
        assert found.waterfall is not None
        assert found.waterfall.total == pytest.approx(found.waterfall.value, abs=1e-5)
        named |= {each.source for each in found.because.picks[0].reasons}
    assert ease.dataset.item_index(item) in named
