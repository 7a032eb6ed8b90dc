"""`tescosense run`: one campaign, from sensing to its lesson."""

import asyncio
from typing import Annotated

import typer

from domain.context import Autonomy, CampaignContext
from domain.errors import BadInput
from domain.money import pounds
from domain.state import CampaignState, CampaignStatus
from runtime.settings import Settings


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
    from cli.following import run_campaign

    summary = asyncio.run(run_campaign(settings, CampaignState(budget=pounds(budget)), context, as_json=as_json))
    if summary.status is CampaignStatus.FAILED:
        raise typer.Exit(1)
