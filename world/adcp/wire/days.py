"""AdCP speaks of instants, we buy and sell whole days: this is how the one becomes the other."""

from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime


def _with_days_beside_it(at: datetime) -> datetime:
    """Raises ValueError in the first and the last year there is: another zone's day may be none."""
    if not MINYEAR < at.year < MAXYEAR:
        raise ValueError(f"the year {at.year} is none of a flight")
    return at


Instant = Annotated[AwareDatetime, AfterValidator(_with_days_beside_it)]


def first_day(start: datetime) -> date:
    """The day an aware instant lies in, UTC: midnight in Paris is still the day before."""
    return start.astimezone(UTC).date()


def last_day(end: datetime) -> date:
    """The last day before an aware instant, UTC: an end at midnight is the end of the day before."""
    at = end.astimezone(UTC)
    return at.date() - timedelta(days=at.time() == time())


def today() -> date:
    """By the calendar that sellers bill by, UTC."""
    return datetime.now(UTC).date()
