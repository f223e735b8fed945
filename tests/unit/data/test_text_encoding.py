"""The encoding of a text is found over all of it, and the same text comes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from recsys_core.data.formats.text_encoding import survey, transcode
from recsys_core.errors import InputError

TEXTS: dict[str, tuple[str, str, str]] = {  # encoding, its name on screen, text
    "one pound": ("latin-1", "Latin-1", "a,b\n1,£4\n"),
    "French": ("latin-1", "Latin-1", "user,title\n" + "1,été noël £4\n" * 50),
    "French capitals": ("latin-1", "Latin-1", "user,title\n" + "1,ÉTÉ À LA PLAGE ÇA\n" * 50),
    "German": ("latin-1", "Latin-1", "user,title\n" + "Größe,Überraschung für Äpfel, Spaß ÄÖÜ\n" * 50),
    "curly quotes": ("cp1252", "Windows-1252", "a,b\n" + "1,“curly” – €5\n" * 30),
    "one Chinese word": ("gb18030", "GB18030 (Chinese)", "user,title\n1,裙子\n"),
    "Chinese": ("gb18030", "GB18030 (Chinese)", "用户,标题\n" + "1,连衣裙 A夏季“新款”，牛仔裤\n2,保温杯：不锈钢 500ml\n" * 30),
    "rare Chinese": ("gb18030", "GB18030 (Chinese)", "用户,标题\n" + "1,连衣裙夏季新款牛仔裤保温杯\n" * 30 + "2,𠮷野家㐂\n"),
    "traditional Chinese": ("big5", "Big5 (Chinese)", "用戶,標題\n" + "1,連衣裙夏季新款，保溫杯\n2,運動鞋和牛仔褲很好看\n" * 30),
    "Japanese": ("shift_jis", "Shift-JIS (Japanese)", "名前,商品\n" + "1,ワンピース 夏の新作です\n2,スニーカーと帽子\n" * 30),
    "Korean": ("euc_kr", "EUC-KR (Korean)", "사용자,상품\n" + "1,원피스 여름 신상품\n2,운동화와 모자\n" * 30),
    "Russian": ("cp1251", "Windows-1251 (Cyrillic)", "имя,товар\n" + "1,платье летнее новое\n2,кроссовки мужские\n" * 30),
    "UTF-8": ("utf-8", "UTF-8", "имя,товар\n1,платье 裙子 é\n"),
    "UTF-8, far down": ("utf-8", "UTF-8", "a,b\n" + "1,2\n" * 3_000_000 + "1,é\n"),
    "Latin-1, far down": ("latin-1", "Latin-1", "a,b\n" + "1,2\n" * 3_000_000 + "1,é\n"),
    "UTF-16": ("utf-16", "UTF-16", "имя,товар\n1,платье 裙子 𠮷\n"),
    "UTF-16 without its mark": ("utf-16-be", "UTF-16", "user,title\n1,café\n"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_the_same_text_comes_out(name: str, tmp_path: Path) -> None:
    encoding, words, text = TEXTS[name]
    (tmp_path / "log.csv").write_bytes(text.encode(encoding))
    found = survey(tmp_path / "log.csv", "log.csv")
    assert found.words == words
    transcode(tmp_path / "log.csv", found, tmp_path / "out", "log.csv")
    assert (tmp_path / "out").read_bytes().decode("utf-8") == text


def test_damaged_utf_8_is_not_taken_for_latin_1(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes("1,платье\n".encode() * 40 + b"2,\xe9\n")
    with pytest.raises(InputError, match=r"log\.csv, line 41: not UTF-8 text"):
        survey(tmp_path / "log.csv", "log.csv")


def test_line_ends_are_made_even_but_for_those_in_quotation_marks(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes(b'a,b\r\n1,"x\r\ny"\r2,"say ""\r"""\n3,z')
    found = survey(tmp_path / "log.csv", "log.csv")
    assert found.mixed_lines
    transcode(tmp_path / "log.csv", found, tmp_path / "out", "log.csv")
    assert (tmp_path / "out").read_bytes() == b'a,b\n1,"x\r\ny"\n2,"say ""\r"""\n3,z'


def test_windows_lines_with_line_feeds_in_cells_are_left_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes(b'a,b\r\n1,"x\ny"\r\n')
    assert survey(tmp_path / "log.csv", "log.csv").plain
