"""The simulated ad platform: buys once, never overspends, over-claims, reports late, fails when told to."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.booking import Delivery, MediaBuyRequest, MediaBuyStatus, PackageRequest
from domain.channel import Channel
from domain.context import WorldRef
from domain.errors import BadInput, NotFound, PlatformFailure, TransientFailure
from domain.plan import Flight
from domain.shoppers import Shoppers
from tests.unit.world.simulated.simulated_world import FLIGHT, PRODUCT_OF, TREATED, LogInMemory, buy_request, shop
from world.ports import AdPlatform, AdPlatforms
from world.simulated.market.market import SimulatedWorlds
from world.simulated.market.scenarios import schedule
from world.simulated.media.ad_platform import SimulatedAdPlatform, SimulatedAdPlatforms
from world.simulated.response import RespondingWorlds

LATER = FLIGHT.end + timedelta(days=10)


def platforms() -> tuple[SimulatedAdPlatforms, RespondingWorlds, LogInMemory]:
    log = LogInMemory()
    shops = SimulatedWorlds()
    return SimulatedAdPlatforms(shops, log), RespondingWorlds(shops, log), log


def opened(*faults: str) -> SimulatedAdPlatform:
    return platforms()[0].open(WorldRef(), faults)


async def delivered(request: MediaBuyRequest, platform: AdPlatform | None = None) -> Delivery:
    platform = platform or opened()
    buy = await platform.create_media_buy(request)
    return await platform.delivery(buy.media_buy_id, LATER)


async def test_every_channel_is_sold_once() -> None:
    market: AdPlatforms = platforms()[0]
    products = await market.open(WorldRef()).products()
    assert sorted(product.channel for product in products) == sorted(Channel)
    assert all(0 < product.minimum_budget < product.maximum_daily_budget for product in products)


async def test_the_same_key_is_the_same_buy() -> None:
    market, _, log = platforms()
    platform = market.open(WorldRef())
    first = await platform.create_media_buy(buy_request())
    again = await platform.create_media_buy(buy_request())
    assert first == again
    assert len(log.buys) == 1
    other = await platform.create_media_buy(buy_request(key="another decision"))
    assert other.media_buy_id != first.media_buy_id


@settings(max_examples=40)
@given(
    budgets=st.dictionaries(
        st.sampled_from(list(Channel)),
        st.integers(10_000, 140_000).map(lambda pence: Decimal(pence) / 100),
        min_size=1,
    ),
    days=st.integers(4, 28),
    seed=st.integers(0, 3),
)
async def test_delivery_never_exceeds_a_packages_budget(budgets: dict[Channel, Decimal], days: int, seed: int) -> None:
    request = buy_request(budgets, flight=Flight(start=FLIGHT.start, end=FLIGHT.start + timedelta(days=days - 1)))
    platform = platforms()[0].open(WorldRef(seed=seed))
    buy = await platform.create_media_buy(request)
    delivery = await platform.delivery(buy.media_buy_id, request.flight.end)
    assert len(delivery.rows) == days * len(budgets)
    for channel, budget in budgets.items():
        spend = sum(row.spend for row in delivery.rows if row.channel is channel)
        assert Decimal("0.9") * budget < spend <= budget
    assert all(row.clicks <= row.impressions for row in delivery.rows)


async def test_the_platform_claims_more_than_its_ads_caused() -> None:
    market, worlds, _ = platforms()
    for number, channel in enumerate(Channel):
        ref = WorldRef(world_id=f"world {number}")
        request = buy_request({channel: Decimal(1500)}, world_id=ref.world_id, key=f"only channel {number}")
        delivery = await delivered(request, market.open(ref))
        world = worlds.open(ref)
        end = FLIGHT.end + timedelta(days=21)
        sold = (await world.store_sales("soup", FLIGHT.start, end)).units
        caused = sold.sum() - (await shop(ref).store_sales("soup", FLIGHT.start, end)).units.sum()
        claimed = sum(row.units_sold for row in delivery.rows)
        assert claimed > 1.2 * caused > 0


async def test_the_same_buy_delivers_the_same_numbers_whatever_campaign_it_came_from() -> None:
    one = await delivered(buy_request(campaign=1, key="campaign one"))
    other = await delivered(buy_request(campaign=2, key="campaign two"))
    assert one.rows == other.rows
    assert one.media_buy_id != other.media_buy_id


async def test_the_newest_day_is_incomplete_until_the_flight_is_over() -> None:
    platform = opened()
    buy = await platform.create_media_buy(buy_request())
    third = FLIGHT.start + timedelta(days=2)
    early = await platform.delivery(buy.media_buy_id, third)
    final = await platform.delivery(buy.media_buy_id, FLIGHT.end)
    assert (early.status, early.is_final) == (MediaBuyStatus.ACTIVE, False)
    assert (final.status, final.is_final) == (MediaBuyStatus.COMPLETED, True)
    assert [row for row in early.rows if row.day < third] == [row for row in final.rows if row.day < third]
    for now, then in zip(
        [row for row in early.rows if row.day == third], [row for row in final.rows if row.day == third], strict=True
    ):
        assert now.impressions < then.impressions
        assert now.spend < then.spend
        assert now.units_sold < then.units_sold


async def test_nothing_is_delivered_before_the_flight() -> None:
    platform = opened()
    buy = await platform.create_media_buy(buy_request())
    delivery = await platform.delivery(buy.media_buy_id, FLIGHT.start - timedelta(days=1))
    assert delivery.rows == []
    assert delivery.status is MediaBuyStatus.PENDING_START


async def test_an_unknown_buy_or_one_of_another_world_is_not_found() -> None:
    market, _, _ = platforms()
    buy = await market.open(WorldRef()).create_media_buy(buy_request())
    with pytest.raises(NotFound, match="mb_unknown"):
        await market.open(WorldRef()).delivery("mb_unknown", LATER)
    with pytest.raises(NotFound, match="another run"):
        await market.open(WorldRef(world_id="another run")).delivery(buy.media_buy_id, LATER)


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (buy_request({Channel.EMAIL: Decimal(10)}), "below the minimum of £50"),
        (buy_request({Channel.EMAIL: Decimal(20_000)}), "above £400.00 a day"),
        (buy_request(flight=Flight(start=FLIGHT.start, end=FLIGHT.start + timedelta(days=40))), "too long"),
        (buy_request(category="soups"), "did you mean 'soup'"),
        (buy_request(treated=["S999"]), "no store 'S999'"),
        (buy_request(world_id="another run"), "sent a buy for 'another run'"),
        (buy_request(flight=Flight(start=date(2020, 1, 1), end=date(2020, 1, 7))), "sells nothing"),
    ],
)
async def test_what_is_not_sold_is_refused_and_not_kept(request_: MediaBuyRequest, words: str) -> None:
    market, _, log = platforms()
    with pytest.raises(PlatformFailure, match=words):
        await market.open(WorldRef()).create_media_buy(request_)
    assert not log.buys


async def test_an_unknown_product_is_refused_with_the_near_miss() -> None:
    request = buy_request({Channel.EMAIL: Decimal(100)})
    package = request.packages[0].model_copy(update={"product_id": "emial-600x400"})
    with pytest.raises(PlatformFailure, match=f"did you mean '{PRODUCT_OF[Channel.EMAIL]}'"):
        await opened().create_media_buy(request.model_copy(update={"packages": [package]}))


async def test_a_throttled_platform_works_on_the_third_try_even_when_opened_anew() -> None:
    market, _, log = platforms()
    for _ in range(2):
        with pytest.raises(TransientFailure, match="throttling"):
            await market.open(WorldRef(), ("platform-throttle*2",)).create_media_buy(buy_request())
    assert not log.buys
    assert await market.open(WorldRef(), ("platform-throttle*2",)).create_media_buy(buy_request())


async def test_a_buy_whose_answer_timed_out_stands_and_is_not_bought_twice() -> None:
    market, _, log = platforms()
    platform = market.open(WorldRef(), ("platform-timeout*2", "malformed-json*1"))
    for _ in range(2):
        with pytest.raises(TransientFailure, match="did not answer"):
            await platform.create_media_buy(buy_request())
    assert len(log.buys) == 1
    buy = await platform.create_media_buy(buy_request())
    assert list(log.buys.values()) == [buy]
    assert (await platform.delivery(buy.media_buy_id, LATER)).is_final


async def test_each_buy_meets_its_own_faults() -> None:
    market, _, _ = platforms()
    for key in ("the first buy", "the second buy"):
        with pytest.raises(TransientFailure):
            await market.open(WorldRef(), ("platform-timeout",)).create_media_buy(buy_request(key=key))


async def test_a_rejecting_platform_always_rejects() -> None:
    platform = opened("platform-reject")
    for _ in range(3):
        with pytest.raises(PlatformFailure, match="rejected the media buy"):
            await platform.create_media_buy(buy_request())


def test_an_unknown_platform_fault_is_answered_with_the_near_miss() -> None:
    with pytest.raises(BadInput, match="did you mean 'platform-timeout'"):
        opened("platform-timeuot*2")


async def test_a_feed_outage_hides_the_sales_from_the_platform_too() -> None:
    log = LogInMemory()
    worlds = SimulatedWorlds()
    ref = WorldRef(scenarios=(schedule("feed-outage", FLIGHT.start, days=7),))
    platform = SimulatedAdPlatform(worlds.open(ref), log)
    scottish = [store.store_id for store in worlds.open(ref).stores if store.region == "Scotland"]
    delivery = await delivered(buy_request(treated=scottish), platform)
    assert sum(row.units_sold for row in delivery.rows) == 0
    assert sum(row.impressions for row in delivery.rows) > 0


def in_groups(budgets: dict[str, int], channel: Channel = Channel.SPONSORED_SEARCH) -> MediaBuyRequest:
    """A buy of one channel, so many pounds for each group; the treated stores dealt out in turn."""
    names = list(budgets)
    packages = [
        PackageRequest(
            product_id=PRODUCT_OF[channel],
            channel=channel,
            budget=Decimal(pounds),
            creative_ids=[UUID(int=1)],
            group=name,
            stores=TREATED[place :: len(names)],
        )
        for place, (name, pounds) in enumerate(budgets.items())
    ]
    return buy_request(key="in groups").model_copy(update={"packages": packages})


async def test_each_group_of_stores_answers_to_what_was_spent_on_it() -> None:
    market, worlds, _ = platforms()
    request = in_groups({"least": 100, "most": 1400})
    ref = WorldRef(shoppers=Shoppers.TEXTBOOK)
    delivery = await delivered(request, market.open(ref))
    with_ads = (await worlds.open(ref).store_sales("soup", FLIGHT.start, FLIGHT.end)).units
    without = await shop().store_sales("soup", FLIGHT.start, FLIGHT.end)
    lift = [
        with_ads[rows].sum() / without.units[rows].sum() - 1
        for rows in (without.rows_of(TREATED[0::2]), without.rows_of(TREATED[1::2]))
    ]
    others = without.rows_of(set(without.stores) - set(TREATED))
    assert 0 < 3 * lift[0] < lift[1]
    assert (with_ads[others] == without.units[others]).all()
    spent = {name: sum(row.spend for row in delivery.rows if row.group == name) for name in ("least", "most")}
    assert 90 < spent["least"] <= 100
    assert 1300 < spent["most"] <= 1400


@pytest.mark.parametrize(
    ("budgets", "stores", "words"),
    [
        ({"A": 100, "B": 100}, TREATED[:3], "two packages for one channel in one store"),
        ({"A": 100, "B": 20}, None, "below the minimum of £50"),
        ({"A": 6000, "B": 6000}, None, "above £1500.00 a day"),
        ({"A": 100}, ["S999"], "no store 'S999'"),
    ],
)
async def test_groups_are_sold_on_the_terms_of_their_channel(
    budgets: dict[str, int], stores: list[str] | None, words: str
) -> None:
    request = in_groups(budgets)
    if stores is not None:
        packages = [package.model_copy(update={"stores": stores}) for package in request.packages]
        request = request.model_copy(update={"packages": packages})
    with pytest.raises(PlatformFailure, match=words):
        await opened().create_media_buy(request)
