"""Addresses of databases: with and without passwords, by name from Streamlit's secrets, and never shown whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from recsys_core.errors import InputError, NotFoundError
from recsys_core.storage import connections
from recsys_core.storage.connections import address, describe, is_database, names, split_password
from recsys_core.storage.passwords import lent


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "secrets.toml"
    monkeypatch.setattr(connections, "secrets_files", lambda: [tmp_path / "none.toml", path])
    return path


@pytest.mark.parametrize(
    ("log", "answer"),
    [
        ("postgresql://u@h/d", True),
        ("mysql+pymysql://h/d", True),
        ("sqlite:///a.db", True),
        ("connection:shop", True),
        ("log.csv", False),
        ("/data/postgresql.csv", False),
        ("C:\\logs\\a.csv", False),
        ("a://b", False),
    ],
)
def test_a_database_is_told_from_a_file(log: str, answer: bool) -> None:
    assert is_database(log) is answer


@pytest.mark.parametrize(
    ("given", "stored", "password"),
    [
        ("postgresql://u:p@h:5/d", "postgresql://u@h:5/d", "p"),
        ("postgresql://u:a%40b%2Fc@h/d", "postgresql://u@h/d", "a@b/c"),
        ("postgresql://u@h/d?password=p&sslmode=require", "postgresql://u@h/d?sslmode=require", "p"),
        ("postgresql://u@h/d", "postgresql://u@h/d", None),
        ("connection:shop", "connection:shop", None),
        ("sqlite:////tmp/a.db", "sqlite:////tmp/a.db", None),
        ("/tmp/log.csv", "/tmp/log.csv", None),
    ],
)
def test_a_password_is_split_off(given: str, stored: str, password: str | None) -> None:
    assert split_password(given) == (stored, password)


@pytest.mark.parametrize("bad", ["postgresql://u:hush@hush@h/d", "postgresql://u:hush@h:port/d", "postgresql://u:hush@h:1:2/d"])
def test_an_address_that_cannot_be_read_is_not_repeated(bad: str) -> None:
    with pytest.raises(InputError, match="no address of a database") as caught:
        split_password(bad)
    assert "hu" not in str(caught.value)


def test_options_that_hold_or_name_secrets_belong_into_secrets_toml() -> None:
    with pytest.raises(InputError, match=r"'passfile' cannot be given in an address. Put the connection into \.streamlit/secrets\.toml"):
        split_password("postgresql://u@h/d?passfile=/etc/shadow")


def test_an_address_gets_the_password_that_was_lent_to_this_work_only() -> None:
    with lent("p@ss"):
        assert address("postgresql://u@h/d").password == "p@ss"
        assert address("postgresql://u:own@h/d").password == "own"
    assert address("postgresql://u@h/d").password is None


def test_the_connections_of_secrets_are_read_as_streamlit_reads_them(secrets: Path) -> None:
    secrets.write_text(
        """
        other = 1
        [connections.shop]
        dialect = "postgresql"
        host = "db.example.com"
        port = 5433
        database = "shop"
        username = "ann"
        password = "p@ss"
        query = { sslmode = "require" }
        [connections.short]
        url = "postgres://bob:hush@h/d"
        [connections.snow]
        account = "no address of SQL"
        [connections.torn]
        dialect = "postgresql"
        port = "many"
        """
    )
    assert names() == ["shop", "short", "torn"]
    assert address("connection:shop").render_as_string(hide_password=False) == (
        "postgresql+psycopg://ann:p%40ss@db.example.com:5433/shop?sslmode=require"
    )
    assert address("connection:short").password == "hush"
    assert describe("connection:shop") == "shop at db.example.com:5433"
    with pytest.raises(InputError, match=r"The connection .torn. in .* cannot be read"):
        address("connection:torn")
    with pytest.raises(NotFoundError, match=r"There is no connection .shpo. in .* It has shop, short, torn"):
        address("connection:shpo")


def test_a_file_of_secrets_that_is_no_toml_is_one_sentence_without_its_lines(secrets: Path) -> None:
    secrets.write_text("[connections.shop\npassword = 'hush'")
    with pytest.raises(InputError, match="is not written as TOML") as caught:
        names()
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("postgresql://u:hush@h:5/d", "d at h:5"),
        ("postgresql:///d", "d at this machine"),
        ("sqlite:////tmp/shop.db", "shop.db"),
        ("postgresql://u:hush@hush@h/d", "the database"),
        ("connection:nowhere", "connection:nowhere"),
    ],
)
def test_a_database_has_a_name_for_sentences(log: str, words: str, secrets: Path) -> None:
    assert describe(log) == words
