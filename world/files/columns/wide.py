"""Tables with a column a day, turned so that each day is a row."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from domain.errors import BadInput
from world.files.reading.tables import RawTable, Reading
from world.files.values.dates import grain_of_text, settle_dates

_FEWEST: Final = 14
"""Columns called as days: fewer are rather figures of a report."""
_NUMBERED: Final = re.compile(r"d(?:ay)?[_ ]?\d+")


def day_columns(raw: RawTable) -> list[int]:
    """The places of the columns that are days, by their names: dates, or d_1, d_2, ...; none where they are few."""
    numbered = [place for place, name in enumerate(raw.header) if _NUMBERED.fullmatch(name.lower())]
    if len(numbered) >= _FEWEST:
        return numbered
    days = settle_dates(raw.header).days
    dated = [place for place, name in enumerate(raw.header) if name in days]
    if len(dated) >= _FEWEST:
        return dated
    weeks = [name for name in raw.header if grain_of_text(name)]
    if len(weeks) >= _FEWEST:
        each = "week" if grain_of_text(weeks[0]) == "weekly" else "month"
        raise BadInput(
            f"{raw.file} has a column a {each} ({weeks[0]} to {weeks[-1]})",
            remedy="export days: what happened on a day cannot be told from them",
            field="source",
        )
    return []


def is_numbered(raw: RawTable, places: list[int]) -> bool:
    """Whether its columns of days are called d_1, d_2, ..., and a calendar has to say which days those are."""
    return bool(_NUMBERED.fullmatch(raw.header[places[0]].lower()))


def turned(reading: Reading, raw: RawTable, places: list[int], calendar: Mapping[str, str]) -> RawTable:
    """The table with `date` and `units` in place of its columns of days.

    `calendar`: date by label, for columns called d_1, d_2, ... Raises BadInput where it has none of a column.
    """
    labels = {place: raw.header[place] for place in places}
    if is_numbered(raw, places):
        unknown = next((label for label in labels.values() if label not in calendar), None)
        if unknown is not None:
            raise BadInput(
                f"{raw.file} has a column {unknown}, and no calendar says which day that is",
                remedy="put calendar.csv with the columns d and date beside it",
                field="source",
            )
        labels = {place: calendar[label] for place, label in labels.items()}
    kept = [place for place in range(len(raw.header)) if place not in labels]
    name = f"{raw.name}_long"
    reading.sql.execute(f"create table {name}_days (label varchar, day varchar)")
    reading.sql.executemany(
        f"insert into {name}_days values (?, ?)", [[f"c{place}", day] for place, day in labels.items()]
    )
    named = ", ".join(f"c{place} as k{number}" for number, place in enumerate(kept))
    days = ", ".join(f"c{place}" for place in labels)
    chosen = ", ".join([*(f"k{number} as c{number}" for number in range(len(kept)))])
    reading.sql.execute(
        f"create table {name} as select {chosen}, day as c{len(kept)}, sold as c{len(kept) + 1}, row from "
        f"(from (select {named}, {days}, row from {raw.name}) unpivot include nulls (sold for label in ({days}))) "
        f"join {name}_days using (label)"
    )
    return replace(
        raw,
        name=name,
        header=(*(raw.header[place] for place in kept), "date", "units"),
        types=(*(raw.types[place] for place in kept), "VARCHAR", raw.types[places[0]]),
        told=f"{raw.told}, {len(places):,} columns of days",
    )
