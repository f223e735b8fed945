"""The profile that comes with the demo: made when the release was, so that the demo is there in seconds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from recsys_core.data.dataset import Dataset
from recsys_core.profiles.store import DEFAULT
from recsys_core.storage.artifacts import MANIFEST
from recsys_core.storage.atomic import new_folder


def install_profile(dataset: Dataset, shipped: Path) -> bool:
    """Copy the profile in `shipped` beside `dataset`, if it was made from exactly this one and none is there. Returns whether one came.

    Whether it is whole and of today's format is for `make_profile` to see, which makes it again where it is not.
    """
    manifest, target = shipped / MANIFEST, dataset.folder / DEFAULT
    if target.exists() or not manifest.is_file() or json.loads(manifest.read_text(encoding="utf-8")).get("dataset") != dataset.id:
        return False
    with new_folder(target) as fresh:
        shutil.copytree(shipped, fresh, dirs_exist_ok=True)
    return True
