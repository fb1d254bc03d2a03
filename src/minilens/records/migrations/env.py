"""Run by Alembic with a connection that `records.store` hands over."""

from alembic import context

from minilens.records.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
