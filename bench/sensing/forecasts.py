"""Whether a forecast window has the right size: what weather to come does to sales, told the day before it begins.

Two judges. Panels whose sales follow weather by curves that saturate (`bench/sensing/panels.py`), with weather as
unsteady as Britain's; and the simulated world, whose own weather is tamer, so that nothing like a heatwave has been
seen before its first. The truth is the ratio of sales with the spell to those without it, all else equal; what is
judged is the same ratio of what sensing expects. Only categories that the spell moves by `_MOVED` or more count.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.deviations import FORECAST_DAYS
from agents.sensing.baseline.baseline import Baseline, fit_baseline
from bench.report import BenchReport, Row, report
from bench.sensing.panels import Spell, make
from domain.context import WorldRef
from domain.panel import Panel
from world.simulated.market.market import SimulatedWorlds
from world.simulated.market.scenarios import schedule

Floats = NDArray[np.float64]

SEEDS: Final = (1, 3, 5, 7, 9, 11, 13, 15)
_MOVED: Final = 0.05
_WITHIN: Final = 0.35
_DAYS: Final = 500
_SPELLS: Final = {
    "hot": Spell(degrees=9.0),
    "cold": Spell(degrees=-8.0),
    "wet": Spell(millimetres=25.0),
}
_IN_SEASON: Final = {"heatwave": (date(2026, 6, 15), 75), "cold-snap": (date(2026, 12, 20), 60)}
"""The simulated world's rain moves no category by as much as counts here."""


class Sized(NamedTuple):
    """A spell, and what it was said to do and did to sales by category, relative, [G] each."""

    spell: str
    said: Floats
    came: Floats

    @property
    def errors(self) -> Floats:
        """Relative errors of the sizes of what it moved."""
        moved = np.abs(self.came) >= _MOVED
        return np.abs(self.said - self.came)[moved] / np.abs(self.came[moved])

    @property
    def leading(self) -> float | None:
        """Of the category it moved most."""
        most = int(np.argmax(np.abs(self.came)))
        return None if abs(self.came[most]) < _MOVED else abs(self.said[most] - self.came[most]) / abs(self.came[most])


def run() -> BenchReport:
    rows = [
        row
        for what, sized in (
            ("panels", list(in_panels(SEEDS, seen=None))),
            ("panels, the same spell a month or two before", list(in_panels(SEEDS, seen=40))),
            ("simulated world, such weather for the first time", list(in_the_world(SEEDS, seen=False))),
            ("simulated world, such weather once before", list(in_the_world(SEEDS, seen=True))),
        )
        for row in rows_of(what, sized)
    ]
    return report(
        "forecasts",
        rows,
        ratio=rows[0].value,
        target=0.20,
        notes=[
            f"{len(SEEDS)} seeds; hot, cold and wet spells in the panels, heatwave and cold snap in the world",
            "the weather forecast is right in the panels and in the world: its own error is not counted",
        ],
    )


def rows_of(what: str, sized: list[Sized]) -> list[Row]:
    errors = np.concatenate([one.errors for one in sized])
    leading = np.array([one.leading for one in sized if one.leading is not None])
    return [
        Row(
            what=f"{what}: median error of the size", value=float(np.median(errors)), unit="of it", target=0.20,
            better="lower", of={"categories moved": float(len(errors))},
        ),
        Row(
            what=f"{what}: the category moved most is within {_WITHIN:.0%}", value=float((leading <= _WITHIN).mean()),
            unit="of spells", target=20 / 24, of={"spells": float(len(leading))},
        ),
    ]  # fmt: skip


def in_panels(seeds: tuple[int, ...], *, seen: int | None) -> Iterator[Sized]:
    """Spells on the days after the newest, forecast without an error; `seen` days ago the same had begun."""
    for seed in seeds:
        for name, spell in _SPELLS.items():
            there = make(20, 8, seed, days=_DAYS, judged=7, spell=spell._replace(seen=seen))
            without = make(20, 8, seed, days=_DAYS, judged=7)
            calm = replace(there.panel, forecast=without.panel.forecast)
            came = there.expected_ahead[:, :FORECAST_DAYS], without.expected_ahead[:, :FORECAST_DAYS]
            yield _sized(name, there.panel, calm, *came)


def in_the_world(seeds: tuple[int, ...], *, seen: bool) -> Iterator[Sized]:
    """Scenarios of the simulated world at random dates in their season, with one like it before or without."""
    worlds = SimulatedWorlds()
    for name, (first, days) in _IN_SEASON.items():
        for seed in seeds:
            rng = np.random.default_rng([seed, days])
            starts = first + timedelta(days=int(rng.integers(days)))
            before = (schedule(name, starts - timedelta(days=int(rng.integers(25, 60)))),) if seen else ()
            there = worlds.open(WorldRef(seed=seed, scenarios=(schedule(name, starts), *before)))
            without = worlds.open(WorldRef(seed=seed, scenarios=before))
            eve, end = starts - timedelta(days=1), starts + timedelta(days=FORECAST_DAYS - 1)
            late, calm = there.panel(end), without.panel(end)
            yield _sized(
                name,
                _told(there.panel(eve), late),
                _told(without.panel(eve), calm),
                late.units[:, -FORECAST_DAYS:].astype(np.float64),
                calm.units[:, -FORECAST_DAYS:].astype(np.float64),
            )


def _told(panel: Panel, later: Panel) -> Panel:
    """The panel with the weather that came as its forecast."""
    return replace(panel, forecast={name: values[:, -FORECAST_DAYS:] for name, values in later.weather.items()})


def _sized(spell: str, panel: Panel, calm: Panel, came: Floats, otherwise: Floats) -> Sized:
    in_spell, in_calm = fit_baseline(panel), fit_baseline(calm)

    def ratio(over: Floats, under: Floats) -> Floats:
        total = np.zeros((2, len(in_spell.categories)))
        np.add.at(total.T, in_spell.category_of, np.stack([over.sum(axis=1), under.sum(axis=1)], axis=1))
        change: Floats = total[0] / total[1] - 1
        return change

    return Sized(spell, ratio(_ahead(in_spell), _ahead(in_calm)), ratio(came, otherwise))


def _ahead(baseline: Baseline) -> Floats:
    """Units expected on the days ahead, [S, `FORECAST_DAYS`]."""
    units: Floats = np.exp((baseline.expected_ahead + baseline.weather_ahead)[:, :FORECAST_DAYS])
    return units
