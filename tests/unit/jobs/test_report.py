"""The report of a scenario: the figures of `whatif --json`, in one file that asks nobody for anything and runs nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from recsys_core.cli.app import main
from recsys_core.jobs.report import report
from recsys_core.jobs.scenario_words import RULE_COLUMNS, condition_text, rule_rows, setting_lines
from recsys_core.jobs.studio import Opened, open_studio
from recsys_core.jobs.told import Told, finding, tell
from recsys_core.ranking.conditions import Clause, Condition
from recsys_core.ranking.scenario import Cap, Filters, Guardrail, Reserve, Rule, Scenario
from recsys_core.storage.json_text import plain
from recsys_core.storage.workspace import Workspace
from tests.unit.jobs.conftest import NASTY

AUTUMN = Scenario(
    name=f"Autumn {NASTY}",
    k=5,
    variety=60,
    rules=(
        Rule("boost", Condition((Clause("price", "at least", 4),)), name=f"Dear {NASTY}", amount=0.5),
        Rule("exclude", Condition((Clause("category", "is", ("Mugs", "Nothing")),)), name="No mugs", starts="2020-01-01"),
    ),
    caps=(Cap("category", 3),),
    guardrails=(Guardrail("relevance_kept", least=0.999), Guardrail("churn", most=1)),
)


@pytest.fixture
def opened(shop: dict[str, str]) -> Opened:
    return open_studio(Workspace.open(), shop["ease"])


@pytest.fixture
def told(opened: Opened) -> Told:
    return tell(opened, AUTUMN)


class Reader(HTMLParser):
    """Every tag, its attributes, and the JSON."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def embedded(html: str) -> Any:
    return json.loads(re.search(r'id="aisle-report">(.*?)</script>', html, re.DOTALL).group(1))


def test_its_figures_are_those_of_whatif(shop: dict[str, str], tmp_path: Path, call: Callable[..., Any]) -> None:
    file, out = tmp_path / "s.json", tmp_path / "report.html"
    for scenario in (AUTUMN, Scenario(name="Unguarded", variety=20)):
        file.write_text(json.dumps(scenario.to_json()), encoding="utf-8")
        said = call("scenario", "report", shop["ease"], "--scenario", file, "--out", out)
        assert said["hash"] == scenario.hash
        assert embedded(out.read_text(encoding="utf-8")) == call("whatif", shop["ease"], "--scenario", file)


def test_the_table_shows_the_figures_that_the_data_holds(told: Told) -> None:
    rows = [tag for tag in Reader(report(told)).tags if "data-figure" in tag[1]]
    found = {attrs["data-figure"]: (float(attrs["data-before"]), float(attrs["data-after"])) for _, attrs in rows}
    assert len(found) >= 10
    for name, sides in found.items():
        figure = told.outcome.figure(name)
        assert figure is not None
        assert plain(sides) == plain((figure.before, figure.after))


def test_it_runs_nothing_and_asks_nobody(told: Told) -> None:
    html = report(told)
    tags = Reader(html).tags
    assert [attrs["type"] for tag, attrs in tags if tag == "script"] == ["application/json"]
    assert not {tag for tag, _ in tags} & {"link", "img", "iframe", "object", "embed", "form", "base", "audio", "video", "a"}
    assert not [attrs for _, attrs in tags if any(name in ("src", "href", "srcset") or name.startswith("on") for name in attrs)]
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src 'none'" in next(str(attrs["content"]) for _, attrs in tags if attrs.get("http-equiv"))


def test_text_of_the_data_stays_text(told: Told) -> None:
    html = report(told)
    before_data = html.partition('<script type="application/json"')[0]
    assert NASTY not in html
    assert "<img" not in html
    assert "</script>" not in before_data
    assert "&lt;img" in before_data
    assert embedded(html)["scenario"]["name"] == AUTUMN.name
    assert "春天" in before_data


def test_its_charts_are_well_formed_and_have_words(told: Told) -> None:
    charts = re.findall(r"<svg.*?</svg>", report(told), re.DOTALL)
    assert len(charts) >= 2
    for chart in charts:
        assert ElementTree.fromstring(chart).get("aria-label")
        assert "nan" not in chart
        assert "inf" not in chart.replace("infinity", "")


def test_the_same_scenario_makes_the_same_bytes(opened: Opened, told: Told) -> None:
    assert report(told) == report(tell(opened, AUTUMN))
    assert report(told) != report(tell(opened, AUTUMN.with_(variety=61)))


def test_it_names_what_was_set_and_which_guardrail_fails(told: Told) -> None:
    html = report(told)
    for words in ("60 % of what can be had", "No mugs", "category is Mugs or Nothing", "at most 3 in a list", "plain top k", AUTUMN.hash):
        assert words in html, words
    assert html.count('class="fail">fails') == 1
    assert "1 of 2 guardrails fail" in finding(told.outcome)


def test_a_run_without_vectors_has_a_report_too(shop: dict[str, str]) -> None:
    html = report(tell(open_studio(Workspace.open(), shop["popularity"]), Scenario(name="Plain")))
    assert "No list changes against what is shown now." in html
    assert ">nan<" not in html


def test_every_setting_is_in_words() -> None:
    clause = Condition((Clause("price", "is known"), Clause("title", "contains", "red")), any=True)
    assert condition_text(clause) == "price is known or title contains red"
    assert condition_text(Condition()) == "every product"
    scenario = Scenario(
        price=-30,
        engine="set-wise",
        raw={"variety": 0.4},
        filters=Filters(price_from=2, in_stock=True),
        reserved=(Reserve(clause, 2, name="New"),),
    )
    lines = dict(setting_lines(scenario))
    assert lines["Price"] == "30 % towards cheaper products"
    assert lines["Variety"] == "raw weight 0.4"
    assert lines["Engine"] == "set-wise (DPP)"
    rows = rule_rows(scenario)
    assert [row["kind"] for row in rows] == ["reserved", "filter", "filter"]
    assert all(tuple(row) == RULE_COLUMNS for row in rows)


@pytest.mark.parametrize("name", ["report.txt", "no/such/folder/report.html"])
def test_a_file_that_cannot_be_written_is_one_line(
    shop: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    file = tmp_path / "s.json"
    file.write_text("{}", encoding="utf-8")
    assert main(["scenario", "report", shop["ease"], "--scenario", str(file), "--out", str(tmp_path / name)]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
