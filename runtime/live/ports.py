"""What the live world is given: its clock's row, what can happen, what sensing sees, and the campaigns there are."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from domain.context import LIVE_WORLD, ScheduledScenario, WorldRef
from domain.opportunity import Opportunity
from domain.state import CampaignStatus
from storage.records import CampaignPage, LiveWorld


class Clock(Protocol):
    async def open(self, first: LiveWorld) -> LiveWorld: ...
    async def load(self, world_id: str = LIVE_WORLD) -> LiveWorld | None: ...
    async def advance(self, seen: date, today: date, world_id: str = LIVE_WORLD) -> bool: ...
    async def schedule(self, scenario: ScheduledScenario, world_id: str = LIVE_WORLD) -> LiveWorld: ...
    async def run(self, *, running: bool, speed: float | None = None, world_id: str = LIVE_WORLD) -> LiveWorld: ...
    async def save(self, world: LiveWorld) -> None: ...


class Scenarios(Protocol):
    """What can happen, by name."""

    def schedule(self, name: str, starts: date) -> ScheduledScenario:
        """Raises BadInput for an unknown name, with the near miss."""
        ...

    def shows_on(self, scenario: ScheduledScenario) -> date:
        """The first day on which its signature is plain to see."""
        ...


class Trends(Protocol):
    async def trends(self, ref: WorldRef, today: date) -> Sequence[Opportunity]:
        """Everything above the threshold on that day, most valuable first."""
        ...


class CampaignTable(Protocol):
    async def page(
        self, *, status: CampaignStatus | None = None, limit: int = 50, after: str | None = None
    ) -> CampaignPage: ...


def reference(world: LiveWorld) -> WorldRef:
    """What the world of a campaign started today is looked up by."""
    return WorldRef(source="simulated", seed=world.seed, scenarios=world.scenarios, world_id=LIVE_WORLD)
