"""PostgreSQL: one transaction per unit on an asynchronous pool; the server groups the commits."""

from collections.abc import Callable
from typing import TypeVar

import orjson
from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import create_async_engine

from domain.errors import StorageUnavailable
from storage.engine.columns import to_json
from storage.engine.url import without_password

Answer = TypeVar("Answer")
_ATTEMPTS = 4
_DEADLOCK = "40P01"
_SERIALIZATION = "40001"


class PostgresEngine:
    """`durable` changes nothing here: the server syncs every commit unless told otherwise."""

    def __init__(self, url: URL) -> None:
        self._shown = without_password(url)
        self._engine = create_async_engine(
            url,
            pool_size=8,
            max_overflow=0,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 10},
            json_serializer=to_json,
            json_deserializer=orjson.loads,
        )
        # All the statements of one reading unit see the same moment.
        self._snapshots = self._engine.execution_options(isolation_level="REPEATABLE READ")

    async def write(self, unit: Callable[[Connection], Answer], *, durable: bool) -> Answer:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                async with self._engine.begin() as connection:
                    return await connection.run_sync(unit)
            except (OperationalError, InterfaceError, PoolTimeout) as error:
                if attempt < _ATTEMPTS and _worth_repeating(error):
                    continue
                raise self._unavailable(error) from error
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def read(self, unit: Callable[[Connection], Answer]) -> Answer:
        try:
            async with self._snapshots.connect() as connection:
                return await connection.run_sync(unit)
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            raise self._unavailable(error) from error

    async def close(self) -> None:
        await self._engine.dispose()

    def _unavailable(self, error: Exception) -> StorageUnavailable:
        cause = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()[0]
        return StorageUnavailable(
            f"The database {self._shown} cannot be used ({cause})",
            remedy="check that the server runs and that TESCOSENSE_DATABASE_URL is right",
        )


def _worth_repeating(error: Exception) -> bool:
    """A deadlock or a serialization conflict: the server rolled us back so that another could go first."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in (_DEADLOCK, _SERIALIZATION)
