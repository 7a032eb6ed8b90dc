"""What the simulated ad platform sells, and how each channel performs and over-claims."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from domain.booking import MediaBuyRequest, MediaProduct
from domain.errors import PlatformFailure, near_miss
from domain.plan import Channel
from world.ports import Retailer

LONGEST_FLIGHT: Final = 28


@dataclass(frozen=True, slots=True)
class ClaimHabit:
    click_rate: float
    """Clicks per impression."""
    organic_share: float
    """Share of the treated stores' organic units the platform claims for itself once it reaches everybody."""


PRODUCTS: Final = tuple(
    MediaProduct(
        product_id=f"{channel}-{creative.split('_')[-1]}",
        channel=channel,
        cpm=Decimal(cpm),
        minimum_budget=Decimal(minimum),
        maximum_daily_budget=Decimal(daily),
        creative_type=creative,
    )
    for channel, cpm, minimum, daily, creative in (
        (Channel.SPONSORED_SEARCH, "11.00", "50", "1500", "sponsored_product_600x600"),
        (Channel.ONSITE_DISPLAY, "6.50", "50", "2000", "display_300x250"),
        (Channel.PAID_SOCIAL, "5.20", "100", "2500", "social_1080x1080"),
        (Channel.IN_STORE_SCREEN, "8.00", "100", "1200", "screen_1920x1080"),
        (Channel.EMAIL, "14.00", "50", "400", "email_600x400"),
    )
)
HABITS: Final = {
    Channel.SPONSORED_SEARCH: ClaimHabit(0.034, 0.13),
    Channel.ONSITE_DISPLAY: ClaimHabit(0.006, 0.06),
    Channel.PAID_SOCIAL: ClaimHabit(0.009, 0.05),
    Channel.IN_STORE_SCREEN: ClaimHabit(0.0, 0.045),
    Channel.EMAIL: ClaimHabit(0.021, 0.05),
}
"""Search claims most: it stands in the way of people who were about to buy anyway."""


def refuse_unsellable(request: MediaBuyRequest, world: Retailer) -> None:
    """Raises PlatformFailure naming the first term of the request this platform does not sell on."""
    flight = request.flight
    if flight.days > LONGEST_FLIGHT:
        raise PlatformFailure(
            f"A flight of {flight.days} days is too long for the ad platform",
            remedy=f"book at most {LONGEST_FLIGHT} days",
            field="flight",
        )
    if flight.start < world.first_day or flight.end > world.last_day:
        raise PlatformFailure(
            f"The ad platform sells nothing from {flight.start} to {flight.end}",
            remedy=f"book between {world.first_day} and {world.last_day}",
            field="flight",
        )
    known = world.categories
    if request.category not in known:
        raise PlatformFailure(
            f"The ad platform knows no category {request.category!r}",
            remedy=near_miss(request.category, known),
            field="category",
        )
    unknown = sorted(set(request.treated_stores) - {store.store_id for store in world.stores})
    if unknown:
        raise PlatformFailure(
            f"The ad platform knows no store {unknown[0]!r}",
            remedy=f"name stores of this world, {world.stores[0].store_id} to {world.stores[-1].store_id}",
            field="treated_stores",
        )
    _refuse_packages(request)


def _refuse_packages(request: MediaBuyRequest) -> None:
    by_id = {product.product_id: product for product in PRODUCTS}
    channels = [package.channel for package in request.packages]
    if len(set(channels)) < len(channels):
        raise PlatformFailure("A media buy holds two packages for one channel", remedy="join them", field="packages")
    for package in request.packages:
        product = by_id.get(package.product_id)
        if product is None or product.channel != package.channel:
            raise PlatformFailure(
                f"The ad platform sells no product {package.product_id!r} on {package.channel}",
                remedy=near_miss(package.product_id, list(by_id)),
                field="packages",
            )
        if package.budget < product.minimum_budget:
            raise PlatformFailure(
                f"A budget of £{package.budget} on {package.channel} is below the minimum of £{product.minimum_budget}",
                remedy="raise the budget or drop the channel",
                field="packages",
            )
        if package.budget > product.maximum_daily_budget * request.flight.days:
            raise PlatformFailure(
                f"A budget of £{package.budget} over {request.flight.days} days on {package.channel} is above "
                f"£{product.maximum_daily_budget} a day",
                remedy="lower the budget or lengthen the flight",
                field="packages",
            )
