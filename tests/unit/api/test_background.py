"""What runs beside a server's requests is not lost without a word."""

import asyncio

import structlog

from api.app import tell_failure


async def _broken() -> None:
    raise RuntimeError("no disk")


async def test_a_task_that_broke_is_told_by_its_name_and_one_that_was_stopped_is_not() -> None:
    with structlog.testing.capture_logs() as logs:
        broken = asyncio.create_task(_broken(), name="rules")
        stopped = asyncio.create_task(asyncio.Event().wait(), name="clock")
        for task in (broken, stopped):
            task.add_done_callback(tell_failure)
        stopped.cancel()
        await asyncio.gather(broken, stopped, return_exceptions=True)
        await asyncio.sleep(0)
    assert [(line["event"], line["task"]) for line in logs] == [("background_task.failed", "rules")]
