"""What a driver says when no connection comes about, in one sentence."""

from __future__ import annotations

import sqlite3

import pytest

from recsys_core.data.database_errors import Asked, explained
from recsys_core.errors import InputError


def test_braces_in_the_name_of_a_database_or_in_what_it_says_are_text() -> None:
    with pytest.raises(InputError) as told, explained(Asked("{shop} at localhost")):
        raise sqlite3.OperationalError("odd {thing}.")
    assert told.value.message == "The database {shop} at localhost cannot be reached: odd {thing}."
