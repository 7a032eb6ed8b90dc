"""Which days a live world has: made one after the other, passed once already and told again, or really coming."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol

Calendar = Literal["simulated", "recorded", "real"]


class Days(Protocol):
    """The days of one live world."""

    @property
    def calendar(self) -> Calendar: ...

    async def begins(self) -> date:
        """The day a world that nobody has opened yet stands on. Raises BadInput or DataFault where sales cannot be
        read."""
        ...

    @property
    def last_day(self) -> date:
        """The last day its clock can reach, as far as that is known."""
        ...

    @property
    def last_start(self) -> date:
        """The last day on which a campaign is started: its flight has to lie within the days there will be."""
        ...


@dataclass(frozen=True, slots=True)
class GivenDays:
    """Days that are known beforehand: the simulated world's, or those of a recorded year."""

    calendar: Calendar
    first_day: date
    last_day: date
    last_start: date

    async def begins(self) -> date:
        return self.first_day


class Newest(Protocol):
    """The sales as they are now."""

    async def newest_day(self) -> date:
        """The newest day with sales. Raises BadInput or DataFault where they cannot be read."""
        ...


class RealDays:
    """Days that come with the files, in the order of the calendar."""

    calendar: Calendar = "real"

    def __init__(self, newest: Newest) -> None:
        self._newest = newest
        self._last: date | None = None

    async def begins(self) -> date:
        """The day before the newest: that one is moved on to, and sensed, as every later one is."""
        return await self.look() - timedelta(days=1)

    async def look(self) -> date:
        """The newest day there is now."""
        self._last = await self._newest.newest_day()
        return self._last

    @property
    def last_day(self) -> date:
        return self._last or date.min

    @property
    def last_start(self) -> date:
        """No end: the days to come will come."""
        return date.max
