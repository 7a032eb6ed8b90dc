"""A campaign that failed is gone on with from its last good step; a booking nobody answered, until it is answered.

The booking node asks the platform what it has of the order, and only where that is nothing sends it again, under the
same idempotency key. Its money is then committed or given back, and the campaign goes on from there.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final, Protocol
from uuid import UUID

import structlog
from langgraph.types import StateSnapshot

from agents.booking.agent import Today
from agents.response.schedule import cycle_flight
from domain.context import CampaignContext
from domain.errors import Conflict, TescoSenseError, TooLate
from domain.state import CampaignState, CampaignStatus, Failure
from graph.compiled import CompiledCampaign, thread_config
from storage.engine.damage import reading
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
        """Every campaign that failed because its booking was not answered, or because its ad seller was away."""
        ...


class Resumable(Protocol):
    async def resume(self, thread_id: UUID) -> None: ...

    async def end_late(self, thread_id: UUID, why: TooLate) -> None: ...


_BOOKS: Final = {"sensing", "strategy", "creative", "compliance", "approval", "booking"}
"""The nodes up to the one that books: what comes of them is shown from the flight's first day on."""


class Reconciler:
    """Sets a campaign that failed back to before the step that did, and one whose booking was never answered to where
    it had been approved."""

    def __init__(self, graph: CompiledCampaign, ledger: Reservations, today: Today) -> None:
        self._graph = graph
        self._ledger = ledger
        self._today = today

    async def __call__(self, thread_id: UUID, context: CampaignContext) -> CampaignContext:
        """The context to go on with: faults that were injected have been played. A campaign that stands still and has
        not failed stays as it is.

        Raises TooLate for one that it is too late to go on with, and Conflict for one that would book while booking is
        stopped.
        """
        config = thread_config(thread_id)
        with reading(thread_id):
            state = CampaignState.model_validate((await self._graph.aget_state(config)).values)
        if state.failure is None:
            # One that is over too: what its last step did may not have been told.
            return context
        if unanswered(state.failure) and await self._holds_money(thread_id):
            await self._refuse_while_stopped("an order whose buy does not stand is sent again")
            again = {"status": CampaignStatus.PLANNED, "failure": None}
            await self._graph.aupdate_state(config, again, as_node="approval")
        else:
            await self._set_back(thread_id, state, context)
        return context.model_copy(update={"faults": ()})

    async def _set_back(self, thread_id: UUID, state: CampaignState, context: CampaignContext) -> None:
        node = state.failure.node if state.failure else ""
        if node in _BOOKS:
            await self._refuse_too_late(state, context)
        if node == "booking":
            await self._refuse_while_stopped("the campaign would book what was approved")
        before = await self._before(thread_id, node)
        if before is None:
            raise Conflict(
                f"what the campaign had come to before it failed{f' in {node}' if node else ''} was not kept",
                remedy="start a new campaign",
            )
        await self._graph.aupdate_state(before.config, None, as_node="__copy__")

    async def _before(self, thread_id: UUID, node: str) -> StateSnapshot | None:
        """The newest checkpoint from which `node` was begun; None where there is none."""
        with reading(thread_id):
            async for snapshot in self._graph.aget_state_history(thread_config(thread_id)):
                if node in snapshot.next and snapshot.values.get("failure") is None:
                    return snapshot
        return None

    async def _refuse_too_late(self, state: CampaignState, context: CampaignContext) -> None:
        today, first = await self._today(context), _first_day(state, context)
        if today is None or first is None:
            return
        # A later cycle is planned and booked on its own first day: the day the cycle before it is over.
        if first < today or (first == today and state.cycle == 1):
            raise TooLate(
                f"its flight was to begin on {first}, and it is {today} where the campaign runs",
                remedy="start a new campaign",
            )

    async def _refuse_while_stopped(self, what: str) -> None:
        if await self._ledger.booking_stopped():
            raise Conflict(f"{what}, and booking is stopped", remedy="resume booking with the kill switch first")

    async def _holds_money(self, campaign_id: UUID) -> bool:
        return any(entry.state != "released" for entry in await self._ledger.entries(campaign_id))


class Unanswered:
    """The periodic task: resume every campaign whose booking was not answered or whose seller was away, less and less
    often, until it is too late to."""

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
            except TooLate as late:
                await self._runs.end_late(campaign_id, late)
            except TescoSenseError as error:
                log.info("reconciliation.put_off", campaign_id=str(campaign_id), reason=str(error))


def _first_day(state: CampaignState, context: CampaignContext) -> date | None:
    """Of the flight of the cycle it is in: as planned or, where that cycle has no plan yet, as it would be."""
    if state.plan is not None and state.plan.spends and state.plan.cycle == state.cycle:
        return state.plan.flight.start
    if state.today is None:
        return None
    return cycle_flight(state.today, context.flight_days, state.cycle, context.max_cycles).start


def unanswered(failure: Failure | None) -> bool:
    return failure is not None and failure.outcome_unknown and failure.node == "booking"
