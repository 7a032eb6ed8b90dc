"""One order as our seller keeps it, and what its state is on a day."""

from datetime import date
from typing import Final

from pydantic import BaseModel, Field

from domain.booking import ChannelDelivery, MediaBuy, MediaBuyStatus
from domain.buy_changes import BuyAction, BuyChange, Stops
from domain.channel import Channel
from domain.context import WorldRef
from domain.money import Money
from world.adcp.seller.refusal import Refusal
from world.adcp.seller.terms import refuse_other_changes
from world.adcp.wire.wire import CURRENCY, JsonObject, PackageChange, UpdateMediaBuy

_ENDED: Final = {MediaBuyStatus.COMPLETED, MediaBuyStatus.REJECTED, MediaBuyStatus.CANCELED}
_ACTIONS: Final = {
    MediaBuyStatus.PENDING_CREATIVES: ["cancel", "pause", "sync_creatives", "update_budget"],
    MediaBuyStatus.PENDING_START: ["cancel", "pause", "update_budget"],
    MediaBuyStatus.ACTIVE: ["cancel", "pause", "update_budget"],
    MediaBuyStatus.PAUSED: ["cancel", "resume", "update_budget"],
}


class OrderedPackage(BaseModel):
    package_id: str
    product_id: str
    pricing_option_id: str
    channel: Channel
    budget: Money
    rate: Money
    creative_ids: list[str]
    stops: Stops = Field(default_factory=Stops)
    context: JsonObject | None = None
    group: str = ""

    def is_of(self, row: ChannelDelivery) -> bool:
        """Whether a row of delivery is this package's."""
        return (row.channel, row.group) == (self.channel, self.group)


class Order(BaseModel):
    """A buy the platform has accepted, with what has been changed about it since."""

    buy: MediaBuy
    world: WorldRef
    packages: list[OrderedPackage]
    stops: Stops = Field(default_factory=Stops)
    revision: int = 1
    name: str | None = None
    context: JsonObject | None = None

    def status(self, as_of: date, uploaded: set[str]) -> MediaBuyStatus:
        """`uploaded` are the creatives we hold: a package without one of them has nothing to show. A pause shows only
        once the buy would run: AdCP has no way from paused back to pending."""
        flight = self.buy.request.flight
        if self.stops.canceled is not None:
            return MediaBuyStatus.CANCELED
        if as_of > flight.end:
            return MediaBuyStatus.COMPLETED
        if not all(uploaded.intersection(package.creative_ids) for package in self.packages):
            return MediaBuyStatus.PENDING_CREATIVES
        if as_of < flight.start:
            return MediaBuyStatus.PENDING_START
        return MediaBuyStatus.PAUSED if self.stops.paused else MediaBuyStatus.ACTIVE

    def ran(self, row: ChannelDelivery, uploaded: set[str]) -> bool:
        """Whether what the platform delivered on a row's day was really allowed to run."""
        package = next(package for package in self.packages if package.is_of(row))
        has_ads = bool(uploaded.intersection(package.creative_ids))
        return has_ads and self.stops.runs_on(row.day) and package.stops.runs_on(row.day)


def actions(status: MediaBuyStatus) -> list[str]:
    return _ACTIONS.get(status, [])


def changed(order: Order, change: UpdateMediaBuy, status: MediaBuyStatus, today: date) -> tuple[Order, list[str]]:
    """The order after a change, and the ids of the packages it touched.

    Its total budget is the platform's to change (`whole_buy_changes`). Raises Refusal for a stale revision, a change to
    an order that has ended, a package it does not have, and for whatever else is to be changed: dates, one
    package's budget and all other terms of a placed order stay.
    """
    if change.revision is not None and change.revision != order.revision:
        raise Refusal("CONFLICT", f"The order is at revision {order.revision}, not {change.revision}", field="revision")
    if status in _ENDED:
        if change.canceled:
            raise Refusal("NOT_CANCELLABLE", f"A media buy that is {status} cannot be cancelled", field="canceled")
        raise Refusal("INVALID_STATE", f"A media buy that is {status} cannot be changed", field="media_buy_id")
    _refuse_new_terms(change)
    after = order.model_copy(deep=True)
    after.revision += 1
    after.stops.apply(paused=change.paused, canceled=change.canceled, today=today)
    for package in change.packages or []:
        _change_package(after, package, today)
    return after, [package.package_id for package in change.packages or []]


def _refuse_new_terms(change: UpdateMediaBuy) -> None:
    budgets = any(package.budget is not None for package in change.packages or [])
    if budgets or change.start_time is not None or change.end_time is not None:
        raise Refusal(
            "UNSUPPORTED_FEATURE",
            "This seller does not change dates, or the budget of one package, of a placed media buy",
            field="packages" if budgets else "end_time",
            suggestion="send total_budget alone, which all packages share" if budgets else "cancel it, place another",
        )
    if change.total_budget is not None and change.packages:
        raise Refusal(
            "UNSUPPORTED_FEATURE",
            "This seller changes a total budget or packages, and was asked for both at once",
            field="packages",
            suggestion="send one after the other",
        )
    if change.total_budget is not None and change.total_budget.currency != CURRENCY:
        raise Refusal(
            "UNSUPPORTED_FEATURE",
            f"This seller sells in {CURRENCY}",
            field="total_budget.currency",
            suggestion=f"send {CURRENCY}",
        )
    refuse_other_changes(change)


def _change_package(order: Order, change: PackageChange, today: date) -> None:
    package = next((package for package in order.packages if package.package_id == change.package_id), None)
    if package is None:
        raise Refusal(
            "PACKAGE_NOT_FOUND",
            f"Media buy {order.buy.media_buy_id} has no package {change.package_id!r}",
            field="packages",
        )
    if package.stops.canceled is not None:
        raise Refusal("INVALID_STATE", f"Package {change.package_id} is cancelled", field="packages")
    package.stops.apply(paused=change.paused, canceled=change.canceled, today=today)
    if change.creative_assignments is not None:
        package.creative_ids = [assigned.creative_id for assigned in change.creative_assignments]


def whole_buy_changes(order: Order, change: UpdateMediaBuy, today: date) -> list[BuyChange]:
    """What a change asks of the platform for the whole buy; nothing for what it is already."""
    asked: dict[BuyAction, bool] = {
        "pause": change.paused is True and not order.stops.paused,
        "resume": change.paused is False and order.stops.paused,
        "budget": change.total_budget is not None,
        "cancel": change.canceled is True,
    }
    return [
        BuyChange(
            key=f"{change.idempotency_key}:{action}",
            action=action,
            day=today,
            budget=change.total_budget.amount if action == "budget" and change.total_budget is not None else None,
        )
        for action, wanted in asked.items()
        if wanted
    ]


def rebought(order: Order, buy: MediaBuy) -> Order:
    """The order at the budgets its buy has now."""
    budgets = [package.budget for package in buy.packages]
    packages = [
        package.model_copy(update={"budget": budget}) for package, budget in zip(order.packages, budgets, strict=True)
    ]
    return order.model_copy(update={"buy": buy, "packages": packages})
