"""Ours and the peer, each with files or a database of its own, and what a campaign costs them there."""

import statistics
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from bench.loop.peer import PlainCampaigns, open_peer
from bench.loop.rounds import Comparison, Turn, compared
from bench.loop.sizes import Left
from bench.report import Row
from domain.context import Autonomy, CampaignContext
from domain.money import pounds
from domain.state import CampaignState, CampaignStatus
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system

CPU_RATIO = 1.1
MONEY = pounds(10**9)
"""Enough for every campaign of a benchmark."""


def heavy_rain(seed: int = 7) -> CampaignContext:
    return CampaignContext(
        scenario="heavy-rain", seed=seed, autonomy=Autonomy.AUTONOMOUS, fast_forward=True, account="bench"
    )


class Campaigns:
    """Runs whole campaigns through the system, as `tescosense run` does."""

    def __init__(self, system: System) -> None:
        self._system = system
        self.ids: list[UUID] = []

    async def run(self) -> None:
        await self._one(heavy_rain())

    async def run_in_a_world_of_its_own(self) -> None:
        await self._one(heavy_rain(1000 + len(self.ids)))

    async def _one(self, context: CampaignContext) -> None:
        campaign_id = await self._system.runs.start(CampaignState(), context)
        await self._system.runs.finished(campaign_id)
        self.ids.append(campaign_id)

    async def check(self) -> None:
        """A benchmark of campaigns that fail would measure nothing."""
        for campaign_id in self.ids:
            record = await self._system.campaigns.get(campaign_id)
            if record is None or record.status is not CampaignStatus.COMPLETED:
                raise RuntimeError(f"campaign {campaign_id} ended as {record.status if record else 'nothing'}")


class Sides(NamedTuple):
    """Ours and the peer, each with files or a database of its own."""

    ours: Campaigns
    peer: PlainCampaigns
    places: tuple[Path | str, Path | str]

    async def run_peer(self) -> None:
        await self.peer.run(heavy_rain())


class Measured(NamedTuple):
    """Ours beside the peer on one database."""

    database: str
    ours: Sequence[Turn]
    peer: Sequence[Turn]
    ours_left: Left
    peer_left: Left

    @property
    def cpu(self) -> Comparison:
        return compared([turn.cpu_ms for turn in self.ours], [turn.cpu_ms for turn in self.peer])

    def rows(self) -> Iterator[Row]:
        on = f"on {self.database}"
        yield ratio_row(f"CPU of a campaign over the peer's, {on}", self.cpu, target=CPU_RATIO)
        yield self._medians(f"CPU of a campaign {on}", "ms", lambda turn: turn.cpu_ms)
        if any(turn.server_ms for turn in self.ours):
            yield self._medians(f"CPU of the server for a campaign {on}", "ms", lambda turn: turn.server_ms)
            yield ratio_row(f"CPU with the server's over the peer's, {on}", self._compared(_cpu_with_server))
        yield self._medians(f"campaigns per second {on}", "/s", _rate)
        yield ratio_row(f"campaigns per second over the peer's, {on}", self._compared(_rate))
        yield _beside(f"commits a campaign {on}", "", self.ours_left.commits, self.peer_left.commits)
        yield _beside(f"rows kept a campaign {on}", "", self.ours_left.rows, self.peer_left.rows)

    def _compared(self, figure: Callable[[Turn], float]) -> Comparison:
        return compared([figure(turn) for turn in self.ours], [figure(turn) for turn in self.peer])

    def _medians(self, what: str, unit: str, figure: Callable[[Turn], float]) -> Row:
        ours, peer = (statistics.median(figure(turn) for turn in turns) for turns in (self.ours, self.peer))
        return _beside(what, unit, ours, peer)


def _cpu_with_server(turn: Turn) -> float:
    return turn.cpu_ms + turn.server_ms


def _rate(turn: Turn) -> float:
    return turn.per_second


def ratio_row(what: str, ratio: Comparison, *, target: float | None = None) -> Row:
    spread = {"least": ratio.low, "most": ratio.high}
    return Row(what=what, value=ratio.median, unit="x", target=target, better="lower", of=spread)


def _beside(what: str, unit: str, ours: float, peer: float) -> Row:
    return Row(what=what, value=ours, unit=unit, of={"the peer": peer})


@asynccontextmanager
async def both_sides(directory: Path, databases: tuple[str, str] = ("", "")) -> AsyncIterator[Sides]:
    """`databases` are the URLs of ours and the peer's; SQLite files in the directory without."""
    ours, peer = (
        Settings(data_dir=directory / name, database_url=url, account_budget=MONEY, account_daily_budget=MONEY)
        for name, url in zip(("ours", "peer"), databases, strict=True)
    )
    async with open_system(ours) as system, open_peer(peer) as plain:
        yield Sides(Campaigns(system), plain, (ours.database_url or ours.data_dir, peer.database_url or peer.data_dir))
