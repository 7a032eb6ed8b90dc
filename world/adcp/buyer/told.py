"""What a seller tells of a buy, held against what was ordered: pure functions."""

from collections.abc import Sequence
from decimal import Decimal

from domain.booking import MediaBuyRequest, MediaBuyStatus, PackageRequest, at_budget
from domain.money import Money
from domain.plan import Flight
from world.adcp.wire.days import first_day, last_day
from world.adcp.wire.wire import CURRENCY, JsonObject, MediaBuyAnswer, MediaBuyTerms, PackageTerms
from world.adcp.wire.words import brief


def buyer_ref(request: MediaBuyRequest) -> str:
    """What an order is called between buyer and seller: its idempotency key on the wire, and its context."""
    return f"tescosense:{request.idempotency_key}"


def is_ours(record: JsonObject, request: MediaBuyRequest) -> bool:
    """Whether a listed buy, as it came, was made of the order: it says our reference again, or, where its seller keeps
    no context, it shows our ads, which no other order shows."""
    context = record.get("context")
    if isinstance(context, dict) and context.get("buyer_ref") is not None:
        return context["buyer_ref"] == buyer_ref(request)
    ours = {str(ad) for package in request.packages for ad in package.creative_ids}
    packages = record.get("packages")
    return isinstance(packages, list) and any(ours & _ads(package) for package in packages if isinstance(package, dict))


def is_of_another(record: JsonObject, request: MediaBuyRequest) -> bool:
    """Whether a listed buy says another order's reference."""
    context = record.get("context")
    said = context.get("buyer_ref") if isinstance(context, dict) else None
    return said is not None and said != buyer_ref(request)


def terms_of(answer: MediaBuyAnswer) -> MediaBuyTerms:
    packages = answer.packages
    return MediaBuyTerms(
        media_buy_id=answer.media_buy_id,
        status=answer.state(),
        currency=answer.currency,
        total_budget=answer.total_budget,
        packages=None if packages is None else [PackageTerms.model_validate(dict(package)) for package in packages],
    )


def flight_of(told: MediaBuyTerms) -> Flight | None:
    """The days of a buy; None where they are not told, or none."""
    if told.start_time is None or told.end_time is None:
        return None
    start, end = first_day(told.start_time), last_day(told.end_time)
    return Flight(start=start, end=end) if start <= end else None


def cost_of(told: MediaBuyTerms) -> Money | None:
    """Pounds a buy may cost in all; None where that is not told, or where what it has cost stands in its place. What
    was cancelled of it may have cost something too."""
    if told.status in {MediaBuyStatus.CANCELED, MediaBuyStatus.REJECTED}:
        return None
    packages = told.packages or []
    budgets = [package.budget for package in packages if package.budget is not None]
    whole = sum(budgets, start=Decimal(0)) if budgets and len(budgets) == len(packages) else None
    if any(package.canceled for package in packages):
        return whole if whole is None or told.total_budget is None else max(whole, told.total_budget)
    return whole if told.total_budget is None else told.total_budget


def says_enough(told: MediaBuyTerms) -> bool:
    """Whether budgets, products and days are all told, so that nothing of the order is left to be believed."""
    packages = told.packages or []
    dated = told.start_time is not None and told.end_time is not None
    return bool(packages) and all(
        package.product_id is not None
        and package.budget is not None
        and (dated or (package.start_time is not None and package.end_time is not None))
        for package in packages
    )


def difference(request: MediaBuyRequest, told: MediaBuyTerms) -> str | None:
    """What about a buy is not as ordered and cannot be lived with: another currency, other days, a package nobody
    ordered, more money. Less money and fewer packages can; what was left unsaid is taken as ordered."""
    return _other_currency(told) or _other_days(request, told) or _other_packages(request, told)


def as_told(request: MediaBuyRequest, told: MediaBuyTerms) -> MediaBuyRequest:
    """The order as the seller took it on: the packages it has, at its budgets. For a buy without a `difference`."""
    packages = _kept(request, told)
    total = sum((package.budget for package in packages), start=Decimal(0))
    if told.total_budget is not None and told.total_budget < total:
        packages = _within(packages, told.total_budget)
    return request.model_copy(update={"packages": packages})


def _ads(package: JsonObject) -> set[str]:
    listed = [package.get("creative_assignments"), package.get("creative_approvals")]
    rows = [row for rows in listed if isinstance(rows, list) for row in rows if isinstance(row, dict)]
    return {str(row.get("creative_id")) for row in rows}


def _other_currency(told: MediaBuyTerms) -> str | None:
    said = [told.currency, *(package.currency for package in told.packages or [])]
    other = next((currency for currency in said if currency not in (None, CURRENCY)), None)
    return f"in {brief(other, 10)} what was ordered in {CURRENCY}" if other is not None else None


def _other_days(request: MediaBuyRequest, told: MediaBuyTerms) -> str | None:
    flight = request.flight
    said = [(told.start_time, told.end_time), *((one.start_time, one.end_time) for one in _running(told))]
    for begins, ends in said:
        start = first_day(begins) if begins is not None else flight.start
        end = last_day(ends) if ends is not None else flight.end
        if (start, end) != (flight.start, flight.end):
            return f"{start} to {end} instead of {flight.start} to {flight.end}"
    return None


def _other_packages(request: MediaBuyRequest, told: MediaBuyTerms) -> str | None:
    for package, wanted in matched(request, told):
        if wanted is None:
            return f"a package of {brief(package.product_id or 'no product', 60)!r} that was not ordered"
        if package.budget is not None and package.budget > wanted.budget:
            group = f" in group {brief(package.group, 60)}" if package.group else ""
            return f"{wanted.product_id}{group} for £{package.budget} instead of £{wanted.budget}"
    if told.total_budget is not None and told.total_budget > request.total:
        return f"£{told.total_budget} instead of £{request.total}"
    if not _kept(request, told) or (told.total_budget is not None and told.total_budget <= 0):
        return "nothing of what was ordered"
    return None


def _running(told: MediaBuyTerms) -> list[PackageTerms]:
    return [package for package in told.packages or [] if not package.canceled]


def _kept(request: MediaBuyRequest, told: MediaBuyTerms) -> list[PackageRequest]:
    """The ordered packages the seller has, at the budgets it says, in the order they were ordered in."""
    if told.packages is None:
        return request.packages
    kept = [
        wanted if package.budget is None else wanted.model_copy(update={"budget": package.budget})
        for package, wanted in matched(request, told)
        if wanted is not None and (package.budget is None or package.budget > 0)
    ]
    products = [package.product_id for package in request.packages]
    groups = [package.group for package in request.packages]
    return sorted(
        kept,
        key=lambda one: (products.index(one.product_id), groups.index(one.group) if one.group in groups else 0),
    )


def matched(request: MediaBuyRequest, told: MediaBuyTerms) -> list[tuple[PackageTerms, PackageRequest | None]]:
    """Each package that runs, with the ordered one it was made of, which has the same product.

    A seller that says the group of stores again is taken at its word. Where one keeps no context, budgets tell: the
    same ones first, then the dearest for the dearest, so that none is over if it can be helped. The only package of a
    product that was ordered for several groups, at a budget that none of them has, is all of them in one.
    """
    running = _running(told)
    found: dict[int, PackageRequest] = {}
    for product_id in {package.product_id for package in running}:
        places = [place for place, package in enumerate(running) if package.product_id == product_id]
        left = [package for package in request.packages if package.product_id == product_id]
        merged = _merged(request, left, running[places[0]]) if len(places) == 1 else None
        if merged is not None:
            found[places[0]] = merged
            continue
        by_budget = sorted(places, key=lambda place: -(running[place].budget or 0))
        for is_it in (_same_group, _same_budget, _same_product):
            for place in by_budget:
                wanted = [one for one in left if is_it(running[place], one)] if place not in found else []
                if wanted:
                    found[place] = max(wanted, key=lambda one: one.budget)
                    left.remove(found[place])
    return [(package, found.get(place)) for place, package in enumerate(running)]


def _same_group(package: PackageTerms, wanted: PackageRequest) -> bool:
    return package.group == wanted.group


def _same_budget(package: PackageTerms, wanted: PackageRequest) -> bool:
    return package.budget == wanted.budget


def _same_product(package: PackageTerms, wanted: PackageRequest) -> bool:
    return package.product_id == wanted.product_id


def _merged(
    request: MediaBuyRequest, ordered: Sequence[PackageRequest], package: PackageTerms
) -> PackageRequest | None:
    """The packages ordered of a product as the one they have become; None where they have not."""
    if len(ordered) < 2 or package.group or any(_same_budget(package, one) for one in ordered):
        return None
    stores = sorted({store for one in ordered for store in request.stores_of(one)})
    return PackageRequest(
        product_id=ordered[0].product_id,
        channel=ordered[0].channel,
        budget=sum((one.budget for one in ordered), start=Decimal(0)),
        creative_ids=list(dict.fromkeys(ad for one in ordered for ad in one.creative_ids)),
        stores=[] if stores == sorted(request.treated_stores) else stores,
    )


def _within(packages: Sequence[PackageRequest], most: Money) -> list[PackageRequest]:
    """The packages cut down to `most` pounds together, each in proportion; rounding is the last one's, to the penny."""
    return [package for package in at_budget(packages, most) if package.budget > 0]
