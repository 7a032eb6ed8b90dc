"""Who holds a lease, and going on with the runs of processes that died."""

import os
import socket
from pathlib import Path
from typing import Protocol
from uuid import UUID

import structlog

from domain.errors import Conflict, StorageUnavailable
from runtime.periodic import forever

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


def this_process() -> str:
    """`host:pid:start`, where `start` tells a process from a later one that was given the same number."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def is_gone(owner: str) -> bool:
    """Whether the owner is known to be dead. False for a process of another machine: only its silence can tell."""
    host, pid, started = owner.rsplit(":", 2)
    return host == socket.gethostname() and _started(int(pid)) != started


def _started(pid: int) -> str:
    """The kernel's start time of a process, `-` where there is no such process or no /proc to ask."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        # It may have ended a moment ago, or while it was read.
        return _alive(pid)
    return stat.rpartition(")")[2].split()[19]


def _alive(pid: int) -> str:
    """Without /proc: `alive` for a process that takes signals, `-` for one that is gone."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return "-"
    except PermissionError:
        return "alive"
    return "alive"
