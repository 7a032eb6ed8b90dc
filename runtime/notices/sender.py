"""Sends what people are told of to the webhook, beside everything else: at least once, and not for ever."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from runtime.notices.webhook import SECONDS, NotTaken, Webhook
from storage.notices import Due

EVERY = 1.0
"""Seconds between two looks for what is due."""
LEASE = timedelta(seconds=2 * SECONDS)
"""For so long a notice is one process's to send; then that one is taken to be dead. Twice the longest try."""
FIRST_PAUSE = 5.0
LONGEST_PAUSE = 900.0
"""Seconds: the pause after a try doubles from the one to the other, less up to a half by chance, so that what failed
together is not tried together again."""
GIVEN_UP_AFTER = timedelta(days=1)
"""A notice is for acting on: what could not be sent for a day has been seen in the page, or is no use any more."""

log = structlog.get_logger()


class Outbox(Protocol):
    async def take(self, *, until: datetime, since: datetime) -> Due | None: ...

    async def sent(self, due: Due) -> None: ...

    async def put_off(self, due: Due, until: datetime, problem: str) -> None: ...


class Sender:
    def __init__(
        self,
        outbox: Outbox,
        webhook: Webhook,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._outbox = outbox
        self._webhook = webhook
        self._now = now
        self._chance = chance

    async def send_due(self) -> None:
        """Everything that is due, the oldest first, up to the first that is not taken: others would not be either."""
        while due := await self._outbox.take(until=self._now() + LEASE, since=self._now() - GIVEN_UP_AFTER):
            try:
                await self._webhook.send(due.notice)
            except NotTaken as problem:
                pause = self.pause(due.attempts)
                await self._outbox.put_off(due, self._now() + pause, str(problem))
                log.warning(
                    "webhook.not_taken", problem=str(problem), tries=due.attempts + 1, again_in=pause.total_seconds()
                )
                return
            await self._outbox.sent(due)

    def pause(self, attempts: int) -> timedelta:
        """After so many tries before this one."""
        longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempts, 32))
        return timedelta(seconds=longest * (1 - self._chance() / 2))
