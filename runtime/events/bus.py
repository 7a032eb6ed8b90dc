"""The event bus: what has been stored is told to whoever listens, in this process or in others."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from domain.events import Event
from runtime.events.drafts import Drafts, DraftsHere

QUEUE_LIMIT = 10_000
"""Events a listener may fall behind before it is told to catch up from the log."""


class Lagged(Exception):
    """The listener was too slow and missed events: catch up from the log by `seq`."""


class Subscription:
    """One listener's bounded queue."""

    def __init__(self, limit: int = QUEUE_LIMIT) -> None:
        self._limit = limit
        self._waiting: deque[Event] = deque()
        self._lagged = False
        self._wake = asyncio.Event()

    def offer(self, events: Sequence[Event]) -> None:
        """Never blocks the publisher: past the limit everything waiting is dropped and the listener is told once."""
        if len(self._waiting) + len(events) > self._limit:
            self.lose()
        else:
            self._waiting.extend(events)
            self._wake.set()

    def lose(self) -> None:
        """Say that events were published which never came here."""
        self._waiting.clear()
        self._lagged = True
        self._wake.set()

    async def next(self) -> list[Event]:
        """The next batch, in the order published. Raises Lagged once after events had to be dropped."""
        while not self._waiting and not self._lagged:
            self._wake.clear()
            await self._wake.wait()
        if self._lagged:
            self._lagged = False
            raise Lagged
        batch = list(self._waiting)
        self._waiting.clear()
        return batch


class Bus(Protocol):
    @property
    def drafts(self) -> Drafts:
        """Answers while they are being given: told to who watches, and stored nowhere."""
        ...

    async def publish(self, events: Sequence[Event]) -> None:
        """Tell every listener of events that are already stored."""
        ...

    def subscribe(self) -> AbstractAsyncContextManager[Subscription]:
        """Listen from now on; what was published before is in the log."""
        ...

    async def aclose(self) -> None: ...


class InProcessBus:
    """Fan-out to the listeners of this process."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()
        self._drafts = DraftsHere()

    @property
    def drafts(self) -> Drafts:
        return self._drafts

    async def publish(self, events: Sequence[Event]) -> None:
        self.deliver(events)

    def deliver(self, events: Sequence[Event]) -> None:
        for subscription in self._subscriptions:
            subscription.offer(events)

    def lose(self) -> None:
        """Tell every listener that it missed events."""
        for subscription in self._subscriptions:
            subscription.lose()

    @asynccontextmanager
    async def subscribe(self) -> AsyncIterator[Subscription]:
        subscription = Subscription()
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    async def aclose(self) -> None:
        self._subscriptions.clear()
