"""`tescosense campaigns cost`: what the chat model was asked for a campaign, and what that cost."""

from typing import TYPE_CHECKING
from uuid import UUID

import typer

from cli.campaigns import AsJson, CampaignId
from cli.terminal import console

if TYPE_CHECKING:
    from domain.model_calls import ModelCall


def join(campaigns: typer.Typer) -> None:
    """Put this command among those of campaigns."""
    campaigns.command("cost")(cost)


def cost(campaign_id: CampaignId, as_json: AsJson = False) -> None:
    """Each question the campaign has asked a chat model, what came of it and what it cost, and the sum."""
    import asyncio

    asyncio.run(_cost(campaign_id, as_json=as_json))


async def _cost(campaign_id: UUID, *, as_json: bool) -> None:
    from runtime.repositories import require_current_schema
    from runtime.settings import Settings
    from runtime.wiring import open_system

    await require_current_schema(settings := Settings())
    async with open_system(settings) as system:
        calls = await system.costs.calls(campaign_id)
        whole = await system.costs.of_future(campaign_id)
    if as_json:
        for call in calls:
            print(call.model_dump_json())
        print(whole.model_dump_json())
        return
    for call in calls:
        console().print(_line(call), soft_wrap=True, markup=False)
    console().print(whole.told[:1].upper() + whole.told[1:] + ".", soft_wrap=True, markup=False)


def _line(call: "ModelCall") -> str:
    from domain.figures import dollars_told
    from domain.model_calls import CameFrom

    what = f"{call.prompt} for {call.channel.value}" if call.channel else call.prompt
    again = f", try {call.attempt}" if call.attempt > 1 else ""
    kept = "" if call.came_from is CameFrom.MODEL else f", from a {call.came_from.value}"
    tokens = "" if call.input_tokens is None else f", {call.input_tokens:,} tokens in and {call.output_tokens:,} out"
    paid = dollars_told(call.cost) if call.cost is not None else f"not known ({call.unpriced})"
    problem = f"; {call.problem}" if call.problem else ""
    return f"{call.node:<10} {call.outcome:<10} {call.model}: {what}{again}{kept}{tokens}: {paid}{problem}"
