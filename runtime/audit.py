"""Whatever a person makes the house do is written down before it is done, and then what came of it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

import orjson
import structlog
from pydantic import JsonValue

from domain.caller import Act, Caller
from domain.errors import LONGEST_ECHO, TescoSenseError

LONGEST_ASKED = 8_000
"""Bytes of JSON of what was sent that an entry keeps. The longest answer at the gate is shorter."""

REFUSED_ANEW = 60.0
"""Seconds for which one entry counts what somebody tries again whose role does not allow it."""

SERVER_FAULT = 500

Door = Literal["http", "socket", "command line"]

log = structlog.get_logger()


class Entries(Protocol):
    async def begin(self, caller: Caller, *, via: str, act: str, subject: str, asked: JsonValue) -> UUID: ...

    async def end(self, entry: UUID, *, outcome: str, problem: str = "") -> None: ...


@dataclass(slots=True)
class _Entry:
    """One of the log's, and how often it was tried what it tells of."""

    id: UUID
    begun: float
    times: int = 1


class AuditTrail:
    def __init__(self, entries: Entries, *, now: Callable[[], float] = time.monotonic) -> None:
        self._entries = entries
        self._now = now
        # As many as there are callers, acts and doors, whatever is sent.
        self._forbidden: dict[tuple[Caller, Act, Door], _Entry] = {}
        self._one_at_a_time = asyncio.Lock()

    @asynccontextmanager
    async def of(
        self, caller: Caller, act: Act, *, via: Door, subject: object = "", asked: JsonValue = None
    ) -> AsyncIterator[None]:
        """Around an act. What cannot be written down is not done: raises StorageUnavailable before it is.

        What a role does not allow has one entry per caller, act and minute, which counts: nobody who may only look
        fills the disk.
        """
        kept: JsonValue = asked if len(orjson.dumps(asked)) <= LONGEST_ASKED else {"left out": "more than is kept"}

        async def begin() -> _Entry:
            about = str(subject)[:LONGEST_ECHO]
            return _Entry(await self._entries.begin(caller, via=via, act=act, subject=about, asked=kept), self._now())

        is_allowed = caller.role.includes(act.role)
        entry = await (begin() if is_allowed else self._counted((caller, act, via), begin))
        try:
            yield
        except TescoSenseError as error:
            is_refusal = error.http_status < SERVER_FAULT
            await self._end(entry, outcome="refused" if is_refusal else "failed", problem=str(error))
            raise
        except Exception as error:
            # A class, never a message we did not write: it may quote a password.
            await self._end(entry, outcome="failed", problem=type(error).__name__)
            raise
        await self._end(entry, outcome="done")

    async def _counted(self, what: tuple[Caller, Act, Door], begin: Callable[[], Awaitable[_Entry]]) -> _Entry:
        """The entry of the first try of this minute, or a new one."""
        async with self._one_at_a_time:
            entry = self._forbidden.get(what)
            if entry is not None and self._now() - entry.begun < REFUSED_ANEW:
                entry.times += 1
                return entry
            self._forbidden[what] = entry = await begin()
            return entry

    async def _end(self, entry: _Entry, *, outcome: str, problem: str = "") -> None:
        """It was done, whether or not that can be written down now: the entry then stays without an outcome."""
        told = problem if entry.times == 1 else f"{problem} This was tried {entry.times} times within a minute."
        try:
            await self._entries.end(entry.id, outcome=outcome, problem=told)
        except Exception:
            log.exception("audit.not_ended", entry=str(entry.id), outcome=outcome)
