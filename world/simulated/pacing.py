"""How a media buy's budget is spent over its flight."""

import hashlib
from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from domain.booking import MediaBuyRequest, PackageRequest, at_budget
from domain.buy_changes import BuyChange, stops_of
from domain.money import PENNY

_UNDERDELIVERY = 0.04


def content_seed(seed: int, request: MediaBuyRequest, package: PackageRequest) -> int:
    """The same buy in the same world has the same luck, whatever campaign it came from and whenever it was placed."""
    words = (
        seed,
        request.category,
        request.sku,
        request.flight.start,
        request.flight.end,
        *sorted(request.stores_of(package)),
        package.product_id,
        package.channel,
        package.budget,
    )
    return int.from_bytes(hashlib.sha256("|".join(map(str, words)).encode()).digest()[:8], "big")


def daily_spend(
    seed: int, request: MediaBuyRequest, package: PackageRequest, changes: Sequence[BuyChange] = ()
) -> tuple[Decimal, ...]:
    """Pounds and pence on each day of the flight: about even, up to 4 % under the budget in all and never over it.

    `changes` are those of the buy, the oldest first. A day that is stopped costs nothing, and its money is not moved.
    Another budget is spread over the days from its own on, less what was spent before them.
    """
    even = _spread(content_seed(seed, request, package), float(package.budget), request.flight.days)
    return _changed(even, request, package, changes) if changes else even


def _changed(
    even: tuple[Decimal, ...], request: MediaBuyRequest, package: PackageRequest, changes: Sequence[BuyChange]
) -> tuple[Decimal, ...]:
    place = request.packages.index(package)
    amounts = list(even)
    share_delivered = sum(even) / package.budget
    for number, change in enumerate(changes):
        if change.budget is None:
            continue
        packages = at_budget(request.packages, change.budget)
        first = max((change.day - request.flight.start).days, 0)
        spent = sum(_running(amounts, request, changes[:number])[:first], start=Decimal(0))
        left = max(packages[place].budget - spent, Decimal(0)) * share_delivered
        weight = sum(even[first:])
        amounts[first:] = [(left * amount / weight).quantize(PENNY, ROUND_DOWN) for amount in even[first:]]
    return tuple(_running(amounts, request, changes))


def _running(amounts: Sequence[Decimal], request: MediaBuyRequest, changes: Sequence[BuyChange]) -> list[Decimal]:
    """Nothing on the days that were stopped."""
    stops = stops_of(changes)
    return [
        amount if stops.runs_on(day) else Decimal(0)
        for amount, day in zip(amounts, request.flight.each_day(), strict=True)
    ]


@lru_cache(maxsize=1024)
def _spread(luck: int, budget: float, days: int) -> tuple[Decimal, ...]:
    """Kept, because the platform's report and the tills ask for the same buy."""
    chance = np.random.default_rng(luck)
    weights = 1 + 0.12 * chance.uniform(-1, 1, days)
    delivered = budget * (1 - _UNDERDELIVERY * chance.uniform())
    pence: NDArray[np.int64] = np.floor(100 * delivered * weights / weights.sum()).astype(np.int64)
    return tuple(Decimal(int(amount)) / 100 for amount in pence)
