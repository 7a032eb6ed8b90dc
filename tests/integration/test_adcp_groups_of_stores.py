"""Buys whose packages serve groups of stores, over the wire: changed as at the platform itself, and told apart whatever
their seller keeps."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

import pytest

from domain.booking import Delivery, MediaBuy, MediaBuyRequest, MediaBuyStatus
from domain.buy_changes import BuyAction, BuyChange
from domain.channel import Channel
from tests.integration.selling import TOKEN, Seller, selling
from tests.integration.test_adcp_over_the_wire import FLIGHT, WORLD, ads_of, request
from tests.patience import PATIENCE
from tests.unit.world.simulated.simulated_world import LogInMemory
from world.adcp.buyer.buyer import AdcpPlatform, Buyer
from world.adcp.buyer.connection import SellerConnection
from world.adcp.wire.message import Wire
from world.adcp.wire.wire import JsonObject, ListedMediaBuys, MediaBuyAnswer
from world.simulated.market.market import SimulatedWorlds
from world.simulated.media.ad_platform import SimulatedAdPlatforms

Answer = TypeVar("Answer", bound=Wire)
BUDGETS = {"A": Decimal("100.00"), "B": Decimal("150.00"), "C": Decimal("400.00")}


class Forgetful(SellerConnection):
    """A seller that keeps no context of a package."""

    async def call(self, task: str, request: JsonObject, kind: type[Answer]) -> Answer:
        answer = await super().call(task, request, kind)
        if isinstance(answer, MediaBuyAnswer):
            answer.packages = [one.model_copy(update={"context": None}) for one in answer.packages or []]
        for buy in answer.media_buys if isinstance(answer, ListedMediaBuys) else []:
            packages = buy["packages"]
            assert isinstance(packages, list)
            buy["packages"] = [{**one, "context": None} for one in packages if isinstance(one, dict)]
        return answer


@pytest.fixture(scope="module")
def seller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seller]:
    with selling(tmp_path_factory.mktemp("seller")) as seller:
        yield seller


@pytest.fixture(params=[SellerConnection, Forgetful])
async def connection(seller: Seller, request: pytest.FixtureRequest) -> AsyncIterator[SellerConnection]:
    kind: type[SellerConnection] = request.param
    connection = kind(seller.url, token=TOKEN, timeout_seconds=PATIENCE)
    yield connection
    await connection.close()


def in_groups(key: str) -> MediaBuyRequest:
    """Search for three groups of stores at three prices, and email for all."""
    search, email = request(key).packages
    groups = [
        search.model_copy(update={"group": name, "budget": budget, "stores": [f"S00{place}"]})
        for place, (name, budget) in enumerate(BUDGETS.items(), start=1)
    ]
    return request(key, packages=[*groups, email])


def change(buy: str, action: BuyAction, number: int, budget: str = "") -> BuyChange:
    """On a day of the flight, from 1."""
    return BuyChange(
        key=f"{buy}-{action}-on-day-{number}".replace(" ", "-"),
        action=action,
        day=FLIGHT.start + timedelta(days=number - 1),
        budget=Decimal(budget) if budget else None,
    )


def spent(delivery: Delivery) -> dict[tuple[date, Channel, str], Decimal]:
    found: defaultdict[tuple[date, Channel, str], Decimal] = defaultdict(Decimal)
    for row in delivery.rows:
        found[row.day, row.channel, row.group] += row.spend
    return dict(found)


async def test_groups_are_changed_over_the_wire_as_at_the_platform_itself(connection: SellerConnection) -> None:
    key = f"changed in groups {type(connection).__name__}"
    log, here, wanted = LogInMemory(), LogInMemory(), in_groups(key)
    over_the_wire = AdcpPlatform(connection, Buyer(), WORLD, {}, log)
    itself = SimulatedAdPlatforms(SimulatedWorlds(), here).open(WORLD)
    buy = await over_the_wire.create_media_buy(wanted, ads_of(wanted))
    same = await itself.create_media_buy(wanted)
    assert buy.request == wanted
    changes = [
        change(key, "pause", 2),
        change(key, "resume", 3),
        change(key, "budget", 4, "1100.10"),
        change(key, "budget", 5, "777.77"),
        change(key, "cancel", 7),
    ]
    for number, one in enumerate(changes, start=1):
        told = await over_the_wire.update_media_buy(buy.media_buy_id, one)
        known = await itself.update_media_buy(same.media_buy_id, one)
        assert (told.status, told.total) == (known.status, known.total)
        # Whoever reports need not be who bought: the next one knows the log alone.
        another = AdcpPlatform(connection, Buyer(), WORLD, {}, log)
        delivery = await another.delivery(buy.media_buy_id, FLIGHT.end)
        assert spent(delivery) == spent(await itself.delivery(same.media_buy_id, FLIGHT.end)), one.action
        kept, at_home = await log.get(buy.media_buy_id), await here.get(same.media_buy_id)
        assert isinstance(kept, MediaBuy)
        assert isinstance(at_home, MediaBuy)
        assert (kept.revision, kept.packages) == (number + 1, at_home.packages)
    assert told.status is MediaBuyStatus.CANCELED


async def test_a_change_that_is_sent_again_is_made_and_kept_once(connection: SellerConnection) -> None:
    key = f"changed twice {type(connection).__name__}"
    log, wanted = LogInMemory(), in_groups(key)
    platform = AdcpPlatform(connection, Buyer(), WORLD, {}, log)
    buy = await platform.create_media_buy(wanted, ads_of(wanted))
    for _ in range(2):
        await platform.update_media_buy(buy.media_buy_id, change(key, "budget", 3, "900.00"))
    kept = await log.get(buy.media_buy_id)
    assert kept is not None
    assert (kept.revision, kept.total) == (2, Decimal("900.00"))


async def test_an_order_for_groups_that_was_not_answered_is_found_again(connection: SellerConnection) -> None:
    wanted = in_groups(f"unanswered {type(connection).__name__}")
    platform = AdcpPlatform(connection, Buyer(), WORLD, {}, LogInMemory())
    buy = await platform.create_media_buy(wanted, ads_of(wanted))
    standing = await platform.standing(wanted)
    assert standing is not None
    assert (standing.media_buy_id, standing.request.packages) == (buy.media_buy_id, wanted.packages)
