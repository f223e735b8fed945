"""Other anchors than the shoppers of the log, for the same engine: new shoppers, product pages, baskets, each a row of a ground."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import NotFoundError
from recsys_core.ranking.ground import Floats, Ground
from recsys_core.ranking.hidden import without_hidden
from recsys_core.ranking.membership import Membership, nobody
from recsys_core.ranking.placements import Likeness, Placed, Shelf, in_category, more_like_this, shopper_list
from recsys_core.ranking.planning import filtered
from recsys_core.ranking.rules import apply_rules
from recsys_core.ranking.scenario import Scenario

if TYPE_CHECKING:
    from recsys_core.data.several_values import ItemValues

CALIBRATED_ON = 500  # products that stand for all of a placement's anchors when its sliders are calibrated
MODEL, ATTRIBUTES = "the model's vectors", "attributes"


def anchored(
    ground: Ground,
    placed: Placed,
    past: sparse.csr_matrix,
    members: Membership | None = None,
    only: NDArray[np.bool_] | None = None,
) -> Ground:
    """The ground with n other anchors in its rows; its products and how often they were bought stay.

    past: csr [n, I], what taste balance goes by: a history, the basket, the product itself. members: who is in which segment, nobody by
    default. only: as in `Ground`.
    """
    own = nobody(len(placed), ground.segments, ground.members.drawn.shape[1]) if members is None else members
    return replace(
        ground,
        candidates=placed.items,
        scores=placed.scores,
        fallback=placed.items[:, 0] < 0 if placed.fallback is None else placed.fallback,
        had=placed.had,
        mix=_mix(past, ground),
        segment=np.asarray(own.codes, dtype=np.int32),
        drawn=own.drawn,
        shown=None,
        counted=ground.n_users if ground.counted is None else ground.counted,
        only=only,
        found=placed.found,
    )


def for_shopper(anchor: Ground, ground: Ground, user: int) -> Ground:
    """The same anchors as one shopper of `ground` sees them: without what they have had, under the rules of their segments."""
    rows = np.full(anchor.n_users, user)
    items, scores = without_hidden(anchor.candidates, anchor.scores, ground.had[rows])
    had = (anchor.had + ground.had[rows]).tocsr()
    own = ground.members.of(rows)
    return replace(anchor, candidates=items, scores=scores, had=had, segment=own.codes, drawn=own.drawn)


def category_page(value: str, ground: Ground, scenario: Scenario, day: date, users: NDArray[np.integer] | None = None) -> Ground:
    """The page of a category, for anybody in one row, or for these shoppers of `ground`: their own candidates, then its best sellers.

    Raises NotFoundError for a category that no product is in, InputError where nothing of it may be shown.
    """
    inside, shelf = category(value, ground), shelf_of(scenario, ground, day)
    if users is None:
        return anchored(ground, in_category(inside, shelf), sparse.csr_matrix((1, ground.n_items), dtype=np.float32), only=inside)
    rows = np.asarray(users)
    own = shopper_list(ground.candidates[rows], ground.scores[rows], ground.fallback[rows], ground.had[rows], shelf)
    found = anchored(ground, in_category(inside, shelf, own), ground.had[rows], ground.members.of(rows), inside)
    return replace(found, mix=ground.mix[rows])


def categories(ground: Ground) -> tuple[str, ItemValues] | None:
    """(the attribute that pages are by, its values): the catalogue's category, else the groups found; None where there is neither."""
    for name in ("category", "group"):
        if name in ground.table and ground.table[name].notna().any():
            return name, ground.values(name)
    return None


def category(value: str, ground: Ground) -> NDArray[np.bool_]:
    """bool [I]: the products of a category, whatever the case of its letters. Raises NotFoundError."""
    found = categories(ground)
    if found is None:
        raise NotFoundError("The products have no categories, and no groups were found.", "Give a catalogue with a column for them.")
    name, values = found
    wanted = [place for place, text in enumerate(values.values) if text.strip().casefold() == value.strip().casefold()]
    if not wanted:
        some = ", ".join(f"'{text}'" for text in values.values[:8])
        raise NotFoundError(f"No product has the {name} '{value}'.", f"Some that there are: {some}.")
    return np.asarray(values.matrix[:, wanted].sum(axis=1)).ravel() > 0


def shelf_of(scenario: Scenario, ground: Ground, day: date) -> Shelf:
    """What a scenario lets be shown to an anchor without a segment."""
    ruled = apply_rules(scenario, ground, ground.buyers, nobody(1, ground.segments, ground.members.drawn.shape[1]), day)
    return Shelf(ruled.eligible[ruled.audience[0]] & filtered(scenario, ground), ground.buyers.astype(np.float64))


def similar_products(items: NDArray[np.integer], ground: Ground, scenario: Scenario, day: date) -> tuple[Placed, str]:
    """(candidates of these product pages, what they are alike by). items: int [n].

    By the scenario's similarity; of "model", products that have no vector (new ones) by their attributes. Raises UnsupportedError where
    there are no vectors at all.
    """
    shelf, model, attributes = shelf_of(scenario, ground, day), ground.model_vectors, ground.attribute_vectors
    if attributes is None or (scenario.similarity == "model" and model is not None and model[items].any(axis=1).all()):
        return more_like_this(items, _alike(model, 1.0), shelf), MODEL
    if model is None or scenario.similarity == "attributes":
        return more_like_this(items, _alike(attributes, 1.0), shelf), ATTRIBUTES
    if scenario.similarity == "blend":
        alike = [*_alike(model, 1 - scenario.blend_share), *_alike(attributes, scenario.blend_share)]
        return more_like_this(items, alike, shelf), f"{MODEL} and {ATTRIBUTES}"
    own, other = (more_like_this(items, _alike(vectors, 1.0), shelf) for vectors in (model, attributes))
    known = model[items].any(axis=1)[:, None]
    both = replace(own, items=np.where(known, own.items, other.items), scores=np.where(known, own.scores, other.scores))
    return both, f"{MODEL}, and {ATTRIBUTES} of products without one"


def sampled_products(ground: Ground, scenario: Scenario, seed: int = 0) -> NDArray[np.int64]:
    """At most 500 products that somebody bought, ascending: the anchors that a placement's sliders are calibrated on.

    Only of those that have a vector by which the scenario compares products: variety is no measure of lists of the others.
    """
    vectors = ground.vectors(scenario.similarity, scenario.blend_share)
    known = None if vectors is None else (ground.buyers > 0) & vectors.any(axis=1)
    bought = np.flatnonzero(ground.buyers if known is None or not known.any() else known)
    size = min(CALIBRATED_ON, len(bought))
    return np.sort(np.random.default_rng(seed).choice(bought, size, replace=False))


def products_as_rows(items: NDArray[np.integer], n_items: int) -> sparse.csr_matrix:
    """Csr of ones [n, n_items]: each product by itself."""
    rows = np.arange(len(items) + 1)
    return sparse.csr_matrix((np.ones(len(items), np.float32), np.asarray(items), rows), shape=(len(items), n_items))


def _alike(vectors: Floats | None, weight: float) -> list[Likeness]:
    return [] if vectors is None or weight <= 0 else [Likeness(vectors, weight)]


def _mix(past: sparse.csr_matrix, ground: Ground) -> sparse.csr_matrix:
    """Share of each group in each row of `past`: csr float32 [n, G], rows sum to 1 or are empty."""
    inside = np.flatnonzero(ground.group >= 0)
    shape = (ground.n_items, max(len(ground.groups), 1))
    counts = (past @ sparse.csr_matrix((np.ones(len(inside), np.float32), (inside, ground.group[inside])), shape=shape)).tocsr()
    total = np.asarray(counts.sum(axis=1)).ravel()
    found = sparse.csr_matrix(sparse.diags(np.where(total > 0, 1 / np.maximum(total, 1e-12), 0)) @ counts, dtype=np.float32)
    found.sort_indices()
    return found
