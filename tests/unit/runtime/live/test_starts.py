"""One campaign at a time for a category, its shoppers and its stores: never two, and two where either differs."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.context import CampaignContext, RiskLimits
from domain.opportunity import Cause, Opportunity, OpportunityKind
from domain.plan import Audience
from domain.state import CampaignState, CampaignStatus
from runtime.live.days import Calendar, GivenDays
from runtime.live.starts import CampaignStarts
from storage.campaigns.due import PutOff, UnderWay
from storage.records import LiveWorld
from tests.examples import an_opportunity
from tests.unit.runtime.live.sleepless import FIRST, LAST, Sales, Trends, live

REGIONS = ["London", "Midlands", "North West", "Scotland", "South East", "South West", "Wales", "Yorkshire"]
FLIGHT_DAYS = 7


class Flights:
    """Every campaign that was started, flying from the day after until its week is over: its days, its shoppers and
    its stores by the test's own reckoning."""

    def __init__(self) -> None:
        self.today = FIRST
        self.known: list[tuple[date, Opportunity]] = []
        self.ours: set[UUID] = set()
        self.until: dict[UUID, date] = {}

    async def start(self, state: CampaignState, context: CampaignContext, *, thread_id: UUID) -> UUID:
        assert state.opportunity is not None
        self.known.append((self.today, state.opportunity))
        self.ours.add(thread_id)
        return thread_id

    async def is_ours(self, campaign_id: UUID) -> bool:
        return campaign_id in self.ours

    async def under_way(self, world_id: str) -> list[UnderWay]:
        return [
            UnderWay(CampaignStatus.ACTIVE, begun + timedelta(days=FLIGHT_DAYS + 1), found.category, None, found)
            for begun, found in self.known
            if self.today <= begun + timedelta(days=FLIGHT_DAYS) and found.id not in self.until
        ]

    async def taken_up_since(self, world_id: str, day: date) -> list[Opportunity]:
        return [found for begun, found in self.known if begun > day]

    async def put_off(self, world_id: str, *, since: date, today: date) -> list[PutOff]:
        return [PutOff(found, self.until[found.id]) for _, found in self.known if found.id in self.until]


def starting(calendar: Calendar = "simulated") -> SimpleNamespace:
    flights, trends = Flights(), Trends()
    starts = CampaignStarts(
        flights,  # type: ignore[arg-type]
        flights,  # type: ignore[arg-type]
        trends=trends,
        sales=Sales(),
        days=GivenDays(calendar, FIRST, LAST + timedelta(days=90), LAST + timedelta(days=90)),
        model="fake:copywriter",
        limits=RiskLimits(),
    )

    async def on(day: int, *found: Opportunity, command_id: UUID | None = None) -> object:
        flights.today = FIRST + timedelta(days=day)
        return await starts.start(LiveWorld(seed=7, today=flights.today, speed=3, running=True), found, command_id)

    return SimpleNamespace(on=on, flights=flights, trends=trends, starts=starts)


def soup(*regions: str, up: bool = False, category: str = "soup", cause: Cause = Cause.UNEXPLAINED) -> Opportunity:
    """Sales down, which is the lapsing buyers', or up, which is the buyers'."""
    found = an_opportunity(category=category)
    kind = OpportunityKind.DEMAND_SURGE if up else OpportunityKind.SALES_DROP
    diagnosis = found.diagnosis.model_copy(update={"cause": cause})
    return found.model_copy(update={"kind": kind, "regions": list(regions), "diagnosis": diagnosis})


@pytest.mark.parametrize("calendar", ["simulated", "real"])
async def test_what_was_put_off_is_started_on_the_day_its_plan_names_and_not_before(calendar: Calendar) -> None:
    parts, found = starting(calendar), soup("London")
    assert len((await parts.on(0, found)).campaign_ids) == 1
    parts.flights.until[found.id] = FIRST + timedelta(days=2)
    waits = await parts.on(1, soup("London"))
    assert waits.campaign_ids == []
    assert waits.why_nothing == (
        "soup: a campaign for lapsing buyers in London would be in the way of others, and is looked at again on "
        f"{FIRST + timedelta(days=2):%-d %B %Y}"
    )
    assert len((await parts.on(1, soup("Wales"))).campaign_ids) == 1
    assert len((await parts.on(2, soup("London"))).campaign_ids) == 1


async def test_what_is_put_off_for_longer_than_shoppers_rest_waits_as_long() -> None:
    parts, found = starting(), soup("London")
    await parts.on(0, found)
    parts.flights.until[found.id] = FIRST + timedelta(days=20)
    for day in (8, 19):
        assert (await parts.on(day, soup("London"))).campaign_ids == []
    assert len((await parts.on(20, soup("London"))).campaign_ids) == 1


@pytest.mark.parametrize("by_command", [False, True])
async def test_two_findings_in_the_same_stores_are_one_campaign(by_command: bool) -> None:
    parts = live()
    parts.trends.found = [an_opportunity(category=category) for category in ("soup", "soup", "tea")]
    triggered = await parts.runner.trigger("heavy-rain", command_id=uuid4() if by_command else None)
    assert parts.runs.started == ["soup", "tea"]
    assert len(triggered.campaign_ids) == 2


async def test_what_comes_to_a_second_region_while_the_first_has_a_campaign_is_one_of_its_own() -> None:
    parts, both = starting(), soup("London", "Wales", up=True)
    await parts.on(0, soup("London", up=True))
    nowhere_else = await parts.on(2, both)
    assert nowhere_else.campaign_ids == []
    assert "category buyers in London under way" in nowhere_else.why_nothing
    parts.trends.elsewhere = [soup("Wales", up=True, category="tea"), soup("Wales", up=True)]
    await parts.on(2, both, soup("Wales", up=True))
    assert [found.regions for _, found in parts.flights.known] == [["London"], ["Wales"]], "and no third"
    await parts.on(3, both)
    assert len(parts.flights.known) == 2, "each region has one by then"


async def test_what_is_found_without_a_claimed_region_is_started_only_where_nobody_claims_it() -> None:
    parts = starting()
    await parts.on(0, soup("London", up=True), soup("Scotland"))
    parts.trends.elsewhere = [soup("Scotland"), soup(*REGIONS[1:], up=True)]
    # The one has a campaign for the same lapsing buyers, and the other would speak to the whole country.
    await parts.on(2, soup("London", "Scotland", up=True))
    assert len(parts.flights.known) == 2


async def test_two_findings_in_stores_apart_are_two_campaigns_and_a_command_names_them_again() -> None:
    parts, command = starting(), uuid4()
    found = [soup("London"), soup("Wales")]
    first = await parts.on(0, *found, command_id=command)
    again = await parts.on(0, *found, command_id=command)
    assert len(set(first.campaign_ids)) == 2
    assert again == first
    assert len(parts.flights.known) == 2


async def test_the_same_category_in_other_stores_does_not_wait() -> None:
    parts = starting()
    await parts.on(0, soup("London", "Wales"))
    assert len((await parts.on(1, soup("Scotland"))).campaign_ids) == 1
    waits = await parts.on(2, soup("Scotland", "Yorkshire"))
    assert waits.campaign_ids == []
    assert waits.why_nothing == (
        "soup: it has a campaign for lapsing buyers in Scotland under way, which is measured on 11 November 2026"
    )


async def test_other_shoppers_of_the_same_stores_do_not_wait_but_for_a_day() -> None:
    parts = starting()
    down, up = soup("London"), soup("London", up=True)
    assert len((await parts.on(0, down, up)).campaign_ids) == 1
    assert (await parts.on(0, up)).campaign_ids == [], "held-out stores drawn on one day are the same"
    assert len((await parts.on(1, up)).campaign_ids) == 1


async def test_where_tills_have_the_answer_to_our_ads_in_them_a_flight_has_its_stores_to_itself() -> None:
    parts = starting("real")
    await parts.on(0, soup("London"))
    assert (await parts.on(3, soup("London", up=True))).campaign_ids == []
    assert (await parts.on(7, soup("London", up=True))).campaign_ids == [], "its rest is over, and its flight is not"
    assert len((await parts.on(3, soup("Wales", up=True))).campaign_ids) == 1


async def test_a_region_that_is_nearly_everywhere_is_everywhere() -> None:
    parts = starting()
    await parts.on(0, soup(*REGIONS[:6]))
    assert (await parts.on(1, soup(REGIONS[7]))).campaign_ids == []


async def test_one_of_whom_nothing_is_known_has_the_category_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = starting()

    async def unknown(world_id: str) -> list[UnderWay]:
        return [UnderWay(CampaignStatus.ACTIVE, None, "soup", None, None)]

    monkeypatch.setattr(parts.flights, "under_way", unknown)
    waits = await parts.on(0, soup("London"))
    assert waits.why_nothing == "soup: it has a campaign under way"
    assert len((await parts.on(0, soup("London", category="tea"))).campaign_ids) == 1


async def test_the_audience_of_the_plan_counts_once_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = starting()
    planned = Audience(segment="adult_lapsing_buyers", description="", regions=["Wales"])

    async def known(world_id: str) -> list[UnderWay]:
        return [UnderWay(CampaignStatus.AWAITING_APPROVAL, LAST, "soup", planned, soup("London"))]

    monkeypatch.setattr(parts.flights, "under_way", known)
    assert (await parts.on(0, soup("Wales"))).why_nothing == (
        "soup: it has a campaign for adult lapsing buyers in Wales under way, which is to be decided before "
        "2 December 2026"
    )
    assert len((await parts.on(0, soup("London"))).campaign_ids) == 1


async def test_what_happens_across_categories_is_one_matter_and_makes_no_category_wait() -> None:
    parts = starting()
    lost = [
        soup(*REGIONS, category=told).model_copy(update={"categories": ["soup", "tea"]})
        for told in ("17 categories", "18 categories")
    ]
    assert len((await parts.on(0, lost[0])).campaign_ids) == 1
    assert (await parts.on(1, lost[1])).campaign_ids == []
    assert len((await parts.on(1, soup("London"))).campaign_ids) == 1


findings = st.builds(
    soup,
    st.sampled_from(REGIONS),
    st.sampled_from(REGIONS),
    st.sampled_from(REGIONS),
    up=st.booleans(),
    category=st.sampled_from(["soup", "tea"]),
    cause=st.sampled_from([Cause.UNEXPLAINED, Cause.SEARCH]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(findings, max_size=4), min_size=1, max_size=25))
def test_no_two_campaigns_have_a_category_a_store_a_shopper_and_a_day_in_common(
    days: Sequence[Sequence[Opportunity]],
) -> None:
    parts = starting()
    for day, found in enumerate(days):
        asyncio.run(parts.on(day, *found))
    taken = [set(_cells(begun, found)) for begun, found in parts.flights.known]
    assert all(one.isdisjoint(other) for one, other in combinations(taken, 2))


def _cells(begun: date, found: Opportunity) -> Sequence[tuple[str, str, str, date]]:
    """Reckoned from the rule as it is written: who searched is new, who fell away lapses, all others buy."""
    falls = found.kind is OpportunityKind.SALES_DROP
    whom = "new" if found.cause is Cause.SEARCH else "lapsing" if falls else "buying"
    days = [begun + timedelta(days=1 + day) for day in range(FLIGHT_DAYS)]
    return [(found.category, region, whom, day) for region in set(found.regions) for day in days]
