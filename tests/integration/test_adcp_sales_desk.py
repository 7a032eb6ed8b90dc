"""The seller's business without a wire: orders, changes, creatives and reports at the sales desk."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from domain.booking import MediaBuy, MediaBuyRequest, MediaBuyStatus
from domain.context import WorldRef
from domain.creative import Creative
from domain.errors import DataFault
from tests.integration.desk import TODAY, Calendar, change, desk_over, order
from world.adcp.seller.__main__ import house_terms
from world.adcp.seller.order_book import OrderBook
from world.adcp.seller.refusal import Refusal
from world.adcp.seller.sales_desk import SalesDesk
from world.adcp.wire.delivery import DeliveryQuery
from world.adcp.wire.wire import CreativeAssignment, MediaBuyQuery, PackageOrder, Pagination, SyncCreatives
from world.simulated.market.market import SimulatedWorlds
from world.simulated.media.ad_platform import SimulatedAdPlatform, SimulatedAdPlatforms


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def desk(calendar: Calendar) -> SalesDesk:
    return desk_over(OrderBook(), calendar)


async def upload(desk: SalesDesk, *names: str, **terms: object) -> list[str]:
    creatives = [{"creative_id": name, "name": name} for name in names]
    results = await desk.sync_creatives(SyncCreatives.model_validate({"creatives": creatives, **terms}))
    return [result.action for result in results.creatives]


async def status(desk: SalesDesk, media_buy_id: str) -> MediaBuyStatus:
    (record,) = (await desk.media_buys(MediaBuyQuery(media_buy_ids=[media_buy_id]))).media_buys
    return record.status


async def spend_by_day(desk: SalesDesk, media_buy_id: str, through: date) -> dict[date, Decimal]:
    query = DeliveryQuery(
        media_buy_ids=[media_buy_id], end_date=through + timedelta(days=1), include_package_daily_breakdown=True
    )
    (delivery,) = (await desk.delivery(query)).media_buy_deliveries
    days = [day for package in delivery.by_package for day in package.daily_breakdown or []]
    assert delivery.totals.spend == sum((day.spend for day in days), start=Decimal(0))
    return {day.date: day.spend for day in days}


async def test_a_buy_waits_for_its_creatives_then_for_its_start_then_runs_and_completes(
    desk: SalesDesk, calendar: Calendar
) -> None:
    buy = await desk.create_media_buy(order("lifecycle", start=TODAY + timedelta(days=1)))
    seen = [buy.media_buy_status]
    await upload(desk, "ad")
    for days in (0, 1, 6, 7):
        calendar.day = TODAY + timedelta(days=days)
        seen.append(await status(desk, buy.media_buy_id))

    assert seen == [
        MediaBuyStatus.PENDING_CREATIVES,
        MediaBuyStatus.PENDING_START,
        MediaBuyStatus.ACTIVE,
        MediaBuyStatus.ACTIVE,
        MediaBuyStatus.COMPLETED,
    ]


async def test_nothing_is_delivered_without_a_creative(desk: SalesDesk) -> None:
    buy = await desk.create_media_buy(order("bare", ads=()))

    assert await spend_by_day(desk, buy.media_buy_id, TODAY + timedelta(days=5)) == {}


async def test_assigning_an_uploaded_creative_makes_a_waiting_buy_ready(desk: SalesDesk) -> None:
    buy = await desk.create_media_buy(order("assigned", ads=()))
    package = (buy.packages or [])[0].package_id

    await upload(desk, "late", assignments=[{"creative_id": "late", "package_id": package}])

    assert await status(desk, buy.media_buy_id) is MediaBuyStatus.ACTIVE


async def test_days_paused_and_days_after_cancelling_cost_nothing(desk: SalesDesk, calendar: Calendar) -> None:
    await upload(desk, "ad")
    buy = await desk.create_media_buy(order("paused"))
    steps = ((1, {"paused": True}), (3, {"paused": False}), (5, {"canceled": True}))
    for days, terms in steps:
        calendar.day = TODAY + timedelta(days=days)
        await desk.update_media_buy(change(buy.media_buy_id, f"day {days}", **terms))

    spent = await spend_by_day(desk, buy.media_buy_id, TODAY + timedelta(days=9))

    assert sorted(spent) == [TODAY, TODAY + timedelta(days=3), TODAY + timedelta(days=4)]
    assert await status(desk, buy.media_buy_id) is MediaBuyStatus.CANCELED


async def test_pausing_one_package_leaves_the_others_running(desk: SalesDesk) -> None:
    await upload(desk, "ad")
    social = PackageOrder(
        product_id="paid_social-1080x1080",
        pricing_option_id="paid_social-1080x1080-cpm",
        budget=Decimal(700),
        creative_assignments=[CreativeAssignment(creative_id="ad")],
    )
    both = order("packages")
    buy = await desk.create_media_buy(both.model_copy(update={"packages": [*both.packages, social]}))
    first, second = [package.package_id for package in buy.packages or []]

    answer = await desk.update_media_buy(
        change(buy.media_buy_id, "one", packages=[{"package_id": first, "paused": True}])
    )

    (delivery,) = (await desk.delivery(DeliveryQuery(media_buy_ids=[buy.media_buy_id]))).media_buy_deliveries
    spent = {package.package_id: package.spend for package in delivery.by_package}
    assert [package.package_id for package in answer.affected_packages or []] == [first]
    assert spent[first] == 0
    assert spent[second] > 0


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"end_time": datetime.combine(TODAY, time(), UTC)}, "INVALID_REQUEST"),
        ({"start_time": datetime.combine(TODAY - timedelta(days=1), time(), UTC)}, "INVALID_REQUEST"),
        ({"end_time": datetime.combine(TODAY + timedelta(days=40), time(), UTC)}, "INVALID_REQUEST"),
    ],
)
async def test_an_order_with_impossible_dates_is_refused(desk: SalesDesk, terms: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        await desk.create_media_buy(order("dates").model_copy(update=terms))

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"paused": True}, "INVALID_STATE"),
        ({"paused": False}, "INVALID_STATE"),
        ({"canceled": True}, "NOT_CANCELLABLE"),
    ],
)
async def test_a_cancelled_buy_takes_no_change(desk: SalesDesk, terms: dict[str, object], code: str) -> None:
    buy = await desk.create_media_buy(order("ended"))
    await desk.update_media_buy(change(buy.media_buy_id, "cancel", canceled=True))

    with pytest.raises(Refusal) as refused:
        await desk.update_media_buy(change(buy.media_buy_id, "again", **terms))

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"revision": 7, "paused": True}, "CONFLICT"),
        ({"packages": [{"package_id": "nowhere", "paused": True}]}, "PACKAGE_NOT_FOUND"),
        ({"end_time": "2026-12-24T00:00:00Z"}, "UNSUPPORTED_FEATURE"),
        ({"daily_budget_cap": 50, "paused": True}, "UNSUPPORTED_FEATURE"),
        ({"new_packages": [{"product_id": "email-600x400"}]}, "UNSUPPORTED_FEATURE"),
    ],
)
async def test_a_change_the_seller_does_not_make_leaves_the_order_as_it_was(
    desk: SalesDesk, terms: dict[str, object], code: str
) -> None:
    buy = await desk.create_media_buy(order("unchanged"))

    with pytest.raises(Refusal) as refused:
        await desk.update_media_buy(change(buy.media_buy_id, "no", **terms))

    (kept,) = (await desk.media_buys(MediaBuyQuery())).media_buys
    assert refused.value.code == code
    assert kept.revision == 1


async def test_a_change_sent_twice_is_made_once(desk: SalesDesk) -> None:
    buy = await desk.create_media_buy(order("sent twice"))
    pause = change(buy.media_buy_id, "pause", paused=True)

    first = await desk.update_media_buy(pause)
    second = await desk.update_media_buy(pause)

    assert (first.revision, second.revision) == (2, 2)
    assert second.replayed


async def test_a_seller_started_again_knows_its_orders_and_the_keys_it_has_seen(
    tmp_path: Path, calendar: Calendar
) -> None:
    file = tmp_path / "buys.sqlite"
    first = await desk_over(OrderBook(file), calendar).create_media_buy(order("restart"))
    again = desk_over(OrderBook(file), calendar)

    second = await again.create_media_buy(order("restart"))

    assert second.media_buy_id == first.media_buy_id
    assert second.replayed
    with pytest.raises(Refusal, match="used for another request"):
        await again.create_media_buy(order("restart", days=3))


async def test_buys_are_listed_by_the_page_to_the_end(desk: SalesDesk) -> None:
    placed = [(await desk.create_media_buy(order(f"page {number}"))).media_buy_id for number in range(5)]

    listed, told = [], [Pagination(has_more=True)]
    while told[-1].has_more:
        asked = {"pagination": {"max_results": 2, "cursor": told[-1].cursor}}
        page = await desk.media_buys(MediaBuyQuery.model_validate(asked))
        assert page.pagination is not None
        listed.append([buy.media_buy_id for buy in page.media_buys])
        told.append(page.pagination)

    assert listed == [placed[:2], placed[2:4], placed[4:]]
    assert (told[-1].cursor, told[-1].total_count) == (None, 5)
    with pytest.raises(Refusal, match="no page"):
        await desk.media_buys(MediaBuyQuery.model_validate({"pagination": {"cursor": "6"}}))


class PonderingPlatforms(SimulatedAdPlatforms):
    """Lets everybody else have a turn before it takes a buy, as a platform behind a wire does."""

    def open(self, ref: WorldRef, faults: tuple[str, ...] = ()) -> SimulatedAdPlatform:
        platform = super().open(ref, faults)
        place = platform.create_media_buy

        async def ponder(request: MediaBuyRequest, ads: Sequence[Creative] = ()) -> MediaBuy:
            await asyncio.sleep(0)
            return await place(request, ads)

        platform.create_media_buy = ponder  # type: ignore[method-assign]
        return platform


async def test_orders_at_the_same_moment_under_one_key_book_once(calendar: Calendar) -> None:
    book = OrderBook()
    worlds = SimulatedWorlds()
    desk = SalesDesk(PonderingPlatforms(worlds, book), book, house=house_terms(worlds), now=calendar)

    answers = await asyncio.gather(*(desk.create_media_buy(order("race")) for _ in range(8)))

    assert len({answer.media_buy_id for answer in answers}) == 1
    assert sum(answer.replayed is None for answer in answers) == 1
    assert len((await desk.media_buys(MediaBuyQuery())).media_buys) == 1


async def test_buys_of_one_world_do_not_show_in_another() -> None:
    book = OrderBook()
    await desk_over(book, Calendar()).create_media_buy(order("worlds"))

    assert len(await book.of_world("adcp")) == 1
    assert await book.of_world(WorldRef().world_id) == []


async def test_creatives_say_whether_they_are_new_and_a_dry_run_keeps_nothing(desk: SalesDesk) -> None:
    assert await upload(desk, "one", dry_run=True) == ["created"]
    assert await upload(desk, "one", "two") == ["created", "created"]
    assert await upload(desk, "one") == ["unchanged"]


def test_an_order_book_that_cannot_be_opened_is_a_data_fault(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a database " * 100)

    with pytest.raises(DataFault, match="order book"):
        OrderBook(tmp_path / "text")
