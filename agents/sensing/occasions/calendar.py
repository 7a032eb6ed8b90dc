"""Holidays on the days of a panel: ordinary ones as columns of the regression, feasts by what each did before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from agents.sensing.occasions.public_holidays import FEAST_BEFORE, Occasion, occasions
from agents.sensing.occasions.school_holidays import school_holidays
from domain.panel import Panel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PRIOR_SD = 0.3
"""Of the log effect of one such day."""
UNLIKE = 0.2
"""How much the effect of a holiday differs from the last one's, as a share of it: an assumption, as two years of a
retailer's own would be needed to learn it."""
_LEAST_SCHOOL_DAYS = 10
"""Days without school, and days with it, before anything is said of their effect."""
_LEAST_HOLIDAYS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Occasions:
    """The holidays of each of R regions over T observed days and H to come."""

    start: date
    fitted: int
    """Days that something can be learned from, the first ones."""
    whole: int
    """T + H."""
    by_region: tuple[tuple[Occasion, ...], ...]
    columns: tuple[tuple[str, Floats], ...]
    """Of ordinary holidays and of schools: name and values by region, [R, T + H]."""

    @property
    def in_feast(self) -> Flags:
        """Days on which a feast is felt, [R, T + H]: of those the regression learns nothing."""
        felt = np.zeros((len(self.by_region), self.whole), dtype=np.bool_)
        for row, of_region in enumerate(self.by_region):
            for one in of_region:
                if one.is_feast:
                    felt[row, self._days(one)] = True
        return felt

    def unlearned(self, region: int, first: date, last: date) -> tuple[Occasion, ...]:
        """Those felt in a region on a day from `first` to `last` of whose kind none was before."""
        felt = (one for one in self.by_region[region] if one.first <= last and first <= one.last)
        return tuple(one for one in felt if not self._is_learned(one, region))

    def _is_learned(self, one: Occasion, region: int) -> bool:
        if one.is_feast:
            return bool(self._before(one, region))
        last = self.start + timedelta(days=self.fitted - 1)
        past = [other for other in self.by_region[region] if not other.is_feast and self.start < other.day <= last]
        return len([other for other in past if other.day < one.day]) >= _LEAST_HOLIDAYS

    def _before(self, one: Occasion, region: int) -> list[Occasion]:
        """The same feast in earlier years, whole in the days that are fitted."""
        last = self.start + timedelta(days=self.fitted - 1)
        return [
            other
            for other in self.by_region[region]
            if other.name == one.name and other.day < one.day and self.start < other.first and other.last <= last
        ]

    def _days(self, one: Occasion) -> slice:
        return slice(max((one.first - self.start).days, 0), max((one.last - self.start).days + 1, 0))

    def feasts(
        self, beyond_level: Floats, noise: Floats, category_of: NDArray[np.int64], region_of: NDArray[np.int64]
    ) -> Floats:
        """Log effect of feasts on each series, [S, T + H]; 0 on other days, NaN where no earlier year taught anything.

        What a feast did before is read from what is `beyond_level` [S, T], where a day's noise has the standard
        deviation `noise` [S]: the mean of a category's series by day of the feast, shrunk towards 0 by `PRIOR_SD`.
        """
        series, days = beyond_level.shape
        effect = np.zeros((series, self.whole))
        in_feast = self.in_feast[region_of][:, :days]
        if not in_feast.any():
            return effect
        for region, of_region in enumerate(self.by_region):
            mine = np.flatnonzero(region_of == region)
            for one in of_region:
                if not one.is_feast:
                    continue
                for place in range(*self._days(one).indices(self.whole)):
                    past = [place - (one.day - other.day).days for other in self._before(one, region)]
                    effect[mine, place] = self._profile(beyond_level, past, category_of, noise**2)[category_of[mine]]
        return effect

    @staticmethod
    def _profile(beyond: Floats, days: Sequence[int], category_of: NDArray[np.int64], noise: Floats) -> Floats:
        """Of each category on some days, [G]; NaN without any."""
        groups = int(category_of.max()) + 1
        shown = beyond[:, list(days)]
        known = np.isfinite(shown)
        count = np.bincount(category_of, known.sum(axis=1), groups)
        total = np.bincount(category_of, np.where(known, shown, 0.0).sum(axis=1), groups)
        spread = np.bincount(category_of, noise, groups) / np.maximum(np.bincount(category_of, minlength=groups), 1)
        shrunk = total / (count + spread / PRIOR_SD**2)
        return np.where(count > 0, shrunk, np.nan)


def occasions_of(panel: Panel, regions: tuple[str, ...], horizon: int, fitted: int) -> Occasions:
    """Of the regions in their order; nothing for a panel without a country. Raises BadInput for an unknown one."""
    whole = panel.days + horizon
    end = panel.start + timedelta(days=whole + FEAST_BEFORE)
    found = tuple(occasions(panel.country, region, panel.start, end) for region in regions)
    columns: list[tuple[str, Floats]] = []

    def add(name: str, values: Floats, least: int) -> None:
        if values[:, :fitted].any(axis=0).sum() >= least:
            columns.append((name, values))

    ordinary = [[one.day for one in of_region if not one.is_feast] for of_region in found]
    add("public holiday", _marked(panel.start, whole, ordinary), 1)
    eves = [[day - timedelta(days=1) for day in days] for days in ordinary]
    add("before a holiday", _marked(panel.start, whole, eves), 1)
    schools = _schools(panel, regions, whole)
    if (schools[:, :fitted] == 0).any(axis=0).sum() >= _LEAST_SCHOOL_DAYS:
        add("school holiday", schools, _LEAST_SCHOOL_DAYS)
    return Occasions(panel.start, fitted, whole, found, tuple(columns))


def _marked(start: date, whole: int, days_of: Sequence[Sequence[date]]) -> Floats:
    """1 on some days of each region, [R, `whole`]."""
    values = np.zeros((len(days_of), whole))
    for row, days in enumerate(days_of):
        places = [(day - start).days for day in days]
        values[row, [place for place in places if 0 <= place < whole]] = 1.0
    return values


def _schools(panel: Panel, regions: tuple[str, ...], whole: int) -> Floats:
    """Where no school is, as far as is known, [R, T + H]; weekends within holidays count."""
    off = np.zeros((len(regions), whole))
    for row, region in enumerate(regions):
        for first, last in school_holidays(panel.country, region):
            begin, end = (first - panel.start).days, (last - panel.start).days + 1
            off[row, max(begin, 0) : max(end, 0)] = 1.0
    return off
