"""Pictures named by item id become thumbnails and features; what is no picture of a product is told and never fatal."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from recsys_core.data.pictures import SIDE, Pictures, take_pictures
from recsys_core.errors import InputError

IDS = ["A1", "B2", "c 3", "D/4"]


def drawn(colour: str, size: tuple[int, int] = (300, 200), form: str = "PNG", mode: str = "RGB", **options: object) -> bytes:
    picture = Image.new(mode, size, colour)
    ImageDraw.Draw(picture).rectangle((size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2), fill="black")
    packed = io.BytesIO()
    picture.save(packed, form, **options)
    return packed.getvalue()


@pytest.fixture
def take(tmp_path: Path):
    def run(files: dict[str, bytes], ids: list[str] = IDS) -> Pictures:
        path = tmp_path / "pictures.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        scratch = tmp_path / f"scratch{len(list(tmp_path.iterdir()))}"
        scratch.mkdir()
        return take_pictures(path, ids, scratch)

    return run


def thumbnail(taken: Pictures, item: int) -> Image.Image:
    start, length = np.load(taken.folder / "places.npy")[item]
    return Image.open(io.BytesIO((taken.folder / "thumbnails.bin").read_bytes()[start : start + length])).convert("RGB")


def features(taken: Pictures) -> np.ndarray:
    return np.load(taken.folder / "features.npy")


def told(taken: Pictures) -> dict[str, str]:
    return {note["name"]: note["text"] for note in taken.notes}


def test_files_are_found_by_id_in_any_case_folder_and_format(take) -> None:
    taken = take({"deep/er/a1.JPG": drawn("red", form="JPEG"), "B2.webp": drawn("blue", form="WEBP"), "C3.gif": drawn("green", form="GIF")})
    assert taken.matched == 3
    assert told(taken) == {"pictures": "3 of 4 products have a picture, out of 3 files in pictures.zip."}
    assert thumbnail(taken, 0).size == (SIDE, 107)
    assert thumbnail(taken, 0).getpixel((5, 5))[0] > 200
    assert thumbnail(taken, 1).getpixel((5, 5))[2] > 200
    assert (np.load(taken.folder / "places.npy")[3] == 0).all()


def test_the_plain_name_wins_over_further_pictures(take) -> None:
    taken = take({"A1_2.png": drawn("blue"), "A1.png": drawn("red"), "B2-1.png": drawn("green"), "B2-2.png": drawn("blue")})
    assert thumbnail(taken, 0).getpixel((5, 5))[0] > 200
    assert thumbnail(taken, 1).getpixel((5, 5))[1] > 100
    assert told(taken)["pictures: more"].startswith("2 files in pictures.zip are further pictures")


def test_exif_turns_a_picture_and_what_is_transparent_is_white(take) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    clear = io.BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(clear, "PNG")
    taken = take({"A1.jpg": drawn("red", form="JPEG", exif=exif), "B2.png": clear.getvalue()})
    assert thumbnail(taken, 0).size == (107, SIDE)
    assert thumbnail(taken, 1).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16", "F"])
def test_every_kind_of_pixel_is_read(take, mode: str) -> None:
    form = "TIFF" if mode in ("CMYK", "F") else "PNG"
    packed = io.BytesIO()
    Image.effect_noise((60, 60), 40).convert("L").convert(mode).save(packed, form)
    assert take({"A1.x": packed.getvalue()}).matched == 1


def test_features_are_unit_vectors_and_alike_for_what_looks_alike(take) -> None:
    taken = take(
        {"A1.png": drawn("red"), "B2.jpg": drawn("#f01010", form="JPEG"), "c3.png": drawn("blue"), "d4.png": drawn("red", (80, 400))}
    )
    found = features(taken)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)
    alike = found @ found[0]
    assert alike[1] > 0.9 > 0.6 > alike[2]
    assert alike[1] > alike[3] > alike[2]
    assert features(take({"A1.png": drawn("red")}))[1:].any() == np.False_


def test_what_is_no_picture_is_told_and_not_fatal(take) -> None:
    whole = drawn("red")
    taken = take(
        {
            "A1.png": whole[: len(whole) // 2],
            "B2.png": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "c3.png": drawn("red"),
            "../../etc/A1.png": whole,
            "/A1.png": whole,
            "nobody.png": whole,
            "readme.txt": b"hello",
            "__MACOSX/._A1.png": b"x",
            "D4/": b"",
        }
    )
    assert taken.matched == 1
    assert told(taken) == {
        "pictures": "1 of 4 products have a picture, out of 7 files in pictures.zip.",
        "pictures: unknown": "2 files in pictures.zip are named after no product: 'nobody.png', 'readme.txt'.",
        "pictures: unreadable": (
            "2 files in pictures.zip are no pictures that can be read (JPEG, PNG, WebP, GIF, BMP or TIFF): 'A1.png', 'B2.png'."
        ),
        "pictures: unsafe": "2 files in pictures.zip have a name that points outside the zip: '../../etc/A1.png', '/A1.png'.",
    }


def test_a_bomb_is_not_unpacked(take) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000)) + chunk(b"IEND", b"")
    taken = take({"A1.png": bomb, "B2.png": b"\0" * 60_000_000})
    assert taken.matched == 0
    assert taken.hash == ""
    assert told(taken)["pictures: too large"].startswith("2 files")


def test_the_hash_is_of_what_was_matched(take) -> None:
    red, blue = drawn("red"), drawn("blue")
    one = take({"A1.png": red, "nobody.png": red})
    assert one.hash == take({"x/a1.PNG": red}).hash
    assert one.hash not in (take({"A1.png": blue}).hash, take({"B2.png": red}).hash, "")


def test_an_encrypted_or_damaged_member_is_told(take, tmp_path: Path) -> None:
    path = tmp_path / "damaged.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("A1.png", drawn("red"))
        archive.writestr("B2.png", drawn("blue"))
    data = bytearray(path.read_bytes())
    data[60:100] = b"\xff" * 40
    path.write_bytes(data)
    (tmp_path / "s").mkdir()
    assert take_pictures(path, IDS, tmp_path / "s").matched == 1


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pictures.zip"
    path.write_bytes(b"no zip")
    with pytest.raises(InputError, match=r"pictures\.zip is no zip archive"):
        take_pictures(path, IDS, tmp_path)
