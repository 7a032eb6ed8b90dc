"""Periodic tasks: what a running process does on the side for as long as it lives."""

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Protocol

import structlog

from prompts.library import PromptLibrary

AFTER_A_FAILURE = 1.0
"""Seconds before a task that failed is tried again."""
PROMPT_LOOK_SECONDS = 1.0
HEARTBEAT_SECONDS = 10.0
"""A lease is dead after a minute of silence, so several beats may be lost."""

log = structlog.get_logger()


class Heartbeats(Protocol):
    async def heartbeat_all(self, owner: str) -> int:
        """Keep every lease of an owner alive; how many there are."""
        ...


async def forever(
    name: str, task: Callable[[], Awaitable[None]], *, pause: float = 0.0, after_a_failure: float = AFTER_A_FAILURE
) -> None:
    """Wait `pause` seconds and do the task, again and again until cancelled.

    A task that fails is logged and met again at its next turn: nobody waits for it, so nobody would hear of it,
    and a clock or a heartbeat that stopped would be missed only once its harm is done.
    """
    while True:
        await asyncio.sleep(pause)
        try:
            await task()
        except Exception:
            log.exception("periodic_task.failed", task=name)
            await asyncio.sleep(after_a_failure)


def begin(stack: AsyncExitStack, task: Coroutine[None, None, None]) -> None:
    """Do a task on the side until the stack is left."""
    stack.push_async_callback(_cancelled, asyncio.create_task(task))


async def keep_leases(leases: Heartbeats, owner: str) -> None:
    async def beat() -> None:
        await leases.heartbeat_all(owner)

    await forever("leases", beat, pause=HEARTBEAT_SECONDS)


async def keep_fresh(prompts: PromptLibrary) -> None:
    """Hot reload: a new release is used by the next campaign that asks for one, and a draft shown as it is now."""

    async def look() -> None:
        await asyncio.to_thread(prompts.refresh)

    await forever("prompts", look, pause=PROMPT_LOOK_SECONDS)


def tune_interpreter() -> None:
    """For a process that runs campaigns until it ends."""
    # The writers are threads: at the default of 5 ms they wait for the interpreter longer than they work.
    sys.setswitchinterval(0.001)
    # What has been imported stays. Looking it over again and again for garbage took a fifth of a campaign's time.
    if gc.get_freeze_count() == 0:
        gc.freeze()
    gc.set_threshold(10_000, 20, 20)


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
