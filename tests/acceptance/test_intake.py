"""Intake on the real logs: what is dropped agrees with pandas, one log is one dataset in every format, all of them are taken in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.data.ingest import IngestRequest, IngestResult, ingest
from recsys_core.data.splits import make_split
from tests.conftest import SHARED

DATA = SHARED / "data"
RAW = DATA / "online_retail_2011_raw" / "interactions.parquet"


def matched(result: IngestResult) -> dict[str, int]:
    return {reason.name: reason.matched for reason in result.reasons}


def test_the_raw_shop_is_cleaned_as_pandas_would(tmp_path: Path) -> None:
    result = ingest(IngestRequest(str(RAW)), tmp_path)
    raw = pd.read_parquet(RAW)
    trimmed = raw.assign(**{name: raw[name].str.strip() for name in ("user_id", "item_id", "title")})
    assert matched(result) == {
        "missing user": int(raw.user_id.isna().sum()),
        "missing item": int(raw.item_id.isna().sum()),
        "missing time": 0,
        "unreadable time": 0,
        "unreadable number": 0,
        "cancelled order": int(raw.invoice.str.match(r"C\d+$").sum()),
        "non-positive quantity": int((raw.quantity <= 0).sum()),
        "price not above zero": int((raw.price <= 0).sum()),
        "exact duplicate": int(trimmed.duplicated().sum()),
    }
    good = trimmed[
        trimmed.user_id.notna() & ~trimmed.invoice.str.match(r"C\d+$") & (trimmed.quantity > 0) & (trimmed.price > 0)
    ].drop_duplicates()
    assert result.rows_kept == len(good)
    assert result.rows_read == len(raw) == result.rows_kept + sum(reason.dropped for reason in result.reasons)
    assert (result.users, result.items) == (good.user_id.nunique(), good.item_id.nunique())


@pytest.mark.slow
def test_the_raw_shop_as_csv_is_the_same_dataset(tmp_path: Path) -> None:
    pd.read_parquet(RAW).to_csv(tmp_path / "raw.csv", index=False)
    assert (
        ingest(IngestRequest(str(tmp_path / "raw.csv")), tmp_path / "a").dataset == ingest(IngestRequest(str(RAW)), tmp_path / "b").dataset
    )


def test_the_demo_loses_only_its_41_copies(tmp_path: Path) -> None:
    folder = DATA / "online_retail"
    result = ingest(IngestRequest(str(folder / "interactions.parquet"), items=str(folder / "items.parquet")), tmp_path)
    assert {reason.name: reason.dropped for reason in result.reasons if reason.dropped} == {"exact duplicate": 41}
    assert (result.rows_kept, result.users, result.items) == (389_107, 4_074, 3_145)
    assert result.trains == {"rows": 389_107, "users": 4_074, "items": 3_145}


@pytest.mark.parametrize(
    ("name", "protocol", "users", "roles"),
    [
        ("ml-100k", "time", 943, {"rating", "timestamp"}),
        ("ml-1m", "users", 6_040, {"rating"}),
        ("gowalla", "given", 29_858, {"split"}),
        ("cfgan_ciao", "given", 662, {"rating", "split"}),
        ("s3rec_beauty", "last", 22_363, {"seq"}),
        ("lastfm_hetrec", "random", 1_892, {"quantity"}),
        ("steam_200k", "random", 12_393, {"event", "value"}),
        ("bookcrossing", "users", 2_946, {"event", "rating"}),
        ("complete_journey", "last", 2_467, {"timestamp", "event", "quantity", "price", "value", "order_id"}),
    ],
)
def test_every_log_is_taken_in_with_its_roles_found(tmp_path: Path, name: str, protocol: str, users: int, roles: set[str]) -> None:
    files = {key: DATA / name / f"{file}.parquet" for key, file in (("log", "interactions"), ("items", "items"), ("users", "users"))}
    result = ingest(IngestRequest(**{key: str(path) for key, path in files.items() if path.exists()}), tmp_path)
    assert result.users == users
    assert set(result.roles) == {"user_id", "item_id", *roles}
    split = make_split(Dataset.open(tmp_path / result.dataset, verify=True), protocol, 0)
    assert split.has_test
