"""The days of a live world, as its event log tells them: what is shown live, and what a history is dated by."""

from datetime import UTC, date, datetime
from uuid import UUID

from domain.context import LIVE_WORLD
from domain.events import DayPassed, Draft, EventParams
from domain.identifiers import derived_id
from runtime.events.bus import Bus
from runtime.events.writer import EventLog


def clock_thread(world_id: str) -> UUID:
    """The thread that the events of a world's clock belong to: one of its own for each live world, so that the days of
    one source are not taken for another's."""
    return derived_id("the live world's clock", *(() if world_id == LIVE_WORLD else (world_id,)))


class ToldDays:
    def __init__(self, events: EventLog, bus: Bus) -> None:
        self._events = events
        self._bus = bus

    async def tell(self, world_id: str, today: date) -> None:
        """That it is `today` in the world from now on. A day before the one told last says that the world has begun
        again."""
        params = EventParams(timestamp=datetime.now(UTC), data=DayPassed(today=today))
        draft = Draft(thread_id=clock_thread(world_id), method="custom", params=params)
        await self._bus.publish(await self._events.append([draft]))
