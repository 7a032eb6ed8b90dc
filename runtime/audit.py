"""Whatever a person makes the house do is written down before it is done, and then what came of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal, Protocol
from uuid import UUID

import orjson
import structlog
from pydantic import JsonValue

from domain.caller import Act, Caller
from domain.errors import LONGEST_ECHO, TescoSenseError

LONGEST_ASKED = 8_000
"""Bytes of JSON of what was sent that an entry keeps. The longest answer at the gate is shorter."""

SERVER_FAULT = 500

Door = Literal["http", "socket", "command line"]

log = structlog.get_logger()


class Entries(Protocol):
    async def begin(self, caller: Caller, *, via: str, act: str, subject: str, asked: JsonValue) -> UUID: ...

    async def end(self, entry: UUID, *, outcome: str, problem: str = "") -> None: ...


class AuditTrail:
    def __init__(self, entries: Entries) -> None:
        self._entries = entries

    @asynccontextmanager
    async def of(
        self, caller: Caller, act: Act, *, via: Door, subject: object = "", asked: JsonValue = None
    ) -> AsyncIterator[None]:
        """Around an act. What cannot be written down is not done: raises StorageUnavailable before it is."""
        kept: JsonValue = asked if len(orjson.dumps(asked)) <= LONGEST_ASKED else {"left out": "more than is kept"}
        entry = await self._entries.begin(caller, via=via, act=act, subject=str(subject)[:LONGEST_ECHO], asked=kept)
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

    async def _end(self, entry: UUID, *, outcome: str, problem: str = "") -> None:
        """It was done, whether or not that can be written down now: the entry then stays without an outcome."""
        try:
            await self._entries.end(entry, outcome=outcome, problem=problem)
        except Exception:
            log.exception("audit.not_ended", entry=str(entry), outcome=outcome)
