"""When schools are closed: a small table of published dates, `school_holidays.csv`, each row with its source.

Dates differ by council and by school: the table has one council's for each part of a country, as what is usual there.
A retailer who knows better gives dates of their own with the panel.
"""

import csv
from datetime import date
from importlib.resources import files
from typing import Final, NamedTuple

from domain.once import once

_USUAL_PART: Final = {"GB": "ENG"}


class SchoolHoliday(NamedTuple):
    country: str
    part: str
    first: date
    last: date


def school_holidays(country: str, region: str) -> tuple[tuple[date, date], ...]:
    """First and last day of each school holiday known of a region, of the part of the country that its name says."""
    part = {"scotland": "SCT"}.get(region.strip().lower(), _USUAL_PART.get(country, ""))
    return tuple((one.first, one.last) for one in _table() if (one.country, one.part) == (country, part))


@once
def _table() -> tuple[SchoolHoliday, ...]:
    text = files("agents.sensing.occasions").joinpath("school_holidays.csv").read_text(encoding="utf-8")
    return tuple(
        SchoolHoliday(
            row["country"], row["subdivision"], date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
        )
        for row in csv.DictReader(text.splitlines())
    )
