"""`tescosense run`: one campaign, from sensing to its lesson."""

import asyncio
import time
from typing import Annotated
from uuid import UUID

import typer

from cli.storyteller import Storyteller
from domain.context import Autonomy, CampaignContext
from domain.errors import BadInput
from domain.events import Event
from domain.money import pounds
from domain.state import CampaignState, CampaignStatus
from runtime.bus import Subscription
from runtime.settings import Settings
from runtime.summary import QuestionSummary, RunSummary, finished_nodes, summarise
from runtime.watching import watch
from runtime.wiring import System, open_system


def run(
    scenario: Annotated[str | None, typer.Argument(help="heavy-rain, heatwave, ...; none for an ordinary day")] = None,
    source: Annotated[str, typer.Option(help="simulated, complete-journey or files:DIR")] = "simulated",
    seed: Annotated[int, typer.Option(help="of the simulated world and every random draw")] = 7,
    budget: Annotated[float, typer.Option(help="the most the campaign may spend, in pounds")] = 5000,
    autonomy: Annotated[Autonomy, typer.Option(help="how far the loop may go alone")] = Autonomy.AUTONOMOUS,
    model: Annotated[str | None, typer.Option(help="fake:copywriter, or any provider:model")] = None,
    cycles: Annotated[int, typer.Option(help="turns of plan, book, measure, learn", min=1, max=4)] = 1,
    fault: Annotated[list[str] | None, typer.Option(help="inject a fault, for example malformed-json*1")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one event per line, the summary last")] = False,
) -> None:
    """Run one campaign and play its flight out."""
    if budget <= 0:
        raise BadInput(f"a budget of £{budget:g} cannot be spent", remedy="give --budget more than 0", field="budget")
    settings = Settings()
    context = CampaignContext(
        scenario=scenario,
        source=source,
        seed=seed,
        autonomy=autonomy,
        model=model or settings.model,
        max_cycles=cycles,
        faults=tuple(fault or ()),
        fast_forward=True,
    )
    summary = asyncio.run(_run(settings, context, budget, as_json=as_json))
    if summary.status is CampaignStatus.FAILED:
        raise typer.Exit(1)


async def _run(settings: Settings, context: CampaignContext, budget: float, *, as_json: bool) -> RunSummary:
    async with open_system(settings) as system, system.bus.subscribe() as subscription:
        campaign_id = await system.runs.start(CampaignState(budget=pounds(budget)), context)
        return await rest_of_the_run(system, subscription, campaign_id, as_json=as_json)


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
    parked_at_gate = any(question.node == "approval" for question in questions)
    return summarise(
        campaign_id=campaign_id,
        status=CampaignStatus.AWAITING_APPROVAL if parked_at_gate else state.status,
        state=state,
        nodes=finished_nodes(events),
        waits_for=QuestionSummary(node=questions[0].node, interrupt_id=questions[0].interrupt_id)
        if questions
        else None,
        provenance=system.worlds.open(system.resolve(context, campaign_id)).provenance,
        model=context.model,
        elapsed_s=elapsed_s,
    )
