"""A process that starts campaigns and decides them, and says so on a line each once it has been promised.

Begun again after a kill it goes on: with what was promised before, and with what was not. Told to, it kills itself when
a campaign is over and still in its hands.
"""

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack
from uuid import UUID, uuid5

from domain.context import Autonomy, CampaignContext
from domain.errors import Conflict
from domain.state import CampaignState, CampaignStatus
from runtime import periodic
from runtime.runs.recovery import keep_recovering
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system
from storage.leases import RunRegistry

SPACE = UUID("6b2f1f9e-0d5c-4d5e-9a68-0a8f4c1f2a77")
CONTEXT = CampaignContext(scenario="heavy-rain", autonomy=Autonomy.APPROVE, fast_forward=True)
"""In worlds of their own, so that the money of one is no other's."""


def campaign(number: int) -> UUID:
    return uuid5(SPACE, str(number))


def said(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201 - whoever started it reads this


async def carry_on(system: System, number: int) -> bool:
    """One step with one campaign; whether it is over."""
    thread = campaign(number)
    record = await system.campaigns.get(thread)
    if record is None:
        await system.runs.start(CampaignState(), CONTEXT, thread_id=thread)
        said("started", number)
    elif record.status is CampaignStatus.AWAITING_APPROVAL:
        try:
            by = f"person {number}"
            await system.runs.answer(thread, None, {"decision": "approve", "decided_by": by})
        except Conflict:
            return False  # An answer from before the kill is being carried out.
        said("answered", number)
    # One that was over when its process was killed may still be in that process's hands: at rest it is in nobody's.
    return record is not None and record.status.is_final and not await system.runs.is_under_way(thread)


def die_before_letting_go(system: System) -> None:
    """Once a campaign is over."""
    let_go = RunRegistry.release

    async def release(self: RunRegistry, thread_id: UUID, run_id: UUID) -> None:
        record = await system.campaigns.get(thread_id)
        if record is not None and record.status.is_final:
            os.kill(os.getpid(), signal.SIGKILL)
        await let_go(self, thread_id, run_id)

    RunRegistry.release = release  # type: ignore[method-assign]


async def main(count: int, *, dies: bool = False) -> None:
    async with AsyncExitStack() as stack:
        system = await stack.enter_async_context(open_system(Settings()))
        if dies:
            die_before_letting_go(system)
        periodic.begin(stack, keep_recovering(system.runs, every=0.05))
        said("ready")
        waiting = list(range(count))
        while waiting:
            over = await asyncio.gather(*(carry_on(system, number) for number in waiting))
            waiting = [number for number, is_over in zip(waiting, over, strict=True) if not is_over]
            await asyncio.sleep(0.02)
        for number in range(count):
            await system.runs.finished(campaign(number))
    said("over")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), dies=sys.argv[2:] == ["dies"]))
