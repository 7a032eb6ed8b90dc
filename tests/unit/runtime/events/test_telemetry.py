"""Operators' counters, and where logs go."""

import asyncio
import logging
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import structlog

from domain.events import Event, EventParams, LifecycleData, TaskData
from runtime.events.bus import InProcessBus
from runtime.events.telemetry import MaskedFormatter, Telemetry, configure_logging
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
        while "tescosense_events_total{" not in (told := telemetry.exposition().decode()):  # noqa: ASYNC110
            await asyncio.sleep(0)
    counting.cancel()
    assert 'tescosense_runs_total{phase="completed",status="COMPLETED"} 1.0' in told
    assert 'tescosense_node_seconds_count{node="sensing"} 1.0' in told
    assert 'tescosense_events_total{method="tasks"} 1.0' in told


def test_logs_leave_standard_output_alone(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    structlog.get_logger().warning("something.happened", campaign="1")
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "something.happened" in printed.err
    structlog.reset_defaults()


def test_no_log_holds_the_password_of_a_url(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    try:
        raise OSError("cannot reach redis://ada:hunter2@cache/0")
    except OSError:
        structlog.get_logger().exception("bus.lost", url="https://seller.example/mcp?token=hunter2")
    record = logging.LogRecord("uvicorn.error", logging.ERROR, "", 1, "lost %s", ("redis://:hunter2@cache",), None)
    printed = capsys.readouterr().err + MaskedFormatter().format(record)
    assert "hunter2" not in printed
    assert printed.count("***") >= 3
    structlog.reset_defaults()
