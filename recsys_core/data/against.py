"""What speaks against a product: pairs of which nothing but a return, a dislike or a low rating is left are not recommended back."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
from scipy.sparse import csr_matrix

from recsys_core.data.choices import Choices
from recsys_core.data.engine import quote
from recsys_core.data.kinds import AGAINST
from recsys_core.storage.atomic import write_array

NAME = "against"


def write_against(engine: duckdb.DuckDBPyConnection, events: Path, choices: Choices, folder: Path, shape: tuple[int, int]) -> int:
    """Write the pairs into `folder` as the matrix `against`, ones float32. Returns how many.

    A pair is in it if all of its events speak against the product, or all that was bought of it came back (the view `came_back`);
    never if an event says that the shopper wants it.
    """
    rows = f"read_parquet({quote(str(events))})"
    where = _speaks_against(choices)
    parts = []
    if engine.execute("SELECT 1 FROM netted WHERE quantity <= 0 LIMIT 1").fetchall():
        parts.append('SELECT "user", item FROM came_back JOIN users USING (user_id) JOIN items USING (item_id)')
    if where != "false":
        engine.execute(f'CREATE TEMP TABLE doubted AS SELECT DISTINCT "user", item FROM {rows} WHERE {where}')
        parts.append(
            f'SELECT "user", item FROM {rows} SEMI JOIN doubted USING ("user", item) GROUP BY "user", item HAVING bool_and({where})'
        )
    user = item = np.empty(0, dtype=np.int32)
    if parts:
        found = engine.sql(
            f'WITH pairs AS ({" UNION ".join(parts)}) SELECT "user", item FROM pairs '
            f'ANTI JOIN (SELECT "user", item FROM {rows} WHERE {choices.counts_where}) AS wanted USING ("user", item) '
            'ORDER BY "user", item'
        ).to_arrow_table()
        user, item = (found[name].to_numpy() for name in ("user", "item"))
    matrix = csr_matrix((np.ones(len(user), dtype=np.float32), (user, item)), shape=shape)
    for part in ("data", "indices", "indptr"):
        write_array(folder / f"{NAME}.{part}.npy", getattr(matrix, part))
    return int(matrix.nnz)


def _speaks_against(choices: Choices) -> str:
    """SQL for the events that do."""
    tests = []
    kinds = [kind for kind in choices.kinds if kind in AGAINST and kind not in (choices.positives.kinds or ())]
    if kinds:
        tests.append(f"coalesce(event IN ({', '.join(map(quote, kinds))}), false)")
    if choices.positives.min_rating is not None:
        tests.append(f"coalesce(rating < {choices.positives.min_rating!r}, false)")
    return " OR ".join(tests) or "false"
