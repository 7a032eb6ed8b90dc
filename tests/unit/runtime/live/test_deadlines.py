"""Who waits for a person: asked twice a second, so in as few questions as possible, and nobody left out."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, event

from domain.identifiers import derived_id
from domain.plan import Flight
from domain.state import CampaignStatus
from runtime.live.deadlines import Deadlines
from storage.campaigns.due import DueCampaigns
from storage.campaigns.recording import CampaignRepository
from storage.engine.database import Database
from storage.engine.url import database_url
from storage.schema.migrate import migrate_now
from tests.examples import a_change, a_plan
from tests.unit.runtime.live.sleepless import Runs

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
WAITS = CampaignStatus.AWAITING_APPROVAL


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path}/campaigns.db"
    migrate_now(database_url(url))
    async with Database(url) as database:
        yield database


@pytest.fixture
def campaigns(database: Database) -> CampaignRepository:
    ticks = iter(range(10_000))
    return CampaignRepository(database, now=lambda: NOW + timedelta(seconds=next(ticks)))


async def a_waiting_campaign(campaigns: CampaignRepository, name: str, begins: date, world_id: str = "live") -> UUID:
    campaign_id = derived_id("waiting", name)
    flight = Flight(start=begins, end=begins + timedelta(days=6))
    plan = a_plan().model_copy(update={"id": derived_id("plan", name), "flight": flight})
    await campaigns.record(a_change(campaign_id, name=name, budget=Decimal(5000), account="house", world_id=world_id))
    await campaigns.record(a_change(campaign_id, plan=plan, status=WAITS))
    return campaign_id


@contextmanager
def selects() -> Iterator[list[str]]:
    """Every SELECT sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().startswith("SELECT"):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_the_database_is_asked_as_often_for_many_waiting_campaigns_as_for_one(
    campaigns: CampaignRepository, database: Database
) -> None:
    deadlines = Deadlines(campaigns, DueCampaigns(database), Runs(), grace=timedelta(seconds=120), now=lambda: NOW)
    tomorrow = TODAY + timedelta(days=1)
    await a_waiting_campaign(campaigns, "first", tomorrow)
    with selects() as for_one:
        assert await deadlines.hold(TODAY)
    for number in range(8):
        await a_waiting_campaign(campaigns, f"next {number}", tomorrow)
    with selects() as for_many:
        held = await deadlines.hold(TODAY)
    assert held is not None
    assert len(held.campaign_ids) == 9
    assert 0 < len(for_many) == len(for_one)


async def test_the_most_urgent_campaign_stands_first_however_many_came_after_it(
    campaigns: CampaignRepository, database: Database
) -> None:
    urgent = await a_waiting_campaign(campaigns, "urgent", TODAY + timedelta(days=1))
    for number in range(201):
        await a_waiting_campaign(campaigns, f"own {number}", TODAY, world_id=f"own-{number}")
    later = await a_waiting_campaign(campaigns, "later", TODAY + timedelta(days=5))
    deadlines = Deadlines(campaigns, DueCampaigns(database), Runs())
    waiting = (await deadlines.waiting()).items
    assert [one.campaign.id for one in waiting[:2]] == [urgent, later]
    assert len(waiting) == 203
    assert [one.campaign.id for one in (await deadlines.waiting("live")).items] == [urgent, later]


async def test_the_clock_waits_for_every_campaign_on_its_way_however_many_there_are(
    campaigns: CampaignRepository, database: Database
) -> None:
    for number in range(201):
        campaign_id = derived_id("on its way", number)
        await campaigns.record(a_change(campaign_id, world_id="live"))
    deadlines = Deadlines(campaigns, DueCampaigns(database), Runs(), grace=timedelta(hours=1), now=lambda: NOW)
    held = await deadlines.hold(TODAY)
    assert held is not None
    assert len(held.campaign_ids) == 201


async def test_what_stands_still_is_looked_at_as_long_as_it_may_be_too_late_on_the_day_and_no_run_is_at_work_on_it(
    campaigns: CampaignRepository, database: Database
) -> None:
    tomorrow = TODAY + timedelta(days=1)
    for name, begins, world_id in (("soon", tomorrow, "live"), ("later", tomorrow + timedelta(days=1), "live")):
        campaign_id = derived_id("still", name)
        flight = Flight(start=begins, end=begins + timedelta(days=6))
        plan = a_plan().model_copy(update={"id": derived_id("plan", name), "flight": flight})
        planned = a_change(campaign_id, name=name, world_id=world_id, plan=plan, status=CampaignStatus.PLANNED)
        await campaigns.record(planned)
    for name, world_id in (("unplanned", "live"), ("elsewhere", "of its own")):
        await campaigns.record(a_change(derived_id("still", name), world_id=world_id))
    await a_waiting_campaign(campaigns, "at the gate", tomorrow)
    due = DueCampaigns(database)

    def named(*names: str) -> list[UUID]:
        return [derived_id("still", name) for name in names]

    assert [one.campaign_id for one in await due.standing_still()] == named("soon", "later", "unplanned", "elsewhere")
    late = await due.standing_still(world_id="live", by=tomorrow)
    assert [one.campaign_id for one in late] == named("soon", "unplanned")
