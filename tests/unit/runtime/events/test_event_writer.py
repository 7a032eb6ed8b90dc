"""From a run to its listeners: stored first, then told; in order; and never silently lost."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from domain.errors import StorageUnavailable
from domain.events import Draft, Event, EventParams, LifecycleData
from runtime.events.bus import InProcessBus, Lagged, Subscription
from runtime.events.writer import EventWriter

THREAD = uuid4()


def a_draft(thread: UUID = THREAD) -> Draft:
    data = LifecycleData(phase="started", run_id=uuid4())
    return Draft(thread_id=thread, method="lifecycle", params=EventParams(timestamp=datetime.now(UTC), data=data))


class SlowLog:
    """Stores when it is let, and remembers the batches."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.may_store = asyncio.Event()
        self.fail: StorageUnavailable | None = None

    async def append(self, drafts: Sequence[Draft]) -> Sequence[Event]:
        await self.may_store.wait()
        if self.fail:
            raise self.fail
        first = sum(self.batches) + 1
        self.batches.append(len(drafts))
        return [Event(seq=first + index, **draft.model_dump()) for index, draft in enumerate(drafts)]


async def test_nobody_hears_of_an_event_before_it_is_stored() -> None:
    log, bus = SlowLog(), InProcessBus()
    async with bus.subscribe() as subscription:
        writer = EventWriter(log, bus)
        writer.offer([a_draft()])
        heard = asyncio.create_task(subscription.next())
        for _ in range(5):
            await asyncio.sleep(0)
        assert not heard.done()
        log.may_store.set()
        assert [event.seq for event in await heard] == [1]
        await writer.flush()


async def test_what_is_offered_while_a_batch_is_stored_becomes_the_next_batch_in_order() -> None:
    log, bus = SlowLog(), InProcessBus()
    async with bus.subscribe() as subscription:
        writer = EventWriter(log, bus)
        writer.offer([a_draft()])
        await asyncio.sleep(0)
        for _ in range(4):
            writer.offer([a_draft()])
        log.may_store.set()
        await writer.flush()
        assert log.batches == [1, 4]
        assert [event.seq for event in await subscription.next()] == [1, 2, 3, 4, 5]


async def test_a_log_that_fails_is_not_passed_over_in_silence() -> None:
    log = SlowLog()
    log.fail = StorageUnavailable("the disk is full", remedy="make room")
    log.may_store.set()
    writer = EventWriter(log, InProcessBus())
    writer.offer([a_draft()])
    with pytest.raises(StorageUnavailable, match="the disk is full"):
        await writer.flush()


async def test_a_listener_that_falls_too_far_behind_is_told_once_and_goes_on() -> None:
    log = SlowLog()
    log.may_store.set()
    events = await log.append([a_draft() for _ in range(6)])
    subscription = Subscription(limit=4)
    subscription.offer(events[:3])
    subscription.offer(events[3:])
    with pytest.raises(Lagged):
        await subscription.next()
    subscription.offer(events[:2])
    assert [event.seq for event in await subscription.next()] == [1, 2]
