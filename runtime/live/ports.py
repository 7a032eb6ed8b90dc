"""What the live world is given: its clock's row, what can happen, what sensing sees, and the campaigns there are."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from pydantic import BaseModel, Field

from domain.context import LIVE_WORLD, ScheduledScenario, WorldRef
from domain.opportunity import Opportunity
from domain.provenance import Provenance
from domain.state import CampaignStatus
from runtime.live.sources import NamedSource
from storage.campaigns.due import Due, PutOff, StandingStill, Undecided, UnderWay
from storage.records import Begun, LiveWorld
from world.ports import World


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


class ScenarioChoice(BaseModel):
    """A scenario, and where it happens unless told."""

    name: str
    category: str | None = Field(description="None where it moves all goods: then none can be chosen")
    regions: list[str] = Field(description="all of them when empty")


class ScenarioChoices(BaseModel):
    """What can be made to happen, and where."""

    scenarios: list[ScenarioChoice]
    categories: list[str]
    regions: list[str]


NOTHING_TO_CHOOSE = ScenarioChoices(scenarios=[], categories=[], regions=[])


class Triggered(BaseModel):
    """What a trigger did."""

    scenario: ScheduledScenario
    today: date
    campaign_ids: list[UUID]
    reason: str = Field(default="", description="why no campaign was started, where none was")


class Scenarios(Protocol):
    """What can happen, by name."""

    def choices(self) -> ScenarioChoices: ...

    def schedule(
        self, name: str, starts: date, *, category: str | None = None, regions: Sequence[str] = ()
    ) -> ScheduledScenario:
        """In its usual category and regions unless others are given. Raises BadInput for an unknown name, category or
        region, with the near miss, and for a category where the scenario has none to choose."""
        ...

    def shows_on(self, scenario: ScheduledScenario) -> date:
        """The first day on which its signature is plain to see."""
        ...


class Trends(Protocol):
    async def trends(self, ref: WorldRef, today: date, without: Collection[str] = ()) -> Sequence[Opportunity]:
        """Everything above the threshold on that day, most valuable first; of the regions that are not left out."""
        ...


class DueDays(Protocol):
    """What a day of a world asks of the campaigns in it: all of them, however many there are."""

    async def by(self, day: date, status: CampaignStatus, world_id: str) -> Sequence[Due]: ...

    async def on(self, day: date, status: CampaignStatus, world_id: str) -> Sequence[Due]: ...

    async def undecided(self, today: date, through: date, world_id: str) -> Sequence[Undecided]:
        """Those that can be decided `today` and are too late on `through`, at the gate or on their way to it."""
        ...

    async def standing_still(self, *, world_id: str | None = None, by: date | None = None) -> Sequence[StandingStill]:
        """Those before the gate that no run is at work on; with `by` only those that may be too late on that day."""
        ...

    async def under_way(self, world_id: str) -> Sequence[UnderWay]:
        """Those that have an opportunity and have not ended."""
        ...

    async def taken_up_since(self, world_id: str, day: date) -> Sequence[Opportunity]:
        """The opportunities that campaigns took up after `day`."""
        ...

    async def put_off(self, world_id: str, *, since: date, today: date) -> Sequence[PutOff]:
        """Those whose plan was to wait: of campaigns that took them up after `since`, and that still wait `today`."""
        ...


class Sales(Protocol):
    """The sales a live world is served from."""

    @property
    def source(self) -> NamedSource: ...

    @property
    def newest_version(self) -> str: ...

    async def take_up(self, version: str) -> None:
        """Read the files at that version from then on."""
        ...

    async def tell(self, problem: str) -> None:
        """Tell people why no new day is taken up or, where that is empty, that one is."""
        ...

    def reference(self, world: LiveWorld) -> WorldRef:
        """What the world of a campaign started today is looked up by."""
        ...

    async def opened(self, ref: WorldRef) -> World:
        """Raises BadInput or DataFault where the sales cannot be read."""
        ...

    async def provenance(self) -> Provenance: ...
