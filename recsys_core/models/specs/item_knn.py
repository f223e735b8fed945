"""Item-kNN, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec, Setting

ITEM_KNN = ModelSpec(
    id="item-knn",
    title="Item-kNN (neighbours)",
    words="Recommends what was bought by the same shoppers as the products in a history.",
    good_for="The classic that is easiest to explain; on shops of near-twins better than plain autoencoders, and fitted in seconds.",
    family="closed form",
    factory="item_knn:ItemKNN",
    group="baseline",
    settings=(
        Setting(
            "k", "Neighbours", "How many nearest products speak for a product.", "int", 50, 1, 5000, expert=False, search=(5, 500), log=True
        ),
        Setting(
            "shrink", "Shrinkage", "How strongly products that few shoppers share are held apart.", "float", 10.0, 0.0, 1e6, search=(0, 200)
        ),
        Setting(
            "weighting",
            "Shoppers weigh",
            "Alike (none), or the less the more they bought (tf-idf; bm25 also by how popular a product is).",
            "choice",
            "tf-idf",
            choices=("none", "tf-idf", "bm25"),
            search=("none", "tf-idf", "bm25"),
        ),
        Setting("dimensions", "Map dimensions", "Length of the product vectors used for variety and the map.", "int", 64, 2, 512),
    ),
    grid=tuple(
        {"weighting": weighting, "shrink": shrink, "k": k}
        for weighting in ("none", "tf-idf")
        for shrink in (10.0, 100.0)
        for k in (20, 50, 200)
    ),
    has_item_vectors=True,
)
