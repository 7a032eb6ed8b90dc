"""A campaign's past cannot be lived again: what is over, or booked, is not written over by who does not know of it."""

import pytest

from domain.errors import Conflict
from domain.state import CampaignStatus, Failure
from storage.engine.database import Database
from tests.examples import a_change
from tests.unit.storage.campaigns.test_storage_campaigns import APPROVAL, BOOKING, SOUP, opened


async def test_a_campaign_that_is_over_is_not_written_over(database: Database) -> None:
    """A gate lived through again, a thread begun again: neither is the campaign on record."""
    campaigns = await opened(database)
    await campaigns.record(a_change(SOUP, name="Soup in the rain", status=CampaignStatus.REJECTED))
    before = await campaigns.get(SOUP)
    with pytest.raises(Conflict, match="over, or a flight of it has been booked since"):
        await campaigns.record(a_change(SOUP, approval=APPROVAL, status=CampaignStatus.PLANNED))
    broke = Failure(node="approval", error="Conflict", message="It is over.")
    await campaigns.record(a_change(SOUP, failure=broke, status=CampaignStatus.FAILED))
    assert await campaigns.get(SOUP) == before
    assert await campaigns.approvals(SOUP) == []


async def test_who_does_not_know_of_a_booking_writes_nothing_over_it(database: Database) -> None:
    campaigns = await opened(database)
    await campaigns.record(a_change(SOUP, booking=BOOKING, booked_cycles=1, status=CampaignStatus.ACTIVE))
    with pytest.raises(Conflict, match="booked since"):
        await campaigns.record(a_change(SOUP, approval=APPROVAL, booked_cycles=0, status=CampaignStatus.PLANNED))
    kept = await campaigns.get(SOUP)
    assert kept is not None
    assert kept.status is CampaignStatus.ACTIVE
    await campaigns.record(a_change(SOUP, booked_cycles=1, status=CampaignStatus.COMPLETED))
