"""Rows that the database or its driver cannot read: whose they are is told, and the others are read."""

from uuid import UUID

import pytest
from sqlalchemy import text

from domain.errors import Damaged
from domain.identifiers import derived_id
from storage.campaigns.queries import CampaignQueries
from storage.engine.database import Database
from tests.unit.storage.campaigns.test_storage_campaigns import SOUP, opened

TEA = derived_id("tea")
UNREADABLE = {
    "sqlite": {
        "headline": ("CAST(X'FF' AS TEXT)", "text that is no UTF-8"),
        "failure": ("'{'", "no JSON"),
        "due_on": ("'soon'", "Invalid isoformat string: 'soon'"),
    },
    "postgresql": {
        "created_at": ("'infinity'", "timestamp too large (after year 10K): 'infinity'"),
        "due_on": ("'0044-01-01 BC'", "date too small (before year 1): '0044-01-01 BC'"),
        "updated_at": ("'0044-01-01 BC'", "timestamp too small (before year 1)"),
    },
}


async def damage(database: Database, campaign: UUID, column: str, value: str) -> None:
    whose = campaign.hex if database.url.drivername == "sqlite" else str(campaign)
    change = text(f"UPDATE campaigns SET {column} = {value} WHERE id = '{whose}'")
    await database.write(lambda connection: connection.execute(change))


@pytest.mark.parametrize("number", range(3))
async def test_a_list_names_the_row_that_cannot_be_read_and_shows_the_others(database: Database, number: int) -> None:
    queries: CampaignQueries = await opened(database)
    await opened(database, TEA)
    column, (value, why) = list(UNREADABLE[database.url.drivername.partition("+")[0]].items())[number]
    await damage(database, SOUP, column, value)
    page = await queries.page()
    assert [one.id for one in page.items] == [TEA]
    [unreadable] = page.unreadable
    assert (unreadable.campaign_id, why in unreadable.why) == (SOUP, True), unreadable.why
    with pytest.raises(Damaged, match=f"campaign {SOUP} cannot be read"):
        await queries.get(SOUP)
