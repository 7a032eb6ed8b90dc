"""The context each thread was started with: what a new process needs to go on with it."""

from uuid import UUID

from sqlalchemy import Connection, select

from domain.context import CampaignContext
from domain.state import CampaignState
from storage.engine.damage import kept
from storage.engine.database import Database
from storage.schema.system_tables import threads

_KEPT = 4096


class ThreadRepository:
    """A thread's context never changes once kept, so each is read once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[UUID, CampaignContext] = {}

    async def context(self, thread_id: UUID) -> CampaignContext | None:
        """The thread's context; None for an unknown thread."""
        if thread_id not in self._known:
            query = select(threads.c.context).where(threads.c.thread_id == thread_id)

            def unit(connection: Connection) -> CampaignContext | None:
                found = kept(connection, query)
                return None if found is None else CampaignContext.model_validate(found)

            context = await self._database.read(unit, of=thread_id)
            if context is None:
                return None
            self._remember(thread_id, context)
        return self._known[thread_id]

    async def began_with(self, thread_id: UUID) -> CampaignState | None:
        """The state it was started with; None for an unknown thread, and for one from before this was kept."""
        query = select(threads.c.began_with).where(threads.c.thread_id == thread_id)

        def unit(connection: Connection) -> CampaignState | None:
            found = connection.scalar(query)
            return None if found is None else CampaignState.model_validate(found)

        return await self._database.read(unit, of=thread_id)

    def _remember(self, thread_id: UUID, context: CampaignContext) -> None:
        if len(self._known) >= _KEPT:
            self._known.pop(next(iter(self._known)))
        self._known[thread_id] = context
