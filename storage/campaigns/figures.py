"""What figures are made of: sums and columns of many campaigns, read without parsing a report. The arithmetic is in
`runtime/reporting`."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, exists, func, select

from domain.buy_changes import BuyChanged
from domain.campaign_choice import CampaignChoice
from domain.errors import Damaged
from domain.money import Money
from domain.plan import Flight, Interval
from domain.state import CampaignStatus
from storage.campaigns.choosing import conditions
from storage.campaigns.newest_plans import newest_plans, pence
from storage.campaigns.totals import ReportedTotals, added, totals_of
from storage.engine.columns import from_pence
from storage.engine.damage import reading, whole
from storage.engine.database import Database
from storage.engine.readable import Readable, itself, readable
from storage.log.history import standing
from storage.schema.system_tables import accounts, threads
from storage.schema.tables import bookings, campaigns, opportunities, plans, reports


class PlannedTotals(NamedTuple):
    """Of some campaigns."""

    campaigns: int
    planned: Money


class ReportedCycle(NamedTuple):
    """The final report of one cycle."""

    spend: Money
    incremental_sales: Money
    interval: Interval
    """Of incremental sales, pounds."""
    roi: float
    roi_interval: Interval


class PlannedCycle(NamedTuple):
    """The newest plan of one cycle."""

    verdict: str
    budget: Money
    flight: Flight
    predicted_roi: float
    roi_interval: Interval


class CampaignFigures(NamedTuple):
    """What is known of one campaign beside its own row; empty where there is nothing to tell yet."""

    detected_on: date | None
    regions: Sequence[str]
    plans: Sequence[PlannedCycle]
    reports: Sequence[ReportedCycle]
    """By when they came in."""


class BookedFlight(NamedTuple):
    """The newest booking of a campaign."""

    campaign_id: UUID
    cycle: int
    transaction_id: str
    flight: Flight
    committed: Money
    is_ours: bool
    """Whether its thread was started here: LangGraph's own server keeps the world of one that was not."""
    changes: tuple[BuyChanged, ...] = ()
    """Asked for since, the oldest first."""


class FiguresMark(NamedTuple):
    """Where everything stood that the figures of a world and an account are made of; equal marks mean equal figures.

    Rows are written before their events, and clocks of several processes may differ: both the newest change and the
    position of the log are part of it.
    """

    epoch: UUID
    position: int
    changed_at: datetime | None
    balance: tuple[int, int, int] | None
    """Budget, reserved and committed, in pence."""


_REPORTED = exists().where(
    reports.c.campaign_id == bookings.c.campaign_id, reports.c.cycle == bookings.c.cycle, reports.c.is_final
)
_OURS = exists().where(threads.c.thread_id == bookings.c.campaign_id)
_BOOKED = (
    select(
        bookings.c.campaign_id,
        bookings.c.cycle,
        bookings.c.transaction_id,
        bookings.c.committed,
        bookings.c.document["flight"].label("flight"),
        bookings.c.document["changes"].label("changes"),
        _REPORTED.label("is_reported"),
        _OURS.label("is_ours"),
    )
    .join(campaigns, campaigns.c.id == bookings.c.campaign_id)
    .order_by(bookings.c.campaign_id, bookings.c.cycle, bookings.c.id)
)


_Booked = Row[tuple[UUID, int, str, Money, object, list[object] | None, bool, bool]]


class FigureQueries:
    """Everything here only reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def mark(self, world_id: str, account: str) -> FiguresMark:
        changed = select(func.max(campaigns.c.updated_at)).where(campaigns.c.world_id == world_id)
        of = accounts.c
        taken = select(of.budget_pence, of.reserved_pence, of.committed_pence).where(of.account == account)

        def unit(connection: Connection) -> FiguresMark:
            log = standing(connection, "events")
            balance = connection.execute(taken).one_or_none()
            money = None if balance is None else (balance[0], balance[1], balance[2])
            return FiguresMark(log.epoch, log.position, connection.scalar(changed), money)

        return await self._database.read(unit)

    async def totals(self, world_id: str) -> ReportedTotals:
        """Of every final report of a world, in one look at an index."""
        own = select(campaigns.c.id).where(campaigns.c.world_id == world_id)
        return await self._totals(reports.c.world_id == world_id, reports.c.campaign_id.in_(own))

    async def totals_among(self, choice: CampaignChoice) -> ReportedTotals:
        """The same of the campaigns chosen."""
        chosen = reports.c.campaign_id.in_(select(campaigns.c.id).where(*conditions(choice)))
        return await self._totals(chosen, chosen)

    async def _totals(self, of_reports: ColumnElement[bool], of_campaigns: ColumnElement[bool]) -> ReportedTotals:
        """`of_campaigns` finds the same reports by their campaigns."""
        try:
            return await self._database.read(totals_of(of_reports, of_campaigns))
        except Damaged:
            measured = select(reports.c.campaign_id).where(of_reports).distinct()
            ids = await self._database.read(lambda connection: connection.scalars(measured).all())

        async def read(some: Sequence[UUID]) -> list[ReportedTotals]:
            among = reports.c.campaign_id.in_(some)
            return [await self._database.read(totals_of(of_reports & among, of_campaigns & among))]

        found = await readable(ids, read, itself)
        return added(found.items, found.unreadable)

    async def planned_among(self, choice: CampaignChoice) -> PlannedTotals:
        """How many campaigns are chosen and what the newest plan of each cycle of theirs spends, in all."""
        chosen = select(campaigns.c.id).where(*conditions(choice))
        ranked = newest_plans(plans.c.campaign_id.in_(chosen))
        spending = select(func.sum(pence(ranked.c.budget))).where(ranked.c.age == 1, ranked.c.verdict == "spend")
        counted = select(func.count()).select_from(chosen.subquery())

        def unit(connection: Connection) -> PlannedTotals:
            return PlannedTotals(connection.scalar(counted) or 0, from_pence(int(connection.scalar(spending) or 0)))

        return await self._database.read(unit)

    async def of_campaigns(self, wanted: Sequence[UUID]) -> dict[UUID, CampaignFigures]:
        """Of each campaign, in three queries however many there are."""

        def unit(connection: Connection) -> dict[UUID, CampaignFigures]:
            seen = _opportunities(connection, wanted)
            planned = _plans(connection, wanted)
            reported = _reports(connection, wanted)
            nothing: tuple[date | None, Sequence[str]] = (None, [])
            return {
                one: CampaignFigures(*seen.get(one, nothing), planned.get(one, []), reported.get(one, []))
                for one in wanted
            }

        return await self._database.read(unit, of=wanted[0] if len(wanted) == 1 else None) if wanted else {}

    async def booked(self, campaign_id: UUID) -> BookedFlight | None:
        """The campaign's newest booking, None before the first."""
        newest = await self._newest_bookings(bookings.c.campaign_id == campaign_id, whose=campaign_id)
        return _flight(newest[0]) if newest else None

    async def running_of_world(self, world_id: str) -> Readable[BookedFlight]:
        """Every flight of a world that is active and for which no final report has come yet, however many there are."""
        of_world = campaigns.c.world_id == world_id
        try:
            return Readable(await self._running(of_world), [])
        except Damaged:
            active = select(campaigns.c.id).where(of_world, campaigns.c.status == CampaignStatus.ACTIVE.value)
            ids = await self._database.read(lambda connection: connection.scalars(active).all())
        return await readable(ids, self.running_among, itself)

    async def running_among(self, wanted: Sequence[UUID]) -> list[BookedFlight]:
        """Those of some campaigns, as `running_of_world` has them."""
        return await self._running(campaigns.c.id.in_(wanted)) if wanted else []

    async def _running(self, of_campaigns: ColumnElement[bool]) -> list[BookedFlight]:
        newest = await self._newest_bookings(campaigns.c.status == CampaignStatus.ACTIVE.value, of_campaigns)
        return [_flight(row) for row in newest if not row.is_reported]

    async def _newest_bookings(self, *of_campaigns: ColumnElement[bool], whose: UUID | None = None) -> list[_Booked]:
        query = _BOOKED.where(*of_campaigns)

        def unit(connection: Connection) -> list[_Booked]:
            return [list(rows)[-1] for _, rows in groupby(connection.execute(query), key=lambda row: row[0])]

        return await self._database.read(unit, of=whose)


def _opportunities(connection: Connection, wanted: Sequence[UUID]) -> dict[UUID, tuple[date, list[str]]]:
    """The newest of each campaign."""
    of = opportunities.c
    query = select(of.campaign_id, of.detected_on, of.document["regions"]).where(of.campaign_id.in_(wanted))
    found = connection.execute(query.order_by(of.detected_on, of.id))
    return {campaign_id: (detected_on, regions) for campaign_id, detected_on, regions in found}


def _plans(connection: Connection, wanted: Sequence[UUID]) -> dict[UUID, list[PlannedCycle]]:
    """The newest of each cycle of each campaign."""
    of = plans.c
    query = select(
        of.campaign_id,
        of.cycle,
        of.verdict,
        of.budget,
        of.flight_start,
        of.flight_end,
        of.predicted_roi,
        of.document["roi_interval"],
    )
    newest: dict[UUID, dict[int, PlannedCycle]] = {}
    found = connection.execute(query.where(of.campaign_id.in_(wanted)).order_by(of.recorded_at, of.id))
    for campaign_id, cycle, verdict, budget, start, end, roi, interval in found:
        with reading(campaign_id):
            predicted = Interval.model_validate(interval)
            planned = PlannedCycle(verdict, budget, Flight(start=start, end=end), float(roi), predicted)
        newest.setdefault(campaign_id, {})[cycle] = planned
    return {campaign_id: list(cycles.values()) for campaign_id, cycles in newest.items()}


def _reports(connection: Connection, wanted: Sequence[UUID]) -> dict[UUID, list[ReportedCycle]]:
    of = reports.c
    query = select(
        of.campaign_id,
        of.spend_pence,
        of.incremental_sales_pence,
        of.interval_low,
        of.interval_high,
        of.interval_level,
        of.roi,
        of.document["roi_interval"],
    )
    by_campaign: dict[UUID, list[ReportedCycle]] = {}
    found = connection.execute(query.where(of.campaign_id.in_(wanted), of.is_final).order_by(of.reported_at, of.id))
    for campaign_id, spend, sales, low, high, level, roi, roi_interval in found:
        with reading(campaign_id):
            interval = _interval((low, high, level))
            earned = Interval.model_validate(roi_interval)
            cycle = ReportedCycle(from_pence(spend), from_pence(sales), interval, float(roi), earned)
        by_campaign.setdefault(campaign_id, []).append(cycle)
    return by_campaign


def _flight(row: _Booked) -> BookedFlight:
    with reading(row.campaign_id):
        whole(row, but=("changes",))
        return BookedFlight(
            campaign_id=row.campaign_id,
            cycle=row.cycle,
            transaction_id=row.transaction_id,
            flight=Flight.model_validate(row.flight),
            committed=row.committed,
            is_ours=row.is_ours,
            changes=tuple(BuyChanged.model_validate(change) for change in row.changes or []),
        )


def _interval(columns: Sequence[float]) -> Interval:
    low, high, level = columns
    return Interval(low=low, high=high, level=level)
