"""PostgreSQL: one thread that commits in groups, and others beside it for what stands alone and for reading."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

import orjson
from sqlalchemy import URL, Connection, create_engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from domain.errors import StorageUnavailable
from storage.engine.columns import to_json
from storage.engine.damage import readable
from storage.engine.group_commit import GroupCommit
from storage.engine.url import without_password

Answer = TypeVar("Answer")
Unit = Callable[[Connection], object]
PATIENCE = 0.003
"""Seconds a transaction waits for company while others are at work."""
_BESIDE = 7
"""Transactions beside the group's, at most."""
_ATTEMPTS = 4
_DEADLOCK = "40P01"
_SERIALIZATION = "40001"


class PostgresEngine:
    """Threads and a driver that waits in C: the same through the event loop takes twice the processor time.

    `durable` changes nothing here: the server syncs every commit unless told otherwise. A unit that stands `apart` has
    a transaction of its own, so that what it locks is not held for the units of other campaigns.
    """

    def __init__(self, url: URL) -> None:
        self._shown = without_password(url)
        self._engine = create_engine(
            url,
            pool_size=_BESIDE + 1,
            max_overflow=0,
            # Who was used last is lent first: a line that is at work is never asked whether it still stands.
            pool_use_lifo=True,
            connect_args={"connect_timeout": 10},
            json_serializer=to_json,
            json_deserializer=orjson.loads,
        )
        # All the statements of one reading unit see the same moment.
        self._snapshots = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self._grouping = ThreadPoolExecutor(max_workers=1, thread_name_prefix="storage-writer")
        self._beside = ThreadPoolExecutor(max_workers=_BESIDE, thread_name_prefix="storage-beside")
        self._group: GroupCommit[Unit, object] = GroupCommit(
            self._commit, hopeless=(StorageUnavailable,), patience=PATIENCE
        )

    async def write(self, unit: Callable[[Connection], Answer], *, durable: bool, apart: bool) -> Answer:
        if apart:
            written = await asyncio.get_running_loop().run_in_executor(self._beside, self._write, [unit])
            return cast(Answer, written[0])
        return cast(Answer, await self._group.submit(unit))

    async def read(self, unit: Callable[[Connection], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._beside, self._read, unit)

    async def close(self) -> None:
        await self._group.close()
        self._grouping.shutdown()
        await asyncio.to_thread(self._beside.shutdown)
        self._engine.dispose()

    def _commit(self, group: Sequence[Unit]) -> asyncio.Future[Sequence[object]]:
        return asyncio.get_running_loop().run_in_executor(self._grouping, self._write, group)

    def _write(self, group: Sequence[Unit]) -> Sequence[object]:
        committing = False

        def write() -> Sequence[object]:
            nonlocal committing
            committing = False
            with self._engine.begin() as connection:
                answers = [readable(unit, connection) for unit in group]
                committing = True
            return answers

        # A line cut in the midst of a commit leaves open whether it was one: nobody may do it again.
        return self._persistently(write, lambda error: _was_rolled_back(error) or (_is_cut(error) and not committing))

    def _read(self, unit: Callable[[Connection], Answer]) -> Answer:
        def read() -> Answer:
            with self._snapshots.connect() as connection:
                return readable(unit, connection)

        return self._persistently(read, _is_cut)

    def _persistently(self, work: Callable[[], Answer], worth_repeating: Callable[[Exception], bool]) -> Answer:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return work()
            except (OperationalError, InterfaceError, PoolTimeout) as error:
                if attempt < _ATTEMPTS and worth_repeating(error):
                    continue
                raise self._unavailable(error) from error
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _unavailable(self, error: Exception) -> StorageUnavailable:
        said = error.orig if isinstance(error, DBAPIError) else error
        cause = next(iter(str(said).strip().splitlines()), type(said).__name__)
        return StorageUnavailable(
            f"The database {self._shown} cannot be used ({cause})",
            remedy="check that the server runs and that TESCOSENSE_DATABASE_URL is right",
        )


def _was_rolled_back(error: Exception) -> bool:
    """A deadlock or a serialization conflict: the server rolled us back so that another could go first."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in (_DEADLOCK, _SERIALIZATION)


def _is_cut(error: Exception) -> bool:
    """The server was started anew, or the line to it was cut: the pool forgets its lines and lays others."""
    return isinstance(error, DBAPIError) and error.connection_invalidated
