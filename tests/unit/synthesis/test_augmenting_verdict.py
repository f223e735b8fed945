"""The verdict on planted shops, its groups and its words. Forty shops a case: `python -m tests.benchmarks.augmentation_verdict`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from recsys_core.errors import CorruptArtifactError
from recsys_core.jobs.augment_spec import augment_spec
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.augmenting.result import ACTIVITY, ALL, HELPS, HURTS, SEGMENT, TAIL, UNCLEAR, AugmentResult
from recsys_core.synthesis.augmenting.store import augment_folder, list_augments, open_augment, write_augment
from recsys_core.synthesis.augmenting.trial import Histories
from recsys_core.synthesis.augmenting.verdict import Measured, findings, sentences
from tests.benchmarks.augmentation_verdict import Law, histories, run

pytestmark = pytest.mark.unit


def shop() -> Histories:
    plain = histories(Law.of(0), 0)
    return Histories(plain.learnable, plain.known, plain.targets, (np.arange(1000) % 2).astype(np.int32), ("gardeners", "cooks"))


def measured(gain: np.ndarray, seeds: int = 4) -> list[Measured]:
    """gain: of each of the 1,000 shoppers, beside noise."""
    rng, found = np.random.default_rng(0), []
    for _ in range(seeds):
        real = rng.uniform(0.1, 0.5, (1000, 2))
        fused = real + gain[:, None] + rng.normal(0, 0.05, (1000, 2))
        found.append(Measured(np.arange(1000), real, 0.5 * real, fused))
    return found


def test_planted_shops_get_the_right_verdict() -> None:
    helped, hurt, noise = (run(case, 1, seeds=(0, 1)) for case in ("helps", "hurts", "noise"))
    assert [result.of("ease").verdict for result in (helped, hurt, noise)] == [HELPS, HURTS, UNCLEAR]
    assert helped.of("ease").low > 0
    assert helped.sentences[0].startswith("ease: helped shoppers by ")
    assert [point.weight for point in hurt.curve] == [1.0, 1.0]
    assert [point.weight for point in noise.curve] == [0.0, 0.0]
    assert "chose weight 0 in every seed" in noise.sentences[0]
    assert run("hurts", 1, seeds=(0, 1)) == hurt


def test_a_group_that_gains_is_named_and_the_others_are_not() -> None:
    lengths = np.diff(shop().known.indptr)
    few = lengths < int(np.quantile(lengths, 1 / 3))
    rows = findings({"ease": measured(np.where(few, 0.05, 0.0))}, shop())
    clear = {row.group for row in rows if row.verdict == HELPS and row.kind == ACTIVITY}
    assert clear == {f"shoppers with fewer than {lengths[few].max() + 1} products"}
    told = sentences(rows, {"ease": (0.5, 0.5, 0.5, 0.0)})[0]
    assert f"helped shoppers with fewer than {lengths[few].max() + 1} products by" in told
    assert "no clear difference for the other groups" in told
    assert "In 1 of 4 seeds validation chose to add none" in told


def test_every_kind_of_group_is_looked_at_and_a_segment_is_named() -> None:
    rows = findings({"ease": measured(np.where(np.arange(1000) % 2 == 1, 0.05, 0.0))}, shop())
    assert {row.kind for row in rows} == {ALL, ACTIVITY, SEGMENT, TAIL}
    assert [row.verdict for row in rows if row.kind == SEGMENT and "cooks" in row.group] == [HELPS]
    assert [row.verdict for row in rows if row.kind == SEGMENT and "gardeners" in row.group] == [UNCLEAR]


def test_several_looks_are_corrected_for() -> None:
    one = findings({"ease": measured(np.full(1000, 0.0015))}, shop())
    two = findings({name: measured(np.full(1000, 0.0015)) for name in ("ease", "edlae", "item-knn")}, shop())
    assert two[0].p == pytest.approx(min(1.0, 3 * one[0].p))


def test_few_purchases_are_fewer_than_five_where_enough_have_so_few() -> None:
    known = shop().known.tolil()
    for row in range(200):
        known[row, known.rows[row][3:]] = 0
    short = Histories(shop().learnable, known.tocsr(), shop().targets, shop().segment, shop().segments)
    rows = findings({"ease": measured(np.zeros(1000))}, short)
    assert any(row.group == "shoppers with fewer than 5 products" for row in rows)


def test_a_result_is_kept_and_read_again(tmp_path: Path) -> None:
    workspace, result = Workspace.open(tmp_path), run("hurts", 1, seeds=(0,))
    spec = augment_spec(run="edlae-1")
    folder = augment_folder(workspace, spec)
    write_augment(folder, result, {"run": "edlae-1", "set": None, "spec": spec})
    assert open_augment(folder) == result
    assert AugmentResult.from_json(json.loads(json.dumps(result.to_json()))) == result
    assert list_augments(workspace, run="edlae-1") == [folder]
    assert list_augments(workspace, run="other") == []
    (folder / "augment.json").write_text("{}" + " " * ((folder / "augment.json").stat().st_size - 2))
    with pytest.raises(CorruptArtifactError, match="lacks what one has"):
        open_augment(folder)
