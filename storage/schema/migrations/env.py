"""Alembic's environment: migrates over the connection it is handed."""

from alembic import context

from storage.schema.system_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
