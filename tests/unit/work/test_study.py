"""Where a search looks: inside what every model's settings allow, beginning with the defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from recsys_core.jobs.work.study import DONE, Outcome, Search, first_points
from recsys_core.models.registry import model_specs
from recsys_core.models.spec import ModelSpec, Setting

SPECS = [spec for spec in model_specs() if any(s.search is not None for s in spec.settings)]


@pytest.mark.parametrize("spec", SPECS, ids=[spec.id for spec in SPECS])
def test_every_model_searches_what_its_settings_allow(spec: ModelSpec, tmp_path: Path) -> None:
    search = Search(tmp_path / "tuning.db", "study", spec, {}, seed=0)
    defaults = spec.resolve({})
    for number in range(search.first + 2):
        asked, settings, trial = search.ask()
        assert asked == number
        assert spec.resolve(settings).items() >= settings.items()
        assert number > 0 or settings.items() <= defaults.items()
        search.tell(trial, Outcome(number, settings, DONE, 0.1 * (number % 3), 1.0, 1.0))
    assert search.best == search.outcomes[2]


def toy(**options: object) -> ModelSpec:
    settings = (
        Setting("rate", "Rate", "A rate.", "float", 0.0, 0.0, 1.0, search=(1e-4, 1e-1), log=True),
        Setting("width", "Width", "A width.", "int", 8, 1, 64, search=(2, 32), log=True),
        Setting("form", "Form", "A form.", "choice", "a", choices=("a", "b", "c"), search=("b", "c")),
    )
    return ModelSpec("toy", "Toy", "A toy.", "Nothing.", "neural", "toy:Toy", "autoencoder", settings, **options)  # type: ignore[arg-type]


def test_defaults_outside_of_the_search_are_tried_as_they_are(tmp_path: Path) -> None:
    _, settings, _ = Search(tmp_path / "tuning.db", "study", toy(), {}, seed=0).ask()
    assert settings == {"rate": 0.0, "width": 8, "form": "a"}


def test_points_of_the_grid_follow_the_defaults_once(tmp_path: Path) -> None:
    spec = toy(grid=({"width": 8}, {"width": 16}, {"width": 4, "form": "b"}))
    assert [(point["width"], point["form"]) for point in first_points(spec, {})] == [(8, "a"), (16, "a"), (4, "b")]
    assert [point["width"] for point in first_points(spec, {"form": "c"})] == [8, 16]


def test_numbers_are_such_as_a_person_would_write(tmp_path: Path) -> None:
    search = Search(tmp_path / "tuning.db", "study", toy(), {}, seed=0)
    search.tell(search.ask()[2], Outcome(0, {}, DONE, 0.1, 1.0, 1.0))
    _, settings, _ = search.ask()
    assert settings["rate"] == float(f"{settings['rate']:.4g}")
    assert isinstance(settings["width"], int)
    assert settings["form"] in ("b", "c")


def test_a_trial_that_was_left_behind_is_asked_again(tmp_path: Path) -> None:
    first = Search(tmp_path / "tuning.db", "study", toy(), {}, seed=3)
    first.tell(first.ask()[2], Outcome(0, {}, DONE, 0.1, 1.0, 1.0))
    left = first.ask()[:2]
    again = Search(tmp_path / "tuning.db", "study", toy(), {}, seed=3).ask()[:2]
    assert left == again == (1, left[1])
