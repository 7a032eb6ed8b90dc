"""The answers a new day brings by itself: flights that are over are measured, what nobody decided in time ends, and
what nobody gave more money goes on without its chat model."""

from datetime import date, timedelta
from uuid import UUID

import structlog
from pydantic import JsonValue

from domain.decision import MODEL_SPEND, UNDECIDED, ModelSpendAnswer
from domain.errors import Conflict, Damaged, NotFound
from domain.state import CampaignStatus
from runtime.live.asking import Asking
from runtime.live.deadlines import Deadlines
from runtime.live.ports import DueDays
from runtime.runs.runs import Runs
from storage.records import LiveWorld

LOOKS = 20
"""A second: a campaign at work for longer is answered on a later day, and holds up none."""

WITHOUT_MODEL = ModelSpendAnswer(decision="without_model").model_dump(mode="json")

log = structlog.get_logger()


class DueAnswers:
    def __init__(self, due: DueDays, runs: Runs, deadlines: Deadlines) -> None:
        self._due = due
        self._runs = runs
        self._deadlines = deadlines

    async def give(self, world: LiveWorld) -> None:
        """Answer every campaign of the live world whose day has come."""
        for over in await self._due.by(world.today, CampaignStatus.ACTIVE, world.world_id):
            await self._answer(over.campaign_id, "measurement", {})
        await self.lapse(world)

    async def lapse(self, world: LiveWorld | None) -> None:
        """End what nobody decided in time, and what reached the gate after its flight had begun; what asks for money
        then comes to the gate without it. Nothing is late in a world that has not begun."""
        if world is None:
            return
        for asking in await self._deadlines.unheard(world.today):
            await self._go_on(asking)
        for late in await self._due.by(world.today, CampaignStatus.AWAITING_APPROVAL, world.world_id):
            await self._answer(late.campaign_id, "approval", _rejection(late.due_on))

    async def holds(self, world: LiveWorld) -> bool:
        """Whether the day, which is over, is not to pass before a decision. What asks for money and has been waited for
        goes on without it, while its proposal can still be approved."""
        for asking in await self._deadlines.unheard(world.today + timedelta(days=1)):
            if self._deadlines.has_waited_for(asking):
                await self._go_on(asking)
        return await self._deadlines.hold(world.today) is not None

    async def _go_on(self, asking: Asking) -> None:
        """With copy from templates."""
        await self._answer(asking.campaign_id, MODEL_SPEND, WITHOUT_MODEL)

    async def _answer(self, campaign_id: UUID, node: str, answer: JsonValue) -> None:
        """A campaign somebody is at work on, or has just decided, does not hold up the day."""
        try:
            for question in await self._runs.questions(campaign_id):
                if question.node == node:
                    await self._runs.answer(campaign_id, question.interrupt_id, answer, looks=LOOKS, by=UNDECIDED)
        except Damaged as damaged:
            await self._runs.set_aside(campaign_id, damaged)
        except (Conflict, NotFound) as error:
            log.info("answer.put_off", campaign_id=str(campaign_id), reason=str(error))


def _rejection(begun: date) -> JsonValue:
    """They can no longer be approved, and would wait for ever."""
    return {
        "decision": "reject",
        "reason": f"Nobody decided before the flight began on {begun.day} {begun:%B %Y}.",
    }
