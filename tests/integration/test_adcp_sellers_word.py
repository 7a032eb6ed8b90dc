"""The seller keeps its word: what it would not do it refuses by name, and what it has answered it answers again."""

import sqlite3
from datetime import datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from tests.integration.desk import TODAY, Calendar, at, desk_over, order
from world.adcp.seller.order_book import OrderBook
from world.adcp.seller.refusal import Refusal
from world.adcp.seller.sales_desk import REPLAY_SECONDS, SalesDesk
from world.adcp.wire.wire import CreateMediaBuy, MediaBuyQuery, PackageOrder


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def desk(calendar: Calendar) -> SalesDesk:
    return desk_over(OrderBook(), calendar)


@pytest.mark.parametrize(
    ("terms", "code", "field"),
    [
        ({"product_id": "billboard"}, "PRODUCT_NOT_FOUND", "packages[0].product_id"),
        ({"pricing_option_id": "free"}, "INVALID_REQUEST", "packages[0].pricing_option_id"),
        ({"budget": Decimal("49.99")}, "BUDGET_TOO_LOW", "packages[0].budget"),
        ({"targeting_overlay": {"geo_countries": ["GB"]}}, "UNSUPPORTED_FEATURE", "packages[0].targeting_overlay"),
        ({"measurement_terms": {"billing_measurement": {}}}, "TERMS_REJECTED", "packages[0].measurement_terms"),
        ({"paused": True}, "UNSUPPORTED_FEATURE", "packages[0].paused"),
        ({"daily_budget_cap": 50}, "UNSUPPORTED_FEATURE", "packages[0].daily_budget_cap"),
        ({"pacing": "front_loaded"}, "UNSUPPORTED_FEATURE", "packages[0].pacing"),
        ({"bid_price": 4.5}, "UNSUPPORTED_FEATURE", "packages[0].bid_price"),
        ({"bidding": {"max_bid": 4.5}}, "UNSUPPORTED_FEATURE", "packages[0].bidding"),
        ({"impressions": 10_000}, "UNSUPPORTED_FEATURE", "packages[0].impressions"),
        ({"currency": "EUR"}, "UNSUPPORTED_FEATURE", "packages[0].currency"),
        ({"creatives": [{"creative_id": "inline"}]}, "UNSUPPORTED_FEATURE", "packages[0].creatives"),
        ({"start_time": at(TODAY + timedelta(days=1))}, "UNSUPPORTED_FEATURE", "packages[0].start_time"),
        ({"end_time": at(TODAY + timedelta(days=3))}, "UNSUPPORTED_FEATURE", "packages[0].end_time"),
        ({"a_term_of_next_year": "x"}, "UNSUPPORTED_FEATURE", "packages[0].a_term_of_next_year"),
    ],
)
async def test_a_package_that_cannot_be_sold_is_refused_by_name_and_nothing_is_booked(
    desk: SalesDesk, terms: dict[str, object], code: str, field: str
) -> None:
    wanted = order("package")
    package = PackageOrder.model_validate({**dict(wanted.packages[0]), **terms})

    with pytest.raises(Refusal) as refused:
        await desk.create_media_buy(wanted.model_copy(update={"packages": [package]}))

    assert (refused.value.code, refused.value.field) == (code, field)
    assert (await desk.media_buys(MediaBuyQuery())).media_buys == []


@pytest.mark.parametrize(
    ("terms", "code", "field"),
    [
        ({"paused": True}, "UNSUPPORTED_FEATURE", "paused"),
        ({"daily_budget_cap": 50}, "UNSUPPORTED_FEATURE", "daily_budget_cap"),
        ({"pacing": "asap"}, "UNSUPPORTED_FEATURE", "pacing"),
        ({"frequency_cap": {"max_impressions": 3}}, "UNSUPPORTED_FEATURE", "frequency_cap"),
        ({"total_budget": {"amount": 600, "currency": "USD"}}, "UNSUPPORTED_FEATURE", "total_budget.currency"),
        ({"total_budget": {"amount": 700, "currency": "GBP"}}, "INVALID_REQUEST", "total_budget.amount"),
        ({"reporting_webhook": {"url": "https://buyer.example"}}, "UNSUPPORTED_FEATURE", "reporting_webhook"),
    ],
)
async def test_a_term_of_the_whole_buy_that_is_not_kept_is_refused_by_name(
    desk: SalesDesk, terms: dict[str, object], code: str, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        await desk.create_media_buy(CreateMediaBuy.model_validate({**dict(order("terms")), **terms}))

    assert (refused.value.code, refused.value.field) == (code, field)
    assert (await desk.media_buys(MediaBuyQuery())).media_buys == []


async def test_terms_said_as_this_seller_does_them_anyway_are_taken(desk: SalesDesk) -> None:
    wanted = order("as we do")
    package = PackageOrder.model_validate(
        {
            **dict(wanted.packages[0]),
            **{"paused": False, "pacing": "even", "impressions": None, "catalogs": [], "bid_price": 7.5},
            **{"start_time": wanted.start_time, "end_time": wanted.end_time - timedelta(seconds=1)},
        }
    )
    terms = {
        **{"paused": False, "pacing": "even", "budget_allocation": {"mode": "fixed"}, "po_number": "PO 7"},
        **{"total_budget": {"amount": 600, "currency": "GBP"}, "packages": [package]},
    }

    buy = await desk.create_media_buy(CreateMediaBuy.model_validate({**dict(wanted), **terms}))

    (told,) = buy.packages or []
    assert (buy.currency, buy.total_budget, told.budget) == ("GBP", Decimal(600), Decimal(600))
    assert (told.start_time, told.end_time) == (wanted.start_time, wanted.end_time)


async def test_what_the_buyer_calls_its_order_is_said_again_with_it(desk: SalesDesk) -> None:
    named = order("named", name="Soup in the rain", context={"buyer_ref": "b-1"})
    package = named.packages[0].model_copy(update={"context": {"buyer_ref": "p-1"}})

    buy = await desk.create_media_buy(named.model_copy(update={"packages": [package]}))

    (record,) = (await desk.media_buys(MediaBuyQuery())).media_buys
    for told in (buy, record):
        assert (told.name, told.context) == ("Soup in the rain", {"buyer_ref": "b-1"})
        assert [package.context for package in told.packages or []] == [{"buyer_ref": "p-1"}]


async def test_an_instant_is_the_day_it_lies_in_at_greenwich(desk: SalesDesk) -> None:
    """Midnight in Auckland is noon of the day before, an evening in Los Angeles the morning after."""
    auckland, los_angeles = timezone(timedelta(hours=12)), timezone(timedelta(hours=-8))
    tomorrow = TODAY + timedelta(days=1)
    start = datetime.combine(tomorrow, time(), auckland)
    end = datetime.combine(TODAY + timedelta(days=3), time(20), los_angeles)

    await desk.create_media_buy(order("zones", start_time=start, end_time=end))

    (record,) = (await desk.media_buys(MediaBuyQuery())).media_buys
    assert (record.start_time, record.end_time) == (at(TODAY), at(TODAY + timedelta(days=5)))
    with pytest.raises(Refusal, match="in the past"):
        await desk.create_media_buy(order("past", start_time=datetime.combine(TODAY, time(), auckland)))


async def test_an_order_sent_again_is_answered_as_before_when_its_days_have_come_and_gone(
    desk: SalesDesk, calendar: Calendar
) -> None:
    dated, soon = order("dated"), order("soon", start_time="asap")
    first = [await desk.create_media_buy(wanted) for wanted in (dated, soon)]
    calendar.day = TODAY + timedelta(days=7)

    again = [await desk.create_media_buy(wanted) for wanted in (dated, soon)]

    assert [buy.media_buy_id for buy in again] == [buy.media_buy_id for buy in first]
    assert all(buy.replayed for buy in again)


async def test_the_same_instants_written_in_another_zone_are_the_same_order(desk: SalesDesk) -> None:
    first = await desk.create_media_buy(order("zone"))
    paris = timezone(timedelta(hours=1))
    start, end = (at(TODAY + timedelta(days=days)).astimezone(paris) for days in (0, 6))

    again = await desk.create_media_buy(order("zone", start_time=start, end_time=end))

    assert (again.media_buy_id, again.replayed) == (first.media_buy_id, True)


async def test_an_answer_is_given_again_for_as_long_as_is_declared_and_then_refused(
    desk: SalesDesk, calendar: Calendar
) -> None:
    await desk.create_media_buy(order("kept"))
    calendar.day = TODAY + timedelta(seconds=REPLAY_SECONDS)
    assert (await desk.create_media_buy(order("kept"))).replayed
    calendar.day += timedelta(days=1)

    with pytest.raises(Refusal) as refused:
        await desk.create_media_buy(order("kept"))

    assert refused.value.code == "IDEMPOTENCY_EXPIRED"
    assert len((await desk.media_buys(MediaBuyQuery())).media_buys) == 1


async def test_an_order_book_from_before_answers_had_their_moment_still_opens_and_answers_again(
    tmp_path: Path, calendar: Calendar
) -> None:
    file = tmp_path / "buys.sqlite"
    first = await desk_over(OrderBook(file), calendar).create_media_buy(order("old"))
    with sqlite3.connect(file) as rows:
        rows.executescript("UPDATE answers SET asked = 'as it was'; ALTER TABLE answers DROP COLUMN answered_at;")

    again = await desk_over(OrderBook(file), calendar).create_media_buy(order("old"))

    assert (again.media_buy_id, again.replayed) == (first.media_buy_id, True)
