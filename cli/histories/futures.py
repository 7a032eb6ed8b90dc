"""`tescosense campaigns fork` and what goes with it: other futures of a campaign, and its past."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from cli.campaigns import AsJson, CampaignId, exit_with
from cli.terminal import console
from domain.errors import BadInput

if TYPE_CHECKING:
    from pydantic import JsonValue

    from runtime.forking.differences import Difference
    from runtime.forking.reasons import Ran
    from runtime.forking.wish import ForkWish

Everything = Annotated[bool, typer.Option("--all", help="what is the same in both too")]


def join(campaigns: typer.Typer) -> None:
    """Put these commands among those of campaigns."""
    campaigns.command()(fork)
    campaigns.command()(compare)
    campaigns.command("past")(past)
    campaigns.command("diff")(diff)


def fork(
    campaign_id: CampaignId,
    at: Annotated[
        str, typer.Option(help="sensing, strategy, creative, compliance, approval, booking, or a checkpoint")
    ] = "",
    setting: Annotated[
        list[str] | None, typer.Option("--set", help="PATH=VALUE, such as plan.budget=2000; more than once")
    ] = None,
    prompt: Annotated[list[str] | None, typer.Option(help="NODE=FILE, strategy or creative: its template")] = None,
    model: Annotated[str, typer.Option(help="fake:copywriter, or any provider:model")] = "",
    scenario: Annotated[str, typer.Option(help="that happens too, in its simulated world")] = "",
    fault: Annotated[list[str] | None, typer.Option(help="inject a fault, for example malformed-json*1")] = None,
    everything: Everything = False,
    as_json: AsJson = False,
) -> None:
    """Another future of a campaign: its past up to a step, from there on something else, in a world and on an account
    of its own. It books nothing in the house's name and teaches nobody."""
    import asyncio

    from runtime.forking.wish import ForkWish

    wish = ForkWish(
        at=at,
        set={path: _value(path, value) for path, value in map(_pair, setting or ())},
        prompts={node: _text(Path(file)) for node, file in map(_pair, prompt or ())},
        model=model,
        scenario=scenario,
        faults=list(fault or ()),
    )
    asyncio.run(_fork(campaign_id, wish, everything=everything, as_json=as_json))


async def _fork(campaign_id: UUID, wish: "ForkWish", *, everything: bool, as_json: bool) -> None:
    from cli.telling.following import DOOR, at_the_keyboard, rest_of_the_run
    from domain.caller import Act
    from domain.identifiers import new_id
    from runtime.forking.differences import side_by_side
    from runtime.settings import Settings
    from runtime.wiring import open_system

    async with open_system(Settings()) as system, system.bus.subscribe() as subscription:
        fork_id, who = new_id(), at_the_keyboard()
        asked = wish.model_dump(mode="json", exclude={"prompts"}, exclude_defaults=True)
        async with system.audit.of(who, Act.FORK, via=DOOR, subject=campaign_id, asked=asked):
            begun = await system.forks.fork(campaign_id, wish, by=who.name or "command line", fork_id=fork_id)
        summary = await rest_of_the_run(system, subscription, fork_id, as_json=as_json)
        theirs = await system.forks.histories.state(campaign_id)
        ours = await system.runs.state(fork_id)
        costs = (await system.costs.of_future(campaign_id)).told, (await system.costs.of_future(fork_id)).told
        told = side_by_side(theirs, ours, costs=costs)
    if as_json:
        print(
            json.dumps(
                {"type": "fork", **begun.model_dump(mode="json"), "compared": [one.model_dump() for one in told]}
            )
        )
    else:
        console().print(f"Fork {fork_id} at {begun.node}; otherwise: {begun.changes}", soft_wrap=True, markup=False)
        _show(told if everything else [one for one in told if one.differs], "as it was", "as a fork")
    exit_with(summary)


def compare(first: CampaignId, second: CampaignId, everything: Everything = False, as_json: AsJson = False) -> None:
    """Two campaigns side by side, in the words of the trade; what is the same in both is left out."""
    import asyncio

    asyncio.run(_compare(first, second, everything=everything, as_json=as_json))


async def _compare(first: UUID, second: UUID, *, everything: bool, as_json: bool) -> None:
    from runtime.forking.differences import side_by_side
    from runtime.repositories import require_current_schema
    from runtime.settings import Settings
    from runtime.wiring import open_system

    await require_current_schema(settings := Settings())
    async with open_system(settings) as system:
        histories = system.forks.histories
        costs = (await system.costs.of_future(first)).told, (await system.costs.of_future(second)).told
        told = side_by_side(await histories.state(first), await histories.state(second), costs=costs)
    told = told if everything else [one for one in told if one.differs]
    if as_json:
        print(json.dumps([one.model_dump() for one in told]))
    else:
        _show(told, *_told_apart(str(first), str(second)))


def past(campaign_id: CampaignId, as_json: AsJson = False) -> None:
    """Every checkpoint of a campaign, the oldest first, with the forks that began there."""
    import asyncio

    asyncio.run(_past(campaign_id, as_json=as_json))


async def _past(campaign_id: UUID, *, as_json: bool) -> None:
    from runtime.repositories import require_current_schema
    from runtime.settings import Settings
    from runtime.wiring import open_system

    await require_current_schema(settings := Settings())
    async with open_system(settings) as system:
        checkpoints = list(reversed(await system.forks.past(campaign_id)))
        is_here = await system.forks.histories.is_kept_here(campaign_id)
        apart = await system.forks.apart(campaign_id, checkpoints)
    if not is_here and not as_json:
        console().print("Its states are kept where it runs, in LangGraph Studio.")
    for one in checkpoints:
        if as_json:
            print(one.model_dump_json())
            continue
        console().print(f"{one.checkpoint_id}  {one.status.value:<18}  before {', '.join(one.next) or 'its end'}")
        for ran in one.ran:
            console().print(f"  {_why(ran)}", soft_wrap=True, markup=False)
        for fork_of_it in one.forks:
            console().print(f"  └ fork {fork_of_it.fork_id}  {fork_of_it.changes}", soft_wrap=True, markup=False)
    for fork_of_it in apart:
        if as_json:
            print(fork_of_it.model_dump_json())
            continue
        where = f"at {fork_of_it.node}" if fork_of_it.checkpoint_id else "begun anew"
        console().print(f"{where}: fork {fork_of_it.fork_id}  {fork_of_it.changes}", soft_wrap=True, markup=False)


def _why(ran: "Ran") -> str:
    """Why a node ran, in a line."""
    said = [f"{ran.node} after {ran.after or 'the beginning'} ({ran.trigger or 'trigger not kept'})"]
    said.append(f"attempt {ran.attempts}{', from the cache' if ran.cached else ''}")
    said += [f"failed before: {problem}" for problem in ran.failed]
    for what, calls in (("answer", ran.models), ("failed call", ran.unanswered)):
        if calls:
            count = f"{len(calls)} {what}{'s' if len(calls) > 1 else ''}"
            said.append(f"{count} of the model ({calls[0].rpartition(', by ')[2]})")
    said += [f"asked, and answered {ran.answer or 'by nobody yet'}"] if ran.asked else []
    return "; ".join([*said, f"gave {', '.join(ran.gave) or 'nothing'}"])


def diff(
    campaign_id: CampaignId,
    before: Annotated[str, typer.Argument(help="a checkpoint, from `campaigns past`")],
    after: Annotated[str, typer.Argument(help="another one of the same campaign")],
    as_json: AsJson = False,
) -> None:
    """What differs between two states of a campaign."""
    import asyncio

    asyncio.run(_diff(campaign_id, before, after, as_json=as_json))


async def _diff(campaign_id: UUID, before: str, after: str, *, as_json: bool) -> None:
    from runtime.forking.differences import differences
    from runtime.repositories import require_current_schema
    from runtime.settings import Settings
    from runtime.wiring import open_system

    await require_current_schema(settings := Settings())
    async with open_system(settings) as system:
        earlier = await system.forks.state_at(campaign_id, before)
        told = differences(earlier, await system.forks.state_at(campaign_id, after))
    if as_json:
        print(json.dumps([one.model_dump() for one in told]))
    else:
        _show(told, "before", "after")


def _told_apart(first: str, second: str) -> tuple[str, str]:
    """Two ids in short: how they begin or, of campaigns that began within a minute of each other, how they end."""
    begins = first[:8], second[:8]
    return begins if begins[0] != begins[1] else (f"…{first[-8:]}", f"…{second[-8:]}")


def _show(told: "list[Difference]", before: str, after: str) -> None:
    from rich.table import Table

    table = Table("", before, after, box=None, pad_edge=False)
    for one in told:
        table.add_row(one.what, one.before, one.after)
    console().print(table if told else "Nothing differs.")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise BadInput(f"{text!r} changes nothing", remedy="write PATH=VALUE, such as plan.budget=2000", field="set")
    return name.strip(), value.strip()


def _value(path: str, text: str) -> "JsonValue":
    """As JSON where it is some, else the words themselves, as those of an ad always are."""
    if path.startswith("copy."):
        return text
    try:
        value: JsonValue = json.loads(text)
    except ValueError:
        return text
    return value


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file} cannot be read as a prompt", remedy=str(error), field="prompt") from error
