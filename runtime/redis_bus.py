"""The event bus over Redis or Valkey Streams: one stream, every process reads it and fans out to its own listeners."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

import structlog
from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from domain.errors import BadInput, StorageUnavailable
from domain.events import Event
from runtime.bus import InProcessBus, Subscription

STREAM = "tescosense:events"
KEPT = 100_000
"""Entries kept in the stream; older ones are read from the log."""
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
        self._reader = asyncio.create_task(self._read(), name="redis-bus-reader")

    @classmethod
    async def connect(cls, url: str) -> "RedisBus":
        """Raises BadInput for a URL that is none, StorageUnavailable when nobody answers there."""
        try:
            redis = Redis.from_url(url, decode_responses=True)
        except ValueError as error:
            raise BadInput(
                f"TESCOSENSE_REDIS_URL is not a Redis URL: {error}",
                remedy="write redis://host:port/0",
                field="redis_url",
            ) from error
        try:
            newest = await redis.xrevrange(STREAM, count=1)
        except (RedisConnectionError, RedisTimeoutError) as error:
            await redis.aclose()
            raise StorageUnavailable(
                "no Redis or Valkey server answers at TESCOSENSE_REDIS_URL",
                remedy="start one there, or leave the setting empty for a single process",
            ) from error
        return cls(redis, last_id=_ENTRIES.validate_python(newest)[0][0] if newest else "0-0")

    async def publish(self, events: Sequence[Event]) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        for event in events:
            pipeline.xadd(STREAM, {"event": event.model_dump_json()}, maxlen=KEPT, approximate=True)
        await pipeline.execute()

    def subscribe(self) -> AbstractAsyncContextManager[Subscription]:
        return self._local.subscribe()

    async def aclose(self) -> None:
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
        await self._local.aclose()
        await self._redis.aclose()

    async def _read(self) -> None:
        while True:
            try:
                answer = await self._redis.xread({STREAM: self._last_id}, count=500, block=BLOCK_MS)
            except (RedisConnectionError, RedisTimeoutError) as error:
                log.warning("redis.lost", error=type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)
                continue
            for _, entries in _STREAMS.validate_python(answer):
                self._last_id = entries[-1][0]
                self._local.deliver([Event.model_validate_json(fields["event"]) for _, fields in entries])
