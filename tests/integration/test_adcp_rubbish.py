"""A seller that answers rubbish: no money is booked twice, no figure comes of it, and once it is well so is the buy."""

import copy
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain.booking import MediaBuy, MediaBuyRequest, MediaBuyState
from domain.buy_changes import BuyAction, BuyChange
from domain.errors import TescoSenseError
from tests.conftest import Json
from tests.integration.spoilt_seller import ON_THE_LINE, SLOW, TOO_LATE, Spoilt, says, spoilt_seller
from tests.integration.test_adcp_over_the_wire import FLIGHT, WORLD, ads_of, request
from tests.patience import PATIENCE
from world.adcp.buyer.buyer import AdcpPlatform
from world.adcp.buyer.platforms import AdcpPlatforms

COST = Decimal("420.00")
RAISED = Decimal("600.00")
NOT_A_NUMBER, INFINITE = float("nan"), float("inf")


@pytest.fixture
def seller() -> Iterator[Spoilt]:
    with spoilt_seller() as seller:
        yield seller


@asynccontextmanager
async def buying(seller: Spoilt, patience: float = PATIENCE, today: date = FLIGHT.start) -> AsyncIterator[AdcpPlatform]:
    platforms = AdcpPlatforms(seller.url, timeout_seconds=patience, today=lambda: today)
    try:
        yield platforms.open(WORLD)
    finally:
        await platforms.close()


def order(key: str = "rubbish") -> MediaBuyRequest:
    wanted = request(key)
    names = ("search", "display")
    packages = [
        package.model_copy(update={"product_id": name}) for package, name in zip(wanted.packages, names, strict=True)
    ]
    return wanted.model_copy(update={"packages": packages})


async def place(platform: AdcpPlatform, wanted: MediaBuyRequest) -> MediaBuy:
    return await platform.create_media_buy(wanted, ads_of(wanted))


def change(action: BuyAction) -> BuyChange:
    budget = RAISED if action == "budget" else None
    return BuyChange(key=f"a change to {action}".ljust(16), action=action, day=FLIGHT.start, budget=budget)


async def spent(platform: AdcpPlatform, media_buy_id: str) -> Decimal:
    delivery = await platform.delivery(media_buy_id, FLIGHT.end)
    return sum((row.spend for row in delivery.rows), start=Decimal(0))


async def refused(asking: Awaitable[object]) -> str:
    """What a manager reads: one clear sentence of ours."""
    with pytest.raises(TescoSenseError) as error:
        await asking
    said = str(error.value)
    assert said.isprintable()
    assert len(said) < 600
    return said


Ask = Callable[[AdcpPlatform, str], Awaitable[object]]


def changing(action: BuyAction) -> Ask:
    async def ask(platform: AdcpPlatform, media_buy_id: str) -> MediaBuyState:
        return await platform.update_media_buy(media_buy_id, change(action))

    return ask


ASKED: dict[str, tuple[str, Ask]] = {
    "pause": ("update_media_buy", changing("pause")),
    "cancel": ("update_media_buy", changing("cancel")),
    "budget": ("update_media_buy", changing("budget")),
    "delivery": ("get_media_buy_delivery", spent),
}
STANDS_AFTER: dict[str, tuple[object, object]] = {
    "pause": ("paused", 420),
    "cancel": ("canceled", 420),
    "budget": ("pending_start", 600),
}
ALL = {**ON_THE_LINE, **TOO_LATE}
BELIEVED = ("ten megabytes", "a result that is none")
"""What says nothing of an order, and leaves it to be looked for in what the seller lists."""
EVERY_WAY = [
    *((asked, rubbish) for asked in ("budget", "delivery") for rubbish in ALL),
    *((asked, rubbish) for asked in ("pause", "cancel") for rubbish in ("half of it", *BELIEVED)),
]


@pytest.mark.parametrize("rubbish", ALL)
async def test_an_order_answered_with_rubbish_is_booked_once_and_found_when_the_seller_is_well(
    seller: Spoilt, rubbish: str
) -> None:
    wanted = order()
    seller.spoilt["create_media_buy"] = ALL[rubbish]
    async with buying(seller, SLOW / 2 if rubbish in TOO_LATE else PATIENCE) as platform:
        if rubbish in BELIEVED:
            assert (await place(platform, wanted)).request.total == COST, "it lists the buy: that is believed"
        else:
            assert seller.url in await refused(place(platform, wanted))
    seller.spoilt.clear()
    async with buying(seller) as platform:
        standing = await platform.standing(wanted)
        assert standing is not None
        assert (standing.request.total, (await place(platform, wanted)).media_buy_id) == (COST, standing.media_buy_id)
    assert len(seller.buys) == 1


@pytest.mark.parametrize(("asked", "rubbish"), EVERY_WAY)
async def test_a_change_or_a_report_that_is_rubbish_is_told_in_one_sentence_and_made_once(
    seller: Spoilt, asked: str, rubbish: str
) -> None:
    task, ask = ASKED[asked]
    async with buying(seller) as platform:
        bought = (await place(platform, order())).media_buy_id
        before = await ask(platform, bought) if asked == "delivery" else None
    seller.spoilt[task] = ALL[rubbish]
    async with buying(seller, SLOW / 2 if rubbish in TOO_LATE else PATIENCE) as platform:
        if rubbish in BELIEVED and asked in {"pause", "cancel"}:
            if asked == "pause":
                seller.buys[bought]["status"] = "paused"
            await ask(platform, bought)
        else:
            await refused(ask(platform, bought))
    seller.spoilt.clear()
    async with buying(seller) as platform:
        again = await ask(platform, bought)
    if asked == "delivery":
        assert again == before == COST
    else:
        buy = seller.buys[bought]
        assert (buy["status"], buy["total_budget"]) == STANDS_AFTER[asked]
        assert isinstance(again, MediaBuyState)
        assert (again.status.value, again.total) == STANDS_AFTER[asked]


async def test_what_is_no_answer_is_told_apart_from_silence(seller: Spoilt) -> None:
    said = {}
    for rubbish in ("a redirect", "a page of HTML", "an error of its own"):
        seller.spoilt["get_products"] = ON_THE_LINE[rubbish]
        async with buying(seller) as platform:
            said[rubbish] = await refused(platform.products())
    assert "Redirect to http://127.0.0.1:9/mcp not followed" in said["a redirect"]
    assert "Unexpected content type: text/html" in said["a page of HTML"]
    assert all("is no seller's answer" in sentence for sentence in said.values())
    assert all("check the address" in sentence for sentence in said.values())


def packages(report: Json) -> list[Json]:
    found: list[Json] = report["media_buy_deliveries"][0]["by_package"]
    return found


def days(report: Json) -> list[Json]:
    found: list[Json] = packages(report)[0]["daily_breakdown"]
    return found


def set_day(**figures: object) -> Callable[[Json], object]:
    return lambda report: days(report)[0].update(figures)


REPORTS: dict[str, tuple[Callable[[Json], object], str]] = {
    "NaN pounds": (set_day(spend=NOT_A_NUMBER), "finite"),
    "pounds without end": (set_day(spend=INFINITE), "finite"),
    "less than nothing": (set_day(spend=-5), "charges £300.00 for package p1 in all and £252.14 by its parts"),
    "all of it below nothing": (lambda report: packages(report)[0].update(spend=-5), "greater than or equal to 0"),
    "words for pounds": (set_day(spend="lots"), "valid decimal"),
    "impressions without end": (set_day(impressions=INFINITE), "finite"),
    "clicks that are none": (set_day(clicks=NOT_A_NUMBER), "finite"),
    "clicks below nothing": (set_day(clicks=-3), "takes back more clicks of package p1 than it has told"),
    "all clicks below nothing": (lambda report: packages(report)[0].update(clicks=-30), "greater than or equal to 0"),
    "a claim below nothing": (set_day(conversion_value=-100), "takes back more conversion value of package p1"),
    "a day of another year": (set_day(date="2031-01-01"), "is of 2031-01-01"),
    "a day twice": (lambda report: days(report).append(dict(days(report)[0])), "twice"),
    "a package twice": (lambda report: packages(report).append(copy.deepcopy(packages(report)[0])), "package p1 twice"),
    "a buy twice": (
        lambda report: report["media_buy_deliveries"].append(copy.deepcopy(report["media_buy_deliveries"][0])),
        "the buy mb_1 twice",
    ),
    "another buy": (lambda report: report["media_buy_deliveries"][0].update(media_buy_id="mb_7"), "no media buy"),
    "fewer days than it charges for": (
        lambda report: days(report).pop(),
        "charges £300.00 for package p1 in all and £257.16 by its parts",
    ),
    "more by package than in all": (lambda report: packages(report)[0].update(spend=9_999), "£10119.00 by its parts"),
    "more in all than by its packages": (
        lambda report: report["media_buy_deliveries"][0]["totals"].update(spend=9_999),
        "charges £9999.00 for mb_1 in all and £420.00 by its parts",
    ),
    "no packages": (lambda report: report["media_buy_deliveries"][0].update(by_package=[]), "£0.00 by its parts"),
    "an end before any time": (
        lambda report: report["reporting_period"].update(end="0001-01-01T00:00:00Z"),
        "the year 1 is none of a flight",
    ),
}


@pytest.mark.parametrize("way", REPORTS)
async def test_no_figure_is_taken_from_a_report_that_cannot_be(seller: Spoilt, way: str) -> None:
    spoil, why = REPORTS[way]
    async with buying(seller) as platform:
        bought = (await place(platform, order())).media_buy_id
        seller.spoilt["get_media_buy_delivery"] = says(spoil)
        assert why in await refused(spent(platform, bought))
        seller.spoilt.clear()
        assert await spent(platform, bought) == COST


async def test_a_report_that_charges_more_than_the_buy_may_cost_is_refused_and_one_of_a_raised_buy_is_not(
    seller: Spoilt,
) -> None:
    def charge(report: Json) -> None:
        for package in packages(report):
            package.update(spend=300, daily_breakdown=None)
        report["media_buy_deliveries"][0]["totals"]["spend"] = 600

    async with buying(seller) as platform, buying(seller) as elsewhere:
        bought = (await place(platform, order())).media_buy_id
        seller.spoilt["get_media_buy_delivery"] = says(charge)
        assert "charges £600.00 for mb_1, which may cost £420.00" in await refused(spent(platform, bought))
        await elsewhere.update_media_buy(bought, change("budget"))
        assert await spent(platform, bought) == RAISED


async def test_days_that_are_rounded_are_charged_as_the_whole_is(seller: Spoilt) -> None:
    def rounded(report: Json) -> None:
        for day in days(report):
            day["spend"] = 42.86  # Seven of them are £300.02.

    async with buying(seller) as platform:
        bought = (await place(platform, order())).media_buy_id
        seller.spoilt["get_media_buy_delivery"] = says(rounded)
        assert await spent(platform, bought) == COST


async def test_days_after_those_asked_for_are_left_out(seller: Spoilt) -> None:
    async with buying(seller) as platform:
        bought = (await place(platform, order())).media_buy_id
        whole = await platform.delivery(bought, FLIGHT.end)
        ask = seller.get_media_buy_delivery
        seller.get_media_buy_delivery = lambda asked: ask({**asked, "end_date": f"{FLIGHT.end + timedelta(days=1)}"})  # type: ignore[method-assign]
        first = await platform.delivery(bought, FLIGHT.start)
    assert first.rows == [row for row in whole.rows if row.day == FLIGHT.start]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda said: said.update(media_buy_id="mb_7"),
        lambda said: said.update(total_budget=-420),
        lambda said: said["packages"][0].update(budget=-300),
        lambda said: said["packages"][0].update(budget=NOT_A_NUMBER),
        lambda said: said.update(confirmed_at="0001-01-01T00:00:00+14:00"),
    ],
    ids=["another id", "below nothing", "a package below nothing", "no number", "no day"],
)
async def test_a_yes_that_cannot_be_is_held_against_what_the_seller_lists(
    seller: Spoilt, spoil: Callable[[Json], object]
) -> None:
    seller.spoilt["create_media_buy"] = says(spoil)
    async with buying(seller) as platform:
        bought = await place(platform, order())
    assert (bought.media_buy_id, bought.request.total) == ("mb_1", COST)
    assert seller.buys["mb_1"]["status"] == "pending_start", "nothing was cancelled over it"


async def test_another_orders_buy_is_not_taken_for_this_ones(seller: Spoilt) -> None:
    async with buying(seller) as platform:
        earlier = await place(platform, order("earlier"))
        seller.spoilt["create_media_buy"] = says(lambda said: said.update(media_buy_id=earlier.media_buy_id))
        bought = await place(platform, order("later"))
    assert (earlier.media_buy_id, bought.media_buy_id) == ("mb_1", "mb_2")


@pytest.mark.parametrize(
    ("action", "spoil"),
    [
        ("cancel", lambda said: said.update(media_buy_id="mb_7")),
        ("budget", lambda said: said.update(media_buy_id="mb_7")),
        ("budget", lambda said: said.update(total_budget=-600)),
    ],
)
async def test_a_change_is_believed_of_the_buy_it_was_asked_for(
    seller: Spoilt, action: BuyAction, spoil: Callable[[Json], object]
) -> None:
    async with buying(seller) as platform:
        bought = (await place(platform, order())).media_buy_id
        seller.buys[bought]["status"] = "active"
        seller.spoilt["update_media_buy"] = says(spoil)
        told = await platform.update_media_buy(bought, change(action))
    assert (told.media_buy_id, told.total) == ("mb_1", RAISED if action == "budget" else COST)


async def test_a_budget_in_another_currency_is_not_the_one_that_was_asked_for(seller: Spoilt) -> None:
    async with buying(seller) as platform:
        bought = (await place(platform, order())).media_buy_id
        seller.spoilt["update_media_buy"] = says(lambda said: said.update(currency="EUR"))
        said = await refused(platform.update_media_buy(bought, change("budget")))
    assert "the buy is pending_start at EUR 600.00" in said


@pytest.mark.parametrize("price", [0, -8])
async def test_what_costs_nothing_or_less_is_not_planned_with(seller: Spoilt, price: float) -> None:
    seller.spoilt["get_products"] = says(
        lambda said: said["products"][0]["pricing_options"][0].update(fixed_price=price)
    )
    async with buying(seller) as platform:
        assert [product.product_id for product in await platform.products()] == ["display"]
