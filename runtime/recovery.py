"""Goes on with the runs of processes that died, for as long as this one lives."""

from typing import Protocol
from uuid import UUID

import structlog

from domain.errors import Conflict, StorageUnavailable
from runtime.chores import forever

EVERY = 5.0
"""Seconds between two looks."""

log = structlog.get_logger()


class Recoverable(Protocol):
    async def recover(self) -> list[UUID]:
        """Go on with every run whose process is gone; returns their threads."""
        ...


async def keep_recovering(runs: Recoverable, *, every: float = EVERY) -> None:
    """Look again and again, until cancelled. Another process that was faster, or a database that is away, is met
    again at the next look."""

    async def look() -> None:
        try:
            recovered = await runs.recover()
        except (Conflict, StorageUnavailable) as error:
            log.info("recovery.put_off", reason=str(error))
        else:
            if recovered:
                log.info("runs.recovered", threads=[str(thread) for thread in recovered])

    await forever("recovery", look, pause=every)
