"""The two gates of a whole system: what a person's answer does, and what a refused answer costs, which is nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from langgraph.types import Command
from pydantic import JsonValue

from domain.context import CampaignContext
from domain.creative import Outcome
from domain.decision import BudgetLimits
from domain.errors import AlreadyDecided, BadInput, BudgetExceeded, Conflict, TooLate
from domain.plan import CampaignPlan
from domain.state import CampaignState, CampaignStatus
from graph.compiled import thread_config
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system

APPROVE: JsonValue = {"decision": "approve"}
SMALL = 400


@asynccontextmanager
async def a_system(data_dir: Path, **settings: object) -> AsyncIterator[System]:
    async with open_system(Settings.model_validate({"data_dir": data_dir, **settings})) as system:
        yield system


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with a_system(tmp_path / "data") as system:
        yield system


async def at_the_gate(system: System) -> UUID:
    """A campaign in a world of its own, waiting for a person."""
    campaign = await system.runs.start(CampaignState(), CampaignContext(scenario="heavy-rain"))
    await system.runs.finished(campaign)
    assert await waits_at(system, campaign) == ["approval"]
    return campaign


async def at_the_live_gate(system: System) -> UUID:
    """A campaign of the live world, waiting for a person."""
    started = (await system.live.trigger("heavy-rain")).campaign_ids
    for campaign in started:
        await system.runs.finished(campaign)
        if await waits_at(system, campaign) == ["approval"]:
            return campaign
    raise AssertionError(f"none of {started} waits for a person")


async def say(system: System, campaign: UUID, answer: JsonValue) -> CampaignState:
    await system.runs.answer(campaign, None, answer)
    await system.runs.finished(campaign)
    return await system.runs.state(campaign)


async def waits_at(system: System, campaign: UUID) -> list[str]:
    return [question.node for question in await system.runs.questions(campaign)]


async def budget_edits(system: System, campaign: UUID) -> list[JsonValue]:
    """Every channel at a budget of its own, to the penny."""
    plan = (await system.runs.state(campaign)).plan
    assert plan is not None
    return [
        {"channel": allocation.channel.value, "budget": SMALL + index + 0.07}
        for index, allocation in enumerate(plan.allocations)
    ]


async def words(system: System, campaign: UUID, **edit: str) -> list[JsonValue]:
    """An edit of the first ad."""
    creative = (await system.runs.state(campaign)).creatives[0]
    return [{"creative_id": str(creative.id), **edit}]


async def test_edited_budgets_are_booked_to_the_penny(system: System) -> None:
    campaign = await at_the_gate(system)
    edits = await budget_edits(system, campaign)
    done = await say(system, campaign, {"decision": "edit", "budgets": edits})
    asked = {edit["channel"]: Decimal(str(edit["budget"])) for edit in edits if isinstance(edit, dict)}
    assert done.plan is not None
    assert {allocation.channel.value: allocation.budget for allocation in done.plan.allocations} == asked
    assert done.booking is not None
    assert done.booking.committed == sum(asked.values())
    [entry] = await system.ledger.entries(campaign)
    assert (entry.state, entry.amount) == ("committed", sum(asked.values()))


async def test_an_edit_with_failing_words_comes_back_in_the_persons_own_words(system: System) -> None:
    campaign = await at_the_gate(system)
    edits = await budget_edits(system, campaign)
    mine = await words(system, campaign, body="Soup beats colds.")
    back = await say(system, campaign, {"decision": "edit", "budgets": edits, "copy_edits": mine})
    assert await waits_at(system, campaign) == ["approval"]
    assert back.compliance is Outcome.FAIL
    assert back.creatives[0].body == "Soup beats colds."
    assert back.booking is None

    with pytest.raises(Conflict, match="1 compliance finding fails"):
        await say(system, campaign, APPROVE)
    lawful = await words(system, campaign, body="A warm bowl of soup.")
    done = await say(system, campaign, {"decision": "edit", "copy_edits": lawful})
    assert done.creatives[0].body == "A warm bowl of soup."
    assert done.booking is not None
    assert done.plan is not None
    assert done.booking.committed == done.plan.budget == sum(SMALL + i + Decimal("0.07") for i in range(len(edits)))


async def resumed_from_outside(system: System, campaign: UUID, answer: JsonValue) -> dict[str, JsonValue]:
    """Resume the graph itself, as LangGraph's own server does for its SDK; what the thread asks then."""
    context = await system.runs.context(campaign)
    await system.graph.ainvoke(Command(resume=answer), thread_config(campaign), context=context)
    [question] = await system.runs.questions(campaign)
    return question.payload


async def test_the_gate_itself_asks_again_when_failing_copy_is_approved(system: System) -> None:
    campaign = await at_the_gate(system)
    mine = await words(system, campaign, body="Soup beats colds.")
    await say(system, campaign, {"decision": "edit", "copy_edits": mine})
    asked = await resumed_from_outside(system, campaign, APPROVE)
    assert asked["kind"] == "approval"
    assert "1 compliance finding fails" in str(asked["problem"])
    lawful = await words(system, campaign, body="A warm bowl of soup.")
    assert (await say(system, campaign, {"decision": "edit", "copy_edits": lawful})).booking is not None


async def test_the_measurement_itself_asks_again_for_a_day_within_the_flight(system: System) -> None:
    campaign = await at_the_gate(system)
    await say(system, campaign, APPROVE)
    asked = await resumed_from_outside(system, campaign, {"through": "2020-01-01"})
    assert asked["kind"] == "measurement"
    assert "outside the flight" in str(asked["problem"])
    assert (await say(system, campaign, {})).report is not None


@pytest.mark.parametrize(
    ("headline", "said"),
    [
        ("Soup " * 12, "has 59 characters and may have"),
        ("⅓ of a loaf, and soup", "cannot draw ('⅓')"),
        ("...", "it says nothing"),
        ("<b>Soup</b>", "it holds markup"),
        ("Soup \x07bread", "U+0007"),
        ("   ", "at least 3 characters"),
    ],
)
async def test_words_no_ad_can_carry_are_asked_for_again_through_every_door(
    system: System, headline: str, said: str
) -> None:
    campaign = await at_the_gate(system)
    mine: JsonValue = {"decision": "edit", "copy_edits": await words(system, campaign, headline=headline)}
    with pytest.raises(BadInput) as refused:
        await say(system, campaign, mine)
    asked = await resumed_from_outside(system, campaign, mine)
    assert asked["kind"] == "approval"
    assert asked["problem"] == str(refused.value)
    assert said in str(asked["problem"])
    assert refused.value.field == "copy_edits.0.headline"
    lawful = await words(system, campaign, headline="Soup, on a wet day")
    assert (await say(system, campaign, {"decision": "edit", "copy_edits": lawful})).booking is not None


@pytest.mark.parametrize("empty", [{}, {"headline": "   "}])
async def test_an_empty_edit_is_refused_and_the_campaign_still_waits(system: System, empty: dict[str, str]) -> None:
    campaign = await at_the_gate(system)
    with pytest.raises(BadInput, match="does not fit the question"):
        await say(system, campaign, {"decision": "edit", "copy_edits": await words(system, campaign, **empty)})
    assert await waits_at(system, campaign) == ["approval"]


async def test_the_question_says_what_budgets_must_keep_to(system: System) -> None:
    campaign = await at_the_gate(system)
    plan = (await system.runs.state(campaign)).plan
    assert plan is not None
    [question] = await system.runs.questions(campaign)
    limits = BudgetLimits.model_validate(question.payload["limits"])
    assert limits.available == 5000
    assert {of.channel for of in limits.channels} == {allocation.channel for allocation in plan.allocations}
    for of in limits.channels:
        for beyond in (of.minimum - Decimal("0.01"), of.maximum + Decimal("0.01")):
            with pytest.raises(BadInput):
                await say(system, campaign, one_channel(plan, of.channel.value, beyond))
    with pytest.raises(BadInput, match=r"^every budget is zero, which would book nothing: reject it instead\.$"):
        await say(system, campaign, one_channel(plan, limits.channels[0].channel.value, Decimal(0)))
    assert await waits_at(system, campaign) == ["approval"]
    of = limits.channels[0]
    done = await say(system, campaign, one_channel(plan, of.channel.value, of.minimum))
    assert done.booking is not None
    assert done.booking.committed == of.minimum


def one_channel(plan: CampaignPlan, channel: str, budget: Decimal) -> JsonValue:
    """All the money on one channel."""
    others = [allocation.channel.value for allocation in plan.allocations if allocation.channel.value != channel]
    budgets: list[JsonValue] = [{"channel": name, "budget": 0} for name in others]
    return {"decision": "edit", "budgets": [*budgets, {"channel": channel, "budget": float(budget)}]}


async def test_a_budget_beyond_all_money_is_refused_and_the_campaign_still_waits(system: System) -> None:
    campaign = await at_the_gate(system)
    with pytest.raises(BadInput, match="budgets"):
        await say(system, campaign, {"decision": "edit", "budgets": [{"channel": "email", "budget": 1e30}]})
    assert (await say(system, campaign, APPROVE)).booking is not None


async def test_approving_twice_measures_nothing(system: System) -> None:
    campaign = await at_the_gate(system)
    assert (await say(system, campaign, APPROVE)).status is CampaignStatus.ACTIVE
    with pytest.raises(AlreadyDecided, match="already been decided"):
        await say(system, campaign, APPROVE)
    assert await waits_at(system, campaign) == ["measurement"]
    assert (await system.runs.state(campaign)).report is None


async def test_a_campaign_of_the_live_world_is_not_measured_before_its_flight_is_over(system: System) -> None:
    campaign = await at_the_live_gate(system)
    booked = await say(system, campaign, APPROVE)
    assert booked.booking is not None
    with pytest.raises(Conflict, match=f"runs until {booked.booking.flight.end}"):
        await say(system, campaign, {})
    assert await waits_at(system, campaign) == ["measurement"]
    while (await system.live.now()).today <= booked.booking.flight.end:
        await system.live.step()
    await system.runs.finished(campaign)
    assert (await system.runs.state(campaign)).report is not None


async def test_nobody_signs_as_the_clock(system: System) -> None:
    campaign = await at_the_live_gate(system)
    with pytest.raises(BadInput, match="give the name of who decides"):
        await say(system, campaign, {"decision": "reject", "reason": "no", "decided_by": "clock"})
    assert await waits_at(system, campaign) == ["approval"]


@pytest.mark.parametrize("days", [0, 20])
async def test_a_late_approval_is_refused_and_a_late_rejection_is_not(system: System, days: int) -> None:
    campaign = await at_the_live_gate(system)
    plan = (await system.runs.state(campaign)).plan
    assert plan is not None
    world = await system.live.now()
    late = plan.flight.start + timedelta(days=days)
    assert await system.repositories.clock.advance(world.today, late)
    with pytest.raises(TooLate, match=f"today is {late}: reject it; if it still shows a week after"):
        await say(system, campaign, APPROVE)
    assert await waits_at(system, campaign) == ["approval"]
    assert await system.ledger.entries(campaign) == []
    rejected = await say(system, campaign, {"decision": "reject", "reason": "too late"})
    assert rejected.status is CampaignStatus.REJECTED


async def test_a_campaign_nobody_decided_in_time_ends_and_books_nothing(system: System) -> None:
    campaign = await at_the_live_gate(system)
    plan = (await system.runs.state(campaign)).plan
    assert plan is not None
    assert campaign in [waiting.campaign.id for waiting in (await system.deadlines.waiting()).items]
    while (await system.live.now()).today < plan.flight.start:
        await system.live.step()
    await system.runs.finished(campaign)
    ended = await system.runs.state(campaign)
    assert ended.status is CampaignStatus.LAPSED
    assert ended.approval is not None
    assert ended.approval.decided_by == "clock"
    assert ended.approval.reason.startswith("Nobody decided before the flight began on")
    assert await system.ledger.entries(campaign) == []
    assert campaign not in [waiting.campaign.id for waiting in (await system.deadlines.waiting()).items]
    with pytest.raises(TooLate, match="the flight began and the campaign has lapsed, so nothing was booked"):
        await say(system, campaign, APPROVE)


async def test_the_kill_switch_keeps_a_campaign_waiting_until_it_is_lifted(system: System) -> None:
    campaign = await at_the_gate(system)
    await system.ledger.stop_booking("audit", "Ada")
    with pytest.raises(Conflict, match="stopped by Ada"):
        await say(system, campaign, APPROVE)
    assert await waits_at(system, campaign) == ["approval"]
    await system.ledger.resume_booking("done", "Ada")
    assert (await say(system, campaign, APPROVE)).status is CampaignStatus.ACTIVE


@pytest.mark.parametrize("short", ["account_budget", "account_daily_budget"])
async def test_a_campaign_the_account_cannot_pay_for_waits_and_fits_once_it_is_cut(tmp_path: Path, short: str) -> None:
    async with a_system(tmp_path / "data", **{short: "500"}) as system:
        campaign = await at_the_gate(system)
        with pytest.raises(BudgetExceeded, match=r"£500\.00 left"):
            await say(system, campaign, APPROVE)
        assert await waits_at(system, campaign) == ["approval"]
        plan = (await system.runs.state(campaign)).plan
        assert plan is not None
        kept, *dropped = plan.allocations
        budgets: list[JsonValue] = [{"channel": kept.channel.value, "budget": 499}]
        budgets += [{"channel": allocation.channel.value, "budget": 0} for allocation in dropped]
        done = await say(system, campaign, {"decision": "edit", "budgets": budgets})
        assert done.booking is not None
        assert done.booking.committed == 499


async def test_a_day_outside_the_flight_is_refused_and_the_measurement_still_waits(system: System) -> None:
    campaign = await at_the_gate(system)
    await say(system, campaign, APPROVE)
    with pytest.raises(BadInput, match="outside the flight"):
        await say(system, campaign, {"through": "2020-01-01"})
    assert await waits_at(system, campaign) == ["measurement"]
    assert (await say(system, campaign, {})).report is not None
