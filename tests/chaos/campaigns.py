"""A process that starts campaigns and decides them, and says so on a line each once it has been promised.

Begun again after a kill it goes on: with what was promised before, and with what was not.
"""

import asyncio
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
    return record is not None and record.status.is_final


async def main(count: int) -> None:
    async with AsyncExitStack() as stack:
        system = await stack.enter_async_context(open_system(Settings()))
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
    asyncio.run(main(int(sys.argv[1])))
