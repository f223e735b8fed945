"""A real log of half a million rows gives one dataset, whatever it comes in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from recsys_core.data.ingest import IngestRequest, ingest
from tests.conftest import SHARED
from tests.contract.packing import FORMS

pytestmark = [pytest.mark.shared, pytest.mark.slow]

RAW = SHARED / "data" / "online_retail_2011_raw" / "interactions.parquet"
WANTED = ("latin-1.csv", "tabs.tsv", "log.jsonl", "log.parquet", "log.xlsx", "log.csv.gz", "log.zip")


@pytest.mark.timeout(1800)
def test_the_real_log_is_the_same_in_every_form(tmp_path: Path) -> None:
    log = pd.read_parquet(RAW)
    found = {}
    for form in WANTED:
        file = tmp_path / form
        file.write_bytes(FORMS[form](log))
        result = ingest(IngestRequest(str(file), name="raw"), tmp_path / "datasets")
        found[form] = (result.dataset, result.rows_read, result.rows_kept)
        file.unlink()
    assert len(set(found.values())) == 1, found
    assert found["latin-1.csv"][1] == 541_909
