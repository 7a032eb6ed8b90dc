"""From alarms to findings: one per category, with its regions, causes, value, and the weather to come."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.alarms import Alarm, alarms_above, shock_alarms
from agents.sensing.alarms.deviations import FORECAST_DAYS, SALES_SCOPES, Deviations, values_of
from agents.sensing.baseline.baseline import Baseline
from agents.sensing.baseline.regressors import JUDGED_DAYS
from agents.sensing.baseline.tracking import follow_scale, window_mean
from agents.sensing.conditions import behind, forecast_spells, observed_spells
from agents.sensing.feed import FeedFaults
from agents.sensing.sight import Sight, take_sight
from agents.sensing.telling.diagnosis import Decomposition, decompose, is_advertisable
from agents.sensing.telling.insight import Insight, ranked
from agents.sensing.telling.places import taking_part
from domain.opportunity import Cause, OpportunityKind
from domain.panel import Panel

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_WORTH_SAYING = 0.03
"""Log effects smaller than this are not findings, however certain."""
_FORECAST_WORTH_SAYING = 0.05
_NEARLY_ALL = 0.75
"""Share of a region's series without data that makes its whole feed the fault."""
_FEWER_CAUSES = 1.25
"""The weather moves some regions and not others, so an alarm without it says better where something happened: it is
told unless the one with the weather in it is clearer by this."""
_PRICE_DAYS = 28
_LASTING = 0.5
"""The part of a search or unexplained deviation that is expected to last, on average, over the coming week."""


def sense(panel: Panel, threshold: float) -> list[Insight]:
    """Every finding of the panel's newest day whose score exceeds the threshold, in the order to act on them."""
    return findings_of(take_sight(panel), threshold)


def findings_of(seen: Sight, threshold: float) -> list[Insight]:
    """The same of a day that is seen already."""
    baseline, faults, deviations = seen.baseline, seen.faults, seen.deviations
    sight = _Sight(seen.panel, baseline, deviations, faults)
    failed = [sight.of_each_category(alarms) for alarms in _fault_alarms(faults, baseline, threshold)]
    lost = [finding for findings in failed for finding in _one_for_the_feed(findings, len(baseline.categories))]
    shocks = shock_alarms(baseline, deviations, _largest(baseline), threshold)
    common = [finding for shock in shocks if (finding := sight.finding(shock.category, [shock])) is not None]
    return ranked([*lost, *sight.of_each_category(alarms_above(seen.tests, threshold)), *common])


def _one_for_the_feed(findings: list[Insight], categories: int) -> list[Insight]:
    """When most categories lost their data, that is one finding, told by the most valuable of them."""
    if len(findings) <= categories / 2 or categories == 1:
        return findings
    return [replace(max(findings, key=lambda finding: finding.value), whole_feed=True)]


def _largest(baseline: Baseline) -> int:
    return int(np.argmax(np.bincount(baseline.category_of, weights=np.exp(baseline.expected[:, -1]))))


def _fault_alarms(faults: FeedFaults, baseline: Baseline, threshold: float) -> list[list[Alarm]]:
    """One alarm for each series whose feed has failed, those together whose category, or whose region, failed whole."""
    failed = faults.score > threshold
    whole = np.array([failed[baseline.region_of == region].mean() > _NEARLY_ALL for region in baseline.region_of])
    groups = [np.flatnonzero(failed & whole), np.flatnonzero(failed & ~whole)]
    return [[_fault_alarm(faults, baseline, int(row)) for row in rows] for rows in groups]


def _fault_alarm(faults: FeedFaults, baseline: Baseline, row: int) -> Alarm:
    return Alarm(
        category=int(baseline.category_of[row]),
        series=row,
        scope="feed",
        window=int(min(faults.days[row], 7)),
        robust_z=0.0,
        isolation=1.0,
        p_value=0.0,
        score=float(faults.score[row]),
    )


@dataclass(frozen=True, slots=True)
class _Sight:
    """All that is known on the day, so that a finding can be put together."""

    panel: Panel
    baseline: Baseline
    deviations: Deviations
    faults: FeedFaults

    def of_each_category(self, alarms: list[Alarm]) -> list[Insight]:
        """At most one finding for each category that has an alarm."""
        found = (self.finding(category, alarms) for category in dict.fromkeys(alarm.category for alarm in alarms))
        return [finding for finding in found if finding is not None]

    def finding(self, category: int, alarms: list[Alarm]) -> Insight | None:
        """The category's finding by its clearest alarm that is worth saying, or `None` when none is."""
        mine = [alarm for alarm in alarms if alarm.category == category]
        for alarm in sorted(mine, key=_clearest_first):
            rows = self._rows(alarm, mine)
            if not len(rows):
                continue
            window = alarm.window if alarm.scope != "forecast" else FORECAST_DAYS
            decomposition = decompose(self.panel, self.baseline, self.deviations, self.faults, rows, window)
            if _worth_saying(alarm, decomposition, self._ahead(category)):
                return self._finding(category, alarm, rows, decomposition)
        return None

    def _units_ahead(self, rows: Rows, decomposition: Decomposition, weather_ahead: float) -> float:
        """Units a day to expect of the coming days without advertising, all `rows` together: the calendar's
        expectation, moved by the forecast weather, and by the part of today's search and unexplained deviation that
        is likely to last."""
        calendar = float(np.exp(self.baseline.expected_ahead[rows]).sum() / self.baseline.expected_ahead.shape[1])
        lasting = sum(decomposition.effects.get(cause, 0.0) for cause in (Cause.SEARCH, Cause.UNEXPLAINED))
        return calendar * float(np.exp(weather_ahead + _LASTING * lasting))

    def _ahead(self, category: int) -> float:
        return float(np.nan_to_num(self.deviations.weather_ahead[category]))

    def _finding(self, category: int, alarm: Alarm, rows: Rows, decomposition: Decomposition) -> Insight:
        window = alarm.window if alarm.scope != "forecast" else FORECAST_DAYS
        ahead = self._ahead(category)
        wide = self._with_the_unseen(category, alarm, rows)
        kind = _kind(alarm, decomposition)
        price, price_change = self._price(rows, window)
        spells_now = observed_spells(self.panel, self.baseline, rows, window)
        spells_ahead = forecast_spells(self.panel, self.baseline, rows)
        advertisable = alarm.scope != "shock" and is_advertisable(decomposition, price_change, ahead)
        return Insight(
            category=self.baseline.categories[category],
            regions=tuple(dict.fromkeys(self.panel.series[row].region for row in wide)),
            everywhere=len(wide) == int((self.baseline.category_of == category).sum()),
            rows=tuple(int(row) for row in rows),
            kind=kind,
            alarm=alarm,
            decomposition=decomposition,
            weather_ahead=ahead,
            spells_now=spells_now,
            spells_ahead=spells_ahead,
            spell_now=behind(
                spells_now,
                self._weather_parts(rows, slice(self.panel.days - window, self.panel.days)),
                decomposition.effects[Cause.WEATHER],
                extrapolated=decomposition.extrapolated is Cause.WEATHER,
            ),
            spell_ahead=behind(
                spells_ahead,
                self._weather_parts(rows, slice(self.panel.days, self.panel.days + FORECAST_DAYS)),
                ahead,
                extrapolated=False,
            ),
            units_per_day=self._units_ahead(wide, decomposition, ahead),
            expected_per_day=float(np.exp(self.baseline.expected[rows, -window:]).sum() / window),
            average_price=price,
            price_change=price_change,
            on_shelf=_mean(self.panel.in_stock[rows, -window:]),
            search_change=self._search(rows),
            advertisable=advertisable if kind is not OpportunityKind.FORECAST_WINDOW else ahead > 0,
            missing_days=int(self.faults.days[rows].max()),
            watched=self._watched(rows),
        )

    def _rows(self, alarm: Alarm, alarms: list[Alarm]) -> Rows:
        """The series that take part in an alarm."""
        everywhere = np.flatnonzero(self.baseline.category_of == alarm.category)
        if alarm.scope == "feed":
            return np.array(sorted({other.series for other in alarms if other.series is not None}), dtype=np.int64)
        believed = everywhere[~self.faults.of_today[everywhere] & ~self.faults.unjudged[everywhere]]
        if alarm.scope == "shock" and alarm.share < 1 and self.deviations.group is not None:
            return np.flatnonzero(self.deviations.group.members)
        if alarm.scope == "shock":
            mine = believed if alarm.series is None else believed[self._is_of_region(alarm.series, believed)]
            return mine if len(mine) else everywhere
        if alarm.scope == "forecast":
            values = self.baseline.effects[Cause.WEATHER][everywhere]
            shown = self.baseline.weather_ahead[everywhere, :FORECAST_DAYS].mean(axis=1)
            believed = everywhere
        else:
            values = values_of(self.deviations, alarm.scope)[believed]
            shown = window_mean(values, alarm.window)[:, -1]
        noise = follow_scale(window_mean(values, alarm.window), lag=JUDGED_DAYS)[:, -1]
        part = taking_part(shown, noise, float(np.sign(alarm.robust_z)))
        return believed[part] if part.any() else believed

    def _is_of_region(self, series: int, rows: Rows) -> NDArray[np.bool_]:
        same: NDArray[np.bool_] = self.baseline.region_of[rows] == self.baseline.region_of[series]
        return same

    def _with_the_unseen(self, category: int, alarm: Alarm, rows: Rows) -> Rows:
        """Where all regions that can be seen take part, those whose feed failed are taken to do the same."""
        everywhere = np.flatnonzero(self.baseline.category_of == category)
        unseen = everywhere[self.faults.of_today[everywhere]]
        whole = len(rows) + len(unseen) == len(everywhere)
        if alarm.scope == "feed" or not whole or len(rows) <= len(unseen):
            return rows
        return everywhere

    def _price(self, rows: Rows, window: int) -> tuple[float, float]:
        """Average price of the last weeks, weighted by units, and the window's relative change against it."""
        price = self.panel.price[rows, -_PRICE_DAYS:].astype(np.float64)
        units = np.nan_to_num(self.panel.units[rows, -_PRICE_DAYS:].astype(np.float64))
        weight = np.where(np.isfinite(price), units, 0.0)
        average = float((np.nan_to_num(price) * weight).sum() / weight.sum()) if weight.sum() > 0 else 0.0
        before, now = _median(price[:, :-window]), _median(price[:, -window:])
        return average, now / before - 1 if before > 0 and now > 0 else 0.0

    def _watched(self, rows: Rows) -> tuple[str, ...]:
        streams = {"stock": [self.panel.in_stock], "price": [self.panel.price], "weather": self.panel.weather.values()}
        return tuple(
            name for name, arrays in streams.items() if any(np.isfinite(array[rows]).any() for array in arrays)
        )

    def _weather_parts(self, rows: Rows, days: slice) -> dict[str, float]:
        """Mean log effect of each of the weather's drivers on the series `rows` over some days."""
        return {driver: float(effect[rows, days].mean()) for driver, effect in self.baseline.weather_parts.items()}

    def _search(self, rows: Rows) -> float:
        if "log search" not in self.baseline.anomalies:
            return float("nan")
        return float(np.expm1(self.baseline.anomalies["log search"][rows, self.panel.days - 1].mean()))


def _clearest_first(alarm: Alarm) -> tuple[int, float, float]:
    """A fault of the feed before anything else, the whole category before its regions, the forecast last.

    Among those of one kind the largest z, which the window has that fits what happened best.
    """
    order = 0 if alarm.scope == "feed" else 3 if alarm.scope == "forecast" else 1 if alarm.series is None else 2
    plain = 1.0 if alarm.scope == "observed" else _FEWER_CAUSES
    return order, -abs(alarm.robust_z) * plain, -alarm.score


def _worth_saying(alarm: Alarm, decomposition: Decomposition, ahead: float) -> bool:
    """Large enough, and not one part that moved while another made up for it, so that sales are where they should."""
    if alarm.scope == "forecast":
        return abs(ahead) >= _FORECAST_WORTH_SAYING
    if alarm.scope in SALES_SCOPES and alarm.robust_z * decomposition.total < 0:
        return False
    return abs(decomposition.total) >= _WORTH_SAYING or alarm.scope == "shock"


def _kind(alarm: Alarm, decomposition: Decomposition) -> OpportunityKind:
    if alarm.scope == "forecast":
        return OpportunityKind.FORECAST_WINDOW
    return OpportunityKind.SALES_DROP if decomposition.total < 0 else OpportunityKind.DEMAND_SURGE


def _mean(values: NDArray[np.float32]) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")


def _median(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else 0.0
