"""Alembic's environment: runs migrations on the connection it is given, batch mode for SQLite."""

from typing import Any

from alembic import context

from chassis.db import JSON_TYPE


def render_type(kind: str, value: Any, autogen_context: Any) -> str | bool:
    """Write our JSON type by its name; Alembic would spell out both variants."""
    return "chassis.db.JSON_TYPE" if kind == "type" and value is JSON_TYPE else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes["metadata"],
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_type,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
