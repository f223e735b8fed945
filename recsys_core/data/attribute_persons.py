"""Columns of a shopper table that name persons: dropped unless it is asked for something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import duckdb

from recsys_core.data.canonical import hashed
from recsys_core.data.guessing.facts import facts_of
from recsys_core.data.guessing.personal import NAME, personal_kind

_SAMPLE = 10_000  # rows


def treat_personal(engine: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """Hash in place what is to be hashed. Returns column -> "hash", "drop" or "keep" of those that hold personal data.

    columns: name -> SQL name. wanted: name -> what to do with it, over what is done by default (drop).
    """
    treated = {name: wanted[name] for name in columns if name in wanted}
    for name, sql in columns.items():
        if name not in treated and _names_persons(engine, table, name, sql):
            treated[name] = "drop"
    for name, how in treated.items():
        if how == "hash":
            engine.execute(f"UPDATE {table} SET {columns[name]} = {hashed(columns[name])} WHERE {columns[name]} IS NOT NULL")
    return treated


def _names_persons(engine: duckdb.DuckDBPyConnection, table: str, name: str, sql: str) -> bool:
    cells = engine.sql(f"SELECT left({sql}, 200) AS cell FROM {table} WHERE {sql} IS NOT NULL LIMIT {_SAMPLE}").to_arrow_table()["cell"]
    facts = facts_of(name, "VARCHAR", cells)
    # In a table of shoppers a plain "name" is a person's.
    return personal_kind(facts) is not None or personal_kind(replace(facts, name=f"customer {name}")) == NAME


def told(treated: Mapping[str, str]) -> list[dict[str, str]]:
    """What was done with each column, a sentence each."""
    done = {"drop": "left out", "hash": "replaced by hashes", "keep": "kept as it is, as asked"}
    return [
        {"name": f"personal {name}", "text": f"The column '{name}' of the file of shoppers names persons: it was {done[how]}."}
        for name, how in treated.items()
    ]
