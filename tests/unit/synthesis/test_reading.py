"""Logs in their several forms come out alike; what is no log is refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from recsys_core.errors import InputError
from recsys_core.synthesis.scorecard.files import check_files
from recsys_core.synthesis.scorecard.reading import read_items, read_log
from recsys_core.synthesis.scorecard.score import score
from tests.unit.synthesis.planted import copied, shop


def test_a_csv_and_a_parquet_file_are_one_log(tmp_path: Path) -> None:
    real = shop(40)
    real.to_csv(tmp_path / "log.csv", index=False)
    real.to_parquet(tmp_path / "log.parquet")
    text, typed = read_log(tmp_path / "log.csv"), read_log(tmp_path / "log.parquet")
    pd.testing.assert_frame_equal(text, typed)
    assert score(text, copied(real)).figures == score(typed, copied(real)).figures


def test_usual_names_are_known_and_rows_without_an_id_left_out(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"Customer ID": [1.0, 2.0, None], "StockCode": ["x", None, "y"], "InvoiceDate": ["2026-01-01"] * 3, "invoice": [1, 2, 3]}
    )
    frame.to_csv(tmp_path / "log.csv", index=False)
    found = read_log(tmp_path / "log.csv")
    assert found[["user_id", "item_id"]].to_numpy().tolist() == [["1", "x"]]
    assert "order_id" not in found  # only under its own name


def test_a_catalogue_has_each_product_once(tmp_path: Path) -> None:
    pd.DataFrame({"item_id": ["x", "x", None], "category": ["a", "b", "c"], "title": ["", "", ""]}).to_csv(
        tmp_path / "items.csv", index=False
    )
    assert read_items(tmp_path / "items.csv").to_numpy().tolist() == [["x", "a"]]


def test_what_is_no_log_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("user_id,colour\n1,red\n")
    with pytest.raises(InputError, match=r"other.csv has no column item_id. It has: user_id, colour"):
        read_log(tmp_path / "other.csv")
    (tmp_path / "empty.csv").write_text("user_id,item_id\n1,\n")
    with pytest.raises(InputError, match="no row with both"):
        read_log(tmp_path / "empty.csv")
    with pytest.raises(InputError, match="There is no file"):
        read_log(tmp_path / "none.csv")


def test_two_logs_are_two_files(tmp_path: Path) -> None:
    check_files(tmp_path / "a", tmp_path / "b", None)
    with pytest.raises(InputError, match="The real and the synthetic log are the same file"):
        check_files(tmp_path / "a", tmp_path / "x" / ".." / "a", None)
    with pytest.raises(InputError, match="The synthetic and the holdout log"):
        check_files(tmp_path / "a", tmp_path / "b", tmp_path / "b")
