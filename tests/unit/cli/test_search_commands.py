"""`tune`, `cross-validate` and `autopilot`: one JSON document or a table, and one line for a mistake."""

import json

import pytest

from recsys_core.cli.app import main
from recsys_core.cli.autopilot import advice
from recsys_core.jobs import autopilot_spec
from recsys_core.jobs.autopilot_spec import Step
from recsys_core.jobs.work import autopilot
from tests.unit.work.small_shop import small_shop

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("search")
    workspace, dataset = small_shop(folder)
    return workspace.home, dataset.id


@pytest.fixture
def dataset(home, monkeypatch):
    monkeypatch.setenv("AISLE_HOME", str(home[0]))
    short = (Step(("popularity",), 0.4, 1), Step(("ease",), 0.9, 2))
    for module in (autopilot_spec, autopilot):
        monkeypatch.setattr(module, "PLAN", short)
    return home[1]


def answer(capsys, *arguments):
    code = main([str(a) for a in (*arguments, "--json")])
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    return json.loads(out)


def test_tune_gives_the_run_of_the_best_settings_and_all_trials(dataset, capsys):
    found = answer(capsys, "tune", dataset, "--model", "ease", "--trials", 3, "--seed", 2)
    assert len(found["trials"]) == 3
    assert found["value"] >= found["default_value"]
    shown = answer(capsys, "show", found["run"])
    assert shown["settings"] == found["best"]
    assert shown["seed"] == 2


def test_models_are_named_with_commas_or_one_by_one(dataset, capsys):
    found = answer(capsys, "tune", dataset, "--model", "ease,edlae", "--model", "ease", "--trials", 1)
    assert [each["model"] for each in found["models"]] == ["ease", "edlae"]


def test_cross_validate_gives_every_fold_and_the_mean(dataset, capsys):
    found = answer(capsys, "cross-validate", dataset, "--model", "popularity", "--folds", 2, "--protocol", "users")
    assert [fold["fold"] for fold in found["folds"]] == [0, 1]
    assert found["metrics"]["ndcg@10"].keys() == {"value", "low", "high", "fold_low", "fold_high"}


def test_autopilot_gives_runs_and_a_verdict(dataset, capsys):
    found = answer(capsys, "autopilot", dataset, "--minutes", 1)
    assert found["verdict"]["best"] in found["runs"]
    assert found["left_out"] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tune", "--model", "ease", "--trials", "2"], ["ease-", "ndcg@100", "trials"]),
        (["cross-validate", "--model", "popularity", "--folds", "2"], ["fold", "mean", "over shoppers", "over folds"]),
        (["autopilot", "--minutes", "1"], ["popularity-", "first", "Holm", "Use ease-"]),
    ],
)
def test_people_get_a_table(dataset, capsys, arguments, words):
    assert main([arguments[0], dataset, *arguments[1:]]) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in words), out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tune", "{dataset}", "--model", "ease"], "--minutes or --trials"),
        (["tune", "{dataset}", "--model", "eas", "--trials", "3"], "Did you mean ease"),
        (["tune", "{dataset}", "--model", "ease", "--trials", "0"], "trials is 0"),
        (["tune", "{dataset}", "--model", "ease", "--trials", "2", "--minutes", "1"], "two were given"),
        (["tune", "{dataset}", "--model", "fusion", "--trials", "2"], "two or more runs"),
        (["train", "{dataset}", "--model", "fusion", "--set", "runs=a,"], "two or more runs"),
        (["tune", "nothing", "--model", "ease", "--trials", "3"], "nothing"),
        (["tune", "{dataset}", "--model", "ease", "--trials", "3", "--set", "l2"], "KEY=VALUE"),
        (["cross-validate", "{dataset}", "--model", "ease", "--protocol", "time"], "cannot deal by 'time'"),
        (["cross-validate", "{dataset}", "--model", "ease", "--folds", "99"], "folds is 99"),
        (["autopilot", "{dataset}", "--minutes", "0"], "minutes is 0"),
        (["autopilot", "{dataset}", "--protocol", "all"], "tests nothing"),
    ],
)
def test_a_mistake_gets_one_line_and_exit_code_two(dataset, capsys, arguments, words):
    code = main([a.format(dataset=dataset) for a in (*arguments, "--json")])
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_help_names_the_models_there_are(capsys):
    from recsys_core.models.registry import model_specs

    assert main(["train", "--help"]) == 0
    shown = "".join(capsys.readouterr().out.split())
    assert all(spec.id in shown.replace("│", "") for spec in model_specs())


def test_the_advice_never_rests_on_the_test_alone():
    found = {"best": "a", "equal": ["b"], "by_validation": "b"}
    assert advice(found) == "Use b: it is the best on validation, and not clearly different from the first here."
    assert advice({**found, "by_validation": "a"}).startswith("Use a: it is the best on validation, and first")
    assert "a was clearly ahead" in advice({**found, "by_validation": "c"})
