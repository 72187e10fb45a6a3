"""Run by alembic: applies migrations on the connection from ``storage.py``."""

from alembic import context

from cineblend.service.people.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can roll back a CREATE TABLE, so a killed migration leaves the old tables whole.
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
