"""Reading what campaigns have delivered and caused, over all of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, select

from domain.performance import PerformanceReport
from storage.engine.database import Database
from storage.schema import tables


class ReportQueries:
    """Everything here only reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def final_of_world(self, world_id: str) -> list[PerformanceReport]:
        """The final report of every flight in a world, oldest first."""
        reports, campaigns = tables.reports, tables.campaigns
        query = (
            select(reports.c.document)
            .join(campaigns, campaigns.c.id == reports.c.campaign_id)
            .where(campaigns.c.world_id == world_id, reports.c.is_final)
            .order_by(reports.c.reported_at, reports.c.id)
        )

        def unit(connection: Connection) -> list[PerformanceReport]:
            return [PerformanceReport.model_validate(document) for document in connection.scalars(query)]

        return await self._database.read(unit)

    async def final_cycles(self, campaigns: Sequence[UUID]) -> set[tuple[UUID, int]]:
        """The cycles of some campaigns that a final report has closed, as (campaign, cycle)."""
        reports = tables.reports
        query = select(reports.c.campaign_id, reports.c.cycle).where(
            reports.c.campaign_id.in_(campaigns), reports.c.is_final
        )

        def unit(connection: Connection) -> set[tuple[UUID, int]]:
            return {(campaign_id, cycle) for campaign_id, cycle in connection.execute(query)}

        return await self._database.read(unit) if campaigns else set()
