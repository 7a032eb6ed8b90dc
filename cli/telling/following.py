"""Following a campaign from the command line until it parks or ends."""

import getpass
import os
import time
from uuid import UUID

from cli.telling.storyteller import Storyteller
from domain.caller import LONGEST_CALLER, Act, Caller, Role
from domain.context import CampaignContext
from domain.events import Event
from domain.identifiers import new_id
from domain.state import CampaignState, CampaignStatus
from runtime.audit import Door
from runtime.events.bus import Subscription
from runtime.reporting.summary import QuestionSummary, RunSummary, finished_nodes, summarise
from runtime.runs.watching import watch
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system

DOOR: Door = "command line"


async def run_campaign(
    settings: Settings, state: CampaignState, context: CampaignContext, *, as_json: bool
) -> RunSummary:
    """Start a campaign and tell it. Raises BadInput before anything is started when its world cannot be opened."""
    async with open_system(settings) as system, system.bus.subscribe() as subscription:
        system.check(context)
        campaign_id = new_id()
        asked = context.model_dump(mode="json", include={"scenario", "source", "seed", "autonomy", "model", "account"})
        async with system.audit.of(at_the_keyboard(), Act.START, via=DOOR, subject=campaign_id, asked=asked):
            await system.runs.start(state, context, thread_id=campaign_id)
        return await rest_of_the_run(system, subscription, campaign_id, as_json=as_json)


def at_the_keyboard() -> Caller:
    """Whoever types, by the name they are logged in with: nobody checks it, and who may type may do anything."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = f"user {os.getuid()}"
    return Caller(name=name[:LONGEST_CALLER], role=Role.ADMIN)


async def rest_of_the_run(
    system: System, subscription: Subscription, campaign_id: UUID, *, as_json: bool
) -> RunSummary:
    """Tell the run until it parks or ends, then its summary."""
    started = time.perf_counter()
    events: list[Event] = []
    storyteller = None if as_json else Storyteller()
    async for event in watch(system.runs, subscription, campaign_id):
        events.append(event)
        if storyteller is None:
            print(event.model_dump_json(), flush=True)
        else:
            storyteller.tell(event)
    summary = await summary_of(system, campaign_id, events, time.perf_counter() - started)
    if storyteller is None:
        print(summary.model_dump_json(), flush=True)
    else:
        storyteller.conclude(summary)
    return summary


async def summary_of(system: System, campaign_id: UUID, events: list[Event], elapsed_s: float) -> RunSummary:
    questions = await system.runs.questions(campaign_id)
    state = await system.runs.state(campaign_id)
    context = await system.runs.context(campaign_id)
    return summarise(
        campaign_id=campaign_id,
        status=state.status,
        state=state,
        nodes=finished_nodes(events),
        waits_for=QuestionSummary(node=questions[0].node, interrupt_id=questions[0].interrupt_id)
        if questions
        else None,
        provenance=system.provenance(context, campaign_id),
        model=context.model,
        elapsed_s=elapsed_s,
        model_cost=await system.costs.of(campaign_id),
        seen=await system.sensing.seen(system.resolve(context, campaign_id), state.today)
        if state.status is CampaignStatus.NO_OPPORTUNITY and state.today
        else (),
    )
