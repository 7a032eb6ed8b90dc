"""Parquet whose days are instants: they are the days of its zone, however they are read."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.unit.world.files.shop import HEADER, PRICES
from tests.unit.world.files.test_typed_parquet import is_in_groups
from world.files.understanding import Understanding
from world.files.user_data import UserData, understand

DAYS = [date(2026, 2, 20) + timedelta(days=day) for day in range(80)] + [
    date(2026, 10, 1) + timedelta(days=day) for day in range(40)
]
"""Both changes of the clocks."""


def parquet(folder: Path, zone: str, to: str = "", at: time = time(), apart: str = "") -> None:
    """A row a day, store and category, at a time of day in `zone`, as instants of the zone `to`. `apart`: a column of
    text by which rows are read one by one."""
    instants, rows = [], []
    for day in DAYS:
        instants += [datetime.combine(day, at, ZoneInfo(zone))] * 4 * len(PRICES)
        rows += [
            (f"s{store}", ("North", "South")[store % 2], category, 40 + day.toordinal() % 7, price)
            for store in range(4)
            for category, price in PRICES.items()
        ]
    columns = dict(zip(HEADER[1:], map(list, zip(*rows, strict=True)), strict=True))
    made = {"date": pa.array(instants, pa.timestamp("us", to or zone)), **columns}
    if apart:
        made[apart] = ["a"] * len(rows)
    folder.mkdir(exist_ok=True)
    pq.write_table(pa.table(made), folder / "sales.parquet")


def units(folder: Path) -> tuple[UserData, Understanding]:
    data, told, refusal = understand(folder)
    assert data is not None, refusal
    return data, told


@pytest.mark.parametrize("apart", ["", "till"], ids=["in groups", "row by row"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Europe/London", "America/New_York", "UTC"])
def test_days_are_those_of_the_zone(zone: str, apart: str, tmp_path: Path) -> None:
    parquet(tmp_path, zone, apart=apart)
    data, told = units(tmp_path)
    assert is_in_groups(told) == (not apart)
    assert (data.sales.start, data.sales.last_day) == (DAYS[0], DAYS[-1])
    counted = {
        data.sales.start + timedelta(days=day): sold
        for day, sold in enumerate(data.sales.units[0, 0])
        if np.isfinite(sold)
    }
    assert counted == {day: 40 + day.toordinal() % 7 for day in DAYS}
    assert told.files[0].read_as == f"Parquet, date in {zone}"


def test_days_of_a_fixed_offset_are_its_own(tmp_path: Path) -> None:
    parquet(tmp_path, "Asia/Tokyo", "+09:00")
    assert units(tmp_path)[0].sales.start == DAYS[0]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Europe/London", "Asia/Kolkata"])
def test_midnights_of_another_zone_are_refused_by_the_name_of_their_column(zone: str, tmp_path: Path) -> None:
    parquet(tmp_path, zone, "UTC")
    _, _, refusal = understand(tmp_path)
    assert refusal is not None
    assert "sales.parquet: date is in UTC and always at" in str(refusal)
    assert "write date as dates" in str(refusal)


def test_midnights_of_the_west_are_in_their_day(tmp_path: Path) -> None:
    parquet(tmp_path, "America/New_York", "UTC")
    assert units(tmp_path)[0].sales.start == DAYS[0]
