"""What ads already known are believed to have added to the sales a campaign is measured by."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from agents.response.beliefs import Posterior, posterior
from agents.response.curves import cell_name
from domain.booking import BookedAds
from domain.lesson import Lesson
from world.ports import StoreSales


def believed_lift(
    sales: StoreSales,
    others: Sequence[BookedAds],
    lessons: Sequence[Lesson],
    *,
    category: str,
    price: float,
    as_of: date,
) -> NDArray[np.float64]:
    """The relative lift [N, T] that `others` are believed to have had in each store and day of `sales`; 0 elsewhere.

    Each group of stores is read on the curves that `lessons` give on `as_of`; different campaigns add. `price` is
    pounds a unit. What lingers after a flight is left out.
    """
    lift = np.zeros_like(sales.units)
    # Campaigns one after another mostly speak of the same cells, and a posterior is asked of all lessons.
    believed: dict[tuple[str, ...], Posterior] = {}
    daily = float(np.nanmean(sales.units)) * price if np.isfinite(sales.units).any() else 0.0
    for ads in others:
        first = (ads.flight.start - sales.start).days
        days = slice(max(first, 0), max(first + ads.flight.days, 0))
        channels = sorted({channel for group in ads.groups for channel in group.budgets})
        if not channels or days.start >= days.stop:
            continue
        cells = tuple(cell_name(channel, ads.audience, category) for channel in channels)
        if (beliefs := believed.get(cells)) is None:
            beliefs = believed[cells] = posterior(lessons, cells, as_of)
        curves = beliefs.curves(daily, 1.0)
        for group in ads.groups:
            store_days = len(group.stores) * ads.flight.days
            spend = np.array([float(group.budgets.get(channel, 0)) for channel in channels]) / store_days
            gained = float(curves.sales(spend, beliefs.effect).sum()) / daily if daily > 0 else 0.0
            lift[sales.rows_of(group.stores), days] += gained
    return lift
