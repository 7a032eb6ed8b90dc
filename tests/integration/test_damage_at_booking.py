"""What booking cannot read when its money is set aside already: the money stays reserved, and that is told."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agents.booking.order import idempotency_key
from domain.context import Autonomy, CampaignContext
from domain.failures import fault_of
from domain.state import CampaignState, CampaignStatus
from runtime.settings import Settings
from runtime.wiring import open_system
from storage.schema.system_tables import media_buys

CONTEXT = CampaignContext(scenario="heavy-rain", autonomy=Autonomy.APPROVE, fast_forward=True, account="tests")


@pytest.mark.unaudited
async def test_what_a_campaign_has_reserved_when_a_row_is_torn_at_its_booking_is_told_as_reserved(
    tmp_path: Path,
) -> None:
    async with open_system(Settings(data_dir=tmp_path / "data")) as system:
        campaign = await system.runs.start(CampaignState(), CONTEXT)
        await system.runs.finished(campaign)
        record = await system.campaigns.get(campaign)
        assert record is not None
        [plan] = await system.campaigns.plans(campaign)
        # The platform finds it when it looks whether it has the order already.
        torn = {
            "media_buy_id": "torn",
            "idempotency_key": idempotency_key(campaign, plan),
            "world_id": record.world_id,
            "confirmed_at": datetime(2026, 1, 1, tzinfo=UTC),
            "document": {"a": 1},
        }
        database = system.repositories.database
        await database.write(lambda connection: connection.execute(media_buys.insert(), torn))
        await system.runs.answer(campaign, None, {"decision": "approve", "decided_by": "Ada"})
        await system.runs.finished(campaign)
        failed = await system.campaigns.get(campaign)
        assert failed is not None
        assert failed.failure is not None
        assert (failed.status, failed.failure.node, failed.failure.error) == (
            CampaignStatus.FAILED,
            "booking",
            "Damaged",
        ), failed.failure
        [entry] = await system.ledger.entries(campaign)
        assert entry.state == "reserved"
        assert "Its money stays reserved" in fault_of(failed.failure).remedy

        # Once the row is restored the campaign is gone on with, and books what was set aside.
        gone = media_buys.delete().where(media_buys.c.media_buy_id == "torn")
        await database.write(lambda connection: connection.execute(gone))
        await system.runs.resume(campaign)
        await system.runs.finished(campaign)
        done = await system.campaigns.get(campaign)
        assert done is not None
        assert done.status is CampaignStatus.COMPLETED, done.failure
        assert [one.state for one in await system.ledger.entries(campaign)] == ["committed"]
        assert len(await system.campaigns.bookings(campaign)) == 1
