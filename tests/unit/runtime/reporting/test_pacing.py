"""Running flights beside their plans: what is counted is reported in full, and what is to come is told from that."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from domain.buy_changes import BuyAction, BuyChange
from domain.identifiers import derived_id
from domain.plan import Flight
from runtime.reporting.pacing import Pacing, pacing_of
from runtime.system import System
from tests.unit.runtime.reporting.flights import CHANNELS, a_running_flight

COMMITTED = sum(CHANNELS.values())
DAYS = 7


async def paced(system: System) -> Pacing:
    return await pacing_of(system.campaigns, system.figures.deliveries, await system.live.now())


async def a_flight(
    system: System, name: str, days_run: int, *, known: bool = True, changes: Sequence[tuple[BuyAction, int, int]] = ()
) -> UUID:
    """`changes` are what was done on which day of the flight, and the pounds of a budget."""
    today = (await system.live.now()).today
    start = today - timedelta(days=days_run)
    wanted = [
        BuyChange(
            key=f"change of the day {day:08}",
            action=action,
            day=start + timedelta(days=day),
            budget=Decimal(budget) if budget else None,
        )
        for action, day, budget in changes
    ]
    flight = Flight(start=start, end=start + timedelta(days=DAYS - 1))
    return await a_running_flight(system, name, flight, known=known, changes=wanted)


async def test_a_flight_that_spends_as_planned_is_on_pace_although_its_newest_day_is_half_told(system: System) -> None:
    await a_flight(system, "soup", 3)
    [soup] = (await paced(system)).items
    today = (await system.live.now()).today
    assert soup.through == today - timedelta(days=2)
    assert soup.planned == pytest.approx(COMMITTED * 2 / DAYS, abs=Decimal("0.01"))
    assert soup.pace == pytest.approx(1, abs=0.1)
    assert soup.spent is not None
    assert soup.estimate is not None
    assert soup.charged is not None
    assert soup.charged > soup.spent, "the newest day is charged for in part, and counts in no pace"
    assert (soup.is_paused, soup.refused) == (False, "")
    assert float(soup.estimate) == pytest.approx(float(min(COMMITTED, soup.spent * DAYS / 2)), abs=0.05)


async def test_no_estimate_is_made_before_a_day_is_told_in_full(system: System) -> None:
    await a_flight(system, "tea", 1)
    pacing = await paced(system)
    [tea] = pacing.items
    assert (tea.through, tea.pace, tea.estimate, tea.spent) == (None, None, None, Decimal(0))
    assert (pacing.pace, pacing.estimate, pacing.committed) == (None, None, COMMITTED)


@pytest.mark.parametrize("days_run", [4, 5, 6])
@pytest.mark.parametrize(
    "changes",
    [
        [("budget", 3, 1500)],
        [("budget", 3, 400)],
        [("budget", 2, 1200), ("budget", 3, 500)],
        [("pause", 1, 0), ("resume", 3, 0)],
        [("pause", 3, 0)],
        [("pause", 2, 0), ("resume", 3, 0), ("budget", 4, 1500)],
    ],
)
async def test_a_flight_that_was_changed_is_told_by_what_the_platform_is_to_charge_and_will(
    system: System, days_run: int, changes: list[tuple[BuyAction, int, int]]
) -> None:
    """Judged by the platform itself: a simulated one knows what a flight has charged at its end. It spends within a few
    per cent of what it is to, each day, so that whatever was changed no flight is behind or ahead."""
    campaign_id = await a_flight(system, "soup", days_run, changes=[one for one in changes if one[1] <= days_run])
    [soup] = (await paced(system)).items
    [booking] = await system.campaigns.bookings(campaign_id)
    platform = system.platforms.open(system.live.reference(await system.live.now()))
    at_its_end = sum(row.spend for row in (await platform.delivery(booking.transaction_id, booking.flight.end)).rows)
    assert soup.pace == pytest.approx(1, abs=0.12), "a day alone may be that far from another"
    assert soup.estimate is not None
    assert float(soup.estimate) == pytest.approx(float(at_its_end), rel=0.08)


@pytest.mark.unaudited
async def test_who_ends_first_stands_first_and_one_the_platform_does_not_know_is_named_without_figures(
    system: System,
) -> None:
    await a_flight(system, "soup", 3)
    await a_flight(system, "tea", 5)
    await a_flight(system, "gone", 3, known=False)
    pacing = await paced(system)
    assert [one.campaign_id for one in pacing.items] == [
        derived_id("running", name) for name in ("tea", "soup", "gone")
    ]
    gone = pacing.items[-1]
    assert (gone.flight, gone.spent, gone.charged, gone.committed, gone.estimate) == (None,) * 5
    assert gone.is_paused is None
    assert pacing.pace == (await system.figures.board.kpis()).pace
    assert pacing.estimate is None, "of a whole of which a part is not known"
    assert pacing.flights_untold == 1, "a sum says what it leaves out"
    charged = [one.charged for one in pacing.items if one.charged is not None]
    assert pacing.charged == sum(charged) > max(charged), "what stands above the flights is the sum of what they say"


async def test_where_nothing_runs_there_is_nothing_to_pace(system: System) -> None:
    pacing = await paced(system)
    assert (pacing.items, pacing.pace, pacing.estimate, pacing.committed) == ([], None, None, Decimal(0))
    assert pacing.flights_untold == 0
