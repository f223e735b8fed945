"""Content, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec, Setting

CONTENT = ModelSpec(
    id="content",
    title="Content (catalogue)",
    words="Recommends what the catalogue describes like the products in a history: by words, category, brand and price.",
    good_for="Products that nobody has bought yet, and a yardstick for what purchases tell beyond the catalogue.",
    family="closed form",
    factory="content:Content",
    group="baseline",
    settings=(
        Setting(
            "dimensions",
            "Dimensions",
            "How many numbers keep what the catalogue says of a product.",
            "int",
            256,
            2,
            256,
            search=(16, 256),
            log=True,
        ),
        Setting(
            "evenness",
            "Fine differences",
            "0: what many products share counts most; 1: every dimension of the catalogue counts alike.",
            "float",
            1.0,
            0.0,
            2.0,
            search=(0, 1.5),
        ),
    ),
    grid=tuple({"evenness": evenness, "dimensions": dimensions} for evenness in (0.5, 1.0) for dimensions in (64, 128, 256)),
    has_item_vectors=True,
    has_user_vectors=True,
)
