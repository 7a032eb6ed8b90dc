"""A run as it happens, for whoever waits for it in this process."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from domain.events import Event, LifecycleData
from runtime.events.bus import Subscription
from runtime.runs.runs import Runs


async def watch(runs: Runs, subscription: Subscription, thread_id: UUID) -> AsyncIterator[Event]:
    """The thread's events up to the one that says it parked or ended. Raises what the run raised, Lagged when the
    watcher was too slow. The subscription must have been opened before the run was started."""
    finished = asyncio.create_task(runs.finished(thread_id))
    try:
        while True:
            batch = asyncio.create_task(subscription.next())
            await asyncio.wait({batch, finished}, return_when=asyncio.FIRST_COMPLETED)
            if not batch.done():
                await finished
            for event in await batch:
                if event.thread_id == thread_id:
                    yield event
                    if isinstance(event.params.data, LifecycleData) and event.params.data.phase != "started":
                        await finished
                        return
    finally:
        finished.cancel()
