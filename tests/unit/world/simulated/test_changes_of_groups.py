"""A buy whose packages serve groups of stores, at the simulated platform, and what may be changed about it."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import get_args
from uuid import UUID

import pytest

from domain.booking import Delivery, MediaBuy, PackageRequest
from domain.buy_changes import BuyAction, BuyChange
from domain.channel import Channel
from domain.context import WorldRef
from domain.errors import PlatformFailure
from domain.money import PENNY
from tests.unit.world.simulated.simulated_world import FLIGHT, PRODUCT_OF, TREATED, LogInMemory, buy_request
from world.simulated.market.market import SimulatedWorlds
from world.simulated.media.ad_platform import SimulatedAdPlatform, SimulatedAdPlatforms
from world.simulated.media.products import PRODUCTS

MOST = {product.channel: product.maximum_daily_budget for product in PRODUCTS}
SPREAD = Decimal("1.3")
"""How much more than the average a day may cost: a platform spends about evenly."""


def package(channel: Channel, budget: Decimal, group: str = "", stores: Sequence[str] = ()) -> PackageRequest:
    return PackageRequest(
        product_id=PRODUCT_OF[channel],
        channel=channel,
        budget=budget,
        creative_ids=[UUID(int=1)],
        group=group,
        stores=list(stores),
    )


async def placed(packages: list[PackageRequest], seed: int = 0) -> tuple[SimulatedAdPlatform, LogInMemory, MediaBuy]:
    log, order = LogInMemory(), buy_request(key=f"groups of seed {seed}", world_id="w")
    platform = SimulatedAdPlatforms(SimulatedWorlds(), log).open(WorldRef(world_id="w"))
    return platform, log, await platform.create_media_buy(order.model_copy(update={"packages": packages}))


def drawn(chance: random.Random) -> list[PackageRequest]:
    stores = chance.sample(TREATED, len(TREATED))
    groups = [stores[place::3] for place in range(3)]
    packages = []
    for channel in chance.sample(list(Channel), chance.randrange(2, 6)):
        budgets = [Decimal(chance.randrange(10_000, 40_000)) / 100 for _ in groups]
        if chance.random() < 0.3:
            packages.append(package(channel, budgets[0]))
        else:
            packages += [package(channel, budgets[place], f"G{place}", mine) for place, mine in enumerate(groups)]
    return packages


def spent(delivery: Delivery, *by: str) -> dict[tuple[object, ...], Decimal]:
    found: defaultdict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    for row in delivery.rows:
        found[tuple(getattr(row, name) for name in by)] += row.spend
    return found


@pytest.mark.parametrize("seed", range(8))
async def test_groups_add_up_and_keep_to_their_budgets_whatever_is_changed(seed: int) -> None:
    chance = random.Random(seed)
    platform, log, buy = await placed(drawn(chance), seed)
    number, made = 0, Counter[str]()
    for place in range(8):
        number = min(number + chance.randrange(0, 3), 6)
        now = await log.get(buy.media_buy_id)
        assert now is not None
        today = FLIGHT.start + timedelta(days=number)
        wanted: BuyAction = chance.choice([*get_args(BuyAction), "budget", "budget"]) if place > 3 else "budget"
        total = (now.total * Decimal(chance.uniform(0.4, 2.5))).quantize(PENNY) if wanted == "budget" else None
        before = spent(await platform.delivery(buy.media_buy_id, today - timedelta(days=1)), "channel", "group")
        change = BuyChange(key=f"change number {place:02}", action=wanted, day=today, budget=total)
        try:
            state = await platform.update_media_buy(buy.media_buy_id, change)
        except PlatformFailure:
            made["refused"] += 1
            continue
        made[wanted] += 1
        assert total in (None, state.total)
        now = await log.get(buy.media_buy_id)
        assert now is not None
        for one in now.packages:
            assert one.budget >= before.get((one.channel, one.group), Decimal(0)), "never below what is spent"
    assert made["budget"], "some were made"

    whole = await platform.delivery(buy.media_buy_id, FLIGHT.end)
    now = await log.get(buy.media_buy_id)
    assert now is not None
    by_package = spent(whole, "channel", "group")
    for one in now.packages:
        assert by_package.get((one.channel, one.group), Decimal(0)) <= one.budget
    assert sum(one.budget for one in now.packages) == now.total
    for (channel, _), amount in spent(whole, "channel", "day").items():
        assert isinstance(channel, Channel)
        assert amount <= MOST[channel] * SPREAD, "all groups of a channel together keep to what it can spend in a day"


async def test_all_groups_of_a_channel_share_what_it_can_spend() -> None:
    thirds = [TREATED[place::3] for place in range(3)]
    platform, _, buy = await placed(
        [package(Channel.EMAIL, Decimal(500), f"G{place}", mine) for place, mine in enumerate(thirds)]
    )
    most = MOST[Channel.EMAIL] * FLIGHT.days
    change = BuyChange(key="all it can spend", action="budget", day=FLIGHT.start, budget=most)
    assert (await platform.update_media_buy(buy.media_buy_id, change)).total == most
    more = BuyChange(key="a penny over that", action="budget", day=FLIGHT.start, budget=most + PENNY)
    with pytest.raises(PlatformFailure, match=f"email would have £{more.budget}, and can spend £{most}"):
        await platform.update_media_buy(buy.media_buy_id, more)


async def test_a_refusal_names_the_group_that_cannot_have_its_share() -> None:
    halves = [TREATED[place::2] for place in range(2)]
    platform, _, buy = await placed(
        [package(Channel.EMAIL, Decimal(60), "few", halves[0]), package(Channel.EMAIL, Decimal(600), "much", halves[1])]
    )
    change = BuyChange(key="half of it, please", action="budget", day=FLIGHT.start, budget=Decimal(330))
    with pytest.raises(PlatformFailure, match=r"email in group few would have £30\.00, and sells nothing below £50"):
        await platform.update_media_buy(buy.media_buy_id, change)


async def test_budgets_that_come_and_go_leave_each_group_its_share_to_the_penny() -> None:
    sevenths = [TREATED[place::7] for place in range(7)]
    platform, log, buy = await placed(
        [package(Channel.PAID_SOCIAL, Decimal("333.33"), f"G{place}", mine) for place, mine in enumerate(sevenths)]
    )
    now: MediaBuy | None = buy
    for number, budget in enumerate([Decimal(1000), Decimal("2222.22"), Decimal("1111.13"), buy.total]):
        change = BuyChange(key=f"change number {number:02}", action="budget", day=FLIGHT.start, budget=budget)
        await platform.update_media_buy(buy.media_buy_id, change)
        now = await log.get(buy.media_buy_id)
        assert now is not None
        budgets = [one.budget for one in now.packages]
        assert (sum(budgets), max(budgets) - min(budgets) <= PENNY) == (budget, True)
    assert now is not None
    assert [one.budget for one in now.packages] == [one.budget for one in buy.packages]
