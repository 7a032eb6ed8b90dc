"""Storage does not grow without end: old events go, and the older checkpoints of campaigns that have ended."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration

from domain.events import Draft, EventParams, LifecycleData
from domain.state import CampaignStatus
from runtime.events.retention import Retention
from runtime.repositories import Repositories, open_repositories
from runtime.settings import Settings
from tests.examples import a_change

NOW = datetime(2026, 11, 23, tzinfo=UTC)


async def a_campaign(repositories: Repositories, status: CampaignStatus) -> UUID:
    campaign = uuid4()
    await repositories.campaigns.record(a_change(campaign, name="Soup", budget=Decimal(1)))
    await repositories.campaigns.record(a_change(campaign, status=status))
    return campaign


async def test_checkpoints_of_ended_campaigns_are_pruned_once_and_others_left_alone(tmp_path: Path) -> None:
    pruned: list[tuple[str, int]] = []

    async def prune(thread: str, keep: int) -> None:
        pruned.append((thread, keep))

    async with open_repositories(Settings(data_dir=tmp_path, _env_file=None)) as kept:
        retention = Retention(
            events=kept.events,
            campaigns=kept.campaigns,
            commands=kept.commands,
            aged=(kept.notices, kept.model_answers),
            prune=prune,
            event_days=90,
            checkpoints_kept=3,
        )
        ended = await a_campaign(kept, CampaignStatus.COMPLETED)
        waiting = await a_campaign(kept, CampaignStatus.AWAITING_APPROVAL)
        await retention.clear()
        await retention.clear()
        assert pruned == [(str(ended), 3)]
        await kept.campaigns.record(a_change(waiting, status=CampaignStatus.REJECTED))
        await retention.clear()
        assert pruned[1:] == [(str(waiting), 3)]


async def test_events_are_dropped_after_their_days_but_for_the_newest_of_each_campaign(tmp_path: Path) -> None:
    async def prune(thread: str, keep: int) -> None:
        raise AssertionError("no campaign has ended")

    thread = uuid4()
    async with open_repositories(Settings(data_dir=tmp_path, _env_file=None)) as kept:
        for age in (200, 91, 89, 0):
            data = LifecycleData(phase="started", run_id=uuid4())
            params = EventParams(timestamp=NOW - timedelta(days=age), data=data)
            await kept.events.append([Draft(thread_id=thread, method="lifecycle", params=params)])
        retention = Retention(
            events=kept.events,
            campaigns=kept.campaigns,
            commands=kept.commands,
            aged=(kept.notices, kept.model_answers),
            prune=prune,
            event_days=90,
            checkpoints_kept=3,
            now=lambda: NOW,
        )
        await retention.clear()
        assert [event.seq for event in await kept.events.since(thread, 0)] == [3, 4]


async def test_what_models_answered_goes_with_the_events_of_its_days(tmp_path: Path) -> None:
    async def prune(thread: str, keep: int) -> None:
        raise AssertionError("no campaign has ended")

    async with open_repositories(Settings(data_dir=tmp_path, _env_file=None)) as kept:
        answers = kept.model_answers
        await answers.aupdate("soup?", "a model", [ChatGeneration(message=AIMessage("soup"))])
        for days, is_kept in ((89, True), (91, False)):
            retention = Retention(
                events=kept.events,
                campaigns=kept.campaigns,
                commands=kept.commands,
                aged=(kept.notices, answers),
                prune=prune,
                event_days=90,
                checkpoints_kept=3,
                now=partial(_in_days, days),
            )
            await retention.clear()
            assert (await answers.alookup("soup?", "a model") is not None) == is_kept


def _in_days(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)
