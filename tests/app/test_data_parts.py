"""A dataset on the Data page: its parts say what the library says, in words and tables."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from pages.ui import words_data as say
from pages.ui.formats import plain
from recsys_core.data.dataset import Dataset
from recsys_core.jobs.worker import run_here
from recsys_core.profiles.segments import load_segments
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import hook, problems, text_of

HEAD = "user_id,item_id,timestamp,event,price,order,title\n"


@pytest.fixture
def messy(aisle_home) -> str:
    """A shop with views and purchases, and rows to leave out; returns its dataset."""
    aisle_home.mkdir(exist_ok=True)
    rows = [
        f"u{u},i{i},2026-03-{1 + (u + i) % 27:02d} {8 + u % 10:02d}:30,{'view' if (u + i) % 2 else 'purchase'},{1 + i},{u}-{i},Thing {i}"
        for u in range(24)
        for i in range(14)
        if (u * i) % 5
    ]
    rows += [",i1,2026-03-01 09:00,purchase,1,x1,=cmd()", rows[0], "u1,i2,2026-03-02 09:00,purchase,0,x2,Thing 2"]
    log = aisle_home / "messy.csv"
    log.write_text(HEAD + "\n".join(rows) + "\n")
    return run_here(Workspace.open(), "ingest", {"log": str(log)}, title="Read a messy shop").result["dataset"]


def part(open_page, dataset: str, name: str):
    app = open_page("data", dataset=dataset)
    app.session_state["parts"] = say.PARTS[name]
    return app.run()


def table(app, column: str) -> pd.DataFrame:
    """The table that has this column."""
    return next(pd.DataFrame(d.value) for d in app.dataframe if column in pd.DataFrame(d.value).columns)


def test_every_reason_is_there_with_its_rows(open_page, messy, aisle_home):
    app = open_page("data", dataset=messy)
    told = {r["name"]: r for r in Dataset.open(aisle_home / "datasets" / messy).summary["reasons"] if r["matched"]}
    shown = table(app, say.REASON)
    assert list(shown[say.DROPPED]) == [r["dropped"] for r in told.values()]
    assert list(shown[say.MATCHED]) == [r["matched"] for r in told.values()]
    assert {"missing user", "exact duplicate", "price not above zero"} <= set(told)
    assert hook(app, "trust")["rows-kept"] == str(int(hook(app, "trust")["rows-read"]) - 3)


def test_examples_are_rows_of_the_file(open_page, messy):
    examples = [pd.DataFrame(d.value) for d in open_page("data", dataset=messy).dataframe if say.ROW_IN_FILE in pd.DataFrame(d.value)]
    assert len(examples) == 3
    assert any("=cmd()" in str(cell) for frame in examples for cell in frame.to_numpy().ravel())


def test_the_rows_left_out_can_be_opened_in_a_spreadsheet(open_page, messy):
    from pages.ui import cache

    assert [b.label for b in open_page("data", dataset=messy).get("download_button")] == [say.DOWNLOAD_DROPPED]
    rows = pd.read_csv(io.BytesIO(cache.dropped_csv(messy)), dtype=str, keep_default_na=False)
    assert sorted(rows["reason"]) == ["exact duplicate", "missing user", "price not above zero"]
    assert not any(str(cell).startswith("=") for cell in rows.to_numpy().ravel())


def test_what_trains_is_said_beside_what_exists(open_page, messy, aisle_home):
    from pages.ui.trust.figures import trains_words

    summary = Dataset.open(aisle_home / "datasets" / messy).summary
    assert trains_words(summary) in text_of(open_page("data", dataset=messy))
    assert str(summary["trains"]["users"]) in trains_words(summary)


def test_kinds_are_there_with_what_counts(open_page, messy):
    shown = table(part(open_page, messy, "inside"), say.KIND_WEIGHT).set_index(say.KIND_KIND)
    assert bool(shown.loc["purchase", say.KIND_COUNTS])
    assert not bool(shown.loc["view or click", say.KIND_COUNTS])


@pytest.mark.parametrize("name", list(say.PARTS))
def test_every_part_opens(open_page, messy, name):
    assert problems(part(open_page, messy, name)) == []


def test_segments_say_what_sets_them_apart(open_page, loaded):
    dataset = Dataset.open(loaded.home / "datasets" / loaded.dataset)
    found = load_segments(dataset).segments
    app = part(open_page, loaded.dataset, "shoppers")
    assert int(hook(app, "segment")["size"]) == found[0].size
    assert sum(one.size for one in found) <= dataset.n_users
    for one in found:
        assert plain(one.label) in text_of(app)
        assert plain(one.features[0].text) in text_of(app)


def test_groups_are_shown_with_their_most_bought(open_page, loaded):
    shown = table(part(open_page, loaded.dataset, "products"), say.CLUSTER)
    assert shown[say.CLUSTER_SIZE].sum() == Dataset.open(loaded.home / "datasets" / loaded.dataset).n_items
    assert "number" in shown[say.TYPICAL_ITEMS].iloc[0]


def test_another_number_of_groups_is_a_job(open_page, own_shop, idle_queue):
    app = part(open_page, own_shop.dataset, "shoppers")
    number = next(n for n in app.number_input if n.key.startswith("n_segments"))
    wanted = int(number.value) + 1
    number.set_value(wanted).run()
    next(b for b in app.button if b.label == say.REGROUP).click().run()
    job = Workspace.open().registry.jobs(states=("queued",))[0]
    assert (job.kind, job.spec["dataset"], job.spec["n_segments"]) == ("profile", own_shop.dataset, wanted)


def test_all_datasets_are_listed_and_one_can_be_deleted(open_page, own_shop):
    app = open_page("data", dataset=own_shop.dataset, view="all")
    assert list(table(app, say.TRAINED)[say.TRAINED]) == [2]
    app.selectbox(key="delete_pick").select(own_shop.dataset).run()
    assert "2 trained models" in text_of(app)
    app.checkbox(key=f"sure_{own_shop.dataset}").check().run()
    next(b for b in app.button if b.label == say.DELETE).click().run()
    assert Workspace.open().registry.datasets() == []
    assert problems(app) == []


def test_what_is_known_of_products_is_said(open_page, loaded):
    shown = table(part(open_page, loaded.dataset, "inside"), say.ATTRIBUTE).set_index(say.ATTRIBUTE)
    assert shown.loc["category", say.COVERED] == "100 %"
    assert shown.loc["category", say.DISTINCT] == "3"


def test_a_log_of_the_server_can_be_cleaned_differently(open_page, messy, workers_here):
    app = open_page("data", dataset=messy)
    next(b for b in app.button if b.label == say.CLEAN_AGAIN).click().run()
    assert problems(app) == []
    next(c for c in app.checkbox if c.key.startswith("rule_price not above zero")).uncheck().run()
    next(b for b in app.button if b.label == say.USE_LOG).click().run()
    assert app.query_params["dataset"] != messy
    assert {record.id for record in Workspace.open().registry.datasets()} == {messy, app.query_params["dataset"]}


def test_an_upload_is_gone_and_the_page_says_so(open_page, messy, aisle_home):
    (aisle_home / "messy.csv").unlink()
    app = open_page("data", dataset=messy)
    assert not [b for b in app.button if b.label == say.CLEAN_AGAIN]
