"""`tescosense campaigns`: see what runs, and decide at the gate."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from cli.terminal import console
from domain.errors import BadInput, Conflict, PlatformFailure
from domain.secrets import masked

if TYPE_CHECKING:
    from decimal import Decimal

    from pydantic import JsonValue

    from domain.buy_changes import BuyAction
    from runtime.reporting.summary import RunSummary
    from runtime.runs.orders import Question
    from storage.records import Unreadable

app = typer.Typer(
    help="List, show, approve, edit, reject campaigns; pause, resume, cancel what is booked.", no_args_is_help=True
)

CampaignId = Annotated[UUID, typer.Argument(help="the campaign's id, from `campaigns list`")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, one object per line")]
DecidedBy = Annotated[str, typer.Option("--by", help="who decides")]
On = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="the first day it holds on; for trials, whose days pass when asked"),
]


@app.command("list")
def list_campaigns(as_json: AsJson = False) -> None:
    """The newest campaigns first."""
    import asyncio

    asyncio.run(_list(as_json=as_json))


async def _list(*, as_json: bool) -> None:
    from runtime.repositories import require_current_schema
    from runtime.settings import Settings
    from runtime.wiring import open_system

    await require_current_schema(settings := Settings())
    async with open_system(settings) as system:
        page = await system.campaigns.page(limit=50)
        rows, more = await system.figures.table.readable(page.items) if as_json else ([], [])
    if as_json:
        for row in rows:
            print(row.model_dump_json())
        _tell_unreadable([*page.unreadable, *more])
        return
    if not page.items and not page.unreadable:
        console().print("No campaigns yet: start one with `tescosense run heavy-rain`.")
    for record in page.items:
        # The id first and whole, whatever the width: it is what every other command asks for.
        created, status = record.created_at.strftime("%d %b %H:%M"), record.status.value
        console().print(f"{record.id}  {status:<18}  {created}  {record.name}", soft_wrap=True, markup=False)
    if page.next:
        console().print(f"These are the newest {len(page.items)}; GET /campaigns has them all, a page at a time.")
    _tell_unreadable(page.unreadable)


def _tell_unreadable(campaigns: "Sequence[Unreadable]") -> None:
    """A sentence for each, and exit code 1 where there is one."""
    for one in campaigns:
        print(f"tescosense: {masked(one.why)}", file=sys.stderr)
    if campaigns:
        raise typer.Exit(1)


@app.command()
def show(campaign_id: CampaignId) -> None:
    """Everything known of one campaign, as one JSON object; `campaign` is its row in the table, with what it has spent
    and caused so far, and `waits_for` names the questions it is parked with."""
    import asyncio

    asyncio.run(_show(campaign_id))


async def _show(campaign_id: UUID) -> None:
    from runtime.repositories import require_current_schema
    from runtime.settings import Settings
    from runtime.wiring import open_system

    await require_current_schema(settings := Settings())
    async with open_system(settings) as system:
        state = await system.forks.histories.state(campaign_id)
        is_ours = await system.runs.is_ours(campaign_id)
        questions = await system.runs.questions(campaign_id) if is_ours else []
        record = await system.campaigns.get(campaign_id)
        rows = await system.figures.table.rows([record] if record else [])
        cost = await system.costs.of(campaign_id)
    waits_for = [{"node": question.node, "interrupt_id": question.interrupt_id} for question in questions]
    campaign = rows[0].model_dump(mode="json") if rows else None
    console().print_json(
        data={
            **state.model_dump(mode="json"),
            "campaign": campaign,
            "model_cost": cost.model_dump(mode="json"),
            "waits_for": waits_for,
        }
    )


@app.command()
def history(campaign_id: CampaignId, as_json: AsJson = False) -> None:
    """The steps of one campaign, as they were recorded."""
    import asyncio

    asyncio.run(_history(campaign_id, as_json=as_json))


async def _history(campaign_id: UUID, *, as_json: bool) -> None:
    from runtime.repositories import require_current_schema
    from runtime.settings import Settings
    from runtime.wiring import open_system

    await require_current_schema(settings := Settings())
    async with open_system(settings) as system:
        events = await system.events.since(campaign_id, 0)
        if not events and await system.campaigns.get(campaign_id) is None:
            await system.runs.context(campaign_id)  # raises NotFound for an id nobody goes by
    for event in events:
        if as_json:
            print(event.model_dump_json())
        else:
            data = event.params.data
            what = getattr(data, "node", "") or getattr(data, "phase", "")
            console().print(f"{event.seq:>4}  {event.params.timestamp:%H:%M:%S.%f}  {event.method:<15} {what}")


@app.command()
def approve(campaign_id: CampaignId, by: DecidedBy = "command line", as_json: AsJson = False) -> None:
    """Approve the campaign and run it on."""
    import asyncio

    asyncio.run(_decide(campaign_id, {"decision": "approve", "decided_by": by}, as_json=as_json))


@app.command()
def reject(
    campaign_id: CampaignId,
    reason: Annotated[str, typer.Option(help="why; required")],
    by: DecidedBy = "command line",
    as_json: AsJson = False,
) -> None:
    """Reject the campaign; nothing is booked."""
    import asyncio

    if not reason.strip():
        raise BadInput("a rejection needs a reason", remedy="say why with --reason", field="reason")
    asyncio.run(_decide(campaign_id, {"decision": "reject", "reason": reason, "decided_by": by}, as_json=as_json))


@app.command()
def send_back(
    campaign_id: CampaignId,
    comment: Annotated[str, typer.Option(help="what is to be otherwise; the brief and the ads are written with it")],
    leave_out: Annotated[list[str] | None, typer.Option(help="a channel not to buy; once for each")] = None,
    at_most: Annotated[float | None, typer.Option(help="pounds the next plan may spend")] = None,
    by: DecidedBy = "command line",
    as_json: AsJson = False,
) -> None:
    """Have the campaign planned again; it comes back to the gate. At most three times."""
    import asyncio

    said: dict[str, JsonValue] = {"decision": "send_back", "reason": comment, "decided_by": by, "at_most": at_most}
    asyncio.run(_decide(campaign_id, {**said, "leave_out": [*(leave_out or [])]}, as_json=as_json))


@app.command()
def edit(
    campaign_id: CampaignId,
    ad: Annotated[str | None, typer.Option(help="the channel whose ad gets new words")] = None,
    headline: Annotated[str | None, typer.Option()] = None,
    body: Annotated[str | None, typer.Option()] = None,
    call_to_action: Annotated[str | None, typer.Option()] = None,
    budget: Annotated[list[str] | None, typer.Option(help="CHANNEL=POUNDS; once for each")] = None,
    by: DecidedBy = "command line",
    as_json: AsJson = False,
) -> None:
    """Go on with other words or budgets. They are judged like a model's; what the rules stop is asked about again."""
    import asyncio

    from cli.edits import edit_of

    words = {"headline": headline, "body": body, "call_to_action": call_to_action}
    asyncio.run(
        _decide(
            campaign_id,
            lambda questions: edit_of(questions, ad=ad, words=words, budgets=budget or [], by=by),
            as_json=as_json,
        )
    )


async def _decide(
    campaign_id: UUID,
    answer: "dict[str, JsonValue] | Callable[[Sequence[Question]], dict[str, JsonValue]]",
    *,
    as_json: bool,
) -> None:
    from cli.telling.following import DOOR, at_the_keyboard, rest_of_the_run
    from domain.caller import Act
    from runtime.settings import Settings
    from runtime.wiring import open_system

    async with open_system(Settings()) as system, system.bus.subscribe() as subscription:
        questions = await system.runs.questions(campaign_id)
        said = answer(questions) if callable(answer) else answer
        async with system.audit.of(at_the_keyboard(), Act.ANSWER, via=DOOR, subject=campaign_id, asked=said):
            await system.runs.answer(campaign_id, at_the_gate(questions), said)
        summary = await rest_of_the_run(system, subscription, campaign_id, as_json=as_json)
    exit_with(summary)


def at_the_gate(questions: "Sequence[Question]") -> str | None:
    """The id of the question a decision answers; None where nothing is asked at all. Raises Conflict past the gate."""
    if not questions:
        return None
    for question in questions:
        if question.node == "approval":
            return question.interrupt_id
    raise Conflict(
        f"the campaign does not wait for a decision but at {questions[0].node}",
        remedy="look at its history to see who decided",
    )


@app.command()
def pause(campaign_id: CampaignId, on: On = None, by: DecidedBy = "command line", as_json: AsJson = False) -> None:
    """Show no ads of what is booked from today on, until it is resumed."""
    import asyncio

    asyncio.run(_change(campaign_id, "pause", on=on, by=by, as_json=as_json))


@app.command()
def cancel(campaign_id: CampaignId, on: On = None, by: DecidedBy = "command line", as_json: AsJson = False) -> None:
    """Show no ads of what is booked from today on, for good: what is not spent is free again."""
    import asyncio

    asyncio.run(_change(campaign_id, "cancel", on=on, by=by, as_json=as_json))


@app.command()
def budget(
    campaign_id: CampaignId,
    pounds: Annotated[str, typer.Argument(help="what the booked flight may cost in all, what is spent included")],
    on: On = None,
    by: DecidedBy = "command line",
    as_json: AsJson = False,
) -> None:
    """Give what is booked another budget for the days left."""
    import asyncio

    from cli.edits import amount

    asyncio.run(_change(campaign_id, "budget", budget=amount(pounds), on=on, by=by, as_json=as_json))


async def _change(
    campaign_id: UUID,
    action: "BuyAction",
    *,
    on: datetime | None,
    by: str,
    as_json: bool,
    budget: "Decimal | None" = None,
) -> None:
    from cli.telling.following import DOOR, at_the_keyboard, rest_of_the_run
    from domain.caller import Act
    from runtime.runs.changing import Wanted
    from runtime.settings import Settings
    from runtime.wiring import open_system

    act = {"pause": Act.PAUSE, "resume": Act.RESUME, "cancel": Act.CANCEL, "budget": Act.CHANGE_BUDGET}[action]
    wanted = Wanted(action, budget=budget, on=on.date() if on else None, by=by)
    asked: JsonValue = {"budget": str(budget)} if budget is not None else None
    async with open_system(Settings()) as system, system.bus.subscribe() as subscription:
        async with system.audit.of(at_the_keyboard(), act, via=DOOR, subject=campaign_id, asked=asked):
            await system.runs.change(campaign_id, wanted)
        summary = await rest_of_the_run(system, subscription, campaign_id, as_json=as_json)
        changes = [change for one in await system.campaigns.bookings(campaign_id) for change in one.changes]
    if changes and changes[-1].problem:
        raise PlatformFailure(changes[-1].problem)
    exit_with(summary)


@app.command()
def resume(campaign_id: CampaignId, on: On = None, by: DecidedBy = "command line", as_json: AsJson = False) -> None:
    """Go on with a campaign that stands still: show paused ads again, measure a flight that is over, try again the step
    that failed, or go on where a process died."""
    import asyncio

    asyncio.run(_resume(campaign_id, on=on, by=by, as_json=as_json))


async def _resume(campaign_id: UUID, *, on: datetime | None, by: str, as_json: bool) -> None:
    from cli.telling.following import DOOR, at_the_keyboard, rest_of_the_run
    from domain.caller import Act
    from runtime.runs.changing import Wanted, is_paused
    from runtime.settings import Settings
    from runtime.wiring import open_system

    async with open_system(Settings()) as system, system.bus.subscribe() as subscription:
        async with system.audit.of(at_the_keyboard(), Act.RESUME, via=DOOR, subject=campaign_id):
            questions = await system.runs.questions(campaign_id)
            if is_paused(await system.runs.state(campaign_id)):
                await system.runs.change(campaign_id, Wanted("resume", on=on.date() if on else None, by=by))
            elif questions and questions[0].node == "measurement":
                await system.runs.answer(campaign_id, questions[0].interrupt_id, {})
            else:
                await system.runs.resume(campaign_id)
        summary = await rest_of_the_run(system, subscription, campaign_id, as_json=as_json)
    exit_with(summary)


def exit_with(summary: "RunSummary") -> None:
    """As `tescosense run` does: a campaign that failed is a command that failed."""
    from domain.state import CampaignStatus

    if summary.status is CampaignStatus.FAILED:
        raise typer.Exit(1)
