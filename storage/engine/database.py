"""The database: units of work in, one transaction each, results out.

A unit is a plain function of a SQLAlchemy `Connection`. It never commits: that happens once, at the edge, here. It
may be run again after a rollback, so it must have no effect but on the database.
"""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self, TypeVar
from uuid import UUID

from sqlalchemy import Connection, text

from storage.engine.damage import reading
from storage.engine.url import database_url

_AS_IT_IS = text("UPDATE alembic_version SET version_num = version_num")
_WRITABLE_SECONDS = 1.0
"""For so long a database that could be written is taken to be writable."""

Answer = TypeVar("Answer")
Unit = Callable[[Connection], Answer]


class Engine(Protocol):
    """One kind of database."""

    async def write(self, unit: Unit[Answer], *, durable: bool, apart: bool) -> Answer: ...

    async def read(self, unit: Unit[Answer]) -> Answer: ...

    async def close(self) -> None: ...


class Database:
    """SQLite or PostgreSQL, as the URL says. Opens its connections on first use."""

    def __init__(self, url: str, *, busy_timeout: float = 10.0) -> None:
        """`busy_timeout` in seconds is how long a writer waits for another process's transaction.

        Raises BadInput for a URL of another kind.
        """
        self.url = database_url(url)
        self._engine = self._open(busy_timeout)
        self._writable_until = 0.0

    async def write(self, unit: Unit[Answer], *, durable: bool = False, apart: bool = False) -> Answer:
        """Run the unit in a write transaction and return what it returned once that is committed.

        Units that wait at the same time share a transaction. `durable` asks for a disk sync, so that money survives a
        power cut; without it only a crash of the process is survived. `apart` is for units that lock rows which many
        campaigns share: where several processes write at once, such a unit shares no transaction, or two groups could
        each hold what the other waits for. Raises StorageUnavailable when the database cannot be reached, and whatever
        the unit raises.
        """
        return await self._engine.write(unit, durable=durable, apart=apart)

    async def read(self, unit: Unit[Answer], *, of: UUID | None = None) -> Answer:
        """Run the unit on one snapshot, beside any writer. `of` is the campaign that all it reads is of, if it is of
        one. Raises StorageUnavailable as `write` does, and Damaged for a row that cannot be read."""
        with reading(of):
            return await self._engine.read(unit)

    async def require_writable(self) -> None:
        """Write a row as it is, now and then: it is asked often. Raises StorageUnavailable where nothing can be
        written, on a full disk for example."""
        if time.monotonic() < self._writable_until:
            return
        await self.write(lambda connection: connection.execute(_AS_IT_IS), apart=True)
        self._writable_until = time.monotonic() + _WRITABLE_SECONDS

    async def close(self) -> None:
        """Write what is waiting, then close every connection."""
        await self._engine.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _open(self, busy_timeout: float) -> Engine:
        if self.url.drivername == "sqlite":
            from storage.engine.sqlite import SqliteEngine

            return SqliteEngine(self.url, busy_timeout=busy_timeout)
        from storage.engine.postgres import PostgresEngine

        return PostgresEngine(self.url)
