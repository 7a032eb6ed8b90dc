"""Operators' counters."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

from domain.events import Event, EventParams, LifecycleData, TaskData
from runtime.events.bus import InProcessBus
from runtime.telemetry.counters import Telemetry
from runtime.telemetry.standing import exposition
from tests.patience import PATIENCE


def an_event(data: LifecycleData | TaskData) -> Event:
    method = "lifecycle" if isinstance(data, LifecycleData) else "tasks"
    params = EventParams(timestamp=datetime.now(UTC), data=data)
    return Event(seq=1, event_id=uuid4(), thread_id=uuid4(), method=method, params=params)


async def test_what_is_published_is_counted() -> None:
    bus, telemetry = InProcessBus(), Telemetry()
    counting = asyncio.create_task(telemetry.keep_counting(bus))
    await asyncio.sleep(0)
    ended = LifecycleData(phase="completed", run_id=uuid4(), status="COMPLETED")
    node = TaskData(node="sensing", phase="finish", task_id="t", duration_ms=12.0)
    await bus.publish([an_event(ended), an_event(node)])
    async with asyncio.timeout(PATIENCE):
        while "tescosense_events_total{" not in (told := exposition([telemetry]).decode()):  # noqa: ASYNC110
            await asyncio.sleep(0)
    counting.cancel()
    assert 'tescosense_runs_total{phase="completed",status="COMPLETED"} 1.0' in told
    assert 'tescosense_node_seconds_count{node="sensing"} 1.0' in told
    assert 'tescosense_events_total{method="tasks"} 1.0' in told
