"""`tescosense campaigns cost` and `model-spend`: what the chat model has cost a campaign, and what it may."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from cli.campaigns import AsJson, CampaignId, DecidedBy, exit_with
from cli.terminal import console
from domain.errors import BadInput, Conflict

if TYPE_CHECKING:
    from pydantic import JsonValue

    from domain.model_calls import ModelCall


def join(campaigns: typer.Typer) -> None:
    """Put these commands among those of campaigns."""
    campaigns.command("cost")(cost)
    campaigns.command("model-spend")(model_spend)


def cost(campaign_id: CampaignId, as_json: AsJson = False) -> None:
    """Each question the campaign has asked a chat model, what came of it and what it cost, and the sum."""
    import asyncio

    asyncio.run(_cost(campaign_id, as_json=as_json))


def model_spend(
    campaign_id: CampaignId,
    limit: Annotated[str | None, typer.Option("--raise", help="US dollars its models may cost in all")] = None,
    without_model: Annotated[bool, typer.Option("--without-model", help="go on with copy from templates")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="end the campaign")] = False,
    by: DecidedBy = "command line",
    as_json: AsJson = False,
) -> None:
    """Answer a campaign whose chat model would cost more than it may: raise the limit, do without, or stop."""
    import asyncio

    chosen = {"raise": limit is not None, "without_model": without_model, "stop": stop}
    if sum(chosen.values()) != 1:
        raise BadInput(
            "a campaign at its model's limit goes on in one way",
            remedy="give one of --raise DOLLARS, --without-model and --stop",
            field="decision",
        )
    said: dict[str, JsonValue] = {"decision": next(name for name, is_so in chosen.items() if is_so), "decided_by": by}
    asyncio.run(_spend(campaign_id, said if limit is None else {**said, "limit": limit}, as_json=as_json))


async def _spend(campaign_id: UUID, said: "dict[str, JsonValue]", *, as_json: bool) -> None:
    from cli.telling.following import DOOR, at_the_keyboard, rest_of_the_run
    from domain.caller import Act
    from runtime.settings import Settings
    from runtime.wiring import open_system

    async with open_system(Settings()) as system, system.bus.subscribe() as subscription:
        questions = await system.runs.questions(campaign_id)
        asked = next((one.interrupt_id for one in questions if one.node == "model_spend"), None)
        if asked is None:
            raise Conflict("the campaign does not ask what its model may cost", remedy="see what it waits for")
        async with system.audit.of(at_the_keyboard(), Act.ANSWER, via=DOOR, subject=campaign_id, asked=said):
            await system.runs.answer(campaign_id, asked, said)
        summary = await rest_of_the_run(system, subscription, campaign_id, as_json=as_json)
    exit_with(summary)


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
