"""From an AdCP order to the request the platform understands: pure functions."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID

from domain.booking import MediaBuy, MediaBuyRequest, MediaProduct, PackageRequest
from domain.identifiers import derived_id
from domain.money import pounds
from domain.plan import Flight
from world.adcp.seller.offers import pricing_option_id
from world.adcp.seller.order import Order, OrderedPackage
from world.adcp.seller.refusal import Refusal
from world.adcp.wire.days import first_day, last_day
from world.adcp.wire.ours import OrderTerms
from world.adcp.wire.wire import CreateMediaBuy, JsonObject, PackageOrder


def flight_of(order: CreateMediaBuy, today: date) -> Flight:
    """The days of an order; we sell whole days, UTC. An end at midnight is the end of the day before.

    Raises Refusal for reversed times, and for a start before `today` unless the order names its own world, whose
    calendar is not ours.
    """
    begins = datetime.combine(today, time(), UTC) if order.start_time == "asap" else order.start_time
    start = first_day(begins)
    if order.end_time <= begins:
        raise Refusal("INVALID_REQUEST", "end_time must be later than start_time", field="end_time")
    if start < today and own_terms(order) is None:
        raise Refusal("INVALID_REQUEST", f"start_time is in the past; today is {today}", field="start_time")
    return Flight(start=start, end=max(start, last_day(order.end_time)))


def own_terms(order: CreateMediaBuy) -> OrderTerms | None:
    """What one of our own orders carries beside AdCP's terms; None for anybody else's."""
    return order.ext.tescosense if order.ext is not None else None


def terms_of(order: CreateMediaBuy, house: OrderTerms) -> OrderTerms:
    """What an order is about: the simulated world it names, else the house's.

    A real shop's tills are its own: this seller never sees them, and delivers for it as for anybody.
    """
    own = own_terms(order)
    return own if own is not None and own.world.source == "simulated" else house


def request_of(
    order: CreateMediaBuy, flight: Flight, terms: OrderTerms, products: Sequence[MediaProduct]
) -> MediaBuyRequest:
    """Raises Refusal for an unknown product or pricing option, and for a budget below the minimum."""
    by_id = {product.product_id: product for product in products}
    for place, package in enumerate(order.packages):
        _check(package, by_id, f"packages[{place}]")
    return MediaBuyRequest(
        campaign_id=terms.campaign_id,
        world_id=terms.world.world_id,
        account=terms.account,
        category=terms.category,
        sku=terms.sku,
        flight=flight,
        treated_stores=terms.treated_stores,
        packages=[
            PackageRequest(
                product_id=package.product_id,
                channel=by_id[package.product_id].channel,
                budget=package.budget,
                creative_ids=_creatives(package, order.idempotency_key),
                group=group,
                stores=stores,
            )
            for package, (group, stores) in zip(order.packages, _served(order, terms), strict=True)
        ],
        idempotency_key=order.idempotency_key,
    )


def order_of(buy: MediaBuy, order: CreateMediaBuy, terms: OrderTerms, products: Sequence[MediaProduct]) -> Order:
    by_id = {product.product_id: product for product in products}
    return Order(
        buy=buy,
        world=terms.world,
        packages=[
            OrderedPackage(
                package_id=f"{buy.media_buy_id}-{place}",
                product_id=package.product_id,
                pricing_option_id=package.pricing_option_id,
                channel=by_id[package.product_id].channel,
                budget=package.budget,
                rate=by_id[package.product_id].cpm,
                creative_ids=[assigned.creative_id for assigned in package.creative_assignments],
                context=package.context,
                group=request.group,
            )
            for place, (package, request) in enumerate(zip(order.packages, buy.request.packages, strict=True), start=1)
        ],
        name=order.name,
        context=order.context,
    )


def meaning(order: CreateMediaBuy) -> str:
    """A hash of what an order asks for, the same on whatever day it is sent: two orders with the same are one order.

    Of its times only the instants count, not the zone they are written in.
    """
    asked = order.asks() | _instants(start_time=order.start_time, end_time=order.end_time)
    asked["packages"] = [
        package.asks() | _instants(start_time=package.start_time, end_time=package.end_time)
        for package in order.packages
    ]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _instants(**times: datetime | str | None) -> JsonObject:
    return {
        name: told.astimezone(UTC).isoformat() if isinstance(told, datetime) else told
        for name, told in times.items()
        if told is not None
    }


def _check(package: PackageOrder, products: dict[str, MediaProduct], where: str) -> None:
    product = products.get(package.product_id)
    if product is None:
        raise Refusal(
            "PRODUCT_NOT_FOUND",
            f"There is no product {package.product_id!r}",
            field=f"{where}.product_id",
            suggestion="choose a product_id of get_products",
        )
    if package.pricing_option_id != pricing_option_id(product):
        raise Refusal(
            "INVALID_REQUEST",
            f"{product.product_id} is not sold at {package.pricing_option_id!r}",
            field=f"{where}.pricing_option_id",
            suggestion=f"use {pricing_option_id(product)}",
        )
    if package.budget < product.minimum_budget:
        raise Refusal(
            "BUDGET_TOO_LOW",
            f"A budget of {pounds(package.budget)} GBP is below the minimum of {product.minimum_budget} GBP",
            field=f"{where}.budget",
            suggestion=f"raise it to {product.minimum_budget} or leave the package out",
        )


def _creatives(package: PackageOrder, idempotency_key: str) -> list[UUID]:
    """The platform knows ads by UUID; an order that brings none yet gets a place kept for one."""
    names = [assigned.creative_id for assigned in package.creative_assignments] or [f"awaited {idempotency_key}"]
    return [_uuid(name) for name in names]


def _served(order: CreateMediaBuy, terms: OrderTerms) -> list[tuple[str, list[str]]]:
    """The group of stores each package is for, and those stores; no group and no stores for all of the order's.

    A real shop's stores are not this seller's: its groups get stores of the house in their place, dealt out in turn, so
    that what is delivered to each is told apart.
    """
    groups = [package.ext.tescosense if package.ext is not None else None for package in order.packages]
    if own_terms(order) is terms:
        return [(group.group, group.stores) if group is not None else ("", []) for group in groups]
    names = sorted({group.group for group in groups if group is not None})
    dealt = {name: terms.treated_stores[place :: len(names)] for place, name in enumerate(names)}
    return [(group.group, dealt[group.group]) if group is not None else ("", []) for group in groups]


def _uuid(name: str) -> UUID:
    try:
        return UUID(name)
    except ValueError:
        return derived_id("adcp creative", name)
