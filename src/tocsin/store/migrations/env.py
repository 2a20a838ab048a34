"""Run by Alembic: migrates over the connection that `store.database` hands in, inside its transaction."""

from __future__ import annotations

from alembic import context

from tocsin.store.schema import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=True)
context.run_migrations()
