"""Bookings nobody answered are asked about again, less and less often."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from domain.errors import StorageUnavailable
from domain.state import CampaignStatus, Failure
from runtime.runs.reconciliation import Unanswered
from storage.records import CampaignPage, CampaignRecord


def failed(*, node: str, unknown: bool) -> CampaignRecord:
    now = datetime(2026, 11, 9, tzinfo=UTC)
    return CampaignRecord(
        id=uuid4(),
        name="Soup",
        status=CampaignStatus.FAILED,
        budget=Decimal(5000),
        target_audience=None,
        created_at=now,
        updated_at=now,
        account="house",
        world_id="live",
        category="soup",
        headline=None,
        spent=Decimal(0),
        failure=Failure(node=node, error="TransientFailure", message="silence", outcome_unknown=unknown),
    )


class Campaigns:
    def __init__(self, *records: CampaignRecord) -> None:
        self.records = list(records)

    async def page(self, **asked: object) -> CampaignPage:
        return CampaignPage(items=self.records, next=None)


class Runs:
    def __init__(self) -> None:
        self.resumed: list[UUID] = []

    async def resume(self, thread_id: UUID) -> None:
        self.resumed.append(thread_id)
        raise StorageUnavailable("the database is away")


async def test_only_bookings_whose_outcome_is_unknown_are_asked_about() -> None:
    silent = failed(node="booking", unknown=True)
    campaigns = Campaigns(failed(node="booking", unknown=False), silent, failed(node="creative", unknown=False))
    runs = Runs()
    await Unanswered(campaigns, runs).ask_again()
    assert runs.resumed == [silent.id]


async def test_a_platform_that_stays_silent_is_asked_less_and_less_often() -> None:
    runs = Runs()
    chore = Unanswered(Campaigns(failed(node="booking", unknown=True)), runs)
    asked_at = []
    for look in range(1, 17):
        before = len(runs.resumed)
        await chore.ask_again()
        if len(runs.resumed) > before:
            asked_at.append(look)
    assert asked_at == [1, 2, 4, 8, 16]
