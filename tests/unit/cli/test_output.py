"""One way to write each kind of number."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from recsys_core.cli.output import count, duration, emit, figure, moment, progress_bar, size


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (count(1234567), "1,234,567"),
        (count(None), "–"),
        (figure(0.21537), "0.2154"),
        (figure(float("nan")), "–"),
        (duration(0.44), "0.4 s"),
        (duration(9.99), "10.0 s"),
        (duration(59.6), "1 min 0 s"),
        (duration(75), "1 min 15 s"),
        (duration(7830), "2 h 10 min"),
        (size(512), "512 bytes"),
        (size(1_234_000), "1.2 MB"),
        (size(999_960), "1.0 MB"),
        (size(5e12), "5.0 TB"),
        (moment(None), "–"),
    ],
)
def test_numbers_are_written_as_people_read_them(written: str, expected: str) -> None:
    assert written == expected


def test_without_a_table_of_its_own_a_payload_is_one_line_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    emit({"rows_read": 1234, "at": datetime(2026, 1, 1, tzinfo=UTC), "ok": True, "gone": None, "parts": {"a": 1}}, as_json=False)
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "rows read 1,234"
    assert lines[2:] == ["ok yes", "gone –", 'parts {"a": 1}']


def test_progress_is_silent_where_no_one_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("Working") as report:
        report(0.5, "Half way")
    assert capsys.readouterr() == ("", "")


def test_brackets_in_a_name_are_letters(capsys: pytest.CaptureFixture[str]) -> None:
    emit({"name": "[red] shop"}, as_json=False)
    assert "[red] shop" in capsys.readouterr().out
