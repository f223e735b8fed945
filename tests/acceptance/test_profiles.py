"""Profiles of a real log: each part's gain, groups and segments a merchandiser can read, and what it costs."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.profiles.gains import load_gains
from recsys_core.profiles.groups import load_clusters
from recsys_core.profiles.labels import MIXED
from recsys_core.profiles.profile_sklearn import make_profile
from recsys_core.profiles.segments import load_segments
from recsys_core.profiles.store import ProfileRequest

pytestmark = pytest.mark.shared
LOG = Path(__file__).parents[3] / "shared" / "data" / "online_retail"


def test_the_retail_log_has_a_readable_profile_within_seconds(tmp_path: Path) -> None:
    request = IngestRequest(str(LOG / "interactions.parquet"), items=str(LOG / "items.parquet"), currency="£")
    dataset = Dataset.open(tmp_path / ingest(request, tmp_path).dataset)
    began = time.process_time()
    make_profile(dataset, ProfileRequest())
    assert time.process_time() - began < 20  # 5 s on a quiet machine
    gains = {gain.part: gain for gain in load_gains(dataset).parts}
    assert gains["text"].low > 0.03
    assert gains["together"].low > 0.03
    clusters, segments = load_clusters(dataset), load_segments(dataset)
    assert 8 <= len(clusters.labels) <= 40
    mixed = sum(size for label, size in zip(clusters.labels, clusters.sizes, strict=True) if label.startswith(MIXED))
    assert mixed < 0.3 * dataset.n_items
    assert {"T-light holders", "Candles", "Christmas"} <= set(clusters.labels)
    assert 4 <= len(segments.labels) <= 10
    assert all(segment.features for segment in segments.segments)
    assert not segments.plain
