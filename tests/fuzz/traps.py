"""Files made to break a reader: bombs, sheets as wide as Excel can, tables of 100,000 columns, nothing at all."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.fuzz.bases import base, packed_gzip, packed_zip, unpacked_zip

Rng = np.random.Generator
_SHEET = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'


def _with_sheet(xml: str | bytes) -> bytes:
    content = xml.encode() if isinstance(xml, str) else xml
    return packed_zip(*((name, content if name.startswith("xl/worksheets/") else old) for name, old in unpacked_zip(base("log.xlsx"))))


@cache
def _zeros_gz() -> bytes:
    return packed_gzip(b"0" * (80 << 20))


def gzip_bomb(rng: Rng) -> bytes:
    return packed_gzip(_zeros_gz()) if rng.random() < 0.3 else _zeros_gz()


def zip_bomb(rng: Rng) -> bytes:
    inner = packed_zip(("0.csv", b"\n" * (5 << 20)))
    return packed_zip(*((f"{n}.zip", inner) for n in range(16))) if rng.random() < 0.5 else packed_zip(("log.csv.gz", _zeros_gz()))


def quine_like_zip(rng: Rng) -> bytes:
    content = base("log.zip")
    for _ in range(int(rng.integers(1, 6))):
        content = packed_zip(("log.zip", content))
    return content


def zip_that_lies(rng: Rng) -> bytes:
    """The directory says other sizes, methods, flags or names than the members have."""
    data = bytearray(base("several.zip"))
    start = data.rfind(b"PK\x01\x02")
    place = start + int(rng.choice([8, 10, 16, 20, 24, 28, 42]))
    struct.pack_into("<I", data, place, int(rng.integers(0, 2**32)))
    return bytes(data)


def zip_of_strange_names(rng: Rng) -> bytes:
    names = ["../../escaped.csv", "/etc/passwd.csv", "a/" * 300 + "x.csv", "nul\nline.csv", "log.csv", "log.csv ", "C:\\x.csv"]
    return packed_zip(*((name, base("log.csv")) for name in rng.permutation(names)[: int(rng.integers(1, 7))]))


def zip_of_many(rng: Rng) -> bytes:
    return packed_zip(*((f"{n}.csv", b"user_id,item_id\n%d,a\n" % n) for n in range(int(rng.integers(1, 40)))))


def stored_zip(rng: Rng) -> bytes:
    return packed_zip(("log.csv", base("log.csv")), method=zipfile.ZIP_STORED if rng.random() < 0.5 else zipfile.ZIP_LZMA)


def vast_sheet(rng: Rng) -> bytes:
    """Two cells at the far corners: a reader that makes the whole rectangle takes hundreds of gigabytes."""
    row, column = int(10 ** rng.uniform(1, 6)), str(rng.choice(["B", "AZ", "ALL", "XFD"]))
    cells = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{column}{row}"><v>2</v></c></row>'
    return _with_sheet(_SHEET.format(f"<sheetData>{cells}</sheetData>"))


def laughing_sheet(rng: Rng) -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    xml = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{entities}]>' + _SHEET.split("?>")[1]
    return _with_sheet(xml.format('<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&l11;</t></is></c></row></sheetData>'))


def nested_sheet(rng: Rng) -> bytes:
    depth = int(rng.integers(10, 50_000))
    return _with_sheet(_SHEET.format("<sheetData>" + "<row><c>" * depth + "</c></row>" * depth + "</sheetData>"))


def odd_sheet(rng: Rng) -> bytes:
    cells = ['<c r="A1" t="b"><v>7</v></c>', '<c r="ZZZ99" t="s"><v>99999</v></c>', '<c r="A0"><v>x</v></c>', '<c t="e"><v>#N/A</v></c>']
    cells += [
        '<c r="A1" s="9999"><v>1e400</v></c>',
        '<c r="B2" t="d"><v>2026-99-99</v></c>',
        '<c r="-1"><v>5</v></c>',
        '<c r="C3"><f>A1</f></c>',
    ]
    rows = "".join(
        f'<row r="{int(rng.integers(-5, 99))}">{rng.choice(cells)}{rng.choice(cells)}</row>' for _ in range(int(rng.integers(1, 9)))
    )
    return _with_sheet(_SHEET.format(f'<dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData>'))


@cache
def _wide_parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({f"c{n}": pa.array([n]) for n in range(5_000)}), out)
    return out.getvalue()


def wide(rng: Rng) -> bytes:
    """100,000 columns."""
    names = [b"c%d" % n for n in range(100_000)]
    which = int(rng.integers(5))
    if which == 0:
        return b",".join(names) + b"\n" + b",".join(names) + b"\n"
    if which == 1:
        return b"{" + b",".join(b'"%s":1' % name for name in names) + b"}\n"
    if which == 2:
        return b"".join(b'{"%s":1}\n' % name for name in names[:20_000])
    if which == 3:
        return packed_gzip(b";".join(names))
    return _wide_parquet()


def nothing(rng: Rng) -> bytes:
    choices = (
        b"",
        b"\n",
        b" ",
        b"\0",
        b"\0" * 5000,
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"a",
        b'"',
        b",",
        b"[",
        b"{",
        b"{}",
        b"[]",
        b"[{}]",
        b"PAR1",
        b"#",
    )
    return choices[rng.integers(len(choices))] * int(rng.choice([1, 1, 1, 3]))


def noise(rng: Rng) -> bytes:
    return rng.bytes(int(rng.integers(1, 20_000)))


TRAPS: tuple[Callable[[Rng], bytes], ...] = (
    *(gzip_bomb, zip_bomb, quine_like_zip, zip_that_lies, zip_of_strange_names, zip_of_many, stored_zip, vast_sheet, laughing_sheet),
    *(nested_sheet, odd_sheet, wide, nothing, noise),
)
