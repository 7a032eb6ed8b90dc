"""Where a category could be advertised next, as its world stands: what stores sell, who sells media, what it earns."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol
from uuid import UUID

import numpy as np

from agents.response.beliefs import Posterior, posterior_of
from agents.response.curves import cell_name
from agents.response.evidence import Evidence
from agents.response.forecast import pre_period_sales
from agents.strategy.decision import MediaMarket, lawful_media
from agents.strategy.offer import lawful_offer
from domain.booking import MediaProduct
from domain.channel import Channel
from domain.context import CampaignContext, RiskLimits, WorldRef
from domain.errors import NotFound
from domain.state import CampaignState
from runtime.reporting.learning.believed import newest_day
from storage.records import LiveWorld
from world.ports import AdPlatforms, Worlds
from world.references import Resolve

FLIGHT_DAYS = 7
"""Of the flights that curves and budgets are told for, as campaigns have where nothing else is asked."""
ANYBODY = "category_buyers"
"""The audience of a category no lesson speaks of."""


class Threads(Protocol):
    """What a campaign was started with, and how far it has come."""

    async def context(self, thread_id: UUID) -> CampaignContext: ...

    async def state(self, thread_id: UUID) -> CampaignState: ...


class Live(Protocol):
    @property
    def world_id(self) -> str: ...

    async def now(self) -> LiveWorld: ...

    def reference(self, world: LiveWorld) -> WorldRef: ...


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A world on a day, and the limits its campaigns keep to."""

    ref: WorldRef
    today: date
    limits: RiskLimits


@dataclass(frozen=True, slots=True, eq=False)
class CategoryMarket:
    """A category in a place. `daily_sales` is pounds a store sells of it a day; `stores` are those that would be
    advertised in, the held-out ones left out; `beliefs` are about the cells of `channels` [n]."""

    category: str
    audience: str
    today: date
    daily_sales: float
    stores: int
    margin_rate: float
    channels: tuple[Channel, ...]
    media: tuple[MediaProduct, ...]
    barred: frozenset[Channel]
    limits: RiskLimits
    beliefs: Posterior

    @property
    def store_days(self) -> int:
        return self.stores * FLIGHT_DAYS

    def with_budget(self, budget: Decimal) -> MediaMarket:
        """The market a plan with `budget` pounds would be made in."""
        return MediaMarket(
            channels=self.channels,
            media=self.media,
            curves=self.beliefs.curves(self.daily_sales * self.store_days, self.store_days),
            beliefs=self.beliefs,
            margin_rate=self.margin_rate,
            available=budget,
            days=FLIGHT_DAYS,
            limits=self.limits,
            barred=self.barred,
        )


class Markets:
    def __init__(
        self, *, worlds: Worlds, platforms: AdPlatforms, threads: Threads, live: Live, resolve: Resolve
    ) -> None:
        self._worlds = worlds
        self._platforms = platforms
        self._threads = threads
        self._live = live
        self._resolve = resolve

    async def of(self, category: str, audience: str | None, evidence: Evidence, learned_in: str) -> CategoryMarket:
        """The market of a category for an audience: of its newest lesson where none is named.

        Raises NotFound for an unknown category, and for a world of trials that no lesson was learned in; whatever
        opening the world raises.
        """
        place = await self._place(evidence, learned_in)
        world = self._worlds.open(place.ref)
        shelf = world.shelf(category, place.today)
        offer = lawful_offer(shelf)
        sales = await pre_period_sales(world, category, place.today)
        products = await self._platforms.open(place.ref, ()).products()
        channels, media = lawful_media(products, offer.barred)
        addressed = audience or newest_audience(evidence, category)
        cells = [cell_name(channel, addressed, category) for channel in channels]
        return CategoryMarket(
            category=category,
            audience=addressed,
            today=place.today,
            daily_sales=float(np.nanmean(sales.units)) * float(sum(product.price for product in shelf)) / len(shelf),
            stores=round(len(world.stores) * (1 - place.limits.holdout_share)),
            margin_rate=sum(product.margin_rate for product in shelf) / len(shelf),
            channels=channels,
            media=media,
            barred=offer.barred,
            limits=place.limits,
            beliefs=posterior_of(evidence, cells, newest_day(evidence)),
        )

    async def _place(self, evidence: Evidence, learned_in: str) -> Place:
        if learned_in == self._live.world_id:
            live = await self._live.now()
            return Place(self._live.reference(live), live.today, RiskLimits())
        if not evidence.lessons:
            raise NotFound(
                f"no lesson that counts was learned in {learned_in!r}",
                remedy="take a world from the `learned_in` of GET /lessons, or run a campaign in it",
            )
        newest = max(evidence.lessons, key=lambda lesson: (lesson.learned_on, lesson.id.int))
        context = await self._threads.context(newest.campaign_id)
        state = await self._threads.state(newest.campaign_id)
        return Place(self._resolve(context, newest.campaign_id), state.day, context.limits)


def newest_audience(evidence: Evidence, category: str) -> str:
    """The audience that the newest lesson about a category was learned of; `ANYBODY` where there is none."""
    told = [one for one in evidence.lessons if one.category == category and one.lifts is not None]
    newest = max(told, key=lambda lesson: (lesson.learned_on, lesson.id.int), default=None)
    return newest.lifts.audience if newest is not None and newest.lifts is not None else ANYBODY
