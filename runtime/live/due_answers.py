"""The answers a new day brings by itself: flights that are over are measured, and what nobody decided in time ends."""

from datetime import date
from uuid import UUID

import structlog
from pydantic import JsonValue

from domain.context import LIVE_WORLD
from domain.decision import UNDECIDED
from domain.errors import Conflict, NotFound
from domain.state import CampaignStatus
from runtime.live.deadlines import Deadlines
from runtime.live.ports import CampaignTable
from runtime.runs.runs import Runs
from storage.records import LiveWorld

log = structlog.get_logger()


class DueAnswers:
    def __init__(self, campaigns: CampaignTable, deadlines: Deadlines, runs: Runs) -> None:
        self._campaigns = campaigns
        self._deadlines = deadlines
        self._runs = runs

    async def give(self, world: LiveWorld) -> None:
        await self._measure_ended_flights(world)
        await self._end_undecided(world)

    async def _measure_ended_flights(self, world: LiveWorld) -> None:
        """Campaigns parked at measurement go on once their flight lies in the world's past."""
        page = await self._campaigns.page(status=CampaignStatus.ACTIVE, limit=200)
        for record in page.items:
            if record.world_id != LIVE_WORLD:
                continue
            for question in await self._runs.questions(record.id):
                if (
                    question.node == "measurement"
                    and date.fromisoformat(str(question.payload["ready_on"])) <= world.today
                ):
                    await self._answer(record.id, question.interrupt_id, {})

    async def _end_undecided(self, world: LiveWorld) -> None:
        """Campaigns that can no longer be approved are turned down for that reason: they would wait for ever."""
        for waiting in await self._deadlines.waiting(LIVE_WORLD):
            if waiting.is_open(world.today) or waiting.flight is None:
                continue
            begun = waiting.flight.start
            rejection: JsonValue = {
                "decision": "reject",
                "decided_by": UNDECIDED,
                "reason": f"Nobody decided before the flight began on {begun.day} {begun:%B %Y}.",
            }
            for question in await self._runs.questions(waiting.campaign.id):
                if question.node == "approval":
                    await self._answer(waiting.campaign.id, question.interrupt_id, rejection)

    async def _answer(self, campaign_id: UUID, interrupt_id: str, answer: JsonValue) -> None:
        """A campaign somebody is at work on, or has just decided, does not hold up the day."""
        try:
            await self._runs.answer(campaign_id, interrupt_id, answer)
        except (Conflict, NotFound) as error:
            log.info("answer.put_off", campaign_id=str(campaign_id), reason=str(error))
