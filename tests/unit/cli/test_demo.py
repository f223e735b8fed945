"""The demo says how to go on: to people, not to programs."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from recsys_core import jobs
from recsys_core.cli.app import main


def test_people_are_told_how_to_start_the_app_and_where_it_will_be(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(jobs, "run_here", lambda *_, **__: SimpleNamespace(result={"dataset": "d", "run": "r"}), raising=False)
    assert main(["demo"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "Start the app with `make app` or `streamlit run app.py`; it will be at http://localhost:8501." in out
    assert main(["demo", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"dataset": "d", "run": "r"}
