"""Everything a plan stands on, looked up once: shelf, law, audience, stores, money, media and beliefs."""

import asyncio
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from agents.response.beliefs import posterior
from agents.response.curves import cell_name
from agents.response.design.detectable import Design, design_of
from agents.response.design.groups import StoreOf
from agents.response.design.holdout_share import holdout_share, relative_error
from agents.response.design.power import store_noise
from agents.response.forecast import baseline_sales, pre_period_sales, treated_share
from agents.response.known import lessons_known
from agents.response.schedule import cycle_budget, cycle_flight
from agents.strategy.audience import choose_audience
from agents.strategy.decision import MediaMarket, lawful_media
from agents.strategy.holdout import draw_holdout
from agents.strategy.offer import Offer, lawful_offer
from domain.booking import BookedAds, MediaProduct
from domain.catalogue import Product
from domain.context import CampaignContext
from domain.decision import SentBack
from domain.lesson import Lesson
from domain.opportunity import Opportunity
from domain.plan import Audience, CampaignPlan, Flight, Holdout
from domain.state import CampaignState
from storage.ports import BookedAdsRecords, LessonRecords
from world.ports import AdPlatforms, StoreSales, World, Worlds
from world.references import Resolve


@dataclass(frozen=True, slots=True, eq=False)
class PlanningInputs:
    opportunity: Opportunity
    cycle: int
    offer: Offer
    audience: Audience
    holdout: Holdout
    flight: Flight
    price: float
    """Average selling price of the category, pounds a unit."""
    market: MediaMarket
    cited: tuple[Lesson, ...]
    design: Design
    wishes: tuple[SentBack, ...]
    """What people have wished of this plan, the oldest first; the newest is what its figures keep to."""
    stores: tuple[StoreOf, ...]
    """The treated ones."""
    noise: float
    """Of a store's sales: see `store_noise`."""
    lessons: int
    lessons_of_category: int


class PlanningLookup:
    """Looks up what a plan stands on, as world, ad platform and lessons have it now."""

    def __init__(
        self,
        *,
        worlds: Worlds,
        platforms: AdPlatforms,
        lessons: LessonRecords,
        booked_ads: BookedAdsRecords,
        resolve: Resolve,
    ) -> None:
        self._worlds = worlds
        self._platforms = platforms
        self._lessons = lessons
        self._booked_ads = booked_ads
        self._resolve = resolve

    async def __call__(self, state: CampaignState, context: CampaignContext) -> PlanningInputs:
        """Of the state's cycle. Raises what `gather_planning_inputs` does, and what the ad platform does."""
        campaign_id = state.the_campaign
        world = self._worlds.open(self._resolve(context, campaign_id))
        platform = self._platforms.open(world.ref, context.faults)
        lessons = await lessons_known(self._lessons, state, context, world.provenance.shoppers)
        flight = cycle_flight(state.day, context.flight_days, state.cycle, context.max_cycles)
        category = state.the_opportunity.category
        others = await self._booked_ads.besides(
            campaign_id, world=world.ref, category=category, first=flight.start, last=flight.end
        )
        return await gather_planning_inputs(
            state, context, world=world, media=await platform.products(), lessons=lessons, others=others
        )


async def gather_planning_inputs(
    state: CampaignState,
    context: CampaignContext,
    *,
    world: World,
    media: Sequence[MediaProduct],
    lessons: Sequence[Lesson],
    others: Sequence[BookedAds] = (),
) -> PlanningInputs:
    """Look up what the plan of this cycle stands on; nothing later than the state's day. `others` is what other
    campaigns have booked of the category in the cycle's flight.

    Raises DataFault where the shelf is empty or too few stores are left for a holdout, NotFound for an unknown
    category.
    """
    opportunity, today = state.the_opportunity, state.day
    shelf = world.shelf(opportunity.category, today)
    offer = lawful_offer(shelf)
    audience = choose_audience(opportunity, offer.products, world.stores)
    flight = cycle_flight(today, context.flight_days, state.cycle, context.max_cycles)
    price = opportunity.average_price or _mean_price(shelf)
    sales = await pre_period_sales(world, opportunity.category, today)
    wished = state.wished
    left_out = frozenset() if wished is None else frozenset(wished.leave_out) - offer.barred
    channels, products = lawful_media(media, offer.barred | left_out)
    cells = [cell_name(channel, audience.segment, opportunity.category) for channel in channels]
    # In a thread: with thousands of lessons a fold takes longer than others may wait.
    beliefs = await asyncio.to_thread(posterior, lessons, cells, flight.start)
    share = holdout_share(relative_error(beliefs, _daily_sales(sales, price)), context.limits.holdout_share)
    holdout = _holdout(state.plan, world, audience, share, context.seed, opportunity, today, others)
    baseline = baseline_sales(opportunity, price, treated_share(sales, holdout), flight.days)
    regions = {store.store_id: store.region for store in world.stores}
    return PlanningInputs(
        opportunity=opportunity,
        cycle=state.cycle,
        offer=offer,
        audience=audience,
        holdout=holdout,
        flight=flight,
        price=price,
        market=MediaMarket(
            channels=channels,
            media=products,
            curves=beliefs.curves(baseline, len(holdout.treated_stores) * flight.days),
            beliefs=beliefs,
            margin_rate=sum(product.margin_rate for product in shelf) / len(shelf),
            available=cycle_budget(state.budget, state.lessons, state.cycle, context.flight_days, context.max_cycles),
            days=flight.days,
            limits=context.limits,
            barred=offer.barred,
            left_out=left_out,
            asked=wished.at_most if wished else None,
        ),
        cited=tuple(beliefs.cited(cells)),
        design=design_of(sales, holdout, regions, flight.days),
        wishes=tuple(state.sent_back) if wished else (),
        stores=tuple(_treated(sales, holdout, regions, price)),
        noise=store_noise(sales.units, flight.days),
        lessons=len(lessons),
        lessons_of_category=sum(lesson.category == opportunity.category for lesson in lessons),
    )


def _holdout(
    earlier: CampaignPlan | None,
    world: World,
    audience: Audience,
    share: float,
    chance: int,
    opportunity: Opportunity,
    today: date,
    others: Sequence[BookedAds],
) -> Holdout:
    """The campaign's holdout: drawn once and kept, because stores that have seen ads make poor controls.

    Where another campaign of the category flies at the same time, stores are drawn independently of its own, so that
    the two effects can be told apart."""
    if earlier is not None and earlier.holdout.control_stores:
        return earlier.holdout
    beside = "".join(f"|{ads.campaign_id}" for ads in others)
    seed = zlib.crc32(f"{chance}|{opportunity.category}|{today.isoformat()}{beside}".encode())
    return draw_holdout(world.stores, audience.regions, share, seed)


def _daily_sales(sales: StoreSales, price: float) -> float:
    """Pounds a day of an average store that sells the category at all."""
    sold = sales.units[np.nansum(sales.units, axis=1) > 0]
    return float(np.nanmean(sold)) * price if sold.size else 0.0


def _treated(sales: StoreSales, holdout: Holdout, regions: Mapping[str, str], price: float) -> Iterator[StoreOf]:
    days = np.maximum(np.isfinite(sales.units).sum(axis=1), 1)
    daily = dict(zip(sales.stores, np.nansum(sales.units, axis=1) / days * price, strict=True))
    for store in holdout.treated_stores:
        yield StoreOf(store, regions.get(store, ""), float(daily.get(store, 0.0)))


def _mean_price(shelf: Sequence[Product]) -> float:
    return float(sum(product.price for product in shelf)) / len(shelf)
