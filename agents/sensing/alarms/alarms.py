"""Which deviations are worth a person's time: robust z, calibrated p-values, false discovery rate.

A category is tested by the regions in which it shows most (`scan`). Each family of tests (a scope; the newest day or
longer windows) is corrected on its own by Benjamini and Hochberg's procedure, and by the number of scopes. The score of
a test is the two-sided normal quantile that belongs to its corrected p-value q, so 1.28 means that one alarm in five is
false, and 3 one in 370, whatever the number of series looked at. The isolation forest's score is shown beside it and
decides nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.calibration import benjamini_hochberg, calibrated_p, normal_quantile
from agents.sensing.alarms.deviations import FORECAST_DAYS, SALES_SCOPES, Deviations, SalesScope, pool, values_of
from agents.sensing.alarms.persistence import log_odds_of_event
from agents.sensing.alarms.scan import scanned
from agents.sensing.alarms.windows import WINDOWS, WindowTests, events_of, past_of, window_tests, window_z
from agents.sensing.baseline.baseline import Baseline
from agents.sensing.baseline.regressors import JUDGED_DAYS
from agents.sensing.baseline.tracking import window_mean
from domain.opportunity import Cause

Floats = NDArray[np.float64]
Scope = SalesScope | Literal["forecast", "feed", "shock"]

ALARM_Q = 0.2
"""The share of alarms that may be false. An alarm is to be looked at, and is no proposal."""
PROPOSAL_Q = 0.0027
"""What a proposal may be wrong by: the q whose score is the usual threshold of 3."""

_SMALLEST_SHOCK = 0.03
_MOVED = 0.05
"""Log effect of price and stock from which on they are said to have changed."""
_HEARD = 50.0
"""Odds that a change of price or stock shows in sales, against those that sales move without."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One test that was made on the newest day, of a series or of a whole category."""

    category: int
    series: int | None
    """Index of the series, `None` for the whole category; of a shock, a series of its region, `None` for all."""
    scope: Scope
    window: int
    """Days back, or days ahead where `scope` is forecast."""
    robust_z: float
    isolation: float
    p_value: float
    """Calibrated over like series, before the correction for many tests."""
    score: float
    share: float = 1.0
    """Of all series, those that a shock moved where it moved a group of them."""


def raise_alarms(baseline: Baseline, deviations: Deviations, threshold: float, seed: int = 0) -> list[Alarm]:
    """Every test whose score exceeds the threshold, highest first."""
    return alarms_above(all_tests(baseline, deviations, seed), threshold)


@dataclass(frozen=True, slots=True, eq=False)
class DayTests:
    """Every test of a day, before anyone says how strict to be."""

    families: tuple["_Family", ...]
    forecast_z: Floats
    """Of the forecast weather's effect on each category, [G]."""
    forecast_p: Floats
    one_day_p: Floats
    """Of what no driver explains of each series on each of the newest days alone, [S, `JUDGED_DAYS`]."""

    log_odds: Floats
    """That something no driver explains is going on in each series, given the days up to each, [S, `JUDGED_DAYS`]."""

    @property
    def one_day_q(self) -> Floats:
        """`one_day_p`, each corrected over the series of its own day alone. Days that are not known have 1."""
        return np.stack([benjamini_hochberg(day) for day in self.one_day_p.T], axis=1)


def all_tests(baseline: Baseline, deviations: Deviations, seed: int = 0) -> DayTests:
    """Test every series and every category on the newest day; `seed` is of the isolation forest that is shown."""
    families: list[_Family] = []
    z: dict[SalesScope, Floats] = {}
    # A price that our own promotion cut is no news.
    price = baseline.effects[Cause.PRICE]
    promoted = np.where(np.abs(baseline.promotion) >= _MOVED, np.maximum(price, 0.0), 0.0)
    for scope in SALES_SCOPES:
        values, moved = values_of(deviations, scope), np.zeros((len(price), 1))
        if scope != "unexplained":
            values = values - promoted
        if scope == "shelf":
            moved = price - promoted + baseline.effects[Cause.STOCK]
        z[scope] = window_z(values, baseline.level)
        some = WindowTests(*scanned(z[scope], baseline.category_of))
        families.append(_Family(scope, *_scored(some, _weights(moved, baseline.category_of)), some, seed))
    alone = series_tests(baseline, deviations.unexplained, WINDOWS[:1], z["unexplained"][:1])
    of_day = _on_single_days(alone)
    return DayTests(tuple(families), *_forecast_tests(baseline, deviations), of_day[0], log_odds_of_event(*of_day))


def one_day_tests(baseline: Baseline, unexplained: Floats) -> tuple[Floats, Floats]:
    """p-values and z of what no driver explains of each series [S, T], on each of the newest days alone, both
    [S, `JUDGED_DAYS`]. Days that are not known have a p-value of 1."""
    return _on_single_days(series_tests(baseline, unexplained, WINDOWS[:1]))


def _on_single_days(tests: WindowTests) -> tuple[Floats, Floats]:
    return tests.p_value[0], np.nan_to_num(tests.z[0, :, -JUDGED_DAYS:])


def series_tests(
    baseline: Baseline, unexplained: Floats, windows: Sequence[int] = WINDOWS, z: Floats | None = None
) -> WindowTests:
    """Of each series alone over each of the `windows`, what whole categories did in the past left out of the measure of
    the usual. `z` [W, S, T] is the `window_z` of those, where it is known."""
    z = window_z(unexplained, baseline.level, windows) if z is None else z
    events = events_of(window_z(pool(unexplained, baseline), pool(baseline.level, baseline), windows))
    return window_tests(z, unexplained, events[:, baseline.category_of])


def alarms_above(tests: DayTests, threshold: float) -> list[Alarm]:
    """Every test whose score exceeds the threshold, highest first."""
    alarms = [alarm for family in tests.families for alarm in family.above(threshold)]
    for category, quantile_ahead in enumerate(normal_quantile(benjamini_hochberg(tests.forecast_p))):
        if quantile_ahead > threshold:
            test = (float(tests.forecast_z[category]), 0.5, float(tests.forecast_p[category]), float(quantile_ahead))
            alarms.append(Alarm(category, None, "forecast", FORECAST_DAYS, *test))
    return sorted(alarms, key=lambda alarm: -alarm.score)


@dataclass(frozen=True, slots=True, eq=False)
class _Family:
    """Tests of one scope on the newest day, of each category."""

    scope: SalesScope
    z: Floats
    """[G, W], as are the p-values and the scores."""
    p_value: Floats
    score: Floats
    tests: WindowTests
    seed: int
    """Of the isolation forest that is grown on their history where there is something to show of it."""

    def above(self, threshold: float) -> list[Alarm]:
        rows = np.flatnonzero((self.score > threshold).any(axis=1))
        forest = self.tests.forest(self.seed) if len(rows) else None
        isolation = np.full(len(rows), 0.5) if forest is None else forest.score(self.z[rows])
        alarms: list[Alarm] = []
        for row, isolated in zip(rows, isolation, strict=True):
            for column in np.flatnonzero(self.score[row] > threshold):
                figures = (self.z[row, column], isolated, self.p_value[row, column], self.score[row, column])
                alarms.append(Alarm(int(row), None, self.scope, WINDOWS[column], *map(float, figures)))
        return alarms


def _scored(tests: WindowTests, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """z, p-value and score of each test of the newest day, each [G, W]. The share that may be false is of all scopes
    together, which ask about the same sales (Bonferroni over them)."""
    p_value = tests.p_value[:, :, -1].T
    score = np.zeros(p_value.shape)
    for family in (slice(0, 1), slice(1, None)):
        heard = weight[:, family] / weight[:, family].mean()
        asked = np.minimum(p_value[:, family] / heard, 1.0)
        q = np.minimum(len(SALES_SCOPES) * benjamini_hochberg(asked.reshape(-1)), 1.0)
        score[:, family] = normal_quantile(q).reshape(asked.shape)
    return tests.newest_z, p_value, score


def _weights(moved: Floats, category_of: NDArray[np.int64]) -> Floats:
    """How much more readily than others each category's tests are heard, [G, W], given what drivers did to [S, T].

    Where the price or the shelf is known to have changed, sales are likelier to have; p-values over weights of mean 1
    keep the false discovery rate (Genovese, Roeder and Wasserman, 2006).
    """
    shown = np.stack([np.abs(window_mean(moved, window)[:, -1]) for window in WINDOWS], axis=1)
    most = np.zeros((int(category_of.max()) + 1, len(WINDOWS)))
    np.maximum.at(most, category_of, np.nan_to_num(shown))
    return np.where(most >= _MOVED, _HEARD, 1.0)


def shock_alarms(baseline: Baseline, deviations: Deviations, category: int, threshold: float) -> list[Alarm]:
    """The alarms of the common shocks themselves: of all regions, or else of single ones; and of a group of series.
    `category` stands for all.

    The alarm of a region bears one of its series.
    """
    first = [int(row) for row in np.unique(baseline.region_of, return_index=True)[1]]
    alarms = _shock_alarms(deviations.shock[None], category, [None], threshold)
    alarms = alarms or _shock_alarms(deviations.of_region, category, first, threshold)
    group = deviations.group
    if group is not None:
        score = float(normal_quantile(np.array([group.p_value]))[0])
        if score > threshold and abs(group.size) >= _SMALLEST_SHOCK:
            z = float(np.copysign(score, group.size))
            alarms.append(Alarm(category, None, "shock", 1, z, 0.5, group.p_value, score, group.share))
    return alarms


def _shock_alarms(shocks: Floats, category: int, series: Sequence[int | None], threshold: float) -> list[Alarm]:
    """Of each shock [N, T] its best test, where that passes."""
    if not shocks.any():
        return []
    tests = window_tests(window_z(shocks, np.zeros_like(shocks)), shocks)
    p_value = tests.p_value[:, :, -1].T
    score = normal_quantile(benjamini_hochberg(p_value.reshape(-1))).reshape(p_value.shape)
    alarms = []
    for row, bearer in enumerate(series):
        best = int(np.argmax(score[row]))
        large = abs(float(shocks[row, -WINDOWS[best] :].mean())) >= _SMALLEST_SHOCK
        if score[row, best] > threshold and large:
            test = (float(tests.newest_z[row, best]), 0.5, float(p_value[row, best]), float(score[row, best]))
            alarms.append(Alarm(category, bearer, "shock", WINDOWS[best], *test))
    return alarms


def _forecast_tests(baseline: Baseline, deviations: Deviations) -> tuple[Floats, Floats]:
    """z and p of the forecast weather's effect on each category against the weather effects of its past, [G]."""
    past_effect = window_mean(pool(baseline.effects[Cause.WEATHER], baseline), FORECAST_DAYS)
    scale = np.maximum(np.nanstd(past_effect, axis=1), 5e-3)
    z = np.nan_to_num(deviations.weather_ahead / scale)
    return z, calibrated_p(np.abs(z), past_of(past_effect / scale[:, None]))
