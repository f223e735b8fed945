"""What shoppers, or whoever played them in the studio, said of products: events that the next dataset may include."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from recsys_core.errors import InputError
from recsys_core.storage.lookup import find_row
from recsys_core.storage.records import FEEDBACK_KINDS, FeedbackRecord
from recsys_core.storage.registry_sessions import Sessions
from recsys_core.storage.tables import DatasetRow, FeedbackRow


class FeedbackTable(Sessions):
    """Feedback in, feedback out; it goes when its dataset goes."""

    def add_feedback(self, records: Iterable[FeedbackRecord]) -> None:
        """Enter events. Raises InputError for a kind that is none of FEEDBACK_KINDS, NotFoundError where their dataset is not there."""
        records = list(records)
        for record in records:
            if record.kind not in FEEDBACK_KINDS:
                raise InputError(f"'{record.kind}' is no kind of feedback.", f"Use one of {', '.join(FEEDBACK_KINDS)}.")
        with self.session() as session:
            for dataset_id in {record.dataset_id for record in records}:
                find_row(session, DatasetRow, dataset_id)
            session.add_all(FeedbackRow(**vars(record)) for record in records)

    def take_feedback_back(self, dataset_id: str, user_id: str, kind: str, item_id: str) -> bool:
        """Remove the last such event of a shopper; False where there is none."""
        query = sa.select(FeedbackRow).filter_by(dataset_id=dataset_id, user_id=user_id, kind=kind, item_id=item_id)
        with self.session() as session:
            last = session.scalars(query.order_by(FeedbackRow.id.desc()).limit(1)).first()
            if last is not None:
                session.delete(last)
            return last is not None

    def feedback(self, dataset_id: str, user_id: str | None = None) -> list[FeedbackRecord]:
        """The events on a dataset, or those of one shopper, in the order in which they were entered."""
        query = sa.select(FeedbackRow).where(FeedbackRow.dataset_id == dataset_id).order_by(FeedbackRow.id)
        return self._all(query if user_id is None else query.where(FeedbackRow.user_id == user_id), FeedbackRow.record)
