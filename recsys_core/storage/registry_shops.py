"""Shops: which datasets are files of one business, one taken in by the recipe of the other.

The link is in the intake's job: its spec names the dataset of the recipe, its result the dataset made. Before such a job is deleted, what
it tells is kept (`keep_link`), so that no shop falls apart when somebody tidies up.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from sqlalchemy.orm import Session

from recsys_core.storage.tables import DatasetRow, IntakeRow, JobRow

_ID = re.compile("[0-9a-f]{8,64}")  # of a dataset; a recipe may also come from "a file"
_MADE, _RECIPE = JobRow.result["dataset"].as_string(), JobRow.spec["recipe"].as_string()
_INTAKES = sa.select(JobRow.created_at, _MADE, _RECIPE).where(
    JobRow.kind == "ingest", JobRow.state == "done", _MADE.is_not(None), _RECIPE.is_not(None)
)
Links = dict[str, str]


def shop_of(session: Session, dataset_id: str) -> str:
    """The shop of a dataset: the id of the first dataset of its series, which may have been deleted since; its own if nothing links it."""
    return _first(_links(session), dataset_id)


def datasets_of(session: Session, shop: str) -> list[DatasetRow]:
    """The datasets of a shop that are there, newest first."""
    links = _links(session)
    rows = session.scalars(sa.select(DatasetRow).order_by(DatasetRow.created_at.desc(), DatasetRow.id))
    return [row for row in rows if _first(links, row.id) == shop]


def keep_link(session: Session, job_id: str) -> None:
    """Remember what a job that is about to be deleted tells of its dataset's series, if anything."""
    for created_at, dataset, recipe in session.execute(_INTAKES.where(JobRow.id == job_id)):
        session.add(IntakeRow(job_id=job_id, dataset=dataset, recipe=recipe, created_at=created_at))


def _links(session: Session) -> Links:
    """Dataset -> the one whose recipe it was read by, without circles: an intake that links two datasets of one shop says nothing new.

    Where intakes of the same content disagree, the newest holds.
    """
    links: Links = {}
    kept = sa.select(IntakeRow.created_at, IntakeRow.dataset, IntakeRow.recipe)
    for _, dataset, recipe in sorted([*map(tuple, session.execute(_INTAKES)), *map(tuple, session.execute(kept))]):
        if _ID.fullmatch(recipe) and _first(links, dataset) != _first(links, recipe):
            links[dataset] = recipe
    return links


def _first(links: Links, dataset_id: str) -> str:
    while dataset_id in links:
        dataset_id = links[dataset_id]
    return dataset_id
