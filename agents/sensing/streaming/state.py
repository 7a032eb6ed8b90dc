"""What has to be known of every series to judge its next day, whatever the length of its history."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.calibration import Calibration
from agents.sensing.alarms.deviations import RegionUsual
from agents.sensing.baseline.level import LevelState
from agents.sensing.baseline.regressors import Bends
from agents.sensing.baseline.tracking import Following
from domain.opportunity import Cause
from domain.panel import SeriesKey

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """The week's coefficients and what makes a normal day of every column. S series, G categories, P places."""

    names: tuple[str, ...]
    """Of the K columns, as `Regressors.columns`."""
    causes: tuple[Cause | None, ...]
    coefficients: Floats
    """[G, K]."""
    intercept: Floats
    """[S]."""
    promoted_most: Floats
    """The largest log effect that a promotion is expected to have, [S]."""
    noise: Floats
    """How much each series usually deviates, in log units, shocks included, [S]."""
    week: Floats
    """What a weekday adds to the category's, by day modulo 7, [S, 7]."""
    own_normal: dict[str, Floats]
    """By own column its median [S, 1], or mean and coefficients of the calendar [S, 1 + B]."""
    place_normal: dict[str, Floats]
    """By weather column the same, [P, 1 + B]."""
    bends: Bends


@dataclass(frozen=True, slots=True, eq=False)
class Scales:
    """How much each series' windows usually deviate. W windows."""

    static: Floats
    """[W, S]."""
    following: tuple[Following, ...]
    """What the scale of each window follows, W of one component."""


@dataclass(frozen=True, slots=True, eq=False)
class SensingState:
    """All that the newest day of S series is judged by. About a kilobyte a series; it does not grow."""

    start: date
    """First day of the panel that was fitted."""
    fitted: int
    """Days that were fitted."""
    days: int
    """Days that are known: those fitted and those that were judged since."""
    has_year: bool
    series: tuple[SeriesKey, ...]
    category_of: Numbers
    region_of: Numbers
    place_of: Numbers
    """The place of each series, whose weather it has, [S]."""
    regression: Regression
    level: LevelState
    drivers: Following
    """Lasting effects of the drivers that are levelled, each a component."""
    scales: Scales
    standing: Floats
    """The newest deviations, each with the level it was set against, the oldest first, NaN where unknown, [6, S]."""
    levels: Floats
    """The levels that were known before those days, [6, S]."""
    promotion: Floats
    """The newest days' share on promotion, [AFTER_DAYS, S]."""
    search: Floats
    """The newest days' log search interest, [SEARCH_LEADS_DAYS, S]."""
    units: Floats
    """The newest day's, NaN where missing, [S]."""
    last_sold: Numbers
    """The number of the last day with a sale, [S]."""
    begun: Flags
    """Whether a series has sold before, [S]."""
    too_new: Flags
    """Series of which nothing can be expected yet, [S]."""
    usual: tuple[RegionUsual, ...]
    """How much each region's median moves, R."""
    calibration: tuple[Calibration, ...]
    """Of each window, W."""

    @property
    def next_day(self) -> date:
        return self.start + timedelta(days=self.days)
