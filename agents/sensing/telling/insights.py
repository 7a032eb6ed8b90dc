"""From alarms to findings: one per category, with its regions, causes, value, and the weather to come."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.alarms import Alarm, raise_alarms, shock_alarm
from agents.sensing.alarms.deviations import FORECAST_DAYS, Deviations, measure_deviations
from agents.sensing.baseline.baseline import Baseline, fit_baseline
from agents.sensing.baseline.tracking import window_mean
from agents.sensing.conditions import behind, forecast_spells, observed_spells
from agents.sensing.feed import FeedFaults, find_feed_faults
from agents.sensing.telling.diagnosis import Decomposition, decompose, is_advertisable
from agents.sensing.telling.insight import Insight, ranked
from domain.opportunity import Cause, OpportunityKind
from domain.panel import Panel

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_WORTH_SAYING = 0.03
"""Log effects smaller than this are not findings, however certain."""
_FORECAST_WORTH_SAYING = 0.05
_TAKES_PART = 0.4
"""A region takes part in a category's deviation when it shows at least this share of it."""
_NEARLY_ALL = 0.75
_PRICE_DAYS = 28
_LASTING = 0.5
"""The part of a search or unexplained deviation that is expected to last, on average, over the coming week."""


def sense(panel: Panel, threshold: float) -> list[Insight]:
    """Every finding of the panel's newest day whose score exceeds the threshold, in the order to act on them."""
    baseline = fit_baseline(panel)
    faults = find_feed_faults(panel, baseline)
    deviations = measure_deviations(baseline, faults.unreliable)
    alarms = _fault_alarms(faults, baseline, threshold) + raise_alarms(baseline, deviations, threshold)
    sight = _Sight(panel, baseline, deviations, faults)
    findings = [sight.finding(category, alarms) for category in dict.fromkeys(alarm.category for alarm in alarms)]
    largest = _largest(baseline)
    shock = shock_alarm(deviations.shock, largest, threshold)
    if shock is not None and all(alarm.category != largest for alarm in alarms):
        findings.append(sight.finding(largest, [shock]))
    return ranked(_one_for_the_feed([finding for finding in findings if finding is not None], len(baseline.categories)))


def _one_for_the_feed(findings: list[Insight], categories: int) -> list[Insight]:
    """When most categories lost their data, that is one finding, told by the most valuable of them."""
    lost = [finding for finding in findings if finding.alarm.scope == "feed"]
    if len(lost) <= categories / 2:
        return findings
    most = max(lost, key=lambda finding: finding.value)
    return [replace(most, whole_feed=True), *(finding for finding in findings if finding.alarm.scope != "feed")]


def _largest(baseline: Baseline) -> int:
    return int(np.argmax(np.bincount(baseline.category_of, weights=np.exp(baseline.expected[:, -1]))))


def _fault_alarms(faults: FeedFaults, baseline: Baseline, threshold: float) -> list[Alarm]:
    """One alarm for each series whose feed has failed."""
    failed = np.flatnonzero(faults.score > threshold)
    return [
        Alarm(
            category=int(baseline.category_of[row]),
            series=int(row),
            scope="feed",
            window=int(min(faults.days[row], 7)),
            robust_z=0.0,
            isolation=1.0,
            p_value=0.0,
            score=float(faults.score[row]),
        )
        for row in failed
    ]


@dataclass(frozen=True, slots=True)
class _Sight:
    """All that is known on the day, so that a finding can be put together."""

    panel: Panel
    baseline: Baseline
    deviations: Deviations
    faults: FeedFaults

    def finding(self, category: int, alarms: list[Alarm]) -> Insight | None:
        """The category's finding by its clearest alarm that is worth saying, or `None` when none is."""
        mine = [alarm for alarm in alarms if alarm.category == category]
        for alarm in sorted(mine, key=_clearest_first):
            rows = self._rows(alarm, mine)
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
        kind = _kind(alarm, decomposition)
        price, price_change = self._price(rows, window)
        spells_now = observed_spells(self.panel, self.baseline, rows, window)
        spells_ahead = forecast_spells(self.panel, self.baseline, rows)
        advertisable = alarm.scope != "shock" and is_advertisable(decomposition, price_change, ahead)
        return Insight(
            category=self.baseline.categories[category],
            regions=tuple(dict.fromkeys(self.panel.series[row].region for row in rows)),
            everywhere=len(rows) == int((self.baseline.category_of == category).sum()),
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
            units_per_day=self._units_ahead(rows, decomposition, ahead),
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
        if alarm.series is not None:
            same = [
                other.series for other in alarms if other.scope == alarm.scope and other.robust_z * alarm.robust_z >= 0
            ]
            return np.array(sorted({row for row in same if row is not None}), dtype=np.int64)
        if alarm.scope == "shock":
            return everywhere
        if alarm.scope == "forecast":
            shown = self.baseline.weather_ahead[everywhere, :FORECAST_DAYS].mean(axis=1)
        else:
            values = self.deviations.observed if alarm.scope == "observed" else self.deviations.unexplained
            shown = window_mean(values[everywhere], alarm.window)[:, -1]
        direction = np.sign(alarm.robust_z)
        typical = float(np.nanmedian(shown))
        part = direction * np.nan_to_num(shown) >= _TAKES_PART * abs(typical)
        return everywhere if part.mean() >= _NEARLY_ALL or not part.any() else everywhere[part]

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
    """A fault of the feed before anything else, the whole category before its regions, the forecast last."""
    order = 0 if alarm.scope == "feed" else 3 if alarm.scope == "forecast" else 1 if alarm.series is None else 2
    return order, -alarm.score, -abs(alarm.robust_z)


def _worth_saying(alarm: Alarm, decomposition: Decomposition, ahead: float) -> bool:
    """Large enough, and not one part that moved while another made up for it, so that sales are where they should."""
    if alarm.scope == "forecast":
        return abs(ahead) >= _FORECAST_WORTH_SAYING
    if alarm.scope in {"observed", "unexplained"} and alarm.robust_z * decomposition.total < 0:
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
