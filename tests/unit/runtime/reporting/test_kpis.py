"""The key figures count every campaign there is, are worked out once for all who look, and are never old."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine, event

from domain.context import HOUSE_ACCOUNT
from domain.identifiers import derived_id
from domain.plan import Flight
from domain.state import CampaignStatus
from runtime.reporting.kpis import Kpis
from runtime.system import System
from tests.examples import a_change, a_plan
from tests.unit.runtime.reporting.flights import CHANNELS, a_running_flight
from tests.unit.runtime.reporting.test_campaign_table import a_report

MORE_THAN_A_PAGE = 210
"""A page of campaigns holds at most 200."""


@contextmanager
def sums() -> Iterator[list[str]]:
    """Every question for the sum of all reports sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "max(reports.reported_at)" in statement and "sum(" in statement:
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def flight_of_the_day(system: System) -> Flight:
    today = (await system.live.now()).today
    return Flight(start=today - timedelta(days=3), end=today + timedelta(days=3))


async def asked(system: System) -> Kpis:
    return await system.figures.board.kpis()


async def test_every_running_flight_counts_however_many_there_are(system: System) -> None:
    flight = await flight_of_the_day(system)
    world = await system.live.now()
    spent = Decimal(0)
    for number in range(MORE_THAN_A_PAGE):
        campaign_id = await a_running_flight(system, f"soup {number}", flight)
        [booking] = await system.campaigns.bookings(campaign_id)
        platform = system.platforms.open(system.live.reference(world))
        delivery = await platform.delivery(booking.transaction_id, world.today - timedelta(days=1))
        spent += sum(row.spend for row in delivery.rows)
    await a_running_flight(system, "salad", flight, world_id="of its own")
    kpis = await asked(system)
    assert (kpis.campaigns, kpis.active) == (MORE_THAN_A_PAGE, MORE_THAN_A_PAGE)
    assert kpis.spend == spent > 0
    assert kpis.pace is not None
    committed = MORE_THAN_A_PAGE * sum(CHANNELS.values())
    assert kpis.pace == pytest.approx(float(kpis.spend / committed) * 7 / 3, abs=0.25)


async def test_all_who_look_at_the_same_moment_share_one_answer(system: System) -> None:
    with sums() as sent:
        answers = await asyncio.gather(*(asked(system) for _ in range(50)))
        await asked(system)
    assert len(sent) == 1
    assert len({answer.model_copy(update={"as_of": None}).model_dump_json() for answer in answers}) == 1


async def test_the_figures_say_how_old_they_are_although_nothing_moved(system: System) -> None:
    first, second = await asked(system), await asked(system)
    assert second.as_of > first.as_of


async def test_nobody_is_shown_what_was_true_a_moment_ago(system: System) -> None:
    """Rows and money are changed as agents change them, without an event that would say so."""
    soup = derived_id("soup")
    today = (await system.live.now()).today
    await asked(system)
    await system.campaigns.record(a_change(soup, name="soup", budget=Decimal(600)))
    assert (await asked(system)).campaigns == 1
    later = Flight(start=today + timedelta(days=1), end=today + timedelta(days=7))
    plan = a_plan().model_copy(update={"flight": later})
    await system.campaigns.record(a_change(soup, plan=plan, status=CampaignStatus.AWAITING_APPROVAL))
    assert (await asked(system)).open_approvals == 1
    await system.ledger.reserve(key="soup", campaign_id=soup, account=HOUSE_ACCOUNT, amount=Decimal(600))
    assert (await asked(system)).reserved == Decimal(600)
    await system.ledger.commit("soup", Decimal(600))
    assert (await asked(system)).committed == Decimal(600)
    await system.campaigns.record(
        a_change(soup, report=a_report(1, Decimal(500), campaign_id=soup), status=CampaignStatus.ACTIVE)
    )
    measured = await asked(system)
    assert (measured.spend, measured.incremental_sales) == (Decimal(500), Decimal(7))
    assert measured.measured_at is not None
    await system.campaigns.record(a_change(soup, status=CampaignStatus.ACTIVE))
    assert (await asked(system)).active == 1
    await system.ledger.set_budget(HOUSE_ACCOUNT, budget=Decimal(9_000), daily_budget=Decimal(9_000))
    assert (await asked(system)).budget_left == Decimal(8_400)


async def test_a_new_day_brings_what_was_delivered_on_it_and_closes_the_gate(system: System) -> None:
    await a_running_flight(system, "tea", await flight_of_the_day(system))
    soup = derived_id("soup")
    today = (await system.live.now()).today
    begins = Flight(start=today + timedelta(days=1), end=today + timedelta(days=7))
    await system.campaigns.record(a_change(soup, name="soup", budget=Decimal(600)))
    plan = a_plan().model_copy(update={"flight": begins})
    await system.campaigns.record(a_change(soup, plan=plan, status=CampaignStatus.AWAITING_APPROVAL))
    before = await asked(system)
    await system.repositories.clock.advance(today, today + timedelta(days=1))
    after = await asked(system)
    assert (before.today, after.today) == (today, today + timedelta(days=1))
    assert after.spend > before.spend
    assert (before.open_approvals, after.open_approvals) == (1, 0)


async def test_figures_that_could_not_be_worked_out_are_asked_for_anew(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_world_id: str) -> None:
        raise ConnectionError("the database has gone")

    with monkeypatch.context() as patch:
        patch.setattr(system.repositories.figures, "totals", broken)
        with pytest.raises(ConnectionError):
            await asked(system)
    assert (await asked(system)).campaigns == 0
