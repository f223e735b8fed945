"""Popularity, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec, Setting

POPULARITY = ModelSpec(
    id="popularity",
    title="Best sellers",
    words="Shows everyone the products that most shoppers had.",
    good_for="The floor: a model that does not beat it has learned nothing about taste.",
    family="closed form",
    factory="popularity:Popularity",
    group="baseline",
    settings=(
        Setting(
            "half_life_days",
            "Half-life",
            "Days after which a purchase counts half, so that seasons pass; 0: all count alike.",
            "float",
            0.0,
            0.0,
            36_500.0,
        ),
    ),
)
