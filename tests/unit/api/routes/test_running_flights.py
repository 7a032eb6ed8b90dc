"""A table of campaigns asks for the delivery of the flights it shows, and of no other."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest

from api.routes.campaigns import list_campaigns
from domain.booking import BookingConfirmation
from domain.identifiers import derived_id
from domain.state import CampaignStatus
from storage.campaigns.recording import CampaignRepository
from storage.engine.database import Database
from storage.engine.url import database_url
from storage.schema.migrate import migrate_now

WORLDS = {"soup": "live", "ice cream": "live", "tea": "live", "salad": "of its own"}


class Watched(CampaignRepository):
    """Notes whose bookings, which is where delivery begins, are asked for."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.asked: list[UUID] = []

    async def bookings(self, campaign_id: UUID) -> list[BookingConfirmation]:
        self.asked.append(campaign_id)
        return await super().bookings(campaign_id)


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[SimpleNamespace]:
    """What the route sees of a system in which every campaign is active."""
    url = f"sqlite:///{tmp_path}/campaigns.db"
    migrate_now(database_url(url))
    async with Database(url) as database:
        campaigns = Watched(database)
        for name, world_id in WORLDS.items():
            campaign_id = derived_id(name)
            await campaigns.open(campaign_id, name=name, budget=Decimal(100), account="house", world_id=world_id)
            await campaigns.set_status(campaign_id, CampaignStatus.ACTIVE)
        yield SimpleNamespace(campaigns=campaigns, repositories=SimpleNamespace(database=database))


async def test_one_row_asks_for_the_delivery_of_one_flight(system: SimpleNamespace) -> None:
    first = await list_campaigns(system, limit=2)
    assert [row.name for row in first.items] == ["salad", "tea"]
    assert system.campaigns.asked == [derived_id("tea")], "a world of its own is not running"
    await list_campaigns(system, limit=1, after=first.next)
    assert system.campaigns.asked == [derived_id("tea"), derived_id("ice cream")]


async def test_rows_of_which_none_is_running_ask_for_no_delivery(system: SimpleNamespace) -> None:
    await system.campaigns.set_status(derived_id("soup"), CampaignStatus.REJECTED)
    [row] = (await list_campaigns(system, status=CampaignStatus.REJECTED, limit=50)).items
    assert row.name == "soup"
    assert system.campaigns.asked == []
