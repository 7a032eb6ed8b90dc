"""Damage of every column there is, from the schema itself, on either database."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Float, Integer, Numeric, Text, Uuid, create_engine, text
from sqlalchemy.types import TypeEngine

from storage.schema.system_tables import metadata

FILE = "tescosense.db"
OF_CAMPAIGN: Mapping[str, str] = {
    "campaigns": "id",
    **dict.fromkeys(("threads", "run_events", "thread_heads", "active_runs"), "thread_id"),
    "media_buys": "(SELECT campaign_id FROM bookings WHERE transaction_id = media_buy_id)",
    "forks": "campaign_id",
}
"""What says whose a row is, in tables without a `campaign_id`."""


class Damage(NamedTuple):
    table: str
    column: str
    value: str
    """As SQL writes it."""

    def __str__(self) -> str:
        return f"{self.table}.{self.column}={self.value}"

    @property
    def whose(self) -> str | None:
        """What says whose a row is; None in a table of the house's."""
        known = OF_CAMPAIGN.get(self.table)
        return known or ("campaign_id" if "campaign_id" in metadata.tables[self.table].c else None)

    def sql(self, victims: Sequence[str]) -> str:
        """Of the victims' rows, or of all."""
        chosen = ", ".join(f"'{one}'" for one in victims)
        among = f" WHERE {self.whose} IN ({chosen})" if self.whose else ""
        return f"UPDATE {self.table} SET {self.column} = {self.value}{among}"


def damages(dialect: str, *, thorough: bool) -> Iterator[Damage]:
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.primary_key:
                continue
            values = _values(column, dialect)
            for value in values if thorough else values[:1]:
                yield Damage(table.name, column.name, value)


def _values(column: "Column[object]", dialect: str) -> Sequence[str]:
    kind: TypeEngine[object] = getattr(column.type, "impl", column.type)
    if dialect == "sqlite":
        torn = ("'{'", "'{\"a\": 1}'", "'null'", "'[]'") if isinstance(kind, JSON) else ()
        return ("NULL", *torn, "'much'", "X'ff'", "CAST(X'ff' AS TEXT)")
    if isinstance(kind, JSON):
        return ("NULL", "'{}'", "'{\"a\": 1}'", "'null'", "'[]'")
    if isinstance(kind, DateTime | Date):
        return ("NULL", "'infinity'", "'-infinity'", "'20000-01-01'")
    if isinstance(kind, Float):
        return ("NULL", "'NaN'", "'Infinity'")
    if isinstance(kind, Integer):
        return ("NULL", "-1", "2147483647")
    if isinstance(kind, Numeric):
        return ("NULL", "'NaN'", "-1")
    if isinstance(kind, Boolean):
        return ("NULL",)
    if isinstance(kind, Uuid):
        return ("NULL", "'00000000-0000-0000-0000-000000000000'")
    assert isinstance(kind, Text) or "CHAR" in str(kind), kind
    return ("NULL", "''", "'PONDERING'")


def damage_sqlite(folder: Path, damage: Damage, victims: Sequence[str]) -> int:
    """In a file that no longer refuses what is missing; how many rows."""
    with closing(sqlite3.connect(folder / FILE)) as database, database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute("UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE type = 'table'")
    with closing(sqlite3.connect(folder / FILE)) as database, database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        return database.execute(damage.sql([UUID(one).hex for one in victims])).rowcount


def damage_postgres(url: str, damage: Damage, victims: Sequence[str]) -> int:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {damage.table} ALTER COLUMN {damage.column} DROP NOT NULL"))
            return connection.execute(text(damage.sql(victims))).rowcount
    finally:
        engine.dispose()
