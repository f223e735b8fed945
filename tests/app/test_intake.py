"""From a file to a dataset on the Data page: what arrives, what was seen, what is asked, what intake is told."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pages.ui import words_data as say
from recsys_core.errors import InputError
from recsys_core.storage.workspace import Workspace
from tests.app.conftest import end_look, hook, html_of, problems, text_of

PAIRS = [(u, i) for u in range(20) for i in range(10) if (u + i) % 4]
CSV = b"user_id,item_id,when bought\n" + b"".join(b"a%d,p%d,2026-01-%02d\n" % (u, i, 1 + (u + i) % 28) for u, i in PAIRS)


def button(app, label):
    return next(b for b in app.button if b.label == label)


def widget(app, kind: str, name: str):
    """The widget whose key begins with `name`: keys end with the look they belong to."""
    return next(w for w in getattr(app, kind) if w.key and w.key.startswith(name))


def queued(kind: str):
    return next(job for job in Workspace.open().registry.jobs(states=("queued",)) if job.kind == kind)


@pytest.fixture
def upload(aisle_home) -> Path:
    """A file that was uploaded, where uploads lie."""
    folder = Workspace.open().uploads_dir / "abcd1234"
    folder.mkdir()
    file = folder / "sales 2026.csv"
    file.write_bytes(CSV)
    return file


def test_an_upload_is_looked_at_confirmed_and_taken_in(open_page, aisle_home, workers_here):
    app = open_page("data")
    app.file_uploader[0].upload("sales 2026.csv", CSV, "text/csv").run()
    stored = list((aisle_home / "uploads").glob("*/sales 2026.csv"))
    assert [file.read_bytes() for file in stored] == [CSV]
    assert problems(app) == []
    assert "aisle-preview" in html_of(app)
    assert len(app.file_uploader) == len(say.MORE_FILES)  # the log's own uploader is gone, and its bytes with it
    button(app, say.USE_LOG).click().run()
    job = next(job for job in Workspace.open().registry.jobs() if job.kind == "ingest")
    assert (job.state, job.spec["name"], job.spec["log"]) == ("done", "sales 2026", str(stored[0]))
    assert hook(app, "trust")["rows-read"] == str(len(PAIRS))
    assert list((aisle_home / "uploads").iterdir()) == []


def test_where_nothing_is_unsure_one_button_is_enough(open_page, upload, idle_queue):
    app = open_page("data", look=end_look(upload))
    assert say.NOTHING_UNSURE in text_of(app)
    assert "CSV, semicolon, Latin" in text_of(app)
    button(app, say.USE_LOG).click().run()
    spec = queued("ingest").spec
    roles = {role: column for role, column in spec["roles"].items() if column}
    assert roles == {"user_id": "who", "item_id": "what", "timestamp": "when", "event": "does"}
    untouched = ("kinds", "weights", "rules", "positive", "personal", "dates", "min_user_items", "min_item_users", "min_rating")
    assert [name for name in untouched if spec[name]] == []
    assert problems(app) == []


def test_cells_of_a_file_stay_text(open_page, upload):
    page = html_of(open_page("data", look=end_look(upload)))
    assert "&lt;b&gt;p2&lt;/b&gt;" in page
    assert "<b>p2" not in page


def test_a_reload_goes_on_from_the_look(open_page, upload):
    look = end_look(upload)
    for _ in range(2):
        assert [b.label for b in open_page("data", look=look).button if b.label == say.USE_LOG]


def test_what_is_unsure_is_asked_first(open_page, upload, idle_queue):
    roles = [
        {"role": "user_id", "column": "who", "confidence": "sure", "why": ""},
        {"role": "item_id", "column": "mail", "confidence": "unsure", "why": "its values look like ids"},
    ]
    question = "Is 'mail' the product? Its values look like ids."
    app = open_page("data", look=end_look(upload, roles=roles, questions=[question], kinds=[], dates=None))
    assert say.NOTHING_UNSURE not in text_of(app)
    assert "Is 'mail' the product?" in text_of(app)
    assert app.selectbox[1].label == say.ROLE_TITLES["item_id"] or app.selectbox[0].label == say.ROLE_TITLES["item_id"]
    widget(app, "selectbox", "role_item_id").select("what").run()
    button(app, say.USE_LOG).click().run()
    assert queued("ingest").spec["roles"]["item_id"] == "what"


def test_without_a_product_the_log_cannot_be_used(open_page, upload):
    roles = [{"role": "user_id", "column": "who", "confidence": "sure", "why": ""}]
    app = open_page("data", look=end_look(upload, roles=roles, kinds=[], dates=None))
    assert button(app, say.USE_LOG).disabled
    assert len(problems(app)) == 1
    widget(app, "selectbox", "role_item_id").select("what").run()
    assert problems(app) == []
    assert not button(app, say.USE_LOG).disabled


def test_one_column_has_one_role(open_page, upload):
    app = open_page("data", look=end_look(upload))
    widget(app, "selectbox", "role_item_id").select("who").run()
    assert button(app, say.USE_LOG).disabled


def test_ambiguous_dates_are_asked_with_an_example(open_page, upload, idle_queue):
    app = open_page("data", look=end_look(upload, dates="ambiguous"))
    choice = widget(app, "radio", "dates")
    assert choice.options == ["day first: 1 December", "month first: 12 January"]
    choice.set_value("month-first").run()
    button(app, say.USE_LOG).click().run()
    assert queued("ingest").spec["dates"] == "month-first"


def test_personal_columns_are_said_and_can_be_kept(open_page, upload, idle_queue):
    look = end_look(upload)
    workspace = Workspace.open()
    seen = dict(workspace.registry.job(look).result)
    seen["columns"][4] |= {"personal": "e-mail address", "treated": "hash"}
    app = open_page("data", look=end_look(upload, columns=seen["columns"]))
    assert "mail will not be kept" in text_of(app)
    widget(app, "selectbox", "personal_").select("keep").run()
    button(app, say.USE_LOG).click().run()
    assert queued("ingest").spec["personal"] == {"mail": "keep"}


def test_rules_that_are_switched_off_are_not_applied(open_page, upload, idle_queue):
    app = open_page("data", look=end_look(upload))
    widget(app, "checkbox", "rule_exact duplicate").uncheck().run()
    button(app, say.USE_LOG).click().run()
    rules = queued("ingest").spec["rules"]
    assert "exact duplicate" not in rules
    assert "missing time" in rules


def test_a_parameter_goes_with_its_rule(open_page, upload, idle_queue):
    app = open_page("data", look=end_look(upload))
    widget(app, "text_input", "rule_non-product code_pattern").set_value(r"\d{5}[A-Z]*").run()
    button(app, say.USE_LOG).click().run()
    assert {"name": "non-product code", "pattern": r"\d{5}[A-Z]*"} in queued("ingest").spec["rules"]


def test_least_history_is_sent_where_it_was_changed(open_page, upload, idle_queue):
    app = open_page("data", look=end_look(upload))
    widget(app, "number_input", "min_user").set_value(3).run()
    button(app, say.USE_LOG).click().run()
    spec = queued("ingest").spec
    assert (spec["min_user_items"], spec["min_item_users"]) == (3, None)


def test_another_answer_on_the_header_looks_again(open_page, upload, idle_queue, monkeypatch):
    monkeypatch.setattr("recsys_core.jobs.queue.start_worker", lambda hold: None)
    monkeypatch.setattr("recsys_core.jobs.refresh", lambda workspace: None)
    app = open_page("data", look=end_look(upload))
    widget(app, "checkbox", "header").uncheck().run()
    again = Workspace.open().registry.job(app.query_params["look"])
    assert (again.kind, again.spec["header"], again.spec["log"]) == ("look", False, str(upload))
    assert hook(app, "job")["kind"] == "look"


def test_another_table_looks_again(open_page, upload, workers_here):
    app = open_page("data", look=end_look(upload, tables={"orders.csv": "log", "goods.csv": "products"}, table="orders.csv"))
    assert "goods" in "".join(c.value for c in app.caption)
    before = app.query_params["look"]
    widget(app, "selectbox", "table").select("goods.csv").run()
    asked = Workspace.open().registry.job(app.query_params["look"])
    assert asked.id != before
    assert asked.spec["table"] == "goods.csv"


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"])
def test_a_file_that_is_no_table_is_said_in_one_sentence(open_page, aisle_home, workers_here, content):
    app = open_page("data")
    app.file_uploader[0].upload("odd.csv", content, "text/csv").run()
    assert len(problems(app)) == 1
    assert "made a mistake" not in problems(app)[0]
    button(app, say.DISCARD).click().run()
    assert problems(app) == []
    assert list((aisle_home / "uploads").iterdir()) == []
    assert len(app.file_uploader) == 1


def test_a_look_that_is_gone_is_said(open_page, aisle_home):
    app = open_page("data", look="job-0000000000")
    assert len(problems(app)) == 1


def test_several_files_are_one_log(open_page, aisle_home, workers_here):
    app = open_page("data")
    half = len(CSV.splitlines()) // 2
    head, *rows = CSV.splitlines(keepends=True)
    app.file_uploader[0].set_value(
        [("a.csv", head + b"".join(rows[:half]), "text/csv"), ("b.csv", head + b"".join(rows[half:]), "text/csv")]
    )
    app.run()
    assert problems(app) == []
    button(app, say.USE_LOG).click().run()
    assert hook(app, "trust")["rows-read"] == str(len(PAIRS))


def test_products_come_with_the_log_and_go_with_it(open_page, upload, aisle_home, idle_queue):
    app = open_page("data", look=end_look(upload))
    place = list(say.MORE_FILES).index("items")
    app.file_uploader[place].upload("goods.csv", b"item_id,title\np1,Mug\n", "text/csv").run()
    assert "goods" in text_of(app)
    button(app, say.USE_LOG).click().run()
    spec = queued("ingest").spec
    assert Path(spec["items"]).name == "goods.csv"
    assert Path(spec["items"]).is_relative_to(upload.parent)


def test_adding_a_log_is_one_click_away_from_a_loaded_dataset(open_page, loaded):
    app = open_page("data", dataset=loaded.dataset, view="add")
    assert len(app.file_uploader) == 1
    assert problems(app) == []


def test_without_an_inbox_the_page_says_how_to_have_one(open_page, aisle_home, monkeypatch):
    monkeypatch.delenv("AISLE_INBOX", raising=False)
    app = open_page("data")
    widget(app, "button_group", "log_source").set_value("inbox").run()
    assert "AISLE" in problems(app)[0]


def test_a_file_of_the_inbox_is_looked_at_where_it_lies(open_page, aisle_home, tmp_path, monkeypatch, workers_here):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "sales.csv").write_bytes(CSV)
    monkeypatch.setenv("AISLE_INBOX", str(inbox))
    app = open_page("data")
    widget(app, "button_group", "log_source").set_value("inbox").run()
    button(app, say.INBOX_OPEN).click().run()
    assert problems(app) == []
    button(app, say.USE_LOG).click().run()
    assert hook(app, "trust")["rows-read"] == str(len(PAIRS))
    assert (inbox / "sales.csv").exists()


def row(value: str, kind: str, weight: float, counts: bool) -> dict:
    return {say.KIND_VALUE: value, say.KIND_KIND: kind, say.KIND_WEIGHT: weight, say.KIND_COUNTS: counts}


def test_only_changed_kinds_are_told():
    from pages.ui.intake.meaning import changed_kinds

    before = [row("buy", "purchase", 5.0, True), row("pv", "view", 1.0, False)]
    assert changed_kinds(before, before) == {}
    assert changed_kinds(before, [before[0], row("pv", "view", 2.0, False)]) == {"weights": {"view": 2.0}}
    assert changed_kinds(before, [before[0], row("pv", "view", 1.0, True)]) == {"positive": ["purchase", "view"]}
    assert changed_kinds(before, [before[0], row("pv", "purchase", 1.0, False)]) == {"kinds": {"pv": "purchase"}}


@pytest.mark.parametrize(
    "after",
    [
        [row("buy", "purchase", 5.0, False), row("pv", "view", 1.0, False)],
        [row("buy", "purchase", 5.0, True), row("paid", "purchase", 4.0, True)],
    ],
)
def test_kinds_that_cannot_be_are_said(after):
    from pages.ui.intake.meaning import changed_kinds

    before = [row("buy", "purchase", 5.0, True), row(after[1][say.KIND_VALUE], after[1][say.KIND_KIND], 5.0, True)]
    with pytest.raises(InputError):
        changed_kinds(before, after)


@pytest.mark.parametrize(
    ("example", "day", "month"),
    [("01/12/2010 08:26", "day first: 1 December", "month first: 12 January"), ("31.12.2010", "day first: 31 December", "month first")],
)
def test_dates_are_shown_as_they_would_be_read(example, day, month):
    from pages.ui.intake.columns import read_as

    assert (read_as("day-first", example), read_as("month-first", example)) == (day, month)


def test_an_address_is_named_by_its_table_and_never_by_its_password():
    from pages.ui.intake.look_job import title_of

    assert title_of({"log": "postgresql://me@db.example.com/shop", "table": "events"}) == "events"
    assert urlsplit("//" + title_of({"log": "postgresql://me@db.example.com/shop"})).hostname == "db.example.com"
