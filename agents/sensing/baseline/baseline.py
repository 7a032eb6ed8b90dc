"""Expected log sales of every series: a robust regression pooled within each category, and a level that follows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from agents.sensing.baseline.parts import DRIVERS, HORIZON_DAYS, Part, fit_all, numbered
from agents.sensing.baseline.regressors import JUDGED_DAYS
from agents.sensing.baseline.tracking import worth
from agents.sensing.occasions.calendar import UNLIKE, Occasions
from domain.opportunity import Cause
from domain.panel import Panel

__all__ = ["DRIVERS", "HORIZON_DAYS", "Baseline", "fit_baseline"]

Floats = NDArray[np.float64]
Name = TypeVar("Name", str, Cause)


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """Expected sales and the parts of every deviation, in log units.

    `expected + sum(effects) + residual = log(units)` on every day with units.
    """

    categories: tuple[str, ...]
    category_of: NDArray[np.int64]
    """Index into `categories` of each series, [S]."""
    region_of: NDArray[np.int64]
    """Number of the region of each series, in the order they come, [S]."""
    expected: Floats
    """Log units a day with normal drivers and our promotions, at the level known the evening before, [S, T]."""
    expected_ahead: Floats
    """The same for the forecast days, [S, H]."""
    promotion: Floats
    """Log effect of our promotions against a typical day, part of `expected`, [S, T]."""
    promotion_beyond: Floats
    """What the regression would have a promotion do beyond the most it is expected to, [S, T]."""
    occasion: Floats
    """Log effect of public and school holidays, part of `expected`, [S, T]."""
    occasions: Occasions
    """The holidays of each region, by `region_of`."""
    effects: dict[Cause, Floats]
    """Log effect of each driver against normal, [S, T]."""
    weather_ahead: Floats
    """Log effect of the forecast weather, [S, H]; NaN beyond the forecast."""
    weather_parts: dict[str, Floats]
    """Log effect of the weather by driver, `temperature` and `rain`, against normal, each [S, T + H]."""
    anomalies: dict[str, Floats]
    """Regressors by name, as deviations from what the calendar makes normal, each [S, T + H]."""
    residual: Floats
    """What no driver explains, NaN where units are missing, [S, T]."""
    noise: Floats
    """The robust standard deviation of `residual` over the fitted days, log units, [S]."""
    level: Floats
    """The part of `expected` that follows the series, as it was known the evening before, [S, T]."""
    coefficients: Floats
    """One row per category, [G, K]."""
    column_names: tuple[str, ...]

    @property
    def certainty(self) -> Floats:
        """What a deviation of a day is worth beside those of other days, [S, T], 1 on most of them. No two holidays
        are alike, so what one did before is known to within `UNLIKE` of its size; and of a promotion far deeper than
        any before, nobody knows how much it does."""
        unsure = np.hypot(UNLIKE * self.occasion, self.promotion_beyond)
        return worth(self.noise[:, None], unsure) if unsure.any() else np.ones_like(unsure)

    @property
    def deviation(self) -> Floats:
        """Log sales less what the calendar and our promotions make one expect, NaN where units are missing, [S, T]."""
        total = self.residual
        for effect in self.effects.values():
            total = total + effect
        return total


def fit_baseline(panel: Panel, fitted: int | None = None) -> Baseline:
    """Fit on the first `fitted` days, those before the newest `JUDGED_DAYS` if not said, and predict all of them and
    the forecast days.

    Iterated reweighting (Huber, k = 1.5) of one ridge regression per category by normal equations: shared
    coefficients, an intercept per series. Missing units have weight 0.
    """
    regressors, fitted_parts = fit_all(panel, max(panel.days - JUDGED_DAYS, 1) if fitted is None else fitted)
    parts = list(fitted_parts)
    back = np.argsort(np.concatenate([part.rows for part in parts]))

    def all_of(read: Callable[[Part], Floats]) -> Floats:
        if len(parts) == 1 and (parts[0].rows == np.arange(len(back))).all():
            return read(parts[0])
        return np.concatenate([read(part) for part in parts])[back]

    def each_of(read: Callable[[Part], dict[Name, Floats]]) -> dict[Name, Floats]:
        def one(name: Name) -> Floats:
            return all_of(lambda part: read(part)[name])

        return {name: one(name) for name in read(parts[0])}

    return Baseline(
        categories=tuple(dict.fromkeys(key.category for key in panel.series)),
        category_of=numbered([key.category for key in panel.series]),
        region_of=numbered([key.region for key in panel.series]),
        expected=all_of(lambda part: part.expected),
        expected_ahead=all_of(lambda part: part.expected_ahead),
        promotion=all_of(lambda part: part.promotion),
        promotion_beyond=all_of(lambda part: part.promotion_beyond),
        occasion=all_of(lambda part: part.occasion),
        occasions=regressors.occasions,
        effects=each_of(lambda part: part.effects),
        weather_ahead=all_of(lambda part: part.weather_ahead),
        weather_parts=each_of(lambda part: part.weather_parts),
        anomalies=each_of(lambda part: part.anomalies),
        residual=all_of(lambda part: part.residual),
        noise=all_of(lambda part: part.noise),
        level=all_of(lambda part: part.level),
        coefficients=np.concatenate([part.coefficients for part in parts]),
        column_names=tuple(column.name for column in regressors.columns),
    )
