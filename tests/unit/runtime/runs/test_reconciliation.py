"""Bookings nobody answered are asked about again, less and less often."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid4

from domain.errors import StorageUnavailable, TooLate
from domain.identifiers import derived_id
from domain.state import CampaignStatus, Failure
from runtime.repositories import Repositories, open_repositories
from runtime.runs.reconciliation import Unanswered
from runtime.settings import Settings
from storage.campaigns.due import DueCampaigns
from tests.examples import a_change


class Campaigns:
    def __init__(self, *silent: UUID) -> None:
        self._silent = silent

    async def unanswered(self) -> Sequence[UUID]:
        return self._silent


class Runs:
    def __init__(self) -> None:
        self.resumed: list[UUID] = []

    async def resume(self, thread_id: UUID) -> None:
        self.resumed.append(thread_id)
        raise StorageUnavailable("the database is away")

    async def end_late(self, thread_id: UUID, why: TooLate) -> None:
        raise AssertionError(f"{thread_id} is not late")


async def test_every_booking_whose_outcome_is_unknown_is_asked_about_and_no_other_failure(tmp_path: Path) -> None:
    silent = {derived_id("silent", number) for number in range(201)}
    runs = Runs()
    async with open_repositories(Settings(data_dir=tmp_path, _env_file=None)) as kept:
        for campaign in silent:
            await a_failure(kept, campaign, node="booking", unknown=True)
        await a_failure(kept, uuid4(), node="booking", unknown=False)
        await a_failure(kept, uuid4(), node="creative", unknown=True)
        await a_failure(kept, uuid4(), node="creative", unknown=False)
        resumed = derived_id("silent", 0)
        await kept.campaigns.record(a_change(resumed, status=CampaignStatus.ACTIVE))
        await Unanswered(DueCampaigns(kept.database), runs).ask_again()
    assert set(runs.resumed) == silent - {resumed}


async def a_failure(kept: Repositories, campaign: UUID, *, node: str, unknown: bool) -> None:
    failure = Failure(node=node, error="TransientFailure", message="silence", outcome_unknown=unknown)
    await kept.campaigns.record(a_change(campaign, status=CampaignStatus.FAILED, failure=failure))


async def test_a_platform_that_stays_silent_is_asked_less_and_less_often() -> None:
    runs = Runs()
    chore = Unanswered(Campaigns(uuid4()), runs)
    asked_at = []
    for look in range(1, 17):
        before = len(runs.resumed)
        await chore.ask_again()
        if len(runs.resumed) > before:
            asked_at.append(look)
    assert asked_at == [1, 2, 4, 8, 16]
