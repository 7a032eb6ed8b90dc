"""How far a day of the live world has passed, by the real time that goes by and the clock's speed."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from storage.records import LiveWorld

LOOK_EVERY = 0.5
"""Seconds between looks at the clock while it runs."""
EPSILON = 1e-9
Look = Callable[[], Awaitable[LiveWorld]]


class Hands(NamedTuple):
    """What the time is told with; another one in tests."""

    sleep: Callable[[float], Awaitable[None]]
    seconds: Callable[[], float]
    """Of a clock that only goes forward."""


HANDS = Hands(asyncio.sleep, time.monotonic)


class Pace:
    """A day begins where the one before was over, so that what its first moments are taken up with, measuring, sensing
    and starting campaigns, is part of it: 60 days a minute are 60, however long each step takes, up to a day."""

    def __init__(self, hands: Hands) -> None:
        self._sleep = hands.sleep
        self._seconds = hands.seconds
        self._counted_to = hands.seconds()
        self._over_at: float | None = None
        self.passed = 0.0
        """The share of the day, 1 where it is over."""

    @property
    def is_over(self) -> bool:
        return self.passed >= 1 - EPSILON

    async def until_over(self, look: Look) -> None:
        """Looks at the clock every moment: whoever changes its speed, or stops it, sees it obey at once."""
        while not self.is_over:
            rate = _days_a_second(await look())
            if not self._count(rate):
                left = (1 - self.passed) / rate if rate else LOOK_EVERY
                await self._sleep(min(LOOK_EVERY, left))
                self._count(rate)

    async def while_held(self, is_held: Callable[[], Awaitable[bool]]) -> None:
        """The day is over and waited with: what it is held for is no part of the next one."""
        while await is_held():
            self._over_at = None
            await self._sleep(LOOK_EVERY)

    def begin(self) -> None:
        """A new day: from where the last was over, or from now where somebody moved the clock on by hand."""
        now = self._seconds()
        self._counted_to = now if self._over_at is None else self._over_at
        self._over_at, self.passed = None, 0.0

    def _count(self, rate: float) -> bool:
        """Take up the time since it was last looked at; whether the day is over by now."""
        now = self._seconds()
        self.passed += (now - self._counted_to) * rate
        self._counted_to = now
        if self.is_over:
            # A step that takes longer than a day is not caught up with: at most one day is owed.
            owed = min((self.passed - 1) / rate, 1 / rate) if rate else 0.0
            self._over_at = now - owed
        return self.is_over


def _days_a_second(world: LiveWorld) -> float:
    return world.speed / 60 if world.running else 0.0
