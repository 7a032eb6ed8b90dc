"""A house with campaigns at every place, one of each to be damaged and one that is to go on."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from domain.context import Autonomy, CampaignContext
from domain.state import CampaignState, CampaignStatus
from runtime.forking.wish import ForkWish
from runtime.settings import Settings
from runtime.wiring import open_system


class House(NamedTuple):
    """In flight in the live world; at the gate, ended, and a fork of what has ended, in worlds of their own."""

    victims: Sequence[str]
    others: Sequence[str]
    ended: str
    """One of the victims."""
    fork: str

    @classmethod
    def read(cls, file: Path) -> "House":
        return cls(**json.loads(file.read_text()))


async def build(settings: Settings) -> House:
    async with open_system(settings) as system:
        await system.live.set_running(running=False)
        flying: list[str] = []
        for campaign in (await system.live.trigger("heatwave")).campaign_ids:
            await system.runs.finished(campaign)
            record = await system.campaigns.get(campaign)
            if record is not None and record.status is CampaignStatus.AWAITING_APPROVAL and len(flying) < 2:
                await system.runs.answer(campaign, None, {"decision": "approve", "decided_by": "Ada"})
                await system.runs.finished(campaign)
                flying.append(str(campaign))
        for _ in range(3):
            await system.live.step()
        own = []
        for number in range(4):
            autonomy = Autonomy.AUTONOMOUS if number < 2 else Autonomy.APPROVE
            context = CampaignContext(scenario="heavy-rain", autonomy=autonomy, fast_forward=True, seed=number)
            own.append(await system.runs.start(CampaignState(), context))
            await system.runs.finished(own[-1])
        ended, other, waiting, other_waiting = own
        fork = await system.forks.fork(ended, ForkWish(), by="Ada")
        await system.runs.finished(fork.fork_id)
        return House(
            victims=[flying[0], str(waiting), str(ended), str(fork.fork_id)],
            others=[flying[1], str(other_waiting), str(other)],
            ended=str(ended),
            fork=str(fork.fork_id),
        )
