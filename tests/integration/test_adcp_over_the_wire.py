"""Our buyer against our seller, which runs as it does in earnest: a process of its own, reached over MCP."""

import json
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from agents.creative.artwork.drawing import draw
from agents.creative.artwork.raster import png
from domain.booking import MediaBuy, MediaBuyRequest, MediaBuyStatus, PackageRequest
from domain.buy_changes import BuyAction, BuyChange
from domain.channel import Channel
from domain.context import ScheduledScenario, WorldRef
from domain.creative import Creative
from domain.errors import BadInput, NotFound, PlatformFailure, TransientFailure
from domain.identifiers import derived_id
from domain.plan import Flight
from tests.examples import a_creative
from tests.integration.selling import TOKEN, Seller, selling
from tests.patience import PATIENCE
from world.adcp.buyer import orders
from world.adcp.buyer.platforms import AdcpPlatforms
from world.adcp.seller.order_book import OrderBook
from world.ports import AdPlatform
from world.simulated.market.market import SimulatedWorlds
from world.simulated.media.ad_platform import SimulatedAdPlatforms
from world.simulated.response import RespondingWorlds

WORLD = WorldRef(world_id="wire", scenarios=(ScheduledScenario(name="heavy-rain", starts=date(2026, 11, 16)),))
TODAY = datetime.now(UTC).date()
FLIGHT = Flight(start=date(2026, 11, 17), end=date(2026, 11, 23))


@pytest.fixture(scope="module")
def seller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seller]:
    with selling(tmp_path_factory.mktemp("seller")) as seller:
        yield seller


@pytest.fixture
async def platforms(seller: Seller) -> AsyncIterator[AdcpPlatforms]:
    platforms = AdcpPlatforms(seller.url, token=TOKEN, timeout_seconds=PATIENCE)
    yield platforms
    await platforms.close()


AD = a_creative()


def ads_of(wanted: MediaBuyRequest) -> list[Creative]:
    """An ad for every package, made as its channel has it."""
    return [
        AD.model_copy(update={"id": ad, "channel": package.channel, "type": package.channel.record.format.type})
        for package in wanted.packages
        for ad in package.creative_ids
    ]


def request(key: str, **terms: object) -> MediaBuyRequest:
    booked = MediaBuyRequest(
        campaign_id=derived_id("campaign", key),
        world_id=WORLD.world_id,
        account="house",
        category="soup",
        sku="SOUP-001",
        flight=FLIGHT,
        treated_stores=["S001", "S002", "S003"],
        packages=[
            PackageRequest(
                product_id="sponsored_search-600x600",
                channel=Channel.SPONSORED_SEARCH,
                budget=Decimal("300.00"),
                creative_ids=[derived_id("ad", key, 1)],
            ),
            PackageRequest(
                product_id="email-600x400",
                channel=Channel.EMAIL,
                budget=Decimal("120.00"),
                creative_ids=[derived_id("ad", key, 2)],
            ),
        ],
        idempotency_key=f"booking {key}".replace(" ", "-"),
    )
    return booked.model_copy(update=terms)


async def place(platform: AdPlatform, wanted: MediaBuyRequest) -> MediaBuy:
    return await platform.create_media_buy(wanted, ads_of(wanted))


async def test_the_seller_lists_every_channel_of_the_simulated_platform_at_its_price(platforms: AdcpPlatforms) -> None:
    book = OrderBook()
    simulated = await SimulatedAdPlatforms(SimulatedWorlds(), book).open(WORLD).products()

    assert list(await platforms.open(WORLD).products()) == sorted(simulated, key=lambda product: product.cpm)


async def test_a_buy_with_its_creatives_is_accepted_in_its_own_world(platforms: AdcpPlatforms) -> None:
    wanted = request("accepted")

    buy = await place(platforms.open(WORLD), wanted)

    assert buy.media_buy_id.startswith("mb_")
    assert buy.request == wanted
    assert buy.status is not MediaBuyStatus.PENDING_CREATIVES


async def test_an_upload_says_the_size_of_the_picture_that_is_fetched(platforms: AdcpPlatforms, seller: Seller) -> None:
    """The size is read from the PNG itself."""
    wanted = request("measured")
    await place(platforms.open(WORLD), wanted)

    for ad in ads_of(wanted):
        kept = json.loads(OrderBook(seller.data_file).creative(str(ad.id)) or "")
        image = kept["assets"]["image"]
        assert image["url"].endswith(f"/creatives/{ad.id}.png")
        assert (image["width"], image["height"]) == struct.unpack(">II", png(draw(ad))[16:24])


async def test_an_ad_that_is_not_handed_over_is_not_bought(platforms: AdcpPlatforms) -> None:
    wanted = request("empty-handed")

    with pytest.raises(BadInput, match=str(wanted.packages[1].creative_ids[0])):
        await platforms.open(WORLD).create_media_buy(wanted, ads_of(wanted)[:1])


async def test_the_same_key_books_once(platforms: AdcpPlatforms, seller: Seller) -> None:
    platform = platforms.open(WorldRef(world_id="twice"))
    wanted = request("twice", world_id="twice")

    first = await place(platform, wanted)
    second = await place(platform, wanted)

    assert second.media_buy_id == first.media_buy_id
    assert second.confirmed_at == first.confirmed_at
    assert len(await OrderBook(seller.data_file).of_world("twice")) == 1


def at(budget: str, wanted: MediaBuyRequest) -> MediaBuyRequest:
    """The same order with another budget for each of its packages."""
    packages = [package.model_copy(update={"budget": Decimal(budget)}) for package in wanted.packages]
    return wanted.model_copy(update={"packages": packages})


async def test_a_key_used_before_buys_nothing_more_than_what_stands_under_it(platforms: AdcpPlatforms) -> None:
    platform = platforms.open(WORLD)
    wanted = request("reused")
    first = await place(platform, wanted)

    dearer = await place(platform, at("400.00", wanted))

    assert (dearer.media_buy_id, dearer.request.total) == (first.media_buy_id, Decimal("420.00"))


async def test_what_stands_under_a_key_and_is_too_dear_is_cancelled(platforms: AdcpPlatforms) -> None:
    platform = platforms.open(WORLD)
    wanted = request("too dear", flight=Flight(start=TODAY + timedelta(days=1), end=TODAY + timedelta(days=7)))
    await place(platform, wanted)

    with pytest.raises(PlatformFailure, match=r"£300\.00 instead of £60\.00: media buy .* was cancelled"):
        await place(platform, at("60.00", wanted))

    with pytest.raises(PlatformFailure, match="which is canceled"):
        await platform.standing(wanted)


async def test_what_stands_of_an_order_is_found_by_another_process(
    platforms: AdcpPlatforms, seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = request("lost")
    buy = await place(platforms.open(WORLD), wanted)
    elsewhere = AdcpPlatforms(seller.url, token=TOKEN, timeout_seconds=PATIENCE)

    standing = await elsewhere.open(WORLD).standing(wanted)

    assert standing is not None
    assert (standing.media_buy_id, standing.request, standing.status) == (buy.media_buy_id, wanted, buy.status)
    assert await elsewhere.open(WORLD).standing(request("never sent")) is None
    monkeypatch.setattr(orders, "_PAGE", 1)
    assert await elsewhere.open(WORLD).standing(wanted) is not None, "whatever page it is on"
    await elsewhere.close()


async def test_reversed_dates_are_refused(platforms: AdcpPlatforms) -> None:
    reversed_flight = Flight.model_construct(start=FLIGHT.end, end=FLIGHT.start)

    with pytest.raises(PlatformFailure, match="end_time must be later than start_time"):
        await place(platforms.open(WORLD), request("reversed", flight=reversed_flight))


async def test_a_budget_below_the_minimum_is_refused_with_the_minimum(platforms: AdcpPlatforms) -> None:
    wanted = request("too small")
    small = [wanted.packages[0].model_copy(update={"budget": Decimal("49.99")})]

    with pytest.raises(PlatformFailure, match=r"BUDGET_TOO_LOW.*below the minimum of 50\.00") as refused:
        await place(platforms.open(WORLD), wanted.model_copy(update={"packages": small}))

    assert "raise it to 50.00" in refused.value.remedy


async def test_what_the_platform_behind_the_seller_refuses_reaches_the_buyer(platforms: AdcpPlatforms) -> None:
    with pytest.raises(PlatformFailure, match="no category 'sopu'") as refused:
        await place(platforms.open(WORLD), request("misspelt", category="sopu"))

    assert "soup" in refused.value.remedy


async def test_a_product_nobody_offers_is_refused_before_anything_is_sent(platforms: AdcpPlatforms) -> None:
    wanted = request("unsold")
    unsold = [wanted.packages[0].model_copy(update={"product_id": "billboard"})]

    with pytest.raises(PlatformFailure, match="does not sell 'billboard'"):
        await place(platforms.open(WORLD), wanted.model_copy(update={"packages": unsold}))


async def test_delivery_grows_by_day_and_never_exceeds_a_package_budget(platforms: AdcpPlatforms) -> None:
    platform = platforms.open(WORLD)
    wanted = request("delivered")
    buy = await place(platform, wanted)
    budgets = {package.channel: package.budget for package in wanted.packages}

    spent = Decimal(0)
    for day in range(FLIGHT.start.day, FLIGHT.end.day + 1):
        delivery = await platform.delivery(buy.media_buy_id, date(2026, 11, day))
        for channel, budget in budgets.items():
            assert sum(row.spend for row in delivery.rows if row.channel is channel) <= budget
        assert max(row.day for row in delivery.rows) == date(2026, 11, day)
        total = sum((row.spend for row in delivery.rows), start=Decimal(0))
        assert total >= spent
        spent = total

    assert delivery.is_final
    assert delivery.status is MediaBuyStatus.COMPLETED
    assert spent > 0


async def test_delivery_over_the_wire_is_what_the_platform_itself_reports(platforms: AdcpPlatforms) -> None:
    wanted = request("the same")
    buy = await place(platforms.open(WORLD), wanted)
    book = OrderBook()
    simulated = SimulatedAdPlatforms(SimulatedWorlds(), book).open(WORLD)
    reference = await simulated.create_media_buy(
        wanted.model_copy(update={"idempotency_key": f"tescosense:{wanted.idempotency_key}"})
    )

    theirs = await platforms.open(WORLD).delivery(buy.media_buy_id, date(2026, 11, 20))

    ours = await simulated.delivery(reference.media_buy_id, date(2026, 11, 20))
    assert theirs.rows == ours.rows
    assert theirs.as_of == ours.as_of
    assert (theirs.attribution_window, theirs.is_final, theirs.status) == (
        ours.attribution_window,
        ours.is_final,
        ours.status,
    )


async def test_a_buy_is_paused_given_another_budget_and_cancelled_over_the_wire(platforms: AdcpPlatforms) -> None:
    platform = platforms.open(WORLD)
    wanted = request("changed")
    buy = await place(platform, wanted)

    def change(action: BuyAction, days: int, budget: Decimal | None = None) -> BuyChange:
        day = FLIGHT.start + timedelta(days=days)
        return BuyChange(key=f"over-the-wire-{action}", action=action, day=day, budget=budget)

    paused = await platform.update_media_buy(buy.media_buy_id, change("pause", 1))
    assert (paused.status, paused.total) == (MediaBuyStatus.PAUSED, wanted.total)
    raised = await platform.update_media_buy(buy.media_buy_id, change("budget", 1, wanted.total + 100))
    assert raised.total == wanted.total + 100
    cancelled = await platform.update_media_buy(buy.media_buy_id, change("cancel", 2))
    assert cancelled.status is MediaBuyStatus.CANCELED
    delivery = await platform.delivery(buy.media_buy_id, FLIGHT.end)
    assert ({row.day for row in delivery.rows}, delivery.is_final) == ({FLIGHT.start}, True)
    with pytest.raises(PlatformFailure, match="canceled cannot be changed"):
        await platform.update_media_buy(buy.media_buy_id, change("resume", 2))


async def test_another_process_reads_the_delivery_of_a_buy_it_did_not_place(
    platforms: AdcpPlatforms, seller: Seller
) -> None:
    buy = await place(platforms.open(WORLD), request("elsewhere"))
    elsewhere = AdcpPlatforms(seller.url, token=TOKEN, timeout_seconds=PATIENCE)

    delivery = await elsewhere.open(WORLD).delivery(buy.media_buy_id, FLIGHT.end)

    assert {row.channel for row in delivery.rows} == {Channel.SPONSORED_SEARCH, Channel.EMAIL}
    await elsewhere.close()


async def test_an_unknown_buy_is_not_found(platforms: AdcpPlatforms) -> None:
    with pytest.raises(NotFound, match="mb_nowhere"):
        await platforms.open(WORLD).delivery("mb_nowhere", FLIGHT.end)


async def test_what_is_bought_is_also_kept_where_the_simulated_world_looks(seller: Seller) -> None:
    book = OrderBook()
    worlds = RespondingWorlds(SimulatedWorlds(), book)
    platforms = AdcpPlatforms(seller.url, token=TOKEN, log=book, timeout_seconds=PATIENCE)
    stores = [store.store_id for store in worlds.open(WORLD).stores]
    before = await worlds.open(WORLD).store_sales("soup", FLIGHT.start, FLIGHT.end)

    await place(platforms.open(WORLD), request("felt", treated_stores=stores))

    after = await worlds.open(WORLD).store_sales("soup", FLIGHT.start, FLIGHT.end)
    assert after.units.sum() > before.units.sum()
    await platforms.close()


async def test_a_buyer_without_the_sellers_token_is_refused_and_not_told_to_try_again(seller: Seller) -> None:
    platforms = AdcpPlatforms(seller.url, token="guess", timeout_seconds=PATIENCE)

    with pytest.raises(PlatformFailure, match="token"):
        await platforms.open(WORLD).products()

    await platforms.close()


async def test_a_seller_nobody_runs_is_worth_another_try() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/mcp"

        with pytest.raises(TransientFailure, match=url):
            await AdcpPlatforms(url, timeout_seconds=5).open(WORLD).products()


def test_platform_faults_cannot_be_injected_into_a_seller() -> None:
    with pytest.raises(BadInput, match="platform-reject"):
        AdcpPlatforms("http://127.0.0.1:1/mcp").open(WORLD, ("malformed-json*1", "platform-reject"))
