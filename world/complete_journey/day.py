"""Which day of the Complete Journey to sense when nobody says: one on which something real can be found."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from world.complete_journey.tables import DAYS, Floats, JourneyTables, trailing_week

_FLIGHT_DAYS: Final = 28
_CANDIDATE_DAYS: Final = 90
_HOLIDAY: Final = 3.5
"""Robust z of the median category's day from which on it counts as a holiday."""
_WEEKS_BEFORE: Final = 8
_FIRST_KNOWN: Final = 7 * (_WEEKS_BEFORE + 1)


def most_fallen(tables: JourneyTables, candidates: NDArray[np.bool_]) -> int:
    """The day, as an index, whose week shows the clearest fall among the candidate categories [C].

    Robust z of each category's trailing week against its eight weeks before, less the median category and less what
    promotion and price explain (one regression over all categories). Of the newest 90 days that leave 28 days of real
    sales for a flight, days near a holiday are left out.
    """
    daily = np.maximum(tables.units.sum(axis=1), 0.5)
    newest = DAYS - _FLIGHT_DAYS
    sales, promotion, price = (
        _against_weeks_before(values)[:, _FIRST_KNOWN:newest]
        for values in (np.log(trailing_week(daily)), tables.promotion, np.log(tables.price))
    )
    sales = sales - np.median(sales, axis=0)
    drivers = np.stack([promotion.reshape(-1), price.reshape(-1)], axis=1)
    slopes, *_ = np.linalg.lstsq(drivers, sales.reshape(-1), rcond=None)
    left = sales - slopes[0] * promotion - slopes[1] * price
    z = left / (1.4826 * np.median(np.abs(left), axis=1, keepdims=True))
    ordinary = _ordinary(_against_weeks_before(np.log(daily)))[_FIRST_KNOWN:newest]
    fall = np.where(ordinary, z[candidates].min(axis=0), np.inf)[-_CANDIDATE_DAYS:]
    return newest - _CANDIDATE_DAYS + int(np.argmin(fall))


def _ordinary(deviation: Floats) -> NDArray[np.bool_]:
    """Days without a holiday in the week before or after, for all of trade was as usual; [C, T] gives [T]."""
    common = np.median(np.nan_to_num(deviation), axis=0)
    scale = 1.4826 * float(np.median(np.abs(common[_FIRST_KNOWN:])))
    holiday = np.abs(common) > _HOLIDAY * scale
    near = np.convolve(holiday.astype(float), np.ones(15), mode="same") > 0.5
    ordinary: NDArray[np.bool_] = ~near
    return ordinary


def _against_weeks_before(values: Floats) -> Floats:
    """Each day less the median of the same weekday of the eight weeks before; NaN where those are not known."""
    back = np.stack([np.roll(values, 7 * week, axis=1) for week in range(1, _WEEKS_BEFORE + 1)])
    against: Floats = values - np.median(back, axis=0)
    against[:, :_FIRST_KNOWN] = np.nan
    return against
