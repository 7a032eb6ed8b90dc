"""The story of each campaign: what agents record. The reading is in `queries` and `figures`."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select

from domain.booking import BookingConfirmation
from domain.creative import Creative, Finding
from domain.decision import ApprovalDecision
from domain.errors import NotFound
from domain.identifiers import derived_id
from domain.money import Money
from domain.opportunity import Opportunity
from domain.performance import PerformanceReport, platform_claim
from domain.plan import CampaignPlan
from domain.state import CampaignStatus, Failure
from storage.campaigns.queries import CampaignQueries
from storage.engine.columns import to_pence
from storage.engine.database import Database
from storage.engine.statements import insert_new, upsert
from storage.ledger.reservations import release_reservations
from storage.schema import tables

_C = tables.campaigns
_THIS_CAMPAIGN = _C.update().where(_C.c.id == bindparam("campaign"))
_SPENT = (
    select(func.coalesce(func.sum(tables.performance_logs.c.spend), 0))
    .where(tables.performance_logs.c.campaign_id == bindparam("campaign"))
    .scalar_subquery()
)
_WORLD_OF = select(_C.c.world_id).where(_C.c.id == bindparam("campaign"))
_UPDATE_SPENT = _THIS_CAMPAIGN.values(spent=_SPENT)


def _now() -> datetime:
    return datetime.now(UTC)


class CampaignRepository(CampaignQueries):
    """Implements `storage.ports.CampaignRecords`. Each call is one transaction; a repeated call changes nothing."""

    def __init__(self, database: Database, *, now: Callable[[], datetime] = _now) -> None:
        super().__init__(database)
        self._now = now

    async def open(self, campaign_id: UUID, *, name: str, budget: Money, account: str, world_id: str) -> None:
        now = self._now()
        row = {
            "id": campaign_id,
            "name": name,
            "status": CampaignStatus.SENSING.value,
            "budget": budget,
            "created_at": now,
            "updated_at": now,
            "account": account,
            "world_id": world_id,
            "spent": 0,
        }
        await self._database.write(lambda connection: insert_new(connection, _C, row))

    async def record_opportunity(self, campaign_id: UUID, opportunity: Opportunity, *, name: str) -> None:
        row = {
            "id": opportunity.id,
            "campaign_id": campaign_id,
            "detected_on": opportunity.detected_on,
            "kind": opportunity.kind.value,
            "category": opportunity.category,
            "headline": opportunity.headline,
            "cause": opportunity.cause.value,
            "score": opportunity.score,
            "document": opportunity,
        }

        def unit(connection: Connection) -> None:
            self._change(
                connection, campaign_id, name=name, category=opportunity.category, headline=opportunity.headline
            )
            upsert(connection, tables.opportunities, [row])

        await self._database.write(unit)

    async def record_plan(self, campaign_id: UUID, plan: CampaignPlan, status: CampaignStatus) -> None:
        row = {
            "id": plan.id,
            "campaign_id": campaign_id,
            "cycle": plan.cycle,
            "verdict": plan.verdict,
            "budget": plan.budget,
            "predicted_roi": plan.predicted_roi,
            "document": plan,
            "recorded_at": self._now(),
        }

        def unit(connection: Connection) -> None:
            self._change(
                connection,
                campaign_id,
                status=status.value,
                category=plan.category,
                target_audience=plan.audience,
            )
            upsert(connection, tables.plans, [row])

        await self._database.write(unit)

    async def record_creatives(
        self, campaign_id: UUID, creatives: Sequence[Creative], artwork: dict[UUID, str]
    ) -> None:
        """Without artwork for a creative, the artwork it already has is dropped: it belongs to older words."""
        rows = [
            {
                "id": creative.id,
                "campaign_id": campaign_id,
                "headline": creative.headline,
                "image_url": creative.image_url,
                "type": creative.type,
                "channel": creative.channel.value,
                "svg": artwork.get(creative.id),
                "document": creative,
            }
            for creative in creatives
        ]

        def unit(connection: Connection) -> None:
            self._change(connection, campaign_id)
            upsert(connection, tables.creatives, rows)

        await self._database.write(unit)

    async def record_findings(self, campaign_id: UUID, findings: Sequence[Finding]) -> None:
        rows = [
            {
                "campaign_id": campaign_id,
                "id": finding.id,
                "rule_id": finding.rule_id,
                "outcome": finding.outcome.value,
                "creative_id": finding.creative_id,
                "document": finding,
            }
            for finding in findings
        ]

        def unit(connection: Connection) -> None:
            self._change(connection, campaign_id)
            upsert(connection, tables.findings, rows)

        await self._database.write(unit)

    async def record_approval(self, campaign_id: UUID, decision: ApprovalDecision, status: CampaignStatus) -> None:
        row = {
            "id": derived_id("approval", campaign_id, decision.decided_at.isoformat(), decision.decision),
            "campaign_id": campaign_id,
            "decision": decision.decision,
            "decided_by": decision.decided_by,
            "decided_at": decision.decided_at,
            "document": decision,
        }

        def unit(connection: Connection) -> None:
            self._change(connection, campaign_id, status=status.value)
            upsert(connection, tables.approvals, [row])

        await self._database.write(unit)

    async def record_booking(self, booking: BookingConfirmation) -> None:
        row = {
            "id": booking.id,
            "campaign_id": booking.campaign_id,
            "cycle": booking.cycle,
            "transaction_id": booking.transaction_id,
            "idempotency_key": booking.idempotency_key,
            "committed": booking.committed,
            "booked_at": booking.booked_at,
            "document": booking,
        }

        def unit(connection: Connection) -> None:
            self._change(connection, booking.campaign_id, status=CampaignStatus.ACTIVE.value)
            upsert(connection, tables.bookings, [row])

        await self._database.write(unit, durable=True)

    async def record_performance(self, report: PerformanceReport) -> None:
        """A later report of a cycle replaces the earlier one's figures, so that `spent` counts each pound once."""
        claim = platform_claim(report.channels)
        row = {
            "id": report.id,
            "campaign_id": report.campaign_id,
            "cycle": report.cycle,
            "is_final": report.is_final,
            "reported_at": report.reported_at,
            "spend_pence": to_pence(report.spend),
            "incremental_sales_pence": to_pence(report.lift.incremental_sales),
            "standard_error": report.lift.standard_error,
            "interval_low": report.lift.interval.low,
            "interval_high": report.lift.interval.high,
            "interval_level": report.lift.interval.level,
            "roi": report.roi,
            "conversion_value_pence": to_pence(claim.conversion_value),
            "clickable_impressions": claim.clickable_impressions,
            "clickable_clicks": claim.clicks,
            "document": report,
        }
        logs = [
            {
                "id": derived_id("performance", report.campaign_id, report.cycle, channel.channel),
                "campaign_id": report.campaign_id,
                "impressions": channel.impressions,
                "clicks": channel.clicks,
                "spend": channel.spend,
                "timestamp": report.reported_at,
                "report_id": report.id,
                "channel": channel.channel.value,
                "conversions": channel.conversions,
                "conversion_value": channel.conversion_value,
                "units_sold": channel.units_sold,
            }
            for channel in report.channels
        ]

        def unit(connection: Connection) -> None:
            self._change(connection, report.campaign_id)
            world_id = connection.scalar(_WORLD_OF, {"campaign": report.campaign_id})
            upsert(connection, tables.reports, [{**row, "world_id": world_id}])
            upsert(connection, tables.performance_logs, logs)
            connection.execute(_UPDATE_SPENT, {"campaign": report.campaign_id})

        await self._database.write(unit)

    async def set_status(self, campaign_id: UUID, status: CampaignStatus) -> None:
        await self._database.write(lambda connection: self._change(connection, campaign_id, status=status.value))

    async def record_failure(self, campaign_id: UUID, failure: Failure) -> None:
        def unit(connection: Connection) -> None:
            self._change(connection, campaign_id, status=CampaignStatus.FAILED.value, failure=failure)
            if not failure.outcome_unknown:
                release_reservations(connection, campaign_id, self._now())

        await self._database.write(unit, durable=True)

    def _change(self, connection: Connection, campaign_id: UUID, **values: object) -> None:
        """Change the campaign's own row; a new status puts an earlier failure behind it. Raises NotFound when it was
        never opened."""
        if "status" in values:
            values.setdefault("failure", None)
        changes = {"campaign": campaign_id, "updated_at": self._now(), **values}
        if connection.execute(_THIS_CAMPAIGN, changes).rowcount == 0:
            raise NotFound(f"No campaign {campaign_id} is open", remedy="open it before recording anything about it")
