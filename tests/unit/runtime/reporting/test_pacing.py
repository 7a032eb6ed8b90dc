"""Running flights beside their plans: what is counted is reported in full, and what is to come is told from that."""

from datetime import timedelta
from decimal import Decimal

import pytest

from domain.identifiers import derived_id
from domain.plan import Flight
from domain.state import CampaignStatus
from runtime.reporting.pacing import Pacing, pacing_of
from runtime.system import System
from tests.unit.runtime.reporting.flights import CHANNELS, a_running_flight

COMMITTED = sum(CHANNELS.values())
DAYS = 7


async def paced(system: System) -> Pacing:
    world = await system.live.now()
    records = [record for record, _ in await system.campaigns.planned(CampaignStatus.ACTIVE, world_id=world.world_id)]
    return pacing_of(records, await system.figures.deliveries.running(records), world.today)


async def a_flight(system: System, name: str, days_run: int, *, known: bool = True) -> None:
    today = (await system.live.now()).today
    start = today - timedelta(days=days_run)
    await a_running_flight(system, name, Flight(start=start, end=start + timedelta(days=DAYS - 1)), known=known)


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


async def test_where_nothing_runs_there_is_nothing_to_pace(system: System) -> None:
    pacing = await paced(system)
    assert (pacing.items, pacing.pace, pacing.estimate, pacing.committed) == ([], None, None, Decimal(0))
