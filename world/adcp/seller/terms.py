"""Terms an order may bring that this seller does not do. Accepting what we would not keep is worse than refusing it."""

from collections.abc import Iterable, Sequence
from typing import Final

from pydantic import JsonValue

from domain.booking import MediaProduct
from domain.money import Money, pounds
from world.adcp.seller.refusal import Refusal
from world.adcp.wire.days import first_day, last_day
from world.adcp.wire.message import Request
from world.adcp.wire.wire import CURRENCY, CreateMediaBuy, PackageOrder, UpdateMediaBuy

_SAYS_NOTHING_OF_DELIVERY: Final = {
    # The envelope, and the buyer's own book-keeping. A task is answered at once, so there is nothing to notify of.
    *("adcp_version", "adcp_major_version", "context", "ext", "name", "push_notification_config"),
    *("governance_context", "plan_id", "po_number", "agency_estimate_number", "advertiser_industry", "buyer_ref"),
    "cancellation_reason",
    # Each product takes one kind of ad, in one size.
    *("format_ids", "format_option_refs", "format_kind", "params"),
}
_AS_WE_DO: Final[dict[str, JsonValue]] = {
    "paused": False,
    "pacing": "even",
    "currency": CURRENCY,
    "budget_allocation": {"mode": "fixed"},
}
"""Terms said in the one way this seller does them."""
_NEGOTIATED: Final = {"measurement_terms", "performance_standards", "committed_metrics"}
_LONGEST_ECHO: Final = 60


def refuse_other_terms(order: CreateMediaBuy, products: Sequence[MediaProduct]) -> None:
    """Raises Refusal naming the first term of an order, or of one of its packages, that we would not keep."""
    _refuse(order, "")
    _check_total(order)
    prices = {product.product_id: product.cpm for product in products}
    for place, package in enumerate(order.packages):
        _refuse(package, f"packages[{place}].")
        _check_bid(package, prices.get(package.product_id), f"packages[{place}].bid_price")
        _check_times(package, order, f"packages[{place}]")


def refuse_other_changes(change: UpdateMediaBuy) -> None:
    """Raises Refusal naming the first thing a change asks for, other than pause, resume, cancel and creatives."""
    _refuse(change, "")
    for place, package in enumerate(change.packages or []):
        _refuse(package, f"packages[{place}].")


def _refuse(request: Request, where: str) -> None:
    for name, value in _telling(request):
        said = repr(value)
        shown = said if len(said) <= _LONGEST_ECHO else f"{said[:_LONGEST_ECHO]}..."
        other_way = f"set {name} to {_AS_WE_DO[name]!r} or " if name in _AS_WE_DO else ""
        raise Refusal(
            "TERMS_REJECTED" if name in _NEGOTIATED else "UNSUPPORTED_FEATURE",
            f"This seller does not do {name}, and was asked for {shown}",
            field=f"{where}{name}",
            suggestion=f"{other_way}leave {name} out",
        )


def _telling(request: Request) -> Iterable[tuple[str, JsonValue]]:
    for name, value in request.other_terms.items():
        if name not in _SAYS_NOTHING_OF_DELIVERY and not (name in _AS_WE_DO and value == _AS_WE_DO[name]):
            yield name, value


def _check_total(order: CreateMediaBuy) -> None:
    total = order.total_budget
    if total is None:
        return
    if total.currency != CURRENCY:
        raise Refusal(
            "UNSUPPORTED_FEATURE",
            f"This seller sells in {CURRENCY}, and was asked for {total.currency[:_LONGEST_ECHO]}",
            field="total_budget.currency",
            suggestion=f"order in {CURRENCY}",
        )
    ordered = sum((package.budget for package in order.packages), start=pounds(0))
    if total.amount != ordered:
        raise Refusal(
            "INVALID_REQUEST",
            f"total_budget is {total.amount} {CURRENCY}, and the packages' budgets sum to {ordered} {CURRENCY}",
            field="total_budget.amount",
            suggestion="make them agree or leave total_budget out",
        )


def _check_bid(package: PackageOrder, price: Money | None, where: str) -> None:
    """Prices are fixed: a bid that covers the price is kept, as nobody pays more than that."""
    if package.bid_price is not None and price is not None and package.bid_price < price:
        raise Refusal(
            "UNSUPPORTED_FEATURE",
            f"This seller does not do bid_price below its fixed price of {price} {CURRENCY}",
            field=where,
            suggestion=f"leave bid_price out, or bid {price} or more and pay {price}",
        )


def _check_times(package: PackageOrder, order: CreateMediaBuy, where: str) -> None:
    """A package runs for the whole flight: times of its own are taken where they are the flight's days."""
    start = order.start_time
    if package.start_time is not None and (start == "asap" or first_day(package.start_time) != first_day(start)):
        raise _own_time("start_time", where)
    if package.end_time is not None and last_day(package.end_time) != last_day(order.end_time):
        raise _own_time("end_time", where)


def _own_time(name: str, where: str) -> Refusal:
    return Refusal(
        "UNSUPPORTED_FEATURE",
        f"This seller does not do a package's own {name}: every package runs for the whole flight",
        field=f"{where}.{name}",
        suggestion=f"leave {name} out, or order a media buy for each flight",
    )
