"""The story of a campaign: recorded once however often it is told, and read back whole."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from domain.booking import BookingConfirmation, MediaBuyStatus
from domain.campaign_choice import CampaignChoice
from domain.channel import Channel
from domain.creative import Creative, Finding, Outcome
from domain.decision import ApprovalDecision
from domain.errors import BadInput
from domain.identifiers import derived_id
from domain.opportunity import Cause, Contribution, Diagnosis, Evidence, Opportunity, OpportunityKind
from domain.performance import ChannelPerformance, LiftEstimate, PerformanceReport
from domain.plan import Allocation, Audience, CampaignBrief, CampaignPlan, Flight, Holdout, Interval
from domain.state import CampaignStatus, Failure
from storage.campaigns.recording import CampaignRepository
from storage.engine.database import Database
from storage.ledger.ledger import Ledger
from tests.examples import a_change

NOW = datetime(2026, 11, 23, 9, 30, 0, 123456, tzinfo=UTC)
SOUP = derived_id("soup")
FLIGHT = Flight(start=date(2026, 11, 24), end=date(2026, 11, 30))
INTERVAL = Interval(low=-0.1, high=0.9)

OPPORTUNITY = Opportunity(
    id=derived_id("opportunity"),
    detected_on=NOW.date(),
    kind=OpportunityKind.SALES_DROP,
    category="soup",
    regions=["London", "Wales"],
    headline="Soup sales down 10% and heavy rain forecast for 3 days: boost soup ads",
    score=4.2,
    robust_z=-4.2,
    isolation_score=0.7,
    p_value=0.001,
    sales_change=-0.1,
    baseline_units_per_day=812.5,
    average_price=1.35,
    days_ahead=3,
    diagnosis=Diagnosis(
        cause=Cause.WEATHER,
        contributions=[Contribution(cause=Cause.WEATHER, log_effect=-0.1, statement="rain keeps shoppers home")],
        advertisable=True,
        advice="advertise soup",
    ),
    evidence=[Evidence(stream="sales", provenance="simulated", statement="£ – “soup”", value=-0.1, unit="share")],
)
PLAN = CampaignPlan(
    id=derived_id("plan"),
    cycle=1,
    verdict="spend",
    reason="worth it",
    category="soup",
    hero_sku="SOUP-1",
    audience=Audience(segment="families", description="families", regions=["London"], minimum_age=18),
    brief=CampaignBrief(
        objective="sell", proposition="warm", tone="kind", angle="comfort", hero_sku="SOUP-1", audience_reason="cold"
    ),
    flight=FLIGHT,
    budget=Decimal("4999.99"),
    allocations=[
        Allocation(
            channel=Channel.EMAIL,
            audience="families",
            budget=Decimal("4999.99"),
            expected_incremental_units=10,
            expected_incremental_sales=Decimal("13.50"),
            interval=INTERVAL,
            marginal_return=1.1,
            reason="cheap",
        )
    ],
    predicted_roi=0.4,
    roi_interval=INTERVAL,
    predicted_iroas=3.1,
    margin_rate=0.4,
    binding_constraints=["total budget"],
    shadow_price=0.2,
    holdout=Holdout(share=0.25, control_stores=["a"], treated_stores=["b", "c"], seed=7),
    prompt_hash="abc",
)
APPROVAL = ApprovalDecision(decision="approve", reason="fine", decided_by="Priya", decided_at=NOW)
BOOKING = BookingConfirmation(
    id=derived_id("booking"),
    campaign_id=SOUP,
    cycle=1,
    transaction_id="mb_1",
    idempotency_key="key-12345678",
    status=MediaBuyStatus.ACTIVE,
    flight=FLIGHT,
    committed=Decimal("4999.99"),
    booked_at=NOW,
)


def creative(headline: str = "Warm up") -> Creative:
    return Creative(
        id=derived_id("creative"),
        channel=Channel.EMAIL,
        type="email_600",
        headline=headline,
        body="Soup for rainy days",
        call_to_action="Shop soup",
        angle="comfort",
        sku="SOUP-1",
        image_description="a bowl",
        image_url="/creatives/1.svg",
        attempt=1,
        prompt_hash="abc",
        model="fake:copywriter",
        is_mock=True,
    )


def finding(outcome: Outcome = Outcome.FAIL) -> Finding:
    return Finding(
        id=derived_id("finding"), rule_id="price", outcome=outcome, evidence="£1", source="ASA", remedy="remove it"
    )


def report(number: int, cycle: int, spend: str, is_final: bool = True) -> PerformanceReport:
    channel = ChannelPerformance(
        channel=Channel.EMAIL,
        impressions=100_000,
        clicks=1_000,
        spend=Decimal(spend),
        conversions=10,
        conversion_value=Decimal("25.20"),
        units_sold=12,
    )
    return PerformanceReport(
        id=derived_id("report", number),
        campaign_id=SOUP,
        cycle=cycle,
        flight=FLIGHT,
        is_final=is_final,
        attribution_window="7d_click",
        channels=[channel],
        impressions=100_000,
        clicks=1_000,
        spend=Decimal(spend),
        attributed_roas=2.0,
        lift=LiftEstimate(
            incremental_units=5,
            incremental_sales=Decimal(7),
            standard_error=1,
            interval=INTERVAL,
            lift=0.1,
            treated_stores=2,
            control_stores=1,
            method="ratio",
        ),
        iroas=0.5,
        roi=-0.8,
        roi_interval=INTERVAL,
        reported_at=NOW + timedelta(days=number),
    )


class Clock:
    """A clock that moves a second each time it is read."""

    def __init__(self) -> None:
        self.seconds = 0

    def __call__(self) -> datetime:
        self.seconds += 1
        return NOW + timedelta(seconds=self.seconds)


async def opened(database: Database, campaign_id: UUID = SOUP) -> CampaignRepository:
    campaigns = CampaignRepository(database, now=Clock())
    await campaigns.record(a_change(campaign_id, name="", budget=Decimal("5000.10")))
    return campaigns


async def test_a_whole_campaign_told_twice_is_kept_once_and_read_back_whole(database: Database) -> None:
    campaigns = await opened(database)
    for change in (
        a_change(SOUP, name="again", budget=Decimal(1), account="other", world_id="other"),
        a_change(SOUP, opportunity=OPPORTUNITY, name="Soup in the rain"),
        a_change(SOUP, plan=PLAN, status=CampaignStatus.PLANNED),
        a_change(SOUP, creatives=[creative()], artwork={creative().id: "<svg>£</svg>"}),
        a_change(SOUP, findings=[finding()]),
        a_change(SOUP, approval=APPROVAL, status=CampaignStatus.PLANNED),
        a_change(BOOKING.campaign_id, booking=BOOKING, budget=Decimal("4999.99"), status=CampaignStatus.ACTIVE),
        a_change(SOUP, report=report(1, 1, "4999.99"), status=CampaignStatus.ACTIVE),
        a_change(SOUP, status=CampaignStatus.COMPLETED),
    ):
        await campaigns.record(change)
        await campaigns.record(change)
    kept = await campaigns.get(SOUP)
    assert kept is not None
    assert (kept.name, kept.status, kept.budget, kept.spent) == (
        "Soup in the rain",
        CampaignStatus.COMPLETED,
        Decimal("4999.99"),
        Decimal("4999.99"),
    ), "a campaign's budget is what its booking was given, be it changed since it was opened"
    assert (kept.account, kept.world_id, kept.category) == ("house", "live", "soup")
    assert (kept.headline, kept.target_audience) == (OPPORTUNITY.headline, PLAN.audience)
    assert kept.created_at == NOW + timedelta(seconds=1) < kept.updated_at
    assert await campaigns.opportunities(SOUP) == [OPPORTUNITY]
    assert await campaigns.plans(SOUP) == [PLAN]
    assert await campaigns.creatives(SOUP) == [await campaigns.creative(creative().id)] == [creative()]
    assert await campaigns.artwork(creative().id) == "<svg>£</svg>"
    assert await campaigns.findings(SOUP) == [finding()]
    assert await campaigns.approvals(SOUP) == [APPROVAL]
    assert await campaigns.bookings(SOUP) == [BOOKING]
    assert await campaigns.reports(SOUP) == [report(1, 1, "4999.99")]
    [row] = await campaigns.performance(SOUP)
    assert (row.impressions, row.clicks, row.spend, row.timestamp) == (
        100_000,
        1_000,
        Decimal("4999.99"),
        report(1, 1, "1").reported_at,
    )


async def test_a_rewrite_replaces_its_draft_and_a_new_check_its_finding(database: Database) -> None:
    campaigns = await opened(database)
    await campaigns.record(a_change(SOUP, creatives=[creative()], artwork={creative().id: "<svg>1</svg>"}))
    await campaigns.record(a_change(SOUP, creatives=[creative("Warmer")], artwork={creative().id: "<svg>2</svg>"}))
    await campaigns.record(a_change(SOUP, findings=[finding()]))
    await campaigns.record(a_change(SOUP, findings=[finding(Outcome.PASS)]))
    assert [made.headline for made in await campaigns.creatives(SOUP)] == ["Warmer"]
    assert await campaigns.artwork(creative().id) == "<svg>2</svg>"
    assert [found.outcome for found in await campaigns.findings(SOUP)] == [Outcome.PASS]


async def test_of_several_checks_the_newest_finding_of_each_rule_counts(database: Database) -> None:
    campaigns = await opened(database)
    other = finding().model_copy(update={"id": derived_id("other"), "rule_id": "alcohol"})
    passed = finding(Outcome.PASS)
    await campaigns.record(a_change(SOUP, findings=[finding(), other], judged="first draft"))
    await campaigns.record(a_change(SOUP, findings=[passed], judged="second draft"))
    assert await campaigns.findings(SOUP) == [other, passed]
    await campaigns.record(a_change(SOUP, findings=[finding()], judged="third draft"))
    assert await campaigns.findings(SOUP) == [other, finding()]


async def test_spend_counts_each_cycle_once_however_many_reports_it_had(database: Database) -> None:
    campaigns = await opened(database)
    await campaigns.record(a_change(SOUP, report=report(1, 1, "100.10", is_final=False), status=CampaignStatus.ACTIVE))
    await campaigns.record(a_change(SOUP, report=report(2, 1, "250.25"), status=CampaignStatus.ACTIVE))
    await campaigns.record(a_change(SOUP, report=report(3, 2, "0.05"), status=CampaignStatus.ACTIVE))
    kept = await campaigns.get(SOUP)
    assert kept is not None
    assert kept.spent == Decimal("250.30")
    assert [len(await campaigns.reports(SOUP)), len(await campaigns.performance(SOUP))] == [3, 2]


async def test_a_failure_gives_back_what_the_campaign_still_holds(database: Database) -> None:
    campaigns, ledger = await opened(database), Ledger(database)
    await ledger.reserve(key="a", campaign_id=SOUP, account="house", amount=Decimal(100))
    await ledger.reserve(key="b", campaign_id=SOUP, account="house", amount=Decimal(30))
    await ledger.commit("b", Decimal(30))
    await ledger.reserve(key="c", campaign_id=UUID(int=7), account="house", amount=Decimal(20))
    failure = Failure(node="booking", error="PlatformFailure", message="refused")
    for _ in range(2):
        await campaigns.record(a_change(SOUP, failure=failure, status=CampaignStatus.FAILED))
    kept = await campaigns.get(SOUP)
    assert kept is not None
    assert (kept.status, kept.failure) == (CampaignStatus.FAILED, failure)
    assert {entry.key: entry.state for entry in await ledger.entries(SOUP)} == {"a": "released", "b": "committed"}
    balance = await ledger.balance("house")
    assert balance is not None
    assert balance.free == balance.budget - 50, "what is spent, and what another campaign holds, stays"


async def test_the_first_change_opens_a_campaign_whatever_it_brings(database: Database) -> None:
    campaigns = CampaignRepository(database)
    assert await campaigns.get(SOUP) is None
    assert await campaigns.artwork(SOUP) is None
    failure = Failure(node="", error="StorageUnavailable", message="The disk was full.")
    await campaigns.record(a_change(SOUP, status=CampaignStatus.FAILED, failure=failure))
    kept = await campaigns.get(SOUP)
    assert kept is not None
    assert (kept.name, kept.status, kept.failure) == ("Failed before it began", CampaignStatus.FAILED, failure)
    await campaigns.record(a_change(SOUP, name="Soup", opportunity=OPPORTUNITY))
    kept = await campaigns.get(SOUP)
    assert kept is not None
    assert (kept.name, kept.status, kept.failure) == ("Soup", CampaignStatus.SENSING, None), "its failure is behind it"


async def test_pages_show_the_newest_first_and_each_campaign_once(database: Database) -> None:
    campaigns = CampaignRepository(database, now=Clock())
    ids = [derived_id("campaign", number) for number in range(7)]
    for number, campaign_id in enumerate(ids):
        await campaigns.record(a_change(campaign_id, name=str(number), budget=Decimal(1)))
        if number % 2:
            await campaigns.record(a_change(campaign_id, status=CampaignStatus.ACTIVE))
    seen: list[UUID] = []
    sizes: list[int] = []
    cursor = None
    while not sizes or cursor:
        page = await campaigns.page(limit=3, after=cursor)
        seen += [item.id for item in page.items]
        sizes.append(len(page.items))
        cursor = page.next
    assert seen == ids[::-1]
    assert sizes == [3, 3, 1]
    active = await campaigns.page(choice=CampaignChoice(status=(CampaignStatus.ACTIVE,)))
    assert [item.name for item in active.items] == ["5", "3", "1"]
    assert active.next is None
    assert (await campaigns.counts()).at_each == {CampaignStatus.SENSING: 4, CampaignStatus.ACTIVE: 3}


async def test_campaigns_opened_in_the_same_instant_are_paged_too(database: Database) -> None:
    campaigns = CampaignRepository(database, now=lambda: NOW)
    ids = {derived_id("campaign", number) for number in range(5)}
    for campaign_id in ids:
        await campaigns.record(a_change(campaign_id, name="", budget=Decimal(1)))
    first = await campaigns.page(limit=2)
    second = await campaigns.page(limit=2, after=first.next)
    third = await campaigns.page(limit=2, after=second.next)
    assert {item.id for page in (first, second, third) for item in page.items} == ids
    assert third.next is None


async def test_a_cursor_that_is_not_ours_is_bad_input(database: Database) -> None:
    with pytest.raises(BadInput, match="cursor 'page-2'"):
        await CampaignRepository(database).page(after="page-2")


async def test_the_flight_of_a_campaign_is_its_newest_plans(database: Database) -> None:
    waits, bare, elsewhere, done = SOUP, derived_id("bare"), derived_id("elsewhere"), derived_id("done")
    campaigns = await opened(database)
    for campaign_id, world_id in ((bare, "live"), (elsewhere, "own"), (done, "live")):
        await campaigns.record(a_change(campaign_id, name="", budget=Decimal(1), account="house", world_id=world_id))
    moved = Flight(start=FLIGHT.start + timedelta(days=3), end=FLIGHT.end)
    waiting, completed = CampaignStatus.AWAITING_APPROVAL, CampaignStatus.COMPLETED
    for campaign_id, flight, status in (
        (waits, FLIGHT, waiting),
        (waits, moved, waiting),
        (elsewhere, FLIGHT, waiting),
        (done, FLIGHT, completed),
    ):
        plan = PLAN.model_copy(update={"id": derived_id(campaign_id, flight.start.isoformat()), "flight": flight})
        await campaigns.record(a_change(campaign_id, plan=plan, status=status))
    await campaigns.record(a_change(bare, status=waiting))
    live = [(record.id, flight) for record, flight in (await campaigns.planned(waiting, world_id="live")).items]
    assert live == [(waits, moved), (bare, None)]
    assert [record.id for record, _ in (await campaigns.planned(waiting)).items] == [waits, bare, elsewhere]
