"""Why sales moved: the deviation from expectation, split into causes whose log effects sum to it."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.deviations import Deviations
from agents.sensing.baseline.baseline import DRIVERS, Baseline
from agents.sensing.baseline.tracking import robust_scale, window_mean
from agents.sensing.conditions import search_is_outside_history, weather_is_outside_history
from agents.sensing.feed import FeedFaults
from agents.sensing.telling.beyond_history import OWN_MISS
from domain.opportunity import Cause
from domain.panel import Panel

Floats = NDArray[np.float64]

_PRICE_RISE = 0.02
_OTHER_STORY = 0.15
"""Log size of what else happens to a category (one sd): a competitor's promotion, a rumour, a delivery."""
_NOTHING = 0.005
_FAVOURABLE = -0.01
"""Forecast weather is still worth advertising into when its usual effect is no worse than this."""
_MORE_OF_IT = 0.25
"""The part of what weather brought that has to be to come, once it is over, for an ad to go with it."""


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Log effects by cause over a window and some series, and how they were found."""

    effects: dict[Cause, float]
    promotion: float
    """Log effect of our own promotions, which the expectation already has."""
    extrapolated: Cause | None
    """The driver that was outside its history and so was given what the regression left unexplained, or part of it."""
    weather: float = 0.0
    """Log effect of the weather, where a story beside it is told and the expectation has it already."""
    holiday: float = 0.0
    """Log effect of holidays, which the expectation already has."""
    occasion: str = ""
    """The holiday that owns the remainder, because nothing was learned of it before; empty without one."""

    @property
    def total(self) -> float:
        return sum(self.effects.values())

    @property
    def change(self) -> float:
        """(actual - expected) / expected."""
        return float(np.expm1(self.total))

    @property
    def cause(self) -> Cause:
        """The largest part in the direction sales went."""
        direction = 1.0 if self.total >= 0 else -1.0
        return max(self.effects, key=lambda cause: direction * self.effects[cause])


def decompose(
    panel: Panel,
    baseline: Baseline,
    deviations: Deviations,
    faults: FeedFaults,
    rows: NDArray[np.int64],
    window: int,
    *,
    beside_the_weather: bool = False,
) -> Decomposition:
    """Split the mean log deviation of the newest `window` days over the series `rows`, weighted by expected units.

    A story `beside_the_weather` is told against what the weather makes one expect.

    Days the feed got wrong count as a data fault. Searches beyond anything the coefficients were fitted on take a
    remainder in their own direction. Weather beyond history takes, after what other categories share of it
    (`beyond_history`), as much of the rest as its own learned response may be wrong by against the size of other
    stories; and all of it where sales fell while people searched for the thing as never before: the wish is there and
    the trip is not, which no competitor does. A holiday that was never seen before takes it all.
    """
    trusted = np.where(faults.unreliable, np.nan, baseline.residual)

    def pooled(values: Floats) -> float:
        mean = window_mean(np.where(np.isfinite(trusted), values, np.nan)[rows][:, -window:], window)[:, -1]
        weight = np.where(np.isfinite(mean), np.exp(baseline.expected[rows, -1]), 0.0)
        total = float(weight.sum())
        return float((weight * np.nan_to_num(mean)).sum() / total) if total > 0 else 0.0

    effects = {cause: pooled(baseline.effects[cause]) for cause in DRIVERS}
    effects[Cause.SHOCK] = pooled(deviations.shock + deviations.regional)
    effects[Cause.DATA_FAULT] = _lost_to_the_feed(baseline, faults, rows, window)
    remainder = pooled(trusted) - effects[Cause.SHOCK]
    share = {Cause.UNEXPLAINED: 1.0}
    weather_outside = weather_is_outside_history(panel, baseline, rows, window)
    wanted = search_is_outside_history(panel, baseline, rows, window)
    if wanted and remainder > 0 and effects[Cause.SEARCH] > 0:
        weather_is_more = weather_outside and effects[Cause.WEATHER] > effects[Cause.SEARCH]
        share = {Cause.WEATHER if weather_is_more else Cause.SEARCH: 1.0}
    elif wanted and remainder < 0 and weather_outside:
        share = {Cause.WEATHER: 1.0}
    elif weather_outside and remainder:
        more = _weather_beyond(panel, baseline, deviations, rows, window, effects[Cause.WEATHER], remainder)
        share = {Cause.WEATHER: more / remainder}
    owner, part = next(iter(share.items()))
    effects[Cause.UNEXPLAINED] = remainder if owner is Cause.UNEXPLAINED else (1 - part) * remainder
    if owner is not Cause.UNEXPLAINED:
        effects[owner] += part * remainder
    extrapolated = owner if owner in DRIVERS and abs(part * remainder) > _NOTHING else None
    occasion = _occasion(panel, baseline, rows, window)
    if occasion:
        taken = part * remainder if owner is not Cause.UNEXPLAINED else 0.0
        effects[owner] -= taken
        effects[Cause.UNEXPLAINED] = 0.0
        effects[Cause.CALENDAR] = remainder + effects[Cause.SHOCK]
        effects[Cause.SHOCK] = 0.0
        extrapolated = None
    weather = effects[Cause.WEATHER] if beside_the_weather else 0.0
    effects[Cause.WEATHER] -= weather
    return Decomposition(
        effects,
        pooled(baseline.promotion),
        extrapolated,
        weather,
        holiday=pooled(baseline.occasion),
        occasion=occasion,
    )


def _weather_beyond(
    panel: Panel,
    baseline: Baseline,
    deviations: Deviations,
    rows: NDArray[np.int64],
    window: int,
    learned: float,
    remainder: float,
) -> float:
    """The part of the `remainder` of some series that their own response to weather beyond history may be, log units.

    The response is wrong by a share of the effect `learned` that is normal around 0, and another story is normal too;
    the remainder is split by their variances. Regions of the category that are not among `rows`, and have such weather
    as well, tell by how much the response is wrong.
    """
    wrong, variance = 0.0, OWN_MISS**2
    others = np.flatnonzero(np.isin(baseline.category_of, baseline.category_of[rows]))
    others = np.setdiff1d(others, rows)
    shown = window_mean(deviations.unexplained[others], window)[:, -1]
    others, shown = others[np.isfinite(shown)], shown[np.isfinite(shown)]
    if len(others) and weather_is_outside_history(panel, baseline, others, window):
        effect = float(baseline.effects[Cause.WEATHER][others, -window:].mean())
        noise = float((robust_scale(deviations.unexplained[others]) ** 2).mean()) / len(others)
        known = variance * effect**2 + noise
        wrong, variance = variance * effect * float(shown.mean()) / known, variance * noise / known
    likely = variance * learned**2
    return wrong * learned + likely / (likely + _OTHER_STORY**2) * (remainder - wrong * learned)


def _occasion(panel: Panel, baseline: Baseline, rows: NDArray[np.int64], window: int) -> str:
    """The name of a holiday that is felt in the window and that no earlier one has taught anything of."""
    first = panel.last_day - timedelta(days=window - 1)
    regions = np.unique(baseline.region_of[rows])
    felt = (one for region in regions for one in baseline.occasions.unlearned(int(region), first, panel.last_day))
    return next((one.name for one in felt), "")


def _lost_to_the_feed(baseline: Baseline, faults: FeedFaults, rows: NDArray[np.int64], window: int) -> float:
    """Log share of expected units that arrived believably in the window; at least log 0.01."""
    expected = np.exp(baseline.expected[rows, -window:])
    bad = faults.unreliable[rows, -window:] & (faults.days[rows] > 0)[:, None]
    share = float((expected * ~bad).sum() / max(expected.sum(), 1e-9))
    return float(np.log(max(share, 0.01)))


def is_advertisable(
    decomposition: Decomposition, price_change: float, weather_ahead: float, *, is_over: bool = False
) -> bool:
    """False for an empty shelf, a stale feed, a price rise, a shock that hits everything alike, for weather that took
    sales away and will go on doing so (`weather_ahead` is its expected log effect on the days to come), and for
    weather that brought sales, `is_over`, and brings next to none on those days."""
    cause, falling = decomposition.cause, decomposition.total < 0
    if cause in {Cause.DATA_FAULT, Cause.SHOCK, Cause.CALENDAR}:
        return False
    if cause is Cause.STOCK:
        return not falling
    if cause is Cause.WEATHER:
        if is_over and not falling:
            return weather_ahead > max(_MORE_OF_IT * decomposition.effects[Cause.WEATHER], _NOTHING)
        return not falling or weather_ahead > _FAVOURABLE
    return not (cause is Cause.PRICE and falling and price_change > _PRICE_RISE)
