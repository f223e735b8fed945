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

from recsys_core.data import attributes, cleaning, encoding
from recsys_core.data.content_hash import dataset_id
from recsys_core.data.engine import open_engine
from recsys_core.data.kcore import k_core
from recsys_core.data.kinds import PURCHASES, check_kinds, choose_positives
from recsys_core.data.layout import Layout, lay_out
from recsys_core.data.matrices import write_matrices
from recsys_core.data.pairs import SPLIT_WORDS, Pairs, Positives, collect_pairs
from recsys_core.data.request import DEFAULT_MIN_ITEMS, IngestRequest, IngestResult
from recsys_core.data.roles import require_roles, resolve_roles
from recsys_core.data.rules import Reason, choose_rules
from recsys_core.data.sources import Source, open_source
from recsys_core.data.summary import summarise
from recsys_core.errors import InputError, TooSmallError
from recsys_core.storage.artifacts import seal
from recsys_core.storage.atomic import new_folder, temporary_sibling, write_array, write_json

__all__ = ["IngestRequest", "IngestResult", "ingest"]

FORMAT = 1
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class _Choices:
    """What was decided about a log before its rows were counted."""

    rules: tuple[str, ...]
    positives: Positives
    kinds: dict[str, int]
    min_user_items: int
    min_item_users: int
    currency: str | None  # the unit of the prices: the same numbers in £ and without a unit are two things

    def to_json(self) -> dict[str, Any]:
        positive = None if self.positives.kinds is None else sorted(self.positives.kinds)
        return {
            "rules": list(self.rules),
            "positive": positive,
            "min_rating": self.positives.min_rating,
            "min_user_items": self.min_user_items,
            "min_item_users": self.min_item_users,
            "currency": self.currency,
        }


def ingest(request: IngestRequest, datasets_dir: Path, progress: Progress = lambda fraction, message: None) -> IngestResult:
    """Write `datasets_dir`/<id>/ whole or not at all; a dataset of the same content is reused.

    Raises InputError and TooSmallError where the files cannot make a dataset.
    """
    progress(0.0, "Looking at the file")
    source = open_source(Path(request.log))
    roles = resolve_roles(source.names, request.roles, source.path.name)
    require_roles(roles, ["user_id", "item_id"], source.names, source.path.name)
    datasets_dir.mkdir(parents=True, exist_ok=True)
    with _workshop(datasets_dir) as shop, open_engine(shop) as engine:
        return _Intake(request, source, lay_out(source, roles), engine, shop, progress).run(datasets_dir)


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
        self.progress(0.05, "Reading")
        rows_read = cleaning.load_log(self.engine, self.source, self.layout)
        if not rows_read:
            raise TooSmallError(f"{self.source.path.name} has a header but no rows.", "Give a file with one row for each event.")
        self._check_times()
        self.progress(0.25, "Cleaning")
        rules = choose_rules(self._rules_name, self.layout.roles)
        if any(rule.name == "exact duplicate" for rule in rules):
            cleaning.mark_duplicates(self.engine, self.layout)
        reasons = cleaning.apply_rules(self.engine, rules)
        rows_kept = rows_read - sum(reason.dropped for reason in reasons)
        if not rows_kept:
            raise _nothing_left(self.source, rows_read, reasons)
        self.progress(0.4, "Numbering shoppers and products")
        items_file = self._attributes(self.request.items, "catalogue", "item_id")
        users_file = self._attributes(self.request.users, "shoppers", "user_id")
        n_users, n_items = encoding.number_ids(self.engine, items_file is not None)
        self._check_size(n_users, n_items, rows_kept)
        choices = self._choose([rule.name for rule in rules])
        self.progress(0.5, "Sorting events")
        events = self.shop / "events.parquet"
        encoding.write_events(self.engine, self.layout, events)
        self.progress(0.65, "Naming the dataset by its content")
        id = dataset_id(self._table_hashes(events, items_file, users_file), choices.to_json())
        pairs = collect_pairs(events, list(choices.kinds), choices.positives)
        core = self._core(pairs, n_users, n_items, choices)
        trains = {
            "rows": int(pairs.positive[core].sum()),
            "users": len(np.unique(pairs.user[core])),
            "items": len(np.unique(pairs.item[core])),
        }
        self.progress(0.75, "Writing the dataset")
        target = datasets_dir / id
        reused = target.exists()
        items = attributes.item_table(self.engine, events, self.layout, items_file, np.bincount(pairs.item, minlength=n_items))
        users = attributes.user_table(
            self.engine, events, self.layout, users_file, np.bincount(pairs.user, minlength=n_users), self._order_sql(choices)
        )
        notes = self._notes(items_file, users_file, n_users, n_items)
        summary = summarise(self.engine, events, users, items, len(pairs.user), trains, choices.kinds, notes)
        result = IngestResult(
            dataset=id,
            name=self.request.title,
            rows_read=rows_read,
            rows_kept=rows_kept,
            reasons=reasons,
            users=n_users,
            items=n_items,
            trains=trains,
            not_positive=rows_kept - int(pairs.positive.sum()),
            roles={role: column.name for role, column in self.layout.roles.items()},
            warnings=summary["warnings"],
            reused=reused,
        )
        if not reused:
            with new_folder(target) as folder:
                events.rename(folder / "events.parquet")
                items.to_parquet(folder / "items.parquet", compression="zstd", index=False)
                users.to_parquet(folder / "users.parquet", compression="zstd", index=False)
                write_matrices(folder / "csr", pairs, n_users)
                write_array(folder / "trains_users.npy", np.bincount(pairs.user[core], minlength=n_users) > 0)
                write_array(folder / "trains_items.npy", np.bincount(pairs.item[core], minlength=n_items) > 0)
                write_json(
                    folder / "summary.json", {**summary, "rows_read": rows_read, "reasons": [reason.to_json() for reason in reasons]}
                )
                seal(folder, self._manifest(result, choices, pairs))
        self.progress(1.0, "Done")
        return result

    @property
    def _rules_name(self) -> str:
        return self.request.rules or ("none" if "split" in self.layout.roles else "default")

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

    def _attributes(self, path: str | None, table: str, id_role: str) -> attributes.AttributeFile | None:
        return None if path is None else attributes.load_attributes(self.engine, Path(path), table, id_role)

    def _check_size(self, n_users: int, n_items: int, rows: int) -> None:
        if n_users == 1:
            only = self.engine.execute("SELECT user_id FROM users").fetchall()[0][0]
            raise TooSmallError(
                f"All {rows:,} rows are of one shopper, '{only[:60]}'.",
                "Recommending learns from what shoppers have in common: give a log of several, or name their column with --map user_id=COLUMN.",
            )
        if n_items == 1:
            only = self.engine.execute("SELECT item_id FROM items").fetchall()[0][0]
            raise TooSmallError(
                f"All {rows:,} rows are of one product, '{only[:60]}'.", "Give a log with several, or use --map item_id=COLUMN."
            )

    def _choose(self, rules: list[str]) -> _Choices:
        kinds: dict[str, int] = {}
        if "event" in self.layout.roles:
            found = self.engine.execute(
                "SELECT event, count(*) FROM kept WHERE event IS NOT NULL GROUP BY event ORDER BY event LIMIT 10000"
            ).fetchall()
            kinds = dict(found)
            check_kinds(kinds, self.layout.roles["event"].name)
        given = "split" in self.layout.roles
        if given:
            self._check_split()
        minimum = 1 if given else DEFAULT_MIN_ITEMS
        request = self.request
        if request.min_rating is not None and "rating" not in self.layout.roles:
            raise InputError(
                "--min-rating needs ratings, and the log has none.", "Leave it out, or name their column with --map rating=COLUMN."
            )
        return _Choices(
            rules=tuple(rules),
            positives=Positives(choose_positives(list(kinds), request.positive), request.min_rating),
            kinds=kinds,
            min_user_items=request.min_user_items or minimum,
            min_item_users=request.min_item_users or minimum,
            currency=request.currency or None,
        )

    def _check_split(self) -> None:
        words = ", ".join(f"'{word}'" for word in SPLIT_WORDS)
        odd = self.engine.execute(f"SELECT split FROM kept WHERE split NOT IN ({words}) LIMIT 1").fetchall()
        if odd:
            column = self.layout.roles["split"].name
            raise InputError(
                f"{self.source.path.name}: the column '{column}' says '{odd[0][0][:60]}', which is no part of a split.",
                "Use train, validation and test, or ignore the column with --map split=.",
            )

    def _table_hashes(self, events: Path, items: attributes.AttributeFile | None, users: attributes.AttributeFile | None) -> dict[str, str]:
        hashes = {
            "events": encoding.hash_events(events),
            "user_ids": encoding.hash_query(self.engine, 'SELECT user_id FROM users ORDER BY "user"'),
            "item_ids": encoding.hash_query(self.engine, "SELECT item_id FROM items ORDER BY item"),
        }
        for given, id in ((items, "item_id"), (users, "user_id")):
            if given is not None:
                hashes[given.table] = encoding.hash_query(self.engine, attributes.stored_query(given, id))
        return hashes

    def _core(self, pairs: Pairs, n_users: int, n_items: int, choices: _Choices) -> np.ndarray:
        places = np.flatnonzero(pairs.positive > 0)
        inside = k_core(pairs.user[places], pairs.item[places], n_users, n_items, choices.min_user_items, choices.min_item_users)
        core: np.ndarray = places[inside]
        return core

    def _order_sql(self, choices: _Choices) -> str | None:
        """What tells one order from another: its number, or its time where purchases are what the log is about."""
        if "order_id" in self.layout.roles:
            return "order_id"
        bought = bool(PURCHASES & choices.kinds.keys()) or {"quantity", "price"} <= self.layout.roles.keys()
        return "timestamp" if bought and "timestamp" in self.layout.roles else None

    def _notes(
        self, items: attributes.AttributeFile | None, users: attributes.AttributeFile | None, n_users: int, n_items: int
    ) -> list[dict[str, str]]:
        notes = []
        for given, id, total, words in ((items, "item_id", n_items, "products"), (users, "user_id", n_users, "shoppers")):
            if given is None:
                continue
            log_side = "items" if id == "item_id" else "users"
            known = self.engine.execute(
                f"SELECT count(*) FROM (SELECT DISTINCT {id} FROM kept) JOIN {given.table} USING ({id})"
            ).fetchall()[0][0]
            in_log = self.engine.execute(f"SELECT count(DISTINCT {id}) FROM kept").fetchall()[0][0]
            if known < in_log:
                text = f"{in_log - known:,} of {in_log:,} {words} of the log are not in the file of {words}."
                notes.append({"name": f"unknown {log_side}", "text": text})
            if given.repeated:
                notes.append(
                    {
                        "name": f"repeated {log_side}",
                        "text": f"{given.repeated:,} rows of the file of {words} repeat an id; the first counts.",
                    }
                )
        return notes

    def _manifest(self, result: IngestResult, choices: _Choices, pairs: Pairs) -> dict[str, Any]:
        return {
            "kind": "dataset",
            "format": FORMAT,
            "id": result.dataset,
            "name": result.name,
            "origin": self.request.origin,
            "source": {"file": self.source.path.name, "format": self.source.format, "bytes": self.source.path.stat().st_size},
            "rows_read": result.rows_read,
            "rows_kept": result.rows_kept,
            "n_users": result.users,
            "n_items": result.items,
            "n_pairs": len(pairs.user),
            "n_positive_pairs": int((pairs.positive > 0).sum()),
            "trains": dict(result.trains),
            "roles": dict(result.roles),
            "extras": [extra.name for extra in self.layout.extras],
            "kinds": list(choices.kinds),
            **choices.to_json(),
        }


def _nothing_left(source: Source, rows: int, reasons: list[Reason]) -> TooSmallError:
    worst = max(reasons, key=lambda reason: reason.dropped)
    return TooSmallError(
        f"{source.path.name}: none of its {rows:,} rows can be used; {worst.dropped:,} were dropped as '{worst.name}'.",
        "Check that the right column has each role (--map), or loosen the rules (--rules).",
    )
