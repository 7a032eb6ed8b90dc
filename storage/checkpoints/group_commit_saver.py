"""A LangGraph saver for SQLite whose concurrent writers share one disk sync.

Same tables and format as `AsyncSqliteSaver`, from which the reading is inherited: each reads the other's files.
"""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import aiosqlite
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    DeltaChannelHistory,
    get_checkpoint_metadata,
)
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from domain.errors import Damaged, StorageUnavailable
from storage.engine.damage import remedy_of_file, torn_row
from storage.engine.group_commit import GroupCommit

PATIENCE = 0.003
"""Seconds a transaction waits for company while others are at work."""
GATHER = 0.005
"""Seconds that what a node has written waits for the checkpoint after it, which comes at once but where a run ends or
asks: both are then one commit."""
Row = tuple[str | bytes | int | None, ...]

_PUT = (
    "INSERT OR REPLACE INTO checkpoints"
    " (thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, type, checkpoint, metadata)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_PUT_WRITES = (
    "INTO writes (thread_id, checkpoint_ns, checkpoint_id, task_id, task_path, idx, channel, type, value)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_REPLACE_WRITES = f"INSERT OR REPLACE {_PUT_WRITES}"
_KEEP_WRITES = f"INSERT OR IGNORE {_PUT_WRITES}"
_OLD = (
    "SELECT checkpoint_id FROM (SELECT checkpoint_id, row_number() OVER"
    " (PARTITION BY checkpoint_ns ORDER BY checkpoint_id DESC) AS age"
    " FROM checkpoints WHERE thread_id = :thread) WHERE age > :keep"
)


class Statement(NamedTuple):
    """One SQL text with the rows it is executed for."""

    sql: str
    rows: Sequence[Row | dict[str, str | int]]


class GroupCommitSaver(AsyncSqliteSaver):
    """Writes through one thread that commits whatever is waiting in one transaction.

    A put that has returned is on disk (`synchronous=FULL`), whoever else was in its group.
    """

    def __init__(
        self, path: Path, conn: aiosqlite.Connection, writer: sqlite3.Connection, serde: SerializerProtocol
    ) -> None:
        super().__init__(conn, serde=serde)
        self._file = path
        self._writer = writer
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="checkpoints")
        self._group: GroupCommit[Sequence[Statement], None] = GroupCommit(
            self._commit, hopeless=(sqlite3.OperationalError,), patience=PATIENCE
        )

    @classmethod
    @asynccontextmanager
    async def open(
        cls, path: Path, *, serde: SerializerProtocol, synchronous: str = "FULL"
    ) -> "AsyncIterator[GroupCommitSaver]":
        """Raises StorageUnavailable when the file cannot be opened or is not a database."""
        try:
            writer = await asyncio.to_thread(_open_writer, path, synchronous)
        except (OSError, sqlite3.Error) as error:
            raise StorageUnavailable(
                f"The checkpoint file {path} cannot be opened ({error})",
                remedy=remedy_of_file(str(error), "check TESCOSENSE_DATA_DIR, its permissions and the free disk space"),
            ) from error
        async with aiosqlite.connect(path) as conn:
            saver = cls(path, conn, writer, serde)
            try:
                with saver._named_faults("read"):
                    await saver.setup()
                yield saver
            finally:
                await saver._close()

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        with self._named_faults("read"):
            return await super().aget_tuple(config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        with self._named_faults("read"):
            async for found in super().alist(config, filter=filter, before=before, limit=limit):
                yield found

    async def rows(self, query: str, values: Sequence[str | int]) -> Sequence[Sequence[Any]]:
        """What a query of these tables finds."""
        with self._named_faults("read"):
            async with self.lock, self.conn.execute(query, tuple(values)) as found:
                return list(await found.fetchall())

    async def aget_delta_channel_history(
        self, *, config: RunnableConfig, channels: Sequence[str]
    ) -> Mapping[str, DeltaChannelHistory]:
        with self._named_faults("read"):
            return await super().aget_delta_channel_history(config=config, channels=channels)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        place = config["configurable"]
        kind, body = self.serde.dumps_typed(checkpoint)
        described = json.dumps(get_checkpoint_metadata(config, metadata), ensure_ascii=False)
        row = (
            str(place["thread_id"]),
            place["checkpoint_ns"],
            checkpoint["id"],
            place.get("checkpoint_id"),
            kind,
            body,
            described.encode("utf-8", "ignore"),
        )
        await self._put(Statement(_PUT, [row]))
        return {
            "configurable": {
                "thread_id": place["thread_id"],
                "checkpoint_ns": place["checkpoint_ns"],
                "checkpoint_id": checkpoint["id"],
            }
        }

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        place = config["configurable"]
        prefix = (str(place["thread_id"]), str(place["checkpoint_ns"]), str(place["checkpoint_id"]), task_id, task_path)
        rows = [
            (*prefix, WRITES_IDX_MAP.get(channel, index), channel, *self.serde.dumps_typed(value))
            for index, (channel, value) in enumerate(writes)
        ]
        sql = _REPLACE_WRITES if all(channel in WRITES_IDX_MAP for channel, _ in writes) else _KEEP_WRITES
        await self._put(Statement(sql, rows), may_wait=GATHER)

    def get_next_version(self, current: str | int | None, channel: None) -> str:
        """A running number, as wide as `AsyncSqliteSaver`'s and so in order with it.

        It adds a random part, which would tell forks apart where values are kept by version. Here every checkpoint
        holds all its values, and the random parts would be a tenth of it.
        """
        last = 0 if current is None else int(str(current).split(".", 1)[0])
        return f"{last + 1:032}"

    async def adelete_thread(self, thread_id: str) -> None:
        row = (str(thread_id),)
        await self._put(
            Statement("DELETE FROM checkpoints WHERE thread_id = ?", [row]),
            Statement("DELETE FROM writes WHERE thread_id = ?", [row]),
        )

    async def keep_newest(self, thread_id: str, keep: int) -> None:
        """Keep the newest `keep` (at least 1) checkpoints of a thread, in each namespace, and drop older writes."""
        bounds: dict[str, str | int] = {"thread": thread_id, "keep": max(keep, 1)}
        await self._put(
            *(
                Statement(f"DELETE FROM {table} WHERE thread_id = :thread AND checkpoint_id IN ({_OLD})", [bounds])
                for table in ("writes", "checkpoints")
            )
        )

    async def _put(self, *statements: Statement, may_wait: float = 0.0) -> None:
        with self._named_faults("written"):
            await self._group.submit(statements, may_wait=may_wait)

    @contextmanager
    def _named_faults(self, doing: str) -> Iterator[None]:
        """Raises StorageUnavailable for a file that is locked, full or corrupt, Damaged for a row in it that is. A
        broken constraint is our own fault and stays what it is."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            if not _is_unusable(error):
                raise
            if why := torn_row(str(error)):
                raise Damaged.of(None, why) from error
            raise StorageUnavailable(
                f"The checkpoint file {self._file} cannot be {doing} ({error})",
                remedy=remedy_of_file(
                    str(error), "check the free space and the permissions of TESCOSENSE_DATA_DIR, or restore the file"
                ),
            ) from error

    def _commit(self, group: Sequence[Sequence[Statement]]) -> asyncio.Future[Sequence[None]]:
        return asyncio.get_running_loop().run_in_executor(self._thread, self._write, group)

    def _write(self, group: Sequence[Sequence[Statement]]) -> Sequence[None]:
        writer = self._writer
        writer.execute("BEGIN IMMEDIATE")
        try:
            for statements in group:
                for statement in statements:
                    writer.executemany(statement.sql, statement.rows)
            writer.execute("COMMIT")
        finally:
            if writer.in_transaction:
                writer.execute("ROLLBACK")
        return [None] * len(group)

    async def _close(self) -> None:
        await self._group.close()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._writer.close)
        self._thread.shutdown()


def _is_unusable(error: sqlite3.DatabaseError) -> bool:
    return isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError


def _open_writer(path: Path, synchronous: str) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    writer.execute(f"PRAGMA synchronous={synchronous}")
    writer.execute("PRAGMA journal_mode=WAL")
    return writer
