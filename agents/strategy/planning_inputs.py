"""Everything a plan stands on, looked up once: shelf, law, audience, stores, money, media and beliefs."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from agents.response.beliefs import posterior
from agents.response.curves import cell_name
from agents.response.design.detectable import Design, design_of
from agents.response.forecast import baseline_sales, pre_period_sales, treated_share
from agents.response.schedule import cycle_budget, cycle_flight
from agents.strategy.audience import choose_audience
from agents.strategy.decision import MediaMarket, lawful_media
from agents.strategy.holdout import draw_holdout
from agents.strategy.offer import Offer, lawful_offer
from domain.booking import BookedAds, MediaProduct
from domain.catalogue import Product
from domain.context import CampaignContext
from domain.lesson import Lesson
from domain.opportunity import Opportunity
from domain.plan import Audience, CampaignPlan, Flight, Holdout
from domain.state import CampaignState
from world.ports import World


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
    holdout = _holdout(state.plan, world, audience, context, opportunity, today, others)
    flight = cycle_flight(today, context.flight_days, state.cycle, context.max_cycles)
    price = opportunity.average_price or _mean_price(shelf)
    sales = await pre_period_sales(world, opportunity.category, today)
    baseline = baseline_sales(opportunity, price, treated_share(sales, holdout), flight.days)
    channels, products = lawful_media(media, offer.barred)
    cells = [cell_name(channel, audience.segment, opportunity.category) for channel in channels]
    beliefs = posterior(lessons, cells, flight.start)
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
        ),
        cited=tuple(beliefs.cited(cells)),
        design=design_of(sales, holdout, {store.store_id: store.region for store in world.stores}, flight.days),
    )


def _holdout(
    earlier: CampaignPlan | None,
    world: World,
    audience: Audience,
    context: CampaignContext,
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
    seed = zlib.crc32(f"{context.seed}|{opportunity.category}|{today.isoformat()}{beside}".encode())
    return draw_holdout(world.stores, audience.regions, context.limits.holdout_share, seed)


def _mean_price(shelf: Sequence[Product]) -> float:
    return float(sum(product.price for product in shelf)) / len(shelf)
