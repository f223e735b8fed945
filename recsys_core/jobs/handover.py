"""What is handed over once a scenario is approved: everybody's lists, the rules as a table, the report, a column guide, in one zip."""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import itertools
import platform
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from recsys_core.jobs.report import report
from recsys_core.jobs.scenario_words import RULE_COLUMNS, rule_rows
from recsys_core.jobs.told import Told
from recsys_core.ranking.plan import Flag
from recsys_core.storage.json_text import to_text
from recsys_core.storage.spreadsheet import csv_bytes

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the time of every file in the zip: the same lists give the same bytes
PACKAGES = ("numpy", "scipy", "numba", "pyarrow")
BLOCK = 1024  # shoppers whose scores are looked up at once
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "lists.csv, lists.parquet": {
        "user_id": "The shopper’s id in the log.",
        "rank": "Place in the list, from 1.",
        "item_id": "The product’s id in the log.",
        "score": "The model’s score of the product for this shopper; empty where a rule or a want of candidates put it there.",
        "badges": "What is particular about the place, parted by semicolons: pinned; soft (a soft pin); reserved; window, cap, minimum "
        "(that rule had to give way here, or the list would be short); fallback (too little is known of the shopper: best sellers).",
    },
    "rules.csv": {
        "number": "Its place in the scenario, from 1.",
        "kind": "boost, bury, pin, soft pin, exclude, include only; cap, reserved, filter, minimum.",
        "name": "As it was called.",
        "products_where": "The condition that a product must meet.",
        "amount_or_place": "How strongly, where, or how many.",
        "segments": "The shoppers it is for.",
        "starts": "First day, if it has one.",
        "ends": "Last day, if it has one.",
        "priority": "Rules of one kind that meet are applied in this order.",
        "switched_on": "yes or no.",
        "products": "How many products meet the condition.",
        "shoppers": "How many shoppers it is for.",
        "problems": "Why it does nothing, or which rule it stands against.",
    },
}
ABOUT: Mapping[str, str] = {
    "lists.csv": "Everybody’s list, a row a place. Text that a spreadsheet would run as a formula has an apostrophe before it.",
    "lists.parquet": "The same, typed and without those apostrophes.",
    "rules.csv": "Rules, caps, reserved places and filters.",
    "scenario.json": "The scenario itself, for `scenario import`, `recommend --scenario` and `whatif --scenario`.",
    "report.html": "What it does to everybody; opens in any browser, offline.",
    "columns.md": "This guide.",
    "manifest.json": "Where it comes from, and the SHA-256 of every file.",
}


def handover(told: Told) -> bytes:
    """The zip. The same scenario on the same run, data and day gives the same bytes."""
    lists = lists_table(told)
    sheet = io.BytesIO()
    pq.write_table(lists, sheet, compression="zstd")
    files = {
        "lists.csv": csv_bytes(lists),
        "lists.parquet": sheet.getvalue(),
        "rules.csv": csv_bytes(rules_table(told)),
        "scenario.json": (to_text(told.scenario.to_json(), indent=2) + "\n").encode(),
        "report.html": report(told).encode(),
        "columns.md": column_guide().encode(),
    }
    files["manifest.json"] = (to_text(manifest(told, files), indent=2) + "\n").encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content, compresslevel=6)
    return packed.getvalue()


def lists_table(told: Told) -> pa.Table:
    """user_id, rank, item_id, score, badges: a row a place, in the order of the shoppers."""
    listing, dataset = told.answer.listing, told.opened.dataset
    filled = listing.items >= 0
    user, place = np.nonzero(filled)
    items = listing.items[filled]
    scores = _scores(told, user, items)
    ids = np.asarray(dataset.user_ids, dtype=object)[told.answer.users]
    columns = {
        "user_id": pa.array(ids[user], pa.string()),
        "rank": pa.array((place + 1).astype(np.int32)),
        "item_id": pa.array(np.asarray(dataset.item_ids, dtype=object)[items], pa.string()),
        "score": pa.array(scores, mask=np.isnan(scores)),
        "badges": _badges(listing.flags[filled]),
    }
    return pa.table(columns)


def rules_table(told: Told) -> pa.Table:
    """`RULE_COLUMNS`, all text."""
    rows = rule_rows(told.scenario, told.outcome.rules)
    return pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in RULE_COLUMNS})


def column_guide() -> str:
    """What each file holds, and each column of the tables, as Markdown."""
    lines = ["# What is in this hand-over", ""]
    lines += [f"- `{name}`: {about}" for name, about in ABOUT.items()]
    for name, columns in COLUMNS.items():
        lines += ["", f"## {name}", "", "| column | what it says |", "|---|---|"]
        lines += [f"| `{column}` | {about} |" for column, about in columns.items()]
    return "\n".join(lines) + "\n"


def manifest(told: Told, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Where the lists come from, the versions that made them, and the size and SHA-256 of the other files."""
    opened, published = told.opened, told.opened.published
    return {
        "scenario": {"name": told.scenario.name, "hash": told.scenario.hash},
        "run": opened.run.id,
        "model": opened.run.spec.id,
        "protocol": opened.run.manifest["protocol"],
        "seed": opened.run.manifest["seed"],
        "dataset": opened.dataset.id,
        "dataset_name": opened.dataset.name,
        "day": opened.studio.day,
        "compared_with": opened.compared_with,
        "published": published and {"name": published.name, "hash": published.hash},
        "shoppers": told.outcome.users,
        "k": told.scenario.k,
        "guardrails_pass": told.outcome.passes,
        "versions": {"python": platform.python_version(), **{name: importlib.metadata.version(name) for name in PACKAGES}},
        "files": {name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()},
    }


def _scores(told: Told, user: NDArray[np.intp], items: NDArray[np.int32]) -> NDArray[np.float32]:
    """The model's score of each listed product, NaN where it is none of the shopper's candidates."""
    ground, users = told.opened.studio.ground, told.answer.users
    found = np.empty(len(items), np.float32)
    ends = np.searchsorted(user, np.arange(0, len(users) + BLOCK, BLOCK))
    for start, end in itertools.pairwise(ends):
        rows = users[user[start:end]]
        match = ground.candidates[rows] == items[start:end, None]
        own = ground.scores[rows, match.argmax(axis=1)]
        found[start:end] = np.where(match.any(axis=1), own, np.nan)
    return found


def _badges(flags: NDArray[np.uint8]) -> pa.Array:
    names = [";".join(str(flag.name).lower() for flag in Flag if code & int(flag)) for code in range(256)]
    return pa.array(np.array(names, dtype=object)[flags], pa.string())
