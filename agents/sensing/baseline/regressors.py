"""What expected sales are a function of: the columns of the regression, and the causes they belong to."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from agents.sensing.baseline.own import Column, OwnColumns, calendar_of, own_columns
from agents.sensing.occasions.calendar import PRIOR_SD, Occasions, occasions_of
from domain.opportunity import Cause
from domain.panel import ByPlace, Panel

Floats = NDArray[np.float64]

JUDGED_DAYS = 7
"""The newest days are judged, so nothing is fitted on them: levels and coefficients know the days before."""

_YEAR = 365.25
_HARMONICS = 3
_TAILS = (0.1, 0.01)
"""Shares of days that are colder, and hotter, than where the response to temperature may bend: where it does in truth
nobody has to know, and the last bend is what the hottest and coldest days teach alone."""
_BEND = 0.05
"""Per 5 C, the standard deviation of a bend: sales that follow each further degree by 1 % more are usual. Days beyond
it are few and a heatwave is far from them: without such a limit their noise would be told as what it will do."""
BENDS = tuple(f"{side} {number}" for number in range(1, len(_TAILS) + 1) for side in ("cold", "heat"))
"""The columns of what heat and cold do beyond a bend."""
Bends = tuple[tuple[str, float], ...]
"""Of `BENDS`, the degrees from which on each counts."""
WEATHER = ("temperature_c", "rain_mm")


@dataclass(frozen=True, slots=True, eq=False)
class Regressors:
    """The design, no value of it held twice: the columns of a day that all series share, those of a place, and each
    series' own. D are the T observed and the H forecast days.

    Drivers are deviations from what the calendar makes normal, so a coefficient of the calendar alone predicts a
    normal day; a driver that is missing is normal.
    """

    columns: tuple[Column, ...]
    """Of all K columns: first those shared, then the own, then those of the place."""
    shared: Floats
    """[D, C]."""
    own: OwnColumns
    """Of the T observed days; on the days ahead they are taken to be normal."""
    of_place: Floats
    """[P, D, Q]."""
    place_of: NDArray[np.int64]
    """The place of each series, [S]."""
    place_normal: dict[str, Floats]
    """By weather column the mean and the coefficients of the calendar that it is a deviation from, [P, 1 + B]."""
    has_year: bool
    """Whether the seasons could be told apart: a year or more is fitted."""
    occasions: Occasions
    """The holidays of each region; ordinary ones are columns of the place."""
    bends: Bends
    """Where the response to temperature may bend."""
    fitted: int
    """Days the coefficients may know."""

    @property
    def of_occasions(self) -> list[int]:
        names = {name for name, _ in self.occasions.columns}
        return [index for index, column in enumerate(self.columns) if column.name in names]

    def of(self, cause: Cause | None) -> list[int]:
        return [index for index, column in enumerate(self.columns) if column.cause is cause]

    @property
    def is_own(self) -> NDArray[np.bool_]:
        """Which columns are the series' own, [K]; the others are shared, or those of the place."""
        flags = np.zeros(len(self.columns), dtype=np.bool_)
        flags[self.shared.shape[1] : self.shared.shape[1] + len(self.own.columns)] = True
        return flags


def build_regressors(panel: Panel, horizon: int, fitted: int) -> Regressors:
    """The design of a panel of S series, T days and `horizon` days of forecast, of which `fitted` days are fitted."""
    days = panel.days
    has_year = fitted >= 365
    shared_columns, shared = calendar(panel.start, days + horizon, fitted, has_year)
    own = own_columns(panel, shared, fitted)
    regions = tuple(dict.fromkeys(key.region for key in panel.series))
    occasions = occasions_of(panel, regions, horizon, fitted)
    tables, place_of = _by_place(panel, horizon)
    if occasions.columns:
        tables, place_of, region_of_place = _by_region(tables, place_of, panel, regions)
    count = np.bincount(place_of)
    bends = _bends(panel, fitted)
    basis = np.hstack([np.ones((days + horizon, 1)), shared])
    place_columns: list[Column] = []
    place_values: list[Floats] = []
    place_normal: dict[str, Floats] = {}
    for name, by_region in occasions.columns:
        place_columns.append(Column(name, None, 0.0, PRIOR_SD))
        place_values.append(by_region[region_of_place])
    for name, values in weather_features(tables, bends):
        normal = calendar_of(values, basis, fitted)
        anomaly = values - normal[:, :1] - normal[:, 1:] @ basis.T
        spread = _spread(anomaly[:, :fitted], count)
        if spread > 1e-6:
            usual = 0.15 / spread
            place_columns.append(Column(name, Cause.WEATHER, 0.0, min(usual, _BEND) if name in BENDS else usual))
            place_values.append(np.nan_to_num(anomaly))
            place_normal[name] = normal
    return Regressors(
        columns=(*shared_columns, *own.columns, *place_columns),
        shared=shared,
        own=own,
        of_place=np.stack(place_values, axis=2) if place_values else np.zeros((len(count), days + horizon, 0)),
        place_of=place_of,
        place_normal=place_normal,
        has_year=has_year,
        occasions=occasions,
        bends=bends,
        fitted=fitted,
    )


def calendar(start: date, days: int, fitted: int, has_year: bool) -> tuple[list[Column], Floats]:
    """Weekday, and with a year of days the annual harmonics and a trend, [T, C]."""
    weekday = (np.arange(days) + start.weekday()) % 7
    columns = [Column(f"weekday {number}", None, 0.0, 1.0) for number in range(6)]
    parts = [(weekday == number) - 1 / 7 for number in range(6)]
    if has_year:
        day_of_year = (start - date(start.year, 1, 1) + timedelta(days=1)).days
        phase = 2 * np.pi * (np.arange(days) + day_of_year) / _YEAR
        for order in range(1, _HARMONICS + 1):
            columns += [Column(f"sine {order}", None, 0.0, 0.5), Column(f"cosine {order}", None, 0.0, 0.5)]
            parts += [np.sin(order * phase), np.cos(order * phase)]
        columns.append(Column("trend", None, 0.0, 0.1))
        parts.append((np.arange(days) - fitted / 2) / _YEAR)
    return columns, np.stack(parts, axis=1).astype(np.float64)


def weather_features(tables: dict[str, Floats], bends: Bends) -> list[tuple[str, Floats]]:
    """Temperature with hinges for heat and cold, rain with a hinge for heavy rain; each [P, D]."""
    features: list[tuple[str, Floats]] = []
    temperature, rain = (tables.get(name) for name in WEATHER)
    if temperature is not None:
        features.append(("temperature", temperature / 10))
        for name, degrees in bends:
            beyond = degrees - temperature if name.startswith("cold") else temperature - degrees
            features.append((name, np.maximum(beyond, 0) / 5))
    if rain is not None:
        features.append(("rain", np.log1p(np.maximum(rain, 0))))
        features.append(("heavy rain", np.minimum(np.maximum(rain - 6, 0), 24) / 10))
    return features


def _bends(panel: Panel, fitted: int) -> Bends:
    """By the quantiles of all series' fitted days."""
    weather = panel.weather
    if "temperature_c" not in weather:
        return ()
    if isinstance(weather, ByPlace):
        table = weather.tables["temperature_c"][:, :fitted]
        count = np.bincount(weather.place_of, minlength=len(table))
        seen = table[np.repeat(np.arange(len(table)), count // np.gcd.reduce(count))]
    else:
        seen = weather["temperature_c"][:, :fitted]
    known = seen[np.isfinite(seen)]
    if not len(known):
        return ()
    cold, hot = np.quantile(known, np.array([_TAILS, [1 - tail for tail in _TAILS]]))
    bends: list[tuple[str, float]] = []
    for number, (low, high) in enumerate(zip(cold, hot, strict=True), start=1):
        bends += [(f"cold {number}", float(low)), (f"heat {number}", float(high))]
    return tuple(bends)


def _by_region(
    tables: dict[str, Floats], place_of: NDArray[np.int64], panel: Panel, regions: tuple[str, ...]
) -> tuple[dict[str, Floats], NDArray[np.int64], NDArray[np.int64]]:
    """Places split by region, as each has holidays of its own: the tables, the place of each series, and the region
    of each place."""
    number = {region: index for index, region in enumerate(regions)}
    region_of = np.array([number[key.region] for key in panel.series])
    pairs = place_of * len(regions) + region_of
    _, first, split = np.unique(pairs, return_index=True, return_inverse=True)
    return {name: table[place_of[first]] for name, table in tables.items()}, split, region_of[first]


def _by_place(panel: Panel, horizon: int) -> tuple[dict[str, Floats], NDArray[np.int64]]:
    """Each weather over the observed and the forecast days by place, [P, D], and the place of each series, [S].

    A place is all series of one and the same weather.
    """
    names = [name for name in WEATHER if name in panel.weather]
    seen, ahead = panel.weather, panel.forecast
    if isinstance(seen, ByPlace) and isinstance(ahead, ByPlace):
        place_of, seen, ahead = seen.place_of, seen.tables, ahead.tables
        first = np.arange(len(next(iter(seen.values()))))
    else:
        first, place_of = _distinct([seen[name] for name in names] + list(ahead.values()), len(panel.series))
    tables = {}
    for name in names:
        table = np.full((len(first), panel.days + horizon), np.nan)
        table[:, : panel.days] = seen[name][first]
        if name in ahead:
            known = ahead[name][first, :horizon]
            table[:, panel.days : panel.days + known.shape[1]] = known
        tables[name] = table
    return tables, place_of


def _distinct(arrays: list[NDArray[np.float32]], series: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first series of each set that is alike in all `arrays` [S, ...], [P]; the number of each one's set, [S]."""
    found: dict[bytes, int] = {}
    first: list[int] = []
    place_of = np.zeros(series, dtype=np.int64)
    for row in range(series):
        key = b"".join(array[row].tobytes() for array in arrays)
        if key not in found:
            found[key] = len(first)
            first.append(row)
        place_of[row] = found[key]
    return np.array(first, dtype=np.int64), place_of


def _spread(values: Floats, count: NDArray[np.int64]) -> float:
    """Standard deviation of [P, T] over all known days of all series, of which each place has `count` [P]."""
    known = np.isfinite(values)
    weight = known * count[:, None]
    total = float(weight.sum())
    if not total:
        return 0.0
    mean = float((weight * np.where(known, values, 0.0)).sum()) / total
    return float(np.sqrt((weight * np.where(known, values - mean, 0.0) ** 2).sum() / total))
