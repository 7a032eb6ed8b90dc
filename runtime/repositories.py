"""Storage, opened once and shared by everything that runs in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from runtime.settings import Settings
from storage.campaigns import CampaignRepository
from storage.clock import WorldClock
from storage.database import Database
from storage.events import EventStore
from storage.ledger import Ledger
from storage.lessons import LessonRepository
from storage.media_buys import MediaBuyRepository
from storage.migrate import migrate
from storage.runs import RunRegistry
from storage.threads import ThreadRepository


@dataclass(frozen=True, slots=True)
class Repositories:
    """Storage, opened once and shared."""

    database: Database
    campaigns: CampaignRepository
    ledger: Ledger
    lessons: LessonRepository
    media_buys: MediaBuyRepository
    events: EventStore
    threads: ThreadRepository
    leases: RunRegistry
    clock: WorldClock


@asynccontextmanager
async def open_repositories(settings: Settings) -> AsyncIterator[Repositories]:
    """Migrate and open the database. Raises StorageUnavailable when it cannot be reached."""
    await asyncio.to_thread(settings.prepare_data_dir)
    await migrate(settings.database)
    async with Database(settings.database) as database:
        yield Repositories(
            database=database,
            campaigns=CampaignRepository(database),
            ledger=Ledger(database, account_budget=settings.account_budget, daily_budget=settings.account_daily_budget),
            lessons=LessonRepository(database),
            media_buys=MediaBuyRepository(database),
            events=EventStore(database),
            threads=ThreadRepository(database),
            leases=RunRegistry(database),
            clock=WorldClock(database),
        )
