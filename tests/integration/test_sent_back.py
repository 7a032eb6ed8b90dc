"""A campaign sent back at its gate: planned again with what was wished, and seen again by a person."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from langgraph.types import Command
from pydantic import JsonValue

from domain.channel import Channel
from domain.context import Autonomy, CampaignContext
from domain.decision import SENT_BACK_MOST
from domain.errors import BadInput, Conflict
from domain.events import ModelCalled
from domain.state import CampaignState, CampaignStatus
from graph.compiled import thread_config
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system

COMMENT = "Talk about warm kitchens, not about the weather"


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with open_system(Settings.model_validate({"data_dir": tmp_path / "data"})) as system:
        yield system


async def at_the_gate(system: System, **context: object) -> CampaignState:
    """A campaign in a world of its own, waiting for a person."""
    given = CampaignContext.model_validate({"scenario": "heavy-rain", **context})
    campaign = await system.runs.start(CampaignState(), given)
    await system.runs.finished(campaign)
    state = await system.runs.state(campaign)
    assert state.status is CampaignStatus.AWAITING_APPROVAL
    return state


async def say(system: System, campaign: UUID, answer: JsonValue) -> CampaignState:
    await system.runs.answer(campaign, None, answer)
    await system.runs.finished(campaign)
    return await system.runs.state(campaign)


def back(comment: str = COMMENT, **wishes: JsonValue) -> JsonValue:
    return {"decision": "send_back", "reason": comment, "decided_by": "Ada", **wishes}


async def prompts_of(system: System, campaign: UUID, node: str) -> list[str]:
    told = [event.params.data for event in await system.events.since(campaign, 0)]
    return [data.rendered for data in told if isinstance(data, ModelCalled) and data.node == node]


async def test_the_next_plan_keeps_to_what_was_wished_and_is_booked_as_it_is_approved(system: System) -> None:
    first = await at_the_gate(system)
    campaign, planned = first.the_campaign, first.the_plan
    out = planned.allocations[0].channel
    most = planned.budget - 100
    again = await say(system, campaign, back(leave_out=[out.value], at_most=float(most)))
    assert again.status is CampaignStatus.AWAITING_APPROVAL
    assert out not in [allocation.channel for allocation in again.the_plan.allocations]
    assert 0 < again.the_plan.budget <= most
    assert {ad.channel for ad in again.creatives} == {one.channel for one in again.the_plan.allocations}
    assert f"As asked, nothing is bought on {out.value.replace('_', ' ')}" in again.the_plan.reason
    assert f"left_out:{out.value}" in again.the_plan.binding_constraints
    assert again.approval is None
    for node in ("strategy", "creative"):
        prompts = await prompts_of(system, campaign, node)
        assert COMMENT not in prompts[0]
        assert COMMENT in prompts[-1], node

    [kept] = await system.campaigns.approvals(campaign)
    assert (kept.decision, kept.decided_by, kept.reason) == ("send_back", "Ada", COMMENT)
    assert (kept.leave_out, kept.at_most) == ([out], most)
    [question] = await system.runs.questions(campaign)
    assert question.payload["sends_left"] == SENT_BACK_MOST - 1
    assert [one["comment"] for one in question.payload["sent_back"]] == [COMMENT]  # type: ignore[index, union-attr, call-overload]

    done = await say(system, campaign, {"decision": "approve", "decided_by": "Grace"})
    assert done.the_booking.committed == again.the_plan.budget


async def test_an_edit_after_it_may_take_back_what_was_wished(system: System) -> None:
    first = await at_the_gate(system)
    campaign, out = first.the_campaign, first.the_plan.allocations[0]
    await say(system, campaign, back(leave_out=[out.channel.value], at_most=float(first.the_plan.budget - 100)))
    edit: JsonValue = {"decision": "edit", "budgets": [{"channel": out.channel.value, "budget": 4000}]}
    done = await say(system, campaign, edit)
    assert done.the_booking.committed > 4000
    assert out.channel in [allocation.channel for allocation in done.the_plan.allocations]


async def test_it_is_sent_back_so_often_and_no_further_through_any_door(system: System) -> None:
    campaign = (await at_the_gate(system)).the_campaign
    for number in range(SENT_BACK_MOST):
        state = await say(system, campaign, back(f"Once more, for reason {number + 1}"))
        assert state.status is CampaignStatus.AWAITING_APPROVAL
    assert len(state.sent_back) == len(await system.campaigns.approvals(campaign)) == SENT_BACK_MOST
    with pytest.raises(Conflict, match="sent back 3 times") as refused:
        await say(system, campaign, back())
    context = await system.runs.context(campaign)
    await system.graph.ainvoke(Command(resume=back()), thread_config(campaign), context=context)
    [question] = await system.runs.questions(campaign)
    assert question.payload["problem"] == str(refused.value)
    assert (await say(system, campaign, {"decision": "approve"})).booking is not None


async def test_wishes_that_leave_nothing_to_plan_are_refused_and_it_still_waits(system: System) -> None:
    state = await at_the_gate(system)
    campaign = state.the_campaign
    everything: list[JsonValue] = [channel.value for channel in Channel]
    refused: list[tuple[JsonValue, str]] = [
        (back(leave_out=everything), "no channel would be left"),
        (back(at_most=1), "buys nothing: the smallest order is"),
        (back(""), "sending back needs a comment"),
        (back("<b>bold</b>"), "markup"),
        ({"decision": "approve", "at_most": 100}, "belong to decision 'send_back'"),
    ]
    for answer, why in refused:
        with pytest.raises(BadInput, match=why):
            await say(system, campaign, answer)
    assert (await system.runs.state(campaign)).sent_back == []
    assert (await say(system, campaign, {"decision": "approve"})).booking is not None


async def test_where_nothing_pays_under_the_wishes_the_campaign_ends_unspent_and_says_which_limit_it_was(
    system: System,
) -> None:
    first = await at_the_gate(system)
    campaign = first.the_campaign
    others: list[JsonValue] = [channel.value for channel in Channel if channel is not Channel.EMAIL]
    ended = await say(system, campaign, back(leave_out=others, at_most=250))
    assert ended.status is CampaignStatus.NOT_WORTH_SPENDING
    assert (ended.the_plan.verdict, ended.the_plan.budget) == ("dont_spend", Decimal(0))
    assert "No channel may take more than 70% of what is spent" in ended.the_plan.reason
    assert await system.runs.questions(campaign) == []
    assert await system.ledger.entries(campaign) == []
    assert [one.decision for one in await system.campaigns.approvals(campaign)] == ["send_back"]
    with pytest.raises(Conflict, match="not waiting for an answer"):
        await say(system, campaign, {"decision": "approve"})
    told = (await system.figures.history.of(campaign)).items
    assert [line.what for line in told[-2:]] == [
        "Sent it back to be planned again, without sponsored search, without onsite display, without paid social, "
        "without in-store screen, for at most £250.00",
        "Decided not to spend",
    ]
    assert told[-1].why == ended.the_plan.reason


async def test_where_the_system_decides_alone_it_does_not_over_who_sent_it_back(system: System) -> None:
    limits = {"cap": Decimal(500)}
    state = await at_the_gate(system, autonomy=Autonomy.CAPPED, limits=limits)
    again = await say(system, state.the_campaign, back(at_most=400))
    assert again.the_plan.budget <= 400
    assert again.status is CampaignStatus.AWAITING_APPROVAL
    assert again.booking is None
