"""A seller of media in the simulated world: it over-claims, throttles, fails and reports late, as real ones do."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from domain.booking import AdShown, Delivery, MediaBuy, MediaBuyRequest, MediaBuyState, MediaBuyStatus, MediaProduct
from domain.buy_changes import BuyChange, refuse_impossible
from domain.context import WorldRef
from domain.creative import Creative
from domain.errors import Conflict, NotFound, PlatformFailure
from domain.identifiers import derived_id
from domain.provenance import Kind
from world.ports import MediaBuyLog, Retailer, Retailers
from world.simulated.media.attribution import AdDemand, delivered, is_settled
from world.simulated.media.faults import FaultCounter, platform_faults, rejected, throttled, timed_out
from world.simulated.media.products import PRODUCTS, refuse_budget, refuse_unsellable
from world.simulated.shoppers.natures import nature_of
from world.simulated.truth import audience_of

ATTRIBUTION_WINDOW = "7d_click_1d_view"


class SimulatedAdPlatform:
    """Implements `AdPlatform`. All it keeps is in the log, so every process sells into the same world."""

    def __init__(
        self, world: Retailer, log: MediaBuyLog, faults: tuple[str, ...] = (), counter: FaultCounter | None = None
    ) -> None:
        """Raises BadInput for an unknown platform fault."""
        self._world = world
        self._log = log
        self._faults = platform_faults(faults)
        self._counter = counter or FaultCounter()

    async def products(self) -> Sequence[MediaProduct]:
        return PRODUCTS

    async def create_media_buy(self, request: MediaBuyRequest, ads: Sequence[Creative] = ()) -> MediaBuy:
        """Place a buy once per idempotency key. Shoppers click on `ads` as their words appeal, and buy as they would.

        Raises TransientFailure when throttled, or on a timeout, after which the buy stands although its answer was
        lost: sending the same key again finds it. Raises PlatformFailure when refused, saying which term and why.
        """
        media_buy_id = _media_buy_id(request)
        if self._strikes("platform-throttle", media_buy_id):
            raise throttled()
        if self._strikes("platform-reject", media_buy_id):
            raise rejected()
        if request.world_id != self._world.ref.world_id:
            raise PlatformFailure(
                f"The ad platform of world {self._world.ref.world_id!r} was sent a buy for {request.world_id!r}",
                remedy="book in the world the campaign lives in",
                field="world_id",
            )
        refuse_unsellable(request, self._world)
        kept = await self._log.add(
            MediaBuy(
                media_buy_id=media_buy_id,
                status=MediaBuyStatus.PENDING_START,
                request=request,
                confirmed_at=_end_of(request.flight.start - timedelta(days=1)),
                ads=[
                    AdShown(channel=ad.channel, headline=ad.headline, body=ad.body, angle=ad.angle)
                    for ad in sorted(ads, key=lambda ad: ad.channel)
                ],
            )
        )
        if self._strikes("platform-timeout", media_buy_id):
            raise timed_out()
        return kept

    async def standing(self, request: MediaBuyRequest) -> MediaBuy | None:
        """Raises TransientFailure when throttled or timed out."""
        media_buy_id = _media_buy_id(request)
        self._refuse_for_now(media_buy_id)
        return await self._log.get(media_buy_id)

    async def update_media_buy(self, media_buy_id: str, change: BuyChange) -> MediaBuyState:
        """Whole days: what ran before the change's day has run.

        Raises NotFound for a buy this world does not know, PlatformFailure for what it cannot take, TransientFailure
        when throttled, or on a timeout, after which the change stands although its answer was lost.
        """
        if self._strikes("platform-throttle", media_buy_id):
            raise throttled()
        buy = await self._buy(media_buy_id)
        while all(made.key != change.key for made in buy.changes):
            self._refuse_change(buy, change)
            buy = await self._log.revise(buy.model_copy(update={"changes": [*buy.changes, change]}))
        if self._strikes("platform-timeout", media_buy_id):
            raise timed_out()
        return MediaBuyState(media_buy_id=media_buy_id, status=_status(buy, change.day), total=buy.total)

    async def delivery(self, media_buy_id: str, through: date) -> Delivery:
        """Delivery and claims up to and including `through`; its newest day is incomplete while the flight runs.

        Raises NotFound for a buy this world does not know, TransientFailure when throttled or timed out.
        """
        self._refuse_for_now(media_buy_id)
        buy = await self._buy(media_buy_id)
        status = _status(buy, through)
        return Delivery(
            media_buy_id=media_buy_id,
            status=status,
            rows=delivered(buy.request, await self._demand(buy.request), through, buy.ads, buy.changes),
            attribution_window=ATTRIBUTION_WINDOW,
            is_final=status is MediaBuyStatus.COMPLETED or is_settled(buy.stops, through),
            as_of=_end_of(through),
        )

    async def _buy(self, media_buy_id: str) -> MediaBuy:
        buy = await self._log.get(media_buy_id)
        if buy is None or buy.request.world_id != self._world.ref.world_id:
            raise NotFound(
                f"The ad platform of world {self._world.ref.world_id!r} has no media buy {media_buy_id!r}",
                remedy="use the transaction id of a booking confirmation",
            )
        return buy

    def _refuse_change(self, buy: MediaBuy, change: BuyChange) -> None:
        try:
            refuse_impossible(change, buy.changes, buy.request.flight)
        except Conflict as error:
            raise PlatformFailure(error.problem, remedy=error.remedy) from error
        if change.budget is not None:
            refuse_budget(buy, change, self._world.ref.seed)

    async def _demand(self, request: MediaBuyRequest) -> AdDemand:
        flight = request.flight
        sales = await self._world.store_sales(request.category, flight.start, flight.end)
        return AdDemand(
            seed=self._world.ref.seed,
            nature=nature_of(self._world.ref.shoppers),
            stores=sales.stores,
            organic_units=sales.units,
            average_price=self._world.average_price(request.category, flight.start),
            audience=audience_of(self._world.daily_sales(request.category)),
        )

    def _refuse_for_now(self, media_buy_id: str) -> None:
        if self._strikes("platform-throttle", media_buy_id):
            raise throttled()
        if self._strikes("platform-timeout", media_buy_id):
            raise timed_out()

    def _strikes(self, fault: str, media_buy_id: str) -> bool:
        return self._counter.strikes(fault, f"{self._world.ref.world_id}|{media_buy_id}", self._faults)


class SimulatedAdPlatforms:
    """Implements `AdPlatforms`, for shops whose tills hold none of our ads' answer.

    Faults are counted by buy over all platforms it opens, so a retry gets further.
    """

    def __init__(self, worlds: Retailers, log: MediaBuyLog) -> None:
        self._worlds = worlds
        self._log = log
        self._counter = FaultCounter()

    @property
    def kind(self) -> Kind:
        return "simulated"

    def open(self, ref: WorldRef, faults: tuple[str, ...] = ()) -> SimulatedAdPlatform:
        """Raises BadInput for an unknown scenario in `ref` or an unknown platform fault."""
        return SimulatedAdPlatform(self._worlds.open(ref), self._log, faults, self._counter)


def _media_buy_id(request: MediaBuyRequest) -> str:
    return f"mb_{derived_id('media buy', request.idempotency_key).hex[:20]}"


def _status(buy: MediaBuy, through: date) -> MediaBuyStatus:
    """A pause shows once the buy would run: AdCP has no way from paused back to pending."""
    flight, stops = buy.request.flight, buy.stops
    if stops.canceled is not None:
        return MediaBuyStatus.CANCELED
    if through < flight.start:
        return MediaBuyStatus.PENDING_START
    if through >= flight.end:
        return MediaBuyStatus.COMPLETED
    return MediaBuyStatus.PAUSED if stops.paused else MediaBuyStatus.ACTIVE


def _end_of(day: date) -> datetime:
    """The platform's clock is the world's: reports of a day are made as it ends."""
    return datetime.combine(day, time(23, 59), UTC)
