"""Pictures of products: a zip of files named by item id becomes thumbnails in one file, and features of colour and shape."""

from __future__ import annotations

import hashlib
import io
import shutil
import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image, ImageOps

from recsys_core.data.id_finder import IdFinder
from recsys_core.data.picture_features import WIDTH, picture_features
from recsys_core.errors import InputError

FOLDER = "pictures"
THUMBNAILS, PLACES, FEATURES = (f"{FOLDER}/{name}" for name in ("thumbnails.bin", "places.npy", "features.npy"))
SIDE = 160  # pixels of a thumbnail's longer side
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "MPO")
_MOST_FILES = 1_000_000
_MOST_BYTES = 50_000_000  # of one file, unpacked
_MOST_PIXELS = 40_000_000  # of one picture: 160 MB while it is decoded
_QUALITY = 80
_EFFORT = 1  # of WebP, up to 6: 4 takes twice the time for 1 % fewer bytes
_EXAMPLES = 3

Progress = Callable[[float], None]

# Why a file of the zip is no product's picture, in words, in the order in which they are told.
_WORDS = {
    "unknown": "are named after no product",
    "unreadable": "are no pictures that can be read (JPEG, PNG, WebP, GIF, BMP or TIFF)",
    "too large": "are too large (over 40 million pixels or 50 MB)",
    "unsafe": "have a name that points outside the zip",
    "more": "are further pictures of a product that has one already",
}


@dataclass(frozen=True)
class Pictures:
    """Pictures on their way into a dataset. hash: of what was matched, "" for nothing. notes: each a name and one sentence."""

    folder: Path
    hash: str
    matched: int
    notes: tuple[Mapping[str, str], ...]

    def write(self, dataset: Path) -> None:
        """Move the files into a dataset's folder; nothing where no picture was matched."""
        if self.matched:
            shutil.move(self.folder, dataset / FOLDER)


def take_pictures(path: Path, item_ids: Sequence[str], scratch: Path, progress: Progress = lambda fraction: None) -> Pictures:
    """Read the zip `path` into `scratch`: WebP thumbnails and features for the items that its files are named after.

    A file that is no picture, too large or of no product is counted and told, and never fatal. One picture is in memory at a time.
    Raises InputError where `path` is no zip.
    """
    folder = scratch / FOLDER
    folder.mkdir()
    trouble: dict[str, list[str]] = {reason: [] for reason in _WORDS}
    with _opened(path) as archive:
        chosen, files = _choose(archive, path, IdFinder(item_ids), trouble)
        places = np.zeros((len(item_ids), 2), dtype=np.int64)
        features = np.lib.format.open_memmap(folder / "features.npy", mode="w+", dtype=np.float32, shape=(len(item_ids), WIDTH))
        content = hashlib.sha256()
        with (folder / "thumbnails.bin").open("wb") as blob:
            for done, (item, member) in enumerate(sorted(chosen.items())):
                data = _unpacked(archive, member)
                made = _thumbnail(data) if data is not None else "unreadable"
                if isinstance(made, str):
                    trouble[made].append(member.filename)
                    continue
                thumbnail, vector = made
                places[item] = blob.tell(), len(thumbnail)
                blob.write(thumbnail)
                features[item] = vector
                content.update(item_ids[item].encode() + b"\0" + hashlib.sha256(data or b"").digest())
                progress((done + 1) / len(chosen))
        features.flush()
        del features
    np.save(folder / "places.npy", places, allow_pickle=False)
    matched = int((places[:, 1] > 0).sum())
    return Pictures(folder, content.hexdigest() if matched else "", matched, _told(path, files, matched, len(item_ids), trouble))


def _opened(path: Path) -> zipfile.ZipFile:
    if not path.is_file():
        raise InputError(f"There is no file '{path}'.", "Check the path of the pictures.")
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise InputError(f"{path.name} is no zip archive, or a damaged one.", "Pack the pictures, named by item id, into a zip.") from error


def _choose(
    archive: zipfile.ZipFile, path: Path, finder: IdFinder, trouble: dict[str, list[str]]
) -> tuple[dict[int, zipfile.ZipInfo], int]:
    """Item -> the file named most like it (of equals the first by name), and how many files there are."""
    members = [member for member in archive.infolist() if not member.is_dir() and not _hidden(member.filename)]
    if len(members) > _MOST_FILES:
        raise InputError(f"{path.name} holds {len(members):,} files.", f"At most {_MOST_FILES:,} can be read.")
    best: dict[int, tuple[int, str]] = {}
    chosen: dict[int, zipfile.ZipInfo] = {}
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        found = finder.find_file(name.stem)
        if ".." in name.parts or name.is_absolute() or ":" in name.parts[0]:
            trouble["unsafe"].append(member.filename)
        elif found is None:
            trouble["unknown"].append(member.filename)
        elif member.file_size > _MOST_BYTES:
            trouble["too large"].append(member.filename)
        else:
            item, distance = found
            rank = (distance, member.filename)
            if item in chosen:
                trouble["more"].append(chosen[item].filename if rank < best[item] else member.filename)
            if item not in chosen or rank < best[item]:
                best[item], chosen[item] = rank, member
    return chosen, len(members)


def _hidden(name: str) -> bool:
    """What systems put into a zip by themselves: .DS_Store, Thumbs.db, __MACOSX/._a.jpg."""
    parts = name.replace("\\", "/").split("/")
    return parts[-1].startswith("._") or parts[-1] in (".DS_Store", "Thumbs.db", "desktop.ini") or "__MACOSX" in parts


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes | None:
    """The file's bytes, never more than a picture may have whatever the archive says; None where it cannot be unpacked."""
    try:
        with archive.open(member) as file:
            return file.read(_MOST_BYTES)
    except Exception:  # encrypted, damaged, unknown compression: zipfile and its decompressors raise a dozen kinds
        return None


def _thumbnail(data: bytes) -> tuple[bytes, np.ndarray] | str:
    """A WebP thumbnail and the features, or the reason why there are none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes that are checked here
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                width, height = opened.size
                if width * height > _MOST_PIXELS:
                    return "too large"
                opened.draft("RGB", (SIDE, SIDE))  # a JPEG is decoded at an eighth of its size where that is enough
                opened.thumbnail((2 * SIDE, 2 * SIDE), Image.Resampling.BOX)
                picture = _on_white(ImageOps.exif_transpose(opened))
            aspect = picture.width / picture.height
            picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
            vector = picture_features(picture, aspect)
            packed = io.BytesIO()
            picture.save(packed, "WEBP", quality=_QUALITY, method=_EFFORT)
            return packed.getvalue(), vector
    except Image.DecompressionBombError:
        return "too large"
    except Exception:  # a hostile file makes a decoder raise anything
        return "unreadable"


def _on_white(picture: Image.Image) -> Image.Image:
    """RGB, what is transparent white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        solid = picture.convert("RGBA")
        white = Image.new("RGBA", solid.size, "white")
        return Image.alpha_composite(white, solid).convert("RGB")
    if picture.mode.startswith(("I", "F")):  # 16 bits and more: converting would clip instead of scale
        values = np.asarray(picture, dtype=np.float64)
        low, high = float(values.min()), float(values.max())
        return Image.fromarray(((values - low) * (255 / max(high - low, 1e-9))).astype(np.uint8)).convert("RGB")
    return picture.convert("RGB")


def _told(path: Path, files: int, matched: int, items: int, trouble: Mapping[str, Sequence[str]]) -> tuple[Mapping[str, str], ...]:
    notes = [{"name": "pictures", "text": f"{matched:,} of {items:,} products have a picture, out of {files:,} files in {path.name}."}]
    for reason, names in trouble.items():
        if names:
            shown = ", ".join(f"'{name[-60:]}'" for name in sorted(names)[:_EXAMPLES])
            notes.append({"name": f"pictures: {reason}", "text": f"{len(names):,} files in {path.name} {_WORDS[reason]}: {shown}."})
    return tuple(notes)
