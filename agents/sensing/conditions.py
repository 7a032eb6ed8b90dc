"""The weather as a person would name it, and whether a driver is outside anything it was fitted on."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from agents.sensing.baseline.baseline import Baseline
from agents.sensing.baseline.regressors import JUDGED_DAYS
from domain.panel import Panel

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_HEAVY_RAIN_MM = 10.0
_HOT_C = 21.0
_COLD_C = 4.0
_UNUSUAL_C = 4.0
_OUTSIDE = 0.995
_LEAST_PAST = 28
_SEARCH_DAYS = 2
_NOTHING = 0.005
"""Log effects smaller than this have no direction."""


@dataclass(frozen=True, slots=True)
class Spell:
    """Unusual weather over some days."""

    words: str
    """As in `heavy rain forecast for 3 days`."""
    driver: str
    """What of the weather is unusual: `rain` or `temperature`, as in `Baseline.weather_parts`."""
    days: int
    rain_mm: float
    """Mean a day; NaN where unknown, as is the temperature."""
    temperature_c: float
    temperature_anomaly: float
    """Degrees above what the time of year makes normal."""
    unseen: bool = False
    """Whether it is forecast beyond any day that is known: then what it does is an extrapolation."""
    ended: int = 0
    """How many days ago its last day was; 0 where it holds still, or is to come."""

    @property
    def is_over(self) -> bool:
        return self.ended > 0


def forecast_spells(panel: Panel, baseline: Baseline, rows: Rows) -> tuple[Spell, ...]:
    """The unusual weather forecast from tomorrow on, over the regions of `rows`; nothing when it is ordinary."""
    horizon = max((values.shape[1] for values in panel.forecast.values()), default=0)
    rain = _mean(panel.forecast.get("rain_mm"), rows, horizon)
    temperature = _mean(panel.forecast.get("temperature_c"), rows, horizon)
    found = _spells(rain, temperature, _anomaly(baseline, rows, slice(panel.days, panel.days + horizon), horizon))
    return tuple(replace(spell, unseen=_is_unseen(panel, rows, spell)) for spell in found)


def _is_unseen(panel: Panel, rows: Rows, spell: Spell) -> bool:
    """Whether the spell's mean lies beyond every day of the rows' own past."""
    name, mean = ("rain_mm", spell.rain_mm) if spell.driver == "rain" else ("temperature_c", spell.temperature_c)
    past = _mean(panel.weather.get(name), rows, panel.days)
    past = past[np.isfinite(past)]
    return len(past) > 0 and (mean > past.max() or (spell.driver == "temperature" and mean < past.min()))


def observed_spells(panel: Panel, baseline: Baseline, rows: Rows, window: int) -> tuple[Spell, ...]:
    """The unusual weather of the newest `window` days, newest first."""
    rain = _mean(_newest(panel.weather.get("rain_mm"), window), rows, window)
    temperature = _mean(_newest(panel.weather.get("temperature_c"), window), rows, window)
    days = slice(panel.days - window, panel.days)
    return _spells(rain, temperature, _anomaly(baseline, rows, days, window)[::-1])


def ended_spells(panel: Panel, baseline: Baseline, rows: Rows, window: int) -> tuple[Spell, ...]:
    """The unusual weather within the newest `window` days that was over by the last of them: the newest of each driver
    that is not unusual still."""
    rain = _mean(_newest(panel.weather.get("rain_mm"), window), rows, window)
    temperature = _mean(_newest(panel.weather.get("temperature_c"), window), rows, window)
    anomaly = _anomaly(baseline, rows, slice(panel.days - window, panel.days), window)[::-1]
    found: dict[str, Spell] = {}
    for ago in range(window):
        for spell in _spells(rain[ago:], temperature[ago:], anomaly[ago:]):
            found.setdefault(spell.driver, replace(spell, ended=ago))
    return tuple(spell for spell in found.values() if spell.is_over)


def behind(
    spells: tuple[Spell, ...],
    parts: dict[str, float],
    effect: float,
    *,
    extrapolated: bool,
    ended: tuple[Spell, ...] = (),
) -> Spell | None:
    """The spell that can be named as the one behind a log `effect` of the weather, given the part of each driver in
    it; `None` when the weather that is unusual usually does the opposite, or next to nothing. `ended` are those of the
    same days that are over.

    An extrapolated effect holds more than its parts: the driver that says most may then be turned round by what lies
    beyond it, as a downpour that makes people want soup keeps them from the shop.
    """
    if abs(effect) < _NOTHING:
        return spells[0] if spells else None
    direction = 1.0 if effect > 0 else -1.0
    strongest = max(parts, key=lambda driver: direction * parts[driver], default=None)
    for spell in spells if extrapolated else (*spells, *ended):
        if spell.driver == strongest and direction * parts[spell.driver] > 0:
            return spell
    if not extrapolated:
        most = (spell for spell in spells if direction * parts.get(spell.driver, 0.0) >= abs(effect) / 2)
        return next(most, None)
    leading = max(parts, key=lambda driver: abs(parts[driver]), default=None)
    return next((spell for spell in spells if spell.driver == leading), None)


def weather_is_outside_history(panel: Panel, baseline: Baseline, rows: Rows, window: int) -> bool:
    """Whether the newest days had weather nearly no fitted day had, so that its effect is an extrapolation."""
    rain = panel.weather.get("rain_mm")
    if rain is not None and _outside(rain[rows].astype(np.float64), window):
        return True
    temperature = baseline.anomalies.get("temperature")
    return temperature is not None and _outside(np.abs(temperature[rows][:, : panel.days]), window)


def days_outside_history(panel: Panel, baseline: Baseline) -> NDArray[np.bool_]:
    """Whether each region's weather on each of the judged days is such as nearly no fitted day had, [R, J].

    A region is known by its first series.
    """
    rows = np.unique(baseline.region_of, return_index=True)[1]
    outside = np.zeros((len(rows), JUDGED_DAYS), dtype=np.bool_)
    measures = [panel.weather["rain_mm"][rows].astype(np.float64)] if "rain_mm" in panel.weather else []
    if "temperature" in baseline.anomalies:
        measures.append(np.abs(baseline.anomalies["temperature"][rows, : panel.days]))
    for values in measures:
        past = np.nan_to_num(values[:, :-JUDGED_DAYS])
        if past.shape[1] >= _LEAST_PAST:
            outside |= np.nan_to_num(values[:, -JUDGED_DAYS:]) > np.quantile(past, _OUTSIDE, axis=1)[:, None]
    return outside


def search_is_outside_history(panel: Panel, baseline: Baseline, rows: Rows, window: int) -> bool:
    """Whether shoppers searched, over the newest two days of the window, as they did on nearly no fitted day."""
    search = baseline.anomalies.get("log search")
    if search is None:
        return False
    mean = search[rows][:, : panel.days].mean(axis=0)
    past = mean[:-JUDGED_DAYS]
    return len(past) >= _LEAST_PAST and bool(mean[-min(window, _SEARCH_DAYS) :].mean() > np.quantile(past, _OUTSIDE))


def _outside(values: Floats, window: int) -> bool:
    """Whether the mean over rows on some newest day exceeds nearly every day before the judged ones; [N, T]."""
    known = np.isfinite(values)
    mean = np.where(known, values, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    past = mean[:-JUDGED_DAYS]
    return len(past) >= _LEAST_PAST and bool(mean[-window:].max() > np.quantile(past, _OUTSIDE))


def _spells(rain: Floats, temperature: Floats, anomaly: Floats) -> tuple[Spell, ...]:
    """Those that hold on the first day, with the number of days they go on: the most telling first, and no more than
    one of each driver."""
    if not len(rain):
        return ()
    warm, cold = anomaly >= _UNUSUAL_C, anomaly <= -_UNUSUAL_C
    candidates = [
        ("hot weather", "temperature", warm & (temperature >= _HOT_C)),
        ("cold weather", "temperature", cold & (temperature <= _COLD_C)),
        ("heavy rain", "rain", rain >= _HEAVY_RAIN_MM),
        ("warm weather", "temperature", warm),
        ("cool weather", "temperature", cold),
    ]
    found: dict[str, Spell] = {}
    for words, driver, holds in candidates:
        days = int(np.cumprod(holds).sum())
        if days and driver not in found:
            millimetres, degrees, above = (float(values[:days].mean()) for values in (rain, temperature, anomaly))
            found[driver] = Spell(words, driver, days, millimetres, degrees, above)
    return tuple(found.values())


def _newest(values: NDArray[np.float32] | None, window: int) -> NDArray[np.float32] | None:
    return None if values is None else values[:, -window:][:, ::-1]


def _mean(values: NDArray[np.float32] | None, rows: Rows, days: int) -> Floats:
    """Mean over rows by day, [days]; NaN where unknown."""
    mean = np.full(days, np.nan)
    if values is not None:
        found = values[rows].astype(np.float64)
        known = np.isfinite(found)
        count = known.sum(axis=0)
        total = np.where(known, found, 0.0).sum(axis=0)
        mean[: found.shape[1]] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return mean


def _anomaly(baseline: Baseline, rows: Rows, days: slice, count: int) -> Floats:
    """Degrees from normal by day, mean over rows, [count]; NaN where unknown."""
    anomaly = np.full(count, np.nan)
    if "temperature" in baseline.anomalies:
        found = 10 * baseline.anomalies["temperature"][rows, days].mean(axis=0)
        anomaly[: len(found)] = found
    return anomaly
