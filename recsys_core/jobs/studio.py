"""A run opened for the studio: its dataset, its split, what is published in its shop, and the door to every counterfactual."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_core.data.dataset import Dataset
from recsys_core.data.splits import Split, make_split
from recsys_core.errors import UnsupportedError, UserError
from recsys_core.inference.placements import open_baskets
from recsys_core.models.runs import Run
from recsys_core.ranking.anchors import anchored, products_as_rows, sampled_products, shelf_of, similar_products
from recsys_core.ranking.ground import Ground, ground_of
from recsys_core.ranking.hidden import without_hidden
from recsys_core.ranking.placements import bought_together
from recsys_core.ranking.population import Held
from recsys_core.ranking.scenario import Scenario
from recsys_core.ranking.whatif import Studio
from recsys_core.storage.records import PublicationRecord
from recsys_core.storage.workspace import Workspace

PRODUCT, BASKET = "product", "basket"
CONSTANT = "constant"  # the scorer of best sellers
ORDERS, SHOPPERS = "what was bought in the same orders", "what the same shoppers bought"


@dataclass(frozen=True)
class Opened:
    """published: what is in force in the shop, None for the plain top k, or where it was not asked. unshown: why this run cannot show it.

    The studio's "before" is what is published; where there is nothing, or it cannot be shown, the plain top k.
    """

    dataset: Dataset
    run: Run
    split: Split
    studio: Studio
    published: PublicationRecord | None = None
    unshown: str = ""

    @property
    def compared_with(self) -> str:
        """What "before" is, in words."""
        return "the plain top k" if self.published is None or self.unshown else f"what is published ({self.published.name})"


def open_studio(
    workspace: Workspace,
    run_id: str,
    *,
    day: date | None = None,
    published: bool = True,
    verify: bool = False,
    run: Run | None = None,
    dataset: Dataset | None = None,
) -> Opened:
    """Open a run, by its id or the start of it. day: of the rules with dates, today unless given. published: whether to rank what is.

    run, dataset: where they are open already, so that nothing is in memory twice. Products that a shopper sent back are in no list, before
    or after. Raises UserError for a run or a dataset that is missing or damaged.
    """
    run = run or Run.open(workspace.run_dir(workspace.registry.run(run_id).id), verify=verify)
    dataset = dataset or Dataset.open(workspace.dataset_dir(run.dataset_id))
    split = make_split(dataset, str(run.manifest["protocol"]), int(run.manifest["seed"]))
    ground = ground_of(dataset, run, split.known)
    if dataset.against.nnz:
        items, scores = without_hidden(run.candidates, run.candidate_scores, dataset.against)
        ground = replace(ground, candidates=items, scores=scores)
    held = Held(split.test_targets.tocsr()) if split.has_test else None
    studio = Studio(ground, day or date.today(), held=held, threads=workspace.settings.threads)
    registry = workspace.registry
    record = registry.published(registry.shop_of(dataset.id)) if published else None
    opened = Opened(dataset, run, split, studio, record)
    if record is None:
        return opened
    try:
        shown = studio.prepare(Scenario.from_json(record.settings)).rank(studio.threads).items
    except UserError as error:
        return replace(opened, unshown=str(error))
    return replace(opened, studio=replace(studio, published=shown))


def place(opened: Opened, kind: str, anchors: sparse.csr_matrix, scenario: Scenario) -> tuple[Ground, str]:
    """(the ground of these product pages or baskets, what the candidates were found by).

    kind: PRODUCT, each row of `anchors` (csr of ones [n, I]) one product, or BASKET. Raises UnsupportedError where nothing tells which
    products are alike, or which go together.
    """
    ground, day = opened.studio.ground, opened.studio.day
    if kind == PRODUCT:
        placed, basis = similar_products(anchors.indices, ground, scenario, day)
        return anchored(ground, placed, anchors), basis
    model, run = open_baskets(opened.dataset), opened.run
    if model is None and not reads_baskets(run):
        raise UnsupportedError(
            f"Nobody has learned yet what is bought together in '{opened.dataset.name}', and the run '{run.id}' cannot read a basket.",
            f"Learn it from the orders: `python -m recsys_core baskets {opened.dataset.id}`.",
        )
    shelf = shelf_of(scenario, ground, day)
    if model is not None:
        basis = SHOPPERS if model.by_shoppers else ORDERS
        return anchored(ground, bought_together(anchors, model.score, model.items, shelf), anchors), basis
    scorer, items = run.scorer(), np.asarray(run.items)
    placed = bought_together(anchors, lambda baskets: scorer.score(baskets[:, items].tocsr()), items, shelf)
    return anchored(ground, placed, anchors), SHOPPERS


def reads_baskets(run: Run) -> bool:
    """Whether a run can say what goes with some products: it has its weights, scores new histories, and not all of them alike."""
    scorer = run.manifest.get("scorer")
    return bool(run.folds_in and scorer and scorer["kind"] != CONSTANT)


def placement_studio(opened: Opened, kind: str, scenario: Scenario) -> Studio:
    """A studio over 500 anchors of the placement, for the scales of its sliders and for figures: product pages, or baskets of one."""
    rows = products_as_rows(sampled_products(opened.studio.ground, scenario), opened.dataset.n_items)
    ground, _ = place(opened, kind, rows, scenario)
    return Studio(ground, opened.studio.day, threads=opened.studio.threads)


def baskets_of(opened: Opened, baskets: list[list[str]]) -> sparse.csr_matrix:
    """Csr of ones [n, I] from the ids of products. Raises NotFoundError."""
    rows: list[NDArray[np.int64]] = [np.unique([opened.dataset.item_index(id) for id in basket]) for basket in baskets]
    start = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    items = np.concatenate(rows) if rows else np.empty(0, np.int64)
    return sparse.csr_matrix((np.ones(len(items), np.float32), items, start), shape=(len(rows), opened.dataset.n_items))
