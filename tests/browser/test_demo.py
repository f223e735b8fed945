"""The stakeholder demo, with short training and without the UMAP, so that every change plays it. `make acceptance` plays it whole."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser
from pyarrow import csv

from tests.browser.demo import Demo
from tests.browser.harness import ROOT, Server, running_server

RAW = ROOT.parent / "shared" / "data" / "online_retail_2011_raw"


def test_the_demo_plays_on_the_shipped_log(chromium: Browser, empty_server: Server) -> None:
    report = Demo(chromium, empty_server, epochs=6, umap=False).play()
    sys.stdout.write(json.dumps(report, indent=1))
    assert report["problems"] == []


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_the_whole_demo_plays_on_the_shipped_log(chromium: Browser, empty_server: Server) -> None:
    report = Demo(chromium, empty_server).play()
    sys.stdout.write(json.dumps(report, indent=1))
    assert report["problems"] == []


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.timeout(3000)
def test_the_whole_demo_plays_on_a_raw_log(chromium: Browser, tmp_path: Path) -> None:
    log = tmp_path / "online_retail_2011.csv"
    csv.write_csv(pq.read_table(RAW / "interactions.parquet"), log)
    with running_server(tmp_path / "home") as server:
        report = Demo(chromium, server, log=log).play()
    sys.stdout.write(json.dumps(report, indent=1))
    assert report["problems"] == []
