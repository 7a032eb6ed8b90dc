"""The campaigns a table is asked for, and its totals, against what each of two dozen campaigns was recorded with."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from domain.campaign_choice import CampaignChoice
from domain.channel import Channel
from domain.decision import ApprovalDecision
from domain.identifiers import derived_id
from domain.plan import Flight
from domain.state import CampaignStatus
from runtime.system import System
from tests.examples import a_change, a_creative, a_plan, an_opportunity
from tests.unit.runtime.reporting.test_campaign_table import a_report

NUMBERS = range(24)
SPENT, REFUSED = CampaignStatus.COMPLETED, CampaignStatus.REJECTED


def campaign(number: int) -> UUID:
    return derived_id("found", number)


def category(number: int) -> str:
    return ("soup", "ready_meals", "Épicerie Fine")[number % 3]


def region(number: int) -> str:
    return ("London", "North West", "Wales", "100% Wales")[number % 4]


def channel(number: int) -> Channel:
    return (Channel.EMAIL, Channel.PAID_SOCIAL)[number % 2]


def person(number: int) -> str:
    return ("Ana", "Ben")[number // 2 % 2]


def day(number: int) -> date:
    return date(2026, 11, 1 + number)


def status(number: int) -> CampaignStatus:
    return SPENT if number % 5 else REFUSED


@pytest.fixture
async def known(system: System) -> System:
    for number in NUMBERS:
        found, record = campaign(number), system.campaigns.record
        opportunity = an_opportunity(category=category(number)).model_copy(
            update={
                "id": derived_id("seen", number),
                "detected_on": day(number),
                "regions": [region(number)],
                "headline": f"Rain on day {number:02}",
            }
        )
        await record(a_change(found, opportunity=opportunity, name=f"number {number:02}"))
        flight = Flight(start=day(number), end=day(number + 1))
        plan = a_plan(budget=Decimal(100 + number))
        for identity, amount in ((f"old {number}", 7), (f"new {number}", 100 + number)):
            of = {"id": derived_id(identity), "category": category(number), "budget": Decimal(amount), "flight": flight}
            await record(a_change(found, plan=plan.model_copy(update=of), status=CampaignStatus.PLANNED))
        ad = a_creative(channel(number), identity=derived_id("ad", number))
        body = ad.model_copy(update={"body": f"Bowl number {number:02} for a wet day."})
        await record(a_change(found, creatives=[body], status=CampaignStatus.PLANNED))
        decided = ApprovalDecision(
            reason="so decided",
            decision="reject" if status(number) is REFUSED else "approve",
            decided_by=person(number),
            decided_at=datetime(2026, 11, 20, tzinfo=UTC),
        )
        await record(a_change(found, approval=decided, status=CampaignStatus.PLANNED))
        report = a_report(1, Decimal(50 + number), campaign_id=found) if status(number) is SPENT else None
        await record(a_change(found, report=report, status=status(number)))
    return system


QUESTIONS: dict[str, tuple[CampaignChoice, Callable[[int], bool]]] = {
    "everything": (CampaignChoice(), lambda number: True),
    "status": (CampaignChoice(status=(REFUSED,)), lambda number: status(number) is REFUSED),
    "category": (CampaignChoice(category="ready_meals"), lambda number: category(number) == "ready_meals"),
    "region": (CampaignChoice(region="Wales"), lambda number: region(number) == "Wales"),
    "region with a sign": (CampaignChoice(region="100% Wales"), lambda number: region(number) == "100% Wales"),
    "channel": (CampaignChoice(channel=Channel.EMAIL), lambda number: channel(number) is Channel.EMAIL),
    "person": (CampaignChoice(decided_by="Ben"), lambda number: person(number) == "Ben"),
    "days": (CampaignChoice(first=day(3), last=day(9)), lambda number: 2 <= number <= 9),
    "headline": (CampaignChoice(text="rain ON day 13"), lambda number: number == 13),
    "words that stand apart": (
        CampaignChoice(text="wet LONDON  meals rain"),
        lambda number: (region(number), category(number)) == ("London", "ready_meals"),
    ),
    "words of a category": (CampaignChoice(text="ready meals"), lambda number: category(number) == "ready_meals"),
    "letters beyond English": (CampaignChoice(text="ÉPICERIE f"), lambda number: number % 3 == 2),
    "words of an ad": (CampaignChoice(text="bowl number 07"), lambda number: number == 7),
    "id": (CampaignChoice(text=str(campaign(5))), lambda number: number == 5),
    "id begun": (CampaignChoice(text=str(campaign(5))[:13]), lambda number: number == 5),
    "a sign is no wildcard": (CampaignChoice(text="%"), lambda number: region(number) == "100% Wales"),
    "two at once": (
        CampaignChoice(category="soup", decided_by="Ana"),
        lambda number: category(number) == "soup" and person(number) == "Ana",
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
async def test_pages_and_totals_hold_what_matches_and_nothing_else(known: System, question: str) -> None:
    wanted, is_right = QUESTIONS[question]
    right = [number for number in NUMBERS if is_right(number)]
    seen: list[UUID] = []
    after = None
    while True:
        page = await known.campaigns.page(choice=wanted, limit=5, after=after)
        seen += [record.id for record in page.items]
        after = page.next
        if after is None:
            break
    assert seen == [campaign(number) for number in reversed(right)]

    totals = await known.figures.table.totals(wanted)
    measured = [50 + number for number in right if status(number) is SPENT]
    assert totals.campaigns == len(right)
    assert totals.planned == sum(100 + number for number in right)
    assert totals.spent == sum(measured)
    assert totals.measured == len(measured)
    assert totals.incremental_sales == 7 * len(measured)
    assert totals.iroas == (pytest.approx(7 * len(measured) / sum(measured)) if measured else None)


async def test_totals_of_active_campaigns_are_the_sum_of_their_rows(known: System) -> None:
    await known.campaigns.record(a_change(campaign(77), name="begun", status=CampaignStatus.ACTIVE))
    await known.campaigns.record(
        a_change(
            campaign(77), report=a_report(1, Decimal("12.34"), campaign_id=campaign(77)), status=CampaignStatus.ACTIVE
        )
    )
    for wanted in (CampaignChoice(), CampaignChoice(status=(CampaignStatus.ACTIVE,))):
        rows = await known.figures.table.rows((await known.campaigns.page(choice=wanted, limit=100)).items)
        totals = await known.figures.table.totals(wanted)
        assert totals.spent == sum((row.spent for row in rows), start=Decimal(0)) > 0
        assert totals.planned == sum(row.planned or 0 for row in rows)
