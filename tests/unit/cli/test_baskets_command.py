"""`baskets`: what it answers and what it refuses."""

import json

import pandas as pd
import pytest

from recsys_core.cli.app import main
from recsys_core.data.dataset import Dataset
from recsys_core.inference.placements import open_baskets

pytestmark = pytest.mark.unit


def said(capsys, *words):
    code = main([*words])
    out, err = capsys.readouterr()
    return code, out, err


def taken_in(folder, monkeypatch, capsys, *, ordered=True):
    """Orders in which product 2n and 2n + 1 go together."""
    monkeypatch.setenv("AISLE_HOME", str(folder / "home"))
    rows = [
        (f"u{order % 20:02}", f"p{item:02}", f"o{order}", f"{pd.Timestamp('2025-01-01') + pd.Timedelta(hours=5 * order)}")
        for order in range(120)
        for item in (2 * (order % 6), 2 * (order % 6) + 1, 2 * ((order // 6) % 6))
    ]
    table = pd.DataFrame(rows, columns=["user_id", "item_id", "order_id", "timestamp"]).drop_duplicates()
    (table if ordered else table[["user_id", "item_id"]].drop_duplicates()).to_csv(folder / "log.csv", index=False)
    words = ("ingest", str(folder / "log.csv"), "--min-user-items", "1", "--min-item-users", "1", "--json")
    return json.loads(said(capsys, *words)[1])["dataset"]


def test_what_goes_together_is_learned_and_measured(tmp_path, monkeypatch, capsys):
    dataset = taken_in(tmp_path, monkeypatch, capsys)
    code, out, err = said(capsys, "baskets", dataset, "--json")
    assert (code, err) == (0, "")
    report = json.loads(out)["report"]
    assert {row["model"] for row in report["rows"]} >= {"item-knn", "edlae", "popularity"}
    assert open_baskets(Dataset.open(tmp_path / "home" / "datasets" / dataset)) is not None
    assert "over item-knn" in said(capsys, "baskets", dataset)[1]


def test_a_log_without_orders_is_refused_in_one_line(tmp_path, monkeypatch, capsys):
    dataset = taken_in(tmp_path, monkeypatch, capsys, ordered=False)
    code, out, err = said(capsys, "baskets", dataset)
    assert (code, out) == (2, "")
    assert "order" in err
