"""Sales, weather and search by category and region, each beside what was expected."""

from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from agents.sensing.signals import BAND_LEVEL, Signals
from domain.errors import NotFound
from domain.provenance import Provenance

Outside = Literal["below", "above"]


class SignalCell(BaseModel):
    """One category in one region on the newest day; None where the feed has no figure."""

    category: str
    region: str
    units: float | None
    expected: float
    low: float | None
    high: float | None
    change: float | None
    """(units - expected) / expected."""
    z: float | None
    """Robust standard deviations, the shock common to all series taken out; not what `outside` is told from."""
    outside: Outside | None
    """Where units stand to the band from low to high; None inside it."""
    alarm: bool
    """Whether no driver explains the day and chance hardly does: of cells with an alarm one in five may be false."""
    chance: float
    """How likely it is, from 0 to 1, that something no driver explains is going on, given the days up to this one."""


class RegionWeather(BaseModel):
    region: str
    dates: list[date]
    """The newest days and those ahead; `days_ahead` of them are forecast."""
    days_ahead: int
    temperature_c: list[float | None]
    rain_mm: list[float | None]


class SignalsToday(BaseModel):
    today: date
    provenance: Provenance
    band_level: float = BAND_LEVEL
    categories: list[str]
    regions: list[str]
    items: list[SignalCell]
    weather: list[RegionWeather]


class SignalSeries(BaseModel):
    """One series. `dates` are observed; `dates_ahead` are forecast."""

    category: str
    region: str
    provenance: Provenance
    band_level: float = BAND_LEVEL
    dates: list[date]
    units: list[float | None]
    expected: list[float | None]
    low: list[float | None]
    high: list[float | None]
    z: list[float | None]
    outside: list[Outside | None]
    search: list[float | None]
    temperature_c: list[float | None]
    rain_mm: list[float | None]
    dates_ahead: list[date]
    units_ahead: list[float | None]
    temperature_ahead: list[float | None]
    rain_ahead: list[float | None]


def signals_today(signals: Signals, provenance: Provenance) -> SignalsToday:
    """Every category and region on the newest day, and the weather around it."""
    panel = signals.panel
    regions = list(dict.fromkeys(key.region for key in panel.series))
    return SignalsToday(
        today=panel.last_day,
        provenance=provenance,
        categories=list(dict.fromkeys(key.category for key in panel.series)),
        regions=regions,
        items=[_cell(signals, row) for row in range(len(panel.series))],
        weather=[_weather(signals, region) for region in regions] if panel.weather else [],
    )


def signal_series(signals: Signals, provenance: Provenance, category: str, region: str, days: int) -> SignalSeries:
    """The last `days` of one series with its expected band, and the days ahead. Raises NotFound for an unknown one."""
    panel = signals.panel
    row = signals.row(category, region)
    if row is None:
        raise NotFound(f"there is no series of {category!r} in {region!r}", remedy="take both from GET /signals")
    return SignalSeries(
        category=category,
        region=region,
        provenance=provenance,
        dates=list(panel.dates[-days:]),
        units=_numbers(panel.units[row, -days:]),
        expected=_numbers(signals.expected[row, -days:]),
        low=_numbers(signals.low[row, -days:]),
        high=_numbers(signals.high[row, -days:]),
        z=_numbers(signals.z[row, -days:]),
        outside=[_side(side) for side in signals.outside[row, -days:]],
        search=_numbers(panel.search[row, -days:]),
        temperature_c=_observed(signals, "temperature_c", row, days),
        rain_mm=_observed(signals, "rain_mm", row, days),
        dates_ahead=list(signals.dates_ahead),
        units_ahead=_numbers(signals.ahead[row]),
        temperature_ahead=_forecast(signals, "temperature_c", row),
        rain_ahead=_forecast(signals, "rain_mm", row),
    )


def _cell(signals: Signals, row: int) -> SignalCell:
    key = signals.panel.series[row]
    expected = float(signals.expected[row, -1])
    units = _number(signals.panel.units[row, -1])
    return SignalCell(
        category=key.category,
        region=key.region,
        units=units,
        expected=round(expected, 1),
        low=_number(signals.low[row, -1]),
        high=_number(signals.high[row, -1]),
        change=None if units is None or not expected else (units - expected) / expected,
        z=_number(signals.z[row, -1]),
        outside=_side(signals.outside[row, -1]),
        alarm=bool(signals.alarmed[row]),
        chance=round(float(signals.chance[row]), 3),
    )


def _weather(signals: Signals, region: str, days: int = 7) -> RegionWeather:
    row = signals.rows_of(region)[0]
    return RegionWeather(
        region=region,
        dates=[*signals.panel.dates[-days:], *signals.dates_ahead],
        days_ahead=len(signals.dates_ahead),
        temperature_c=[*_observed(signals, "temperature_c", row, days), *_forecast(signals, "temperature_c", row)],
        rain_mm=[*_observed(signals, "rain_mm", row, days), *_forecast(signals, "rain_mm", row)],
    )


def _observed(signals: Signals, name: str, row: int, days: int) -> list[float | None]:
    values = signals.panel.weather.get(name)
    return [] if values is None else _numbers(values[row, -days:])


def _forecast(signals: Signals, name: str, row: int) -> list[float | None]:
    """As long as the days ahead, None beyond what is forecast."""
    values = signals.panel.forecast.get(name)
    known = [] if values is None else _numbers(values[row, : len(signals.dates_ahead)])
    return [*known, *[None] * (len(signals.dates_ahead) - len(known))]


def _side(side: np.int8) -> Outside | None:
    return None if side == 0 else "below" if side < 0 else "above"


def _numbers(values: NDArray[np.float32] | NDArray[np.float64]) -> list[float | None]:
    return [_number(value) for value in values]


def _number(value: np.floating) -> float | None:
    """JSON has no NaN."""
    return round(float(value), 3) if np.isfinite(value) else None
