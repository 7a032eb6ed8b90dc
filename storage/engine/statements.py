"""The two forms of INSERT that make a retry harmless, for either database."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table
from sqlalchemy.sql.dml import Insert

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, object]


def upsert(connection: Connection, table: Table, rows: Sequence[Row], *, kept: tuple[str, ...] = ()) -> None:
    """Insert the rows; where the primary key is taken, overwrite the columns given, except those to be `kept`.

    Every row must have the same columns.
    """
    if rows:
        connection.execute(_upsert(table, connection.dialect.name, tuple(rows[0]), kept), rows)


def insert_new(connection: Connection, table: Table, row: Row) -> bool:
    """Insert the row unless a unique column is taken; whether it was inserted."""
    return connection.execute(_insert_new(table, connection.dialect.name), row).rowcount == 1


@cache
def _upsert(table: Table, dialect: str, columns: tuple[str, ...], kept: tuple[str, ...]) -> Insert:
    insert = _insert(table, dialect)
    key = [column.name for column in table.primary_key]
    changes = {name: insert.excluded[name] for name in columns if name not in (*key, *kept)}
    return insert.on_conflict_do_update(index_elements=key, set_=changes)


@cache
def _insert_new(table: Table, dialect: str) -> Insert:
    # Without the option SQLAlchemy forgets the row count of an INSERT on PostgreSQL.
    return _insert(table, dialect).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def _insert(table: Table, dialect: str) -> "sqlite.Insert | postgresql.Insert":
    # Only the dialect in use is imported: PostgreSQL's alone takes a fifth of the start-up.
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)
