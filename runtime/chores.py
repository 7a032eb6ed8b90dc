"""Chores that are done for as long as the process lives, whatever happens to them on the way."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

AFTER_A_FAILURE = 1.0
"""Seconds before a chore that failed is tried again."""

log = structlog.get_logger()


async def forever(
    name: str, chore: Callable[[], Awaitable[None]], *, pause: float = 0.0, after_a_failure: float = AFTER_A_FAILURE
) -> None:
    """Wait `pause` seconds and do the chore, again and again until cancelled.

    A chore that fails is logged and met again at its next turn: nobody waits for a chore, so nobody would hear of it,
    and a clock or a heartbeat that stopped would be missed only once its harm is done.
    """
    while True:
        await asyncio.sleep(pause)
        try:
            await chore()
        except Exception:
            log.exception("chore.failed", chore=name)
            await asyncio.sleep(after_a_failure)
