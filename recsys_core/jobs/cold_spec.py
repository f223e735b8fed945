"""What a job that learns about new products is asked for: made and checked where the wish is uttered; nothing heavy."""

from __future__ import annotations

from typing import Any

from recsys_core.data.dataset import Dataset
from recsys_core.errors import UnsupportedError
from recsys_core.profiles.material import describes_products
from recsys_core.storage.workspace import Workspace

KIND = "cold"


def cold_spec(workspace: Workspace, run_id: str, *, seed: int = 0, again: bool = False) -> dict[str, Any]:
    """The spec of a cold job. again: learn anew where the run has learned already.

    Raises NotFoundError for an unknown run, UnsupportedError where the catalogue says nothing of its products.
    """
    record = workspace.registry.run(run_id)
    dataset = Dataset.open(workspace.dataset_dir(record.dataset_id))
    if not describes_products(dataset):
        raise UnsupportedError(
            f"The catalogue of '{dataset.name}' says nothing that a new product could be compared by.",
            "Ingest the log again with a catalogue that has titles, categories or brands: `ingest LOG --items FILE`.",
        )
    return {"run": record.id, "seed": seed, "again": again}
