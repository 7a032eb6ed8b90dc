"""Public geo experiments, with what their publishers say of them."""

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from agents.learning.lift.panel import Mask, Matrix, Panel
from domain.errors import DataFault

T = TypeVar("T", str, date)
FOLDER: Final = Path(__file__).parents[2] / "tests" / "data" / "lift"


@dataclass(frozen=True, slots=True, eq=False)
class Experiment:
    """Sales by area and day [N, T], the columns of the flight, and which areas were treated [N]."""

    units: Matrix
    flight: slice
    treated: Mask

    @property
    def panel(self) -> Panel:
        regions = np.full(len(self.treated), "")
        return Panel(self.units[:, : self.flight.start], self.units[:, self.flight], regions)

    @property
    def sold(self) -> float:
        """What the treated areas sold in the flight."""
        return float(np.nansum(self.units[self.treated][:, self.flight]))


def geolift() -> Experiment:
    """Two of forty cities, with 5 % added to them."""
    areas, days, units = _grid(FOLDER / "geolift" / "GeoLift_Test.csv", "location", "Y")
    return Experiment(units, slice(90, len(days)), np.isin(areas, ["chicago", "portland"]))


GEOLIFT_LIFT: Final = 0.05


def nothing_happened() -> Matrix:
    """The forty cities with the 5 % taken out again [40, 105]: nothing was advertised anywhere."""
    experiment = geolift()
    units = experiment.units.copy()
    units[experiment.treated, experiment.flight] /= 1 + GEOLIFT_LIFT
    return units


def matched_markets() -> Experiment:
    """Half of a hundred areas; what an area did not sell has no row."""
    folder = FOLDER / "matched_markets"
    areas, days, units = _grid(folder / "salesandcost.csv", "geo", "sales")
    with (folder / "geoassignment.csv").open() as file:
        group = {row["geo"]: row["geo.group"] for row in csv.DictReader(file)}
    flight = _columns(days, date(2015, 2, 16), date(2015, 3, 15))
    return Experiment(np.nan_to_num(units), flight, np.array([group[area] == "2" for area in areas]))


MATCHED_MARKETS_COST: Final = 50_000.0
MATCHED_MARKETS_IROAS: Final = 2.946742
MATCHED_MARKETS_LOWER: Final = 2.826194
"""Its one-sided 90 % bound."""


def meridian_geox() -> Experiment:
    """27 of 113 areas, each advertised in with about the same money."""
    folder = FOLDER / "meridian_geox"
    areas, days, units = _grid(folder / "example_analysis_data_single_cell_holdback.csv", "location", "conversions")
    assignment = json.loads((folder / "assignment.json").read_text())
    member = np.isin(areas, assignment["treatment"] + assignment["control"])
    flight = _columns(days, date(2020, 4, 1), date(2020, 4, 30))
    return Experiment(units[member], flight, np.isin(np.array(areas)[member], assignment["treatment"]))


GEOX_INCREMENTAL: Final = 31_560.0
GEOX_INTERVAL: Final = (30_311.0, 32_409.0)


def _grid(path: Path, area: str, value: str) -> tuple[list[str], list[date], Matrix]:
    """Areas in order, days in order, and their values [N, T], NaN where there is no row. Raises DataFault."""
    try:
        with path.open() as file:
            rows = [(row[area], date.fromisoformat(row["date"]), float(row[value])) for row in csv.DictReader(file)]
    except OSError as error:
        raise DataFault(
            f"the public experiment {path.parent.name} is not here ({error.strerror})",
            remedy="run the benchmark from a checkout, whose tests/data/lift has it",
        ) from error
    areas, days = _ordered(row[0] for row in rows), _ordered(row[1] for row in rows)
    place_of, column_of = {name: at for at, name in enumerate(areas)}, {day: at for at, day in enumerate(days)}
    units = np.full((len(areas), len(days)), np.nan)
    for name, day, units_sold in rows:
        units[place_of[name], column_of[day]] = units_sold
    return areas, days, units


def _ordered(values: Iterable[T]) -> list[T]:
    return sorted(set(values))


def _columns(days: list[date], first: date, last: date) -> slice:
    return slice(days.index(first), days.index(last) + 1)
