"""Which encoding a text file is in, decided over the whole of it, and the same text in UTF-8."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from recsys_core.errors import InputError
from recsys_core.storage.system_errors import explained

_CHUNK = 4 << 20
_SAMPLE = 256 << 10  # bytes of lines with other than ASCII to judge by
_SAMPLE_OF_A_CHUNK = 16 << 10
_LONGEST_PART = 2_000
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WORDS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "gb18030": "GB18030 (Chinese)",
    "big5": "Big5 (Chinese)",
    "shift_jis": "Shift-JIS (Japanese)",
    "euc_kr": "EUC-KR (Korean)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "latin-1": "Latin-1",
    "cp1252": "Windows-1252",
}
# What text in these encodings consists of, nearly all of it.
_SCRIPTS = {
    "big5": re.compile("[\u3000-\u3020\u4e00-\u9fff\uff00-\uff60]"),
    "shift_jis": re.compile("[\u3000-\u3020\u3040-\u30ff\u4e00-\u9fff\uff00-\uff60]"),
    "euc_kr": re.compile("[\uac00-\ud7a3]"),
    "cp1251": re.compile("[\u0410-\u044f\u0401\u0451\u2116]"),
}
_EVIDENCE = 40  # bytes beyond ASCII without which nothing but Latin-1 or GB18030 is thought of


@dataclass(frozen=True)
class Survey:
    """What a pass over a text file found. mixed_lines: lines end in more than one way. encoding: as Python calls it."""

    encoding: str
    mixed_lines: bool

    @property
    def words(self) -> str:
        """The encoding as people call it."""
        return _WORDS[self.encoding]

    @property
    def plain(self) -> bool:
        """Whether DuckDB's CSV reader takes the file as it is."""
        return self.encoding in ("utf-8", "utf-8-sig") and not self.mixed_lines


def survey(path: Path, name: str) -> Survey:
    """Read all of `path` once. Raises InputError for UTF-8 that is damaged, with the line."""
    with path.open("rb") as file:
        head = file.read(4096)
        marked = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None) or _unmarked_utf16(head)
        if marked and marked.startswith("utf-16"):
            return Survey(marked, mixed_lines=True)  # is rewritten anyway
        file.seek(0)
        lone_feeds = lone_returns = pairs = failed = False
        sample = bytearray()
        decoder = codecs.getincrementaldecoder("utf-8")()
        pending = False
        last = b""
        while chunk := file.read(_CHUNK):
            if pending or not chunk.isascii():
                if len(sample) < _SAMPLE:
                    sample += _high_parts(chunk)
                if not failed:
                    try:
                        decoder.decode(chunk)
                        pending = bool(decoder.getstate()[0])
                    except UnicodeDecodeError:
                        failed = True
            if b"\r" in chunk or last == b"\r":
                text = last + chunk
                both = text.count(b"\r\n")
                pairs |= both > 0
                lone_feeds |= text.count(b"\n") > both
                lone_returns |= text[:-1].count(b"\r") > both
            else:
                lone_feeds = lone_feeds or b"\n" in chunk
            last = chunk[-1:] if chunk.endswith(b"\r") else b""
        lone_returns |= last == b"\r"
    mixed = lone_feeds + lone_returns + pairs > 1 and _mixed_outside_quotes(path)
    if not failed and not pending:
        return Survey(marked or "utf-8", mixed)
    return Survey(_legacy(path, name, bytes(sample)), mixed)


def transcode(path: Path, found: Survey, target: Path, name: str) -> None:
    """Write `path` to `target` in UTF-8 without a mark, with one kind of line ends outside quotation marks.

    Raises InputError where a character is broken, RefusedError where the disk is full.
    """
    decoder = codecs.getincrementaldecoder(found.encoding)()
    quoted, held = False, ""
    with path.open("rb") as file, explained(target.parent), target.open("xb") as out:
        for chunk, final in _chunks(file):
            try:
                text = held + decoder.decode(chunk, final)
            except UnicodeDecodeError as error:
                raise InputError(f"{name} is not text in {found.words}: it is damaged or cut off.", "Save it as CSV in UTF-8.") from error
            held = ""
            if found.mixed_lines:
                if text.endswith("\r") and not final:
                    text, held = text[:-1], "\r"
                text, quoted = _even_lines(text, quoted)
            out.write(text.encode("utf-8", "surrogatepass"))


def _chunks(file: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    while chunk := file.read(_CHUNK):
        yield chunk, False
    yield b"", True


def _even_lines(text: str, quoted: bool) -> tuple[str, bool]:
    """`text` with line feeds alone, but for what stands in quotation marks; and whether it ends within them."""
    parts = text.split('"')
    for place in range(int(quoted), len(parts), 2):
        parts[place] = parts[place].replace("\r\n", "\n").replace("\r", "\n")
    return '"'.join(parts), quoted ^ (len(parts) % 2 == 0)


def _high_parts(chunk: bytes) -> bytes:
    """Ends of lines from their first byte beyond ASCII on: there a character begins."""
    parts, size, place = [], 0, 0
    while size < _SAMPLE_OF_A_CHUNK and (found := _HIGH_BYTE.search(chunk, place)):
        start = found.start()
        end = chunk.find(b"\n", start, start + _LONGEST_PART)
        place = end + 1 if end >= 0 else start + _LONGEST_PART
        parts.append(chunk[start:place])
        size += place - start
    return b"".join(parts) + b"\n"


def _mixed_outside_quotes(path: Path) -> bool:
    """Whether lines end in more than one way, leaving out what stands in quotation marks."""
    quoted, held, ends = False, b"", set()
    with path.open("rb") as file:
        for chunk, final in _chunks(file):
            text = held + chunk
            held = b"\r" if text.endswith(b"\r") and not final else b""
            parts = text.removesuffix(held).split(b'"')
            for part in parts[int(quoted) :: 2]:
                ends.update(_LINE_END.findall(part))
            if len(ends) > 1:
                return True
            quoted ^= len(parts) % 2 == 0
    return False


def _unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of Latin letters is nothing."""
    if len(head) < 8 or head.count(0) < len(head) * 0.3:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    if min(even, odd) > max(even, odd) * 0.1:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _legacy(path: Path, name: str, sample: bytes) -> str:
    """The encoding of a file that is not UTF-8. Raises InputError where it is, but for a few broken characters."""
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if sum(character > "\x7f" for character in text) - broken > 4 * broken:
        raise InputError(f"{name}, line {_broken_line(path):,}: not UTF-8 text.", "Save the file as CSV in UTF-8.")
    high = sum(byte > 0x7F for byte in sample)
    chinese = _looks_chinese(sample) and _decodes(path, "gb18030")
    other = _other(sample, ("gb18030", "euc_kr") if chinese else tuple(_SCRIPTS)) if high >= _EVIDENCE else None
    if other and _decodes(path, other):
        return other
    if chinese:
        return "gb18030"
    if re.search(rb"[\x80-\x9f]", sample) and _decodes(path, "cp1252"):
        return "cp1252"
    return "latin-1"


def _looks_chinese(sample: bytes) -> bool:
    """Whether characters are pairs of high bytes, nearly all of them of the 6,763 that Chinese is written with (GB 2312).

    Latin-1 has a high byte here and there between ASCII letters; read as GB 18030 those would be rare characters.
    """
    pairs: list[bytes] = re.findall(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x80-\xff]", sample)
    usual = sum(len(pair) == 2 and pair[1] >= 0xA1 and (0xB0 <= pair[0] <= 0xF7 or 0xA1 <= pair[0] <= 0xA3) for pair in pairs)
    return usual >= 0.9 * len(pairs) and sum(0xB0 <= pair[0] <= 0xD7 for pair in pairs if len(pair) == 2) >= 0.5 * len(pairs)


def _other(sample: bytes, candidates: tuple[str, ...]) -> str | None:
    """An encoding of another script, where charset-normalizer finds that the text makes sense in it, and it is in that script."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample[: 32 << 10], cp_isolation=[*candidates, "cp1252"]).best()
    if best is None or best.encoding not in _SCRIPTS or best.chaos > 0.1:
        return None
    letters = [letter for letter in sample.decode(best.encoding, "ignore") if letter > "\x7f"]
    return str(best.encoding) if sum(bool(_SCRIPTS[best.encoding].match(letter)) for letter in letters) > 0.7 * len(letters) else None


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            for chunk, final in _chunks(file):
                if final or not chunk.isascii() or decoder.getstate()[0]:
                    decoder.decode(chunk, final)
        except UnicodeDecodeError:
            return False
    return True


def _broken_line(path: Path) -> int:
    """The line of the first bytes that are not UTF-8."""
    decoder, lines = codecs.getincrementaldecoder("utf-8")(), 1
    with path.open("rb") as file:
        for chunk, final in _chunks(file):
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final)
            except UnicodeDecodeError as error:
                return lines + chunk[: max(error.start - held, 0)].count(b"\n")
            lines += chunk.count(b"\n")
    return lines
