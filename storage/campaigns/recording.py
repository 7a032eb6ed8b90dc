"""The story of each campaign, as the graph records it. The reading is in `queries` and `figures`."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection, Table, bindparam, func, or_, select

from domain.booking import BookingConfirmation
from domain.creative import Creative
from domain.decision import ApprovalDecision
from domain.errors import Conflict
from domain.identifiers import derived_id
from domain.opportunity import Opportunity
from domain.performance import PerformanceReport, platform_claim
from domain.plan import CampaignPlan
from domain.prompting import PromptChoice
from domain.state import CampaignStatus
from storage.campaigns.due import measured_on, undecided_on
from storage.campaigns.queries import CampaignQueries
from storage.engine.columns import to_pence
from storage.engine.database import Database
from storage.engine.statements import insert_new, upsert
from storage.ledger.reservations import release_reservations
from storage.notices import stood_at, tell_of_change
from storage.ports import CampaignChange
from storage.records import Check
from storage.schema import tables

_C = tables.campaigns
_THIS_CAMPAIGN = _C.update().where(_C.c.id == bindparam("campaign"))
_SPENT = (
    select(func.coalesce(func.sum(tables.performance_logs.c.spend), 0))
    .where(tables.performance_logs.c.campaign_id == bindparam("campaign"))
    .scalar_subquery()
)
_UPDATE_SPENT = _THIS_CAMPAIGN.values(spent=_SPENT)

ANY_NUMBER = 2**31 - 1
_OVER = [status.value for status in CampaignStatus if status.is_final and status is not CampaignStatus.FAILED]
_STILL_THIS_CAMPAIGN = _THIS_CAMPAIGN.where(
    _C.c.booked_cycles <= bindparam("known"),
    or_(_C.c.status.not_in(_OVER), _C.c.status == bindparam("same")),
)
"""A record that is finished is never overwritten, nor one of which more is booked than is known to who writes it."""

NEVER_BEGAN = "Failed before it began"
"""The name of a campaign that has none yet."""
Row = dict[str, object]


def _now() -> datetime:
    return datetime.now(UTC)


class CampaignRepository(CampaignQueries):
    """Implements `storage.ports.CampaignRecords`."""

    def __init__(self, database: Database, *, now: Callable[[], datetime] = _now) -> None:
        super().__init__(database)
        self._now = now

    async def record(self, change: CampaignChange) -> None:
        now = self._now()

        await self._database.write(
            lambda connection: record_change(connection, change, now),
            durable=change.booking is not None or change.failure is not None,
            # It gives money back: rows of the account, which all campaigns share.
            apart=change.failure is not None,
        )

    async def restate(self, change: CampaignChange) -> None:
        values = {"campaign": change.campaign_id, "status": change.status.value, "failure": None}
        query = _THIS_CAMPAIGN.where(_C.c.status == CampaignStatus.FAILED.value)
        await self._database.write(
            lambda connection: connection.execute(query, {**values, "updated_at": self._now()}), durable=True
        )


def record_change(connection: Connection, change: CampaignChange, now: datetime) -> None:
    """Write the change, and tell people of it, within a transaction of the caller's. Raises Conflict where it is not
    this campaign's."""
    stood = stood_at(connection, change)
    if not _write_row(connection, change, now):
        if change.failure is not None:
            return
        raise Conflict(
            f"the campaign {change.campaign_id} is over, or a flight of it has been booked since",
            remedy="start a new thread; in LangGraph Studio, copy this one and go back in the copy",
        )
    for table, rows in _documents(change, now):
        upsert(connection, table, rows)
    if change.report:
        connection.execute(_UPDATE_SPENT, {"campaign": change.campaign_id})
    if change.failure and not change.failure.outcome_unknown:
        release_reservations(connection, change.campaign_id, now)
    tell_of_change(connection, change, stood, now)


def _write_row(connection: Connection, change: CampaignChange, now: datetime) -> bool:
    """The campaign's own row, opened by its first change; whether it is still this change's to write."""
    values: Row = {"status": change.status.value, "failure": change.failure, "updated_at": now}
    if change.name:
        values["name"] = change.name
    if found := change.opportunity:
        values |= {"category": found.category, "headline": found.headline}
    if plan := change.plan:
        values |= {"category": plan.category, "target_audience": plan.audience, "due_on": undecided_on(plan)}
    if booking := change.booking:
        values |= {"due_on": measured_on(booking), "booked_cycles": booking.cycle, "budget": change.budget}
    known = ANY_NUMBER if change.booked_cycles is None else change.booked_cycles
    changes = {"campaign": change.campaign_id, "known": known, "same": change.status.value, **values}
    if connection.execute(_STILL_THIS_CAMPAIGN, changes).rowcount:
        return True
    opening = {
        "id": change.campaign_id,
        "name": NEVER_BEGAN,
        "budget": change.budget,
        "created_at": now,
        "account": change.account,
        "world_id": change.world_id,
        "spent": 0,
    }
    # Where the row is there after all, another process may have opened it in the meantime.
    return insert_new(connection, _C, {**opening, **values}) or bool(
        connection.execute(_STILL_THIS_CAMPAIGN, changes).rowcount
    )


def _documents(change: CampaignChange, now: datetime) -> Iterator[tuple[Table, list[Row]]]:
    """The rows of each table that a change writes."""
    if change.opportunity:
        yield tables.opportunities, [_opportunity(change.campaign_id, change.opportunity)]
        yield tables.opportunity_regions, _regions(change.campaign_id, change.opportunity)
    if change.plan:
        yield tables.plans, [_plan(change.campaign_id, change.plan, now)]
    if change.creatives:
        yield tables.creatives, [_creative(change, creative) for creative in change.creatives]
        yield tables.ad_words, [_words(change.campaign_id, creative) for creative in change.creatives]
    if change.findings:
        yield tables.checks, [_check(change, now)]
    if change.approval:
        yield tables.approvals, [_approval(change.campaign_id, change.approval)]
    if change.booking:
        yield tables.bookings, [_booking(change.booking)]
    if change.report:
        yield tables.reports, [_report(change.report, change.world_id)]
        yield tables.performance_logs, _performance_logs(change.report)
    if change.prompts:
        yield tables.prompt_choices, [_choice(change.campaign_id, choice, now) for choice in change.prompts]


def _opportunity(campaign_id: UUID, opportunity: Opportunity) -> Row:
    return {
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


def _regions(campaign_id: UUID, opportunity: Opportunity) -> list[Row]:
    return [
        {"opportunity_id": opportunity.id, "campaign_id": campaign_id, "region": region}
        for region in dict.fromkeys(opportunity.regions)
    ]


def _plan(campaign_id: UUID, plan: CampaignPlan, now: datetime) -> Row:
    return {
        "id": plan.id,
        "campaign_id": campaign_id,
        "cycle": plan.cycle,
        "verdict": plan.verdict,
        "budget": plan.budget,
        "predicted_roi": plan.predicted_roi,
        "document": plan,
        "recorded_at": now,
        "flight_start": plan.flight.start,
        "flight_end": plan.flight.end,
    }


def _creative(change: CampaignChange, creative: Creative) -> Row:
    return {
        "id": creative.id,
        "campaign_id": change.campaign_id,
        "headline": creative.headline,
        "image_url": creative.image_url,
        "type": creative.type,
        "channel": creative.channel.value,
        "svg": change.artwork.get(creative.id),
        "document": creative,
    }


def _words(campaign_id: UUID, creative: Creative) -> Row:
    words = "\n".join((creative.headline, creative.body, creative.call_to_action)).lower()
    return {"creative_id": creative.id, "campaign_id": campaign_id, "words": words}


def _choice(campaign_id: UUID, choice: PromptChoice, now: datetime) -> Row:
    return {
        "id": derived_id("prompt choice", campaign_id, choice.prompt),
        "campaign_id": campaign_id,
        "recorded_at": now,
        **dict(choice),
    }


def _check(change: CampaignChange, now: datetime) -> Row:
    return {
        "id": derived_id("check", change.campaign_id, change.judged),
        "campaign_id": change.campaign_id,
        "recorded_at": now,
        "document": Check.model_construct(findings=list(change.findings)),
    }


def _approval(campaign_id: UUID, decision: ApprovalDecision) -> Row:
    return {
        "id": derived_id(
            "approval", campaign_id, decision.question or decision.decided_at.isoformat(), decision.decision
        ),
        "campaign_id": campaign_id,
        "decision": decision.decision,
        "decided_by": decision.decided_by,
        "decided_at": decision.decided_at,
        "document": decision,
    }


def _booking(booking: BookingConfirmation) -> Row:
    return {
        "id": booking.id,
        "campaign_id": booking.campaign_id,
        "cycle": booking.cycle,
        "transaction_id": booking.transaction_id,
        "idempotency_key": booking.idempotency_key,
        "committed": booking.committed,
        "booked_at": booking.booked_at,
        "document": booking,
    }


def _report(report: PerformanceReport, world_id: str) -> Row:
    claim = platform_claim(report.channels)
    return {
        "id": report.id,
        "campaign_id": report.campaign_id,
        "cycle": report.cycle,
        "is_final": report.is_final,
        "reported_at": report.reported_at,
        "world_id": world_id,
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


def _performance_logs(report: PerformanceReport) -> list[Row]:
    """A later report of a cycle replaces the earlier one's figures, so that `spent` counts each pound once."""
    return [
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
