"""Intake: a log and its catalogue in, an immutable dataset out, and every row accounted for."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from recsys_core.data import cleaning, encoding
from recsys_core.data.attribute_files import AttributeFile, load_catalogue, load_shoppers
from recsys_core.data.choices import Choices, choose
from recsys_core.data.content_hash import dataset_id
from recsys_core.data.engine import open_engine
from recsys_core.data.entity_tables import item_table, user_table
from recsys_core.data.guessing.decide import decide
from recsys_core.data.kcore import Core, k_core, sum_inside
from recsys_core.data.layout import Layout, lay_out
from recsys_core.data.matrices import Counted, write_matrices
from recsys_core.data.pairs import read_pairs
from recsys_core.data.request import IngestRequest, IngestResult
from recsys_core.data.roles import require_roles
from recsys_core.data.rules import Reason
from recsys_core.data.sources import Source, open_log
from recsys_core.data.summary import summarise
from recsys_core.errors import CorruptArtifactError, InputError, TooSmallError
from recsys_core.storage.artifacts import open_artifact, seal
from recsys_core.storage.atomic import new_folder, remove_folder, temporary_sibling, write_array, write_json

__all__ = ["IngestRequest", "IngestResult", "ingest"]

FORMAT = 1
Progress = Callable[[float, str], None]


def ingest(request: IngestRequest, datasets_dir: Path, progress: Progress = lambda fraction, message: None) -> IngestResult:
    """Write `datasets_dir`/<id>/ whole or not at all; a dataset of the same content is reused.

    progress: hears a fraction and a few words; what it raises ends the intake with nothing left behind.
    Raises InputError and TooSmallError where the files cannot make a dataset.
    """
    progress(0.0, "Looking at the file")
    datasets_dir.mkdir(parents=True, exist_ok=True)
    with _workshop(datasets_dir) as shop, open_engine(shop) as engine:
        source = open_log(request, shop, progress=progress)
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
        choices, reasons = self._clean()
        rows_kept = rows_read - sum(reason.dropped for reason in reasons)
        if not rows_kept:
            raise _nothing_left(self.source, rows_read, reasons)
        self.progress(0.4, "Numbering shoppers and products")
        catalogue = load_catalogue(self.engine, Path(self.request.items)) if self.request.items else None
        shoppers = load_shoppers(self.engine, Path(self.request.users)) if self.request.users else None
        n_users, n_items = encoding.number_ids(self.engine, catalogue is not None)
        self._check_variety(n_users, rows_kept)
        self.progress(0.5, "Sorting events")
        events = self.shop / "events.parquet"
        encoding.write_events(self.engine, self.layout, events)
        self.progress(0.65, "Naming the dataset by its content")
        id = dataset_id(self._table_hashes(events, catalogue, shoppers), choices.to_json())
        self.progress(0.75, "Counting")
        csr = self.shop / "csr"
        pairs = read_pairs(events, list(choices.kinds), choices.positives)
        counted = write_matrices(csr, pairs, n_users, n_items, len(choices.kinds))
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
        notes = [*self._notes(catalogue, "products"), *self._notes(shoppers, "shoppers")]
        summary = summarise(self.engine, events, users, items, counted.pairs, counted.rows, trains, choices.kinds, notes)
        target = datasets_dir / id
        result = IngestResult(
            dataset=id,
            name=self.request.title,
            rows_read=rows_read,
            rows_kept=rows_kept,
            reasons=[*reasons, *choices.idle_reasons(rows_kept - counted.rows)],
            users=n_users,
            items=n_items,
            trains=trains,
            roles={role: column.name for role, column in self.layout.roles.items()},
            warnings=summary["warnings"],
            reused=False,
        )
        self.progress(0.9, "Writing the dataset")
        stored = _in_place(target)
        if stored is None:
            with new_folder(target) as folder:
                events.rename(folder / "events.parquet")
                items.to_parquet(folder / "items.parquet", compression="zstd", index=False)
                users.to_parquet(folder / "users.parquet", compression="zstd", index=False)
                csr.rename(folder / "csr")
                write_array(folder / "trains_users.npy", core.users)
                write_array(folder / "trains_items.npy", core.items)
                write_json(folder / "summary.json", {**summary, "rows_read": rows_read, "reasons": result.to_json()["reasons"]})
                seal(folder, self._manifest(result, choices, counted))
        self.progress(1.0, "Done")
        return stored or result

    def _clean(self) -> tuple[Choices, list[Reason]]:
        """Apply the rules; decide what counts on the rows that are left."""
        rules = cleaning.rules_for(self.engine, self.layout, self.request.rules)
        reasons = cleaning.apply_rules(self.engine, rules)
        return choose(self.engine, self.layout, self.source, self.request, rules), reasons

    def _check_times(self) -> None:
        if "timestamp" not in self.layout.roles:
            return
        example = cleaning.unreadable_example(self.engine, self.source, self.layout)
        if example is not None:
            column = self.layout.roles["timestamp"].name
            raise InputError(
                f"{self.source.path.name}: no value of the column '{column}' can be read as a time, for example '{example[:60]}'.",
                "Use dates like 2026-03-31 14:05, or seconds since 1970; or leave the times out with --map timestamp=.",
            )

    def _check_variety(self, n_users: int, rows: int) -> None:
        """One shopper, or one product, has nothing in common with others."""
        if n_users == 1:
            only = self.engine.execute("SELECT user_id FROM users").fetchall()[0][0]
            raise TooSmallError(
                f"All {rows:,} rows are of one shopper, '{only[:60]}'.",
                "Give a log of several shoppers, or name the right column with --map user_id=COLUMN.",
            )
        sold = self.engine.execute("SELECT DISTINCT item_id FROM kept LIMIT 2").fetchall()
        if len(sold) == 1:
            raise TooSmallError(
                f"All {rows:,} rows are of one product, '{sold[0][0][:60]}'.",
                "Give a log of several products, or name the right column with --map item_id=COLUMN.",
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

    def _notes(self, given: AttributeFile | None, what: str) -> list[dict[str, str]]:
        """What does not match between the log and a file of products or shoppers."""
        if given is None:
            return []
        in_log, known = self.engine.execute(
            f"SELECT count(*), count({given.table}.{given.id}) FROM (SELECT DISTINCT {given.id} FROM kept) AS seen "
            f"LEFT JOIN {given.table} ON seen.{given.id} = {given.table}.{given.id}"
        ).fetchall()[0]
        notes = []
        if known < in_log:
            notes.append((f"unknown {what}", f"Of {in_log:,} {what} in the log, {in_log - known:,} are not in the file of {what}."))
        if given.repeated:
            notes.append(
                (f"repeated {what}", f"The file of {what} repeats ids in {given.repeated:,} of its rows; the first row of each counts.")
            )
        return [{"name": name, "text": text} for name, text in notes]

    def _manifest(self, result: IngestResult, choices: Choices, counted: Counted) -> dict[str, Any]:
        return {
            "kind": "dataset",
            "format": FORMAT,
            "id": result.dataset,
            "name": result.name,
            "origin": self.request.origin,
            "source": {"file": self.source.path.name, "format": self.source.format, "bytes": self.source.bytes},
            "rows_read": result.rows_read,
            "rows_kept": result.rows_kept,
            "n_users": result.users,
            "n_items": result.items,
            "n_pairs": counted.pairs,
            "n_positive_pairs": int(counted.items_of.sum()),
            "trains": dict(result.trains),
            "roles": dict(result.roles),
            "extras": [extra.name for extra in self.layout.extras],
            "kinds": list(choices.kinds),
            **choices.to_json(),
        }


def _in_place(target: Path) -> IngestResult | None:
    """What was told of the dataset when it was made, if it is there and whole. A damaged one goes, to be written again."""
    if not target.exists():
        return None
    try:
        artifact = open_artifact(target, kind="dataset", verify=True)
        summary = artifact.json("summary.json")
        about = artifact.manifest
    except CorruptArtifactError:
        remove_folder(target)
        return None
    return IngestResult(
        dataset=target.name,
        name=about["name"],
        rows_read=about["rows_read"],
        rows_kept=about["rows_kept"],
        reasons=[Reason(**reason) for reason in summary["reasons"]],
        users=about["n_users"],
        items=about["n_items"],
        trains=about["trains"],
        roles=about["roles"],
        warnings=summary["warnings"],
        reused=True,
    )


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
        "Check that the right column has each role (--map), or loosen the rules (--rules).",
    )
