"""A process that dies over a trigger leaves it half done. The same command again does the other half, and no more."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from runtime.live.world import Triggered
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system
from storage.engine.database import Database


class Died(BaseException):
    """Nothing after it is done, and nobody catches it."""


class Mortal:
    """Lets the task that triggers die once it has written so often; others live on."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self._left = -1
        self._task: asyncio.Task[Any] | None = None
        plain = database.write

        async def write(unit: Callable[..., Any], *, durable: bool = False) -> Any:
            written = await plain(unit, durable=durable)
            if asyncio.current_task() is self._task:
                self._left -= 1
                if self._left == 0:
                    raise Died
            return written

        monkeypatch.setattr(database, "write", write)

    async def after(self, writes: int, system: System, command: UUID) -> Triggered | None:
        self._task, self._left = asyncio.current_task(), writes
        try:
            return await system.live.trigger("heavy-rain", command_id=command)
        except Died:
            return None
        finally:
            self._task = None


@pytest.mark.parametrize("writes", range(1, 9))
async def test_a_trigger_that_died_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int) -> None:
    async with open_system(Settings(data_dir=tmp_path / "data")) as system:
        command = uuid4()
        await system.live.now()
        await system.repositories.commands.take(command, {"scenario": "heavy-rain"}, "a process")
        died = await Mortal(system.repositories.database, monkeypatch).after(writes, system, command)
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
