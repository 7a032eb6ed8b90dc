"""The event bus over Redis or Valkey Streams: one stream, every process reads it and fans out to its own listeners.

The log is the truth, so a server that goes away stops no run: what could not be published while it was gone is in the
log, and once it is back every listener of every process is told to look there.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

import structlog
from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from domain.errors import BadInput, StorageUnavailable
from domain.events import Event
from runtime.events.bus import InProcessBus, Subscription
from runtime.events.drafts import Drafts
from runtime.events.redis_drafts import RedisDrafts

STREAM = "tescosense:events"
KEPT = 100_000
"""Entries kept in the stream; older ones are read from the log."""
EVENT, LOOK = "event", "look"
"""An entry is an event, or says that some could not be published and are found in the log."""
BLOCK_MS = 1_000
RECONNECT_SECONDS = 0.5

Entry = tuple[str, dict[str, str]]
_ENTRIES: TypeAdapter[list[Entry]] = TypeAdapter(list[Entry])
_STREAMS: TypeAdapter[list[tuple[str, list[Entry]]]] = TypeAdapter(list[tuple[str, list[Entry]]])

log = structlog.get_logger()


class RedisBus:
    """Publishes to the stream and delivers what comes back from it, so that every process sees one order."""

    def __init__(self, redis: Redis, *, last_id: str) -> None:
        self._redis = redis
        self._last_id = last_id
        self._local = InProcessBus()
        self._drafts = RedisDrafts(redis)
        self._lost = False
        self._is_open = True
        self._reader = asyncio.create_task(self._read(), name="redis-bus-reader")

    @classmethod
    async def connect(cls, url: str) -> "RedisBus":
        """Raises BadInput for a URL that is none, StorageUnavailable when nobody answers there."""
        try:
            # One more try covers a connection the server closed while it was idle; a longer wait would hold up runs.
            redis = Redis.from_url(url, decode_responses=True, retry=Retry(NoBackoff(), 1))
        except ValueError as error:
            raise BadInput(
                f"TESCOSENSE_REDIS_URL is not a Redis URL: {error}",
                remedy="write redis://host:port/0",
                field="redis_url",
            ) from error
        try:
            newest = await redis.xrevrange(STREAM, count=1)
        except RedisError as error:
            await redis.aclose()
            raise StorageUnavailable(
                f"no Redis or Valkey server answers at TESCOSENSE_REDIS_URL ({type(error).__name__})",
                remedy="start one there, or leave the setting empty for a single process",
            ) from error
        return cls(redis, last_id=_ENTRIES.validate_python(newest)[0][0] if newest else "0-0")

    @property
    def drafts(self) -> Drafts:
        return self._drafts

    async def publish(self, events: Sequence[Event]) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        for event in events:
            pipeline.xadd(STREAM, {EVENT: event.model_dump_json()}, maxlen=KEPT, approximate=True)
        try:
            await pipeline.execute()
        except RedisError as error:
            self._lost = True
            log.warning("redis.not_told", events=len(events), error=type(error).__name__)

    def subscribe(self) -> AbstractAsyncContextManager[Subscription]:
        return self._local.subscribe()

    async def aclose(self) -> None:
        # A cancellation that arrives while the client reconnects is swallowed there, so it is not the only sign.
        self._is_open = False
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
        await self._drafts.aclose()
        await self._local.aclose()
        await self._redis.aclose()

    async def _read(self) -> None:
        was_lost = False
        while self._is_open:
            telling, self._lost = self._lost, False
            try:
                if telling:
                    await self._redis.xadd(STREAM, {LOOK: "in the log"}, maxlen=KEPT, approximate=True)
                if was_lost:
                    await self._start_again()
                    was_lost = False
                answer = await self._redis.xread({STREAM: self._last_id}, count=500, block=BLOCK_MS)
            except RedisError as error:
                was_lost = True
                self._lost = self._lost or telling
                log.warning("redis.lost", error=type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)
                continue
            for _, entries in _STREAMS.validate_python(answer):
                self._last_id = entries[-1][0]
                self._deliver([fields for _, fields in entries])

    async def _start_again(self) -> None:
        """After an outage: a server that lost its memory may even count from a lower id than before."""
        newest = _ENTRIES.validate_python(await self._redis.xrevrange(STREAM, count=1))
        self._last_id = newest[0][0] if newest else "0-0"
        self._local.lose()

    def _deliver(self, entries: Sequence[dict[str, str]]) -> None:
        self._local.deliver([Event.model_validate_json(fields[EVENT]) for fields in entries if EVENT in fields])
        if any(LOOK in fields for fields in entries):
            self._local.lose()
