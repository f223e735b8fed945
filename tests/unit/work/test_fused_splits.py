"""A run of another split has seen what this one tests: it is never joined into a model, however alike the two look."""

from __future__ import annotations

from pathlib import Path

import pytest

from recsys_core.errors import InputError, UnsupportedError
from recsys_core.jobs import run_here
from recsys_core.jobs.cross_validate_spec import cross_validate_spec
from recsys_core.jobs.train_spec import train_spec
from tests.unit.work.small_shop import small_shop

pytestmark = pytest.mark.unit


def test_runs_of_another_protocol_are_not_fused(tmp_path: Path) -> None:
    workspace, dataset = small_shop(tmp_path)
    made = []
    for model, settings in (("popularity", {}), ("ease", {"l2": 10.0})):
        spec = train_spec(dataset.id, model, settings=settings, protocol="random")
        made.append(run_here(workspace, "train", spec, title=model).result["run"])
    asked = train_spec(dataset.id, "fusion", settings={"runs": ",".join(made)}, protocol="users")
    with pytest.raises(InputError, match="another split") as refused:
        run_here(workspace, "train", asked, title="Fusion")
    assert "--protocol random --seed 0" in refused.value.hint
    assert not workspace.run_dir(asked["run"]).exists()


def test_a_fusion_has_no_folds() -> None:
    with pytest.raises(UnsupportedError, match="have seen what the folds test"):
        cross_validate_spec("any", "fusion", settings={"runs": "a,b"})
