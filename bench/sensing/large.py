"""A large panel on disk, and one process that fits a year of it, judges the week after, and says what that took.

The process is its own so that its peak memory is that of the panel and of sensing, and of nothing that made either.
"""

import json
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.sensing.streaming.daily import advance, column_of
from agents.sensing.streaming.saved import load_state, save_state
from agents.sensing.streaming.weekly import fit_state
from bench.sensing.panels import AHEAD, SIZES, START, Made, draw_weather, make
from domain.panel import ByPlace, Panel, SeriesKey

Floats = NDArray[np.float64]

FITTED: Final = 365
JUDGED: Final = 7
REGIONS: Final = 20
SHOCK: Final = 0.7
SHOCKED: Final = 0.25
_CATEGORIES_AT_ONCE: Final = 250
_SHARE: Final = 0.002
"""Of the series, on each of the judged days: 200 of 100,000."""


class Taken(NamedTuple):
    """What the process took, and what it said."""

    peak_mb: float
    """Peak resident memory, the panel, Python and numpy in it."""
    panel_mb: float
    fit_s: float
    scan_s: float
    """A day, median of those judged."""
    state_mb: float
    """On disk."""
    q: Floats
    """[S, JUDGED]."""
    z: Floats
    """Of the windows of the newest day, [S, W]."""
    event: NDArray[np.bool_]
    """[S, JUDGED]."""
    shocked: Floats
    """q of the newest day had a quarter of all series, drawn at random, sold 30 % less, [S]."""
    shared: float
    """Of all series, those that were then told as one group; 0 without one."""


def write(folder: Path, categories: int, seed: int) -> None:
    """Make the panel a few categories at a time, with events of one day on each of the judged days."""
    rng = np.random.default_rng([2027, seed])
    days = FITTED + JUDGED
    weather = draw_weather(rng, REGIONS, days + AHEAD)
    shape = (categories * REGIONS, days)
    arrays = {
        name: np.lib.format.open_memmap(folder / f"{name}.npy", mode="w+", dtype=np.float32, shape=shape)
        for name in ("units", "price", "promotion")
    }
    event = np.zeros((shape[0], JUDGED), np.bool_)
    for first in range(0, categories, _CATEGORIES_AT_ONCE):
        count = min(_CATEGORIES_AT_ONCE, categories - first)
        made = make(count, REGIONS, 1000 * seed + first, days, JUDGED, share=0.0, weather=weather)
        rows = slice(first * REGIONS, (first + count) * REGIONS)
        event[rows] = rng.random((count * REGIONS, JUDGED)) < _SHARE
        arrays["units"][rows] = _with_events(rng, made, event[rows])
        arrays["price"][rows], arrays["promotion"][rows] = made.panel.price, made.panel.promotion
    for array in arrays.values():
        array.flush()
    np.save(folder / "event.npy", event)
    np.save(folder / "temperature_c.npy", weather[0][:, :days].astype(np.float32))
    np.save(folder / "rain_mm.npy", weather[1][:, :days].astype(np.float32))


def _with_events(rng: np.random.Generator, made: Made, event: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The units with those of the days of events drawn anew, up or down by one of `SIZES`."""
    units = made.panel.units.copy()
    row, day = np.nonzero(event)
    day = day + FITTED
    factor = 1 + rng.choice(SIZES, len(row)) * rng.choice([-1, 1], len(row))
    dispersion = made.dispersion[row]
    shape = made.expected[row, day] * factor / (dispersion - 1)
    units[row, day] = rng.negative_binomial(shape, 1 / dispersion)
    return units


def read(folder: Path) -> Panel:
    units, price, promotion = (np.load(folder / f"{name}.npy") for name in ("units", "price", "promotion"))
    series = len(units)
    place_of = np.tile(np.arange(REGIONS), series // REGIONS)
    tables = {name: np.load(folder / f"{name}.npy") for name in ("temperature_c", "rain_mm")}
    return Panel(
        start=START,
        series=tuple(SeriesKey(f"category {row // REGIONS}", f"region {row % REGIONS}") for row in range(series)),
        units=units,
        price=price,
        promotion=promotion,
        in_stock=np.broadcast_to(np.float32(1), units.shape),
        search=np.broadcast_to(np.float32(np.nan), units.shape),
        weather=ByPlace(tables, place_of),
        forecast=ByPlace({}, place_of),
    )


def take(folder: Path) -> Taken:
    """Run the process on a panel that was written."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.sensing.large", str(folder)], check=True, capture_output=True, text=True
    )
    figures = json.loads(done.stdout.splitlines()[-1])
    return Taken(
        **figures,
        q=np.load(folder / "q.npy"),
        z=np.load(folder / "z.npy"),
        event=np.load(folder / "event.npy"),
        shocked=np.load(folder / "shocked.npy"),
    )


def _process(folder: Path) -> None:
    panel = read(folder)
    panel_mb = (panel.units.nbytes + panel.price.nbytes + panel.promotion.nbytes) / 1e6
    began = time.perf_counter()
    state = fit_state(_first(panel, FITTED))
    fit_s = time.perf_counter() - began
    save_state(state, folder / "state.npz")
    state = load_state(folder / "state.npz")
    seconds, q = [], []
    for day in range(FITTED, panel.days):
        column, before = column_of(panel, day, state), state
        began = time.perf_counter()
        state, scan = advance(state, column)
        seconds.append(time.perf_counter() - began)
        q.append(scan.q)
    np.save(folder / "q.npy", np.stack(q, axis=1))
    quarter = np.random.default_rng(0).random(len(panel.series)) < SHOCKED
    _, shocked = advance(before, replace(column, units=np.where(quarter, column.units * SHOCK, column.units)))
    group = shocked.shocks.group
    np.save(folder / "z.npy", scan.z)
    np.save(folder / "shocked.npy", shocked.q)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    taken = {
        "peak_mb": peak / 1e6 if sys.platform == "darwin" else peak * 1.024e-3,
        "panel_mb": panel_mb,
        "fit_s": fit_s,
        "scan_s": float(np.median(seconds)),
        "shared": 0.0 if group is None else group.share,
        "state_mb": (folder / "state.npz").stat().st_size / 1e6,
    }
    print(json.dumps(taken))


def _first(panel: Panel, days: int) -> Panel:
    """The panel's first days, without a copy of any."""
    weather = panel.weather
    assert isinstance(weather, ByPlace)
    return replace(
        panel,
        units=panel.units[:, :days],
        price=panel.price[:, :days],
        promotion=panel.promotion[:, :days],
        in_stock=panel.in_stock[:, :days],
        search=panel.search[:, :days],
        weather=ByPlace({name: table[:, :days] for name, table in weather.tables.items()}, weather.place_of),
    )


if __name__ == "__main__":
    _process(Path(sys.argv[1]))
