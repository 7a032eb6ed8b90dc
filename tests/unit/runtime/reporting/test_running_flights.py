"""A table of campaigns asks for the delivery of the flights it shows, and of no other; whoever asks next is not a
question more. A seller that takes its time, or never answers, holds up no table."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.booking import Delivery, MediaBuy, MediaBuyRequest, MediaBuyState, MediaProduct
from domain.buy_changes import BuyChange
from domain.campaign_choice import CampaignChoice
from domain.context import LIVE_WORLD, WorldRef
from domain.creative import Creative
from domain.errors import NotFound, TescoSenseError, TransientFailure
from domain.identifiers import derived_id
from domain.plan import Flight
from domain.state import CampaignStatus
from runtime.live.threads import LiveDay
from runtime.reporting.campaigns import CampaignRow, CampaignTable
from runtime.reporting.delivery import AT_ONCE, Deliveries
from runtime.system import System
from tests.examples import a_change
from tests.patience import PATIENCE
from tests.unit.runtime.reporting.flights import a_running_flight
from world.adcp.buyer.platforms import AdcpPlatforms
from world.ports import AdPlatform, AdPlatforms

BRIEFLY = 0.05


class Watched:
    """An ad platform that notes which buys it is asked about, and how many at the same time."""

    def __init__(self, platforms: AdPlatforms) -> None:
        self._platforms = platforms
        self.kind = platforms.kind
        self.asked: list[str] = []
        self.most_at_once = 0
        self.answers = asyncio.Event()
        self.answers.set()
        self.fails: TescoSenseError | None = None
        self._under_way = 0
        self._sold: AdPlatform | None = None

    def open(self, ref: WorldRef, faults: tuple[str, ...] = ()) -> AdPlatform:
        self._sold = self._platforms.open(ref, faults)
        return self

    async def products(self) -> Sequence[MediaProduct]:
        raise AssertionError("nothing is bought by looking")

    async def create_media_buy(self, request: MediaBuyRequest, ads: Sequence[Creative] = ()) -> MediaBuy:
        raise AssertionError("nothing is bought by looking")

    async def standing(self, request: MediaBuyRequest) -> MediaBuy | None:
        raise AssertionError("nothing is bought by looking")

    async def update_media_buy(self, media_buy_id: str, change: BuyChange) -> MediaBuyState:
        raise AssertionError("nothing is changed by looking")

    async def delivery(self, media_buy_id: str, through: date) -> Delivery:
        assert self._sold is not None
        self.asked.append(media_buy_id)
        self._under_way += 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        for _ in range(10):
            await asyncio.sleep(0)
        await self.answers.wait()
        if self.fails:
            raise self.fails
        self._under_way -= 1
        return await self._sold.delivery(media_buy_id, through)


class Look:
    """A table over the system's campaigns whose questions to the platform are noted."""

    def __init__(
        self,
        system: System,
        *,
        fresh_for: timedelta | None = None,
        patience: float = PATIENCE,
        seller: AdPlatforms | None = None,
    ) -> None:
        self._system = system
        self.platform = Watched(system.platforms)
        self.deliveries = Deliveries(
            figures=system.repositories.figures,
            contexts=system.runs,
            platforms=seller or self.platform,
            resolve=system.resolve,
            live=system.live,
            day_of=LiveDay(system.repositories.clock),
            fresh_for=fresh_for,
            patience=patience,
        )
        self._table = CampaignTable(system.repositories.figures, system.campaigns, self.deliveries)

    async def rows(self, *, limit: int = 50, after: str | None = None) -> tuple[list[CampaignRow], str | None]:
        page = await self._system.campaigns.page(limit=limit, after=after)
        return await asyncio.wait_for(self._table.rows(page.items), PATIENCE), page.next

    async def asked(self) -> list[str]:
        """The names of the campaigns whose buys were asked about since the last look."""
        bought = {}
        for record in (await self._system.campaigns.page(limit=200)).items:
            for booking in await self._system.campaigns.bookings(record.id):
                bought[booking.transaction_id] = record.name
        asked, self.platform.asked = [bought[buy] for buy in self.platform.asked], []
        return asked


@pytest.fixture
async def flight(system: System) -> Flight:
    """Three of its seven days lie in the live world's past."""
    today = (await system.live.now()).today
    return Flight(start=today - timedelta(days=3), end=today + timedelta(days=3))


async def test_one_row_asks_for_the_delivery_of_one_flight(system: System, flight: Flight) -> None:
    for name in ("soup", "ice cream", "tea"):
        await a_running_flight(system, name, flight)
    await a_running_flight(system, "salad", flight, world_id="of its own")
    look = Look(system)
    first, after = await look.rows(limit=2)
    assert [row.name for row in first] == ["salad", "tea"]
    assert sorted(await look.asked()) == ["salad", "tea"], "each in its own world"
    await look.rows(limit=1, after=after)
    assert await look.asked() == ["ice cream"]


async def test_rows_of_which_none_is_running_ask_for_no_delivery(system: System, flight: Flight) -> None:
    soup = await a_running_flight(system, "soup", flight)
    await system.campaigns.record(a_change(soup, status=CampaignStatus.FAILED))
    look = Look(system)
    await look.rows()
    assert await look.asked() == []


async def test_the_platform_is_asked_about_all_flights_at_once_within_bounds(system: System, flight: Flight) -> None:
    for number in range(2 * AT_ONCE):
        await a_running_flight(system, f"soup {number}", flight)
    look = Look(system)
    rows, _ = await look.rows()
    assert look.platform.most_at_once == AT_ONCE
    assert all(row.spent > 0 for row in rows)


async def test_who_looks_again_asks_nothing_until_the_day_is_over(system: System, flight: Flight) -> None:
    soup = await a_running_flight(system, "soup", flight)
    look = Look(system)
    before, _ = await look.rows()
    assert (await look.deliveries.of(soup)).spend == before[0].spent
    assert await look.asked() == ["soup"]
    await system.live.step()
    after, _ = await look.rows()
    assert await look.asked() == ["soup"]
    assert next(row for row in after if row.id == soup).spent > before[0].spent


async def test_a_seller_whose_figures_may_change_is_asked_again(system: System, flight: Flight) -> None:
    await a_running_flight(system, "soup", flight)
    look = Look(system, fresh_for=timedelta(0))
    await look.rows()
    await look.rows()
    assert await look.asked() == ["soup", "soup"]


@pytest.mark.unaudited
async def test_a_flight_the_platform_does_not_know_is_unknown_and_all_others_are_told(
    system: System, flight: Flight
) -> None:
    for name in ("soup", "tea"):
        await a_running_flight(system, name, flight)
    known = await system.figures.board.kpis()
    lost = await a_running_flight(system, "salad", flight, known=False)
    look = Look(system)
    rows, _ = await look.rows()
    assert {row.name: row.spent > 0 for row in rows} == {"soup": True, "tea": True, "salad": False}
    assert {row.name for row in rows if not row.is_spend_told} == {"salad"}, "nothing told is not nothing spent"
    assert lost not in await look.deliveries.running((await system.campaigns.page()).items)
    told = await system.figures.board.kpis()
    assert (told.active, told.spend, told.pace) == (3, known.spend, known.pace)
    assert (known.flights_untold, told.flights_untold) == (0, 1)
    totals = await system.figures.table.totals(CampaignChoice())
    assert (totals.spent, totals.flights_untold) == (known.spend, 1), "a sum says what it leaves out"
    with pytest.raises(NotFound, match="gone salad"):
        await look.deliveries.of(lost)


@pytest.fixture
async def silent() -> AsyncIterator[AdcpPlatforms]:
    """A seller over a wire that accepts and never answers, to whom one who buys would listen for very long."""
    left = asyncio.Event()

    async def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await left.wait()
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    seller = AdcpPlatforms(f"http://127.0.0.1:{port}/mcp", timeout_seconds=2 * PATIENCE)
    yield seller
    await asyncio.wait_for(seller.close(), PATIENCE)
    left.set()
    server.close()


async def test_a_seller_that_accepts_and_never_answers_holds_up_no_table(
    system: System, flight: Flight, silent: AdcpPlatforms
) -> None:
    for number in range(AT_ONCE + 1):
        await a_running_flight(system, f"soup {number}", flight)
    for name in ("salad", "tea"):
        await a_running_flight(system, name, flight, world_id="of its own")
    rows, _ = await Look(system, seller=silent, patience=BRIEFLY).rows()
    assert [row.spent for row in rows] == [0] * (AT_ONCE + 3)


async def test_what_a_slow_seller_answers_is_there_for_whoever_looks_next(system: System, flight: Flight) -> None:
    await a_running_flight(system, "soup", flight)
    look = Look(system, patience=BRIEFLY)
    look.platform.answers.clear()
    for _ in range(2):
        rows, _ = await look.rows()
        assert rows[0].spent == 0
    look.platform.answers.set()
    assert (await look.deliveries.of(rows[0].id)).spend > 0
    rows, _ = await look.rows()
    assert rows[0].spent > 0
    assert await look.asked() == ["soup"], "one question is asked once, whoever waits for its answer"


@pytest.mark.parametrize("way", ["down", "slow"])
async def test_a_seller_that_answers_no_more_leaves_what_it_told_last(system: System, flight: Flight, way: str) -> None:
    soup = await a_running_flight(system, "soup", flight)
    look = Look(system, fresh_for=timedelta(0))
    before, _ = await look.rows()
    told = await look.deliveries.of(soup)
    assert (told.problem, (await look.deliveries.of_live_world()).untold) == ("", 0)
    await system.live.step()
    if way == "down":
        look.platform.fails = TransientFailure("The ad seller did not answer", remedy="check that it runs")
    else:
        look.platform.answers.clear()
        look.deliveries.patience = BRIEFLY
    after, _ = await look.rows()
    assert before[0].spent == after[0].spent > 0
    last = await look.deliveries.of(soup)
    assert (last.through, last.items, last.planned_to_date) == (told.through, told.items, told.planned_to_date)
    assert ("did not answer" if way == "down" else "has not answered within") in last.problem
    flights, untold, _ = await look.deliveries.of_live_world()
    assert ([one.spend for one in flights], untold) == ([last.spend], 1)
    look.platform.fails = None
    look.platform.answers.set()
    look.deliveries.patience = PATIENCE
    again = await look.deliveries.of(soup)
    assert (again.problem, again.spend > last.spend) == ("", True)


async def test_delivery_of_a_flight_that_has_not_begun_is_asked_of_nobody(system: System) -> None:
    today = (await system.live.now()).today
    soup = await a_running_flight(system, "soup", Flight(start=today, end=today + timedelta(days=6)))
    look = Look(system)
    told = await look.deliveries.of(soup)
    assert (told.flight_days, told.days_delivered, told.items, told.through) == (7, 0, [], None)
    assert await look.asked() == []


async def test_a_flight_in_a_world_of_its_own_is_told_whole(system: System, flight: Flight) -> None:
    salad = await a_running_flight(system, "salad", flight, world_id="of its own")
    told = await Look(system).deliveries.of(salad)
    assert (told.days_delivered, told.through) == (7, flight.end)
    assert LIVE_WORLD not in {record.world_id for record in (await system.campaigns.page()).items}


async def test_an_unbooked_campaign_has_no_delivery(system: System) -> None:
    soup: UUID = derived_id("soup")
    assert (await Look(system).deliveries.of(soup)).transaction_id is None
