"""A rules file says which rules apply, with what settings; whatever is wrong in it is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from recsys_core.data.rules import RULES
from recsys_core.data.rules_file import choose_rules, wanted_rules
from recsys_core.errors import InputError

SHAPE = r"^\d{5}[A-Z]*$"


def test_every_rule_has_a_name_and_words_of_its_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES) == len({rule.words for rule in RULES})
    assert all(rule.words.endswith(".") and rule.name == rule.name.lower().strip() for rule in RULES)


def test_a_list_of_names_and_settings_is_kept_in_the_order_of_blame(tmp_path: Path) -> None:
    given = ["exact duplicate", {"name": "non-product code", "pattern": SHAPE}, "missing user"]
    (tmp_path / "rules.json").write_text(json.dumps(given))
    for rules in (wanted_rules(str(tmp_path / "rules.json")), wanted_rules(given)):
        asked = [rule.to_json() for rule in rules if not rule.always]
        assert asked == [{"name": "non-product code", "pattern": SHAPE}, "exact duplicate"]


def test_none_keeps_what_cannot_do_without() -> None:
    assert [rule.name for rule in choose_rules("none", [])] == ["missing user", "missing item"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("no json", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ('"missing user"', "is no list"),
        ("[1]", "an entry without a name: 1"),
        ('[{"pattern": "x"}]', "an entry without a name"),
        ('["missing shoes"]', "names 'missing shoes', which is no rule"),
        ('["missing user", "missing user"]', "names 'missing user' twice"),
        ('[{"name": "missing user", "pattern": "x"}]', "gives 'missing user' a setting 'pattern' that it does not have"),
        ('[{"name": "non-product code", "pattern": "("}]', "is '(', which is no pattern"),
        ('[{"name": "non-product code", "pattern": 5}]', "is '5', which is no text"),
        ('[{"name": "future time", "from": "soon"}]', "is 'soon', which is no time"),
        ('[{"name": "robot", "events_a_day": -1}]', "is '-1', which is no number above 0"),
    ],
)
def test_what_is_wrong_in_a_rules_file_is_named(tmp_path: Path, content: str, words: str) -> None:
    rules = tmp_path / "rules.json"
    rules.write_text(content)
    with pytest.raises(InputError) as caught:
        wanted_rules(str(rules))
    assert "rules.json" in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize("rules", ["nowhere.json", "default ", "/"])
def test_a_rules_file_that_is_not_there_is_refused(rules: Any) -> None:
    with pytest.raises(InputError, match="no rules file"):
        wanted_rules(rules)
