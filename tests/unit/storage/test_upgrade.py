"""Opening a workspace brings its registry up to date: from nothing, at once with others, and not a second time."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from recsys_core.errors import InputError
from recsys_core.storage.engine import connect
from recsys_core.storage.migrations import HEAD
from recsys_core.storage.tables import Base
from recsys_core.storage.upgrade import MIGRATIONS, upgrade
from recsys_core.storage.workspace import Workspace

ROOT = Path(__file__).parents[3]
OPEN = """
import sys
from recsys_core.storage.workspace import Workspace
assert Workspace.open().registry.jobs() == []
print("alembic" in sys.modules)
"""


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    """An empty database."""
    return connect(f"sqlite:///{tmp_path / '100% new.db'}")


def test_the_migrations_make_the_tables_that_the_models_describe(engine: sa.Engine) -> None:
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_a_registry_is_read_while_it_is_written(engine: sa.Engine) -> None:
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"


def test_a_registry_of_a_newer_aisle_is_left_alone(engine: sa.Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(InputError, match="newer version of Aisle"):
        upgrade(engine)


def test_five_processes_open_a_new_workspace_at_the_same_moment() -> None:
    several = [subprocess.Popen([sys.executable, "-c", OPEN], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(5)]
    ends = [(process.communicate(timeout=60)[1].decode(), process.returncode) for process in several]
    assert ends == [("", 0)] * 5


def test_a_workspace_that_is_up_to_date_opens_without_alembic() -> None:
    Workspace.open()
    second = subprocess.run([sys.executable, "-c", OPEN], cwd=ROOT, capture_output=True, text=True, check=True)
    assert second.stdout.strip() == "False"


def test_a_folder_that_cannot_be_written_is_the_users_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"):
        Workspace.open(tmp_path / "file")


def test_a_damaged_registry_is_told_in_one_sentence() -> None:
    home = Workspace.open().home
    for path in home.glob("registry.db*"):
        path.write_bytes(b"no database at all " * 100)
    with pytest.raises(InputError, match=r"cannot be opened \(file is not a database\)"):
        Workspace.open()
