"""Which campaigns are other futures of which."""

from datetime import datetime
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import Connection, func, or_, select

from domain.state import CampaignStatus
from storage.engine.database import Database
from storage.engine.statements import insert_new
from storage.schema.system_tables import active_runs, forks
from storage.schema.tables import campaigns

_ENDED = [status.value for status in CampaignStatus if status.is_final]


class Forks:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, fork_id: UUID, campaign_id: UUID, changes: JsonValue, forked_at: datetime) -> None:
        """Keep what a fork is to be before it begins; the same again changes nothing."""
        row = {"fork_id": fork_id, "campaign_id": campaign_id, "changes": changes, "forked_at": forked_at}
        await self._database.write(lambda connection: insert_new(connection, forks, row), durable=True)

    async def of(self, campaign_id: UUID) -> list[JsonValue]:
        """What was kept of a campaign's forks that have begun, newest first."""
        query = (
            select(forks.c.changes)
            .join(campaigns, campaigns.c.id == forks.c.fork_id)
            .where(forks.c.campaign_id == campaign_id)
            .order_by(forks.c.forked_at.desc(), forks.c.fork_id)
        )

        def unit(connection: Connection) -> list[JsonValue]:
            return list(connection.scalars(query))

        return await self._database.read(unit, of=campaign_id)

    async def under_way(self) -> int:
        """How many forks somebody is at work on, or has been ordered to be."""
        query = select(func.count()).select_from(forks).join(active_runs, active_runs.c.thread_id == forks.c.fork_id)
        return await self._database.read(lambda connection: connection.scalar(query) or 0)

    async def ended(self) -> int:
        """How many forks have come to their end."""
        query = select(func.count()).select_from(forks).join(campaigns, campaigns.c.id == forks.c.fork_id)
        query = query.where(campaigns.c.status.in_(_ENDED))
        return await self._database.read(lambda connection: connection.scalar(query) or 0)

    async def unfinished(self, of: UUID) -> UUID | None:
        """The oldest of a campaign's forks that is under way or waits to be gone on with; None if all have ended."""
        query = (
            select(forks.c.fork_id)
            .outerjoin(active_runs, active_runs.c.thread_id == forks.c.fork_id)
            .outerjoin(campaigns, campaigns.c.id == forks.c.fork_id)
            .where(forks.c.campaign_id == of)
            .where(or_(active_runs.c.thread_id.is_not(None), campaigns.c.status.not_in(_ENDED)))
            .order_by(forks.c.forked_at, forks.c.fork_id)
            .limit(1)
        )

        def unit(connection: Connection) -> UUID | None:
            found: UUID | None = connection.scalar(query)
            return found

        return await self._database.read(unit)

    async def get(self, fork_id: UUID) -> JsonValue:
        """What was kept of a fork that has begun; None for a campaign that is nobody's other future."""
        query = select(forks.c.changes).join(campaigns, campaigns.c.id == forks.c.fork_id)
        query = query.where(forks.c.fork_id == fork_id)

        def unit(connection: Connection) -> JsonValue:
            found: JsonValue = connection.scalar(query)
            return found

        return await self._database.read(unit, of=fork_id)
