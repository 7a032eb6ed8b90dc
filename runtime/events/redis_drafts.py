"""Drafts over Redis or Valkey: whoever runs a campaign publishes, the servers whose clients watch it subscribe.

Its publish and subscribe keeps nothing: what nobody hears, or what is told while the server is away, is gone.
"""

import asyncio
from uuid import UUID

import structlog
from pydantic import ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.drafts import AnswerDraft
from runtime.events.drafts import DraftsHere, Watcher

_CHANNEL = "tescosense:drafts:"
_MOST_WAITING = 32
"""Answers of which something waits to be published."""
_RECONNECT_SECONDS = 0.5
_LOOK_SECONDS = 1.0
"""How often the listener looks up from listening, to see what is watched now."""

log = structlog.get_logger()


class RedisDrafts:
    """Implements `runtime.events.drafts.Drafts` between processes."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._here = DraftsHere()
        self._waiting: dict[UUID, AnswerDraft] = {}
        self._sending: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    def watch(self, watcher: Watcher, threads: frozenset[UUID]) -> None:
        self._here.watch(watcher, threads)
        self._changed.set()
        if self._listening is None and threads:
            self._listening = asyncio.create_task(self._listen(), name="redis-drafts-listener")

    async def is_watched(self, thread_id: UUID) -> bool:
        if await self._here.is_watched(thread_id):
            return True
        try:
            counted = await self._redis.pubsub_numsub(_channel(thread_id))
        except RedisError as error:
            log.warning("redis.watchers_not_known", error=type(error).__name__)
            return False
        return any(int(count) for _, count in counted)

    def tell(self, draft: AnswerDraft) -> None:
        # Of one answer only the newest waits, and when too many do, this is dropped.
        if draft.call_id in self._waiting or len(self._waiting) < _MOST_WAITING:
            self._waiting[draft.call_id] = draft
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send(), name="redis-drafts-sender")

    async def aclose(self) -> None:
        tasks = [task for task in (self._sending, self._listening) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self) -> None:
        while self._waiting:
            drafts, self._waiting = list(self._waiting.values()), {}
            pipeline = self._redis.pipeline(transaction=False)
            for draft in drafts:
                pipeline.publish(_channel(draft.thread_id), draft.model_dump_json())
            try:
                await pipeline.execute()
            except RedisError as error:
                log.warning("redis.drafts_not_told", drafts=len(drafts), error=type(error).__name__)

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except (RedisError, UnicodeDecodeError) as error:
                log.warning("redis.drafts_lost", error=type(error).__name__)
                await asyncio.sleep(_RECONNECT_SECONDS)

    async def _hear(self) -> None:
        async with self._redis.pubsub() as heard:
            subscribed: frozenset[UUID] = frozenset()
            while True:
                self._changed.clear()
                wanted = self._here.watched
                if wanted - subscribed:
                    await heard.subscribe(*map(_channel, wanted - subscribed))
                if subscribed - wanted:
                    await heard.unsubscribe(*map(_channel, subscribed - wanted))
                subscribed = wanted
                if not subscribed:
                    await self._changed.wait()
                    continue
                message = await heard.get_message(ignore_subscribe_messages=True, timeout=_LOOK_SECONDS)
                if message is not None:
                    self._pass_on(message["data"])

    def _pass_on(self, published: bytes | str) -> None:
        try:
            draft = AnswerDraft.model_validate_json(published)
        except ValidationError as error:
            # Of a process of another release, say: it is one telling of many, and the others are still heard.
            log.warning("redis.draft_not_understood", problems=error.error_count())
        else:
            self._here.tell(draft)


def _channel(thread_id: UUID) -> str:
    return f"{_CHANNEL}{thread_id}"
