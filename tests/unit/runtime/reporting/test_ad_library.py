"""The creative library, against what each of a dozen campaigns was recorded with."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from domain.campaign_choice import AdChoice, CampaignChoice
from domain.channel import Channel
from domain.creative import Creative, Finding, Outcome, creative_id
from domain.decision import ApprovalDecision, Reworded
from domain.errors import BadInput
from domain.identifiers import derived_id
from domain.performance import ChannelPerformance
from domain.plan import Flight
from domain.state import CampaignStatus
from runtime.reporting.library.ads import LibraryAd
from runtime.system import System
from tests.examples import a_change, a_creative, a_plan, an_opportunity
from tests.unit.runtime.reporting.flights import CHANNELS, a_running_flight
from tests.unit.runtime.reporting.test_campaign_table import a_report

NUMBERS = range(12)
SHOWN = (Channel.EMAIL, Channel.IN_STORE_SCREEN)


def campaign(number: int) -> UUID:
    return derived_id("library", number)


def status(number: int) -> CampaignStatus:
    return CampaignStatus.COMPLETED if number % 3 else CampaignStatus.REJECTED


def category(number: int) -> str:
    return ("soup", "ready_meals")[number % 2]


def region(number: int) -> str:
    return ("London", "Wales", "North West")[number % 3]


def an_ad(number: int, channel: Channel, *, cycle: int = 1) -> Creative:
    ad = a_creative(channel, identity=creative_id(campaign(number), cycle, channel))
    return ad.model_copy(update={"body": f"Bowl number {number:02} on {channel.value}."})


def counted(channel: Channel, number: int) -> ChannelPerformance:
    return ChannelPerformance(
        channel=channel,
        impressions=1000 + number,
        clicks=10 + number,
        spend=Decimal(100 + number),
        conversions=1,
        conversion_value=Decimal(200 + number),
        units_sold=1,
    )


@pytest.fixture
async def known(system: System) -> System:
    for number in NUMBERS:
        found, record = campaign(number), system.campaigns.record
        seen = {"id": derived_id("seen", number), "regions": [region(number)], "headline": f"Rain on day {number:02}"}
        opportunity = an_opportunity(category=category(number)).model_copy(update=seen)
        await record(a_change(found, opportunity=opportunity, name=f"number {number:02}"))
        plan = a_plan().model_copy(update={"category": category(number)})
        await record(a_change(found, plan=plan, status=CampaignStatus.PLANNED))
        ads = [an_ad(number, channel) for channel in SHOWN]
        await record(a_change(found, creatives=ads, status=CampaignStatus.PLANNED))
        report = a_report(1, Decimal(0), campaign_id=found).model_copy(
            update={"channels": [counted(channel, number) for channel in SHOWN]}
        )
        spent = report if status(number) is CampaignStatus.COMPLETED else None
        await record(a_change(found, report=spent, status=status(number)))
    return system


async def ads_of(system: System, choice: AdChoice, *, limit: int = 5) -> list[LibraryAd]:
    """Of all pages."""
    found: list[LibraryAd] = []
    after = None
    while True:
        page = await system.figures.ads.page(choice, limit=limit, after=after)
        assert len(page.items) <= limit
        found += page.items
        after = page.next
        if after is None:
            return found


QUESTIONS: dict[str, tuple[AdChoice, Callable[[int, Channel], bool]]] = {
    "everything": (AdChoice(CampaignChoice()), lambda number, channel: True),
    "status": (
        AdChoice(CampaignChoice(status=(CampaignStatus.REJECTED,))),
        lambda number, channel: status(number) is CampaignStatus.REJECTED,
    ),
    "category": (AdChoice(CampaignChoice(category="soup")), lambda number, channel: category(number) == "soup"),
    "region": (AdChoice(CampaignChoice(region="Wales")), lambda number, channel: region(number) == "Wales"),
    "channel": (AdChoice(CampaignChoice(), Channel.EMAIL), lambda number, channel: channel is Channel.EMAIL),
    "words of one ad": (
        AdChoice(CampaignChoice(), text="bowl NUMBER 07 on email"),
        lambda number, channel: number == 7 and channel is Channel.EMAIL,
    ),
    "words of a campaign": (AdChoice(CampaignChoice(), text="RAIN on day 03"), lambda number, channel: number == 3),
    "a category's words": (
        AdChoice(CampaignChoice(), text="ready meals"),
        lambda number, channel: category(number) == "ready_meals",
    ),
    "a sign is no wildcard": (AdChoice(CampaignChoice(), text="%"), lambda number, channel: False),
    "two at once": (
        AdChoice(CampaignChoice(category="soup"), Channel.IN_STORE_SCREEN, "bowl"),
        lambda number, channel: category(number) == "soup" and channel is Channel.IN_STORE_SCREEN,
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
async def test_pages_hold_each_ad_that_is_meant_once_and_no_other(known: System, question: str) -> None:
    choice, is_right = QUESTIONS[question]
    right = [
        (campaign(number), channel) for number in reversed(NUMBERS) for channel in SHOWN if is_right(number, channel)
    ]
    found = await ads_of(known, choice)
    assert [(one.campaign.id, one.creative.channel) for one in found] == right


async def test_each_ad_has_what_its_channel_delivered_and_only_what_can_be_clicked_a_rate(known: System) -> None:
    for one in await ads_of(known, AdChoice(CampaignChoice())):
        number = next(number for number in NUMBERS if campaign(number) == one.campaign.id)
        assert one.cycle == 1
        if one.campaign.status is CampaignStatus.REJECTED:
            assert one.results is None
            continue
        told = one.results
        assert told is not None
        assert told.is_final
        assert (told.impressions, told.spend) == (1000 + number, Decimal(100 + number))
        assert told.attributed_sales == 200 + number
        is_screen = one.creative.channel is Channel.IN_STORE_SCREEN
        assert told.clicks == (None if is_screen else 10 + number)
        assert told.ctr == (None if is_screen else pytest.approx((10 + number) / (1000 + number)))


async def test_a_second_cycle_s_ad_has_the_second_cycle_s_results(known: System) -> None:
    found, record = derived_id("library", "two cycles"), known.campaigns.record
    await record(a_change(found, opportunity=an_opportunity(), name="two cycles"))
    for cycle in (1, 2):
        ad = a_creative(Channel.EMAIL, identity=creative_id(found, cycle, Channel.EMAIL))
        await record(a_change(found, plan=a_plan(cycle=cycle), status=CampaignStatus.PLANNED))
        await record(a_change(found, creatives=[ad], status=CampaignStatus.PLANNED))
        report = a_report(cycle, Decimal(0), campaign_id=found).model_copy(
            update={"channels": [counted(Channel.EMAIL, cycle)]}
        )
        await record(a_change(found, report=report, status=CampaignStatus.ACTIVE))
    told = await ads_of(known, AdChoice(CampaignChoice(text=None), text=str(found)))
    assert {one.cycle: one.results and one.results.impressions for one in told} == {1: 1001, 2: 1002}


async def test_a_flight_in_the_air_is_told_by_the_platform(system: System) -> None:
    world = await system.live.now()
    flight = Flight(start=world.today - timedelta(days=3), end=world.today + timedelta(days=3))
    found = await a_running_flight(system, "in the air", flight)
    ads = [a_creative(channel, identity=creative_id(found, 1, channel)) for channel in CHANNELS]
    await system.campaigns.record(a_change(found, creatives=ads, status=CampaignStatus.ACTIVE))
    rows = (await system.figures.deliveries.of(found)).items
    told = {one.creative.channel: one.results for one in await ads_of(system, AdChoice(CampaignChoice()))}
    assert set(told) == set(CHANNELS)
    for channel, results in told.items():
        assert results is not None
        mine = [row for row in rows if row.channel is channel]
        assert results.spend == sum(row.spend for row in mine) > 0
        assert results.impressions == sum(row.impressions for row in mine)
        assert (results.is_final, results.through) == (False, world.today - timedelta(days=1))
    whole = sum(results.spend for results in told.values() if results)
    [row] = (await system.figures.table.page(CampaignChoice(), limit=1)).items
    assert whole == row.spent, "the table tells the same"


@pytest.mark.unaudited
async def test_a_flight_that_the_platform_does_not_tell_of_is_named_beside_the_ads(system: System) -> None:
    today = (await system.live.now()).today
    flight = Flight(start=today - timedelta(days=3), end=today + timedelta(days=3))
    for name, known in (("told", True), ("gone", False)):
        found = await a_running_flight(system, name, flight, known=known)
        ads = [a_creative(channel, identity=creative_id(found, 1, channel)) for channel in CHANNELS]
        await system.campaigns.record(a_change(found, creatives=ads, status=CampaignStatus.ACTIVE))
    page = await system.figures.ads.page(AdChoice(CampaignChoice()), limit=10)
    assert page.untold == [derived_id("running", "gone")]
    assert {one.campaign.id for one in page.items if one.results is None} == set(page.untold)


def finding(ad: UUID | None, rule: str, outcome: Outcome) -> Finding:
    return Finding(
        id=derived_id(ad, rule),
        rule_id=rule,
        title=f"Rule {rule}",
        outcome=outcome,
        creative_id=ad,
        evidence="best",
        source="CAP 3.1",
        remedy="leave it out",
    )


async def test_what_the_rules_said_last_and_what_people_changed_stand_with_their_ad(known: System) -> None:
    found, record = derived_id("library", "judged"), known.campaigns.record
    await record(a_change(found, opportunity=an_opportunity(), name="judged"))
    await record(a_change(found, plan=a_plan(), status=CampaignStatus.PLANNED))
    ads = [a_creative(channel, identity=creative_id(found, 1, channel)) for channel in Channel]
    mended, referred, failed, passed, unseen = [ad.id for ad in ads]
    await record(a_change(found, creatives=ads, status=CampaignStatus.PLANNED))
    looks = [
        [finding(mended, "a", Outcome.FAIL), finding(None, "plan", Outcome.FAIL)],
        [
            finding(mended, "a", Outcome.PASS),
            finding(referred, "a", Outcome.REFER),
            finding(referred, "b", Outcome.PASS),
            finding(failed, "a", Outcome.REFER),
            finding(failed, "b", Outcome.FAIL),
            finding(passed, "a", Outcome.PASS),
        ],
    ]
    for number, findings in enumerate(looks):
        await record(a_change(found, findings=findings, judged=str(number), status=CampaignStatus.PLANNED))
    words = Reworded(creative_id=passed, channel=Channel.EMAIL, part="headline", before="Rain", after="Rain again")
    decided = ApprovalDecision(
        decision="edit_copy",
        reason="",
        decided_by="Ada",
        decided_at=datetime(2026, 11, 20, tzinfo=UTC),
        reworded=[words],
    )
    await record(a_change(found, approval=decided, status=CampaignStatus.PLANNED))
    told = {one.creative.id: one for one in await ads_of(known, AdChoice(CampaignChoice(), text="judged"))}
    assert {ad: one.verdict for ad, one in told.items()} == {
        mended: Outcome.PASS,
        referred: Outcome.REFER,
        failed: Outcome.FAIL,
        passed: Outcome.PASS,
        unseen: None,
    }
    assert [one.rule_id for one in told[failed].objections] == ["a", "b"]
    assert [(one.by, one.words) for one in told[passed].changes] == [("Ada", [words])]
    assert told[failed].changes == []


async def test_what_is_no_cursor_of_ads_is_refused(known: System) -> None:
    of_campaigns = (await known.campaigns.page(limit=1)).next
    for cursor in (str(uuid4()), of_campaigns):
        with pytest.raises(BadInput) as refused:
            await known.figures.ads.page(AdChoice(CampaignChoice()), limit=1, after=cursor)
        assert refused.value.field == "after"
