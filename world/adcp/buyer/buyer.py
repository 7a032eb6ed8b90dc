"""Buying media from an AdCP seller, as an `AdPlatform`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from domain.booking import (
    Delivery,
    MediaBuy,
    MediaBuyRequest,
    MediaBuyState,
    MediaBuyStatus,
    MediaProduct,
    PackageRequest,
)
from domain.buy_changes import BuyChange
from domain.context import WorldRef
from domain.creative import Creative
from domain.errors import BadInput, Conflict, Damaged, NotFound, OutcomeUnknown, PlatformFailure
from domain.identifiers import derived_id
from world.adcp.buyer.changes import Changes
from world.adcp.buyer.connection import SellerConnection
from world.adcp.buyer.delivered import Bought, Placed, delivery_of
from world.adcp.buyer.offered import Offered, offered
from world.adcp.buyer.orders import Orders
from world.adcp.buyer.told import buyer_ref, cost_of, flight_of, matched
from world.adcp.wire.days import today
from world.adcp.wire.delivery import DeliveryReport
from world.adcp.wire.ours import GROUP, OrderExtension, OrderTerms, PackageExtension, PackageServed
from world.adcp.wire.wire import (
    CreateMediaBuy,
    CreativeAssignment,
    CreativeResults,
    JsonObject,
    MediaBuyTerms,
    PackageOrder,
    Products,
)
from world.adcp.wire.words import brief
from world.ports import MediaBuyLog


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys, as AdCP names an account, and where its artwork can be fetched."""

    brand: str = "tescosense.example"
    operator: str = "tescosense.example"
    artwork_url: str = "http://127.0.0.1:8000"

    @property
    def account(self) -> JsonObject:
        return {"brand": {"domain": self.brand}, "operator": self.operator}


class AdcpPlatform:
    """Implements `AdPlatform` over any seller. Amounts are pounds: offers in another currency are passed over."""

    def __init__(
        self,
        seller: SellerConnection,
        buyer: Buyer,
        ref: WorldRef,
        placed: dict[str, Placed],
        log: MediaBuyLog | None = None,
        today: Callable[[], date] = today,
    ) -> None:
        """`placed` remembers, by media buy, what was bought; platforms of one seller share it. What is bought is also
        kept in `log`, where a simulated world looks for it. `today` is the day of the calendar sellers bill by."""
        self._seller = seller
        self._buyer = buyer
        self._ref = ref
        self._placed = placed
        self._log = log
        self._today = today
        self._orders = Orders(seller, buyer.account)

    async def products(self) -> Sequence[MediaProduct]:
        return [offer.product for offer in await self._offers()]

    async def create_media_buy(self, request: MediaBuyRequest, ads: Sequence[Creative] = ()) -> MediaBuy:
        """Upload `ads`, then place the buy; the same idempotency key places it once.

        Raises PlatformFailure when nothing stands, TransientFailure when worth another try, OutcomeUnknown when what
        stands cannot be told, BadInput when one of the buy's ads is not among `ads`.
        """
        offers = {offer.product.product_id: offer for offer in await self._offers()}
        _refuse_unsold(request, offers)
        await self._upload(request, offers, ads)
        order = CreateMediaBuy(
            idempotency_key=buyer_ref(request),
            account=self._buyer.account,
            brand={"domain": self._buyer.brand},
            start_time=datetime.combine(request.flight.start, time(), UTC),
            end_time=datetime.combine(request.flight.end, time(23, 59, 59), UTC),
            packages=[
                PackageOrder(
                    product_id=package.product_id,
                    pricing_option_id=offers[package.product_id].pricing_option_id,
                    budget=package.budget,
                    creative_assignments=[CreativeAssignment(creative_id=str(ad)) for ad in package.creative_ids],
                    context={GROUP: package.group} if package.group else None,
                    ext=_served(package),
                )
                for package in request.packages
            ],
            context={"buyer_ref": buyer_ref(request)},
            ext=OrderExtension(tescosense=self._terms(request)),
        )
        return await self._logged(await self._orders.place(order, request))

    async def standing(self, request: MediaBuyRequest) -> MediaBuy | None:
        """The buy the seller has of an order sent before; None where it lists none. Raises as `create_media_buy`."""
        standing = await self._orders.standing(request)
        return standing if standing is None else await self._logged(standing)

    async def update_media_buy(self, media_buy_id: str, change: BuyChange) -> MediaBuyState:
        """Pause, resume, cancel or rebudget a buy. Raises as `Changes.make`.

        Where a simulated world answers to what is bought here, its shoppers know of the change too.
        """
        state = await Changes(self._seller, self._buyer.account, self._orders).make(media_buy_id, change)
        kept = await self._log.get(media_buy_id) if self._log is not None else None
        while self._log is not None and kept is not None and all(made.key != change.key for made in kept.changes):
            kept = await self._log.revise(kept.model_copy(update={"changes": [*kept.changes, change]}))
        return state

    async def delivery(self, media_buy_id: str, through: date) -> Delivery:
        """What the seller reports up to and including `through`.

        Raises NotFound for a buy it does not know, TransientFailure when the report is not there yet, PlatformFailure
        for one that cannot be believed: it contradicts itself, or charges more than the buy may cost.
        """
        placed = await self._placed_of(media_buy_id)
        is_over = placed.days is not None and through >= placed.days.end
        delivery = await self._reported(media_buy_id, placed, through, late=is_over)
        if not is_over and delivery.status is MediaBuyStatus.CANCELED:
            # What was shown on its last day may have been billed on any day since.
            delivery = await self._reported(media_buy_id, placed, through, late=True)
        spent = sum((row.spend for row in delivery.rows), start=Decimal(0))
        if placed.most is not None and spent > placed.most:
            # Its budget may have been raised since it was looked at.
            self._placed.pop(media_buy_id, None)
            now = await self._placed_of(media_buy_id)
            if now.most is not None and spent > now.most:
                raise PlatformFailure(
                    f"The ad seller's report charges £{spent} for {media_buy_id}, which may cost £{now.most}",
                    remedy="ask the seller why it charges more than was ordered",
                )
        return delivery

    async def _reported(self, media_buy_id: str, placed: Placed, through: date, *, late: bool) -> Delivery:
        """With `late`, what was billed up to now is counted too."""
        until = max(through, self._today()) if late else through
        query: JsonObject = {
            "account": self._buyer.account,
            "media_buy_ids": [media_buy_id],
            "end_date": (until + timedelta(days=1)).isoformat(),
            "include_package_daily_breakdown": True,
        }
        report = await self._seller.call("get_media_buy_delivery", query, DeliveryReport)
        return delivery_of(report, media_buy_id, placed, through, until if late else None)

    async def _logged(self, buy: MediaBuy) -> MediaBuy:
        if self._log is None:
            return buy
        try:
            return await self._log.add(buy)
        except Damaged:
            raise
        except Conflict as error:
            raise OutcomeUnknown(
                f"The ad seller calls a new buy {buy.media_buy_id!r}, as it called another one",
                remedy="ask the seller what it has booked: the money stays reserved",
            ) from error

    async def _offers(self) -> list[Offered]:
        query: JsonObject = {"buying_mode": "wholesale", "account": self._buyer.account}
        return offered(await self._seller.call("get_products", query, Products))

    async def _upload(self, request: MediaBuyRequest, offers: Mapping[str, Offered], ads: Sequence[Creative]) -> None:
        made = {ad.id: ad for ad in ads}
        missing = [str(ad) for package in request.packages for ad in package.creative_ids if ad not in made]
        if missing:
            raise BadInput(f"the buy shows the ad {missing[0]}, which is not at hand", remedy="hand over every ad")
        shown_by = {ad: package.product_id for package in request.packages for ad in package.creative_ids}
        uploads: list[JsonObject] = [
            offers[product_id].upload(made[ad], self._buyer.artwork_url) for ad, product_id in shown_by.items()
        ]
        upload: JsonObject = {
            "idempotency_key": f"tescosense:{derived_id('creatives', request.idempotency_key)}",
            "account": self._buyer.account,
            "creatives": [*uploads],
        }
        _refuse_untaken(await self._seller.call("sync_creatives", upload, CreativeResults))

    async def _placed_of(self, media_buy_id: str) -> Placed:
        """What each package is for of a buy, from the seller: whoever reports need not be who bought. What was ordered,
        where that is known, says which group of stores a package of a seller is for that keeps no context."""
        if media_buy_id not in self._placed:
            found = await self._orders.find(media_buy_id)
            if found is None:
                raise NotFound(
                    f"The ad seller has no media buy {media_buy_id!r}",
                    remedy="use the transaction id of a booking confirmation",
                )
            kept = await self._log.get(media_buy_id) if self._log is not None else None
            ordered = kept.request.model_copy(update={"packages": kept.packages}) if kept is not None else None
            days = flight_of(found) or (ordered.flight if ordered is not None else None)
            packages = await self._sold(found, ordered) | _ordered(found, ordered)
            self._placed[media_buy_id] = Placed(packages, days, cost_of(found))
        return self._placed[media_buy_id]

    async def _sold(self, found: MediaBuyTerms, ordered: MediaBuyRequest | None) -> dict[str, Bought]:
        """Every package by its product, cancelled ones too: what is no longer offered has been ordered."""
        sold = {offer.product.product_id: offer.product.channel for offer in await self._offers()}
        for one in ordered.packages if ordered is not None else []:
            sold[one.product_id] = one.channel
        return {
            package.package_id: Bought(sold[package.product_id], package.group)
            for package in found.packages or []
            if package.product_id is not None and package.product_id in sold
        }

    def _terms(self, request: MediaBuyRequest) -> OrderTerms:
        return OrderTerms(
            campaign_id=request.campaign_id,
            world=self._ref,
            account=request.account,
            category=request.category,
            sku=request.sku,
            treated_stores=request.treated_stores,
        )


def _served(package: PackageRequest) -> PackageExtension | None:
    """Which stores a package is for, where it is not for all of the order's."""
    if not package.group:
        return None
    return PackageExtension(tescosense=PackageServed(group=package.group, stores=package.stores))


def _ordered(found: MediaBuyTerms, ordered: MediaBuyRequest | None) -> dict[str, Bought]:
    """What the packages of a buy that run are for, by the order as it stands now."""
    return {
        package.package_id: Bought(wanted.channel, wanted.group)
        for package, wanted in (matched(ordered, found) if ordered is not None else [])
        if wanted is not None
    }


def _refuse_untaken(results: CreativeResults) -> None:
    """An order is not placed for ads its seller will not show."""
    for result in results.creatives:
        if not result.was_taken:
            said = brief(result.errors[0].message) if result.errors else "it gave no reason"
            raise PlatformFailure(
                f"The ad seller does not take the ad {brief(result.creative_id)}: {said}",
                remedy="change the ad or leave its channel out",
            )


def _refuse_unsold(request: MediaBuyRequest, offers: Mapping[str, Offered]) -> None:
    for package in request.packages:
        if package.product_id not in offers:
            raise PlatformFailure(
                f"The ad seller does not sell {package.product_id!r} in pounds at a fixed price for an ad we can make",
                remedy="plan with the products it offers now",
                field="packages",
            )
