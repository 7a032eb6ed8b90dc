"""Each line of a change history has the day it was in the world the campaign lives in, and no other world's."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.caller import Act, Caller, Role
from domain.context import LIVE_WORLD, live_world_of
from domain.identifiers import derived_id
from runtime.events.bus import InProcessBus
from runtime.live.told_days import ToldDays
from runtime.reporting.history.board import HistoryBoard
from storage.audit import AuditLog
from storage.campaigns.past import PastQueries
from storage.campaigns.recording import CampaignRepository
from storage.engine.database import Database
from storage.engine.url import database_url
from storage.log.events import EventStore
from storage.schema.migrate import migrate_now
from tests.examples import a_change, an_opportunity

LAST, FIRST = date(2044, 9, 1), date(2026, 11, 2)
A_DAY = timedelta(days=1)
FILES = live_world_of("files:tills-1a2b3c4d")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path}/campaigns.db"
    migrate_now(database_url(url))
    async with Database(url) as database:
        yield database


async def begun(database: Database, name: str, world_id: str) -> UUID:
    campaign = derived_id(name)
    seen = an_opportunity().model_copy(update={"id": derived_id("seen", name)})
    await CampaignRepository(database).record(a_change(campaign, name=name, world_id=world_id, opportunity=seen))
    return campaign


async def acted(database: Database, campaign: UUID) -> None:
    audit = AuditLog(database)
    otto = Caller(name="Otto", role=Role.OPERATOR)
    entry = await audit.begin(otto, via="http", act=Act.FORK, subject=str(campaign), asked=None)
    await audit.end(entry, outcome="done")


async def days_of(database: Database, campaign: UUID) -> list[date | None]:
    return [line.day for line in (await HistoryBoard(PastQueries(database)).of(campaign)).items]


async def test_changes_after_the_world_began_again_have_no_day_of_the_new_one(database: Database) -> None:
    told = ToldDays(EventStore(database), InProcessBus())
    await told.tell(LIVE_WORLD, LAST - A_DAY)
    old = await begun(database, "old", LIVE_WORLD)
    await told.tell(LIVE_WORLD, LAST)
    await acted(database, old)
    await told.tell(LIVE_WORLD, FIRST)  # reset
    await acted(database, old)
    new = await begun(database, "new", LIVE_WORLD)
    await told.tell(LIVE_WORLD, FIRST + A_DAY)
    for campaign in (old, new):
        await acted(database, campaign)
    assert await days_of(database, old) == [LAST - A_DAY, LAST, None, None]
    assert await days_of(database, new) == [FIRST, FIRST + A_DAY]


@pytest.mark.parametrize(("mine", "theirs"), [(LIVE_WORLD, FILES), (FILES, LIVE_WORLD), (FILES, f"{FILES}0")])
async def test_the_days_of_another_source_are_not_this_ones(database: Database, mine: str, theirs: str) -> None:
    told = ToldDays(EventStore(database), InProcessBus())
    await told.tell(mine, FIRST)
    campaign = await begun(database, "mine", mine)
    for days in (40, 41):
        await told.tell(theirs, FIRST + days * A_DAY)
    await acted(database, campaign)
    await told.tell(mine, FIRST + A_DAY)
    await acted(database, campaign)
    assert await days_of(database, campaign) == [FIRST, FIRST, FIRST + A_DAY]
