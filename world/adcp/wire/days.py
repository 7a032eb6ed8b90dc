"""AdCP speaks of instants, we buy and sell whole days: this is how the one becomes the other."""

from datetime import UTC, date, datetime, time, timedelta


def first_day(start: datetime) -> date:
    """The day an aware instant lies in, UTC: midnight in Paris is still the day before."""
    return start.astimezone(UTC).date()


def last_day(end: datetime) -> date:
    """The last day before an aware instant, UTC: an end at midnight is the end of the day before."""
    at = end.astimezone(UTC)
    return at.date() - timedelta(days=at.time() == time())
