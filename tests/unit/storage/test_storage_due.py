"""What a day of the world asks for: every campaign whose day it is, however many there are."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from domain.booking import BookingConfirmation, MediaBuyStatus
from domain.decision import ApprovalDecision
from domain.identifiers import derived_id
from domain.plan import Flight, Probe
from domain.state import CampaignStatus, Failure
from storage.campaigns.due import DueCampaigns, PutOff
from storage.campaigns.recording import CampaignRepository
from storage.engine.database import Database
from storage.leases import RunRegistry
from storage.ledger.ledger import Ledger
from storage.lessons import LessonRepository
from storage.ports import Flying, Probing
from tests.examples import a_change, a_lesson, a_plan, an_opportunity

BEGINS = date(2026, 11, 24)
ENDS = date(2026, 11, 30)
FLIGHT = Flight(start=BEGINS, end=ENDS)
WAITS, ACTIVE = CampaignStatus.AWAITING_APPROVAL, CampaignStatus.ACTIVE


@pytest.fixture
def campaigns(database: Database) -> CampaignRepository:
    return CampaignRepository(database)


@pytest.fixture
def due(database: Database) -> DueCampaigns:
    return DueCampaigns(database)


async def at_the_gate(campaigns: CampaignRepository, name: object, *, world_id: str = "live") -> UUID:
    campaign_id = derived_id("campaign", name)
    plan = a_plan().model_copy(update={"flight": FLIGHT})
    await campaigns.record(a_change(campaign_id, world_id=world_id, plan=plan, status=CampaignStatus.PLANNED))
    await campaigns.record(a_change(campaign_id, status=WAITS))
    return campaign_id


async def on_the_air(campaigns: CampaignRepository, name: object, *, world_id: str = "live") -> UUID:
    campaign_id = await at_the_gate(campaigns, name, world_id=world_id)
    booking = BookingConfirmation(
        id=derived_id("booking", name),
        campaign_id=campaign_id,
        cycle=1,
        transaction_id=f"mb-{name}",
        idempotency_key=f"key-{name}",
        status=MediaBuyStatus.ACTIVE,
        flight=FLIGHT,
        committed=Decimal(2000),
        booked_at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    await campaigns.record(a_change(campaign_id, booking=booking, status=ACTIVE))
    return campaign_id


async def test_a_flight_is_due_on_the_day_after_its_last_and_stays_due_until_it_is_measured(
    campaigns: CampaignRepository, due: DueCampaigns
) -> None:
    flying = await on_the_air(campaigns, "flying")
    assert await due.by(ENDS, ACTIVE, "live") == []
    for late in (1, 2, 30):
        [one] = await due.by(ENDS + timedelta(days=late), ACTIVE, "live")
        assert (one.campaign_id, one.due_on) == (flying, ENDS + timedelta(days=1))
    await campaigns.record(a_change(flying, status=CampaignStatus.COMPLETED))
    assert await due.by(ENDS + timedelta(days=30), ACTIVE, "live") == []


async def test_a_decision_is_due_on_the_first_day_of_the_flight(
    campaigns: CampaignRepository, due: DueCampaigns
) -> None:
    waiting = await at_the_gate(campaigns, "waiting")
    assert await due.by(BEGINS - timedelta(days=1), WAITS, "live") == []
    assert [one.campaign_id for one in await due.by(BEGINS, WAITS, "live")] == [waiting]
    assert [one.campaign_id for one in await due.on(BEGINS, WAITS, "live")] == [waiting]
    assert await due.on(BEGINS + timedelta(days=1), WAITS, "live") == []


async def test_all_of_one_world_are_found_and_none_of_another(campaigns: CampaignRepository, due: DueCampaigns) -> None:
    ours = {await on_the_air(campaigns, number) for number in range(210)}
    await on_the_air(campaigns, "elsewhere", world_id="elsewhere")
    found = await due.by(ENDS + timedelta(days=1), ACTIVE, "live")
    assert {one.campaign_id for one in found} == ours
    assert {one.category for one in await due.under_way("live")} == {"soup"}
    assert await due.under_way("nowhere") == []


async def test_what_is_under_way_tells_how_far_it_has_come_and_whom_it_is_for(
    campaigns: CampaignRepository, due: DueCampaigns
) -> None:
    planned, sensed = await at_the_gate(campaigns, "planned"), derived_id("campaign", "sensed")
    await campaigns.record(a_change(sensed, opportunity=(found := an_opportunity(category="pies"))))
    assert await due.under_way("live") == [
        (WAITS, BEGINS, "soup", a_plan().audience, None),
        (CampaignStatus.SENSING, None, "pies", None, found),
    ]
    await campaigns.record(a_change(planned, status=CampaignStatus.REJECTED))
    assert [one.category for one in await due.under_way("live")] == ["pies"]
    await campaigns.record(a_change(sensed, status=CampaignStatus.COMPLETED))
    assert await due.under_way("live") == []


async def test_what_was_taken_up_is_known_from_its_day_on(campaigns: CampaignRepository, due: DueCampaigns) -> None:
    found = an_opportunity()
    await campaigns.record(a_change(derived_id("campaign", "sensed"), opportunity=found))
    day_before = found.detected_on - timedelta(days=1)
    assert await due.taken_up_since("live", day_before) == [found]
    assert await due.taken_up_since("live", found.detected_on) == []
    assert await due.taken_up_since("elsewhere", day_before) == []


async def test_what_waits_is_known_with_the_day_to_look_again(campaigns: CampaignRepository, due: DueCampaigns) -> None:
    found, again = an_opportunity(), ENDS + timedelta(days=1)
    waits = a_plan().model_copy(update={"verdict": "wait", "look_again_on": again, "budget": Decimal(0)})
    await campaigns.record(a_change(derived_id("campaign", "waits"), opportunity=found))
    before, day = found.detected_on - timedelta(days=1), found.detected_on
    assert await due.put_off("live", since=before, today=day) == []
    await campaigns.record(a_change(derived_id("campaign", "waits"), plan=waits, status=CampaignStatus.WAITING))
    await at_the_gate(campaigns, "proposed")
    told = [PutOff(found, again)]
    assert await due.put_off("live", since=before, today=again) == told
    assert await due.put_off("live", since=day, today=again - timedelta(days=1)) == told, "it waits yet"
    assert await due.put_off("live", since=day, today=again) == []
    assert await due.put_off("elsewhere", since=before, today=day) == []


async def test_a_running_flight_on_the_category_is_waited_for_until_it_is_measured(
    campaigns: CampaignRepository, due: DueCampaigns
) -> None:
    flying, mine = await on_the_air(campaigns, "flying"), derived_id("campaign", "mine")
    await campaigns.record(a_change(flying, opportunity=an_opportunity(), status=ACTIVE))
    measured = ENDS + timedelta(days=1)
    assert await due.flying("live", "soup", BEGINS, besides=mine) == [Flying(measured, a_plan().audience)]
    assert await due.flying("live", "soup", BEGINS, besides=flying) == [], "nobody waits for themselves"
    assert await due.flying("live", "pies", BEGINS, besides=mine) == []
    assert await due.flying("elsewhere", "soup", BEGINS, besides=mine) == []
    assert await due.flying("live", "soup", measured, besides=mine) == []
    await campaigns.record(a_change(flying, status=CampaignStatus.COMPLETED))
    assert await due.flying("live", "soup", BEGINS, besides=mine) == []


async def test_a_probe_is_at_stake_from_its_plan_until_its_end_and_who_plans_later_gives_way(
    campaigns: CampaignRepository, due: DueCampaigns
) -> None:
    first, later = derived_id("campaign", "first"), derived_id("campaign", "later")
    for campaign_id in (first, later):
        await campaigns.record(a_change(campaign_id, opportunity=an_opportunity()))
    assert await due.probing("live", "soup", besides=later) == [Probing(None, None, None)]
    assert await due.probing("live", "soup", besides=first) == [], "the first of them goes first"
    probe = Probe(limit=Decimal(1000), question="Do ads sell soup?", then="More is spent.")
    plan = a_plan().model_copy(update={"flight": FLIGHT, "probe": probe})
    await campaigns.record(a_change(first, plan=plan, status=CampaignStatus.PLANNED))
    planned = [Probing(plan.audience, plan.budget, ENDS + timedelta(days=1))]
    for status in (WAITS, ACTIVE):
        await campaigns.record(a_change(first, status=status))
        assert await due.probing("live", "soup", besides=later) == planned
    assert await due.probing("live", "pies", besides=later) == []
    assert await due.probing("elsewhere", "soup", besides=later) == []
    assert await due.probing("live", "soup", besides=first) == []
    await campaigns.record(a_change(first, status=CampaignStatus.COMPLETED))
    assert await due.probing("live", "soup", besides=later) == []


@pytest.mark.parametrize(
    ("failure", "is_measured", "counts"),
    [
        ({"node": "measurement", "error": "DataFault"}, False, True),
        ({"node": "measurement", "error": "DataFault"}, True, False),
        ({"node": "booking", "error": "PlatformFailure"}, False, False),
        ({"node": "booking", "error": "SellerAway"}, False, True),
        ({"node": "booking", "error": "OutcomeUnknown", "outcome_unknown": True}, False, True),
    ],
    ids=["flown and not measured", "measured", "refused", "goes on by itself", "nobody answered"],
)
async def test_a_probe_that_failed_counts_while_it_may_lose_its_money_yet(
    campaigns: CampaignRepository,
    due: DueCampaigns,
    database: Database,
    failure: dict[str, object],
    is_measured: bool,
    counts: bool,
) -> None:
    failed, later = derived_id("campaign", "failed"), derived_id("campaign", "later")
    probe = Probe(limit=Decimal(1000), question="Do ads sell soup?", then="More is spent.")
    plan = a_plan().model_copy(update={"flight": FLIGHT, "probe": probe})
    await campaigns.record(a_change(failed, opportunity=an_opportunity(), plan=plan, status=CampaignStatus.PLANNED))
    await campaigns.record(a_change(later, opportunity=an_opportunity()))
    ledger = Ledger(database)
    await ledger.reserve(key="an order", campaign_id=failed, account="house", amount=plan.budget)
    if failure["node"] == "measurement":
        await ledger.commit("an order", plan.budget)
    if is_measured:
        lesson = a_lesson().model_copy(update={"campaign_id": failed})
        await LessonRepository(database).add(lesson)
    told = Failure.model_validate({"message": "It failed", **failure})
    await campaigns.record(a_change(failed, status=CampaignStatus.FAILED, failure=told))
    found = [Probing(plan.audience, plan.budget, ENDS + timedelta(days=1))] if counts else []
    assert await due.probing("live", "soup", besides=later) == found


async def test_a_campaign_that_spends_on_what_is_known_is_no_probe(
    campaigns: CampaignRepository, due: DueCampaigns
) -> None:
    await at_the_gate(campaigns, "known")
    assert await due.probing("live", "soup", besides=derived_id("campaign", "mine")) == []


def decided(decision: str) -> ApprovalDecision:
    moment = datetime.now(UTC)
    given = {"decision": decision, "reason": "", "decided_by": "ada", "decided_at": moment, "question": decision}
    return ApprovalDecision.model_validate(given)


async def test_undecided_is_what_is_at_the_gate_or_on_its_way_there_and_not_on_from_it(
    campaigns: CampaignRepository, due: DueCampaigns, database: Database
) -> None:
    waiting, another_world = await at_the_gate(campaigns, "waits"), await at_the_gate(campaigns, 2, world_id="own")
    approved, edited = await at_the_gate(campaigns, "approved"), await at_the_gate(campaigns, "edited")
    for campaign, decision in ((approved, "approve"), (edited, "edit_plan")):
        await campaigns.record(a_change(campaign, approval=decided(decision), status=CampaignStatus.PLANNED))
    sensing = derived_id("campaign", "sensing")
    await campaigns.record(a_change(sensing))
    await RunRegistry(database).claim(sensing, sensing, "this process")
    before = BEGINS - timedelta(days=1)
    found = {one.campaign_id: (one.budget, one.is_at_work) for one in await due.undecided(before, BEGINS, "live")}
    assert found == {waiting: (2000, False), edited: (2000, False), sensing: (None, True)}
    assert [one.campaign_id for one in await due.undecided(before, BEGINS, "own")] == [another_world]
    for today, through in ((BEGINS, BEGINS + timedelta(days=9)), (date(2026, 11, 1), before)):
        assert [one.campaign_id for one in await due.undecided(today, through, "live")] == [sensing]
    again = a_plan(budget=Decimal(900), cycle=2).model_copy(update={"flight": FLIGHT})
    await campaigns.record(a_change(approved, plan=again, status=WAITS))
    assert {one.campaign_id: one.budget for one in await due.undecided(before, BEGINS, "live")}[approved] == 900
