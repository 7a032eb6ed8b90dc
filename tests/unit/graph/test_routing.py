"""Where a campaign goes next, for every state it can be in."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

import pytest

from domain.context import Autonomy, CampaignContext
from domain.creative import Outcome
from domain.decision import ApprovalDecision, SentBack
from domain.plan import Verdict
from domain.state import CampaignState, CampaignStatus
from graph import routing
from graph.status import decides_alone, status_of
from tests.examples import a_creative, a_lesson, a_plan, an_opportunity

Decided = Literal["approve", "edit_plan", "edit_copy", "send_back", "reject"]


def decided(decision: Decided) -> ApprovalDecision:
    return ApprovalDecision(decision=decision, reason="because", decided_by="Ada", decided_at=datetime.now(UTC))


async def test_no_opportunity_ends_the_campaign() -> None:
    assert await routing.after_sensing(CampaignState()) == "__end__"
    assert await routing.after_sensing(CampaignState(opportunity=an_opportunity())) == "strategy"


async def test_a_plan_that_does_not_spend_ends_the_campaign() -> None:
    for verdict in ("dont_spend", "wait"):
        assert await routing.after_strategy(CampaignState(plan=a_plan(verdict=verdict))) == "__end__"
    assert await routing.after_strategy(CampaignState(plan=a_plan())) == "creative"


async def test_a_plan_edited_at_the_gate_keeps_its_ads() -> None:
    plan = a_plan()
    written = [a_creative(allocation.channel) for allocation in plan.allocations]
    edited = CampaignState(plan=plan, creatives=written, approval=decided("edit_plan"))
    assert await routing.after_strategy(edited) == "compliance"
    assert await routing.after_strategy(edited.model_copy(update={"creatives": written[1:]})) == "creative"


@pytest.mark.parametrize(("attempts", "goes_to"), [(1, "creative"), (2, "creative"), (3, "__end__")])
async def test_failed_copy_is_written_again_at_most_three_times(attempts: int, goes_to: str) -> None:
    state = CampaignState(compliance=Outcome.FAIL, creative_attempts=attempts)
    assert await routing.after_compliance(state) == goes_to


@pytest.mark.parametrize("edit", ["edit_copy", "edit_plan"])
async def test_an_edited_campaign_that_fails_goes_back_to_its_editor(edit: Literal["edit_copy", "edit_plan"]) -> None:
    state = CampaignState(compliance=Outcome.FAIL, creative_attempts=1, approval=decided(edit))
    assert await routing.after_compliance(state) == "approval"


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.REFER])
async def test_what_did_not_fail_goes_to_the_gate(outcome: Outcome) -> None:
    assert await routing.after_compliance(CampaignState(compliance=outcome)) == "approval"


async def test_a_refused_campaign_ends() -> None:
    state = CampaignState(compliance=Outcome.FAIL, status=CampaignStatus.REFUSED)
    assert await routing.after_compliance(state) == "__end__"


@pytest.mark.parametrize(
    ("decision", "goes_to"),
    [
        ("approve", "booking"),
        ("edit_plan", "strategy"),
        ("edit_copy", "compliance"),
        ("send_back", "strategy"),
        ("reject", "__end__"),
    ],
)
async def test_the_decision_at_the_gate_says_where_to_go(decision: Decided, goes_to: str) -> None:
    state = CampaignState(approval=decided(decision), status=CampaignStatus.PLANNED)
    assert await routing.after_approval(state) == goes_to


async def test_shadow_mode_ends_at_the_gate_whatever_was_decided() -> None:
    state = CampaignState(approval=decided("approve"), status=CampaignStatus.SHADOWED)
    assert await routing.after_approval(state) == "__end__"


async def test_learning_plans_again_only_when_its_lesson_says_so() -> None:
    assert await routing.after_learning(CampaignState(lessons=[a_lesson(next_step="replan")])) == "strategy"
    assert await routing.after_learning(CampaignState(lessons=[a_lesson(next_step="stop")])) == "__end__"


@pytest.mark.parametrize(
    ("autonomy", "outcome", "budget", "alone"),
    [
        (Autonomy.AUTONOMOUS, Outcome.PASS, 5000, True),
        (Autonomy.AUTONOMOUS, Outcome.REFER, 5000, False),
        (Autonomy.AUTONOMOUS, Outcome.FAIL, 5000, False),
        (Autonomy.APPROVE, Outcome.PASS, 10, False),
        (Autonomy.CAPPED, Outcome.PASS, 2000, True),
        (Autonomy.CAPPED, Outcome.PASS, Decimal("2000.01"), False),
        (Autonomy.SHADOW, Outcome.PASS, 5000, True),
    ],
)
def test_the_gate_is_passed_alone_only_where_autonomy_and_the_rules_allow(
    autonomy: Autonomy, outcome: Outcome, budget: Decimal, alone: bool
) -> None:
    state = CampaignState(plan=a_plan(budget=Decimal(budget)), compliance=outcome)
    assert decides_alone(state, CampaignContext(autonomy=autonomy)) is alone


@pytest.mark.parametrize(
    ("verdict", "cycle", "status"),
    [
        ("wait", 1, CampaignStatus.WAITING),
        ("dont_spend", 1, CampaignStatus.NOT_WORTH_SPENDING),
        ("wait", 2, CampaignStatus.COMPLETED),
    ],
)
def test_what_is_not_spent_on_ends_by_its_verdict(verdict: Verdict, cycle: int, status: CampaignStatus) -> None:
    state = CampaignState(opportunity=an_opportunity(), plan=a_plan(verdict=verdict, cycle=cycle))
    assert status_of(state, CampaignContext()) is status
    assert status.is_final


@pytest.mark.parametrize("autonomy", list(Autonomy))
async def test_what_was_sent_back_is_planned_and_seen_again_by_a_person(autonomy: Autonomy) -> None:
    context = CampaignContext(autonomy=autonomy)
    wish = SentBack(comment="without email", by="Ada")
    state = CampaignState(opportunity=an_opportunity(), plan=a_plan(), sent_back=[wish], approval=decided("send_back"))
    assert state.wished == wish
    assert status_of(state, context) is CampaignStatus.PLANNED
    again = state.model_copy(update={"approval": None, "compliance": Outcome.PASS})
    assert again.wished is None, "the plan has been made"
    assert not decides_alone(again, context)
    assert status_of(again, context) is CampaignStatus.AWAITING_APPROVAL
