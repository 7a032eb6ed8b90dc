"""Reading the story of a campaign, for tables, proofs and the command line."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Connection, RowMapping, Select, Table, func, literal, select, union

from domain.booking import BookingConfirmation
from domain.campaign_choice import EVERY_CAMPAIGN, NEWEST_FIRST, CampaignChoice, CampaignOrder, ChoiceOf
from domain.creative import Creative, Finding
from domain.decision import ApprovalDecision
from domain.errors import Damaged
from domain.money import Money
from domain.opportunity import Opportunity
from domain.performance import PerformanceReport
from domain.plan import CampaignPlan, Flight
from domain.prompting import PromptChoice
from domain.state import CampaignStatus
from storage.campaigns.choosing import conditions
from storage.campaigns.sorting import SortedCampaigns
from storage.engine.damage import kept, reading
from storage.engine.database import Database
from storage.engine.readable import Readable, itself, readable
from storage.records import CampaignPage, CampaignRecord, Check, PerformanceRecord, Unreadable
from storage.schema import tables

Document = TypeVar("Document", bound=BaseModel)
_C = tables.campaigns
NOTHING_IN_THE_AIR: Final[Mapping[UUID, Money]] = MappingProxyType({})


class Counted(NamedTuple):
    """How many campaigns stand at each status, and those that stand at none there is."""

    at_each: dict[CampaignStatus, int]
    unreadable: list[Unreadable]


class CampaignQueries:
    """Everything here only reads. Lists are in the order things happened."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, campaign_id: UUID) -> CampaignRecord | None:
        def unit(connection: Connection) -> CampaignRecord | None:
            row = connection.execute(select(_C).where(_C.c.id == campaign_id)).mappings().one_or_none()
            return None if row is None else CampaignRecord.model_validate(row)

        return await self._database.read(unit, of=campaign_id)

    async def page(
        self,
        *,
        choice: CampaignChoice = EVERY_CAMPAIGN,
        order: CampaignOrder = NEWEST_FIRST,
        spent: Mapping[UUID, Money] = NOTHING_IN_THE_AIR,
        limit: int = 50,
        after: str | None = None,
    ) -> CampaignPage:
        """Of the campaigns chosen; `after` is the `next` of the page before, `spent` what flights in the air have cost
        by now, where that is what they are in the order of. Those that cannot be read are named beside the others.

        Raises BadInput for a bad cursor, and for days in the wrong order, Damaged where none of several can be read.
        """
        in_order = SortedCampaigns(order, spent)
        query = in_order.rows.where(*conditions(choice)).limit(limit + 1)
        if after is not None:
            query = query.where(in_order.after(after))

        def unit(connection: Connection) -> CampaignPage:
            found = connection.execute(query).mappings().all()
            return in_order.page([(_record(row), row["sorted_by"]) for row in found], limit)

        try:
            return await self._database.read(unit)
        except Damaged:
            return await self._readable_page(in_order, query, limit)

    async def _readable_page(self, in_order: SortedCampaigns, query: Select[Any], limit: int) -> CampaignPage:
        ids = await self._database.read(lambda connection: connection.scalars(query.with_only_columns(_C.c.id)).all())

        async def read(some: Sequence[UUID]) -> Iterable[tuple[CampaignRecord, object]]:
            def unit(connection: Connection) -> list[tuple[CampaignRecord, object]]:
                found = connection.execute(in_order.rows.where(_C.c.id.in_(some))).mappings()
                return [(_record(row), row["sorted_by"]) for row in found]

            return await self._database.read(unit)

        found = await readable(ids[:limit], read, itself)
        page = in_order.page(found.items, limit, is_last=len(ids) <= limit)
        return page.model_copy(update={"unreadable": found.unreadable})

    async def choices(self) -> ChoiceOf:
        """In one query. Other futures count no more than in the list: what only they have would choose nothing."""
        happen, seen = list(conditions(EVERY_CAMPAIGN)), tables.opportunity_regions.c
        query = union(
            select(literal("category").label("of"), _C.c.category.label("value")).where(_C.c.category != "", *happen),
            select(literal("region"), seen.region).join(_C, _C.c.id == seen.campaign_id).where(*happen),
        )

        def unit(connection: Connection) -> ChoiceOf:
            found = sorted((of, value) for of, value in connection.execute(query))
            of_each = {of: [value for _, value in some] for of, some in groupby(found, key=itemgetter(0))}
            return ChoiceOf(categories=of_each.get("category", []), regions=of_each.get("region", []))

        return await self._database.read(unit)

    async def planned(
        self, status: CampaignStatus, *, world_id: str | None = None
    ) -> Readable[tuple[CampaignRecord, Flight | None]]:
        """Every campaign at a status, of one world or of all, with its newest plan's flight: None before the first.

        One query however many there are, the oldest campaign first, unless one of them cannot be read.
        """
        chosen = select(_C.c.id).where(_C.c.status == status.value, *conditions(EVERY_CAMPAIGN))
        if world_id is not None:
            chosen = chosen.where(_C.c.world_id == world_id)
        try:
            return Readable(await self._planned(chosen), [])
        except Damaged:
            in_order = chosen.order_by(_C.c.created_at, _C.c.id)
            ids = await self._database.read(lambda connection: connection.scalars(in_order).all())
        return await readable(ids, lambda some: self._planned(chosen.where(_C.c.id.in_(some))), itself)

    async def _planned(self, chosen: Select[tuple[UUID]]) -> list[tuple[CampaignRecord, Flight | None]]:
        of = tables.plans.c
        age = func.row_number().over(partition_by=of.campaign_id, order_by=(of.recorded_at.desc(), of.id.desc()))
        plans = select(of.campaign_id, of.document["flight"].label("flight"), age.label("age"))
        newest = plans.where(of.campaign_id.in_(chosen)).subquery()
        query = (
            select(_C, newest.c.flight)
            .outerjoin(newest, (newest.c.campaign_id == _C.c.id) & (newest.c.age == 1))
            .where(_C.c.id.in_(chosen))
            .order_by(_C.c.created_at, _C.c.id)
        )
        return await self._database.read(
            lambda connection: [_with_flight(row) for row in connection.execute(query).mappings()]
        )

    async def counts(self, world_id: str | None = None) -> Counted:
        """How many campaigns of one world, or of all, stand at each status."""
        of_world = [] if world_id is None else [_C.c.world_id == world_id]
        query = select(_C.c.status, func.count().label("number")).where(*of_world).group_by(_C.c.status)

        def unit(connection: Connection) -> Counted:
            counted = {row.status: row.number for row in connection.execute(query)}
            at_each = {status: counted.pop(status.value) for status in CampaignStatus if status.value in counted}
            if not counted:
                return Counted(at_each, [])
            at_none = func.coalesce(_C.c.status, "").not_in([status.value for status in CampaignStatus])
            ids = connection.scalars(select(_C.c.id).where(at_none, *of_world).order_by(_C.c.created_at, _C.c.id))
            why = "its status is none"
            return Counted(at_each, [Unreadable(campaign_id=one, why=str(Damaged.of(one, why))) for one in ids])

        return await self._database.read(unit)

    async def opportunities(self, campaign_id: UUID) -> list[Opportunity]:
        return await self._documents(tables.opportunities, "detected_on", campaign_id, Opportunity)

    async def plans(self, campaign_id: UUID) -> list[CampaignPlan]:
        """Every plan, by cycle."""
        return await self._documents(tables.plans, "recorded_at", campaign_id, CampaignPlan)

    async def creatives(self, campaign_id: UUID) -> list[Creative]:
        return await self._documents(tables.creatives, "channel", campaign_id, Creative)

    async def findings(self, campaign_id: UUID) -> list[Finding]:
        """The newest finding of each rule on the plan and on each ad, by rule."""
        checks = await self._documents(tables.checks, "recorded_at", campaign_id, Check)
        newest = {finding.id: finding for check in checks for finding in check.findings}
        return sorted(newest.values(), key=lambda finding: (finding.rule_id, finding.id))

    async def approvals(self, campaign_id: UUID) -> list[ApprovalDecision]:
        return await self._documents(tables.approvals, "decided_at", campaign_id, ApprovalDecision)

    async def bookings(self, campaign_id: UUID) -> list[BookingConfirmation]:
        return await self._documents(tables.bookings, "cycle", campaign_id, BookingConfirmation)

    async def reports(self, campaign_id: UUID) -> list[PerformanceReport]:
        return await self._documents(tables.reports, "reported_at", campaign_id, PerformanceReport)

    async def prompts(self, campaign_id: UUID) -> list[PromptChoice]:
        """The releases it was given, by prompt."""
        of = tables.prompt_choices
        query = select(of).where(of.c.campaign_id == campaign_id).order_by(of.c.prompt)

        def unit(connection: Connection) -> list[PromptChoice]:
            return [PromptChoice.model_validate(dict(row)) for row in connection.execute(query).mappings()]

        return await self._database.read(unit, of=campaign_id)

    async def performance(self, campaign_id: UUID) -> list[PerformanceRecord]:
        """The performance log: one row per cycle and channel."""
        logs = tables.performance_logs
        query = select(logs).where(logs.c.campaign_id == campaign_id).order_by(logs.c.timestamp, logs.c.channel)

        def unit(connection: Connection) -> list[PerformanceRecord]:
            return [PerformanceRecord.model_validate(row) for row in connection.execute(query).mappings()]

        return await self._database.read(unit, of=campaign_id)

    async def creative(self, creative_id: UUID) -> Creative | None:
        query = select(tables.creatives.c.document).where(tables.creatives.c.id == creative_id)

        def unit(connection: Connection) -> Creative | None:
            document = kept(connection, query)
            return None if document is None else Creative.model_validate(document)

        return await self._database.read(unit)

    async def artwork(self, creative_id: UUID) -> str | None:
        """The creative's SVG; None when there is no such creative or it has no artwork."""
        query = select(tables.creatives.c.svg).where(tables.creatives.c.id == creative_id)
        return await self._database.read(lambda connection: connection.scalar(query))

    async def _documents(self, table: Table, order: str, campaign_id: UUID, model: type[Document]) -> list[Document]:
        query = select(table.c.document).where(table.c.campaign_id == campaign_id).order_by(table.c[order], table.c.id)

        def unit(connection: Connection) -> list[Document]:
            return [model.model_validate(document) for document in connection.scalars(query)]

        return await self._database.read(unit, of=campaign_id)


def _record(row: RowMapping) -> CampaignRecord:
    with reading(row["id"]):
        return CampaignRecord.model_validate(row)


def _with_flight(row: RowMapping) -> tuple[CampaignRecord, Flight | None]:
    with reading(row["id"]):
        return _record(row), Flight.model_validate(row["flight"]) if row["flight"] else None
