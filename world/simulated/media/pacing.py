"""How a media buy's budget is spent over its flight."""

import hashlib
from decimal import Decimal
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from domain.booking import MediaBuyRequest, PackageRequest

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


def daily_spend(seed: int, request: MediaBuyRequest, package: PackageRequest) -> tuple[Decimal, ...]:
    """Pounds and pence on each day of the flight: about even, up to 4 % under the budget in all and never over it."""
    return _spread(content_seed(seed, request, package), float(package.budget), request.flight.days)


@lru_cache(maxsize=1024)
def _spread(luck: int, budget: float, days: int) -> tuple[Decimal, ...]:
    """Kept, because the platform's report and the tills ask for the same buy."""
    chance = np.random.default_rng(luck)
    weights = 1 + 0.12 * chance.uniform(-1, 1, days)
    delivered = budget * (1 - _UNDERDELIVERY * chance.uniform())
    pence: NDArray[np.int64] = np.floor(100 * delivered * weights / weights.sum()).astype(np.int64)
    return tuple(Decimal(int(amount)) / 100 for amount in pence)
