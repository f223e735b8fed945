"""Refunds netted against what they refund: the shopper's latest earlier purchase of the product that is large enough.

Set by set, in rounds: every refund picks its purchase, each purchase takes the refunds that it has room for in the order of time, and
those that found no room pick again. Ties are broken by what the rows say, so the order of the file does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from recsys_core.data.engine import quote
from recsys_core.data.layout import Layout

MOST_CHOICES = 10_000  # refunds times purchases of one shopper and product: beyond, it is a till or a robot, and nothing is netted


@dataclass(frozen=True)
class Netting:
    """What was netted. refunds: rows that give something back. matched: those that found their purchase.

    reduced, returned: purchases of which something, or nothing, is left.
    """

    refunds: int = 0
    matched: int = 0
    reduced: int = 0
    returned: int = 0


def net_refunds(
    engine: duckdb.DuckDBPyConnection, layout: Layout, returns: list[str], purchases: list[str] | None, cancelled: int, blocking: int
) -> Netting:
    """Make the table `netted` (row, quantity left, 0 where all came back) from the tables `log` and `fate` (row, faults).

    returns, purchases: values of the event column (None: every row without a fault is a purchase). cancelled: the fault of a
    cancelled order, 0 for none. blocking: faults of a row that is no refund either, such as a duplicate.
    """
    engine.execute("CREATE TABLE netted (row BIGINT, quantity DOUBLE)")
    is_refund = _is_refund(layout, returns, cancelled)
    if not is_refund or not _prepare(engine, layout, is_refund, purchases, blocking):
        return Netting()
    refunds = _count(engine, "refunds")
    matched = 0
    while _count(engine, "refunds"):
        matched += _round(engine)
    engine.execute("INSERT INTO netted SELECT row, CASE WHEN unspent > 1e-9 THEN unspent ELSE 0 END FROM bought WHERE unspent < quantity")
    for table in ("refunds", "bought"):
        engine.execute(f"DROP TABLE {table}")
    returned = _count(engine, "netted WHERE quantity <= 0")
    return Netting(refunds, matched, _count(engine, "netted") - returned, returned)


def _is_refund(layout: Layout, returns: list[str], cancelled: int) -> str:
    tests = ["log.quantity < 0"] if "quantity" in layout.roles else []
    tests += [f"log.event IN ({', '.join(map(quote, returns))})"] if returns else []
    tests += [f"coalesce(faults, 0) & {cancelled} > 0"] if cancelled else []
    return " OR ".join(tests)


def _prepare(engine: duckdb.DuckDBPyConnection, layout: Layout, is_refund: str, purchases: list[str] | None, blocking: int) -> bool:
    """The tables `refunds` (row, pair, price, moment, turn, amount) and `bought` (row, pair, price, moment, place, quantity, unspent).

    Whether there is anything to net. turn, place: order within all rows, by time and then by what they say.
    """
    roles = layout.roles
    moment = "log.timestamp" if "timestamp" in roles else "log.seq" if "seq" in roles else "0"
    price = "abs(log.price)" if "price" in roles else "CAST(NULL AS DOUBLE)"
    quantity = "abs(coalesce(nullif(log.quantity, 0), 1))" if "quantity" in roles else "CAST(1 AS DOUBLE)"
    order = ", ".join([moment, *(f"log.{column}" for column in layout.compared), "log.rowid"])
    columns = f"log.rowid AS row, {price} AS price, {moment} AS moment, {quantity} AS quantity"
    engine.execute(
        f"CREATE TEMP TABLE refunds AS SELECT {columns}, log.user_id, upper(log.item_id) AS item, "
        f"row_number() OVER (ORDER BY {order}) AS turn "
        f"FROM log LEFT JOIN fate ON log.rowid = fate.row WHERE ({is_refund}) AND coalesce(faults, 0) & {blocking} = 0 "
        "AND log.user_id IS NOT NULL AND log.item_id IS NOT NULL"
    )
    if not _count(engine, "refunds"):
        engine.execute("DROP TABLE refunds")
        return False
    engine.execute("CREATE TEMP TABLE pairs AS SELECT user_id, item, row_number() OVER () AS pair, count(*) AS n FROM refunds GROUP BY ALL")
    bought = "" if purchases is None else f"AND log.event IN ({', '.join(map(quote, purchases)) or 'NULL'}) "
    engine.execute(
        f"CREATE TEMP TABLE bought AS SELECT {columns}, pair, n, {quantity} AS unspent, row_number() OVER (ORDER BY {order}) AS place "
        "FROM log JOIN pairs ON log.user_id = pairs.user_id AND upper(log.item_id) = pairs.item "
        f"WHERE NOT coalesce({is_refund.replace('coalesce(faults, 0)', '0')}, false) {bought}"
        "AND log.rowid NOT IN (SELECT row FROM fate)"
    )
    engine.execute(
        f"DELETE FROM bought WHERE pair IN (SELECT pair FROM bought GROUP BY pair HAVING count(*) * any_value(n) > {MOST_CHOICES})"
    )
    engine.execute("CREATE OR REPLACE TEMP TABLE refunds AS SELECT * FROM refunds JOIN pairs USING (user_id, item)")
    engine.execute("DROP TABLE pairs")
    return True


def _round(engine: duckdb.DuckDBPyConnection) -> int:
    """One round: how many refunds found their purchase. A refund that no purchase is large enough for leaves `refunds` too."""
    engine.execute(
        "CREATE TEMP TABLE picks AS SELECT *, sum(amount) OVER (PARTITION BY place ORDER BY turn) <= unspent AS fits FROM ("
        "SELECT refunds.turn, any_value(refunds.quantity) AS amount, max(place) AS place, arg_max(unspent, place) AS unspent "
        "FROM refunds JOIN bought ON refunds.pair = bought.pair AND bought.moment <= refunds.moment AND bought.unspent >= refunds.quantity "
        "AND (refunds.price IS NULL OR bought.price IS NULL OR refunds.price = bought.price) GROUP BY refunds.turn)"
    )
    engine.execute(
        "UPDATE bought SET unspent = unspent - taken.amount "
        "FROM (SELECT place, sum(amount) AS amount FROM picks WHERE fits GROUP BY place) AS taken WHERE bought.place = taken.place"
    )
    engine.execute("DELETE FROM refunds WHERE turn NOT IN (SELECT turn FROM picks WHERE NOT fits)")
    fitted = _count(engine, "picks WHERE fits")
    engine.execute("DROP TABLE picks")
    return fitted


def _count(engine: duckdb.DuckDBPyConnection, rows: str) -> int:
    return int(engine.execute(f"SELECT count(*) FROM {rows}").fetchall()[0][0])
