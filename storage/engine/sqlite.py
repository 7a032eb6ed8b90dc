"""SQLite: one writing thread that commits in groups, and readers beside it (write-ahead log)."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar, cast

import orjson
from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from domain.errors import StorageUnavailable
from storage.engine.columns import to_json
from storage.engine.damage import readable, remedy_of_file
from storage.engine.group_commit import GroupCommit
from storage.engine.url import sqlite_file

Answer = TypeVar("Answer")
PATIENCE = 0.003
"""Seconds a transaction waits for company while others are at work."""
_READERS = 4
_WRITING = "tescosense_writing"
# SQLAlchemy's, and the driver's own from `BEGIN`, which is sent past SQLAlchemy.
_HOPELESS = (OperationalError, sqlite3.OperationalError)


class _Work(NamedTuple):
    unit: Callable[[Connection], object]
    durable: bool


class SqliteEngine:
    """Writes are units queued for one thread; each group is one `BEGIN IMMEDIATE` transaction.

    Taking the write lock at the start means a transaction never fails halfway for want of it.
    """

    def __init__(self, url: URL, *, busy_timeout: float) -> None:
        self._file = sqlite_file(url)
        self._opened: tuple[int, int] | None = None
        self._engine = create_engine(
            url,
            poolclass=QueuePool,
            pool_size=_READERS + 1,
            connect_args={"timeout": busy_timeout, "isolation_level": None, "check_same_thread": False},
            json_serializer=to_json,
            json_deserializer=_from_json,
        )
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)
        self._writing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="storage-writer")
        self._reading = ThreadPoolExecutor(max_workers=_READERS, thread_name_prefix="storage-reader")
        self._writer: Connection | None = None
        self._synchronous = "NORMAL"
        self._group: GroupCommit[_Work, object] = GroupCommit(self._commit, hopeless=_HOPELESS, patience=PATIENCE)

    async def write(self, unit: Callable[[Connection], Answer], *, durable: bool, apart: bool) -> Answer:
        """Only one process writes at a time whatever it locks, so nothing needs to stand `apart`."""
        try:
            return cast(Answer, await self._group.submit(_Work(unit, durable)))
        except (DatabaseError, sqlite3.DatabaseError) as error:
            if _is_unusable(error):
                raise self._unavailable(error) from error
            raise

    async def read(self, unit: Callable[[Connection], Answer]) -> Answer:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._reading, self._read, unit)
        except (DatabaseError, sqlite3.DatabaseError) as error:
            if _is_unusable(error):
                raise self._unavailable(error) from error
            raise

    async def close(self) -> None:
        await self._group.close()
        await asyncio.get_running_loop().run_in_executor(self._writing, self._release_writer)
        self._writing.shutdown()
        self._reading.shutdown()
        self._engine.dispose()

    def _commit(self, group: Sequence[_Work]) -> asyncio.Future[Sequence[object]]:
        return asyncio.get_running_loop().run_in_executor(self._writing, self._write, group)

    def _write(self, group: Sequence[_Work]) -> Sequence[object]:
        connection = self._writer_connection()
        self._require_same_file()
        self._sync_on_commit("FULL" if any(work.durable for work in group) else "NORMAL", connection)
        with connection.begin():
            return [readable(work.unit, connection) for work in group]

    def _read(self, unit: Callable[[Connection], Answer]) -> Answer:
        with self._engine.connect() as connection:
            self._require_same_file()
            return readable(unit, connection)

    def _require_same_file(self) -> None:
        """A file that was deleted or replaced is written on by whoever has it open, and gone with that process."""
        try:
            found = self._file.stat()
        except FileNotFoundError:
            now = None
        else:
            now = (found.st_dev, found.st_ino)
            self._opened = self._opened or now
        if now is None or now != self._opened:
            raise StorageUnavailable(
                f"The database file {self._file} has been deleted or replaced while it is in use",
                remedy="put it back and start again; what was written since is lost",
            )

    def _writer_connection(self) -> Connection:
        if self._writer is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._writer = self._engine.connect().execution_options(**{_WRITING: True})
        return self._writer

    def _sync_on_commit(self, level: str, connection: Connection) -> None:
        if level != self._synchronous:
            driver = cast(sqlite3.Connection, connection.connection.driver_connection)
            driver.execute(f"PRAGMA synchronous={level}")
            self._synchronous = level

    def _release_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _unavailable(self, error: DatabaseError | sqlite3.DatabaseError) -> StorageUnavailable:
        cause = error.orig if isinstance(error, DatabaseError) else error
        return StorageUnavailable(
            f"The database sqlite:///{self._file} cannot be used ({cause})",
            remedy=remedy_of_file(
                str(cause), "check TESCOSENSE_DATABASE_URL, the permissions and the free space of its directory"
            ),
        )


def _is_unusable(error: DatabaseError | sqlite3.DatabaseError) -> bool:
    """The file cannot be opened, read, locked or written, or is no database; not a broken constraint."""
    return isinstance(error, _HOPELESS) or type(error) in (DatabaseError, sqlite3.DatabaseError)


def _from_json(text: str | int | float) -> object:
    """A column of JSON has numeric affinity on SQLite: a bare number in it comes back as one."""
    return orjson.loads(text) if isinstance(text, str) else text


def _prepare(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
    # Its own knows the letters of English alone: ÉPICERIE would not be found by épicerie.
    cast(sqlite3.Connection, connection).create_function("lower", 1, _lower, deterministic=True)


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _begin(connection: Connection) -> None:
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    driver.execute("BEGIN IMMEDIATE" if connection.get_execution_options().get(_WRITING) else "BEGIN")
