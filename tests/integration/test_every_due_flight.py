"""However many flights end on one day, one step of the clock measures every one of them."""

from pathlib import Path

import pytest

from bench.growth_store import Copy, fill, make_examples
from domain.context import LIVE_WORLD
from domain.money import pounds
from domain.state import CampaignStatus
from runtime.settings import Settings
from runtime.wiring import open_system


@pytest.mark.parametrize("flights", [210, pytest.param(1000, marks=pytest.mark.long)])
async def test_one_step_of_the_clock_measures_every_flight_that_is_over(tmp_path: Path, flights: int) -> None:
    examples = await make_examples(tmp_path / "examples", flight_days=1)
    copies = [Copy(examples.at_measurement, number + 1) for number in range(flights)]
    await fill(tmp_path / "filled", copies, world_of=tmp_path / "examples")
    settings = Settings(
        data_dir=tmp_path / "filled",
        account_budget=pounds(10**9),
        account_daily_budget=pounds(10**9),
        _env_file=None,
    )
    async with open_system(settings) as system:
        due = (await system.campaigns.planned(CampaignStatus.ACTIVE, world_id=LIVE_WORLD)).items
        assert len(due) == flights, "the filled directory does not hold them all"
        [last_day] = {flight.end for _, flight in due if flight}
        while (await system.live.now()).today < last_day:
            await system.live.step()
        assert (await system.campaigns.counts(LIVE_WORLD)).at_each[CampaignStatus.ACTIVE] == flights, (
            "no flight is over yet"
        )
        await system.live.step()
        for record, _ in due:
            await system.runs.finished(record.id)
        ended = [await system.campaigns.get(record.id) for record, _ in due]
        others = [one for one in ended if one is None or one.status is not CampaignStatus.COMPLETED]
        assert not others, f"{len(others)} did not come to their end, the first: {others[0]!r}"
        learned = {lesson.campaign_id for lesson in await system.lessons.current(LIVE_WORLD)}
        assert {record.id for record, _ in due} - learned == set()
