"""Several tables: which are parts of one log, and which of the others is the log."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from recsys_core.data.engine import name as identifier
from recsys_core.data.formats.source import Column, Source
from recsys_core.data.roles import guess_roles
from recsys_core.errors import InputError

Named = tuple[str, Source]
_SHARED = 0.5  # of the columns of two parts of one log


def choose_table(tables: Sequence[Named], path: Path, wanted: str | None) -> Source:
    """The log among the tables of an archive, a workbook or a folder, parts of it joined; the others are named in its `tables`.

    wanted: the name of a table, with or without folder and ending, in any case. Raises InputError where none is called that.
    """
    groups = _groups(tables)
    if wanted is not None:
        group = next((group for group in groups if any(_is_called(name, wanted) for name, _ in group)), None)
        if group is None:
            listed = ", ".join(f"'{group[0][0]}'" for group in groups[:12])
            raise InputError(f"{path.name} has no table '{wanted}'.", f"It has {listed}.")
    else:
        group = max(groups, key=lambda group: (_is_log(group[0][1]), sum(source.bytes for _, source in group)))
    joined = join(group, path)
    others = {each[0][0]: tuple(each[0][1].names) for each in groups} if len(groups) > 1 else {}
    return replace(joined, tables=others, table=group[0][0] if others else joined.table)


def join(parts: Sequence[Named], path: Path) -> Source:
    """Parts of one log as one table, one after the other; a column that a part lacks is empty there.

    A part without a header line, as wide as the first, has the first's names. Raises InputError where parts have little in common.
    """
    sources = [source for _, source in parts]
    first = sources[0]
    if len(parts) == 1:
        return replace(first, path=path)
    sources = [_named_as(first, source) for source in sources]
    names = list(dict.fromkeys(name for source in sources for name in source.names))
    for (name, _), source in zip(parts, sources, strict=True):
        shared = len(set(source.names) & set(first.names))
        if shared < _SHARED * max(len(source.names), len(first.names)):
            raise InputError(
                f"{PurePosixPath(name).name} has other columns than {PurePosixPath(parts[0][0]).name}: they are not parts of one log.",
                "Give files with the same columns.",
            )
    columns = tuple(Column(name, _type(sources, name), f"c{place}") for place, name in enumerate(names))
    scan = " UNION ALL ".join(_select(source, columns) for source in sources)
    words = list(dict.fromkeys(source.words for source in sources))
    return Source(
        path,
        first.format,
        columns,
        f"({scan})",
        f"{len(parts)} files: {'; '.join(words[:3])}",
        first.header,
        bytes=sum(source.bytes for source in sources),
        files={file: about for source in sources for file, about in source.files.items()},
    )


def in_order(names: Sequence[str]) -> list[str]:
    """Names in the order a person expects: part 2 before part 10."""
    return sorted(names, key=lambda name: ([_in_order(part) for part in re.split(r"(\d+)", name)], name))


def _in_order(part: str) -> tuple[int, str]:
    """Digits by the number they make, without making it: Python refuses one of 5,000 digits."""
    digits = part.lstrip("0")
    return (len(digits), digits) if part.isdecimal() else (0, part.lower())


def _groups(tables: Sequence[Named]) -> list[list[Named]]:
    """Tables of the same columns together, in the order of their first ones."""
    groups: dict[tuple[str, ...], list[Named]] = {}
    by_name = {name: (name, source) for name, source in tables}
    for name in in_order(list(by_name)):
        groups.setdefault(tuple(sorted(by_name[name][1].names)), []).append(by_name[name])
    return list(groups.values())


def _is_log(source: Source) -> bool:
    roles = guess_roles(source.names)
    return "user_id" in roles and "item_id" in roles


def _is_called(name: str, wanted: str) -> bool:
    path = PurePosixPath(name)
    return wanted.lower() in (name.lower(), path.name.lower(), path.stem.lower(), path.name.split(".")[0].lower())


def _named_as(first: Source, source: Source) -> Source:
    if source.header or not first.header or len(source.columns) != len(first.columns):
        return source
    return replace(source, columns=tuple(replace(c, name=name) for c, name in zip(source.columns, first.names, strict=True)))


def _type(sources: Sequence[Source], name: str) -> str:
    types = {source.column(name).type for source in sources if name in source.names}
    return types.pop() if len(types) == 1 else "VARCHAR"


def _select(source: Source, columns: Sequence[Column]) -> str:
    has = set(source.names)
    cells = []
    for column in columns:
        value = identifier(source.column(column.name).sql) if column.name in has else "NULL"
        cells.append(f"CAST({value} AS {column.type}) AS {column.sql}")
    return f"SELECT {', '.join(cells)} FROM {source.scan}"
