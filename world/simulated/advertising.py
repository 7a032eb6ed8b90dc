"""What the media buys of a world do to its sales: only in their treated stores, from their flights on."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from domain.booking import MediaBuy, MediaBuyStatus
from domain.plan import Channel
from world.simulated.media.pacing import daily_spend
from world.simulated.truth import ad_lift, carried_over

_NEVER_RAN = {MediaBuyStatus.REJECTED, MediaBuyStatus.CANCELED, MediaBuyStatus.PENDING_CREATIVES}
LOOK_BACK_DAYS = 42
"""Spend older than this is forgotten: the longest flight and two weeks of carry-over."""


def lift_by_store(
    seed: int,
    buys: Sequence[MediaBuy],
    category: str,
    stores: Sequence[str],
    start: int,
    days: int,
    *,
    audience: float = 1.0,
) -> NDArray[np.float64]:
    """The relative lift in a category's sales, [N, days]; row per store, columns from ordinal day `start`.

    `audience` is `ad_lift`'s. Buys of one channel in one store share its saturation; different channels add.
    """
    first = start - LOOK_BACK_DAYS
    total = np.zeros((len(stores), days))
    for channel, spend in _spend(seed, buys, category, stores, first, LOOK_BACK_DAYS + days).items():
        total += ad_lift(seed, channel, category, carried_over(channel, spend)[:, LOOK_BACK_DAYS:], audience)
    return total


def _spend(
    seed: int, buys: Sequence[MediaBuy], category: str, stores: Sequence[str], first: int, days: int
) -> dict[Channel, NDArray[np.float64]]:
    """Pounds by channel, each [N, days], spread evenly over a buy's treated stores."""
    spend: dict[Channel, NDArray[np.float64]] = {}
    acting = [
        buy
        for buy in buys
        if buy.request.category == category
        and buy.status not in _NEVER_RAN
        and first - buy.request.flight.days < buy.request.flight.start.toordinal() < first + days
    ]
    # Sums of floats depend on their order, and the log's order must not matter.
    for buy in sorted(acting, key=lambda buy: buy.media_buy_id):
        request = buy.request
        treated_stores = set(request.treated_stores)
        treated = np.array([store in treated_stores for store in stores], dtype=np.bool_)
        begins = request.flight.start.toordinal() - first
        seen = range(max(begins, 0), min(begins + request.flight.days, days))
        for package in request.packages:
            grid = spend.setdefault(package.channel, np.zeros((len(stores), days)))
            amounts = np.array(daily_spend(seed, request, package), dtype=np.float64) / len(request.treated_stores)
            grid[treated, seen.start : seen.stop] += amounts[seen.start - begins : seen.stop - begins]
    return spend
