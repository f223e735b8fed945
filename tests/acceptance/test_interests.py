"""Issue 5: the top 3 tags hold the category or cluster of a held-out purchase more often than the three most popular do."""

from __future__ import annotations

from pathlib import Path

import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.data.splits import make_split
from recsys_core.profiles.groups import has_categories, load_groups
from recsys_core.profiles.interests import choose_recipe, measure_interests
from recsys_core.profiles.profile_sklearn import make_profile
from recsys_core.profiles.store import ProfileRequest

pytestmark = pytest.mark.shared
DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.mark.parametrize(
    ("log", "source", "least"), [("online_retail", "clusters", 0.12), ("ml-1m", "category", 0.01), ("complete_journey", "category", 0.005)]
)
def test_tags_foretell_better_than_what_is_popular(log: str, source: str, least: float, tmp_path: Path) -> None:
    request = IngestRequest(str(DATA / log / "interactions.parquet"), items=str(DATA / log / "items.parquet"))
    dataset = Dataset.open(tmp_path / ingest(request, tmp_path).dataset)
    if not has_categories(dataset):
        make_profile(dataset, ProfileRequest())
    groups, split = load_groups(dataset), make_split(dataset)
    held = measure_interests(dataset, groups, split, choose_recipe(dataset, groups, split))
    assert groups.source == source
    assert held.gain.low > least, held
