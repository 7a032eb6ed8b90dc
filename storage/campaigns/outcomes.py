"""What became of the campaigns each release of a prompt was given to. The arithmetic is in `runtime/reporting`."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, func, select

from domain.money import Money
from storage.engine.columns import from_pence
from storage.engine.database import Database
from storage.schema.tables import creatives, prompt_choices, reports


class CampaignOutcome(NamedTuple):
    """A campaign and the release it was given. Sums are over its final reports, 0 before the first."""

    campaign_id: UUID
    hash: str
    version: int | None
    label: str
    propensity: float
    reports: int
    clickable_impressions: int
    clicks: int
    """Of those impressions."""
    spend: Money
    incremental_sales: Money
    variance: float
    """Of the incremental sales, pounds squared."""
    is_simulated: bool
    """Whether simulated shoppers answered to its ads."""
    is_mock: bool
    """Whether a fake model wrote any of its ads."""


class OutcomeQueries:
    """Everything here only reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_prompt(self, prompt: str) -> list[CampaignOutcome]:
        """Every campaign that was given a release or a draft of a prompt, by when that was recorded."""
        chosen = prompt_choices.c
        of = reports.c
        summed = (
            select(
                of.campaign_id,
                func.count().label("reports"),
                func.sum(of.clickable_impressions).label("impressions"),
                func.sum(of.clickable_clicks).label("clicks"),
                func.sum(of.spend_pence).label("spend"),
                func.sum(of.incremental_sales_pence).label("sales"),
                func.sum(of.standard_error * of.standard_error).label("variance"),
                func.max(of.document["ad_response"].as_string()).label("response"),
            )
            .where(of.is_final)
            .group_by(of.campaign_id)
            .subquery()
        )
        query = (
            select(
                chosen.campaign_id,
                chosen.hash,
                chosen.version,
                chosen.label,
                chosen.propensity,
                *(func.coalesce(summed.c[name], 0) for name in ("reports", "impressions", "clicks", "spend", "sales")),
                func.coalesce(summed.c.variance, 0.0),
                summed.c.response,
            )
            .outerjoin(summed, summed.c.campaign_id == chosen.campaign_id)
            .where(chosen.prompt == prompt)
            .order_by(chosen.recorded_at, chosen.id)
        )
        mocked = (
            select(creatives.c.campaign_id)
            .join(prompt_choices, chosen.campaign_id == creatives.c.campaign_id)
            .where(chosen.prompt == prompt, creatives.c.document["is_mock"].as_boolean())
            .distinct()
        )

        def unit(connection: Connection) -> list[CampaignOutcome]:
            mock = set(connection.scalars(mocked))
            return [
                CampaignOutcome(
                    *row[:6],
                    clickable_impressions=int(row[6]),
                    clicks=int(row[7]),
                    spend=from_pence(int(row[8])),
                    incremental_sales=from_pence(int(row[9])),
                    variance=float(row[10]),
                    # In reports from before it was kept, it was simulated.
                    is_simulated=row[11] != "real",
                    is_mock=row[0] in mock,
                )
                for row in connection.execute(query)
            ]

        return await self._database.read(unit)
