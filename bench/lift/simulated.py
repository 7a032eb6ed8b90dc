"""Campaigns in the simulated world, where what each caused is known: what is sold with its ads less what would be
without them and with everybody else's.

Alone, and in weekly series on one category (each pre-period holds the campaigns before); two at a time in `in_company`.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np

from agents.learning.lift.measure import measure_lift
from agents.response.forecast import PRE_PERIOD_DAYS
from agents.strategy.holdout import draw_holdout
from bench.report import Row
from domain.booking import BookedAds, MediaBuy, MediaBuyRequest, MediaBuyStatus, PackageRequest
from domain.context import WorldRef
from domain.identifiers import derived_id
from domain.performance import LiftEstimate
from domain.plan import INTERVAL_LEVEL, Flight, Holdout
from domain.shoppers import Shoppers
from world.ports import StoreSales
from world.simulated.market.catalogue import categories
from world.simulated.market.market import SimulatedWorld, SimulatedWorlds
from world.simulated.media.products import PRODUCTS
from world.simulated.response import RespondingWorld

CAMPAIGNS = 304
"""Of each kind of shoppers and arrangement, at the least."""
SEEDS = 16
WEEKS = 8
BUDGET = Decimal(5000)
FLIGHT_DAYS = 7
HOLDOUT_SHARE = 0.25
FIRST_DAY = date(2026, 2, 2)
COVERAGE, OFF = 0.9, 0.04
BIASED = 0.03


@dataclass(slots=True)
class Log:
    """Implements `MediaBuyLog`, in memory."""

    buys: list[MediaBuy] = field(default_factory=list)

    async def add(self, buy: MediaBuy) -> MediaBuy:
        self.buys.append(buy)
        return buy

    async def revise(self, buy: MediaBuy) -> MediaBuy:
        self.buys = [buy if kept.media_buy_id == buy.media_buy_id else kept for kept in self.buys]
        return buy

    async def get(self, media_buy_id: str) -> MediaBuy | None:
        return next((buy for buy in self.buys if buy.media_buy_id == media_buy_id), None)

    async def of_world(self, world_id: str) -> Sequence[MediaBuy]:
        return self.buys


@dataclass(frozen=True, slots=True)
class Campaign:
    category: str
    flight: Flight
    holdout: Holdout
    buy: MediaBuy

    @property
    def booked(self) -> BookedAds:
        return BookedAds(
            campaign_id=self.buy.request.campaign_id,
            flight=self.flight,
            treated_stores=self.holdout.treated_stores,
            committed=self.buy.request.total,
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """Units: what was measured, the ends of a 90 % interval, and the truth."""

    claimed: float
    low: float
    high: float
    truth: float


async def alone(shoppers: Shoppers, seed: int, count: int) -> list[Measured]:
    """Campaigns far enough apart that none meets another."""
    rng, shop = np.random.default_rng(seed), shop_of(shoppers, seed)
    found = []
    for number in range(count):
        campaign = a_campaign(shop, rng, some_day(rng), f"{seed} {number}")
        found.append(await measured(shop, [campaign], campaign))
    return found


async def in_series(shoppers: Shoppers, seed: int, series: int) -> list[Measured]:
    """A campaign a week on one category, each measured beside those of the weeks before it."""
    rng, shop = np.random.default_rng([seed, 1]), shop_of(shoppers, seed)
    found = []
    for number in range(series):
        day, category = some_day(rng), some_category(rng)
        weeks = [
            a_campaign(shop, rng, day + timedelta(weeks=week), f"{seed} {number} {week}", category)
            for week in range(WEEKS)
        ]
        found += [await measured(shop, weeks[: week + 1], weeks[week]) for week in range(WEEKS)]
    return found


def rows(count: int = CAMPAIGNS, kinds: Sequence[Shoppers] = (Shoppers.TEXTBOOK, Shoppers.LIFELIKE)) -> list[Row]:
    made = []
    for shoppers in kinds:
        each = max(count // SEEDS, 1)
        series = -(-count // (SEEDS * WEEKS))
        name = f"{shoppers.value} shoppers"
        seeds = range(1000, 1000 + min(SEEDS, count))
        made += figures_of(
            f"{name}, alone", [one for seed in seeds for one in asyncio.run(alone(shoppers, seed, each))]
        )
        weekly = [one for seed in seeds for one in asyncio.run(in_series(shoppers, seed, series))]
        made += figures_of(f"{name}, weekly series", weekly)
    return made


def figures_of(name: str, found: Sequence[Measured]) -> list[Row]:
    covered = float(np.mean([one.low <= one.truth <= one.high for one in found]))
    truth = float(np.mean([one.truth for one in found]))
    errors = np.array([one.claimed - one.truth for one in found])
    parts = {"campaigns": float(len(found)), "covered": covered}
    return [
        Row(
            what=f"{name}: coverage of a 90 % interval off by",
            value=abs(covered - COVERAGE),
            unit="",
            target=OFF,
            better="lower",
            of=parts,
        ),
        Row(
            what=f"{name}: bias over the truth",
            value=abs(float(errors.mean())) / truth,
            unit="",
            target=BIASED,
            better="lower",
            of={"standard error": float(errors.std() / np.sqrt(len(errors)) / truth)},
        ),
    ]


def shop_of(shoppers: Shoppers, seed: int) -> SimulatedWorld:
    return SimulatedWorlds().open(WorldRef(seed=seed, world_id="bench", shoppers=shoppers))


def some_day(rng: np.random.Generator) -> date:
    return FIRST_DAY + timedelta(days=int(rng.integers(240)))


def some_category(rng: np.random.Generator) -> str:
    return categories()[int(rng.integers(len(categories())))].name


def a_campaign(
    shop: SimulatedWorld,
    rng: np.random.Generator,
    start: date,
    name: str,
    category: str | None = None,
    *,
    holdout: Holdout | None = None,
    regions: Sequence[str] = (),
) -> Campaign:
    """One in all regions unless some are named, with held-out stores of its own unless they are given."""
    flight = Flight(start=start, end=start + timedelta(days=FLIGHT_DAYS - 1))
    where = regions or [store.region for store in shop.stores]
    drawn = holdout or draw_holdout(shop.stores, where, HOLDOUT_SHARE, int(rng.integers(1 << 31)))
    shares = rng.dirichlet(np.full(len(PRODUCTS), 4.0))
    request = MediaBuyRequest(
        campaign_id=derived_id("bench lift", name),
        world_id="bench",
        account="bench",
        category=category or some_category(rng),
        sku="bench",
        flight=flight,
        treated_stores=drawn.treated_stores,
        packages=[
            PackageRequest(
                product_id=product.product_id,
                channel=product.channel,
                budget=(BUDGET * Decimal(f"{share:.4f}")).quantize(Decimal("0.01")),
                creative_ids=[UUID(int=0)],
            )
            for product, share in zip(PRODUCTS, shares, strict=True)
        ],
        idempotency_key=f"bench lift {name}",
    )
    buy = MediaBuy(
        media_buy_id=name,
        status=MediaBuyStatus.COMPLETED,
        request=request,
        confirmed_at=datetime.combine(start, time(), UTC),
    )
    return Campaign(request.category, flight, drawn, buy)


async def measured(shop: SimulatedWorld, every: Sequence[Campaign], ours: Campaign) -> Measured:
    first = ours.flight.start - timedelta(days=PRE_PERIOD_DAYS)
    others = [campaign for campaign in every if campaign is not ours]
    sales = await sold_in(shop, every, ours.category, first, ours.flight.end)
    without = await sold_in(shop, others, ours.category, first, ours.flight.end)
    estimate: LiftEstimate = measure_lift(
        sales,
        flight=ours.flight,
        holdout=ours.holdout,
        stores=shop.stores,
        price=1.0,
        others=[campaign.booked for campaign in others],
        daily_spend=ours.booked.daily_spend,
    )
    treated = sales.rows_of(ours.holdout.treated_stores)
    truth = float((sales.units - without.units)[treated][:, PRE_PERIOD_DAYS:].sum())
    reach = (estimate.interval.high - estimate.interval.low) / 2 * _wider(estimate)
    middle = (estimate.interval.high + estimate.interval.low) / 2
    return Measured(estimate.incremental_units, middle - reach, middle + reach, truth)


def _wider(estimate: LiftEstimate) -> float:
    """From our interval's level to 90 %, by Student's t at the stores' degrees of freedom."""
    from scipy.special import stdtrit

    degrees = max(estimate.treated_stores + estimate.control_stores - 10, 1)
    return float(stdtrit(degrees, 0.5 + COVERAGE / 2) / stdtrit(degrees, 0.5 + INTERVAL_LEVEL / 2))


async def sold_in(
    shop: SimulatedWorld, campaigns: Sequence[Campaign], category: str, first: date, last: date
) -> StoreSales:
    return await RespondingWorld(shop, Log([campaign.buy for campaign in campaigns])).store_sales(category, first, last)
