"""What a process does on the side survives whatever goes wrong with it."""

import asyncio
import os
from pathlib import Path
from uuid import UUID

import pytest

from domain.errors import StorageUnavailable
from runtime import periodic
from runtime.periodic import forever
from runtime.runs import recovery
from runtime.runs.recovery import keep_recovering
from tests.patience import PATIENCE


class Flaky:
    """Fails the first times it is called, each time otherwise, and says when it has been called often enough."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0
        self.went_well = asyncio.Event()

    async def __call__(self) -> None:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        self.went_well.set()


async def until_it_goes_well(flaky: Flaky, chore: "asyncio.Task[None]") -> None:
    await asyncio.wait_for(flaky.went_well.wait(), timeout=PATIENCE)
    chore.cancel()
    await asyncio.gather(chore, return_exceptions=True)


async def test_a_chore_outlives_every_error_it_meets() -> None:
    flaky = Flaky(StorageUnavailable("the disk is full"), OSError("disk I/O error"), KeyError("today"))
    chore = asyncio.create_task(forever("flaky", flaky, after_a_failure=0))
    await until_it_goes_well(flaky, chore)
    assert flaky.calls >= 4


async def test_leases_are_kept_alive_after_a_beat_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    flaky = Flaky(StorageUnavailable("the database is locked"))
    monkeypatch.setattr(periodic, "HEARTBEAT_SECONDS", 0)

    class Leases:
        async def heartbeat_all(self, owner: str) -> int:
            await flaky()
            return 1

    chore = asyncio.create_task(periodic.keep_leases(Leases(), "me"))
    await until_it_goes_well(flaky, chore)


async def test_recovery_goes_on_after_an_error_nobody_foresaw() -> None:
    flaky = Flaky(OSError("disk I/O error"))

    class Runs:
        async def recover(self) -> list[UUID]:
            await flaky()
            return []

    chore = asyncio.create_task(keep_recovering(Runs(), every=0))
    await until_it_goes_well(flaky, chore)


def test_a_process_that_ends_while_it_is_looked_at_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def vanished(self: Path) -> str:
        raise ProcessLookupError(3, "No such process")

    def no_such_process(pid: int, signal: int) -> None:
        raise ProcessLookupError

    ours = recovery.this_process()
    monkeypatch.setattr(Path, "read_text", vanished)
    monkeypatch.setattr(os, "kill", no_such_process)
    assert recovery.is_gone(ours)
