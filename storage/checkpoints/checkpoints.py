"""Where the graph keeps its checkpoints: SQLite in a file of its own, or PostgreSQL."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TYPE_CHECKING

from langgraph.checkpoint.base import BaseCheckpointSaver

from domain.errors import StorageUnavailable
from storage.checkpoints.allowed_types import checkpoint_serializer
from storage.engine.url import is_postgres, libpq_url, without_password

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from storage.checkpoints.group_commit_saver import GroupCommitSaver

_ONE_AT_A_TIME = 7_205_759_404
"""Key of the lock under which LangGraph's tables are made; the one below it is of our own."""


@asynccontextmanager
async def checkpointer(place: str | Path) -> AsyncIterator[BaseCheckpointSaver[str]]:
    """A saver ready for use, for a file path or a PostgreSQL URL; closed, with everything written, on leaving.

    Raises StorageUnavailable when it cannot be opened.
    """
    if isinstance(place, str) and is_postgres(place):
        async with _postgres_saver(place) as saver:
            yield saver
    else:
        async with sqlite_checkpointer(Path(place)) as sqlite_saver:
            yield sqlite_saver


def has_checkpoints(path: Path) -> bool:
    """Whether a file holds any. What is wrong with one that cannot be read is told by who opens it."""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
            return file.execute("SELECT 1 FROM checkpoints LIMIT 1").fetchone() is not None
    except sqlite3.Error:
        return False


@asynccontextmanager
async def sqlite_checkpointer(path: Path, *, synchronous: str = "FULL") -> "AsyncIterator[GroupCommitSaver]":
    """The group-committing saver on one file; `synchronous` is SQLite's pragma."""
    from storage.checkpoints.group_commit_saver import GroupCommitSaver

    async with GroupCommitSaver.open(path, serde=checkpoint_serializer(), synchronous=synchronous) as saver:
        yield saver


@asynccontextmanager
async def _postgres_saver(url: str) -> AsyncIterator[BaseCheckpointSaver[str]]:
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
    from psycopg import AsyncConnection, OperationalError
    from psycopg.rows import DictRow, dict_row
    from psycopg_pool import AsyncConnectionPool

    from storage.checkpoints.postgres_saver import GroupCommitPostgresSaver

    address = libpq_url(url)
    try:
        # A single connection says at once that the server is away; a pool would go on trying.
        async with (
            await AsyncConnection.connect(address, autocommit=True) as turn,
            AsyncPostgresSaver.from_conn_string(address) as first,
        ):
            # LangGraph makes its tables without asking who else does. Asked again and again, because whoever waits for
            # a lock within a statement is waited for by the indexes that are made meanwhile.
            while not await _is_our_turn(turn):  # noqa: ASYNC110 - another process lets go of it
                await asyncio.sleep(0.02)
            await first.setup()
    except OperationalError as error:
        raise StorageUnavailable(
            f"The checkpoint database {without_password(url)} cannot be reached",
            remedy="check that the server runs and that TESCOSENSE_DATABASE_URL is right",
        ) from error
    pool: AsyncConnectionPool[AsyncConnection[DictRow]] = AsyncConnectionPool(
        address,
        min_size=1,
        max_size=4,
        open=False,
        connection_class=AsyncConnection[DictRow],
        kwargs={"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row},
    )
    async with pool:
        saver = GroupCommitPostgresSaver(pool, address, without_password(url), checkpoint_serializer())
        try:
            yield saver
        finally:
            await saver.close()


async def _is_our_turn(connection: "AsyncConnection[tuple[bool]]") -> bool:
    """Whether who has this connection, until it is closed, is the one to make the tables."""
    found = await connection.execute("SELECT pg_try_advisory_lock(%s)", (_ONE_AT_A_TIME,))
    row = await found.fetchone()
    return row is not None and row[0]


async def prune(saver: BaseCheckpointSaver[str], thread_id: str, keep: int) -> None:
    """Drop all but the newest `keep` checkpoints of a thread, with their writes.

    Only the SQLite saver stores the whole state at every step and needs it; elsewhere nothing happens.
    """
    from storage.checkpoints.group_commit_saver import GroupCommitSaver

    if isinstance(saver, GroupCommitSaver):
        await saver.keep_newest(thread_id, keep)
