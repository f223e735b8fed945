"""Intake: a log and its catalogue in, an immutable dataset out, and every row accounted for."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from recsys_core.data import cleaning, encoding
from recsys_core.data.against import write_against
from recsys_core.data.attribute_files import AttributeFile, load_catalogue, load_shoppers
from recsys_core.data.choices import Choices, choose, kinds_of_values
from recsys_core.data.content_hash import dataset_id
from recsys_core.data.dataset_folder import Made, store
from recsys_core.data.differences import Edition, from_stored
from recsys_core.data.dropped import write_dropped
from recsys_core.data.engine import open_engine
from recsys_core.data.entity_tables import item_table, user_table
from recsys_core.data.guessing.decide import decide
from recsys_core.data.intake_notes import notes
from recsys_core.data.item_media import take_media
from recsys_core.data.kcore import Core, k_core, sum_inside
from recsys_core.data.layout import Layout, lay_out
from recsys_core.data.matrices import Counted, write_matrices
from recsys_core.data.pairs import read_pairs
from recsys_core.data.recipe import fitted, recipe_of
from recsys_core.data.request import IngestRequest, IngestResult
from recsys_core.data.roles import require_roles
from recsys_core.data.rules import SPELLING, Reason
from recsys_core.data.sources import Source, open_log
from recsys_core.data.spellings import Merged, merge_spellings
from recsys_core.data.summary import summarise
from recsys_core.errors import InputError, TooSmallError
from recsys_core.storage.atomic import temporary_sibling

__all__ = ["IngestRequest", "IngestResult", "ingest"]

FORMAT = 2  # 2: weights, what speaks against, dropped rows, the recipe
DATASET_ID = re.compile("[0-9a-f]{16}")
Progress = Callable[[float, str], None]


def ingest(request: IngestRequest, datasets_dir: Path, progress: Progress = lambda fraction, message: None) -> IngestResult:
    """Write `datasets_dir`/<id>/ whole or not at all; a dataset of the same content is reused.

    progress: hears a fraction and a few words; what it raises ends the intake with nothing left behind.
    Raises InputError and TooSmallError where the files cannot make a dataset.
    """
    progress(0.0, "Looking at the file")
    datasets_dir.mkdir(parents=True, exist_ok=True)
    with _workshop(datasets_dir) as shop, open_engine(shop) as engine:
        source = open_log(request, shop, progress=lambda fraction, message: progress(0.05 * fraction, message))
        request = fitted(request, source.names, source.path.name)
        decided = decide(source, request)
        require_roles(decided.roles, ["user_id", "item_id"], source.names, source.path.name)
        return _Intake(request, source, lay_out(source, decided), engine, shop, progress).run(datasets_dir)


@contextmanager
def _workshop(datasets_dir: Path) -> Iterator[Path]:
    """A folder for what is only needed meanwhile, under a name that is swept if this process dies."""
    shop = temporary_sibling(datasets_dir / "intake")
    shop.mkdir()
    try:
        yield shop
    finally:
        shutil.rmtree(shop, ignore_errors=True)


@dataclass
class _Intake:
    """One intake, from the opened file to the sealed folder."""

    request: IngestRequest
    source: Source
    layout: Layout
    engine: duckdb.DuckDBPyConnection
    shop: Path
    progress: Progress

    def run(self, datasets_dir: Path) -> IngestResult:
        """Read, clean, number, name, write."""
        self.progress(0.05, "Reading")
        rows_read = cleaning.load_log(self.engine, self.source, self.layout)
        if not rows_read:
            raise TooSmallError(f"{self.source.path.name} has a header but no rows.", "Give a file with one row for each event.")
        self._check_times()
        self.progress(0.25, "Cleaning")
        values = kinds_of_values(self.engine, self.layout, self.request)
        cleaned = cleaning.clean(self.engine, self.layout, self.request.rules, values)
        choices = choose(self.engine, self.layout, self.source, self.request, cleaned.rules, values)
        rows_kept = rows_read - sum(reason.dropped for reason in cleaned.reasons)
        if not rows_kept:
            raise _nothing_left(self.source, rows_read, cleaned.reasons)
        dropped = self.shop / "dropped.parquet"
        write_dropped(self.engine, self.layout, cleaned.dropping, dropped)
        self.progress(0.4, "Numbering shoppers and products")
        n_users, n_items = encoding.number_ids(self.engine, False)
        merged = self._merge_spellings(choices)
        catalogue = load_catalogue(self.engine, Path(self.request.items), self.shop) if self.request.items else None
        shoppers = load_shoppers(self.engine, Path(self.request.users), self.shop, self.request.personal) if self.request.users else None
        if merged or catalogue:
            self.engine.execute("DROP TABLE IF EXISTS users")
            self.engine.execute("DROP TABLE IF EXISTS items")
            n_users, n_items = encoding.number_ids(self.engine, catalogue is not None)
        self._check_variety(n_users, rows_kept)
        media = take_media(self.engine, self.request, self.shop, self.progress)
        self.progress(0.5, "Sorting events")
        events = self.shop / "events.parquet"
        encoding.write_events(self.engine, self.layout, events)
        self.progress(0.65, "Naming the dataset by its content")
        id = dataset_id({**self._table_hashes(events, catalogue, shoppers), **media.hashes}, choices.to_json())
        self.progress(0.75, "Counting")
        csr = self.shop / "csr"
        pairs = read_pairs(events, list(choices.kinds), choices.positives)
        counted = write_matrices(csr, pairs, n_users, n_items, len(choices.kinds))
        write_against(self.engine, events, choices, csr, (n_users, n_items))
        core, trains = _core(csr, n_items, choices)
        items = item_table(self.engine, events, self.layout, catalogue, counted.users_of)
        users = user_table(
            self.engine,
            events,
            self.layout,
            shoppers,
            counted.items_of,
            choices.order_column(self.layout),
            choices.counts_where,
        )
        found = [dict(note) for given in (catalogue, shoppers) if given is not None for note in given.notes] + media.notes
        summary = summarise(self.engine, events, users, items, counted.pairs, counted.rows, trains, choices.kinds, found)
        result = IngestResult(
            dataset=id,
            name=self.request.title,
            rows_read=rows_read,
            rows_kept=rows_kept,
            reasons=[*cleaned.reasons, *choices.idle_reasons(rows_kept - counted.rows)],
            users=n_users,
            items=n_items,
            trains=trains,
            roles={role: column.name for role, column in self.layout.roles.items()},
            warnings=summary["warnings"],
            reused=False,
            notes=notes(self.engine, self.layout, values, cleaned.netting, merged),
        )
        told = {**summary, **self._told(result, choices)}
        result = replace(result, differences=_differences(datasets_dir, self.request, id, Edition.of_tables(told, users, items)))
        self.progress(0.9, "Writing the dataset")
        made = Made(
            events=events,
            csr=csr,
            dropped=dropped,
            items=items,
            users=users,
            core=core,
            media=media,
            told={**told, "differences": result.to_json()["differences"]},
            recipe=recipe_of(self.request, self.layout, choices, id).to_json(),
            manifest=self._manifest(result, choices, counted),
        )
        stored = store(made, datasets_dir / id)
        self.progress(1.0, "Done")
        return result if stored is None else replace(result, name=stored, reused=True)

    def _merge_spellings(self, choices: Choices) -> list[Merged]:
        """Ids that differ by case or spaces alone become one, if the rules say so."""
        if not any(rule.name == SPELLING for rule in choices.rules):
            return []
        return [merged for side in ("user", "item") if (merged := merge_spellings(self.engine, side)) is not None]

    def _told(self, result: IngestResult, choices: Choices) -> dict[str, Any]:
        """What the summary says of the file and of what was done to it."""
        plain = result.to_json()
        return {
            "rows_read": result.rows_read,
            "rows_kept": result.rows_kept,
            "reasons": [reason.with_examples() for reason in result.reasons],
            "notes": plain["notes"],
            "columns": self.source.names,
            "weights": choices.weights,
            "values": dict(choices.values),
            "exists": {"rows": result.rows_kept, "users": result.users, "items": result.items},
        }

    def _check_times(self) -> None:
        if "timestamp" not in self.layout.roles:
            return
        example = cleaning.unreadable_example(self.engine, self.layout)
        if example is not None:
            column = self.layout.roles["timestamp"].name
            raise InputError(
                f"{self.source.path.name}: no value of the column '{column}' can be read as a time, for example '{example[:60]}'.",
                "Use dates like 2026-03-31 14:05, or seconds since 1970; or give the column no role (--map timestamp=).",
            )

    def _check_variety(self, n_users: int, rows: int) -> None:
        """One shopper, or one product, has nothing in common with others."""
        if n_users == 1:
            only = self.engine.execute("SELECT user_id FROM users").fetchall()[0][0]
            raise TooSmallError(
                f"All {rows:,} rows are of one shopper, '{only[:60]}'.",
                "Give a log of several shoppers, or choose another column for the shopper (--map user_id=COLUMN).",
            )
        sold = self.engine.execute("SELECT DISTINCT item_id FROM kept LIMIT 2").fetchall()
        if len(sold) == 1:
            raise TooSmallError(
                f"All {rows:,} rows are of one product, '{sold[0][0][:60]}'.",
                "Give a log of several products, or choose another column for the product (--map item_id=COLUMN).",
            )

    def _table_hashes(self, events: Path, catalogue: AttributeFile | None, shoppers: AttributeFile | None) -> dict[str, str]:
        """Hex digests of all that the dataset says, by table."""
        hashes = {
            "events": encoding.hash_events(events),
            "user_ids": encoding.hash_query(self.engine, 'SELECT user_id FROM users ORDER BY "user"'),
            "item_ids": encoding.hash_query(self.engine, "SELECT item_id FROM items ORDER BY item"),
        }
        files = {given.table: encoding.hash_query(self.engine, given.query) for given in (catalogue, shoppers) if given is not None}
        return {**hashes, **files}

    def _manifest(self, result: IngestResult, choices: Choices, counted: Counted) -> dict[str, Any]:
        return {
            "kind": "dataset",
            "format": FORMAT,
            "id": result.dataset,
            "name": result.name,
            "origin": self.request.origin,
            "source": {
                "file": self.source.path.name,
                "format": self.source.format,
                "words": self.source.words,
                "bytes": self.source.bytes,
            },
            "rows_read": result.rows_read,
            "rows_kept": result.rows_kept,
            "n_users": result.users,
            "n_items": result.items,
            "n_pairs": counted.pairs,
            "n_positive_pairs": int(counted.items_of.sum()),
            "trains": dict(result.trains),
            "roles": dict(result.roles),
            "types": {column.name: column.type for column in self.source.columns},
            "spelled": cleaning.spelled_kinds(self.engine, self.source, self.layout),
            "extras": [extra.name for extra in self.layout.extras],
            "kinds": list(choices.kinds),
            "values": dict(choices.values),
            **choices.to_json(),
        }


def _differences(datasets_dir: Path, request: IngestRequest, id: str, new: Edition) -> list[dict[str, Any]]:
    """What differs from the dataset whose recipe was used, if it is another one and still there."""
    folder = datasets_dir / (request.recipe or "")
    if request.recipe in (None, id) or not DATASET_ID.fullmatch(str(request.recipe)) or not folder.is_dir():
        return []
    return from_stored(folder, new)


def _core(csr: Path, n_items: int, choices: Choices) -> tuple[Core, dict[str, int]]:
    """What trains, and how many rows, users and items that is."""
    indptr, indices, events = (np.load(csr / f"positives.{part}.npy", mmap_mode="r") for part in ("indptr", "indices", "events"))
    core = k_core(indptr, indices, n_items, choices.min_user_items, choices.min_item_users)
    rows = sum_inside(indptr, indices, core, events)
    return core, {"rows": rows, "users": int(core.users.sum()), "items": int(core.items.sum())}


def _nothing_left(source: Source, rows: int, reasons: list[Reason]) -> TooSmallError:
    worst = max(reasons, key=lambda reason: reason.dropped)
    return TooSmallError(
        f"{source.path.name}: none of its {rows:,} rows can be used; {worst.dropped:,} were dropped as '{worst.name}'.",
        "Check what each column is (--map ROLE=COLUMN), or loosen the cleaning rules (--rules).",
    )
