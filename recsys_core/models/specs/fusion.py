"""The fusion of runs, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec, Setting

FUSION = ModelSpec(
    id="fusion",
    title="Fusion of runs",
    words="Puts the lists of trained runs together by the places they give each product, and learns how much each run should say.",
    good_for="Getting the best of models that differ, without training any of them again.",
    family="ensemble",
    factory="fusion:Fusion",
    group="ensemble",
    settings=(
        Setting("runs", "Runs", "The runs to fuse: two or more ids, separated by commas, all of this split.", "text", ""),
        Setting(
            "constant",
            "Rank constant",
            "How little the first places stand out from the next ones (k of the paper).",
            "int",
            60,
            1,
            1000,
            search=(5, 200),
            log=True,
        ),
    ),
    has_item_vectors=True,
)
