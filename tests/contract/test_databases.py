"""What a database must do to be a log: the dataset its Parquet file makes, read-only, in bounded memory, every refusal one sentence."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys_core.cli.app import main
from recsys_core.data import database_session
from recsys_core.data.database import list_tables, open_database
from recsys_core.data.ingest import ingest
from recsys_core.data.look import look
from recsys_core.data.request import IngestRequest
from recsys_core.errors import InputError, NotFoundError, TooSmallError, UserError
from tests.database_server import ESCAPED, DatabaseServer

COLUMNS = """user_id bigint, item_id text, ts timestamptz, day date, seen timestamp, price numeric(10,2), amount numeric, gift boolean,
visit uuid, note text, weight real, height double precision, tags text[], extra jsonb, picture bytea"""
ROWS = """SELECT n % 40, 'SKU' || n % 23, timestamptz '2026-01-01 00:30:00.25+02' + n * interval '7 hours', date '2026-01-01' + n % 90,
timestamp '2026-02-01 10:00:00' + n * interval '1 second', n / 7.0, n / 3.0, n % 2 = 0, md5(n::text)::uuid,
CASE WHEN n % 5 > 0 THEN 'größe, "中" %' || n END, n / 3.0, n / 9.0, ARRAY['a', n::text], jsonb_build_object('n', n), 'x'
FROM generate_series(1, 400) AS n"""


@pytest.fixture(scope="module")
def shop(database_server: DatabaseServer) -> DatabaseServer:
    database_server.run(
        f"CREATE TABLE events ({COLUMNS})",
        f"INSERT INTO events {ROWS}",
        "CREATE VIEW recent AS SELECT user_id, item_id, ts FROM events WHERE day > '2026-02-01'",
        "CREATE TABLE nothing (user_id int, item_id int)",
        'CREATE SCHEMA "Odd"',
        'CREATE TABLE "Odd"."My ""Events""" ("User" int, "user" int, "share %" int)',
        'INSERT INTO "Odd"."My ""Events""" VALUES (1, 2, 3)',
        "CREATE ROLE poor LOGIN PASSWORD 'poor'",
        "CREATE FUNCTION meddle() RETURNS int LANGUAGE sql AS $$ INSERT INTO nothing VALUES (1, 1); SELECT 1 $$",
        "ANALYZE events",
    )
    return database_server


def request_(shop: DatabaseServer, **about: Any) -> IngestRequest:
    return IngestRequest(shop.full_address, **about)


def test_a_table_gives_the_dataset_that_its_parquet_and_its_csv_give(shop: DatabaseServer, tmp_path: Path) -> None:
    with shop.connect() as connection:
        found = connection.execute("SELECT * FROM events").fetchall()
    names = [column.split()[0] for column in COLUMNS.replace("\n", " ").split(",") if len(column.split()) > 1]
    frame = pd.DataFrame(found, columns=names).drop(columns=["picture"])
    texts = frame.assign(
        visit=frame.visit.astype(str),
        amount=frame.amount.astype(str),
        tags=[f"{{{','.join(tags)}}}" for tags in frame.tags],
        extra=[json.dumps(extra) for extra in frame.extra],
    )
    types = {"weight": pa.float32(), "price": pa.decimal128(10, 2), "ts": pa.timestamp("us", "UTC"), "day": pa.date32()}
    schema = pa.Schema.from_pandas(texts, preserve_index=False)
    for name, type in types.items():
        schema = schema.set(schema.get_field_index(name), pa.field(name, type))
    pq.write_table(pa.Table.from_pandas(texts, schema, preserve_index=False), tmp_path / "log.parquet")
    texts["gift"] = texts["gift"].map({True: "true", False: "false"})
    texts.to_csv(tmp_path / "log.csv", index=False)
    roles = {"timestamp": "ts", "price": "price", "quantity": "", "value": "", "order_id": "", "category": "", "title": ""}
    asked = (request_(shop, table="events"), IngestRequest(str(tmp_path / "log.parquet")))
    from_table, from_parquet = (ingest(_with(each, roles), tmp_path / "datasets") for each in asked)
    assert from_table.rows_kept == 400
    assert from_table.dataset == from_parquet.dataset
    assert from_table.name == "events"
    # a CSV has no types: what text holds the same numbers and times is the same log
    few = "SELECT user_id, item_id, ts, price, note, gift, day, visit FROM events"
    texts[["user_id", "item_id", "ts", "price", "note", "gift", "day", "visit"]].to_csv(tmp_path / "few.csv", index=False)
    first, second = (
        ingest(_with(each, roles), tmp_path / "datasets") for each in (request_(shop, query=few), IngestRequest(str(tmp_path / "few.csv")))
    )
    assert first.dataset == second.dataset


def _with(request: IngestRequest, roles: dict[str, str]) -> IngestRequest:
    return IngestRequest.from_json({**request.to_json(), "roles": roles})


def test_columns_keep_their_names_and_binary_ones_stay_where_they_are(shop: DatabaseServer, tmp_path: Path) -> None:
    assert "picture" not in open_database(request_(shop, table="events"), tmp_path).names
    assert open_database(request_(shop, table='odd.my "events"'), tmp_path).names == ["User", "user (2)", "share %"]


def test_the_first_rows_are_enough_to_look_at(shop: DatabaseServer, tmp_path: Path) -> None:
    source = open_database(request_(shop, table="public.events"), tmp_path, rows=7)
    assert pq.read_metadata(tmp_path / "database" / "events").num_rows == 7
    assert source.words == f"PostgreSQL, table events of shop at 127.0.0.1:{shop.port}"


def test_a_query_is_taken_as_it_is_written(shop: DatabaseServer, tmp_path: Path) -> None:
    query = "SELECT user_id, item_id FROM events WHERE item_id LIKE 'SKU1%' AND ':n' <> '%s' -- all; of them\n;"
    open_database(request_(shop, query=query), tmp_path)
    assert set(pq.read_table(tmp_path / "database" / "query")["item_id"].to_pylist()) == {"SKU1", *(f"SKU1{n}" for n in range(10))}


def test_what_arrow_cannot_hold_is_a_gap(shop: DatabaseServer, tmp_path: Path) -> None:
    odd = """SELECT a, b, c::numeric(9, 2), d FROM (VALUES
    (timestamptz 'infinity', date '0044-03-15 BC', 'NaN'::numeric, 'Infinity'::float8),
    ('2026-01-01 01:00+01', '2026-01-02', 1.5, 2)) AS odd (a, b, c, d)"""
    open_database(request_(shop, query=odd), tmp_path)
    first, second = (list(row.values()) for row in pq.read_table(tmp_path / "database" / "query").to_pylist())
    assert first == [None, None, None, float("inf")]
    assert [str(value) for value in second] == ["2026-01-01 00:00:00+00:00", "2026-01-02", "1.50", "2.0"]


def test_the_tables_are_listed_with_their_rows(shop: DatabaseServer) -> None:
    found = {entry.name: entry for entry in list_tables(shop.full_address)}
    assert set(found) >= {"events", "recent", "nothing", 'Odd.My "Events"'}
    assert (found["events"].rows, found["nothing"].rows, found["recent"].is_view) == (400, None, True)
    poor = {entry.name: entry.readable for entry in list_tables(f"postgresql://poor:poor@127.0.0.1:{shop.port}/shop")}
    assert poor["events"] is False


@pytest.mark.parametrize(
    ("address", "about", "words"),
    [
        ("postgresql://owner@{host}/shop", {}, "asks for a password, and there is none for the user 'owner'"),
        ("postgresql://owner:wrong@{host}/shop", {}, "does not accept the password of the user 'owner'"),
        ("postgresql://owner:{password}@127.0.0.1:1/shop", {}, "refuses the connection"),
        ("postgresql://owner:{password}@no-such-host.invalid/shop", {}, "cannot be found"),
        ("postgresql://owner:{password}@{host}/shopp", {}, "There is no database shopp"),
        ("postgresql://owner:{password}@{host}/shop?sslmode=require", {}, "No encrypted connection"),
        ("postgresql://owner:{password}@{host}/shop", {}, "has [0-9]+ tables: .*--table NAME"),
        ("postgresql://owner:{password}@{host}/shop", {"table": "event"}, "has no table 'event'. The nearest are events"),
        ("postgresql://owner:{password}@{host}/shop", {"table": "nothing"}, "The table 'nothing' of shop at .* is empty"),
        ("postgresql://owner:{password}@{host}/shop", {"table": "events", "query": "SELECT 1"}, "Both a table and a query"),
        ("postgresql://owner:{password}@{host}/shop", {"query": "DELETE FROM events"}, "no query that reads. Begin it with SELECT"),
        ("postgresql://owner:{password}@{host}/shop", {"query": "SELECT 1; DROP TABLE events"}, "several statements"),
        ("postgresql://owner:{password}@{host}/shop", {"query": "SELECT FROM WHERE"}, "does not understand the query: syntax error"),
        ("postgresql://owner:{password}@{host}/shop", {"query": "SELECT nope FROM events"}, 'column "nope" does not exist'),
        ("postgresql://owner:{password}@{host}/shop", {"query": "SELECT 1 AS a WHERE false"}, "The query gives no rows"),
        ("postgresql://owner:{password}@{host}/shop", {"query": "SELECT picture FROM events"}, "'picture' holds binary data"),
        (
            "postgresql://owner:{password}@{host}/shop",
            {"query": "SELECT 1 / (n - 5) AS a FROM generate_series(1, 9) AS n"},
            "division by zero",
        ),
        ("postgresql://poor:poor@{host}/shop", {"table": "events"}, "You may not read the table 'events'"),
        ("postgresql://owner:p@ss@{host}/shop", {}, "This is no address of a database"),
        ("mysql://owner:{password}@{host}/shop", {}, "pymysql, which reads this kind of database, is not installed"),
        ("https://owner:{password}@{host}/shop", {}, "'https' is no kind of database"),
        ("connection:nowhere", {}, "There is no connection 'nowhere' in .streamlit/secrets.toml"),
        ("sqlite:////no/such.db", {}, "There is no file '/no/such.db'"),
    ],
)
def test_every_refusal_is_one_sentence_without_the_password(
    shop: DatabaseServer, tmp_path: Path, address: str, about: dict[str, str], words: str
) -> None:
    address = address.format(host=f"127.0.0.1:{shop.port}", password=ESCAPED)
    with pytest.raises(UserError, match=words) as caught:
        open_database(IngestRequest(address, **about), tmp_path)
    said = str(caught.value)
    assert not any(secret in said for secret in (ESCAPED, "p@ss", "wrong", "\n", "psycopg", "Traceback"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_statement_that_takes_too_long_is_stopped(shop: DatabaseServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_session, "STATEMENT_SECONDS", 0.2)
    with pytest.raises(InputError, match="took too long over the query"):
        open_database(request_(shop, query="SELECT pg_sleep(20)::text AS a"), tmp_path)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT meddle() AS a",
        "WITH gone AS (DELETE FROM events RETURNING *) SELECT user_id FROM gone",
        "SELECT nextval('counter') AS a",
    ],
)
def test_nothing_that_is_asked_can_change_the_database(shop: DatabaseServer, tmp_path: Path, query: str) -> None:
    shop.run("CREATE SEQUENCE IF NOT EXISTS counter")
    with pytest.raises(InputError, match="Aisle only reads"):
        open_database(request_(shop, query=query), tmp_path)
    with shop.connect() as connection:
        counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("events", "nothing")]
    assert counts == [400, 0]


def test_the_transaction_is_read_only_even_where_the_text_tries_to_end_it(shop: DatabaseServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with database_session.session(shop.full_address) as connection:
        assert connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on"
    with pytest.raises(InputError), database_session.session(shop.full_address) as connection:
        connection.exec_driver_sql("SELECT 1; COMMIT; DROP TABLE events", execution_options=database_session.STREAMED)
    assert "events" in {entry.name for entry in list_tables(shop.full_address)}


MEASURE = """
import resource, sys
from pathlib import Path
from recsys_core.data.database import open_database
from recsys_core.data.request import IngestRequest
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
query = "SELECT n % 999 AS user_id, n % 77 AS item_id, repeat(md5(n::text), 60) AS note FROM generate_series(1, {}) n"
open_database(IngestRequest(sys.argv[1], query=query.format(5_000)), Path(sys.argv[2]))
before = peak()
open_database(IngestRequest(sys.argv[1], query=query.format(100_000)), Path(sys.argv[2]))
print(peak() - before)
"""


def test_a_hundred_thousand_rows_of_two_kilobytes_need_little_memory(shop: DatabaseServer, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", MEASURE, shop.full_address, tmp_path], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 120  # MiB; the cells are 190
    about = pq.read_metadata(tmp_path / "database" / "query")
    assert about.num_rows == 100_000
    assert max(about.row_group(place).total_byte_size for place in range(about.num_row_groups)) < 64 << 20


def test_an_sqlite_file_is_a_database_that_stays_as_it_is(tmp_path: Path) -> None:
    frame = pd.DataFrame({"user_id": [n % 9 for n in range(60)], "item_id": [f"{n % 7:03d}" for n in range(60)], "price": 2.5, "gap": None})
    path = tmp_path / "shop.db"
    connection = sqlite3.connect(path)
    frame.to_sql("events", connection, index=False)
    connection.execute("CREATE VIEW busy AS SELECT * FROM events WHERE user_id < 3")
    connection.close()
    before = path.read_bytes()
    frame.to_csv(tmp_path / "log.csv", index=False)
    of_database = ingest(IngestRequest(f"sqlite:///{path}", table="events"), tmp_path / "datasets")
    assert of_database.dataset == ingest(IngestRequest(str(tmp_path / "log.csv")), tmp_path / "datasets").dataset
    assert {entry.name: entry.is_view for entry in list_tables(f"sqlite:///{path}")} == {"events": False, "busy": True}
    with pytest.raises(InputError, match="only reads"), database_session.session(f"sqlite:///{path}") as connection:
        connection.exec_driver_sql("DELETE FROM events")
    assert path.read_bytes() == before
    with pytest.raises(NotFoundError, match="The nearest are events"):
        ingest(IngestRequest(f"sqlite:///{path}", table="evens"), tmp_path / "datasets")
    (tmp_path / "no.db").write_text("not a database at all, but long enough to be taken for one " * 20)
    with pytest.raises(InputError, match="no SQLite database"):
        list_tables(f"sqlite:///{tmp_path / 'no.db'}")


def test_a_table_without_rows_or_tables_says_so(shop: DatabaseServer, tmp_path: Path) -> None:
    with pytest.raises(TooSmallError):
        ingest(request_(shop, table="nothing"), tmp_path / "datasets")
    with shop.connect() as connection:
        connection.execute("CREATE DATABASE bare")
    with pytest.raises(NotFoundError, match="shows this user no tables"):
        open_database(IngestRequest(shop.full_address.replace("/shop", "/bare")), tmp_path)


def test_commands_take_an_sqlite_file_as_it_lies_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "shop.sqlite"
    frame = pd.DataFrame({"user_id": [n % 9 for n in range(60)], "item_id": [f"{n % 7:03d}" for n in range(60)]})
    connection = sqlite3.connect(path)
    frame.to_sql("events", connection, index=False)
    connection.close()
    assert main(["tables", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tables"] == [{"table": "events", "rows": None, "kind": "table", "readable": True}]
    assert main(["look", str(path), "--json"]) == 0
    assert {guess["role"]: guess["column"] for guess in json.loads(capsys.readouterr().out)["roles"]} == {
        "user_id": "user_id",
        "item_id": "item_id",
    }


def test_a_look_does_not_copy_a_whole_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame({"user_id": [n % 9 for n in range(60)], "item_id": [f"{n % 7:03d}" for n in range(60)]})
    connection = sqlite3.connect(tmp_path / "shop.sqlite")
    frame.to_sql("events", connection, index=False)
    connection.close()
    monkeypatch.setattr("recsys_core.data.look.ROWS_OF_A_TABLE", 20)
    request = IngestRequest(f"sqlite:///{tmp_path / 'shop.sqlite'}", table="events")
    assert look(request, tmp_path).sampled == 20
