"""Small valid examples of the domain's words, for tests that need one and do not care which."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, TypedDict
from uuid import UUID, uuid4

from typing_extensions import Unpack

from domain.booking import BookingConfirmation
from domain.channel import Channel
from domain.context import HOUSE_ACCOUNT, LIVE_WORLD
from domain.creative import Creative, Finding
from domain.decision import ApprovalDecision
from domain.lesson import CellExposure, Lesson
from domain.opportunity import Cause, Contribution, Diagnosis, Opportunity, OpportunityKind
from domain.performance import PerformanceReport
from domain.plan import (
    Allocation,
    Audience,
    CampaignBrief,
    CampaignPlan,
    Experiment,
    Flight,
    Holdout,
    Interval,
    StoreGroup,
    Verdict,
)
from domain.state import CampaignStatus, Failure
from storage.ports import CampaignChange


class Documents(TypedDict, total=False):
    """What a step may bring beside the campaign's own row."""

    failure: Failure | None
    opportunity: Opportunity | None
    plan: CampaignPlan | None
    creatives: Sequence[Creative]
    artwork: Mapping[UUID, str | None]
    findings: Sequence[Finding]
    judged: str
    approval: ApprovalDecision | None
    booking: BookingConfirmation | None
    report: PerformanceReport | None


def a_change(
    campaign_id: UUID,
    *,
    name: str = "",
    budget: Decimal = Decimal(5000),
    account: str = HOUSE_ACCOUNT,
    world_id: str = LIVE_WORLD,
    status: CampaignStatus = CampaignStatus.SENSING,
    booked_cycles: int | None = None,
    **documents: Unpack[Documents],
) -> CampaignChange:
    """A step in the story of a campaign of the live world."""
    return CampaignChange(
        campaign_id=campaign_id,
        name=name,
        budget=budget,
        account=account,
        world_id=world_id,
        status=status,
        booked_cycles=booked_cycles,
        **documents,
    )


def an_opportunity(*, category: str = "soup", advertisable: bool = True) -> Opportunity:
    return Opportunity(
        id=uuid4(),
        detected_on=date(2026, 11, 11),
        kind=OpportunityKind.SALES_DROP,
        category=category,
        regions=["London"],
        headline="Soup sales down 10% and heavy rain forecast for 3 days: boost soup ads.",
        score=5.0,
        robust_z=-4.2,
        isolation_score=0.7,
        p_value=0.001,
        sales_change=-0.1,
        baseline_units_per_day=20_000,
        average_price=1.4,
        days_ahead=3,
        diagnosis=Diagnosis(
            cause=Cause.WEATHER,
            contributions=[Contribution(cause=Cause.WEATHER, log_effect=-0.1, statement="rain kept people at home")],
            advertisable=advertisable,
            advice="Advertise soup while it rains.",
        ),
        evidence=[],
    )


def a_plan(*, verdict: Verdict = "spend", budget: Decimal = Decimal(2000), cycle: int = 1) -> CampaignPlan:
    half = (budget / 2).quantize(Decimal("0.01"))
    shares = {Channel.SPONSORED_SEARCH: half, Channel.EMAIL: budget - half}
    return CampaignPlan(
        id=uuid4(),
        cycle=cycle,
        verdict=verdict,
        reason="the incremental margin beats the spend",
        category="soup",
        hero_sku="SOUP-1",
        audience=Audience(segment="comfort seekers", description="people in the rain", regions=["London"]),
        brief=CampaignBrief(
            objective="sell more soup",
            proposition="warm up",
            tone="warm",
            angle="comfort",
            hero_sku="SOUP-1",
            audience_reason="it rains on them",
        ),
        flight=Flight(start=date(2026, 11, 12), end=date(2026, 11, 18)),
        budget=budget,
        allocations=[
            Allocation(
                channel=channel,
                audience="comfort seekers",
                budget=share,
                expected_incremental_units=1000,
                expected_incremental_sales=Decimal(1400),
                interval=Interval(low=900, high=1900),
                marginal_return=1.1,
                reason="pays best",
            )
            for channel, share in shares.items()
        ],
        predicted_roi=0.3,
        roi_interval=Interval(low=0.0, high=0.6),
        predicted_iroas=3.9,
        margin_rate=0.33,
        binding_constraints=["budget"],
        shadow_price=1.1,
        holdout=Holdout(share=0.25, control_stores=["S01"], treated_stores=["S02", "S03", "S04"], seed=7),
        prompt_hash="0" * 12,
    )


def spread(plan: CampaignPlan, budgets: dict[str, dict[Channel, Decimal]]) -> CampaignPlan:
    """The plan as an experiment: its treated stores in as many groups as there are `budgets`, the last taking the rest.
    Raises ValueError where the groups' budgets do not come to the plan's."""
    names, treated = list(budgets), plan.holdout.treated_stores
    stores = [[store] for store in treated[: len(names) - 1]] + [treated[len(names) - 1 :]]
    groups = [
        StoreGroup(name=name, stores=mine, budgets=budgets[name]) for name, mine in zip(names, stores, strict=True)
    ]
    return CampaignPlan.model_validate(
        plan.model_dump()
        | {"experiment": Experiment(groups=groups, varied=list(Channel), reason="to tell the channels apart")}
    )


def a_creative(channel: Channel = Channel.EMAIL, *, identity: UUID | None = None) -> Creative:
    creative_id = identity or uuid4()
    return Creative(
        id=creative_id,
        channel=channel,
        type="email_600x400",
        headline="Rain outside, soup inside",
        body="A warm bowl for a wet day.",
        call_to_action="Add to basket",
        angle="comfort",
        sku="SOUP-1",
        image_description="a bowl of soup by a rainy window",
        image_url=f"/creatives/{creative_id}.svg",
        attempt=1,
        prompt_hash="0" * 12,
        model="fake:copywriter",
        is_mock=True,
    )


def a_lesson(*, next_step: Literal["replan", "stop"] = "stop") -> Lesson:
    return Lesson(
        id=uuid4(),
        campaign_id=uuid4(),
        cycle=1,
        learned_on=date(2026, 11, 19),
        category="soup",
        predicted_roi=0.3,
        actual_roi=0.2,
        exposures=[CellExposure(cell="email|comfort seekers|soup", exposure=12_000.0)],
        observed=6_000.0,
        standard_error=1_500.0,
        changes=[],
        statement="Email sold a little less soup than expected.",
        next_step=next_step,
    )
