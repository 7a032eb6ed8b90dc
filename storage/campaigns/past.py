"""What happened to one campaign, each thing with the moment it was recorded at."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, func, literal, select

from domain.booking import BookingConfirmation
from domain.creative import Finding, Outcome
from domain.decision import MODEL_SPEND, ApprovalDecision, ModelSpendAnswer
from domain.performance import PerformanceReport
from domain.plan import CampaignPlan
from storage.engine.damage import whole
from storage.engine.database import Database
from storage.records import AuditEntry, CampaignRecord
from storage.schema.system_tables import audit_log, run_events
from storage.schema.tables import approvals, bookings, campaigns, checks, plans, reports

_AUDIT, _EVENTS = audit_log.c, run_events.c


class PastPlan(NamedTuple):
    at: datetime
    plan: CampaignPlan


class PastCheck(NamedTuple):
    at: datetime
    objections: list[Finding]
    """What did not pass; empty where all did."""


class PastSpend(NamedTuple):
    at: datetime
    answer: ModelSpendAnswer


class CampaignPast(NamedTuple):
    """The oldest first, each."""

    campaign: CampaignRecord
    plans: list[PastPlan]
    checks: list[PastCheck]
    decisions: list[ApprovalDecision]
    spends: list[PastSpend]
    """What was said to its questions for model money, as far back as its events are kept."""
    bookings: list[BookingConfirmation]
    reports: list[PerformanceReport]
    acts: list[AuditEntry]
    """What people did to it that was done: refusals and what is under way are the audit log's own."""


class PastQueries:
    """Everything here only reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, campaign_id: UUID) -> CampaignPast | None:
        """None for a campaign that is not known."""

        def documents(connection: Connection, table: str) -> list[tuple[object, datetime]]:
            of, moment = _MOMENTS[table]
            query = select(of.c.document, of.c[moment]).where(of.c.campaign_id == campaign_id)
            return [(row[0], row[1]) for row in map(whole, connection.execute(query.order_by(of.c[moment], of.c.id)))]

        def unit(connection: Connection) -> CampaignPast | None:
            row = connection.execute(select(campaigns).where(campaigns.c.id == campaign_id)).mappings().one_or_none()
            if row is None:
                return None
            told = _EVENTS.body["data"]
            spends = (
                select(_EVENTS.created_at.label("at"), told["answer"].label("answer"))
                .where(_EVENTS.thread_id == campaign_id, _EVENTS.method == "input.resolved")
                .where(told["node"].as_string() == MODEL_SPEND)
                .order_by(_EVENTS.seq)
            )
            done = select(audit_log).where(_AUDIT.subject == str(campaign_id), _AUDIT.outcome == "done")
            return CampaignPast(
                campaign=CampaignRecord.model_validate(row),
                plans=[PastPlan(at, CampaignPlan.model_validate(told)) for told, at in documents(connection, "plans")],
                checks=[PastCheck(at, _objections(told)) for told, at in documents(connection, "checks")],
                decisions=[ApprovalDecision.model_validate(told) for told, _ in documents(connection, "approvals")],
                spends=[
                    PastSpend(row.at, ModelSpendAnswer.model_validate(row.answer)) for row in connection.execute(spends)
                ],
                bookings=[BookingConfirmation.model_validate(told) for told, _ in documents(connection, "bookings")],
                reports=[PerformanceReport.model_validate(told) for told, _ in documents(connection, "reports")],
                acts=[
                    AuditEntry.model_validate(act, from_attributes=True)
                    for act in connection.execute(done.order_by(_AUDIT.at, _AUDIT.id))
                ],
            )

        return await self._database.read(unit, of=campaign_id)

    async def days_passed(self, clock: UUID, since: datetime, until: datetime) -> list[tuple[datetime, date]]:
        """The moments at which a world's clock moved on, and to which day: from the one that stood at `since` up to
        `until`, as far back as its events are kept."""
        stood = select(func.max(_EVENTS.created_at)).where(_EVENTS.thread_id == clock, _EVENTS.created_at <= since)
        begins = func.coalesce(stood.scalar_subquery(), literal(since, _EVENTS.created_at.type))
        query = (
            select(_EVENTS.created_at, _EVENTS.body["data"]["today"].as_string())
            .where(_EVENTS.thread_id == clock, _EVENTS.created_at >= begins, _EVENTS.created_at <= until)
            .order_by(_EVENTS.seq)
        )

        def unit(connection: Connection) -> list[tuple[datetime, date]]:
            return [(at, date.fromisoformat(day)) for at, day in connection.execute(query) if day is not None]

        return await self._database.read(unit)


_MOMENTS = {
    "plans": (plans, "recorded_at"),
    "checks": (checks, "recorded_at"),
    "approvals": (approvals, "decided_at"),
    "bookings": (bookings, "booked_at"),
    "reports": (reports, "reported_at"),
}


def _objections(document: object) -> list[Finding]:
    """Of sixty findings one or two object: the others are not looked into."""
    findings: list[dict[str, object]] = document["findings"] if isinstance(document, dict) else []
    return [Finding.model_validate(found) for found in findings if found["outcome"] != Outcome.PASS]
