"""Why sales moved: the deviation from expectation, split into causes whose log effects sum to it."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.deviations import Deviations
from agents.sensing.baseline.baseline import DRIVERS, Baseline
from agents.sensing.baseline.tracking import window_mean
from agents.sensing.conditions import search_is_outside_history, weather_is_outside_history
from agents.sensing.feed import FeedFaults
from domain.opportunity import Cause
from domain.panel import Panel

Floats = NDArray[np.float64]

_PRICE_RISE = 0.02
_FAVOURABLE = -0.01
"""Forecast weather is still worth advertising into when its usual effect is no worse than this."""


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Log effects by cause over a window and some series, and how they were found."""

    effects: dict[Cause, float]
    promotion: float
    """Log effect of our own promotions, which the expectation already has."""
    extrapolated: Cause | None
    """The driver that was outside its history and so was given what the regression left unexplained."""
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
) -> Decomposition:
    """Split the mean log deviation of the newest `window` days over the series `rows`, weighted by expected units.

    Days the feed got wrong count as a data fault. Where the weather or the search interest lies outside what the
    coefficients were fitted on, or a holiday is felt that was never seen before, the remainder is theirs: the
    regression is extrapolating there, and an unheard-of downpour is likelier than a coincidence. Search can only take a
    remainder in its own direction; weather either, as it makes shoppers want things and keeps them from the shop.
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
    owner = Cause.UNEXPLAINED
    if remainder > 0 and effects[Cause.SEARCH] > 0 and search_is_outside_history(panel, baseline, rows, window):
        owner = Cause.SEARCH
    weather_may_own = owner is Cause.UNEXPLAINED or abs(effects[Cause.WEATHER]) > abs(effects[Cause.SEARCH])
    if weather_may_own and weather_is_outside_history(panel, baseline, rows, window):
        owner = Cause.WEATHER
    effects[Cause.UNEXPLAINED] = 0.0
    effects[owner] += remainder
    extrapolated = owner if owner is not Cause.UNEXPLAINED else None
    occasion = _occasion(panel, baseline, rows, window)
    if occasion:
        effects[owner] -= remainder
        effects[Cause.CALENDAR] = remainder
        extrapolated = None
    return Decomposition(effects, pooled(baseline.promotion), extrapolated, pooled(baseline.occasion), occasion)


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


def is_advertisable(decomposition: Decomposition, price_change: float, weather_ahead: float) -> bool:
    """False for an empty shelf, a stale feed, a price rise, a shock that hits everything alike, and for weather that
    took sales away and will go on doing so (`weather_ahead` is its expected log effect on the days to come)."""
    cause, falling = decomposition.cause, decomposition.total < 0
    if cause in {Cause.DATA_FAULT, Cause.SHOCK, Cause.CALENDAR}:
        return False
    if cause is Cause.STOCK:
        return not falling
    if cause is Cause.WEATHER:
        return not falling or weather_ahead > _FAVOURABLE
    return not (cause is Cause.PRICE and falling and price_change > _PRICE_RISE)
