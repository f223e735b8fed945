"""Choosing a log in a database: connect, see its tables, and hand the job what it needs, the password apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import words_database as say
from recsys_core.storage import connections
from tests.app.conftest import problems
from tests.database_server import ESCAPED, PASSWORD, DatabaseServer


def draw() -> None:
    import streamlit as st

    from pages.ui import database
    from pages.ui.guards import guard

    with guard("database"):
        choice = database.choose()
        if choice is not None:
            st.json({"fields": choice.fields, "title": choice.title, "secret": choice.secret == "p@ss/w:rd", "shown": repr(choice)})


@pytest.fixture
def server(database_server: DatabaseServer) -> DatabaseServer:
    database_server.run(
        "CREATE TABLE IF NOT EXISTS bought AS SELECT n % 9 AS user_id, n % 7 AS item_id FROM generate_series(1, 90) AS n", "ANALYZE bought"
    )
    return database_server


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(connections, "secrets_files", lambda: [tmp_path / "secrets.toml"])
    return AppTest.from_function(draw, default_timeout=30)


def connect(app: AppTest, address: str, password: str = "") -> AppTest:
    app.run()
    app.text_input(key="database_address").set_value(address)
    app.text_input(key="database_password").set_value(password)
    return next(button for button in app.button if button.label == say.CONNECT).click().run()


def look(app: AppTest) -> dict[str, object]:
    import json

    app.button(key="database_look").click().run()
    return json.loads(app.json[0].value)


@pytest.mark.parametrize("where", ["password field", "address", "without scheme"])
def test_a_table_is_chosen_and_the_password_goes_apart(app: AppTest, server: DatabaseServer, where: str) -> None:
    address = server.full_address if where == "address" else server.address.removeprefix("postgresql://" * (where == "without scheme"))
    connect(app, address, "" if where == "address" else PASSWORD)
    assert problems(app) == []
    table = app.selectbox(key="database_table")
    assert "bought · about 90 rows" in table.options
    table.select_index(table.options.index("bought · about 90 rows")).run()
    made = look(app)
    assert made["fields"] == {"log": server.address, "table": "bought"}
    assert (made["title"], made["secret"]) == ("bought", True)
    assert PASSWORD not in str(made["shown"])


def test_a_query_can_be_given_instead(app: AppTest, server: DatabaseServer) -> None:
    connect(app, server.address, PASSWORD)
    app.segmented_control(key="database_way").set_value("query").run()
    assert app.button(key="database_look").disabled
    app.text_area(key="database_query").set_value(" SELECT 1 ").run()
    assert look(app)["fields"] == {"log": server.address, "query": "SELECT 1"}


def test_a_connection_of_the_secrets_needs_no_typing(app: AppTest, server: DatabaseServer, tmp_path: Path) -> None:
    (tmp_path / "secrets.toml").write_text(f'[connections.till]\nurl = "{server.full_address}"\n')
    app.run()
    assert app.selectbox(key="database_connection").options == ["till", say.OWN_ADDRESS]
    assert not app.text_input
    next(button for button in app.button if button.label == say.CONNECT).click().run()
    made = look(app)
    assert dict(made["fields"])["log"] == "connection:till"
    assert made["secret"] is False


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", say.NO_ADDRESS),
        ("sqlite:////etc/passwd", say.NO_FILES),
        ("postgresql://owner@127.0.0.1:1/shop", "refuses the connection"),
        ("postgresql://owner:hush@{host}/shop", "does not accept the password"),
    ],
)
def test_what_does_not_work_is_one_calm_sentence(app: AppTest, server: DatabaseServer, address: str, words: str) -> None:
    connect(app, address.format(host=f"127.0.0.1:{server.port}"))
    [problem] = problems(app)
    assert words in problem
    assert "hush" not in problem
    assert ESCAPED not in problem


def test_another_database_can_be_chosen(app: AppTest, server: DatabaseServer) -> None:
    connect(app, server.address, PASSWORD)
    app.button(key="database_other").click().run()
    assert app.text_input(key="database_address").value == ""
    assert app.text_input(key="database_password").value == ""
