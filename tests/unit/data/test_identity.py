"""A dataset is named by what it says: never by file name, format, row order, or the order of columns."""

import json
from pathlib import Path

import pandas as pd
import pytest

from recsys_core.data.dataset import Dataset
from recsys_core.data.dropped import read_dropped
from recsys_core.data.ingest import IngestRequest, ingest
from recsys_core.storage.artifacts import seal


@pytest.fixture
def log() -> pd.DataFrame:
    """A log with every kind of column, gaps, text that looks like numbers, and commas, quotes and line breaks in it."""
    n = 60
    return pd.DataFrame(
        {
            "user_id": [17850 + i % 7 for i in range(n)],
            "item_id": [f"{85000 + i % 11}{'A' if i % 3 else ''}" for i in range(n)],
            "timestamp": pd.date_range("2010-12-01 08:26", periods=n, freq="37min").as_unit("us"),
            "event": ["purchase", "view", "cart"] * (n // 3),
            "quantity": [1 + i % 5 for i in range(n)],
            "price": [None if i % 9 == 0 else round(0.1 + i * 0.37, 2) for i in range(n)],
            "order_id": [53_000 + i // 4 for i in range(n)],
            "note": [None if i % 4 else f'a "quoted", text\nno. {i % 3}' for i in range(n)],
            "store": [float(i % 3) for i in range(n)],
            "share": [i / 7 for i in range(n)],
        }
    )


def ingested(path: Path, **options: object) -> str:
    return ingest(IngestRequest(str(path), min_user_items=1, min_item_users=1, **options), path.parent / "datasets").dataset  # type: ignore[arg-type]


def test_csv_and_parquet_in_any_order_and_delimiter_are_one_dataset(log: pd.DataFrame, tmp_path: Path) -> None:
    log.to_parquet(tmp_path / "log.parquet", row_group_size=7)
    log.to_csv(tmp_path / "log.csv", index=False)
    log.to_csv(tmp_path / "bom.csv", index=False, encoding="utf-8-sig", lineterminator="\r\n")
    log.to_csv(tmp_path / "other name.txt", index=False, sep=";")
    log.to_csv(tmp_path / "log.tsv", index=False, sep="\t")
    log.sample(frac=1, random_state=1)[list(reversed(log.columns))].to_csv(tmp_path / "shuffled.csv", index=False)
    log.sample(frac=1, random_state=2).to_parquet(tmp_path / "shuffled.parquet")  # with the row numbers that pandas adds
    log.assign(user_id=log.user_id.astype(float), timestamp=log.timestamp.astype("datetime64[ns]")).to_parquet(tmp_path / "floats.parquet")
    log.assign(timestamp=log.timestamp.astype("int64") // 1_000_000).to_csv(tmp_path / "epoch.csv", index=False)
    ids = {path.name: ingested(path) for path in sorted(tmp_path.iterdir()) if path.is_file()}
    assert len(ids) == 9
    assert len(set(ids.values())) == 1, ids


def test_an_infinite_number_is_unreadable_in_csv_and_parquet_alike(log: pd.DataFrame, tmp_path: Path) -> None:
    odd = log.assign(price=log.price.where(log.index > 1, float("inf")), share=log.share.where(log.index != 9, float("-inf")))
    odd.to_csv(tmp_path / "log.csv", index=False)
    odd.to_parquet(tmp_path / "log.parquet")
    results = [ingest(IngestRequest(str(tmp_path / f"log.{kind}")), tmp_path / kind) for kind in ("csv", "parquet")]
    assert results[0].dataset == results[1].dataset
    assert [{reason.name: reason.dropped for reason in result.reasons}["unreadable number"] for result in results] == [2, 2]


def test_times_in_a_column_without_a_role_are_the_same_in_every_form(log: pd.DataFrame, tmp_path: Path) -> None:
    log = log.drop(columns="share")  # whose last digits pandas leaves out of JSON
    log["shipped"] = pd.date_range("2010-12-03", periods=len(log)).as_unit("us")  # midnights, which pandas writes as bare days
    log["packed at"] = log["shipped"] + pd.to_timedelta([8.5 + place % 2 for place in range(len(log))], unit="s")
    log.to_csv(tmp_path / "log.csv", index=False)
    log.to_parquet(tmp_path / "log.parquet")
    log.to_json(tmp_path / "log.jsonl", orient="records", lines=True, date_format="iso")
    ids = {ingested(tmp_path / f"log.{ending}") for ending in ("csv", "parquet", "jsonl")}
    assert len(ids) == 1
    events = Dataset.open(tmp_path / "datasets" / ids.pop()).events().to_pandas()
    assert {"2010-12-03"} <= set(events["shipped"])
    assert {"2010-12-03 00:00:08.5"} <= set(events["packed at"])


def test_true_and_false_of_products_and_shoppers_are_the_same_in_csv_and_parquet(log: pd.DataFrame, tmp_path: Path) -> None:
    log.to_csv(tmp_path / "log.csv", index=False)
    items, users = (pd.DataFrame({side: log[side].unique()}) for side in ("item_id", "user_id"))
    tables = {
        "items": items.assign(title="True", organic=items.index % 2 == 0, availability=items.index % 3 == 0),
        "users": users.assign(membership=users.index % 2 == 0, newsletter=users.index % 3 == 0),
    }
    for name, table in tables.items():
        table.to_csv(tmp_path / f"{name}.csv", index=False)
        table.to_parquet(tmp_path / f"{name}.parquet")
    made = []
    for ending in ("csv", "parquet"):
        made.append(ingested(tmp_path / "log.csv", **{name: str(tmp_path / f"{name}.{ending}") for name in tables}))
    assert made[0] == made[1]
    dataset = Dataset.open(tmp_path / "datasets" / made[0])
    assert set(dataset.items["organic"]) == set(dataset.users["tier"]) == {"true", "false"}
    assert set(dataset.items["title_raw"]) == {"True"}


def test_what_differs_in_content_or_choice_is_another_dataset(log: pd.DataFrame, tmp_path: Path) -> None:
    log.to_csv(tmp_path / "log.csv", index=False)
    log.assign(price=log.price.where(log.index != 5, 9.99)).to_csv(tmp_path / "price.csv", index=False)
    log.rename(columns={"note": "remark"}).to_csv(tmp_path / "renamed.csv", index=False)
    pd.DataFrame({"item_id": ["85001A"], "title": ["MUG"]}).to_csv(tmp_path / "items.csv", index=False)
    ids = [
        ingested(tmp_path / "log.csv"),
        ingested(tmp_path / "price.csv"),
        ingested(tmp_path / "renamed.csv"),
        ingested(tmp_path / "log.csv", rules="none"),
        ingested(tmp_path / "log.csv", positive=("view",)),
        ingested(tmp_path / "log.csv", roles={"price": ""}),
        ingested(tmp_path / "log.csv", currency="£"),
        ingested(tmp_path / "log.csv", items=str(tmp_path / "items.csv")),
    ]
    assert len(set(ids)) == len(ids)


def test_the_name_is_no_part_of_it_and_a_dataset_is_made_once(log: pd.DataFrame, tmp_path: Path) -> None:
    log.to_csv(tmp_path / "log.csv", index=False)
    first = ingest(IngestRequest(str(tmp_path / "log.csv"), name="One"), tmp_path / "datasets")
    manifest = tmp_path / "datasets" / first.dataset / "manifest.json"
    written = manifest.stat().st_mtime_ns
    again = ingest(IngestRequest(str(tmp_path / "log.csv"), name="Two"), tmp_path / "datasets")
    assert (first.reused, again.reused) == (False, True)
    assert (first.name, again.name) == ("One", "One")
    assert again.dataset == first.dataset
    assert manifest.stat().st_mtime_ns == written
    assert [path.name for path in (tmp_path / "datasets").iterdir()] == [first.dataset]


def test_a_dataset_that_was_there_tells_of_the_file_just_taken_in(log: pd.DataFrame, tmp_path: Path) -> None:
    log.to_csv(tmp_path / "log.csv", index=False)
    pd.concat([log, log.head(9)]).to_csv(tmp_path / "copies.csv", index=False)
    first = ingest(IngestRequest(str(tmp_path / "log.csv")), tmp_path / "datasets")
    again = ingest(IngestRequest(str(tmp_path / "copies.csv")), tmp_path / "datasets")
    assert again.reused
    assert (again.rows_read, again.rows_kept) == (first.rows_read + 9, first.rows_kept)
    assert {reason.name: reason.dropped for reason in again.reasons}["exact duplicate"] == 9
    dataset = Dataset.open(tmp_path / "datasets" / first.dataset, verify=True)
    assert (dataset.name, dataset.manifest["rows_read"], dataset.summary["rows_read"]) == (first.name, 69, 69)
    assert sum(batch.num_rows for batch in read_dropped(dataset.folder)) == 9


def test_a_dataset_of_an_older_format_is_written_anew_and_keeps_its_name_and_what_was_derived(log: pd.DataFrame, tmp_path: Path) -> None:
    log.to_csv(tmp_path / "log.csv", index=False)
    first = ingest(IngestRequest(str(tmp_path / "log.csv"), name="Mine"), tmp_path / "datasets")
    folder = tmp_path / "datasets" / first.dataset
    (folder / "dropped.parquet").unlink()
    (folder / "profiles").mkdir()
    seal(folder / "profiles", {"kind": "profiles"})
    seal(folder, {**json.loads((folder / "manifest.json").read_text()), "format": 1})
    again = ingest(IngestRequest(str(tmp_path / "log.csv")), tmp_path / "datasets")
    assert (again.dataset, again.name, again.reused) == (first.dataset, "Mine", True)
    dataset = Dataset.open(folder, verify=True)
    assert dataset.manifest["format"] > 1
    assert (folder / "profiles" / "manifest.json").exists()
    assert (folder / "dropped.parquet").exists()


def test_other_rules_make_another_dataset_and_the_old_one_stays(log: pd.DataFrame, tmp_path: Path) -> None:
    log.to_csv(tmp_path / "log.csv", index=False)
    first = ingest(IngestRequest(str(tmp_path / "log.csv")), tmp_path / "datasets")
    other = ingest(IngestRequest(str(tmp_path / "log.csv"), rules=("exact duplicate",)), tmp_path / "datasets")
    assert other.dataset != first.dataset
    for result in (first, other):
        assert Dataset.open(tmp_path / "datasets" / result.dataset, verify=True).manifest["rows_kept"] == result.rows_kept


def test_exact_copies_are_found_in_what_pandas_saved_shuffled(log: pd.DataFrame, tmp_path: Path) -> None:
    pd.concat([log, log.head(9)], ignore_index=True).sample(frac=1, random_state=3).to_parquet(tmp_path / "log.parquet")
    log.to_csv(tmp_path / "log.csv", index=False)
    assert ingested(tmp_path / "log.parquet") == ingested(tmp_path / "log.csv")


def test_a_dataset_with_one_changed_byte_is_made_again(log: pd.DataFrame, tmp_path: Path) -> None:
    log.to_csv(tmp_path / "log.csv", index=False)
    first = ingest(IngestRequest(str(tmp_path / "log.csv")), tmp_path / "datasets")
    users = tmp_path / "datasets" / first.dataset / "users.parquet"
    content = bytearray(users.read_bytes())
    content[len(content) // 2] ^= 0xFF
    users.write_bytes(content)
    again = ingest(IngestRequest(str(tmp_path / "log.csv")), tmp_path / "datasets")
    assert (again.dataset, again.reused) == (first.dataset, False)
    Dataset.open(tmp_path / "datasets" / again.dataset, verify=True)


def test_a_damaged_dataset_is_made_again(log: pd.DataFrame, tmp_path: Path) -> None:
    log.to_csv(tmp_path / "log.csv", index=False)
    first = ingest(IngestRequest(str(tmp_path / "log.csv")), tmp_path / "datasets")
    (tmp_path / "datasets" / first.dataset / "users.parquet").unlink()
    again = ingest(IngestRequest(str(tmp_path / "log.csv")), tmp_path / "datasets")
    assert (again.dataset, again.reused) == (first.dataset, False)
    Dataset.open(tmp_path / "datasets" / again.dataset, verify=True)
