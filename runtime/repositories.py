"""Storage, opened once and shared by everything that runs in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from domain.context import HOUSE_ACCOUNT
from domain.errors import Conflict, StorageUnavailable
from runtime.settings import Settings
from storage.audit import AuditLog
from storage.campaigns.ads import AdQueries
from storage.campaigns.booked_ads import BookedAdsQueries
from storage.campaigns.figures import FigureQueries
from storage.campaigns.outcomes import OutcomeQueries
from storage.campaigns.past import PastQueries
from storage.campaigns.predictions import PredictionQueries
from storage.campaigns.recording import CampaignRepository
from storage.checkpoints.checkpoints import checkpointer, has_checkpoints
from storage.clock import WorldClock
from storage.commands import CommandRepository
from storage.engine.database import Database
from storage.engine.url import without_password
from storage.forks import Forks
from storage.imports import Imports
from storage.leases import RunRegistry
from storage.ledger.ledger import Ledger
from storage.lessons import LessonRepository
from storage.log.events import EventStore
from storage.log.replay import EventReplay
from storage.media_buys import MediaBuyRepository
from storage.models.answers import AnswerCache
from storage.models.calls import ModelCallBook
from storage.notices import NoticeBoard
from storage.orders import OrderBook
from storage.schema.migrate import HEAD, is_new, migrate, older_schema
from storage.threads import ThreadRepository

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Repositories:
    """Storage, opened once and shared."""

    database: Database
    campaigns: CampaignRepository
    ads: AdQueries
    figures: FigureQueries
    outcomes: OutcomeQueries
    booked_ads: BookedAdsQueries
    predictions: PredictionQueries
    past: PastQueries
    ledger: Ledger
    lessons: LessonRepository
    media_buys: MediaBuyRepository
    events: EventStore
    replay: EventReplay
    commands: CommandRepository
    audit: AuditLog
    threads: ThreadRepository
    leases: RunRegistry
    orders: OrderBook
    forks: Forks
    imports: Imports
    notices: NoticeBoard
    model_calls: ModelCallBook
    model_answers: AnswerCache
    clock: WorldClock


@asynccontextmanager
async def open_repositories(settings: Settings) -> AsyncIterator[Repositories]:
    """Migrate and open the database. Raises StorageUnavailable when it cannot be reached, and when it is a new one
    beside the checkpoints of an old one."""
    await asyncio.to_thread(settings.prepare_data_dir)
    await _require_not_lost(settings)
    await migrate(settings.database)
    async with Database(settings.database) as database:
        ledger = Ledger(database, account_budget=settings.account_budget, daily_budget=settings.account_daily_budget)
        yield Repositories(
            database=database,
            campaigns=CampaignRepository(database),
            ads=AdQueries(database),
            figures=FigureQueries(database),
            outcomes=OutcomeQueries(database),
            booked_ads=BookedAdsQueries(database),
            predictions=PredictionQueries(database),
            past=PastQueries(database),
            ledger=ledger,
            lessons=LessonRepository(database),
            media_buys=MediaBuyRepository(database),
            events=EventStore(database),
            replay=EventReplay(database),
            commands=CommandRepository(database),
            audit=AuditLog(database),
            threads=ThreadRepository(database),
            leases=RunRegistry(database),
            orders=OrderBook(database, opening=ledger.opening),
            forks=Forks(database),
            imports=Imports(database),
            notices=NoticeBoard(database),
            model_calls=ModelCallBook(database),
            model_answers=AnswerCache(database),
            clock=WorldClock(database),
        )


async def _require_not_lost(settings: Settings) -> None:
    """A house begun anew would have none of the campaigns that have checkpoints, nor their money."""
    place = settings.checkpoint_place
    if not isinstance(place, Path) or not await is_new(settings.database):
        return
    if await asyncio.to_thread(has_checkpoints, place):
        raise StorageUnavailable(
            f"There are campaigns in {place}, and the database {without_password(settings.database)} is empty or gone",
            remedy=f"restore it from a backup, or move {place.name} away to begin anew",
        )


async def require_current_schema(settings: Settings) -> None:
    """Raises StorageUnavailable for a database that opening it would change, or that cannot be reached."""
    old = await older_schema(settings.database)
    if old is not None:
        raise StorageUnavailable(
            f"The database is at schema {old}, older than the {HEAD} of this version",
            remedy="back it up, then let `tescosense serve` bring it there",
        )


async def open_once(settings: Settings) -> None:
    """Make or migrate the storage before there is a server, which would tell a failure as a traceback.

    Raises StorageUnavailable.
    """
    async with open_repositories(settings) as repositories, checkpointer(settings.checkpoint_place):
        await repositories.clock.load()


async def apply_budgets(settings: Settings, ledger: Ledger, account: str = HOUSE_ACCOUNT) -> None:
    """Give the house's account what was set. A process started without these settings, a command typed beside a server
    for example, leaves the account as it is. A budget below what is taken is logged, and the old one stays."""
    if not settings.model_fields_set & {"account_budget", "account_daily_budget"}:
        return
    try:
        await ledger.set_budget(account, budget=settings.account_budget, daily_budget=settings.account_daily_budget)
    except Conflict as error:
        log.warning("budget.not_changed", reason=str(error))
