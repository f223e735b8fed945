"""What befalls files: each mutation takes a file's bytes and a generator, and gives other bytes."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np

from tests.fuzz.bases import BASES, base, packed_gzip, packed_zip, unpacked_zip

Rng = np.random.Generator
Mutation = Callable[[bytes, Rng], bytes]
MAGICS = (
    b"PAR1",
    b"PK\x03\x04",
    b"\x1f\x8b\x08",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"{",
    b"[{",
    b"\x89PNG",
    b"%PDF",
    b"\0\0",
    b"sep=;\n",
)
CELLS = (
    *("", "NULL", "nan", "NaN", "None", "\\N", "N/A", "-", '""', '"', "'", "\0", "\ufeff", "\u202e", "a" * 5000, "٣٤", "１２", "true"),
    *("=cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "+1+1", "-2+3", '=HYPERLINK("http://x","y")', "'; DROP TABLE log; --"),
    *("1e999", "-1e999", "inf", "-0", "0x1F", "1,5", "1_000", "99999999999999999999999", "1e-400", "9" * 400, "0001-01-01", "9999-12-31"),
    *(
        "2026-02-30",
        "03/04/2026",
        "1970-01-01",
        "-99999999999",
        "253402300800000",
        "2026-03-01T08:26:00+99:99",
        "24:00",
        "../../etc/passwd",
    ),
)
NAMES = (
    "user_id",
    "",
    " ",
    '"',
    "'",
    "item_id",
    "rowid",
    "select",
    "c0",
    "u.i",
    "a" * 3000,
    "\0",
    "用户ID",
    "*",
    "{x}",
    "%s",
    "column 2",
    "log",
)


def flip_bits(content: bytes, rng: Rng) -> bytes:
    data = bytearray(content)
    for place in rng.integers(0, max(len(data), 1), int(10 ** rng.uniform(0, 1.3))):
        if data:
            data[place] ^= 1 << int(rng.integers(8))
    return bytes(data)


def flip_bits_at_an_end(content: bytes, rng: Rng) -> bytes:
    """Headers and footers are where a format says of itself what it is."""
    size = min(len(content), 300)
    if rng.random() < 0.5:
        return flip_bits(content[:size], rng) + content[size:]
    return content[: len(content) - size] + flip_bits(content[len(content) - size :], rng)


def truncate(content: bytes, rng: Rng) -> bytes:
    return content[: int(rng.integers(0, len(content) + 1))]


def cut_out(content: bytes, rng: Rng) -> bytes:
    start = int(rng.integers(0, len(content) + 1))
    return content[:start] + content[start + int(rng.integers(1, 400)) :]


def repeat_a_piece(content: bytes, rng: Rng) -> bytes:
    start = int(rng.integers(0, len(content) + 1))
    return content[:start] + content[start : start + int(rng.integers(1, 500))] * int(rng.integers(2, 30)) + content[start:]


def insert_noise(content: bytes, rng: Rng) -> bytes:
    place = int(rng.integers(0, len(content) + 1))
    noise = b"\0" * int(rng.integers(1, 50)) if rng.random() < 0.3 else rng.bytes(int(rng.integers(1, 200)))
    return content[:place] + noise + content[place:]


def swap_magic(content: bytes, rng: Rng) -> bytes:
    magic = MAGICS[rng.integers(len(MAGICS))]
    return magic + content[len(magic) if rng.random() < 0.7 else 0 :]


def join_another(content: bytes, rng: Rng) -> bytes:
    other = base(list(BASES)[rng.integers(len(BASES))])
    return content + other if rng.random() < 0.5 else other[: len(other) // 2] + content


def another_encoding(content: bytes, rng: Rng) -> bytes:
    text = content.decode("utf-8", "replace")
    encodings = ("latin-1", "gb18030", "utf-16", "utf-16-le", "utf-32", "cp1252", "shift_jis", "utf-7", "cp037")
    one, two = (str(name) for name in rng.choice(encodings, 2))
    half = int(rng.integers(0, len(text) + 1)) if rng.random() < 0.5 else len(text)
    return text[:half].encode(one, "replace") + text[half:].encode(two, "replace")


def _lines(content: bytes) -> list[bytes]:
    return content.split(b"\n")


def ragged_rows(content: bytes, rng: Rng) -> bytes:
    lines = _lines(content)
    for place in rng.integers(0, len(lines), rng.integers(1, 12)):
        lines[place] = lines[place] + b"," * int(rng.integers(1, 9)) if rng.random() < 0.5 else lines[place].rpartition(b",")[0]
    return b"\n".join(lines)


def odd_cells(content: bytes, rng: Rng) -> bytes:
    """Formulas, gaps, numbers and times beyond reason."""
    delimiter = b"\t" if b"\t" in content[:80] else b";" if b";" in content[:80] else b","
    lines = _lines(content)
    for place in rng.integers(0, len(lines), rng.integers(1, 25)):
        cells = lines[place].split(delimiter)
        cells[rng.integers(len(cells))] = CELLS[rng.integers(len(CELLS))].encode("utf-8", "replace")
        lines[place] = delimiter.join(cells)
    return b"\n".join(lines)


def odd_names(content: bytes, rng: Rng) -> bytes:
    lines = _lines(content)
    cells = lines[0].split(b",")
    for place in rng.integers(0, len(cells), rng.integers(1, 5)):
        cells[place] = NAMES[rng.integers(len(NAMES))].encode()
    lines[0] = b",".join(cells)
    return b"\n".join(lines)


def odd_json(content: bytes, rng: Rng) -> bytes:
    """Values of other kinds, repeated keys, broken escapes."""
    values = (
        b"null",
        b"{}",
        b"[]",
        b'[{"a":1}]',
        b'{"b":{"c":{"d":{"e":1}}}}',
        b'"\\ud800"',
        b'"\\u0000"',
        b"1e400",
        b"true",
        b"-",
        b'"\\x"',
    )
    pieces = content.split(b":")
    for place in rng.integers(0, len(pieces), rng.integers(1, 10)):
        head, comma, tail = pieces[place].partition(b",")
        pieces[place] = values[rng.integers(len(values))] + comma + tail if comma else head
    return b":".join(pieces)


def line_ends(content: bytes, rng: Rng) -> bytes:
    ends = (b"\n", b"\r\n", b"\r", b"\n\n", b"\r\r\n", b"\x0b", b"\x85", "\u2028".encode())
    return b"".join(line + ends[rng.integers(len(ends))] for line in _lines(content))


def stray_quotes(content: bytes, rng: Rng) -> bytes:
    data = bytearray(content)
    for place in rng.integers(0, len(data) + 1, rng.integers(1, 6)):
        data[place:place] = b'"'
    return bytes(data)


def huge_field(content: bytes, rng: Rng) -> bytes:
    place = int(rng.integers(0, len(content) + 1))
    return content[:place] + bytes([int(rng.integers(32, 127))]) * int(rng.integers(100_000, 4_000_000)) + content[place:]


def deep_nesting(content: bytes, rng: Rng) -> bytes:
    depth = int(10 ** rng.uniform(1, 5.5))
    opened, closed = ((b'{"a":', b"}"), (b"[", b"]"), (b'[{"a":', b"}]"))[rng.integers(3)]
    nest = opened * depth + b"1" + (closed * depth if rng.random() < 0.7 else b"")
    return nest + b"\n" + content if rng.random() < 0.5 else content.rstrip(b"}\n") + b',"deep":' + nest + b"}\n"


def inside_gzip(content: bytes, rng: Rng) -> bytes:
    return packed_gzip(content)


def inside_zip(content: bytes, rng: Rng) -> bytes:
    return packed_zip(("log.csv", content), *((f"extra{n}", rng.bytes(40)) for n in range(int(rng.integers(0, 4)))))


BLIND: tuple[Mutation, ...] = (
    *(flip_bits, flip_bits_at_an_end, truncate, cut_out, repeat_a_piece, insert_noise, swap_magic, join_another, huge_field),
    *(inside_gzip, inside_zip),
)
TEXTUAL: tuple[Mutation, ...] = (
    ragged_rows,
    odd_cells,
    odd_cells,
    odd_names,
    line_ends,
    stray_quotes,
    another_encoding,
    deep_nesting,
    odd_json,
)


def mutate(content: bytes, rng: Rng) -> bytes:
    """One to three mutations; of what is packed, mostly within, so that it is read at all."""
    if rng.random() < 0.7:
        if content.startswith(b"\x1f\x8b"):
            return packed_gzip(mutate(zlib.decompress(content, 31), rng))
        if content.startswith(b"PK\x03\x04"):
            members = unpacked_zip(content)
            place = int(rng.integers(len(members)))
            members[place] = (members[place][0], mutate(members[place][1], rng))
            return packed_zip(*members)
    binary = b"\0" in content[:2000]
    for _ in range(int(rng.choice([1, 1, 1, 2, 3]))):
        pool = BLIND if binary and rng.random() < 0.9 else (*BLIND, *TEXTUAL, *TEXTUAL, odd_cells, odd_cells, odd_names)
        content = pool[rng.integers(len(pool))](content, rng)
    return content
