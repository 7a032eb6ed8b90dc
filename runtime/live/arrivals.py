"""Where days come with files: looks at the folder, takes up each new day in order, and says what stands in the way."""

from datetime import date, timedelta
from typing import Protocol

import structlog

from domain.errors import BadInput, Conflict, DataFault
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

    async def take_up(self, version: str) -> None:
        """Read the files at that version from then on."""
        ...

    async def tell(self, problem: str) -> None:
        """Tell people why no new day is taken up or, where that is empty, that one is."""
        ...


class Holds(Protocol):
    async def hold(self, today: date) -> object | None:
        """What the day waits for, if anything."""
        ...


class Arrivals:
    """One per serving process. A folder is read once its files have stood still from one look to the next, so that
    none is read while it is written; what has been taken up, or has failed, is met again once a file changes. A look
    takes up one day at most: between two days a person may pause, or decide what is waited for."""

    def __init__(self, world: Turned, days: RealDays, sales: Versioned) -> None:
        self._world = world
        self._days = days
        self._sales = sales
        self._seen: str | None = None
        self._done: str | None = None
        self._told: str | None = None
        self.problem = ""
        """Why nothing new is taken up; empty where nothing stands in the way."""
        self.is_behind = False
        """Whether the last look has left days to be taken up."""

    def notice(self) -> bool:
        """Whether the files are as they were at the last look, or the last time they were noticed."""
        version = self._sales.newest_version
        is_settled, self._seen = version == self._seen, version
        return is_settled

    async def turn(self, deadlines: Holds) -> None:
        """Look, unless a person has paused or a decision is waited for."""
        try:
            world = await self._world.now()
        except (BadInput, DataFault) as fault:  # Of a world that nobody has opened yet, and cannot now.
            await self.say(str(fault))
            return
        if world.running and await deadlines.hold(world.today) is None:
            await self.look()
        else:
            self.notice()

    async def look(self) -> None:
        """Raises what is no fault of the files, so that it is tried again: a database that is away, for example."""
        is_settled, version = self.notice(), self._seen
        if not is_settled or version is None or version == self._done:
            return
        try:
            newest = await self._read(version)
            world = await self._world.now()
            day = min(newest, world.today + timedelta(days=1))
            await self._world.take_up(day, is_newest=day == newest)
        except (BadInput, DataFault) as fault:
            await self.say(str(fault))
            self.is_behind = False
        else:
            await self.say("")
            self.is_behind = day < newest
        if not self.is_behind:
            self._done = version

    async def by_hand(self) -> None:
        """Before a person moves on to the next day: read the files as they are, under the rule they are always read by.
        Raises Conflict while they are written, and DataFault where they end before the day the world stands on."""
        version = self._sales.newest_version
        if version != self._seen:
            raise Conflict("the files are still being written", remedy="wait until they stand still, and try again")
        await self._read(version)

    async def _read(self, version: str) -> date:
        """The newest day, once the files are taken up: not before it is known that none of the world's is gone."""
        newest = await self._days.look()
        world = await self._world.now()
        if newest < world.today:
            raise DataFault(
                f"the files end on {newest:%-d %B %Y}, and sales up to {world.today:%-d %B %Y} were taken up before",
                remedy="put back the files of the days between",
            )
        await self._sales.take_up(version)
        return newest

    async def say(self, problem: str) -> None:
        if problem and problem != self.problem:
            log.warning("files.not_taken_up", problem=problem)
        elif self.problem and not problem:
            log.info("files.taken_up_again")
        self.problem = problem
        if problem != self._told:
            await self._sales.tell(problem)
            self._told = problem
