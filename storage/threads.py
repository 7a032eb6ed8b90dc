"""The context each thread was started with: what a new process needs to go on with it."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection, select

from domain.context import CampaignContext
from domain.errors import Conflict
from storage.engine.database import Database
from storage.engine.statements import insert_new
from storage.schema.system_tables import threads

_KEPT = 4096


def _now() -> datetime:
    return datetime.now(UTC)


class ThreadRepository:
    """A thread's context never changes once kept, so each is read once."""

    def __init__(self, database: Database, *, now: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._now = now
        self._known: dict[UUID, CampaignContext] = {}

    async def create(self, thread_id: UUID, context: CampaignContext) -> None:
        """Keep the context of a new thread. Raises Conflict for a thread that exists."""
        row = {"thread_id": thread_id, "context": context.model_dump(mode="json"), "created_at": self._now()}
        if not await self._database.write(lambda connection: insert_new(connection, threads, row)):
            raise Conflict(f"Thread {thread_id} exists already", remedy="start a campaign of its own")
        self._remember(thread_id, context)

    async def context(self, thread_id: UUID) -> CampaignContext | None:
        """The thread's context; None for an unknown thread."""
        if thread_id not in self._known:
            query = select(threads.c.context).where(threads.c.thread_id == thread_id)

            def unit(connection: Connection) -> CampaignContext | None:
                found = connection.scalar(query)
                return None if found is None else CampaignContext.model_validate(found)

            context = await self._database.read(unit)
            if context is None:
                return None
            self._remember(thread_id, context)
        return self._known[thread_id]

    def _remember(self, thread_id: UUID, context: CampaignContext) -> None:
        if len(self._known) >= _KEPT:
            self._known.pop(next(iter(self._known)))
        self._known[thread_id] = context
