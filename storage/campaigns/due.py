"""Which campaigns a day of their world moves on by itself. Asked by the day and answered by an index, so that none is
missed, however many there are.

A campaign at the gate can be approved until the day before its flight, and ends undecided on its first day. A flight is
measured on the day after its last. Whoever records the plan or the booking sets that day in the campaign's own row.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select, tuple_

from domain.booking import BookingConfirmation
from domain.errors import SellerAway
from domain.money import Money
from domain.opportunity import Opportunity
from domain.plan import Audience, CampaignPlan
from domain.state import BEFORE_THE_GATE, CampaignStatus
from storage.engine.database import Database
from storage.ports import Flying, Probing
from storage.schema.system_tables import active_runs, forks, ledger, lessons
from storage.schema.tables import approvals, campaigns, opportunities, plans

_C = campaigns.c
UNDECIDED = (CampaignStatus.SENSING, CampaignStatus.PLANNED, CampaignStatus.AWAITING_APPROVAL)
_UNDER_WAY = [status.value for status in CampaignStatus if not status.is_final]


def undecided_on(plan: CampaignPlan) -> date:
    """The day on which it is too late to approve the plan."""
    return plan.flight.start


def measured_on(booking: BookingConfirmation) -> date:
    """The day on which the whole flight lies in the past."""
    return booking.flight.end + timedelta(days=1)


class Due(NamedTuple):
    campaign_id: UUID
    due_on: date
    updated_at: datetime


class StandingStill(NamedTuple):
    """A campaign before the gate that no run is at work on: it asks a person something, or was cut off."""

    campaign_id: UUID
    world_id: str
    updated_at: datetime


class UnderWay(NamedTuple):
    """A campaign that has not ended, as far as it has come: its audience is known from its plan on."""

    status: CampaignStatus
    due_on: date | None
    """The day it is decided before, or measured on; None before its plan."""
    category: str
    audience: Audience | None
    opportunity: Opportunity | None


class PutOff(NamedTuple):
    """An opportunity whose plan was to wait."""

    opportunity: Opportunity
    look_again_on: date
    """The first day on which nothing speaks against it any more."""


class Undecided(NamedTuple):
    """A campaign that waits for a decision, or is on its way there."""

    campaign_id: UUID
    status: CampaignStatus
    updated_at: datetime
    budget: Money | None
    """Of its newest plan; None before the first."""
    is_at_work: bool
    """Whether a run of it is under way, or ordered and waits for its turn."""

    @property
    def is_at_the_gate(self) -> bool:
        return self.status is CampaignStatus.AWAITING_APPROVAL


class DueCampaigns:
    """Everything here only reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by(self, day: date, status: CampaignStatus, world_id: str) -> list[Due]:
        """The campaigns at a status whose day has come by `day`; who has been due longest stands first."""
        return await self._due(status, world_id, _C.due_on <= day)

    async def on(self, day: date, status: CampaignStatus, world_id: str) -> list[Due]:
        return await self._due(status, world_id, _C.due_on == day)

    async def undecided(self, today: date, through: date, world_id: str) -> list[Undecided]:
        """The campaigns that can be decided `today` and are too late on `through`, at the gate or on their way to it.

        One look, so that none is missed which is on its way in one moment and at the gate in the next. Without a plan
        yet its flight would begin tomorrow.
        """
        runs = exists().where(active_runs.c.thread_id == _C.id)
        of = plans.c
        newest = select(of.budget, of.recorded_at).where(of.campaign_id == _C.id).correlate(campaigns)
        newest = newest.order_by(of.recorded_at.desc(), of.id.desc()).limit(1)
        planned_at = newest.with_only_columns(of.recorded_at).correlate(campaigns).scalar_subquery()
        budget = newest.with_only_columns(of.budget).scalar_subquery()
        approved = (approvals.c.decision == "approve") & (approvals.c.decided_at > planned_at)
        is_approved = exists().where(approvals.c.campaign_id == _C.id, approved)
        query = (
            select(_C.id, _C.status, _C.updated_at, budget.label("budget"), runs.label("is_at_work"))
            .where(
                _C.status.in_([status.value for status in UNDECIDED]),
                _C.world_id == world_id,
                or_(_C.due_on.is_(None), _C.due_on.between(today + timedelta(days=1), through)),
                ~is_approved,
            )
            .order_by(_C.due_on, _C.created_at, _C.id)
        )

        def unit(connection: Connection) -> list[Undecided]:
            return [
                Undecided(row.id, CampaignStatus(row.status), row.updated_at, row.budget, row.is_at_work)
                for row in connection.execute(query)
            ]

        return await self._database.read(unit)

    async def standing_still(self, *, world_id: str | None = None, by: date | None = None) -> list[StandingStill]:
        """Those of one world or of all, the oldest first; with `by` only those that may be too late on that day.
        Another future of a campaign is left out: who asked for it is looking at it."""
        runs = exists().where(active_runs.c.thread_id == _C.id)
        happen = _C.id.not_in(select(forks.c.fork_id))
        query = select(_C.id, _C.world_id, _C.updated_at).where(
            _C.status.in_([status.value for status in BEFORE_THE_GATE]), ~runs, happen
        )
        if world_id is not None:
            query = query.where(_C.world_id == world_id)
        if by is not None:
            query = query.where(or_(_C.due_on.is_(None), _C.due_on <= by))
        query = query.order_by(_C.created_at, _C.id)
        return await self._database.read(lambda connection: [StandingStill(*row) for row in connection.execute(query)])

    async def flying(self, world_id: str, category: str, today: date, *, besides: UUID) -> list[Flying]:
        """The flights on a category that are running after `today`, the campaign `besides` left out."""
        query = select(_C.due_on, _C.target_audience).where(
            _C.status == CampaignStatus.ACTIVE.value,
            _C.world_id == world_id,
            _C.category == category,
            _C.due_on > today,
            _C.id != besides,
        )

        def unit(connection: Connection) -> list[Flying]:
            return [Flying(row.due_on, _audience(row.target_audience)) for row in connection.execute(query)]

        return await self._database.read(unit)

    async def probing(self, world_id: str, category: str, *, besides: UUID) -> list[Probing]:
        """The probes on a category that are planned, decided or running, and the campaigns without a plan that were
        begun before the campaign `besides`, which is left out: of two that plan at once the later one gives way.

        One that failed is among them as long as its money is held and no lesson says what became of it, or it goes on
        by itself: it may lose that money yet.
        """
        mine, of = campaigns.alias(), plans.c
        newest = select(of.document).where(of.campaign_id == _C.id).order_by(of.recorded_at.desc(), of.id.desc())
        document = newest.correlate(campaigns).limit(1).scalar_subquery()
        begun_before = exists().where(
            mine.c.id == besides, tuple_(_C.created_at, _C.id) < tuple_(mine.c.created_at, mine.c.id)
        )
        holds_money = exists().where(ledger.c.campaign_id == _C.id, ledger.c.state != "released")
        is_measured = exists().where(lessons.c.campaign_id == _C.id)
        may_still_lose = _goes_on_by_itself() | (
            (_C.status == CampaignStatus.FAILED.value) & holds_money & ~is_measured
        )
        query = (
            select(document.label("plan"), (begun_before & _C.status.in_(_UNDER_WAY)).label("is_earlier"))
            .where(_C.status.in_(_UNDER_WAY) | may_still_lose)
            .where(_C.world_id == world_id, _C.category == category, _C.id != besides)
            .order_by(_C.created_at, _C.id)
        )

        def unit(connection: Connection) -> list[Probing]:
            found = []
            for row in connection.execute(query):
                plan = None if row.plan is None else CampaignPlan.model_validate(row.plan)
                if plan is None and row.is_earlier:
                    found.append(Probing(None, None, None))
                elif plan is not None and plan.probe is not None:
                    found.append(Probing(plan.audience, plan.budget, plan.flight.end + timedelta(days=1)))
            return found

        return await self._database.read(unit)

    async def under_way(self, world_id: str) -> list[UnderWay]:
        """The campaigns of a world that have an opportunity and have not ended."""
        query = (
            select(_C.status, _C.due_on, _C.category, _C.target_audience, opportunities.c.document)
            .outerjoin(opportunities, opportunities.c.campaign_id == _C.id)
            .where(_C.status.in_(_UNDER_WAY), _C.world_id == world_id, _C.category.is_not(None))
            .order_by(_C.created_at, _C.id)
        )

        def unit(connection: Connection) -> list[UnderWay]:
            return [
                UnderWay(
                    CampaignStatus(row.status),
                    row.due_on,
                    row.category,
                    _audience(row.target_audience),
                    None if row.document is None else Opportunity.model_validate(row.document),
                )
                for row in connection.execute(query)
            ]

        return await self._database.read(unit)

    async def taken_up_since(self, world_id: str, day: date) -> list[Opportunity]:
        """The opportunities of a world that campaigns took up after `day`, the oldest first."""
        of = opportunities.c
        query = (
            select(of.document)
            .join(campaigns, _C.id == of.campaign_id)
            .where(_C.world_id == world_id, of.detected_on > day)
            .order_by(of.detected_on, of.id)
        )
        return await self._database.read(
            lambda connection: [Opportunity.model_validate(found) for found in connection.scalars(query)]
        )

    async def put_off(self, world_id: str, *, since: date, today: date) -> list[PutOff]:
        """The opportunities whose plan was to wait: those taken up after `since`, and those that still wait `today`."""
        of, document = opportunities.c, plans.c.document
        waits_yet = document["look_again_on"].as_string() > today.isoformat()
        query = (
            select(of.document.label("opportunity"), document.label("plan"))
            .join(campaigns, _C.id == of.campaign_id)
            .join(plans, plans.c.campaign_id == _C.id)
            .where(_C.status == CampaignStatus.WAITING.value, _C.world_id == world_id, plans.c.verdict == "wait")
            .where(or_(of.detected_on > since, waits_yet))
            .order_by(of.detected_on, of.id)
        )

        def unit(connection: Connection) -> list[PutOff]:
            found = [
                (Opportunity.model_validate(row.opportunity), CampaignPlan.model_validate(row.plan).look_again_on)
                for row in connection.execute(query)
            ]
            return [PutOff(opportunity, day) for opportunity, day in found if day is not None]

        return await self._database.read(unit)

    async def unanswered(self) -> list[UUID]:
        """The campaigns, of all worlds, that failed because nobody answered their booking, or because their ad seller
        was away, the oldest first."""
        query = select(_C.id).where(_goes_on_by_itself()).order_by(_C.created_at, _C.id)
        return await self._database.read(lambda connection: list(connection.scalars(query)))

    async def _due(self, status: CampaignStatus, world_id: str, when: ColumnElement[bool]) -> list[Due]:
        query = (
            select(_C.id, _C.due_on, _C.updated_at)
            .where(_C.status == status.value, _C.world_id == world_id, when)
            .order_by(_C.due_on, _C.created_at, _C.id)
        )

        def unit(connection: Connection) -> list[Due]:
            return [Due(row.id, row.due_on, row.updated_at) for row in connection.execute(query)]

        return await self._database.read(unit)


def _goes_on_by_itself() -> ColumnElement[bool]:
    """Failed because nobody answered its booking, or because its ad seller was away."""
    silent = (_C.failure["node"].as_string() == "booking") & _C.failure["outcome_unknown"].as_boolean()
    away = _C.failure["error"].as_string() == SellerAway.__name__
    return and_(_C.status == CampaignStatus.FAILED.value, or_(silent, away))


def _audience(kept: JsonValue) -> Audience | None:
    return None if kept is None else Audience.model_validate(kept)
