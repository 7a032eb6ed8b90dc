"""A thread that was copied in Studio, or gone back in to before its booking, goes on as a campaign of its own, in a
world and on an account of its own.

LangGraph's server copies checkpoints as they are, and runs on from any of them, so that a state may name a campaign it
no longer is. The first node to run on it notices.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, Protocol, cast
from uuid import UUID

from langgraph.runtime import Runtime
from langgraph.types import Overwrite
from pydantic import JsonValue

from agents.booking.order import ads_of, idempotency_key
from agents.sensing.agent import campaign_of_thread
from domain.booking import BookingConfirmation
from domain.context import Branch, CampaignContext, ForkedFrom
from domain.creative import Creative
from domain.errors import Conflict
from domain.events import FutureBegan
from domain.forks import Fork, OtherFuture
from domain.identifiers import derived_id
from domain.opportunity import Opportunity
from domain.state import CampaignState, CampaignStatus, CampaignUpdate
from graph.moments import edited, moment_of_run
from graph.own_ids import apart, as_own, booked_since
from graph.recording import MERGED, DecidingNode, Recorder, Taken, where_it_stands
from storage.ports import CampaignChange, CampaignRecords
from storage.records import CampaignRecord
from world.references import Resolve

_ON_THE_AIR: Final = frozenset({CampaignStatus.ACTIVE, CampaignStatus.FAILED})
"""As booking leaves a campaign; whatever else stands on its record came after."""


class RecordsRead(CampaignRecords, Protocol):
    """What is on record of each campaign."""

    async def get(self, campaign_id: UUID) -> CampaignRecord | None: ...
    async def opportunities(self, campaign_id: UUID) -> list[Opportunity]: ...
    async def creatives(self, campaign_id: UUID) -> list[Creative]: ...
    async def bookings(self, campaign_id: UUID) -> list[BookingConfirmation]: ...
    async def artwork(self, creative_id: UUID) -> str | None: ...


class ForkRecords(Protocol):
    async def add(self, fork_id: UUID, campaign_id: UUID, changes: JsonValue, forked_at: datetime) -> None:
        """Keep what a fork is to be before it begins; the same again changes nothing."""
        ...


class CopiesRecorder(Recorder):
    """Records what happens on a copied thread, and in another future of one, as that campaign's own, and nothing of it
    as the other's."""

    def __init__(self, records: RecordsRead, forks: ForkRecords, booking: DecidingNode, resolve: Resolve) -> None:
        """`booking` books in its own world what a copied thread had booked in the other's."""
        super().__init__(records)
        self._kept = records
        self._forks = forks
        self._booking = booking
        self._resolve = resolve

    async def own(self, state: CampaignState, runtime: Runtime[CampaignContext], node: str) -> Taken:
        """The state with ids and a context of its own; itself where it has them. Called on a thread of LangGraph's, the
        same however often it is: by a node that asks and is answered, and after a crash."""
        thread, future = campaign_of_thread(), state.other_future
        if future is None and state.campaign_id not in (None, thread):
            return await self._copied(state, runtime, thread, node)
        if future is not None and future.thread_id != thread:
            return await self._copied(state, runtime, thread, node)
        if future is not None:
            runtime = self._in_its_world(runtime, future)
        return await self._gone_back(state, runtime, thread, node)

    async def taken_over(self, state: CampaignState, runtime: Runtime[CampaignContext], node: str) -> Taken:
        """The same, once all that led there is on its own record. Raises Conflict for what cannot be gone on with."""
        taken = await self.own(state, runtime, node)
        if taken.refusal is not None:
            raise taken.refusal
        own = taken.state
        if own is state:
            return taken
        if own.other_future is not None and own.other_future != state.other_future:
            await self._tell(state, own, own.other_future, taken.runtime)
        unbooked = own if own.booking is None else own.model_copy(update={"booking": None, "report": None})
        if own.opportunity is not None and await self._booked(own.the_campaign) <= unbooked.booked_cycles:
            await self._kept.record(await self._opening(unbooked, state, taken.runtime.context))
        if _is_on_the_air(own) and await self._booked(own.the_campaign) < own.booked_cycles:
            update = await self(unbooked, await self._booking(unbooked, taken.runtime), taken.runtime)
            own = self.applied(unbooked, update).model_copy(update={"report": own.report})
        if own.report is not None and _is_on_the_air(own):
            await self(own, {"report": own.report}, taken.runtime)
        return replace(taken, state=own)

    def update_of(self, state: CampaignState, taken: Taken, update: CampaignUpdate) -> CampaignUpdate:
        own = taken.state
        if own is state:
            return update
        if taken.refusal is not None or _is_still_theirs(own, state):
            # It would no longer be known for what it is once it had ids of its own.
            kept = {name: value for name, value in update.items() if name in ("failure", "status")}
            return cast(CampaignUpdate, kept)
        after = self.applied(own, update)
        whole: Mapping[str, object] = {
            name: Overwrite(getattr(after, name)) if name in MERGED else getattr(after, name)
            for name in CampaignState.model_fields
            if name in update or getattr(after, name) != getattr(state, name)
        }
        return cast(CampaignUpdate, whole)

    async def _copied(self, state: CampaignState, runtime: Runtime[CampaignContext], thread: UUID, node: str) -> Taken:
        """A copy of another thread. One from before a booking is a campaign like any other; what had been booked by
        then is the other's, in the other's world, and the copy is another future of it."""
        own = as_own(state, thread, "fork" if state.booked_cycles else "copy")
        future, moment = state.other_future, moment_of_run()
        if future is not None and not state.booked_cycles:
            own.other_future = future.model_copy(update={"thread_id": thread})
            return Taken(own, self._in_its_world(runtime, own.other_future))
        if not state.booked_cycles:
            return Taken(own, runtime)
        if future is not None or moment is None or (state.booking is not None and state.booking.changes):
            why = "is another future itself" if future is not None else "had its flight changed once it was booked"
            problem = f"this thread is a copy of {state.the_campaign} from after its booking, which {why}"
            return Taken(own, runtime, Conflict(problem, remedy="copy it before it books, or start a new thread"))
        if _is_on_the_air(state):
            # What it was booked for is bought once more, in a world without the other's flight.
            mine = {one.cycle: one for one in await self._kept.bookings(thread)}
            own.booking = mine.get(state.booked_cycles, own.booking)
        return await self._another_future(state, own, runtime, thread, "booking" if _is_on_the_air(state) else node)

    async def _gone_back(
        self, state: CampaignState, runtime: Runtime[CampaignContext], thread: UUID, node: str
    ) -> Taken:
        """A state from before a booking that is on record; anything else is as it should be."""
        campaign = state.campaign_id or thread
        if not await self._is_past(state, campaign, node):
            if node == "sensing" and state.booked_cycles:
                problem = f"a flight of {campaign} has been booked since it began: it is not begun anew"
                return Taken(state, runtime, Conflict(problem, remedy="start a new thread"))
            return Taken(state, runtime)
        info = runtime.execution_info
        if moment_of_run() is None or info is None:
            problem = f"a flight of {campaign} has been booked since"
            return Taken(state, runtime, Conflict(problem, remedy="start a new thread"))
        if (future := state.other_future) is not None:
            problem = f"{campaign} is another future itself, and a flight of it has been booked since"
            remedy = f"go back to a step of the campaign it came of, {future.forked_from.campaign_id}"
            return Taken(state, runtime, Conflict(problem, remedy=remedy))
        tries = 0
        while True:
            # The same checkpoint answered anew, after what came of it the first time, is one more future.
            own_id = derived_id("fork", thread, info.checkpoint_id, tries)
            own = as_own(state, own_id, "fork") if state.campaign_id else _begun(state, own_id)
            if not await self._is_past(own, own_id, node):
                return await self._another_future(state, own, runtime, thread, node)
            tries += 1

    async def _is_past(self, state: CampaignState, campaign: UUID, node: str) -> bool:
        """Whether more is booked of a campaign than its state knows. A booking that is done again after a crash, of the
        same plan with the same ads, is not: it is the same booking."""
        bookings = await self._kept.bookings(campaign)
        if max((one.cycle for one in bookings), default=0) <= state.booked_cycles:
            return False
        record, plan = await self._kept.get(campaign), state.plan
        is_next = bookings[-1].cycle == state.booked_cycles + 1 and record is not None and record.status in _ON_THE_AIR
        if node != "booking" or plan is None or not is_next:
            return True
        shown = await self._kept.creatives(campaign)
        is_same = bookings[-1].idempotency_key == idempotency_key(campaign, plan)
        return not (is_same and all(ad in shown for ad in ads_of(plan, state.creatives)))

    async def _another_future(
        self, state: CampaignState, own: CampaignState, runtime: Runtime[CampaignContext], thread: UUID, node: str
    ) -> Taken:
        origin, moment = state.campaign_id or thread, moment_of_run()
        assert moment is not None
        looked_at = [one.detected_on for one in await self._kept.opportunities(origin)]
        ref = self._resolve(runtime.context, origin)
        own.other_future = OtherFuture(
            thread_id=thread,
            forked_from=ForkedFrom(
                campaign_id=origin, checkpoint_id=moment.checkpoint_id, node=node, after="", at=moment.at
            ),
            branch=Branch(world_id=ref.world_id, campaign_id=origin, since=booked_since(state)),
            today=state.today or next(iter(looked_at), None),
        )
        return Taken(own, self._in_its_world(runtime, own.other_future))

    def _in_its_world(self, runtime: Runtime[CampaignContext], future: OtherFuture) -> Runtime[CampaignContext]:
        """On LangGraph's server a run is given its context by whoever starts it, who knows nothing of such worlds."""
        ref = self._resolve(runtime.context, future.forked_from.campaign_id)
        return runtime.override(context=apart(runtime.context, ref, future.branch, future.forked_from, future.today))

    async def _tell(
        self, state: CampaignState, own: CampaignState, future: OtherFuture, runtime: Runtime[CampaignContext]
    ) -> None:
        """Before anything of it is on record: a fork is counted nowhere, and nobody is told of it as of a campaign."""
        of, moment = future.forked_from, moment_of_run()
        said = edited(moment.state, state) if moment is not None else ""
        fork = Fork(
            fork_id=own.the_campaign,
            campaign_id=of.campaign_id,
            node=of.node,
            checkpoint_id=of.checkpoint_id,
            changes=said or "gone back to in Studio",
            forked_at=datetime.now(UTC),
            at=of.at,
        )
        document: JsonValue = fork.model_dump(mode="json")
        await self._forks.add(fork.fork_id, fork.campaign_id, document, fork.forked_at)
        runtime.stream_writer(
            FutureBegan(campaign_id=fork.fork_id, forked_from=fork.campaign_id, node=fork.node, changes=fork.changes)
        )

    async def _booked(self, campaign: UUID) -> int:
        return max((one.cycle for one in await self._kept.bookings(campaign)), default=0)

    async def _opening(self, own: CampaignState, theirs: CampaignState, context: CampaignContext) -> CampaignChange:
        artwork = {
            mine.id: await self._kept.artwork(other.id)
            for mine, other in zip(own.creatives, theirs.creatives, strict=True)
        }
        return replace(
            where_it_stands(own, context),
            opportunity=own.opportunity,
            plan=own.plan,
            creatives=own.creatives,
            artwork=artwork,
            findings=own.findings,
            judged=own.judged,
            approval=own.approval,
        )


def _is_on_the_air(state: CampaignState) -> bool:
    """Whether its booking is one of which nothing has been learned yet."""
    return state.booking is not None and not (state.lessons and state.lessons[-1].cycle >= state.booking.cycle)


def _is_still_theirs(own: CampaignState, theirs: CampaignState) -> bool:
    """Whether what a copy has booked could not be booked in its own world."""
    if own.booking is None or theirs.booking is None or not _is_on_the_air(theirs):
        return False
    return own.booking.idempotency_key == theirs.booking.idempotency_key


def _begun(state: CampaignState, own_id: UUID) -> CampaignState:
    """One that begins anew: nothing has been found yet that would need ids of its own."""
    return state.model_copy(update={"campaign_id": own_id})
