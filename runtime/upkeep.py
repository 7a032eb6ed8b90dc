"""What a running process does on the side: keeps its leases alive and its prompts fresh."""

import asyncio
import gc
import sys
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Protocol

from prompts.library import PromptLibrary
from runtime.chores import forever

PROMPT_LOOK_SECONDS = 1.0
HEARTBEAT_SECONDS = 10.0
"""A lease is dead after a minute of silence, so several beats may be lost."""


class Heartbeats(Protocol):
    async def heartbeat_all(self, owner: str) -> int:
        """Keep every lease of an owner alive; how many there are."""
        ...


def begin(stack: AsyncExitStack, chore: Coroutine[None, None, None]) -> None:
    """Do a chore on the side until the stack is left."""
    stack.push_async_callback(_cancelled, asyncio.create_task(chore))


async def keep_leases(leases: Heartbeats, owner: str) -> None:
    async def beat() -> None:
        await leases.heartbeat_all(owner)

    await forever("leases", beat, pause=HEARTBEAT_SECONDS)


async def keep_fresh(prompts: PromptLibrary) -> None:
    """Hot reload: an edited template is used by the next campaign that asks for it."""

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
