"""What the simulated ad platform sells, and on which terms."""

from collections import defaultdict
from decimal import Decimal
from typing import Final

from domain.booking import MediaBuy, MediaBuyRequest, MediaProduct, PackageRequest, at_budget
from domain.buy_changes import BuyChange
from domain.channel import Channel
from domain.errors import PlatformFailure, near_miss
from domain.money import Money
from world.ports import Retailer
from world.simulated.channels import simulated
from world.simulated.pacing import daily_spend

LONGEST_FLIGHT: Final = 28


def _product(channel: Channel) -> MediaProduct:
    """The channel as its record has it, at the simulated platform's terms."""
    terms, creative_type = simulated(channel).terms, channel.record.format.type
    return MediaProduct(
        product_id=f"{channel}-{creative_type.rpartition('_')[2]}",
        channel=channel,
        cpm=terms.cpm,
        minimum_budget=terms.minimum_budget,
        maximum_daily_budget=terms.maximum_daily_budget,
        creative_type=creative_type,
        store_targeting=True,
    )


PRODUCTS: Final = tuple(_product(channel) for channel in Channel)


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
    named = {*request.treated_stores, *(store for package in request.packages for store in package.stores)}
    unknown = sorted(named - {store.store_id for store in world.stores})
    if unknown:
        raise PlatformFailure(
            f"The ad platform knows no store {unknown[0]!r}",
            remedy=f"name stores of this world, {world.stores[0].store_id} to {world.stores[-1].store_id}",
            field="treated_stores",
        )
    _refuse_packages(request)


def refuse_budget(buy: MediaBuy, change: BuyChange, seed: int) -> None:
    """Raises PlatformFailure where a package cannot have its share of the new budget: below its minimum or what it has
    spent, or where its channel would have more than it can spend in the days left. `seed` is the world's."""
    flight, total = buy.request.flight, change.budget or buy.total
    first = max((change.day - flight.start).days, 0)
    by_id = {product.product_id: product for product in PRODUCTS}
    wanted: defaultdict[str, Money] = defaultdict(Decimal)
    left: defaultdict[str, Money] = defaultdict(Decimal)
    for ordered, package in zip(buy.request.packages, at_budget(buy.request.packages, total), strict=True):
        product = by_id[package.product_id]
        place = f"Of £{total}, {_named(package)} would have £{package.budget}"
        spent = sum(daily_spend(seed, buy.request, ordered, buy.changes)[:first], start=Decimal(0))
        if package.budget < spent:
            raise PlatformFailure(f"{place} and has spent £{spent} already", remedy="give it more", field="budget")
        if package.budget < product.minimum_budget:
            raise PlatformFailure(
                f"{place}, and sells nothing below £{product.minimum_budget}", remedy="give it more", field="budget"
            )
        wanted[product.product_id] += package.budget
        left[product.product_id] += package.budget - spent
    for product_id, amount in left.items():
        product = by_id[product_id]
        most = product.maximum_daily_budget * (flight.days - first)
        if amount > most:
            raise PlatformFailure(
                f"Of £{total}, {_words(product.channel)} would have £{wanted[product_id]}, and can spend £{most} "
                "in the days left",
                remedy="give it less",
                field="budget",
            )


def _named(package: PackageRequest) -> str:
    """The channel, and the group of stores where the package is for one."""
    return _words(package.channel) + (f" in group {package.group}" if package.group else "")


def _words(channel: Channel) -> str:
    return channel.replace("_", " ")


def _refuse_packages(request: MediaBuyRequest) -> None:
    by_id = {product.product_id: product for product in PRODUCTS}
    shown = [(package.channel, store) for package in request.packages for store in request.stores_of(package)]
    if len(set(shown)) < len(shown):
        raise PlatformFailure(
            "A media buy holds two packages for one channel in one store", remedy="join them", field="packages"
        )
    on_channel: defaultdict[Channel, Money] = defaultdict(Decimal)
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
        on_channel[package.channel] += package.budget
        if on_channel[package.channel] > product.maximum_daily_budget * request.flight.days:
            raise PlatformFailure(
                f"A budget of £{on_channel[package.channel]} over {request.flight.days} days on {package.channel} is "
                f"above £{product.maximum_daily_budget} a day",
                remedy="lower the budget or lengthen the flight",
                field="packages",
            )
