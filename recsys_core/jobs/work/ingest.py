"""The ingest job: a log becomes a dataset, its products get groups, and the registry hears of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from recsys_core.data.ingest import ingest
from recsys_core.data.request import IngestRequest
from recsys_core.errors import UserError
from recsys_core.jobs.context import JobContext
from recsys_core.storage.records import DatasetRecord
from recsys_core.storage.system_errors import RefusedError

INTAKE_SHARE = 0.8  # of the job's bar; the rest is for groups of products and shoppers


def work(context: JobContext) -> dict[str, Any]:
    """Take in what the spec (an IngestRequest as JSON) names. Returns what `ingest --json` prints.

    An uploaded file is removed once it is a dataset, or once it is known that it cannot be one.
    """
    request = IngestRequest.from_json(context.spec)
    try:
        result = take_in(context, request)
    except RefusedError:  # a full disk, say: the job can be resumed, and reads the upload again
        raise
    except UserError:
        _discard_uploads(context, request)
        raise
    _discard_uploads(context, request)
    return result


def _discard_uploads(context: JobContext, request: IngestRequest) -> None:
    given = (request.log, *request.more, request.items, request.users, request.pictures, request.vectors)
    for file in given:
        if file is not None:
            context.workspace.discard_upload(Path(file))


def take_in(context: JobContext, request: IngestRequest, shipped_profile: Path | None = None) -> dict[str, Any]:
    """The same for a request made by other work. shipped_profile: a folder with the profile of that dataset, made earlier."""

    def progress(fraction: float, message: str) -> None:
        if fraction < 1:  # once the dataset is written, it is registered too
            context.check_cancelled()
        context.progress(INTAKE_SHARE * fraction, message)

    result = ingest(request, context.workspace.datasets_dir, progress)
    context.progress(INTAKE_SHARE, "Finding groups of products and shoppers")
    _make_profile(context, result.dataset, shipped_profile)
    context.workspace.registry.add_dataset(
        DatasetRecord(
            id=result.dataset,
            name=result.name,
            created_at=datetime.now(UTC),
            rows=result.rows_kept,
            users=result.users,
            items=result.items,
            origin=request.origin,
        )
    )
    context.progress(1.0, "Done")
    return result.to_json()


def _make_profile(context: JobContext, dataset_id: str, shipped: Path | None) -> None:
    from recsys_core.data.dataset import Dataset
    from recsys_core.jobs.work.profile import profile
    from recsys_core.profiles.shipped import install_profile
    from recsys_core.profiles.store import ProfileRequest

    dataset = Dataset.open(context.workspace.dataset_dir(dataset_id))
    if shipped is not None:
        install_profile(dataset, shipped)
    profile(dataset, ProfileRequest(), context, (INTAKE_SHARE, 1.0), stops=False)
