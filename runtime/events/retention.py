"""What is kept for how long: events, notices and models' answers for some months, and the newest checkpoints of
campaigns that have ended."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

import structlog

from domain.campaign_choice import CampaignChoice
from storage.records import CampaignPage

EVERY = 3600.0
"""Seconds between two clearings."""
AT_ONCE = 20
"""Threads pruned together: they share a disk sync."""

_EVERY_ONE: Final = CampaignChoice(forks=True)

log = structlog.get_logger()


class Trimmed(Protocol):
    async def trim(self, before: datetime) -> int:
        """Drop what is of before then; how many there were. Of events the newest of each thread stays."""
        ...


class Campaigns(Protocol):
    async def page(self, *, choice: CampaignChoice, limit: int = 50, after: str | None = None) -> CampaignPage: ...


class Commands(Protocol):
    async def prune(self) -> int: ...


class Retention:
    """Clears out what is old. Tables of campaigns, the ledger and lessons are kept for good."""

    def __init__(
        self,
        *,
        events: Trimmed,
        campaigns: Campaigns,
        commands: Commands,
        aged: Sequence[Trimmed],
        prune: Callable[[str, int], Awaitable[None]],
        event_days: int,
        checkpoints_kept: int,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`prune` drops all but so many of a thread's checkpoints; what is `aged` goes with the events of its days."""
        self._events = events
        self._campaigns = campaigns
        self._commands = commands
        self._aged = aged
        self._prune = prune
        self._event_days = event_days
        self._kept = checkpoints_kept
        self._now = now
        self._pruned: dict[UUID, datetime] = {}

    async def clear(self) -> None:
        before = self._now() - timedelta(days=self._event_days)
        dropped = await self._events.trim(before)
        for one in self._aged:
            await one.trim(before)
        await self._commands.prune()
        ended = await self._ended()
        threads = list(ended.items())
        for first in range(0, len(threads), AT_ONCE):
            batch = threads[first : first + AT_ONCE]
            await asyncio.gather(*(self._prune(str(thread), self._kept) for thread, _ in batch))
            self._pruned.update(batch)
        if dropped or ended:
            log.info("storage.cleared", events=dropped, threads=len(ended))

    async def _ended(self) -> dict[UUID, datetime]:
        """The campaigns that have ended, or changed again, since they were last pruned, and when that was."""
        ended: dict[UUID, datetime] = {}
        after: str | None = None
        while True:
            page = await self._campaigns.page(choice=_EVERY_ONE, limit=200, after=after)
            for record in page.items:
                if record.status.is_final and self._pruned.get(record.id) != record.updated_at:
                    ended[record.id] = record.updated_at
            after = page.next
            if after is None:
                return ended
