"""Sales that share no form with the detector: what was done to them is known, and so is what was to be expected.

Sales are counted with negative binomial noise (variance `dispersion` times the mean), at a level that wanders as a
random walk with heavy tails. Weekdays are each series' own. Promotions lift by a share that differs from series to
series and are paid for in the days after. Weather acts by curves that bend and saturate, and is that of the region.
Seasons are no sinusoids.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.panel import Panel, SeriesKey

Floats = NDArray[np.float64]
Weather = tuple[Floats, Floats]

START = date(2024, 1, 1)
DAYS = 910
JUDGED = 60
SIZES = (0.15, 0.25, 0.40)
LONGEST = 7
_SHARE_WITH_EVENT = 0.06
AHEAD = 7


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A panel, its truth, and the events in it."""

    panel: Panel
    expected: Floats
    """Mean units a day without the events, [S, T]."""
    dispersion: Floats
    """Variance over mean, [S]."""
    event: NDArray[np.int64]
    """Number of the event a series-day belongs to, -1 without one, [S, T]."""
    size: Floats
    """Relative size by event, as 0.15."""
    expected_ahead: Floats
    """Mean units a day of the days ahead, [S, `AHEAD`]."""


class Spell(NamedTuple):
    """Unusual weather on all days ahead, and perhaps once before."""

    degrees: float = 0.0
    millimetres: float = 0.0
    seen: int | None = None
    """Days before the newest on which the same had begun; None where it is new."""


def make(
    categories: int,
    regions: int,
    seed: int,
    days: int = DAYS,
    judged: int = JUDGED,
    spell: Spell | None = None,
    *,
    share: float = _SHARE_WITH_EVENT,
    weather: Weather | None = None,
) -> Made:
    """`categories` x `regions` series over `days`, with events of a `share` of them among the last `judged` days.

    `weather` is that of other panels of the same regions and days, drawn anew where it is left out.
    """
    rng = np.random.default_rng([2026, seed])
    series = categories * regions
    category, region = np.repeat(np.arange(categories), regions), np.tile(np.arange(regions), categories)
    whole = days + AHEAD
    temperature, rain = draw_weather(rng, regions, whole) if weather is None else weather
    if spell is not None:
        begins = [days] if spell.seen is None else [days, days - spell.seen]
        for first in begins:
            temperature[:, first : first + AHEAD] += spell.degrees
            rain[:, first : first + AHEAD] += spell.millimetres
    promotion, price, lift = _promotions(rng, category, whole)
    dispersion = rng.uniform(5, 20, series)
    log_mean = (
        rng.uniform(np.log(3_000), np.log(20_000), series)[:, None]
        + np.cumsum(0.004 * rng.standard_t(4, (series, whole)) / np.sqrt(2), axis=1)
        + _weekdays(rng, category, whole)
        + _seasons(rng, categories, whole)[category]
        + _weather_effect(rng, categories, temperature, rain)[category, region]
        + lift
    )
    expected = np.exp(log_mean)
    event, size, factor = _events(rng, series, whole, days - judged, days, share)
    mean = expected * factor
    shape = mean / (dispersion[:, None] - 1)
    units = rng.negative_binomial(shape, 1 / dispersion[:, None]).astype(np.float32)
    units[rng.random(units.shape) < 0.002] = np.nan
    seen = slice(0, days)
    felt = {"temperature_c": temperature[region], "rain_mm": rain[region]}
    panel = Panel(
        start=START,
        series=tuple(SeriesKey(f"category {c}", f"region {r}") for c, r in zip(category, region, strict=True)),
        units=units[:, seen],
        price=price[:, seen].astype(np.float32),
        promotion=promotion[:, seen].astype(np.float32),
        in_stock=np.ones((series, days), np.float32),
        search=np.full((series, days), np.nan, np.float32),
        weather={name: values[:, seen].astype(np.float32) for name, values in felt.items()},
        forecast={name: values[:, days:].astype(np.float32) for name, values in felt.items()},
    )
    return Made(panel, expected[:, seen], dispersion, event[:, seen], size, expected[:, days:])


def until(panel: Panel, day: int) -> Panel:
    """The panel as it stood on the evening of a day: its days 0 to `day`, and the next as a perfect forecast."""
    seen = slice(0, day + 1)
    ahead = {
        name: np.hstack([values[:, day + 1 :], panel.forecast[name]])[:, :AHEAD]
        for name, values in panel.weather.items()
    }
    return replace(
        panel,
        units=panel.units[:, seen],
        price=panel.price[:, seen],
        promotion=panel.promotion[:, seen],
        in_stock=panel.in_stock[:, seen],
        search=panel.search[:, seen],
        weather={name: values[:, seen] for name, values in panel.weather.items()},
        forecast=ahead,
    )


def draw_weather(rng: np.random.Generator, regions: int, days: int) -> Weather:
    """Degrees and millimetres by region, [R, T] each."""
    whim = np.zeros((regions, days))
    wet = np.zeros((regions, days))
    for day in range(1, days):
        whim[:, day] = 0.8 * whim[:, day - 1] + rng.normal(0, 1.6) + rng.normal(0, 0.9, regions)
        wet[:, day] = 0.4 * wet[:, day - 1] + rng.normal(0, 0.8) + rng.normal(0, 0.5, regions)
    season = -7 * np.cos(2 * np.pi * (np.arange(days) - 20) / 365.25)
    return 10.5 + rng.normal(0, 1, (regions, 1)) + season + whim, 6 * np.maximum(wet - 0.4, 0) ** 1.3


def _weather_effect(rng: np.random.Generator, categories: int, temperature: Floats, rain: Floats) -> Floats:
    """On log sales, [C, R, T]: a third of categories follow the heat, a third the cold, all a little rain."""
    kind = rng.integers(0, 3, categories)
    size = np.where(kind < 2, rng.uniform(0.1, 0.45, categories), rng.normal(0, 0.03, categories))
    heat = 1 / (1 + np.exp(-(temperature - 17) / 3))
    cold = 1 / (1 + np.exp((temperature - 6) / 2.5))
    drawn = np.where((kind == 1)[:, None, None], cold, heat)
    wet = rng.normal(0, 0.06, categories)
    effect: Floats = size[:, None, None] * drawn + wet[:, None, None] * (1 - np.exp(-rain / 8))
    return effect


def _promotions(rng: np.random.Generator, category: NDArray[np.int64], days: int) -> tuple[Floats, Floats, Floats]:
    """Share on promotion, price in pounds and the effect on log sales, [S, T] each."""
    categories = int(category.max()) + 1
    weeks = -(-days // 7)
    on = rng.random((categories, weeks)) < 0.12
    share = np.repeat(np.where(on, rng.uniform(0.2, 0.7, on.shape), 0.0), 7, axis=1)[:, :days][category]
    depth = rng.uniform(0.1, 0.3, categories)[category][:, None]
    strength = rng.uniform(0.6, 2.0, categories)[category] * rng.lognormal(0, 0.1, len(category))
    lift = np.log1p(share * strength[:, None])
    paid_back = np.zeros_like(lift)
    for later in (1, 2, 3):
        ended = (np.roll(share, later, axis=1) > 0) & (share == 0)
        paid_back -= 0.05 * ended / later
    base = rng.uniform(0.8, 6.0, categories)[category][:, None]
    return share, base * (1 - depth * share), lift + paid_back


def _weekdays(rng: np.random.Generator, category: NDArray[np.int64], days: int) -> Floats:
    """Each series' own week on log sales, [S, T]."""
    usual = rng.normal(0, 0.15, (int(category.max()) + 1, 7))[category]
    own = usual + rng.normal(0, 0.06, (len(category), 7))
    return own[:, np.arange(days) % 7]


def _seasons(rng: np.random.Generator, categories: int, days: int) -> Floats:
    """A peaked year on log sales, [C, T]."""
    peak, size = rng.uniform(0, 2 * np.pi, (categories, 1)), rng.uniform(0.05, 0.25, (categories, 1))
    return size * (np.exp(np.cos(2 * np.pi * np.arange(days) / 365.25 - peak)) - 1.27)


def _events(
    rng: np.random.Generator, series: int, days: int, first: int, end: int, share: float
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Which event a series-day belongs to, the size of each, and the factor on sales."""
    chosen = rng.permutation(series)[: max(6, round(share * series)) if share else 0]
    sizes = np.resize(SIZES, len(chosen))
    event, factor = np.full((series, days), -1, np.int64), np.ones((series, days))
    for number, (row, size) in enumerate(zip(chosen, sizes, strict=True)):
        length = int(rng.integers(1, LONGEST + 1))
        start = int(rng.integers(first, end - length + 1))
        event[row, start : start + length] = number
        factor[row, start : start + length] = 1 + size * rng.choice([-1, 1])
    return event, sizes, factor
