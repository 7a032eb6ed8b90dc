"""A process that orders campaigns of workers, says the id of each once it has been promised, and does nothing else."""

import asyncio
import sys

from domain.context import Autonomy, CampaignContext
from domain.state import CampaignState
from runtime.settings import Settings
from runtime.wiring import open_system
from tests.chaos.campaigns import said

CONTEXT = CampaignContext(scenario="heavy-rain", autonomy=Autonomy.AUTONOMOUS, fast_forward=True)


async def main(count: int) -> None:
    async with open_system(Settings()) as system:
        for _ in range(count):
            said(await system.runs.start(CampaignState(), CONTEXT))
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
