"""Vectors of products from any file of item ids and numbers, aligned with the items of a dataset."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from recsys_core.data import canonical
from recsys_core.data.attribute_roles import PRODUCT_ROLES, guess_attributes
from recsys_core.data.engine import name as identifier
from recsys_core.data.engine import planning, prepare
from recsys_core.data.formats.expansion import Expansion
from recsys_core.data.id_finder import IdFinder
from recsys_core.data.sources import Column, Source, open_source, reading
from recsys_core.errors import InputError

VECTORS, MASK = "vectors.npy", "vectors_mask.npy"
WIDEST = 8_192
_SAMPLE = 1_000  # rows that decide which columns hold the ids and the numbers
_AT_ONCE = 2_048  # rows
_MEMORY = "600MB"
_COLUMNS_AT_ONCE = 32
_MOST_ARRAYS = 100  # of an .npz; two are needed
_NUMBERS = re.compile(r"[\[\]\s,;|()]+")
_HINT = (
    "Give item ids with numbers: columns item_id, v0, v1 ...; a column with [0.1, 0.2, ...]; or an .npz with the arrays ids and vectors."
)

Block = tuple[list[str | None], NDArray[np.float32]]  # ids, and (rows, width): NaN where a row holds no numbers of that width


@dataclass(frozen=True)
class Vectors:
    """Vectors on their way into a dataset. hash: of what was matched, "" for nothing. notes: each a name and one sentence."""

    folder: Path
    hash: str
    matched: int
    width: int
    notes: tuple[Mapping[str, str], ...]

    def write(self, dataset: Path) -> None:
        """Move the files into a dataset's folder; nothing where no vector was matched."""
        if self.matched:
            for name in (VECTORS, MASK):
                shutil.move(self.folder / name, dataset / name)


def take_vectors(path: Path, item_ids: Sequence[str], scratch: Path) -> Vectors:
    """Read `path` into `scratch`: vectors.npy float32 (n_items, width), zeros where an item has none, and vectors_mask.npy.

    path: a table in any format that a log may have, or .npz. Rows of another width, without numbers or of unknown items are counted and
    told. Raises InputError where it holds no ids or no numbers.
    """
    finder = IdFinder(item_ids)
    width, blocks = _arrays(path, scratch) if path.suffix.lower() in (".npz", ".npy") else _table(open_source(path, scratch), finder)
    if not 1 <= width <= WIDEST:
        raise InputError(f"{path.name} has vectors of {width:,} numbers.", f"Give vectors of 1 to {WIDEST:,} numbers.")
    folder = scratch / "vectors"
    folder.mkdir()
    vectors = np.lib.format.open_memmap(folder / VECTORS, mode="w+", dtype=np.float32, shape=(len(item_ids), width))
    mask = np.zeros(len(item_ids), dtype=np.bool_)
    rows, trouble, example = 0, Counter[str](), ""
    for ids, block in blocks:
        rows += len(ids)
        usable: NDArray[np.bool_] = np.isfinite(block).all(axis=1) & (block != 0).any(axis=1)
        for row, (id, good) in enumerate(zip(ids, usable.tolist(), strict=True)):
            item = finder.find(id) if id is not None else None
            if item is None:
                trouble["unknown"] += 1
                example = example or str(id)
            elif not good:
                trouble["unreadable"] += 1
            elif mask[item]:
                trouble["repeated"] += 1
            else:
                vectors[item], mask[item] = block[row], True
    content = hashlib.sha256(str(width).encode())
    for item in np.flatnonzero(mask).tolist():
        content.update(item_ids[item].encode() + b"\0" + vectors[item].tobytes())
    vectors.flush()
    del vectors
    np.save(folder / MASK, mask, allow_pickle=False)
    matched = int(mask.sum())
    notes = _told(path, rows, matched, len(item_ids), width, trouble, example)
    return Vectors(folder, content.hexdigest() if matched else "", matched, width, notes)


def _arrays(path: Path, scratch: Path) -> tuple[int, Iterator[Block]]:
    """Of an .npz with one array of ids and one of vectors. Nothing in it may be pickled, and no array is ever whole in memory."""
    if not path.is_file():
        raise InputError(f"There is no file '{path}'.", "Check the path of the vectors.")
    try:
        if path.suffix.lower() == ".npy":
            raise InputError(f"{path.name} holds numbers but no item ids.", _HINT)
        arrays = _unpacked(path, scratch)
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error, MemoryError, NotImplementedError, RuntimeError) as error:
        raise InputError(f"{path.name} cannot be read as arrays of numbers and text.", _HINT) from error
    ids = next((array for array in arrays if array.ndim == 1 and array.dtype.kind in "UiuS"), None)
    numbers = next((array for array in arrays if array.ndim == 2 and array.dtype.kind in "fiu" and ids is not None), None)
    if ids is None or numbers is None or len(ids) != len(numbers):
        raise InputError(f"{path.name} does not hold one array of ids and one of as many vectors.", _HINT)
    names = [id.decode("utf-8", "replace") if isinstance(id, bytes) else str(id) for id in ids.tolist()]

    def blocks() -> Iterator[Block]:
        for start in range(0, len(names), _AT_ONCE):
            with np.errstate(over="ignore"):
                yield list(names[start : start + _AT_ONCE]), numbers[start : start + _AT_ONCE].astype(np.float32)

    return numbers.shape[1], blocks()


def _unpacked(path: Path, scratch: Path) -> list[NDArray[Any]]:
    """The arrays of an .npz, mapped from files in `scratch`."""
    arrays = []
    with zipfile.ZipFile(path) as archive:
        out = Expansion(path.name, path.stat().st_size)
        for place, member in enumerate(archive.infolist()[:_MOST_ARRAYS]):
            target = scratch / f"array-{place}.npy"
            with archive.open(member) as packed:
                out.copy(packed, target)
            arrays.append(np.load(target, mmap_mode="r", allow_pickle=False))
    return arrays


def _table(source: Source, finder: IdFinder) -> tuple[int, Iterator[Block]]:
    sample = _sample(source)
    id = _id_column(source, sample, finder)
    others = [column for column in source.columns if column.name != id.name]
    whole = next((column for column in others if _holds_vectors(column, sample[column.name])), None)
    if whole is not None:
        widths = Counter(len(vector) for cell in sample[whole.name] if cell and (vector := _parsed(cell)))
        if not widths:
            raise InputError(f"{source.path.name}: the column '{whole.name}' holds no numbers.", _HINT)
        width = widths.most_common(1)[0][0]
        return width, _whole_blocks(source, id, whole, width)
    wide = [column for column in others if _holds_numbers(sample[column.name])]
    if not wide:
        raise InputError(f"{source.path.name} holds no column of numbers beside '{id.name}'.", _HINT)
    return len(wide), _wide_blocks(source, id, wide)


@contextmanager
def _engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """One thread: several of them, each with buffers for a thousand columns whose order must be kept, would fill the memory."""
    with duckdb.connect(config={"threads": "1", "memory_limit": _MEMORY}) as engine:
        prepare(engine)
        yield engine


def _sample(source: Source) -> dict[str, list[str | None]]:
    """The cells of the first rows, by column. A few columns at a time: the expressions of a thousand would fill the memory."""
    cells: dict[str, list[str | None]] = {}
    with _engine() as engine, reading(source), planning(engine, len(source.columns)):
        engine.execute(f"CREATE TABLE sample AS SELECT * FROM {source.scan} LIMIT {_SAMPLE}")
        for start in range(0, len(source.columns), _COLUMNS_AT_ONCE):
            some = source.columns[start : start + _COLUMNS_AT_ONCE]
            select = ", ".join(_text(column) for column in some)
            rows = engine.execute(f"SELECT {select} FROM sample").fetchall()
            if not rows:
                raise InputError(f"{source.path.name} has no rows.", _HINT)
            cells |= {column.name: [row[place] for row in rows] for place, column in enumerate(some)}
    return cells


def _text(column: Column) -> str:
    """A cell as text, a list as JSON."""
    if column.type.endswith("]"):
        return f"CAST(to_json({identifier(column.sql)}) AS VARCHAR)"
    return canonical.text(column)


def _id_column(source: Source, sample: Mapping[str, Sequence[str | None]], finder: IdFinder) -> Column:
    """The column called so, if it holds ids of items; else the one that holds most."""
    found = {name: sum(cell is not None and finder.find(cell) is not None for cell in cells) for name, cells in sample.items()}
    named = guess_attributes(source.names, PRODUCT_ROLES).get("item_id")
    best = named if named and found[named] else max(found, key=lambda name: found[name])
    if not found[best] and named is None:
        raise InputError(f"{source.path.name} has no column with ids of products of the log.", _HINT)
    return source.column(best if found[best] or named is None else named)


def _holds_vectors(column: Column, cells: Sequence[str | None]) -> bool:
    """Whether most cells are several numbers."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(len(_parsed(cell)) > 1 for cell in filled) > 0.5 * len(filled)


def _holds_numbers(cells: Sequence[str | None]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(len(_parsed(cell)) == 1 for cell in filled) > 0.9 * len(filled)


def _parsed(cell: str) -> list[float]:
    """The numbers in a cell; empty where there is anything else."""
    try:
        if cell.startswith("["):
            return [float("nan") if value is None else float(value) for value in json.loads(cell)]
    except (ValueError, TypeError, RecursionError):
        pass  # "[0.1 0.2]", as numpy prints it
    try:
        return [float(part) for part in _NUMBERS.split(cell) if part]
    except ValueError:
        return []


def _whole_blocks(source: Source, id: Column, whole: Column, width: int) -> Iterator[Block]:
    for ids, cells in _batches(source, [canonical.text(id), _text(whole)]):
        block = np.full((len(ids), width), np.nan, dtype=np.float32)
        for row, cell in enumerate(cells):
            numbers = _parsed(cell) if cell else []
            if len(numbers) == width:
                with np.errstate(over="ignore"):
                    block[row] = numbers
        yield ids, block


def _wide_blocks(source: Source, id: Column, wide: Sequence[Column]) -> Iterator[Block]:
    for ids, *numbers in _batches(source, [canonical.text(id), *(f"TRY_CAST({identifier(c.sql)} AS DOUBLE)" for c in wide)]):
        with np.errstate(over="ignore"):
            yield ids, np.array(numbers, dtype=np.float64).T.astype(np.float32)


def _batches(source: Source, select: Sequence[str]) -> Iterator[list[list[Any]]]:
    columns = ", ".join(f"{sql} AS c{place}" for place, sql in enumerate(select))
    with _engine() as engine, reading(source), planning(engine, len(source.columns)):
        for batch in engine.sql(f"SELECT {columns} FROM {source.scan}").to_arrow_reader(_AT_ONCE):
            yield [column.to_pylist() for column in batch.columns]


def _told(
    path: Path, rows: int, matched: int, items: int, width: int, trouble: Counter[str], example: str
) -> tuple[Mapping[str, str], ...]:
    notes = [{"name": "vectors", "text": f"{matched:,} of {items:,} products have a vector of {width:,} numbers, from {path.name}."}]
    words = {
        "unknown": f"are of no product of the log or catalogue, for example '{example[:40]}'",
        "unreadable": f"do not hold {width:,} numbers other than zeros",
        "repeated": "are of a product that has a vector already; the first counts",
    }
    for reason, text in words.items():
        if trouble[reason]:
            notes.append({"name": f"vectors: {reason}", "text": f"{trouble[reason]:,} of the {rows:,} rows of {path.name} {text}."})
    return tuple(notes)
