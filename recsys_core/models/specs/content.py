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
    ),
    grid=tuple({"dimensions": dimensions} for dimensions in (32, 64, 128, 256)),
    has_item_vectors=True,
    has_user_vectors=True,
)
