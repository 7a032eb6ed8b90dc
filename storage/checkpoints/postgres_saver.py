"""A LangGraph saver for PostgreSQL whose concurrent writers share one commit.

Same tables and format as `AsyncPostgresSaver`, from which the reading is inherited: each reads what the other wrote.
"""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    get_serializable_checkpoint_metadata,
)
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.serde.base import SerializerProtocol
from psycopg import AsyncConnection, Connection, InterfaceError, OperationalError
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from domain.errors import StorageUnavailable
from storage.checkpoints.group_commit_saver import GATHER
from storage.engine.group_commit import GroupCommit

PATIENCE = 0.003
"""Seconds a transaction waits for company while others are at work."""
Put = Mapping[str, Sequence[Sequence[object]]]
"""Rows by the statement that writes them."""


class GroupCommitPostgresSaver(AsyncPostgresSaver):
    """Writes through one thread and one connection that commits whatever is waiting in one transaction.

    A put that has returned is committed, and the server syncs its commits, whoever else was in its group.
    """

    def __init__(
        self, pool: AsyncConnectionPool[AsyncConnection[DictRow]], address: str, shown: str, serde: SerializerProtocol
    ) -> None:
        """`pool` is for reading; `shown` is how the database is named where it cannot be used."""
        super().__init__(pool, serde=serde)
        self._address = address
        self._shown = shown
        self._writer: Connection[Any] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="checkpoints")
        self._group: GroupCommit[Put, None] = GroupCommit(
            self._commit, hopeless=(StorageUnavailable,), patience=PATIENCE
        )

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        place = config["configurable"]
        thread_id, namespace = place["thread_id"], place["checkpoint_ns"]
        plain, apart = _sorted_out(checkpoint["channel_values"])
        changed = {name: version for name, version in new_versions.items() if name in apart}
        document = {**checkpoint, "channel_values": plain}
        described = get_serializable_checkpoint_metadata(config, metadata)
        row = (
            thread_id,
            namespace,
            checkpoint["id"],
            place.get("checkpoint_id"),
            Jsonb(document),
            Jsonb(described),
        )
        await self._group.submit(
            {
                self.UPSERT_CHECKPOINT_BLOBS_SQL: self._dump_blobs(thread_id, namespace, apart, changed),
                self.UPSERT_CHECKPOINTS_SQL: [row],
            }
        )
        return {"configurable": {"thread_id": thread_id, "checkpoint_ns": namespace, "checkpoint_id": checkpoint["id"]}}

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        place = config["configurable"]
        replaces = all(channel in WRITES_IDX_MAP for channel, _ in writes)
        statement = self.UPSERT_CHECKPOINT_WRITES_SQL if replaces else self.INSERT_CHECKPOINT_WRITES_SQL
        rows = self._dump_writes(
            place["thread_id"], place["checkpoint_ns"], place["checkpoint_id"], task_id, task_path, writes
        )
        await self._group.submit({statement: rows}, may_wait=GATHER)

    async def close(self) -> None:
        """Write what is waiting, then close the writing connection."""
        await self._group.close()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._release)
        self._thread.shutdown()

    def _commit(self, group: Sequence[Put]) -> asyncio.Future[Sequence[None]]:
        return asyncio.get_running_loop().run_in_executor(self._thread, self._write, group)

    def _write(self, group: Sequence[Put]) -> Sequence[None]:
        rows: dict[str, list[Sequence[object]]] = {}
        for put in group:
            for statement, given in put.items():
                rows.setdefault(statement, []).extend(given)
        try:
            try:
                self._send(rows)
            except (OperationalError, InterfaceError):
                if self._writer is None or not self._writer.broken:
                    raise
                # The server was started anew, or the line was cut. What may have been written is written as the same.
                self._release()
                self._send(rows)
        except (OperationalError, InterfaceError) as error:
            cause = next(iter(str(error).strip().splitlines()), type(error).__name__)
            raise StorageUnavailable(
                f"The checkpoint database {self._shown} cannot be written ({cause})",
                remedy="check that the server runs and that TESCOSENSE_DATABASE_URL is right",
            ) from error
        return [None] * len(group)

    def _send(self, rows: Mapping[str, Sequence[Sequence[object]]]) -> None:
        writer = self._writer
        if writer is None:
            writer = Connection.connect(self._address, autocommit=True, prepare_threshold=0, connect_timeout=10)
            self._writer = writer
        with writer.pipeline(), writer.transaction(), writer.cursor(binary=True) as cursor:
            for statement, given in rows.items():
                if given:
                    cursor.executemany(statement, given)

    def _release(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _sorted_out(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The channels whose values lie in the checkpoint itself, and those that are kept apart, once for each version."""
    plain: dict[str, Any] = {}
    apart: dict[str, Any] = {}
    for name, value in values.items():
        lies_within = value is None or isinstance(value, str | int | float | bool)
        (plain if lies_within else apart)[name] = value
    return plain, apart
