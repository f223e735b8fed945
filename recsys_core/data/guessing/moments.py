"""The times of a sample's column as seconds, for measuring how far rows are apart."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recsys_core.data.canonical import Reading, canonical_query
from recsys_core.data.engine import prepare
from recsys_core.data.guessing.dates import shapes_of, time_form
from recsys_core.data.guessing.facts import Facts
from recsys_core.data.sources import Column


def seconds_of(facts: Facts) -> NDArray[np.float64]:
    """(rows,) seconds since 1970, NaN where a cell holds no time. Day and month may be the wrong way round: only distances matter."""
    form = time_form(shapes_of(zip(facts.values, facts.counts.tolist(), strict=True)), None)
    reading = Reading("w", Column(facts.name, "VARCHAR", "v"), "timestamp", time=form)
    with duckdb.connect() as engine:
        prepare(engine)
        engine.register("given", pa.table({"v": pa.array(facts.values, pa.string()), "place": np.arange(len(facts.values))}))
        query = canonical_query("given", [reading, Reading("place", Column("place", "BIGINT", "place"))])
        found = engine.sql(f"SELECT epoch(w) AS w FROM ({query}) ORDER BY CAST(place AS BIGINT)").fetchnumpy()["w"]
    values = np.append(np.ma.filled(found.astype(np.float64), np.nan), np.nan)
    return values[facts.codes]
