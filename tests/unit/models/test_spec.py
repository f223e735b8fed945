"""Settings are checked in one place, with the allowed range in the message."""

import pytest

from recsys_core.errors import InputError, NotFoundError
from recsys_core.models.registry import default_model, model_spec, model_specs

pytestmark = pytest.mark.unit


def test_defaults_fill_what_is_not_given():
    settings = model_spec("mult-vae").resolve({"epochs": "7"})
    assert settings["epochs"] == 7
    assert settings["dropout"] == 0.5
    assert settings["metric"] == "ndcg@100"


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("epochs", "0", "whole number from 1 to 2000"),
        ("epochs", "2.5", "whole number"),
        ("dropout", "nan", "number from 0 to 0.95"),
        ("dropout", "lots", "number from 0 to 0.95"),
        ("metric", "accuracy", "ndcg@100"),
        ("colour", "red", "It has: epochs"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_is_right(key, value, words):
    with pytest.raises(InputError) as caught:
        model_spec("mult-vae").resolve({key: value})
    assert words in str(caught.value)


@pytest.mark.parametrize("model", ["ease", "edlae"])
def test_neighbours_alone_take_the_sparse_form_in_which_they_count(model):
    from recsys_core.jobs.train_spec import train_spec
    from recsys_core.jobs.tune_spec import tune_spec

    assert train_spec("d", model, settings={"neighbours": 30})["settings"] == {"form": "sparse", "neighbours": 30}
    assert tune_spec("d", [model], trials=3, settings={"neighbours": 30})["settings"]["form"] == "sparse"
    assert train_spec("d", model, settings={"neighbours": 30, "form": "auto"})["settings"]["form"] == "auto"
    assert "form" not in train_spec("d", model, settings={"l2": 30})["settings"]


def test_an_unknown_model_names_the_nearest():
    with pytest.raises(NotFoundError, match="Did you mean mult-vae"):
        model_spec("multvae")


def test_there_is_one_default_and_every_grid_is_small():
    assert default_model().id == "mult-vae"
    assert sum(spec.default for spec in model_specs()) == 1
    assert all(len(spec.grid) <= 12 for spec in model_specs())
    for spec in model_specs():
        for point in spec.grid:
            spec.resolve(point)
