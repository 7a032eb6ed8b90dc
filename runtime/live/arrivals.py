"""Where days come with files: looks at the folder, takes up each new day in order, and says what stands in the way."""

from datetime import date
from typing import Protocol

import structlog

from domain.errors import BadInput, DataFault
from runtime.live.days import RealDays
from storage.records import LiveWorld

log = structlog.get_logger()


class Turned(Protocol):
    """The live world, as it is moved on."""

    async def now(self) -> LiveWorld: ...

    async def take_up(self, day: date, *, is_newest: bool) -> LiveWorld:
        """Stand on the day: what has been due by it is measured and, on the newest, campaigns are started. Doing it
        again does what was not done."""
        ...


class Versioned(Protocol):
    @property
    def newest_version(self) -> str: ...


class Arrivals:
    """One per serving process. A folder is read once its files have stood still from one look to the next, so that
    none is read while it is written; what has been taken up, or has failed, is met again once a file changes."""

    def __init__(self, world: Turned, days: RealDays, sales: Versioned) -> None:
        self._world = world
        self._days = days
        self._sales = sales
        self._seen: str | None = None
        self._done: str | None = None
        self.problem = ""
        """Why nothing new is taken up; empty where nothing stands in the way."""

    async def look(self) -> None:
        """Raises what is no fault of the files, so that it is tried again: a database that is away, for example."""
        version = self._sales.newest_version
        is_settled, self._seen = version == self._seen, version
        if version == self._done or not is_settled:
            return
        try:
            await self._take_up()
        except (BadInput, DataFault) as fault:
            self._say(str(fault))
        else:
            self._say("")
        self._done = version

    async def _take_up(self) -> None:
        newest = await self._days.look()
        world = await self._world.now()
        if newest < world.today:
            raise DataFault(
                f"the files end on {newest}, and this world stands on {world.today} already",
                remedy="put back the files of the days between",
            )
        ahead = range(world.today.toordinal() + 1, newest.toordinal())
        for day in map(date.fromordinal, ahead):
            await self._world.take_up(day, is_newest=False)
        await self._world.take_up(newest, is_newest=True)

    def _say(self, problem: str) -> None:
        if problem and problem != self.problem:
            log.warning("files.not_taken_up", problem=problem)
        elif self.problem and not problem:
            log.info("files.taken_up_again")
        self.problem = problem
