"""Whether rows are of days, and whether their days can be."""

from datetime import date
from typing import Final

from domain.errors import BadInput, DataFault
from world.files.cleaning.lines import Lines
from world.files.values.dates import FIRST_YEAR, out_of_place

_SHARE: Final = 0.8
"""Of the steps from one day of a store to its next: fewer are gaps, not the grain."""


def refuse_days_out_of_place(lines: Lines) -> None:
    """Raises DataFault for a few rows more than a year from all the others, with the first one's line."""
    days = {day: int(rows) for day, rows in lines.rows("select date, count(*) from lines group by date") if day}
    if not days:
        raise BadInput(
            "The table of sales has no rows with a day and units",
            remedy="give at least four weeks of days",
            field="source",
        )
    wrong = out_of_place(days)
    if not wrong:
        return
    body = sorted(day for day in days if day not in wrong)
    rows = sum(days[day] for day in wrong)
    more = f" ({rows} rows are so)" if rows > 1 else ""
    where = lines.first(f"date = '{wrong[0]}'")
    raise DataFault(
        f"{where}: date is {wrong[0]}, and the others are {body[0]} to {body[-1]}{more}",
        remedy=f"repair or delete the line; days from {FIRST_YEAR} on that others stand beside are taken",
        field="source",
    )


def refuse_weeks(lines: Lines, table: str = "lines") -> None:
    """Raises BadInput for rows of weeks or months: what happened on a day cannot be told from them.

    Told by the steps from each day of a store to its next: seven days, or 28 to 31. `table` has store and date.
    """
    steps, weeks, months = lines.rows(
        f"with days as (select distinct store, date from {table}), steps as (select date - lag(date) over "
        "(partition by store order by date) as step from days) select count(step), count(*) filter (step = 7), "
        "count(*) filter (step between 28 and 31) from steps"
    )[0]
    if steps < 3:
        return
    if weeks >= _SHARE * steps:
        weekday = lines.value(f"select mode(dayname(date)) from {table}")
        raise _not_daily("weekly", f"every store has one day a week, mostly a {weekday}")
    if months >= _SHARE * steps:
        raise _not_daily("monthly", "every store has one day a month")


def _not_daily(grain: str, why: str) -> BadInput:
    return BadInput(
        f"The table of sales is {grain}: {why}",
        remedy="export days; a week's sum cannot be spread over its days without inventing them",
        field="source",
    )


def span(lines: Lines) -> tuple[date, date]:
    """The first and the last day."""
    first, last = lines.rows("select min(date), max(date) from lines")[0]
    return first, last
