"""However an intake ends, it leaves a whole dataset or nothing."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from recsys_core.data import engine
from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.storage.system_errors import RefusedError


@pytest.fixture
def log(tmp_path: Path) -> Path:
    rows = [(f"u{user}", f"i{item}") for user in range(8) for item in range(6)]
    pd.DataFrame(rows, columns=["user_id", "item_id"]).to_csv(tmp_path / "log.csv", index=False)
    return tmp_path / "log.csv"


def test_a_stop_at_any_step_leaves_nothing(log: Path, tmp_path: Path) -> None:
    steps: list[float] = []
    done = ingest(IngestRequest(str(log)), tmp_path / "whole", lambda fraction, message: steps.append(fraction))
    assert steps == sorted(steps)
    assert (steps[0], steps[-1]) == (0.0, 1.0)
    for stop in range(len(steps)):
        left = iter(range(stop))

        def progress(fraction: float, message: str, left: object = left) -> None:
            if next(left, None) is None:  # type: ignore[call-overload]
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            ingest(IngestRequest(str(log)), tmp_path / f"stopped-{stop}", progress)
        folder = tmp_path / f"stopped-{stop}"
        names = [path.name for path in folder.iterdir()] if folder.exists() else []
        assert names == ([done.dataset] if stop == len(steps) - 1 else [])  # the last report comes when all is written


def test_a_log_larger_than_the_memory_it_may_use_is_taken_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MEMORY_LIMIT", "60MB")
    n = 400_000
    frame = pd.DataFrame({"user_id": [place % 1000 for place in range(n)], "item_id": [place // 1000 for place in range(n)]})
    frame["note"] = [f"a text that no other row has and that takes some room: {place:09d}" for place in range(n)]
    frame.to_parquet(tmp_path / "log.parquet")
    result = ingest(IngestRequest(str(tmp_path / "log.parquet")), tmp_path / "datasets")
    assert (result.rows_kept, result.users, result.items) == (n, 1000, 400)
    assert Dataset.open(tmp_path / "datasets" / result.dataset).positives.nnz == n
    assert [path.name for path in (tmp_path / "datasets").iterdir()] == [result.dataset]


def test_a_disk_without_room_for_what_is_sorted_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="disk is full"), engine.open_engine(tmp_path) as connection:
        connection.execute(
            "SET memory_limit = '20MB'; SET threads = 1; SET max_temp_directory_size = '1MB'; "
            "CREATE TABLE sorted AS SELECT md5(i::VARCHAR) AS text FROM range(1000000) AS numbers(i) ORDER BY text"
        )


def test_a_mistake_in_our_own_sql_is_no_matter_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(duckdb.CatalogException), engine.open_engine(tmp_path) as connection:
        connection.execute("SELECT * FROM nothing")
