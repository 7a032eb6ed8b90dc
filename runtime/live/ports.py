"""What the live world is given: its clock's row, what can happen, what sensing sees, and the campaigns there are."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from domain.context import LIVE_WORLD, ScheduledScenario, WorldRef
from domain.opportunity import Opportunity
from domain.state import CampaignStatus
from storage.campaigns.due import Due
from storage.records import Begun, LiveWorld


class Clock(Protocol):
    async def open(self, first: LiveWorld) -> LiveWorld: ...
    async def load(self, world_id: str = LIVE_WORLD) -> LiveWorld | None: ...
    async def advance(
        self, seen: date, today: date, world_id: str = LIVE_WORLD, *, command_id: UUID | None = None
    ) -> bool: ...
    async def schedule(
        self, scenario: ScheduledScenario, world_id: str = LIVE_WORLD, *, command_id: UUID | None = None
    ) -> LiveWorld: ...
    async def run(self, *, running: bool, speed: float | None = None, world_id: str = LIVE_WORLD) -> LiveWorld: ...
    async def call_off(self, *, last_day: date, first_day: date, world_id: str = LIVE_WORLD) -> LiveWorld: ...


class Commands(Protocol):
    """How far a command of several steps has come."""

    async def begun(self, command_id: UUID) -> Begun | None: ...
    async def note(self, command_id: UUID, begun: Begun) -> None: ...


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


class DueDays(Protocol):
    """What a day of a world asks of the campaigns in it: all of them, however many there are."""

    async def by(self, day: date, status: CampaignStatus, world_id: str) -> Sequence[Due]: ...

    async def on(self, day: date, status: CampaignStatus, world_id: str) -> Sequence[Due]: ...

    async def moved_since(
        self, moment: datetime, statuses: Sequence[CampaignStatus], world_id: str
    ) -> Sequence[tuple[UUID, datetime]]:
        """Those at one of the statuses that were recorded after `moment`, and when that was."""
        ...

    async def categories_under_way(self, world_id: str) -> set[str]: ...


def reference(world: LiveWorld) -> WorldRef:
    """What the world of a campaign started today is looked up by."""
    return WorldRef(
        source="simulated", seed=world.seed, scenarios=world.scenarios, shoppers=world.shoppers, world_id=LIVE_WORLD
    )
