"""What a seller tells of a buy, held against what was ordered: pure functions."""

from collections.abc import Sequence
from decimal import Decimal

from domain.booking import MediaBuyRequest, PackageRequest, at_budget
from domain.money import Money
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


def terms_of(answer: MediaBuyAnswer) -> MediaBuyTerms:
    packages = answer.packages
    return MediaBuyTerms(
        media_buy_id=answer.media_buy_id,
        status=answer.state(),
        currency=answer.currency,
        total_budget=answer.total_budget,
        packages=None if packages is None else [PackageTerms.model_validate(dict(package)) for package in packages],
    )


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
    for package, wanted in _matched(request, told):
        if wanted is None:
            return f"a package of {brief(package.product_id or 'no product', 60)!r} that was not ordered"
        if package.budget is not None and package.budget > wanted.budget:
            return f"{wanted.product_id} for £{package.budget} instead of £{wanted.budget}"
    if told.total_budget is not None and told.total_budget > request.total:
        return f"£{told.total_budget} instead of £{request.total}"
    if not _kept(request, told) or (told.total_budget is not None and told.total_budget <= 0):
        return "nothing of what was ordered"
    return None


def _running(told: MediaBuyTerms) -> list[PackageTerms]:
    return [package for package in told.packages or [] if not package.canceled]


def _kept(request: MediaBuyRequest, told: MediaBuyTerms) -> list[PackageRequest]:
    """The ordered packages the seller has, at the budgets it says."""
    if told.packages is None:
        return request.packages
    said = {
        (wanted.product_id, wanted.group): wanted.budget if package.budget is None else package.budget
        for package, wanted in _matched(request, told)
        if wanted is not None
    }
    return [
        package.model_copy(update={"budget": said[package.product_id, package.group]})
        for package in request.packages
        if said.get((package.product_id, package.group), 0) > 0
    ]


def _matched(request: MediaBuyRequest, told: MediaBuyTerms) -> list[tuple[PackageTerms, PackageRequest | None]]:
    """Each package that runs, with the ordered one it was made of: of the same product, and of the same group of stores
    where its seller says that again; of the same budget, or the first, where it does not."""
    left = list(request.packages)
    matched: list[tuple[PackageTerms, PackageRequest | None]] = []
    for package in _running(told):
        of_product = [one for one in left if one.product_id == package.product_id]
        of_group = [one for one in of_product if one.group == package.group]
        as_dear = [one for one in of_product if one.budget == package.budget]
        wanted = next(iter(of_group or as_dear or of_product), None)
        if wanted is not None:
            left.remove(wanted)
        matched.append((package, wanted))
    return matched


def _within(packages: Sequence[PackageRequest], most: Money) -> list[PackageRequest]:
    """The packages cut down to `most` pounds together, each in proportion; rounding is the last one's, to the penny."""
    return [package for package in at_budget(packages, most) if package.budget > 0]
