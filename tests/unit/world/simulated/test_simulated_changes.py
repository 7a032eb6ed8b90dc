"""A buy at the simulated platform that is paused, resumed, cancelled or given another budget."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from domain.booking import MediaBuyStatus
from domain.buy_changes import BuyAction, BuyChange
from domain.channel import Channel
from domain.context import WorldRef
from domain.errors import NotFound, PlatformFailure, TransientFailure
from tests.unit.world.simulated.simulated_world import FLIGHT, LogInMemory, buy_request, shop
from world.ports import AdPlatform
from world.simulated.market.market import SimulatedWorlds
from world.simulated.media.ad_platform import SimulatedAdPlatforms
from world.simulated.response import RespondingWorlds

BUDGETS = {Channel.EMAIL: Decimal(600), Channel.IN_STORE_SCREEN: Decimal(900)}
TOTAL = Decimal(1500)


def day(number: int) -> date:
    """Of the flight, from 1."""
    return FLIGHT.start + timedelta(days=number - 1)


def change(action: BuyAction, number: int, budget: Decimal | None = None, key: str = "") -> BuyChange:
    return BuyChange(key=key or f"{action} on day {number:02}".ljust(16), action=action, day=day(number), budget=budget)


class Bought:
    """A buy in a world of its own, and what of it is known."""

    def __init__(self, *faults: str) -> None:
        self.log = LogInMemory()
        self.worlds = SimulatedWorlds()
        self.platform: AdPlatform = SimulatedAdPlatforms(self.worlds, self.log).open(WorldRef(world_id="w"), faults)
        self.id = ""

    async def placed(self) -> "Bought":
        request = buy_request(BUDGETS).model_copy(update={"world_id": "w"})
        self.id = (await self.platform.create_media_buy(request)).media_buy_id
        return self

    async def changed(self, *changes: BuyChange) -> "Bought":
        for one in changes:
            await self.platform.update_media_buy(self.id, one)
        return self

    async def spent(self, through: date = FLIGHT.end) -> dict[date, Decimal]:
        spent: dict[date, Decimal] = {}
        for row in (await self.platform.delivery(self.id, through)).rows:
            spent[row.day] = spent.get(row.day, Decimal(0)) + row.spend
        return spent


async def test_nothing_is_shown_on_a_paused_day_and_every_other_is_as_it_would_have_been() -> None:
    plain = await (await Bought().placed()).spent()
    paused = await (await (await Bought().placed()).changed(change("pause", 2), change("resume", 4))).spent()
    assert paused == {one: amount for one, amount in plain.items() if one not in (day(2), day(3))}


async def test_cancelling_is_for_good_and_what_ran_is_counted_at_once() -> None:
    bought = await (await Bought().placed()).changed(change("cancel", 4))
    delivery = await bought.platform.delivery(bought.id, day(3))
    assert (delivery.status, delivery.is_final) == (MediaBuyStatus.CANCELED, True)
    assert await bought.spent(day(3)) == await bought.spent()
    assert sorted(await bought.spent()) == [day(1), day(2), day(3)]
    with pytest.raises(PlatformFailure, match="was cancelled on"):
        await bought.changed(change("resume", 5))


async def test_another_budget_leaves_the_past_and_is_spread_over_the_rest() -> None:
    plain = await (await Bought().placed()).spent()
    for budget in (Decimal(900), Decimal(2400)):
        bought = await (await Bought().placed()).changed(change("budget", 4, budget))
        spent = await bought.spent()
        assert {one: spent[one] for one in (day(1), day(2), day(3))} == {
            one: plain[one] for one in (day(1), day(2), day(3))
        }
        assert Decimal("0.95") < sum(spent.values()) / budget <= 1
        for channel, share in BUDGETS.items():
            rows = (await bought.platform.delivery(bought.id, FLIGHT.end)).rows
            assert sum(row.spend for row in rows if row.channel is channel) <= budget * share / TOTAL


@pytest.mark.parametrize(
    ("number", "budget", "why"),
    [(6, "400", "has spent £"), (1, "60", "sells nothing below £"), (7, "90000", "can spend £")],
)
async def test_a_budget_that_cannot_be_is_refused_and_changes_nothing(number: int, budget: str, why: str) -> None:
    bought = await Bought().placed()
    before = await bought.spent()
    with pytest.raises(PlatformFailure, match=why) as refused:
        await bought.changed(change("budget", number, Decimal(budget)))
    assert refused.value.field == "budget"
    assert await bought.spent() == before


async def test_a_change_whose_answer_was_lost_is_made_once() -> None:
    bought = await Bought().placed()
    silent = SimulatedAdPlatforms(bought.worlds, bought.log).open(WorldRef(world_id="w"), ("platform-timeout*1",))
    with pytest.raises(TransientFailure):
        await silent.update_media_buy(bought.id, change("pause", 3))
    state = await silent.update_media_buy(bought.id, change("pause", 3))
    assert (state.status, state.total) == (MediaBuyStatus.PAUSED, TOTAL)
    [buy] = bought.log.buys.values()
    assert (buy.revision, len(buy.stops.pauses)) == (2, 1)


async def test_shoppers_answer_to_what_was_shown() -> None:
    bought = await (await Bought().placed()).changed(change("pause", 3), change("resume", 6))
    ref = WorldRef(world_id="w")
    answering = (
        await RespondingWorlds(bought.worlds, bought.log).open(ref).store_sales("soup", FLIGHT.start, FLIGHT.end)
    )
    silent = await shop(ref).store_sales("soup", FLIGHT.start, FLIGHT.end)
    always = await Bought().placed()
    whole = await RespondingWorlds(always.worlds, always.log).open(ref).store_sales("soup", FLIGHT.start, FLIGHT.end)
    caused, of_all = ((one.units - silent.units).sum(axis=0) for one in (answering, whole))
    assert np.array_equal(caused[:2], of_all[:2])
    assert caused[2:5].sum() < 0.6 * of_all[2:5].sum(), "what is left is carried over from the days before"


async def test_an_unknown_buy_is_not_found() -> None:
    with pytest.raises(NotFound):
        await Bought().platform.update_media_buy("mb_unknown", change("pause", 1))
