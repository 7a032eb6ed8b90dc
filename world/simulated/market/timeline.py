"""When the simulated world begins, and where its chance comes from."""

from datetime import date, timedelta
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from domain.errors import BadInput

ORIGIN = date(2024, 11, 1)
"""The first day of every simulated world."""
LAST_DAY = date(2044, 10, 31)
"""The last: a live clock may run twenty simulated years."""
HISTORY_DAYS = 420
"""Days a panel shows: a whole year and a little more, so that yearly harmonics can be fitted."""
FORECAST_DAYS = 7

FloatArray = NDArray[np.float32]

Stream = Literal[
    "temperature",
    "rain",
    "temperature error",
    "rain error",
    "search",
    "search noise",
    "promotion",
    "list price",
    "stock",
    "store size",
    "taste",
    "footfall",
    "region noise",
    "store noise",
]
_STREAMS: tuple[str, ...] = get_args(Stream)


def generator(seed: int, stream: Stream) -> np.random.Generator:
    """The random numbers of one stream; drawing more from one never disturbs another.

    Draw each array from a generator of its own with time as the first axis: then a longer world begins with exactly
    the days of a shorter one.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_STREAMS.index(stream),)))


def day_index(day: date) -> int:
    """Days since the origin. Raises BadInput outside the world's twenty years."""
    if not ORIGIN <= day <= LAST_DAY:
        raise BadInput(
            f"The simulated world has no day {day}", remedy=f"choose a day from {ORIGIN} to {LAST_DAY}", field="today"
        )
    return (day - ORIGIN).days


def day_at(index: int) -> date:
    return ORIGIN + timedelta(days=index)


def year_angle(days: int) -> FloatArray:
    """The position of each day in its year as an angle, [days], radians; 0 on 1 January."""
    first = (ORIGIN - date(ORIGIN.year, 1, 1)).days
    angle: FloatArray = ((np.arange(days) + first) * (2 * np.pi / 365.25)).astype(np.float32)
    return angle


def autoregressive(shocks: FloatArray, persistence: float, deviation: float) -> FloatArray:
    """A stationary AR(1) process along the first axis of the given deviation; `shocks` are standard normal."""
    path = np.empty_like(shocks)
    path[0] = deviation * shocks[0]
    steps = np.float32(deviation * np.sqrt(1 - persistence**2)) * shocks
    decay = np.float32(persistence)
    for day in range(1, len(shocks)):
        path[day] = decay * path[day - 1] + steps[day]
    return path
