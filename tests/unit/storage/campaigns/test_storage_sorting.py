"""Campaigns in every order, a page at a time, on either database: judged by a sort of this file's own."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import count, pairwise
from uuid import UUID

import pytest

from domain.campaign_choice import CampaignChoice, CampaignOrder, CampaignSort, Direction
from domain.errors import BadInput
from domain.identifiers import derived_id
from domain.plan import Flight
from domain.state import CampaignStatus
from storage.campaigns.recording import CampaignRepository
from storage.engine.database import Database
from tests.examples import a_change, a_plan, an_opportunity
from tests.unit.runtime.reporting.test_campaign_table import a_report

BEGUN = datetime(2026, 11, 9, 9, tzinfo=UTC)
FIRST = a_plan().flight.start
MANY = 17
IN_THE_AIR = {derived_id("sorted", 4): Decimal("70.07"), derived_id("sorted", 5): Decimal("0.30")}
DIRECTIONS: tuple[Direction, ...] = ("ascending", "descending")
ORDERS = [CampaignOrder(by=by, direction=direction) for by in CampaignSort for direction in DIRECTIONS]
Value = str | float | None


class Known:
    """What each campaign was recorded with: few different values, so that many are alike, and some have none."""

    def __init__(self, seed: int) -> None:
        draw = random.Random(seed)
        self.ids = [derived_id("sorted", number) for number in range(MANY)]
        self.begun = {one: BEGUN + timedelta(minutes=draw.randrange(MANY // 2)) for one in self.ids}
        self.name = {one: draw.choice(["Soup", "beer", "cheese"]) for one in self.ids}
        self.status = {one: draw.choice(list(CampaignStatus)) for one in self.ids}
        self.day = {one: draw.randrange(4) for one in self.ids}
        self.planned = {
            one: draw.choice([None, Decimal("100.10"), Decimal("100.20"), Decimal(900)]) for one in self.ids
        }
        self.spent = {one: draw.choice([None, Decimal("50.05"), Decimal(60)]) for one in self.ids}
        self.seen = {one: draw.choice([None, 0, 1, 400]) for one in self.ids}

    def value(self, by: CampaignSort) -> Callable[[UUID], Value]:
        spent = {**{one: float(amount or 0) for one, amount in self.spent.items()}}
        spent |= {one: float(amount) for one, amount in IN_THE_AIR.items()}
        planned = {one: None if amount is None else float(amount) for one, amount in self.planned.items()}
        values: dict[CampaignSort, Callable[[UUID], Value]] = {
            CampaignSort.CREATED_AT: lambda one: self.begun[one].timestamp(),
            CampaignSort.DETECTED_ON: lambda one: self.seen[one],
            CampaignSort.NAME: lambda one: self.name[one].lower(),
            CampaignSort.STATUS: lambda one: self.status[one].value,
            CampaignSort.FLIGHT: lambda one: None if planned[one] is None else self.day[one],
            CampaignSort.PLANNED: lambda one: planned[one],
            CampaignSort.SPENT: lambda one: spent[one],
            CampaignSort.IROAS: lambda one: 7 / float(amount) if (amount := self.spent[one]) else None,
            CampaignSort.ROI: lambda one: -0.8 if self.spent[one] else None,
        }
        return values[by]

    def in_order(self, order: CampaignOrder) -> list[UUID]:
        value = self.value(order.by)
        newest = sorted(self.ids, key=lambda one: (self.begun[one], one), reverse=True)
        if order.by is CampaignSort.CREATED_AT:
            return newest if order.direction == "descending" else newest[::-1]
        known = [one for one in newest if value(one) is not None]
        # Python's sort keeps the order of equals, reversed or not.
        ranked = sorted(known, key=lambda one: value(one) or 0, reverse=order.direction == "descending")
        return ranked + [one for one in newest if value(one) is None]

    async def record(self, database: Database) -> None:
        for one in self.ids:
            clock = count()
            campaigns = CampaignRepository(database, now=partial(self._moment, one, clock))
            await campaigns.record(a_change(one, name=self.name[one]))
            if (seen := self.seen[one]) is not None:
                for days in (seen, -30):  # The newest counts.
                    of = {"id": derived_id("seen", one, days), "detected_on": FIRST + timedelta(days=days)}
                    found = an_opportunity().model_copy(update={**of, "category": self.name[one]})
                    await campaigns.record(a_change(one, opportunity=found))
            await self._plans(campaigns, one)
            if amount := self.spent[one]:
                report = a_report(1, amount, campaign_id=one)
                await campaigns.record(a_change(one, report=report, status=CampaignStatus.ACTIVE))
            await campaigns.record(a_change(one, status=self.status[one]))

    def _moment(self, one: UUID, clock: Iterator[int]) -> datetime:
        return self.begun[one] + timedelta(seconds=next(clock))

    async def _plans(self, campaigns: CampaignRepository, one: UUID) -> None:
        """One that was replaced, the one that stands, and one on which nothing is spent."""
        starts = FIRST + timedelta(days=self.day[one])
        flight = Flight(start=starts, end=starts + timedelta(days=6))
        stands = {"budget": self.planned[one] or Decimal(0), "verdict": "spend" if self.planned[one] else "wait"}
        replaced = {"budget": Decimal(5000), "flight": a_plan().flight}
        for age, changes in ((0, replaced), (1, {**stands, "flight": flight})):
            of = {"id": derived_id("plan", one, age), "category": self.name[one]}
            plan = a_plan().model_copy(update={**of, **changes})
            await campaigns.record(a_change(one, plan=plan, status=CampaignStatus.PLANNED))


@pytest.fixture
async def known(database: Database) -> Known:
    made = Known(5)
    await made.record(database)
    return made


async def paged(database: Database, order: CampaignOrder, size: int) -> list[UUID]:
    seen: list[UUID] = []
    after: str | None = None
    while True:
        page = await CampaignRepository(database).page(order=order, spent=IN_THE_AIR, limit=size, after=after)
        seen += [record.id for record in page.items]
        if (after := page.next) is None:
            return seen


@pytest.mark.parametrize("seed", [1, 3])
async def test_every_page_of_every_order(database: Database, seed: int) -> None:
    known = Known(seed)
    await known.record(database)
    for order in ORDERS:
        right = known.in_order(order)
        for size in (1, 4, MANY):
            assert await paged(database, order, size) == right, (order, size)


async def test_what_comes_between_two_pages_moves_nothing_that_was_there(known: Known, database: Database) -> None:
    order, campaigns = CampaignOrder(by=CampaignSort.PLANNED), CampaignRepository(database)
    seen: list[UUID] = []
    after: str | None = None
    for turn in range(MANY):
        page = await campaigns.page(order=order, limit=2, after=after)
        seen += [record.id for record in page.items]
        newcomer = derived_id("newcomer", turn)
        await campaigns.record(a_change(newcomer, name="new", status=CampaignStatus.PLANNED))
        plan = a_plan(budget=Decimal(100 * turn)).model_copy(update={"id": derived_id("plan", newcomer)})
        await campaigns.record(a_change(newcomer, plan=plan, status=CampaignStatus.PLANNED))
        if (after := page.next) is None:
            break
    assert [one for one in seen if one in known.ids] == known.in_order(order)
    assert all(one != other for one, other in pairwise(sorted(seen)))


async def test_a_cursor_holds_in_its_own_order_alone(known: Known, database: Database) -> None:
    campaigns = CampaignRepository(database)
    cursors = {order: (await campaigns.page(order=order, limit=3)).next for order in ORDERS}
    for order in ORDERS:
        for other in ORDERS:
            if other != order:
                with pytest.raises(BadInput, match="is not one of ours"):
                    await campaigns.page(order=order, after=cursors[other])


async def test_an_order_holds_of_what_is_chosen(known: Known, database: Database) -> None:
    order = CampaignOrder(by=CampaignSort.SPENT, direction="ascending")
    choice = CampaignChoice(status=(CampaignStatus.ACTIVE, CampaignStatus.COMPLETED, CampaignStatus.LAPSED))
    page = await CampaignRepository(database).page(choice=choice, order=order, spent=IN_THE_AIR, limit=MANY)
    right = [one for one in known.in_order(order) if known.status[one] in choice.status]
    assert [record.id for record in page.items] == right
