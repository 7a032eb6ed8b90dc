"""A booking nobody answered is asked about again, until it is known whether the buy stands.

The booking node asks the platform what it has of the order, and only where that is nothing sends it again, under the
same idempotency key. Its money is then committed or given back, and the campaign goes on from there.
"""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

import structlog

from domain.context import CampaignContext
from domain.errors import Conflict, TescoSenseError
from domain.state import CampaignState, CampaignStatus, Failure
from graph.compiled import CompiledCampaign, thread_config
from storage.records import Reservation

EVERY = 60.0
"""Seconds between two looks. A campaign that stays unanswered is asked about half as often each time."""
RAREST = 64

log = structlog.get_logger()


class Reservations(Protocol):
    async def booking_stopped(self) -> bool: ...

    async def entries(self, campaign_id: UUID) -> Sequence[Reservation]: ...


class FailedCampaigns(Protocol):
    async def unanswered(self) -> Sequence[UUID]:
        """Every campaign that failed because its booking was not answered."""
        ...


class Resumable(Protocol):
    async def resume(self, thread_id: UUID) -> None: ...


class Reconciler:
    """Sets a campaign whose booking was never answered back to where it had been approved."""

    def __init__(self, graph: CompiledCampaign, ledger: Reservations) -> None:
        self._graph = graph
        self._ledger = ledger

    async def __call__(self, thread_id: UUID, context: CampaignContext) -> CampaignContext:
        """The context to go on with: faults that were injected have been played. Any other campaign stays as it is.

        Raises Conflict while booking is stopped.
        """
        config = thread_config(thread_id)
        state = CampaignState.model_validate((await self._graph.aget_state(config)).values)
        if not unanswered(state.failure) or not await self._holds_money(thread_id):
            return context
        if await self._ledger.booking_stopped():
            raise Conflict(
                "an order whose buy does not stand is sent again, and booking is stopped",
                remedy="resume booking with the kill switch first",
            )
        await self._graph.aupdate_state(config, {"status": CampaignStatus.PLANNED, "failure": None}, as_node="approval")
        return context.model_copy(update={"faults": ()})

    async def _holds_money(self, campaign_id: UUID) -> bool:
        return any(entry.state != "released" for entry in await self._ledger.entries(campaign_id))


class Unanswered:
    """The periodic task: resume every campaign whose booking was not answered, less and less often."""

    def __init__(self, campaigns: FailedCampaigns, runs: Resumable) -> None:
        self._campaigns = campaigns
        self._runs = runs
        self._looks = 0
        self._asked: dict[UUID, int] = {}

    async def ask_again(self) -> None:
        self._looks += 1
        for campaign_id in await self._campaigns.unanswered():
            asked = self._asked.get(campaign_id, 0)
            if self._looks % min(2**asked, RAREST):
                continue
            self._asked[campaign_id] = asked + 1
            try:
                await self._runs.resume(campaign_id)
            except TescoSenseError as error:
                log.info("reconciliation.put_off", campaign_id=str(campaign_id), reason=str(error))


def unanswered(failure: Failure | None) -> bool:
    return failure is not None and failure.outcome_unknown and failure.node == "booking"
