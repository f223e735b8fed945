"""Settings come from the environment, or one sentence says which variable is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from recsys_core.cli.app import main
from recsys_core.errors import InputError
from recsys_core.settings import limit_threads, load_settings
from recsys_core.storage.workspace import Workspace

ROOT = Path(__file__).parents[2]
LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@pytest.mark.parametrize(("name", "value"), [("AISLE_MAX_JOBS", "²"), ("AISLE_THREADS", "0"), ("AISLE_HOME", "~nobodyxyz/a")])
def test_a_value_that_is_none_is_one_sentence(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match=name):
        load_settings()
    assert main(["runs"]) == 2
    err = capsys.readouterr().err
    assert name in err
    assert value in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", ["q?x=1", "50% off#1", "a;b c"])
def test_the_registry_lies_in_its_home_whatever_the_home_is_called(name: str, tmp_path: Path) -> None:
    Workspace.open(tmp_path / "homes" / name)
    assert (tmp_path / "homes" / name / "registry.db").is_file()
    assert [path.name for path in (tmp_path / "homes").iterdir()] == [name]


def test_threads_win_over_limits_that_are_set_and_the_default_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"OMP_NUM_THREADS": "7"})
    limit_threads(load_settings())
    assert os.environ["OMP_NUM_THREADS"] == "7"
    os.environ["AISLE_THREADS"] = "3"
    limit_threads(load_settings())
    assert [os.environ[name] for name in LIMITS] == ["3"] * 3
    assert os.environ["OMP_WAIT_POLICY"] == "passive"


def test_a_command_heeds_the_threads_before_numpy_loads(aisle_home: Path) -> None:
    code = (
        "import sys; from recsys_core.cli.app import main\n"
        "assert 'numpy' not in sys.modules\n"
        "main(['jobs', '--json'])\n"
        "import numpy, threadpoolctl\n"
        "pools = threadpoolctl.threadpool_info()\n"
        "assert pools and all(pool['num_threads'] == 1 for pool in pools), pools"
    )
    environment = {name: value for name, value in os.environ.items() if name not in LIMITS} | {"AISLE_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
