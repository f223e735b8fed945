"""`inside`: a model looked into, beside another, and with a synthetic set; what a run cannot tell is said in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from recsys_core.cli.app import main
from recsys_core.jobs.synthesize_spec import synthesize_spec
from recsys_core.jobs.worker import run_here
from recsys_core.storage.workspace import Workspace

SMALL = ("--set", "hidden=16", "--set", "latent=6", "--set", "epochs=12", "--set", "anneal_epochs=4")
MODELS = {"mult-vae": SMALL, "mult-dae": ("--set", "latent=6", "--set", "epochs=6"), "pure-svd": ("--set", "rank=6"), "popularity": ()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """90 shoppers of three tastes, a run of each kind, a second Mult-VAE and a synthetic set."""
    folder = tmp_path_factory.mktemp("inside")
    rng = np.random.default_rng(3)
    rows = [(f"u{u:02}", f"p{(u % 3) * 12 + i:02}") for u in range(90) for i in rng.choice(12, 8, replace=False)]
    pd.DataFrame(rows, columns=["user_id", "item_id"]).to_csv(folder / "log.csv", index=False)
    words = ("Candle", "Mug", "Bag")
    items = [(f"p{i:02}", f"{words[i // 12]} {'red' if i % 2 else 'blue'} {i}", words[i // 12]) for i in range(36)]
    pd.DataFrame(items, columns=["item_id", "title", "category"]).to_csv(folder / "items.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AISLE_HOME", str(folder / "home"))
        assert main(["ingest", str(folder / "log.csv"), "--items", str(folder / "items.csv"), "--json"]) == 0
        workspace = Workspace.open()
        dataset = workspace.registry.datasets()[0].id
        for model, settings in MODELS.items():
            assert main(["train", dataset, "--model", model, *settings, "--json"]) == 0
        assert main(["train", dataset, "--model", "mult-vae", *SMALL, "--seed", "1", "--json"]) == 0
        (svd,) = (run.id for run in workspace.registry.runs() if run.model == "pure-svd")
        run_here(workspace, "synthesize", synthesize_spec(workspace, svd, 60), title="Make shoppers")
    return folder / "home"


@pytest.fixture
def runs(made: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Model -> its runs."""
    monkeypatch.setenv("AISLE_HOME", str(made))
    found: dict[str, list[str]] = {}
    for run in Workspace.open().registry.runs():
        found.setdefault(run.model, []).append(run.id)
    return found


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """What the command prints as JSON."""

    def inside(*arguments: str) -> Any:
        capsys.readouterr()
        assert main(["inside", *arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return inside


def test_a_mult_vae_tells_everything(runs: dict[str, list[str]], call: Callable[..., Any]) -> None:
    told = call(runs["mult-vae"][0])
    assert told["dimensions"]["dimensions"] == len(told["dimensions"]["variance"]) == len(told["dimensions"]["kl"]) == 6
    assert told["dimensions"]["active"] == sum(v > 0.01 for v in told["dimensions"]["variance"])
    assert 0 <= told["prior"]["filled"] <= 1
    assert told["prior"]["fits"] is (told["prior"]["filled"] >= 0.8)
    assert sum(tenth["products"] for tenth in told["recall"]["given back"]["tenths"]) == 36
    assert told["attributes"]["chance"] == pytest.approx(10 / 35)
    assert told["attributes"]["parts"]
    assert call(runs["mult-vae"][0]) == told


def test_what_a_model_cannot_tell_is_said(runs: dict[str, list[str]], call: Callable[..., Any]) -> None:
    for model in ("mult-dae", "pure-svd"):
        told = call(runs[model][0])
        assert "has no prior" in told["prior"]["unavailable"]
        assert {"kl", "active", "verdict"} & set(told["dimensions"]) == set()
        assert 1 <= told["dimensions"]["effective"] <= 6
    told = call(runs["popularity"][0])
    assert all("unavailable" in told[part] for part in ("dimensions", "prior", "attributes"))
    assert told["recall"]["foretold"]["tenths"]


def test_two_runs_side_by_side(runs: dict[str, list[str]], call: Callable[..., Any]) -> None:
    one, other = runs["mult-vae"]
    told = call(one, "--against", other)["against"]
    assert told["points"] == 36
    assert 0 < told["left_over"] < 1
    same = call(one, "--against", one, "--what", "users")["against"]
    assert (same["shared"]["value"], same["what"]) == (1.0, "users")
    assert same["left_over"] == pytest.approx(0, abs=1e-9)
    assert np.allclose(same["turn"], np.eye(2))


def test_a_synthetic_set_is_read_by_the_model(runs: dict[str, list[str]], call: Callable[..., Any]) -> None:
    made = Workspace.open().synthetic_dir
    (name,) = [path.name for path in made.iterdir() if (path / "manifest.json").is_file()]
    for model in ("mult-vae", "mult-dae", "pure-svd"):
        told = call(runs[model][0], "--set", name)["generated"]
        assert told["placed"] == 60
        assert 0.3 < told["compared"]["told"]["value"] <= 1
        assert told["alike"] in ("alike", "partly", "apart")


def test_mistakes_are_the_users(runs: dict[str, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    one = runs["mult-vae"][0]
    for arguments, said in (
        (["inside", one, "--against", "nothing"], "nothing"),
        (["inside", one, "--set", "nothing"], "nothing"),
        (["inside", one, "--against", runs["popularity"][0]], "no vectors"),
        (["inside", one, "--against", one, "--method", "umap"], "project"),
    ):
        assert main(arguments) == 2
        assert said in capsys.readouterr().err


def test_people_read_it(runs: dict[str, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    one, other = runs["mult-vae"]
    assert main(["inside", one, "--against", other]) == 0
    shown = capsys.readouterr().out
    for words in ("dimensions are active", "Prior:", "by chance", "given back"):
        assert words in shown
    assert main(["inside", runs["popularity"][0]]) == 0
