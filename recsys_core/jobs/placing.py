"""A list at another place than a shopper's own: a product page, a basket, a category page; plain, and by a scenario."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.errors import InputError
from recsys_core.jobs.studio import BASKET, PRODUCT, Opened, place
from recsys_core.ranking.anchors import CALIBRATED_ON, category_page, for_shopper, products_as_rows, sampled_products
from recsys_core.ranking.ground import Ground
from recsys_core.ranking.plan import Listing
from recsys_core.ranking.planning import Prepared, prepare
from recsys_core.ranking.scenario import EXCLUDE, INCLUDE_ONLY, Scenario
from recsys_core.ranking.whatif import Studio

Visitor = tuple[Ground, int]
CATEGORY = "category"
KINDS = (PRODUCT, BASKET, CATEGORY)
BEST_SELLERS = "the best sellers of the category"
OWN = "the shopper's own list, then the best sellers of the category"


@dataclass(frozen=True)
class Place:
    """kind: PRODUCT of one item, BASKET of some, CATEGORY of `category`.

    items: indices of the dataset. user: whose visit it is, a row of the dataset; None: anybody's.
    """

    kind: str
    items: tuple[int, ...] = ()
    category: str = ""
    user: int | None = None

    def __post_init__(self) -> None:
        if self.kind != CATEGORY and not self.items:
            raise InputError(f"The {self.kind} has no products." if self.kind == BASKET else "There is no product.", "Choose one.")


@dataclass(frozen=True)
class Shown:
    """One place by no scenario and by one: listings of one row, and what each was ranked by. basis: what its candidates were found by."""

    before: Listing
    after: Listing
    plain: Prepared
    ready: Prepared
    basis: str


def show(opened: Opened, where: Place, scenario: Scenario, sampled: Studio, visitor: Visitor | None = None) -> Shown:
    """Both lists. sampled: of `sample`, whose scales the sliders go by. visitor: as in `ground_at`.

    Raises UserError where the place has nothing to show.
    """
    plain = prepare(_plain(scenario), ground_at(opened, where, _plain(scenario), visitor)[0], {}, opened.studio.day)
    ground, basis = ground_at(opened, where, scenario, visitor)
    ready = prepare(scenario, ground, sampled.scales(scenario), opened.studio.day)
    return Shown(plain.rank(), ready.rank(), plain, ready, basis)


def ground_at(opened: Opened, where: Place, scenario: Scenario, visitor: Visitor | None = None) -> tuple[Ground, str]:
    """(the ground of this one place, what its candidates were found by). Raises UserError.

    visitor: the ground and the row of the shopper whose visit it is, where they are played (`jobs.live`); else `where.user` as logged.
    """
    base, user = visitor or (opened.studio.ground, where.user)
    if where.kind == CATEGORY:
        users = None if user is None else np.array([user])
        return category_page(where.category, base, scenario, opened.studio.day, users), BEST_SELLERS if users is None else OWN
    items = np.unique(where.items) if where.kind == BASKET else np.array(where.items[:1])
    anchor = sparse.csr_matrix((np.ones(len(items), np.float32), items, [0, len(items)]), shape=(1, opened.dataset.n_items))
    ground, basis = place(opened, where.kind, anchor, scenario)
    return (ground if user is None else for_shopper(ground, base, user)), basis


def category_at(opened: Opened, category: str, scenario: Scenario, users: NDArray[np.integer] | None = None) -> tuple[Ground, str]:
    """(the ground of a category's page, for anybody or for these shoppers, what its candidates were found by). Raises UserError."""
    return category_page(category, opened.studio.ground, scenario, opened.studio.day, users), BEST_SELLERS if users is None else OWN


def sample(opened: Opened, kind: str, scenario: Scenario, category: str = "", *, anybody: bool = False) -> Studio:
    """A studio over 500 anchors of a placement, for the scales of its sliders and for figures; "before" is by no scenario.

    The anchors: products that were bought; baskets of one of them; of a category page 500 shoppers, or with `anybody` its one list.
    """
    plain = _plain(scenario)
    rows = products_as_rows(sampled_products(opened.studio.ground, scenario), opened.dataset.n_items)
    ground = _sampled(opened, kind, scenario, category, rows, anybody=anybody)
    same = _finds(scenario) == _finds(plain)  # else the scenario lets other products be candidates
    base = ground if same else _sampled(opened, kind, plain, category, rows, anybody=anybody)
    before = prepare(plain, base, {}, opened.studio.day).rank(opened.studio.threads).items
    return Studio(ground, opened.studio.day, published=before, threads=opened.studio.threads)


def _sampled(opened: Opened, kind: str, scenario: Scenario, category: str, products: sparse.csr_matrix, *, anybody: bool) -> Ground:
    if kind != CATEGORY:
        return place(opened, kind, products, scenario)[0]
    return category_at(opened, category, scenario, None if anybody else _shoppers(opened.studio.ground))[0]


def _finds(scenario: Scenario) -> tuple[object, ...]:
    """What the candidates of a place hang on, of all that a scenario says."""
    barring = tuple(rule for rule in scenario.rules if rule.kind in (EXCLUDE, INCLUDE_ONLY))
    return scenario.similarity, scenario.blend_share, scenario.filters, barring


def _shoppers(ground: Ground, seed: int = 0) -> NDArray[np.int64]:
    """At most 500 shoppers who have a list of their own; of all where nobody has."""
    own = np.flatnonzero(~ground.fallback)
    rows = own if len(own) else np.arange(ground.n_users)
    return np.sort(np.random.default_rng(seed).choice(rows, min(CALIBRATED_ON, len(rows)), replace=False))


def _plain(scenario: Scenario) -> Scenario:
    """No scenario, of the same length."""
    return Scenario(k=scenario.k, pool=scenario.pool)
