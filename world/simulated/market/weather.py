"""Temperature and rain by region, and forecasts that err the more the further they look."""

from dataclasses import dataclass

import numpy as np

from world.simulated.market.catalogue import regions
from world.simulated.market.disturbance import Disturbance
from world.simulated.market.timeline import FORECAST_DAYS, FloatArray, autoregressive, generator, year_angle

_WARMTH = {
    "London": 12.2,
    "South East": 11.6,
    "South West": 11.4,
    "Midlands": 10.6,
    "North West": 10.3,
    "Yorkshire": 10.1,
    "Scotland": 8.6,
    "Wales": 10.5,
}
_YEARLY_SWING = 6.3
_WARMEST_DAY = 202.0
_NATIONAL_SHARE = 0.8
"""Correlation of the weather's whims between two regions."""
_TEMPERATURE_ERROR = 0.55
_RAIN_ERROR = 0.10


@dataclass(frozen=True, slots=True, eq=False)
class Weather:
    """Daily mean `temperature` in C and total `rain` in mm, each [T, R]; the forecasts' errors, [T, H, R]."""

    temperature: FloatArray
    rain: FloatArray
    temperature_error: FloatArray
    rain_error: FloatArray

    def forecast(self, index: int) -> dict[str, FloatArray]:
        """What was forecast on day `index` for the H days after it, each [H, R].

        Errors accumulate over the horizon, so their standard deviation grows with its square root (0.55 C and 10 % of
        the rain for tomorrow). Observed days H beyond `index` must exist.
        """
        ahead = slice(index + 1, index + 1 + FORECAST_DAYS)
        rain = self.rain[ahead] * np.exp(self.rain_error[index])
        return {
            "temperature_c": self.temperature[ahead] + self.temperature_error[index],
            "rain_mm": rain.astype(np.float32),
        }


def simulate_weather(seed: int, days: int, disturbed: Disturbance) -> Weather:
    """`days` of weather. A longer world begins with the days of a shorter one."""
    shape = (days, FORECAST_DAYS, len(regions()))
    return Weather(
        temperature=_temperature(seed, days) + disturbed.temperature,
        rain=_rain(seed, days, disturbed.rain),
        temperature_error=_accumulated(generator(seed, "temperature error"), shape, _TEMPERATURE_ERROR),
        rain_error=_accumulated(generator(seed, "rain error"), shape, _RAIN_ERROR),
    )


def _temperature(seed: int, days: int) -> FloatArray:
    warmth = np.array([_WARMTH[region] for region in regions()], np.float32)
    season = _YEARLY_SWING * np.cos(year_angle(days) - 2 * np.pi * _WARMEST_DAY / 365.25)
    whims = _whims(generator(seed, "temperature"), days)
    result: FloatArray = (warmth + season[:, None] + autoregressive(whims, 0.75, 1.8)).astype(np.float32)
    return result


def _rain(seed: int, days: int, at_least: FloatArray) -> FloatArray:
    """Dry on about six days in ten; else the excess of a hidden wetness over its threshold, stretched."""
    wetness = autoregressive(_whims(generator(seed, "rain"), days), 0.45, 1.0)
    natural = 5.5 * np.maximum(wetness - 0.25, 0) ** 1.35
    # A scenario's downpour keeps the shape of the day's weather: wetter where it was wet.
    downpour = at_least * (1 + 0.12 * np.tanh(np.abs(wetness)))
    result: FloatArray = np.maximum(natural, downpour).astype(np.float32)
    return result


def _whims(chance: np.random.Generator, days: int) -> FloatArray:
    """Standard normal shocks correlated between regions, [T, R]."""
    draws = chance.standard_normal((days, 1 + len(regions())), dtype=np.float32)
    shared, own = np.float32(_NATIONAL_SHARE**0.5), np.float32((1 - _NATIONAL_SHARE) ** 0.5)
    whims: FloatArray = shared * draws[:, :1] + own * draws[:, 1:]
    return whims


def _accumulated(chance: np.random.Generator, shape: tuple[int, int, int], step: float) -> FloatArray:
    errors: FloatArray = np.cumsum(chance.standard_normal(shape, dtype=np.float32) * np.float32(step), axis=1)
    return errors
