"""All that is known of a day, and in which series something happened."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.alarms import Alarm
from agents.sensing.alarms.deviations import FORECAST_DAYS, SALES_SCOPES, Deviations, values_of
from agents.sensing.baseline.baseline import Baseline
from agents.sensing.baseline.regressors import JUDGED_DAYS
from agents.sensing.baseline.tracking import follow_scale, window_mean
from agents.sensing.feed import FeedFaults
from agents.sensing.telling.diagnosis import Decomposition, decompose
from agents.sensing.telling.places import taking_part
from domain.opportunity import Cause
from domain.panel import Panel

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scene:
    """All that is known on the day, so that a finding can be put together."""

    panel: Panel
    baseline: Baseline
    deviations: Deviations
    faults: FeedFaults

    def decomposed(self, rows: Rows, alarm: Alarm, *, beside_the_weather: bool = False) -> Decomposition:
        return decompose(
            self.panel, self.baseline, self.deviations, self.faults, rows, window_of(alarm),
            beside_the_weather=beside_the_weather,
        )  # fmt: skip

    def where_the_cause_is(self, alarm: Alarm, rows: Rows) -> tuple[Rows, Decomposition]:
        """The regions in which what the alarm is put down to shows, and the parts of the deviation there.

        An alarm is raised by sums: of regions whose price rose it may hold one that fell by chance. The regions are
        those of the cause, where sales went its way, as long as it stays the cause there.
        """
        decomposition = self.decomposed(rows, alarm)
        if alarm.scope not in SALES_SCOPES or decomposition.extrapolated is Cause.SEARCH:
            return rows, decomposition
        values = self._shown_by(decomposition.cause)
        if values is None:
            return rows, decomposition
        direction = 1.0 if decomposition.total > 0 else -1.0
        everywhere = self._believed(alarm.category)
        part = everywhere[_part(values[everywhere], alarm.window, direction)]
        moved = window_mean(self.deviations.observed[part], alarm.window)[:, -1]
        part = part[direction * moved > 0]
        if not len(part):
            return rows, decomposition
        there = self.decomposed(part, alarm)
        same = there.cause is decomposition.cause and there.total * decomposition.total > 0
        return (part, there) if same else (rows, decomposition)

    def _shown_by(self, cause: Cause) -> Floats | None:
        """What tells in which regions a cause acts, [S, T]; `None` where only the alarm itself does."""
        match cause:
            case Cause.PRICE | Cause.STOCK:
                return self.baseline.effects[cause]
            case Cause.WEATHER:
                return self.deviations.observed
            case Cause.UNEXPLAINED:
                return self.deviations.unexplained
            case _:
                return None

    def rows(self, alarm: Alarm, alarms: list[Alarm]) -> Rows:
        """The series that take part in an alarm."""
        everywhere = np.flatnonzero(self.baseline.category_of == alarm.category)
        if alarm.scope == "feed":
            return np.array(sorted({other.series for other in alarms if other.series is not None}), dtype=np.int64)
        believed = self._believed(alarm.category)
        if alarm.scope == "shock" and alarm.share < 1 and self.deviations.group is not None:
            return np.flatnonzero(self.deviations.group.members)
        if alarm.scope == "shock":
            mine = believed if alarm.series is None else believed[self._is_of_region(alarm.series, believed)]
            return mine if len(mine) else everywhere
        if alarm.scope == "forecast":
            believed = everywhere
            values = self.baseline.effects[Cause.WEATHER][everywhere]
            shown = self.baseline.weather_ahead[everywhere, :FORECAST_DAYS].mean(axis=1)
            part = _part(values, alarm.window, float(np.sign(alarm.robust_z)), shown)
        else:
            values = values_of(self.deviations, alarm.scope)[believed]
            part = _part(values, alarm.window, float(np.sign(alarm.robust_z)))
        return believed[part] if part.any() else believed

    def rows_of_all(self, shock: Alarm) -> Rows:
        """The series of every category that take part in a common shock: all, those of its region, or its group."""
        if shock.share < 1:
            return self.rows(shock, [])
        every = np.flatnonzero(~self.faults.of_today & ~self.faults.unjudged)
        return every if shock.series is None else every[self._is_of_region(shock.series, every)]

    def _believed(self, category: int) -> Rows:
        """The series of a category that have something to say today."""
        mine = self.baseline.category_of == category
        return np.flatnonzero(mine & ~self.faults.of_today & ~self.faults.unjudged)

    def _is_of_region(self, series: int, rows: Rows) -> NDArray[np.bool_]:
        same: NDArray[np.bool_] = self.baseline.region_of[rows] == self.baseline.region_of[series]
        return same

    def with_the_unseen(self, category: int, alarm: Alarm, rows: Rows) -> Rows:
        """Where all regions that can be seen take part, those whose feed failed are taken to do the same."""
        everywhere = np.flatnonzero(self.baseline.category_of == category)
        unseen = everywhere[self.faults.of_today[everywhere]]
        whole = len(rows) + len(unseen) == len(everywhere)
        if alarm.scope == "feed" or not whole or len(rows) <= len(unseen):
            return rows
        return everywhere

    def unseen(self, category: int, alarm: Alarm) -> tuple[str, ...]:
        """Regions whose sales of the category did not arrive; none where that itself is the finding."""
        if alarm.scope in {"feed", "forecast"}:
            return ()
        rows = np.flatnonzero((self.baseline.category_of == category) & self.faults.of_today)
        return tuple(dict.fromkeys(self.panel.series[row].region for row in rows))

    def ahead(self, category: int) -> float:
        """Mean log effect of the forecast weather on a category."""
        return float(np.nan_to_num(self.deviations.weather_ahead[category]))


def window_of(alarm: Alarm) -> int:
    return alarm.window if alarm.scope != "forecast" else FORECAST_DAYS


def _part(values: Floats, window: int, direction: float, shown: Floats | None = None) -> NDArray[np.bool_]:
    """Which series take part in what their `values` [N, T] show over the newest days, or in what is `shown` [N]."""
    means = window_mean(values, window)
    noise = follow_scale(means, lag=JUDGED_DAYS)[:, -1]
    return taking_part(means[:, -1] if shown is None else shown, noise, direction)
