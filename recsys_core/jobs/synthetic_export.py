"""The way of a synthetic set out of the house: privacy that failed, or was not measured, asks for a typed reason, which is kept."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from recsys_core.data.dataset import Dataset
from recsys_core.errors import InputError, UserError
from recsys_core.storage.atomic import new_file
from recsys_core.storage.json_text import to_text
from recsys_core.storage.spreadsheet import write_csv
from recsys_core.storage.workspace import Workspace
from recsys_core.synthesis.scorecard.card import FAIL, PRIVACY, Scorecard
from recsys_core.synthesis.store import SyntheticSet, open_set

REASONS = "exports.jsonl"  # beside the sets: it stays when a set is deleted
LEAST_LETTERS = 10
FORMATS = (".parquet", ".csv")
INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
FLOATS = {"FLOAT", "DOUBLE"}


@dataclass(frozen=True)
class Gate:
    """Whether a set may leave without a reason. words: why not, a sentence; '' where it may. figures: of the lines that failed."""

    blocked: bool
    words: str
    figures: Mapping[str, float | None]


def gate(card: Scorecard | None) -> Gate:
    """What stands in the way of an export."""
    if card is None:
        return Gate(True, "It has no scorecard, so nobody knows what it gives away.", {})
    if not card.export_blocked:
        return Gate(False, "", {})
    failed = [line for line in card.lines if line.group == PRIVACY and line.status == FAIL]
    told = ", ".join(f"{line.title.lower()} {line.value:.3f}" for line in failed if line.value is not None)
    return Gate(True, f"It gives away real shoppers: {told}.", {line.id: line.value for line in failed})


def check_reason(reason: str | None) -> None:
    """Raises InputError for a reason that says nothing: fewer than 10 letters."""
    if reason is not None and sum(letter.isalpha() for letter in reason) < LEAST_LETTERS:
        raise InputError(
            f"The reason '{reason.strip()}' says too little.", f"Type at least {LEAST_LETTERS} letters: it is kept with the set."
        )


def export_set(workspace: Workspace, set_id: str, out: Path, reason: str | None = None) -> dict[str, Any]:
    """Write a set as a log with the columns of the one it was learned from, to a .parquet or .csv file.

    Where privacy failed, or there is no scorecard, only for a typed reason, which is kept with the time and the figures. Raises UserError
    where it is blocked, NotFoundError, InputError where the file cannot be put there.
    """
    made = open_set(workspace, set_id)
    if out.suffix.lower() not in FORMATS:
        raise InputError(f"The file '{out}' has an ending that says no format.", f"Use one of: {', '.join(FORMATS)}.")
    check_reason(reason)
    found = gate(made.scorecard)
    if found.blocked and reason is None:
        raise UserError(
            f"The set '{made.record.id}' may not be exported. {found.words}",
            f'Filter it, or say why it must: `python -m recsys_core synthetic export {made.record.id} --out {out} --reason "..."`.',
        )
    table = pa.Table.from_pandas(file_columns(workspace, made), preserve_index=False)
    if found.blocked:
        _keep(workspace, made, out, str(reason).strip(), found)
    with new_file(out) as file:
        if out.suffix.lower() == ".parquet":
            pq.write_table(table, file, compression="zstd")
        else:
            write_csv(table, file)
    return {
        "set": made.record.id,
        "out": str(out),
        "rows": table.num_rows,
        "users": made.record.users,
        "columns": table.column_names,
        "blocked": found.blocked,
        "reason": str(reason).strip() if found.blocked else None,
    }


def reasons(workspace: Workspace, set_id: str | None = None) -> list[dict[str, Any]]:
    """What was exported although it was blocked, oldest first, of one set or all: set, when, reason, out, words, figures."""
    try:
        lines = (workspace.synthetic_dir / REASONS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    told = [json.loads(line) for line in lines if line.strip()]
    return [each for each in told if set_id in (None, each["set"])]


def file_columns(workspace: Workspace, made: SyntheticSet) -> pd.DataFrame:
    """The set's rows under the column names of the log it was learned from, in its order where that is known.

    Kinds of event as the log writes them. Of a log with a column that says what trains, every row trains.
    """
    dataset = Dataset.open(workspace.dataset_dir(made.record.dataset))
    events, roles = made.events, dict(dataset.roles)
    columns = list(dataset.summary.get("columns", []))
    named = {name: roles.get(name) or _original(name, columns) for name in events.columns}
    frame = events.rename(columns=named)
    if "event" in events:
        written = {kind: raw for raw, kind in reversed(list(dict(dataset.manifest.get("values", {})).items()))}
        spelled = dict(dataset.manifest.get("spelled", {}))
        frame[named["event"]] = events["event"].map(lambda kind: spelled.get(written.get(kind, kind), written.get(kind, kind)))
    if "split" in roles:
        frame[roles["split"]] = "train"
    written_as = dict(dataset.manifest.get("types", {}))
    given = set(events.columns) - {"user_id", "item_id", "order_id"}
    for name in (named[column] for column in given if named[column] in written_as):
        frame[name] = _typed(frame[name], written_as[name])
    order = [name for name in columns if name in frame]
    return frame[[*order, *(name for name in frame if name not in order)]]


def _original(name: str, columns: Sequence[str]) -> str:
    """What the file calls a further column, whose name intake changes to "item (2)" where it means something here."""
    base = re.sub(r" \(\d+\)$", "", name)
    return base if name not in columns and base in columns else name


def _typed(column: pd.Series, type: str) -> pd.Series:
    """A column of numbers as the file had it, which a dataset keeps as text or with decimals. type: DuckDB's name of it."""
    if type in INTEGERS or type in FLOATS or type.startswith("DECIMAL"):
        if pd.api.types.is_datetime64_any_dtype(column):
            return column
        numbers = pd.to_numeric(column, errors="coerce")
        whole = type in INTEGERS and (numbers.dropna() % 1 == 0).all()
        return numbers.astype("Int64" if numbers.isna().any() else "int64") if whole else numbers
    return column


def _keep(workspace: Workspace, made: SyntheticSet, out: Path, reason: str, found: Gate) -> None:
    line = {
        "set": made.record.id,
        "when": datetime.now(UTC),
        "reason": reason,
        "out": str(out),
        "words": found.words,
        "figures": found.figures,
    }
    path = workspace.synthetic_dir / REASONS
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, (to_text(line) + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
