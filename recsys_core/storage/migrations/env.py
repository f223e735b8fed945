"""Alembic's entry: runs the revisions on the connection that `upgrade.py` hands over, inside its transaction."""

from alembic import context

from recsys_core.storage.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
