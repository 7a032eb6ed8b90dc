"""The forms of INSERT that are used, for either database: those that make a retry harmless, and that of many rows."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import JSON, Connection, Table, Text, bindparam, column, func, select
from sqlalchemy.sql.dml import Insert

from storage.engine.columns import to_json

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, object]
_ROWS = "rows"


def insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert the rows, of which there is at least one. Every row must have the same columns."""
    if connection.dialect.name == "sqlite":
        connection.execute(table.insert(), rows)
    else:
        connection.execute(_insert_together(table, tuple(rows[0])), {_ROWS: _as_json(table, rows)})


def upsert(connection: Connection, table: Table, rows: Sequence[Row], *, kept: tuple[str, ...] = ()) -> None:
    """Insert the rows; where the primary key is taken, overwrite the columns given, except those to be `kept`.

    Every row must have the same columns, and a key of its own.
    """
    if not rows:
        return
    dialect = connection.dialect.name
    if dialect == "sqlite" or len(rows) == 1:
        connection.execute(_upsert(table, dialect, tuple(rows[0]), kept), rows)
    else:
        connection.execute(_upsert_together(table, tuple(rows[0]), kept), {_ROWS: _as_json(table, rows)})


def insert_new(connection: Connection, table: Table, row: Row) -> bool:
    """Insert the row unless a unique column is taken; whether it was inserted."""
    return connection.execute(_insert_new(table, connection.dialect.name), row).rowcount == 1


@cache
def _upsert(table: Table, dialect: str, columns: tuple[str, ...], kept: tuple[str, ...]) -> Insert:
    return _overwriting(_insert(table, dialect), table, columns, kept)


@cache
def _insert_new(table: Table, dialect: str) -> Insert:
    # Without the option SQLAlchemy forgets the row count of an INSERT on PostgreSQL.
    return _insert(table, dialect).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


@cache
def _insert_together(table: Table, columns: tuple[str, ...]) -> "postgresql.Insert":
    """One statement for many rows, which it is given as JSON: PostgreSQL's driver sends each row of the usual form as a
    statement of its own."""
    from sqlalchemy.dialects import postgresql

    types = [column(name, table.c[name].type) for name in columns]
    given = func.json_to_recordset(bindparam(_ROWS, type_=Text).cast(JSON)).table_valued(*types)
    return postgresql.insert(table).from_select(columns, select(*given.render_derived("given", with_types=True).c))


@cache
def _upsert_together(table: Table, columns: tuple[str, ...], kept: tuple[str, ...]) -> Insert:
    return _overwriting(_insert_together(table, columns), table, columns, kept)


def _overwriting(
    insert: "sqlite.Insert | postgresql.Insert", table: Table, columns: tuple[str, ...], kept: tuple[str, ...]
) -> Insert:
    key = [column.name for column in table.primary_key]
    changes = {name: insert.excluded[name] for name in columns if name not in (*key, *kept)}
    return insert.on_conflict_do_update(index_elements=key, set_=changes)


def _insert(table: Table, dialect: str) -> "sqlite.Insert | postgresql.Insert":
    # Only the dialect in use is imported: PostgreSQL's alone takes a fifth of the start-up.
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def _as_json(table: Table, rows: Sequence[Row]) -> str:
    """Documents stay the text they are written as; ids orjson writes as PostgreSQL reads them."""
    documents = {name for name in rows[0] if isinstance(table.c[name].type, JSON)}
    given = [
        {name: orjson.Fragment(to_json(value)) if name in documents else value for name, value in row.items()}
        for row in rows
    ]
    try:
        return orjson.dumps(given, default=_exactly, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()
    except orjson.JSONEncodeError as error:
        raise error.__cause__ or error from None


def _exactly(value: object) -> str:
    """Pounds and pence as text, where a JSON number would be a float; a time with its zone, as `UtcTime` demands it."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(f"a time must be aware, {value} has no zone")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is nothing that a column is given")
