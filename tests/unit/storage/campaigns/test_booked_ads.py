"""Which other campaigns of a category have ads booked, and when and where those run."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.buy_changes import BuyChanged
from domain.context import WorldRef
from domain.identifiers import derived_id
from domain.state import CampaignStatus
from storage.campaigns.booked_ads import BookedAdsQueries
from storage.campaigns.recording import CampaignRepository
from storage.engine.database import Database
from tests.examples import a_change
from tests.unit.storage.campaigns.test_storage_campaigns import BOOKING, FLIGHT, OPPORTUNITY, PLAN

WORLD, OTHER = "world of two", derived_id("the other campaign")


async def booked(
    database: Database, campaign: UUID = OTHER, *, world: str = WORLD, canceled: date | None = None
) -> None:
    """A campaign with a plan that was made again, and a booking of it."""
    campaigns = CampaignRepository(database)
    opportunity = OPPORTUNITY.model_copy(update={"id": derived_id(campaign, "opportunity")})
    first = PLAN.model_copy(update={"id": derived_id(campaign, "first")})
    again = first.model_copy(
        update={
            "id": derived_id(campaign, "again"),
            "holdout": PLAN.holdout.model_copy(update={"treated_stores": ["x", "y"]}),
        }
    )
    changes = (
        []
        if canceled is None
        else [BuyChanged(key="the only cancellation", action="cancel", day=canceled, by="Ada", at=datetime.now(UTC))]
    )
    booking = BOOKING.model_copy(
        update={
            "id": derived_id(campaign, "booking"),
            "campaign_id": campaign,
            "idempotency_key": f"key {campaign}",
            "changes": changes,
        }
    )
    for change in (
        a_change(campaign, world_id=world, opportunity=opportunity),
        a_change(campaign, world_id=world, plan=first, status=CampaignStatus.PLANNED),
        a_change(campaign, world_id=world, plan=again, status=CampaignStatus.PLANNED),
        a_change(campaign, world_id=world, booking=booking, status=CampaignStatus.ACTIVE),
    ):
        await campaigns.record(change)


async def found(database: Database, asked_by: str = "ours", first: date = FLIGHT.start, last: date = FLIGHT.end) -> int:
    return len(
        await BookedAdsQueries(database).besides(
            derived_id(asked_by), world=WorldRef(world_id=WORLD), category=PLAN.category, first=first, last=last
        )
    )


async def test_another_campaign_s_ads_are_known_by_the_plan_that_was_booked(database: Database) -> None:
    await booked(database)
    (ads,) = await BookedAdsQueries(database).besides(
        derived_id("ours"), world=WorldRef(world_id=WORLD), category=PLAN.category, first=FLIGHT.end, last=FLIGHT.end
    )
    assert (ads.campaign_id, ads.flight, ads.treated_stores) == (OTHER, FLIGHT, ["x", "y"])
    assert ads.daily_spend == pytest.approx(float(BOOKING.committed) / FLIGHT.days)


async def test_its_own_ads_those_of_another_world_or_other_days_are_none(database: Database) -> None:
    await booked(database)
    await booked(database, derived_id("abroad"), world="another world")
    assert await found(database) == 1
    assert await found(database, "the other campaign") == 0
    after = FLIGHT.end + timedelta(days=1)
    assert await found(database, first=after, last=after) == 0
    assert await found(database, first=FLIGHT.start - timedelta(days=9), last=FLIGHT.start) == 1


async def test_ads_that_were_cancelled_end_the_day_before(database: Database) -> None:
    canceled = FLIGHT.start + timedelta(days=1)
    await booked(database, canceled=canceled)
    assert await found(database, last=FLIGHT.start) == 1
    assert await found(database, first=canceled) == 0
