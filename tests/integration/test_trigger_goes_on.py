"""A process that dies over a trigger leaves it half done. The same command again does the other half, and no more."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest

from domain.context import LIVE_WORLD
from domain.errors import Conflict
from domain.state import CampaignStatus
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system
from runtime.worlds import SimulatedScenarios
from storage.campaigns.due import DueCampaigns
from storage.engine.database import Database

Done = TypeVar("Done")
ACTIVE = CampaignStatus.ACTIVE


class Died(BaseException):
    """Nothing after it is done, and nobody catches it."""


class Mortal:
    """Lets the task that triggers die once it has written so often; others live on."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self._left = -1
        self._task: asyncio.Task[Any] | None = None
        plain = database.write

        async def write(unit: Callable[..., Any], **how: bool) -> Any:
            written = await plain(unit, **how)
            if asyncio.current_task() is self._task:
                self._left -= 1
                if self._left == 0:
                    raise Died
            return written

        monkeypatch.setattr(database, "write", write)

    async def after(self, writes: int, doing: Awaitable[Done]) -> Done | None:
        self._task, self._left = asyncio.current_task(), writes
        try:
            return await doing
        except Died:
            return None
        finally:
            self._task = None


async def a_command(system: System) -> UUID:
    command = uuid4()
    await system.live.now()
    await system.repositories.commands.take(command, {"scenario": "heavy-rain"}, "a process")
    return command


@pytest.mark.parametrize("writes", range(1, 9))
async def test_a_trigger_that_died_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int) -> None:
    async with open_system(Settings(data_dir=tmp_path / "data")) as system:
        command = await a_command(system)
        mortal = Mortal(system.repositories.database, monkeypatch)
        died = await mortal.after(writes, system.live.trigger("heavy-rain", command_id=command))
        system.live._starts.forget()  # what another process does not know
        done = await system.live.trigger("heavy-rain", command_id=command)
        again = await system.live.trigger("heavy-rain", command_id=command)
        for campaign in done.campaign_ids:
            await system.runs.finished(campaign)
        everything = (await system.campaigns.page(limit=200)).items
        world = await system.live.now()

    assert writes > 2 or died is None, "it died in the middle"
    assert [scenario.name for scenario in world.scenarios] == ["heavy-rain"]
    assert world.today == done.today
    assert done.campaign_ids
    assert sorted(record.id for record in everything) == sorted(done.campaign_ids)
    assert again == done
    assert died in (None, done)


@pytest.mark.parametrize("writes", [1, 2, 3])
async def test_a_step_that_died_is_not_taken_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    async with open_system(Settings(data_dir=tmp_path / "data")) as system:
        command = await a_command(system)
        first = (await system.live.now()).today
        await Mortal(system.repositories.database, monkeypatch).after(writes, system.live.step(command_id=command))
        for _ in range(2):
            assert (await system.live.step(command_id=command)).today == first + timedelta(days=1)
        assert (await system.live.step()).today == first + timedelta(days=2)
        assert (await system.live.step(command_id=command)).today == first + timedelta(days=2), "days have passed"


async def test_a_trigger_gone_on_with_days_later_names_what_it_started_and_starts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_system(Settings(data_dir=tmp_path / "data")) as system:
        command, unborn = await a_command(system), await a_command(system)
        mortal = Mortal(system.repositories.database, monkeypatch)
        assert await mortal.after(5, system.live.trigger("heavy-rain", command_id=command)) is None
        assert await mortal.after(1, system.live.trigger("viral-trend", command_id=unborn)) is None
        started = {record.id for record in (await system.campaigns.page()).items}
        for campaign in started:
            await system.runs.finished(campaign)
        for _ in range(12):
            await system.live.step()
        everything = {record.id for record in (await system.campaigns.page(limit=200)).items}
        done = await system.live.trigger("heavy-rain", command_id=command)
        assert done.campaign_ids
        assert set(done.campaign_ids) == started
        late = await system.live.trigger("viral-trend", command_id=unborn)
        assert (late.campaign_ids, "was over" in late.reason) == ([], True)
        assert {record.id for record in (await system.campaigns.page(limit=200)).items} == everything

        await system.live.forget_scenarios()
        with pytest.raises(Conflict, match="called off"):
            await system.live.trigger("viral-trend", command_id=unborn)


async def test_a_clock_that_another_process_moves_does_not_stop_a_trigger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_system(Settings(data_dir=tmp_path / "data")) as system:
        command, clock = await a_command(system), system.repositories.clock
        advance = clock.advance

        async def too_late(seen: date, today: date, **rest: Any) -> bool:
            monkeypatch.setattr(clock, "advance", advance)
            assert await advance(seen, today)
            return await advance(seen, today, **rest)

        monkeypatch.setattr(clock, "advance", too_late)
        done = await system.live.trigger("heavy-rain", command_id=command)
        world = await system.live.now()
    assert [scenario.name for scenario in world.scenarios] == ["heavy-rain"]
    assert world.today == done.today
    assert done.campaign_ids


async def test_a_trigger_gone_on_with_gives_the_answers_of_its_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process died when the day had come on which a flight is measured, and before it was."""
    async with open_system(Settings(data_dir=tmp_path / "data")) as system:
        [flown, *_] = (await system.live.trigger("heavy-rain")).campaign_ids
        await system.runs.finished(flown)
        await system.runs.answer(flown, None, {"decision": "approve"})
        await system.runs.finished(flown)
        due, clock = DueCampaigns(system.repositories.database), system.repositories.clock
        over_on = {one.campaign_id: one.due_on for one in await due.by(date.max, ACTIVE, LIVE_WORLD)}[flown]
        while await would_show_on(system, "viral-trend") < over_on:
            await system.live.step()
        command, advance = await a_command(system), clock.advance

        async def advance_and_die(seen: date, today: date, **rest: Any) -> bool:
            moved = await advance(seen, today, **rest)
            if today == over_on:
                raise Died
            return moved

        monkeypatch.setattr(clock, "advance", advance_and_die)
        with pytest.raises(Died):
            await system.live.trigger("viral-trend", command_id=command)
        assert (await system.runs.state(flown)).status is ACTIVE
        done = await system.live.trigger("viral-trend", command_id=command)
        await system.runs.finished(flown)
        assert done.today == over_on
        assert (await system.runs.state(flown)).status is CampaignStatus.COMPLETED


async def would_show_on(system: System, name: str) -> date:
    """The day on which a scenario triggered now is plain to see."""
    scenarios, tomorrow = SimulatedScenarios(), (await system.live.now()).today + timedelta(days=1)
    return scenarios.shows_on(scenarios.schedule(name, tomorrow))


async def test_a_composed_scenario_happens_in_its_category_and_regions_once(tmp_path: Path) -> None:
    async with open_system(Settings(data_dir=tmp_path / "data")) as system:
        command = await a_command(system)
        wanted: dict[str, Any] = {"category": "bread", "regions": ["Wales"], "command_id": command}
        done = await system.live.trigger("stock-out", **wanted)
        assert await system.live.trigger("stock-out", **wanted) == done
        assert (done.scenario.category, done.scenario.regions) == ("bread", ("Wales",))
        assert (await system.live.now()).scenarios == (done.scenario,)
