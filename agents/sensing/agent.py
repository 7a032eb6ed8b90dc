"""The sensing node: what moved today, why, and whether it is worth a campaign."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from langgraph.config import get_config
from langgraph.runtime import Runtime

from agents.sensing.analysis import Analyses, Analysis
from agents.sensing.signals import Signals
from domain.context import CampaignContext, WorldRef
from domain.identifiers import derived_id, new_id
from domain.opportunity import Opportunity, Seen
from domain.state import CampaignState, NodeResult
from world.ports import Worlds
from world.references import Resolve

_USUAL_THRESHOLD: Final[float] = CampaignContext.model_fields["threshold"].default


class SensingAgent:
    """Gives the campaign its name and the day's opportunity, if there is one."""

    def __init__(self, worlds: Worlds, resolve: Resolve) -> None:
        self._worlds = worlds
        self._resolve = resolve
        self._analyses = Analyses()

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        """Raises BadInput for an unknown world, DataFault when its data cannot be read."""
        context = runtime.context
        campaign_id = state.campaign_id or campaign_of_thread()
        analysis = await self._analysis(state, context, self._resolve(context, campaign_id))
        opportunity = analysis.opportunity
        if opportunity is not None and (state.opportunity is None or not context.is_live):
            # One that was given may be another campaign's, whose record of it is not to be written over.
            opportunity = opportunity.model_copy(update={"id": derived_id(campaign_id, "opportunity")})
        return {
            "campaign_id": campaign_id,
            "name": analysis.name or f"Quiet day {analysis.today}",
            "today": analysis.today,
            "opportunity": opportunity,
        }

    async def trends(self, ref: WorldRef, today: date, without: Collection[str] = ()) -> Sequence[Opportunity]:
        """Everything above the usual threshold on that day, the one to act on first. What is found `without` some
        regions is tested on the others alone, and has their figures."""
        analysis = await self._analyses.of(self._worlds.open(ref), today, _USUAL_THRESHOLD, frozenset(without))
        return analysis.opportunities

    async def seen(self, ref: WorldRef, today: date) -> Sequence[Seen]:
        """What was seen on that day and is not proposed, each with its reason."""
        analysis = await self._analyses.of(self._worlds.open(ref), today, _USUAL_THRESHOLD)
        return analysis.seen

    async def signals(self, ref: WorldRef, today: date) -> Signals:
        """Every series up to that day beside what was expected of it."""
        return await self._analyses.signals(self._worlds.open(ref), today)

    async def _analysis(self, state: CampaignState, context: CampaignContext, ref: WorldRef) -> Analysis:
        """The day's analysis, or the opportunity the campaign was started with."""
        given = state.opportunity
        if given is not None:
            today = state.today or context.today or given.detected_on
            return Analysis(today=today, name=state.name or _name_of(given), opportunities=(given,))
        return await self._analyses.of(self._worlds.open(ref), state.today or context.today, context.threshold)


def campaign_of_thread() -> UUID:
    """The campaign is its thread: the thread's UUID, one derived from another name, or a new one without a thread."""
    thread = get_config().get("configurable", {}).get("thread_id")
    if not thread:
        return new_id()
    try:
        return UUID(str(thread))
    except ValueError:
        return derived_id("thread", thread)


def _name_of(opportunity: Opportunity) -> str:
    return f"{opportunity.category[:1].upper()}{opportunity.category[1:]} opportunity"
