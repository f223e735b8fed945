"""From a file to the rows worth keeping, with a count for each reason why the others were dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from recsys_core.data.canonical import canonical_query, text
from recsys_core.data.copies import find_copies
from recsys_core.data.dropped import examples
from recsys_core.data.engine import planning, quote
from recsys_core.data.kinds import PURCHASES
from recsys_core.data.layout import Layout
from recsys_core.data.learnt_rules import Judgement, in_words, judgements
from recsys_core.data.netting import Netting, net_refunds
from recsys_core.data.rules import CANCELLED, CODES, NETTING, ROBOTS, Reason, Rule
from recsys_core.data.rules_file import choose_rules
from recsys_core.data.sources import Source, reading

ROWS_FOR_SPELLING = 100_000
_REFUNDS_TOO = (CANCELLED, "non-positive quantity", "price not above zero")  # faults that a refund may have and still be one


@dataclass(frozen=True)
class Cleaned:
    """What cleaning did. rules: as applied, with what was learnt. reasons: one for each rule that drops, in their order."""

    rules: tuple[Rule, ...]
    reasons: list[Reason]
    netting: Netting

    @property
    def dropping(self) -> list[str]:
        """Names of the rules by the place of their fault."""
        return [reason.name for reason in self.reasons]


def load_log(engine: duckdb.DuckDBPyConnection, source: Source, layout: Layout) -> int:
    """Read the file once into the table `log`, every column in its canonical form, rowid in file order. Returns the number of rows."""
    with reading(source), planning(engine, len(layout.readings)):
        engine.execute(f"CREATE TABLE log AS {canonical_query(source.scan, layout.readings, keep_unreadable=True)}")
    return int(engine.execute("SELECT count(*) FROM log").fetchall()[0][0])


def spelled_kinds(engine: duckdb.DuckDBPyConnection, source: Source, layout: Layout) -> dict[str, str]:
    """Value of the event column in small letters -> as the file's first rows write it most often, where that is not the same."""
    if "event" not in layout.roles:
        return {}
    column = layout.roles["event"]
    some = f"SELECT {text(column)} AS kind FROM (SELECT * FROM {source.scan} LIMIT {ROWS_FOR_SPELLING})"
    with reading(source), planning(engine, 1):
        rows = engine.execute(
            f"SELECT kind, lower(kind) FROM ({some}) WHERE kind IS NOT NULL GROUP BY kind ORDER BY count(*), kind"
        ).fetchall()
    commonest = {low: kind for kind, low in rows}
    return {low: kind for low, kind in commonest.items() if kind != low}


def clean(engine: duckdb.DuckDBPyConnection, layout: Layout, wanted: str | Sequence[object] | None, kinds: Mapping[str, str]) -> Cleaned:
    """Make the table `fate` (row, faults: one bit for each rule that the row breaks) and the view `kept`: the rows without a fault.

    `kept` has the columns of the log, kinds of event by their names here, quantities after refunds, and `row`, the place in the file.
    The view `came_back` (user_id, item_id) has the purchases that were returned in full.
    wanted: see IngestRequest.rules. kinds: value of the event column -> kind.
    """
    rules = choose_rules(wanted or ("none" if "split" in layout.roles else "default"), layout.roles)
    judged = judgements(engine, rules)
    dropping = [one for one in judged if one.rule.drop_where]
    engine.execute("CREATE TABLE copies (row BIGINT)")
    if any("duplicate" in one.where for one in dropping):
        find_copies(engine, layout.compared)
    _judge(engine, dropping)
    netting = _net(engine, layout, dropping, kinds)
    _keep(engine, layout, kinds)
    return Cleaned(tuple(one.rule for one in judged), _reasons(engine, layout, dropping), netting)


def _judge(engine: duckdb.DuckDBPyConnection, dropping: Sequence[Judgement]) -> None:
    """The table `fate`, in one look at the log."""
    robots = "user_id IN (SELECT user_id FROM robots)" if any(one.rule.name == ROBOTS for one in dropping) else "false"
    engine.execute(
        "CREATE VIEW judged AS SELECT *, rowid AS row, rowid IN (SELECT row FROM copies) AS duplicate, "
        f"{robots} AS robot, false AS returned FROM log"
    )
    faults = " + ".join(f"CASE WHEN {one.where} THEN {1 << place} ELSE 0 END" for place, one in enumerate(dropping))
    engine.execute(
        f"CREATE TABLE fate AS SELECT row, faults FROM (SELECT row, CAST({faults} AS INTEGER) AS faults FROM judged) WHERE faults > 0"
    )


def _net(engine: duckdb.DuckDBPyConnection, layout: Layout, dropping: Sequence[Judgement], kinds: Mapping[str, str]) -> Netting:
    """Net refunds if the rules say so: purchases that came back altogether are dropped, others lose some of their quantity."""
    bits = {one.rule.name: 1 << place for place, one in enumerate(dropping)}
    if NETTING not in bits:
        engine.execute("CREATE TABLE netted (row BIGINT, quantity DOUBLE)")
        return Netting()
    returns = [value for value, kind in kinds.items() if kind == "return"]
    purchases = [value for value, kind in kinds.items() if kind in PURCHASES] if "event" in layout.roles else None
    blocking = sum(bit for name, bit in bits.items() if name not in _REFUNDS_TOO)
    netting = net_refunds(engine, layout, returns, purchases, bits.get(CANCELLED, 0), blocking)
    engine.execute(f"INSERT INTO fate SELECT row, {bits[NETTING]} FROM netted WHERE quantity <= 0")
    return netting


def _keep(engine: duckdb.DuckDBPyConnection, layout: Layout, kinds: Mapping[str, str]) -> None:
    """The views `kept` and `came_back`."""
    engine.execute(
        "CREATE VIEW came_back AS SELECT DISTINCT user_id, item_id FROM log JOIN netted ON log.rowid = netted.row "
        "WHERE netted.quantity <= 0"
    )
    changed = []
    renamed = {value: kind for value, kind in kinds.items() if kind != value}
    if renamed:
        cases = " ".join(f"WHEN {quote(value)} THEN {quote(kind)}" for value, kind in renamed.items())
        changed.append(f"CASE log.event {cases} ELSE log.event END AS event")
    reduced = engine.execute("SELECT count(*) FROM netted WHERE quantity > 0").fetchall()[0][0] > 0
    if reduced:
        changed.append("coalesce(netted.quantity, log.quantity) AS quantity")
        if "value" in layout.roles:
            changed.append("CASE WHEN netted.row IS NULL THEN value ELSE value * netted.quantity / log.quantity END AS value")
    columns = f"log.* REPLACE ({', '.join(changed)})" if changed else "log.*"
    engine.execute(
        f"CREATE VIEW kept AS SELECT {columns}, log.rowid AS row FROM log"
        + (" LEFT JOIN netted ON log.rowid = netted.row" if reduced else "")
        + (" ANTI JOIN fate ON log.rowid = fate.row" if engine.execute("SELECT count(*) FROM fate").fetchall()[0][0] else "")
    )


def _reasons(engine: duckdb.DuckDBPyConnection, layout: Layout, dropping: Sequence[Judgement]) -> list[Reason]:
    """How many rows each rule applies to, how many it was the first to drop, and a few of those."""
    sets = engine.execute("SELECT faults, count(*) FROM fate GROUP BY faults").fetchall()
    shown = examples(engine, layout, len(dropping)) if sets else [[] for _ in dropping]
    found = []
    for place, one in enumerate(dropping):
        bit = 1 << place
        matched = sum(rows for faults, rows in sets if faults & bit)
        dropped = sum(rows for faults, rows in sets if faults & -faults == bit)
        found.append(Reason(one.rule.name, _words(one.rule), matched, dropped, shown[place]))
    return found


def _words(rule: Rule) -> str:
    """The rule's words, with what was learnt or given."""
    pattern = rule.values.get("pattern") if rule.name == CODES else None
    if pattern is None:
        return rule.words
    return f"{rule.words.rstrip('.')}. Products have {in_words(str(pattern)) or f'the shape {pattern}'}."


def unreadable_example(engine: duckdb.DuckDBPyConnection, layout: Layout) -> str | None:
    """A value of the time column that cannot be read, if not one could be; else None."""
    readable, unreadable = engine.execute("SELECT count(timestamp), count(*) FILTER (WHERE unreadable_time) FROM log").fetchall()[0]
    if readable or not unreadable:
        return None
    return str(engine.execute("SELECT odd_timestamp FROM log WHERE odd_timestamp IS NOT NULL LIMIT 1").fetchall()[0][0])
