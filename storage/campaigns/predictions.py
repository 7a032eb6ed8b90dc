"""What plans predicted beside what was measured. The arithmetic is in `runtime/reporting`."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, select

from domain.campaign_names import campaign_name
from domain.plan import Audience, Interval
from storage.engine.database import Database
from storage.schema.tables import campaigns, plans, reports


class PredictedCycle(NamedTuple):
    """One cycle that was planned and measured; ROI with intervals."""

    campaign_id: UUID
    name: str
    called: str
    cycle: int
    predicted: float
    predicted_interval: Interval
    measured: float
    measured_interval: Interval
    is_simulated: bool
    """Whether simulated shoppers answered to its ads."""


class PredictionQueries:
    """Everything here only reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_campaigns(self, wanted: Sequence[UUID]) -> dict[tuple[UUID, int], PredictedCycle]:
        """By campaign and cycle: the newest plan of each beside its final report, where it has both."""
        planned, reported = plans.c, reports.c
        predicted = (
            select(
                planned.campaign_id,
                planned.cycle,
                planned.document["predicted_roi"].as_float(),
                planned.document["roi_interval"],
            )
            .where(planned.campaign_id.in_(wanted))
            .order_by(planned.recorded_at, planned.id)
        )
        measured = (
            select(
                reported.campaign_id,
                reported.cycle,
                campaigns.c.name,
                campaigns.c.category,
                campaigns.c.target_audience,
                reported.roi,
                reported.document["roi_interval"],
                reported.document["ad_response"].as_string(),
            )
            .join(campaigns, campaigns.c.id == reported.campaign_id)
            .where(reported.campaign_id.in_(wanted), reported.is_final)
            .order_by(reported.reported_at, reported.id)
        )

        def unit(connection: Connection) -> dict[tuple[UUID, int], PredictedCycle]:
            newest = {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(predicted)}
            found = {}
            for campaign_id, cycle, name, category, audience, roi, interval, response in connection.execute(measured):
                if (campaign_id, cycle) not in newest:
                    continue
                expected, expected_interval = newest[campaign_id, cycle]
                found[campaign_id, cycle] = PredictedCycle(
                    campaign_id=campaign_id,
                    name=name,
                    called=campaign_name(category, Audience.model_validate(audience) if audience else None, name),
                    cycle=cycle,
                    predicted=expected,
                    predicted_interval=Interval.model_validate(expected_interval),
                    measured=roi,
                    measured_interval=Interval.model_validate(interval),
                    # In reports from before it was kept, it was simulated.
                    is_simulated=response != "real",
                )
            return found

        return await self._database.read(unit)
