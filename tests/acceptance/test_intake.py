"""Intake on the real logs: what is dropped agrees with pandas, one log is one dataset in every format, all of them are taken in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.data.dropped import read_dropped
from recsys_core.data.ingest import IngestRequest, IngestResult, ingest
from recsys_core.data.rules import NETTING, RULES
from recsys_core.data.splits import make_split
from tests.conftest import SHARED

DATA = SHARED / "data"
RAW = DATA / "online_retail_2011_raw" / "interactions.parquet"


def matched(result: IngestResult) -> dict[str, int]:
    return {reason.name: reason.matched for reason in result.reasons}


PRODUCT = r"\d{5}[A-Z]*"
SHOP_RULES = (  # how `online_retail` was made from the raw lines
    "missing user",
    "non-positive quantity",
    "price not above zero",
    {"name": "non-product code", "pattern": f"^{PRODUCT}$"},
    "exact duplicate",
    "ids spelled alike",
)


def raw_lines() -> pd.DataFrame:
    """The raw shop, trimmed as intake trims."""
    raw = pd.read_parquet(RAW)
    return raw.assign(**{name: raw[name].str.strip() for name in ("user_id", "item_id", "title")})


def test_the_raw_shop_is_cleaned_as_pandas_would(tmp_path: Path) -> None:
    result = ingest(IngestRequest(str(RAW)), tmp_path)
    raw = raw_lines()
    told = matched(result)
    netted = told.pop("returned in full")
    assert told == {
        "missing user": int(raw.user_id.isna().sum()),
        "missing item": int(raw.item_id.isna().sum()),
        "missing time": 0,
        "unreadable time": 0,
        "unreadable number": 0,
        "placeholder time": 0,
        "future time": 0,
        "non-product code": int((~raw.item_id.str.upper().str.fullmatch(PRODUCT)).sum()),
        "cancelled order": int(raw.invoice.str.match(r"C\d+$").sum()),
        "non-positive quantity": int((raw.quantity <= 0).sum()),
        "price not above zero": int((raw.price <= 0).sum()),
        "exact duplicate": int(raw.duplicated().sum()),
    }
    assert (told["non-product code"], told["exact duplicate"]) == (2_995, 5_268)
    assert result.rows_read == len(raw) == result.rows_kept + sum(reason.dropped for reason in result.reasons)
    good = cleaned(raw)
    assert result.rows_kept == len(good) - netted
    assert 2_000 < netted < 4_000
    assert within(result.trains, 0.01)


def cleaned(raw: pd.DataFrame) -> pd.DataFrame:
    """The lines that the shop's rules keep."""
    product = raw.item_id.str.upper().str.fullmatch(PRODUCT)
    return raw[raw.user_id.notna() & (raw.quantity > 0) & (raw.price > 0) & product].drop_duplicates()


def within(trains: Mapping[str, int], share: float) -> bool:
    """Whether what trains is as much as in `online_retail`, give or take a share of it."""
    made = pd.read_parquet(DATA / "online_retail" / "interactions.parquet")
    wanted = {"rows": len(made), "users": made.user_id.nunique(), "items": made.item_id.nunique()}
    return all(abs(trains[name] - wanted[name]) <= share * wanted[name] for name in wanted)


@pytest.mark.parametrize("rules", [SHOP_RULES, SHOP_RULES[:-1]])
def test_the_shops_own_rules_make_online_retail(tmp_path: Path, rules: tuple[object, ...]) -> None:
    (tmp_path / "rules.json").write_text(json.dumps(rules))
    request = IngestRequest(str(RAW), rules=str(tmp_path / "rules.json"), min_user_items=5, min_item_users=5)
    result = ingest(request, tmp_path / "datasets")
    raw = raw_lines()
    assert result.rows_kept == len(cleaned(raw))
    assert result.rows_read == len(raw) == result.rows_kept + sum(reason.dropped for reason in result.reasons)
    assert within(result.trains, 0)


def test_every_dropped_line_of_the_raw_shop_can_be_had(tmp_path: Path) -> None:
    result = ingest(IngestRequest(str(RAW)), tmp_path)
    rows = pa.Table.from_batches(read_dropped(tmp_path / result.dataset)).to_pandas()
    assert rows.reason.value_counts().to_dict() == {reason.name: reason.dropped for reason in result.reasons if reason.dropped}
    lines = raw_lines().iloc[rows.row - 1].reset_index(drop=True)
    assert rows.invoice.tolist() == lines.invoice.tolist()
    assert (rows.quantity.astype(float) == lines.quantity).all()
    assert rows.user_id.isna().equals(lines.user_id.isna())


def test_refunds_of_the_raw_shop_add_up(tmp_path: Path) -> None:
    """What is netted away is what was refunded: never more, and of one shopper, product and price at a time."""
    netted = ingest(IngestRequest(str(RAW)), tmp_path)
    plain = ingest(IngestRequest(str(RAW), rules=tuple(rule.name for rule in RULES if rule.default and rule.name != NETTING)), tmp_path)
    keys = ["user_id", "item_id", "price"]
    sums = []
    for result in (plain, netted):
        dataset = Dataset.open(tmp_path / result.dataset)
        events = dataset.events(["user", "item", "price", "quantity"]).to_pandas()
        events = events.assign(user_id=dataset.user_ids[events.user], item_id=dataset.item_ids[events["item"]])
        sums.append(events.groupby(keys).quantity.sum())
    taken = (sums[0] - sums[1].reindex(sums[0].index, fill_value=0)).pipe(lambda less: less[less > 0])
    raw = raw_lines()
    refunds = raw[raw.user_id.notna() & (raw.quantity < 0)].drop_duplicates()
    refunded = -refunds.assign(item_id=refunds.item_id.str.upper()).groupby(keys).quantity.sum()
    assert (taken <= refunded.reindex(taken.index)).all()
    assert taken.sum() > 0.5 * refunded.sum()


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
