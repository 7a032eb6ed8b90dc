"""The campaigns that stopped before their chat model would cost more than it may, and until when a person is asked.

A flight starts the day after the one its campaign began on, so the question's last day is nearly always the day it is
asked on. Once that day is over, and a person has had their time, the clock has the campaign go on without its model.
"""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from agents.response.schedule import cycle_flight
from domain.context import CampaignContext
from domain.decision import MODEL_SPEND, ModelSpendRequest
from domain.errors import Damaged, NotFound
from domain.state import CampaignState
from runtime.live.ports import DueDays
from runtime.runs.orders import Question
from storage.campaigns.due import StandingStill
from storage.engine.damage import reading
from storage.engine.readable import Readable
from storage.records import Unreadable


class Asks(Protocol):
    async def questions(self, thread_id: UUID) -> Sequence[Question]: ...

    async def state(self, thread_id: UUID) -> CampaignState: ...

    async def context(self, thread_id: UUID) -> CampaignContext: ...


class Asking(NamedTuple):
    """A campaign that asks what its chat model may cost."""

    campaign_id: UUID
    interrupt_id: str
    request: ModelSpendRequest
    since: datetime
    decide_before: date | None
    """Its flight's first day. None in a world of its own, where no day passes by itself."""

    def is_open(self, today: date) -> bool:
        """Whether it would still be in time for its flight."""
        return self.decide_before is None or today < self.decide_before


class Askers:
    def __init__(self, still: DueDays, runs: Asks, *, world_id: str) -> None:
        """`world_id` is the live world's."""
        self._still = still
        self._runs = runs
        self._world_id = world_id

    async def all(self) -> Readable[Asking]:
        """Of all worlds, the oldest first."""
        return await self._among(await self._still.standing_still())

    async def too_late_on(self, day: date) -> list[Asking]:
        """Those of the live world whose flight has begun on the day."""
        found = await self._among(await self._still.standing_still(world_id=self._world_id, by=day))
        return [one for one in found.items if not one.is_open(day)]

    async def _among(self, campaigns: Sequence[StandingStill]) -> Readable[Asking]:
        """Those that ask something of the kind; who cannot be read may."""
        found = await asyncio.gather(*(self._asking(one) for one in campaigns))
        return Readable(
            [one for one in found if isinstance(one, Asking)], [one for one in found if isinstance(one, Unreadable)]
        )

    async def _asking(self, still: StandingStill) -> Asking | Unreadable | None:
        """None where it asks nothing of the kind."""
        try:
            questions = await self._runs.questions(still.campaign_id)
            asked = next((one for one in questions if one.node == MODEL_SPEND), None)
            if asked is None:
                return None
            lives = still.world_id == self._world_id
            before = await self._flight_begins(still.campaign_id) if lives else None
            with reading(still.campaign_id):
                request = ModelSpendRequest.model_validate(asked.payload)
        except NotFound:
            return None
        except Damaged as damaged:
            return Unreadable(campaign_id=still.campaign_id, why=str(damaged))
        return Asking(still.campaign_id, asked.interrupt_id, request, still.updated_at, before)

    async def _flight_begins(self, campaign_id: UUID) -> date:
        """As planned or, before there is a plan of its cycle, as it would be."""
        state, context = await self._runs.state(campaign_id), await self._runs.context(campaign_id)
        if state.plan is not None and state.plan.cycle == state.cycle:
            return state.plan.flight.start
        return cycle_flight(state.day, context.flight_days, state.cycle, context.max_cycles).start
