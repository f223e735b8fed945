"""The clusters that a run's maps are coloured and labelled by: made once by the first project job, and kept beside the run."""

from __future__ import annotations

from collections.abc import Callable

from recsys_core.data.dataset import Dataset
from recsys_core.latent.clusters import LatentClusters, load_clusters, write_clusters
from recsys_core.models.runs import Run
from recsys_core.storage.workspace import Workspace


def keep_clusters(workspace: Workspace, run: Run, what: str, check: Callable[[], None] = lambda: None) -> LatentClusters:
    """The clusters of the run's "items" or "users", made where they are not there yet. check: called between steps.

    Their seed is always 0: a map of another seed shows the same clusters. Raises UnsupportedError where the model has no vectors.
    """
    folder = run.artifact.folder
    found = load_clusters(folder, what)
    if found is None:
        from recsys_core.latent.clusters_sklearn import make_clusters

        dataset = Dataset.open(workspace.dataset_dir(run.dataset_id))
        write_clusters(folder, make_clusters(run, dataset, what, check=check))
        found = load_clusters(folder, what)
        assert found is not None
    return found
