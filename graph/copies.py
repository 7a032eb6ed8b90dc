"""A thread that was copied in Studio goes on as a campaign of its own, in a world and on an account of its own.

LangGraph's server copies checkpoints as they are, so that the copy's state names the campaign it was copied from. The
first node to run on it notices.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol, cast
from uuid import UUID

from langgraph.types import Overwrite

from agents.sensing.agent import campaign_of_thread
from domain.context import CampaignContext
from domain.errors import Conflict
from domain.state import CampaignState, CampaignUpdate
from graph.own_ids import as_own
from graph.recording import MERGED, Recorder, where_it_stands
from storage.ports import CampaignRecords


class RecordsWithArtwork(CampaignRecords, Protocol):
    async def artwork(self, creative_id: UUID) -> str | None: ...


class CopiesRecorder(Recorder):
    """Records what happens on a copied thread as the copy's own, and nothing of it as the other's."""

    def __init__(self, records: RecordsWithArtwork) -> None:
        super().__init__(records)
        self._kept = records

    def own(self, state: CampaignState) -> CampaignState:
        """The state with the thread's own ids; itself where it has them. Called on a thread of LangGraph's."""
        if state.campaign_id is None or state.campaign_id == (thread := campaign_of_thread()):
            return state
        return as_own(state, thread, "copy")

    async def taken_over(self, state: CampaignState, context: CampaignContext) -> CampaignState:
        """The same, once all that led there is on the copy's own record. Raises Conflict for a copy of a campaign that
        had booked by then: what is booked is the other's, in the other's world."""
        own = self.own(state)
        if own is state:
            return state
        if state.booked_cycles:
            raise Conflict(
                f"this thread is a copy of {state.campaign_id} from after its booking: what is booked is booked once",
                remedy="copy it before it books, or start a new thread",
            )
        if own.opportunity is None:
            return own
        artwork = {
            mine.id: await self._kept.artwork(theirs.id)
            for mine, theirs in zip(own.creatives, state.creatives, strict=True)
        }
        opening = replace(
            where_it_stands(own, context),
            opportunity=own.opportunity,
            plan=own.plan,
            creatives=own.creatives,
            artwork=artwork,
            findings=own.findings,
            judged=own.judged,
        )
        await self._kept.record(opening)
        return own

    def update_of(self, state: CampaignState, own: CampaignState, update: CampaignUpdate) -> CampaignUpdate:
        if own is state:
            return update
        if state.booked_cycles:
            # It is refused, and would no longer be known for a copy once it had ids of its own.
            kept = {name: value for name, value in update.items() if name in ("failure", "status")}
            return cast(CampaignUpdate, kept)
        after = self.applied(own, update)
        whole: Mapping[str, object] = {
            name: Overwrite(getattr(after, name)) if name in MERGED else getattr(after, name)
            for name in CampaignState.model_fields
            if name in update or getattr(after, name) != getattr(state, name)
        }
        return cast(CampaignUpdate, whole)
