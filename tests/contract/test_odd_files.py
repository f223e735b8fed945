"""What real files do besides: no header, comments, repeated headers, several tables, and what is no file of events at all."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from recsys_core.data.engine import prepare
from recsys_core.data.formats import expansion
from recsys_core.data.formats.damage import reading
from recsys_core.data.formats.several import in_order
from recsys_core.data.formats.source import Source
from recsys_core.data.sources import open_source
from recsys_core.errors import InputError
from recsys_core.storage.system_errors import RefusedError
from tests.contract.packing import text, workbook, zipped


def rows(source: Source) -> list[tuple[object, ...]]:
    with duckdb.connect() as engine, reading(source):
        prepare(engine)
        return engine.execute(f"SELECT * FROM {source.scan}").fetchall()


def opened(tmp_path: Path, content: bytes, name: str = "log.csv", **choices: object) -> Source:
    (tmp_path / name).write_bytes(content)
    return open_source(tmp_path / name, tmp_path, **choices)  # type: ignore[arg-type]


HEADERS: dict[str, tuple[bytes, bool]] = {
    "names over numbers": (b"user,item,n\n1,2,3\n4,5,6\n", True),
    "unusual names over numbers": (b"aa,bb,cc\n1,2,3\n4,5,6\n", True),
    "numbers alone": (b"1,2,3\n4,5,6\n", False),
    "ids, then a time": (b"u1,i5,1300000000\nu2,i6,1300000001\nu1,i7,1300000003\n", False),
    "words alone, none a name": (b"u1,i5,view\nu2,i6,buy\nu1,i7,view\n", False),
    "words alone under usual names": (b"user_id,item_id\nann,hat\nbob,cap\n", True),
    "words that come again below": (b"ann,hat\nbob,cap\nann,cap\n", False),
    "a first row with gaps": (b",5,2026-01-01\n1,6,2026-01-02\n2,7,2026-01-03\n", False),
    "MovieLens": (b"1::1193::5::978300760\n1::661::3::978302109\n", False),
    "a header only": (b"user_id,item_id\n", True),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_is_told_from_data(tmp_path: Path, name: str) -> None:
    content, header = HEADERS[name]
    source = opened(tmp_path, content)
    assert source.header is header
    assert len(rows(source)) == content.count(b"\n") - header
    if not header:
        assert source.names[:2] == ["column 1", "column 2"]
        assert "no header line" in source.words
    assert opened(tmp_path, content, header=not header).header is not header


LAYOUTS: dict[str, tuple[bytes, list[str], list[tuple[object, ...]]]] = {
    "comments": (b"# made by x\n#\nuser,item\n1,2\n3,4\n", ["user", "item"], [("1", "2"), ("3", "4")]),
    "a commented header": (b"# user,item\n1,2\n3,4\n", ["user", "item"], [("1", "2"), ("3", "4")]),
    "a title": (b"Sales of March\n\nuser,item\n1,2\n3,4\n", ["user", "item"], [("1", "2"), ("3", "4")]),
    "Excel's sep": (b"sep=;\nuser;item\n1;2\n", ["user", "item"], [("1", "2")]),
    "a delimiter at each end": (b"user,item\n1,2,\n3,4,\n", ["user", "item", "column 3"], [("1", "2", None), ("3", "4", None)]),
    "R's row names": (b'user,item\n"a",1,2\n"b",3,4\n', ["column 1", "user", "item"], [("a", "1", "2"), ("b", "3", "4")]),
    "parts put together": (b"user,item\n1,2\nuser,item\n3,4\n", ["user", "item"], [("1", "2"), ("3", "4")]),
    "bars": (b"user|item\n1|2,5\n", ["user", "item"], [("1", "2,5")]),
    "mixed line ends": (b'user,item\r\n1,"x\r\ny"\n3,4\r5,6\n', ["user", "item"], [("1", "x\r\ny"), ("3", "4"), ("5", "6")]),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_surrounds_a_table_is_left_out(tmp_path: Path, name: str) -> None:
    content, names, expected = LAYOUTS[name]
    source = opened(tmp_path, content)
    assert source.names == names
    assert rows(source) == expected


def test_objects_within_objects_become_columns(tmp_path: Path) -> None:
    lines = (
        b'{"u":1,"item":{"id":"x/1","in":{"a":2.50,"b":{"c":[1]}}},"tags":["a","b"],"ok":true}\n'
        b'{"u":"002","item":null,"more":12345678901234567890}\n'
    )
    source = opened(tmp_path, lines)
    assert source.names == ["u", "item.id", "item.in.a", "item.in.b", "tags", "ok", "more"]
    assert rows(source) == [
        ("1", "x/1", "2.5", '{"c":[1]}', '["a","b"]', "true", None),
        ("002", None, None, None, None, None, "12345678901234567890"),
    ]


def test_json_over_several_lines_is_read(tmp_path: Path) -> None:
    assert rows(opened(tmp_path, b'[\n {\n "u": 1,\n "i": 2\n },\n {"u":3,"i":4}\n]')) == [("1", "2"), ("3", "4")]
    assert rows(opened(tmp_path, b'{\n "u": 1,\n "i": 2\n}\n{"u":3,"i":4}\n')) == [("1", "2"), ("3", "4")]


MOMENTS = ("2010-12-01 08:26:00", "2010-12-01 08:26:59.999", "1999-12-31 23:59:59", "2026-02-28 12:00:01", "2024-02-29 06:07:08")


def test_cells_of_excel_are_those_of_a_csv(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "n": [17850, 2.55, 1e-7, -0.1, 123456789012],
            "t": [pd.Timestamp(moment) for moment in MOMENTS],
            "ok": [True, False, True, False, True],
            "s": ["007", "1.0", " x ", "a\nb", None],
        }
    )
    frame["n"] = frame["n"].astype(object)
    seen = rows(opened(tmp_path, workbook(("log", frame)), "log.xlsx"))
    assert [row[0] for row in seen] == ["17850", "2.55", "1e-07", "-0.1", "123456789012"]
    assert [pd.Timestamp(str(row[1])) for row in seen] == frame["t"].tolist()
    assert [row[2] for row in seen] == ["True", "False", "True", "False", "True"]
    assert [row[3] for row in seen] == ["007", "1.0", " x ", "a\nb", None]


def test_tables_of_a_workbook_and_of_an_archive_are_named(tmp_path: Path) -> None:
    log = pd.DataFrame({"user_id": [1, 2], "item_id": [3, 4]})
    items = pd.DataFrame({"item_id": [3, 4] * 50, "title": ["a long title"] * 100})
    for source in (
        opened(tmp_path, workbook(("items", items), ("orders", log)), "shop.xlsx"),
        opened(tmp_path, zipped(("items.csv", text(items)), ("orders.csv", text(log)), ("readme.txt", b"x")), "shop.zip"),
    ):
        assert source.names == ["user_id", "item_id"]
        assert sorted(Path(name).stem for name in source.tables) == ["items", "orders"]
        again = open_source(source.path, tmp_path, table="items")
        assert again.names == ["item_id", "title"]
        with pytest.raises(InputError, match="has no table 'other'"):
            open_source(source.path, tmp_path, table="other")


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "a bomb": ("log.csv.gz", gzip.compress(b"0" * (80 << 20)), "log.csv.gz unpacks to more than"),
    "many small bombs in a zip": (
        "log.zip",
        zipped(*((f"{part}.csv.gz", small) for small in [gzip.compress(b"0,1\n" * (4 << 20))] for part in range(6))),
        "log.zip unpacks to more than",
    ),
    "a bomb in a zip": ("log.zip", zipped(("a.csv", b"0" * (80 << 20))), "log.zip unpacks to more than"),
    "zips all the way": ("log.zip", zipped(("a.zip", zipped(("b.zip", zipped(("c.csv", b"u,i\n1,2\n")))))), "packed again and again"),
    "a cut gzip": ("log.csv.gz", gzip.compress(text(pd.DataFrame({"u": np.arange(9999)})))[:-30], "damaged or cut off"),
    "half a log in an archive": ("log.zip", zipped(("1.csv", b"u,i\n1,2\n"), ("2.csv", b"\0\0\0")), "2.csv is not a text file"),
    "an archive of pictures": ("log.zip", zipped(("a.png", b"x"), ("__MACOSX/a.csv", b"x")), "holds no table"),
    "an old workbook": ("log.xls", b"\xd0\xcf\x11\xe0" + b"x" * 99, "an old Excel workbook (.xls)"),
    "an empty workbook": ("log.xlsx", workbook(("a", pd.DataFrame())), "has no sheet with a table"),
    "nested beyond reason": ("log.json", b'{"a":' * 2000 + b"1" + b"}" * 2000, "nested deeper than 128 levels"),
    "broken JSON": ("log.jsonl", b'{"u":1,"i":2}\n{"u":1,"i":2}\n{"u":,"i":2}\n', "line 3: not JSON"),
    "JSON of nothing": ("log.json", b"[{}]", "holds no JSON objects of events"),
    "very wide JSON": ("log.json", b"{" + b",".join(b'"c%d":1' % n for n in range(2000)) + b"}", "2,000 columns; at most 1,000"),
    "100,000 columns": ("log.csv", b",".join(b"c%d" % n for n in range(100_000)) + b"\n", "over 1,000 columns"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_log_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    file, content, words = REFUSED[name]
    with pytest.raises(InputError) as told:
        rows(opened(tmp_path, content, file))
    assert words in told.value.message
    assert "\n" not in told.value.message


def test_a_name_of_5000_digits_has_its_place_in_the_order(tmp_path: Path) -> None:
    names = [f"{'1' * 5000}.csv", "part 10.csv", "part 2.csv", "Part 02.csv"]
    assert in_order(names) == [names[0], "Part 02.csv", "part 2.csv", "part 10.csv"]
    assert opened(tmp_path, zipped(*((name, b"user,item\n1,2\n") for name in names)), "log.zip").names == ["user", "item"]


def test_what_unpacks_to_too_much_stops_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "ALWAYS_ALLOWED", 1 << 20)
    with pytest.raises(InputError, match="unpacks to more than"):
        opened(tmp_path, gzip.compress(b"0" * (200 << 20)), "log.csv.gz")
    assert sum(file.stat().st_size for file in tmp_path.glob("unpacked-*")) <= 40 << 20


def test_a_full_disk_is_not_called_a_damaged_file(tmp_path: Path) -> None:
    source = opened(tmp_path, b"user,item\n1,2\n")
    with pytest.raises(RefusedError, match="The disk is full"), reading(source):
        raise duckdb.IOException("Could not write file 'x.tmp': No space left on device")
