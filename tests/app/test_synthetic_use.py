"""Synthetic shoppers, steps 3 and 4: the filter's slider, whether they help, mixtures, and the way out."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from pages.ui import words_synthetic as say
from pages.ui.charts.frame import words_of
from pages.ui.charts.synthetic import shift as shift_charts
from pages.ui.charts.synthetic import sweep
from pages.ui.synthetic import augment
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.augmenting.result import AugmentResult, Finding, SeedPoint
from recsys_core.synthesis.augmenting.store import augment_folder, write_augment
from recsys_core.synthesis.filtering.marks import NUMBER, Marks
from recsys_core.synthesis.filtering.store import Filtering, Limits, Point, Stop, write_filtering
from recsys_core.synthesis.fusion.shift import FOLDER, GroupShift, Shift, write_shift
from recsys_core.synthesis.scorecard.store import open_scorecard, write_scorecard
from recsys_core.synthesis.store import FILTERING, SCORECARD, open_set
from tests.app.conftest import ROOT, hook, problems, text_of
from tests.app.test_synthetic import button

RESULT = AugmentResult(
    "scarce", 0.1, "ndcg@10", "sequential", 10.0, None, (0, 1), 40, 70,
    tuple(
        Finding(model, kind, group, 70, 0.1, 0.08, 0.1 * (1 + gain), 0.1 * gain, 0.0, 0.0, gain, gain - 0.02, gain + 0.02, 0.01, verdict)
        for model, gain, verdict in (("ease", 0.05, "helps"), ("item-knn", -0.01, "unclear"))
        for kind, group in (("all", "all shoppers"), ("activity", "fewer than 5 purchases"))
    ),
    tuple(SeedPoint(model, seed, 0.3, 0.1, 0.08, 0.105, 0.1, 0.1) for model in ("ease", "item-knn") for seed in (0, 1)),
    ("it helped everybody by 5.0 % ± 2.0 (EASE).", "No clear difference (Item-kNN)."),
    ("The weight was chosen on validation.",),
)  # fmt: skip


def filtering(n: int) -> Filtering:
    """Of n shoppers, the first a near copy of real shopper 3, the second like nobody, realism falling."""
    realism = np.linspace(1, 0, n)
    nearest = np.full(n, 0.2)
    nearest[:2] = 0.9, 0.0
    reason = np.zeros(n, np.int8)
    reason[:2] = NUMBER["too-close"], NUMBER["too-far"]
    user = np.full(n, 3, np.int32)
    user[1] = -1
    marks = Marks(realism, nearest, user, reason == NUMBER["too-close"], reason == NUMBER["too-far"], reason < 0, reason, realism)
    stops = [Stop(k, 10, Point(0.9, 0.88, 0.92), Point(0.7 + 0.1 * (k or 0), 0.6, 0.9), None, {}) for k in (0.2, 0.6, 1.0, None)]
    titles = {name: f"What {name} is." for name in ("fidelity", "utility", "privacy")}
    return Filtering(marks, realism, nearest, Limits(0.5, 0.01, 0.5, 0.6), tuple(stops), titles, ("At equal size.",), 0)


@pytest.fixture
def filtered(own_set):
    """A copy of the stocked shop whose set was looked at."""
    shop, made = own_set
    write_filtering(shop.home / "synthetic" / made / FILTERING, filtering(60), {})
    return shop, made


def at(open_page, shop, made, **query):
    return open_page("synthetic", dataset=shop.dataset, run=shop.ease, set=made, **query)


def test_before_the_filter_ran_one_button_runs_it(open_page, own_set, idle_queue):
    shop, made = own_set
    app = at(open_page, shop, made, step="filter")
    assert problems(app) == []
    assert hook(app, "filter")["ready"] == "0"
    button(app, say.LOOK_START).click().run()
    [job] = Workspace.open().registry.jobs(states=("queued",))
    assert (job.kind, job.spec["set"], job.spec["keep"]) == ("filter", made, None)


def test_the_slider_keeps_what_the_library_keeps(open_page, filtered):
    shop, made = filtered
    app = at(open_page, shop, made, step="filter")
    found = filtering(60)
    assert problems(app) == []
    assert hook(app, "filter")["kept"] == str(int(found.kept(round(found.natural, 2)).sum()))
    app.slider(key=f"synthetic_keep_{made}").set_value(30).run()
    shown = hook(app, "filter")
    assert (shown["keep"], shown["kept"], shown["n"]) == ("30", str(int(found.kept(0.3).sum())), "60")
    for each in found.dropped(0.3):
        assert say.DROPPED_ONE.format(n=each.shoppers, words="")[:-1] in text_of(app)
    assert f"{say.KEEP_THESE.format(n=shown['kept'])}" in [b.label for b in app.button]


def test_a_near_copy_is_shown_beside_whom_it_copies(open_page, filtered):
    shop, made = filtered
    app = at(open_page, shop, made, step="filter")
    shown = hook(app, "dropped")
    assert (shown["reason"], shown["shopper"]) == ("too-close", "1")
    assert say.EXAMPLE_NEAREST.format(id="u003", share="90 %") in text_of(app).replace("\\", "")
    app.selectbox(key="synthetic_reason").select("too-far").run()
    assert hook(app, "dropped")["shopper"] == "2"
    assert say.EXAMPLE_ALONE in text_of(app)


def test_keep_these_asks_for_a_new_set(open_page, filtered, idle_queue):
    shop, made = filtered
    app = at(open_page, shop, made, step="filter")
    app.slider(key=f"synthetic_keep_{made}").set_value(50).run()
    app.button(key="keep_these").click().run()
    [job] = Workspace.open().registry.jobs(states=("queued",))
    assert (job.spec["set"], job.spec["keep"]) == (made, 0.5)
    assert job.spec["made"] != made


def test_what_was_kept_comes_to_the_screen(open_page, own_set, workers_here):
    shop, made = own_set
    app = at(open_page, shop, made, step="filter")
    button(app, say.LOOK_START).click().run()
    app.run()
    assert problems(app) == []
    assert hook(app, "filter")["ready"] == "1"
    app.button(key="keep_these").click().run()
    app.run()
    shown = hook(app, "synthetic")
    assert problems(app) == []
    assert shown["made"] == "filtered"
    assert open_set(Workspace.open(), shown["set"]).record.parent == made


def test_a_damaged_filtering_is_said_calmly(open_page, filtered):
    shop, made = filtered
    (shop.home / "synthetic" / made / FILTERING / "filtering.json").write_text("{}")
    assert len(problems(at(open_page, shop, made, step="filter"))) == 1


def test_the_two_experiments_are_asked_for(open_page, own_set, idle_queue):
    shop, made = own_set
    app = at(open_page, shop, made, step="use")
    assert problems(app) == []
    assert say.HELP_NONE in text_of(app)
    app.button(key="help_scarce").click().run()
    app.number_input(key="help_seeds").set_value(3)
    app.button(key="help_full").click().run()
    jobs = Workspace.open().registry.jobs(states=("queued",))
    assert [(job.kind, job.spec["set"], job.spec["regime"], job.spec["seeds"]) for job in sorted(jobs, key=lambda j: j.created_at)] == [
        ("augment", made, "scarce", 5),
        ("augment", made, "full", 3),
    ]


def test_the_verdict_is_the_librarys(open_page, own_set):
    shop, made = own_set
    folder = augment_folder(Workspace.open(), {"set": made, "run": None})
    write_augment(folder, RESULT, {"set": made, "run": shop.ease})
    app = at(open_page, shop, made, step="use")
    assert problems(app) == []
    shown = hook(app, "augment")
    assert (shown["verdict-0"], shown["verdict-1"], shown["regime"]) == ("ease:helps", "item-knn:unclear", "scarce")
    assert "It helped everybody by 5.0 % ± 2.0" in text_of(app).replace("\\", "")
    assert len(app.get("plotly_chart")) == 2


def test_differences_are_drawn_with_their_intervals():
    figure = augment.difference_chart(RESULT, "ease")
    title, _, alt = words_of(figure)
    assert title == "EASE (linear) serves all shoppers together better: +5.0 % ± 2.0"
    assert "Fewer than 5 purchases" in alt
    points = [x for trace in figure.data for x in trace.x]
    assert points == pytest.approx([5.0, 5.0])


def test_a_mixture_is_asked_for_and_shown(open_page, own_set, idle_queue):
    shop, made = own_set
    app = at(open_page, shop, made, step="use", use="mix")
    assert problems(app) == []
    app.number_input(key="mix_ratio").set_value(0.5)
    app.toggle(key="mix_rare").set_value(True).run()
    app.button(key="mix_start").click().run()
    [job] = Workspace.open().registry.jobs(states=("queued",))
    assert (job.kind, job.spec["set"], job.spec["ratio"], job.spec["items"]) == ("fuse", made, 0.5, ["rare"])
    groups = (
        GroupShift("segment", "Mugs", "Mugs", 0.5, 0.6, 0.5, 0.9, 0.1, (), ()),
        GroupShift("segment", None, "Lamps", 0.0, 0.1, 0.1, 0.0, 0.1, (), ()),
    )
    shift = Shift(shop.dataset, shop.dataset, "Mixed", 80, 40, 0.9, None, groups, ("Segments stay.",))
    write_shift(shop.home / "synthetic" / made / f"{FOLDER}x", shift, {})
    app.run()
    shown = hook(app, "mixture")
    assert (shown["dataset"], shown["real"], shown["synthetic"], shown["segments"]) == (shop.dataset, "80", "40", "0.9")
    assert "Segments stay" in text_of(app)


def test_a_utility_fail_asks_for_a_reason_before_mixing(open_page, own_set):
    shop, made = own_set
    fail(shop, made, "utility")
    app = at(open_page, shop, made, step="use", use="mix")
    assert say.MIX_BLOCKED in [w.value for w in app.warning]
    assert app.button(key="mix_start").disabled
    app.text_input(key="mix_reason").set_value("A test of the pipeline only").run()
    assert not app.button(key="mix_start").disabled


def test_the_way_out_is_open_where_privacy_passes(open_page, own_set):
    shop, made = own_set
    fail(shop, made, "privacy", status="pass")
    app = at(open_page, shop, made, step="use", use="export")
    assert problems(app) == []
    assert hook(app, "export") == {"blocked": "0", "open": "1", "reasons": "0"}
    assert not app.get("download_button")[0].proto.disabled
    assert "user_id" in app.dataframe[0].value.columns


def test_a_privacy_fail_shuts_the_way_out_until_a_reason_is_typed(open_page, own_set):
    shop, made = own_set
    fail(shop, made, "privacy")
    app = at(open_page, shop, made, step="use", use="export")
    assert hook(app, "export") == {"blocked": "1", "open": "0", "reasons": "0"}
    assert app.get("download_button")[0].proto.disabled
    app.text_input(key="export_reason").set_value("why not").run()
    assert app.get("download_button")[0].proto.disabled
    app.text_input(key="export_reason").set_value("Agreed with the data protection officer").run()
    assert hook(app, "export")["open"] == "1"
    assert not app.get("download_button")[0].proto.disabled


def fail(shop, made, group, status="fail"):
    """Change the verdict of a group on disk."""
    folder = shop.home / "synthetic" / made / SCORECARD
    card = open_scorecard(folder)
    verdicts = tuple(replace(each, status=status) if each.group == group else each for each in card.verdicts)
    write_scorecard(folder, replace(card, verdicts=verdicts), {})


VISIT = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({app!r}, default_timeout=120)
app.query_params["set"] = {made!r}
app.run()
for step, use in (("generate", ""), ("compare", ""), ("filter", ""), ("use", "help"), ("use", "mix"), ("use", "export")):
    app.query_params["step"], app.query_params["use"] = step, use
    app.switch_page("pages/synthetic.py").run()
    assert not app.exception and not app.warning, (step, use, app.exception, app.warning)
print(sorted({{"torch", "umap", "sklearn", "duckdb", "plotly.express"}} & set(sys.modules)))
"""


def test_no_step_makes_the_server_heavy(filtered):
    """In a process of its own: this one has made and filtered sets."""
    code = VISIT.format(app=str(ROOT / "app.py"), made=filtered[1])
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip().splitlines()[-1] == "[]"


CURVES = {"fidelity": [sweep.Reading(20, 0.9, 0.85, 0.95), sweep.Reading(100, 0.8, 0.7, 0.9)], "utility": [], "privacy": []}


def test_the_sweep_says_what_the_position_changes():
    assert sweep.sweep_finding(CURVES, {"fidelity": 0.8}, 20) == "Keeping 20 %: fidelity +0.10"
    assert sweep.sweep_finding(CURVES, {"fidelity": 0.8}, 100) == "Keeping 100 %: no clear difference to the set as it is"
    assert words_of(sweep.sweep_chart(CURVES, {"fidelity": 0.8}, 60))[0] == "Keeping 60 %: no clear difference to the set as it is"
    assert sweep.sweep_finding({name: [] for name in CURVES}, {}, 20).startswith("No figure")


def test_shifts_name_the_group_that_moved_most():
    groups = [shift_charts.Moved("Mugs", 0.5, 0.6), shift_charts.Moved("Lamps (new)", None, 0.05)]
    assert words_of(shift_charts.shift_chart("segment", groups))[0] == "Mugs moves the most: 50 % of the shoppers before, 60 % after"
    calm = [replace(groups[0], after=0.51)]
    assert words_of(shift_charts.shift_chart("cluster", calm))[0] == "Clusters keep their size"
