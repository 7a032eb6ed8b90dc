"""A live world whose parts are plain lists and whose sleep takes no time."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID, uuid4

from pydantic import JsonValue

from domain.context import CampaignContext, RiskLimits, ScheduledScenario, WorldRef
from domain.decision import MODEL_SPEND, UNDECIDED, ModelSpendRequest
from domain.events import DayPassed, Draft, Event
from domain.opportunity import Opportunity
from domain.plan import Flight
from domain.provenance import Provenance
from domain.state import BEFORE_THE_GATE, CampaignState, CampaignStatus
from runtime.events.bus import InProcessBus
from runtime.live.days import GivenDays
from runtime.live.deadlines import Deadlines
from runtime.live.pace import Hands
from runtime.live.ports import NOTHING_TO_CHOOSE, ScenarioChoices
from runtime.live.sources import NamedSource
from runtime.live.world import LiveWorldRunner
from runtime.runs.orders import Question
from storage.campaigns.due import UNDECIDED as UNDECIDED_STATUSES
from storage.campaigns.due import Due, PutOff, StandingStill, Undecided, UnderWay
from storage.engine.readable import Readable
from storage.records import Begun, CampaignRecord, LiveWorld
from world.ports import World
from world.simulated.market.market import SimulatedWorlds

FIRST = date(2026, 11, 2)
LAST = date(2026, 12, 2)
TOMORROW = FIRST + timedelta(days=1)
STARTED = datetime(2026, 11, 2, 9, tzinfo=UTC)
GRACE = timedelta(seconds=120)
WAITS = CampaignStatus.AWAITING_APPROVAL


class Clock:
    def __init__(self, today: date, speed: float) -> None:
        self.world = LiveWorld(seed=7, today=today, speed=speed, running=True)

    async def open(self, first: LiveWorld) -> LiveWorld:
        return self.world

    async def load(self, world_id: str = "live") -> LiveWorld | None:
        return self.world

    async def call_off(self, *, last_day: date, first_day: date, world_id: str = "live") -> LiveWorld:
        today = first_day if self.world.today >= last_day else self.world.today
        self.world = self.world.model_copy(update={"scenarios": (), "today": today})
        return self.world

    async def advance(self, seen: date, today: date, world_id: str = "live", *, command_id: UUID | None = None) -> bool:
        self.world = self.world.model_copy(update={"today": today})
        return True

    async def schedule(
        self, scenario: ScheduledScenario, world_id: str = "live", *, command_id: UUID | None = None
    ) -> LiveWorld:
        self.world = self.world.model_copy(update={"scenarios": (*self.world.scenarios, scenario)})
        return self.world

    async def run(self, *, running: bool, speed: float | None = None, world_id: str = "live") -> LiveWorld:
        self.world = self.world.model_copy(update={"running": running, "speed": speed or self.world.speed})
        return self.world


class Commands:
    """None of which has begun."""

    async def begun(self, command_id: UUID) -> Begun | None:
        return None

    async def note(self, command_id: UUID, begun: Begun) -> None:
        pass


class Scenarios:
    def choices(self) -> ScenarioChoices:
        return NOTHING_TO_CHOOSE

    def schedule(
        self, name: str, starts: date, *, category: str | None = None, regions: Sequence[str] = ()
    ) -> ScheduledScenario:
        return ScheduledScenario(name=name, starts=starts, category=category, regions=tuple(regions))

    def shows_on(self, scenario: ScheduledScenario) -> date:
        return scenario.starts + timedelta(days=1)


class Trends:
    found: Sequence[Opportunity] = ()
    elsewhere: Sequence[Opportunity] = ()
    """What is found where some regions are left out."""

    async def trends(self, ref: WorldRef, today: date, without: Collection[str] = ()) -> Sequence[Opportunity]:
        return [one for one in self.elsewhere if set(without).isdisjoint(one.regions)] if without else self.found


class Runs:
    def __init__(self) -> None:
        self.started: list[str] = []
        self.ours: set[UUID] = set()
        self.answered: list[tuple[UUID, JsonValue]] = []
        self.answered_on: list[date] = []
        self.today: Callable[[], date] = lambda: FIRST
        self.asking: set[UUID] = set()
        """Those that ask for money for their chat model: before their plan, on the first day."""

    async def start(self, state: CampaignState, context: CampaignContext, *, thread_id: UUID) -> UUID:
        assert state.opportunity is not None
        self.started.append(state.opportunity.category)
        self.ours.add(thread_id)
        return thread_id

    async def is_ours(self, campaign_id: UUID) -> bool:
        return campaign_id in self.ours

    async def questions(self, campaign_id: UUID) -> list[Question]:
        node = "approval"
        payload: dict[str, JsonValue] = {}
        if campaign_id in self.asking:
            asks = ModelSpendRequest(
                campaign_id=campaign_id, node="strategy", headline="Rain", limit="0.02", spent="0.01", at_least="0.03"
            )
            node, payload = MODEL_SPEND, asks.model_dump(mode="json")
        return [Question(thread_id=campaign_id, interrupt_id="open", node=node, payload=payload, response_schema={})]

    async def state(self, campaign_id: UUID) -> CampaignState:
        return CampaignState(campaign_id=campaign_id, today=FIRST)

    async def context(self, campaign_id: UUID) -> CampaignContext:
        return CampaignContext()

    async def answer(self, campaign_id: UUID, interrupt_id: str, answer: JsonValue, *, looks: int, by: str) -> None:
        assert by == UNDECIDED
        self.answered.append((campaign_id, answer))
        self.answered_on.append(self.today())
        self.asking.discard(campaign_id)


class Campaigns:
    """Those of the live world, each with the first day of its flight."""

    def __init__(self) -> None:
        self.known: list[tuple[CampaignRecord, date]] = []
        self.taken_up: list[tuple[Opportunity, date]] = []
        self.at_work: set[UUID] = set()

    async def planned(self, status: CampaignStatus, **asked: object) -> Readable[tuple[CampaignRecord, Flight | None]]:
        found: list[tuple[CampaignRecord, Flight | None]] = [
            (record, Flight(start=begins, end=begins + timedelta(days=6)))
            for record, begins in self.known
            if record.status is status
        ]
        return Readable(found, [])

    async def by(self, day: date, status: CampaignStatus, world_id: str) -> list[Due]:
        return [due for due in self._due(status) if due.due_on <= day]

    async def on(self, day: date, status: CampaignStatus, world_id: str) -> list[Due]:
        return [due for due in self._due(status) if due.due_on == day]

    async def undecided(self, today: date, through: date, world_id: str) -> list[Undecided]:
        return [
            Undecided(record.id, record.status, record.updated_at, record.budget, record.id in self.at_work)
            for record, begins in self.known
            if record.status in UNDECIDED_STATUSES and today < begins <= through
        ]

    async def standing_still(self, *, world_id: str | None = None, by: date | None = None) -> list[StandingStill]:
        return [
            StandingStill(record.id, record.world_id, record.updated_at)
            for record, _ in self.known
            if record.status in BEFORE_THE_GATE and record.id not in self.at_work
        ]

    async def under_way(self, world_id: str) -> list[UnderWay]:
        return [
            UnderWay(record.status, begins, record.category, record.target_audience, None)
            for record, begins in self.known
            if record.category and not record.status.is_final
        ]

    async def taken_up_since(self, world_id: str, day: date) -> list[Opportunity]:
        return [opportunity for opportunity, taken_up in self.taken_up if taken_up > day]

    async def put_off(self, world_id: str, *, since: date, today: date) -> list[PutOff]:
        return []

    def _due(self, status: CampaignStatus) -> list[Due]:
        """At the gate on the first day of their flight, on the air on the day after its last."""
        flown = timedelta(days=7 if status is CampaignStatus.ACTIVE else 0)
        return [
            Due(record.id, begins + flown, record.updated_at)
            for record, begins in self.known
            if record.status is status
        ]

    def add(self, status: CampaignStatus, begins: date, since: datetime) -> UUID:
        record = CampaignRecord(
            id=uuid4(),
            name="Soup",
            status=status,
            budget=Decimal(5000),
            target_audience=None,
            created_at=since,
            updated_at=since,
            account="house",
            world_id="live",
            category="soup",
            headline="Rain",
            spent=Decimal(0),
            failure=None,
        )
        self.known.append((record, begins))
        return record.id

    def decided(self) -> None:
        self.known = [
            (record.model_copy(update={"status": CampaignStatus.REJECTED}), begins) for record, begins in self.known
        ]


class Sales:
    source = NamedSource("simulated", "simulated")
    newest_version = ""

    async def take_up(self, version: str) -> None:
        raise AssertionError("days that are made up come with no files")

    async def tell(self, problem: str) -> None:
        raise AssertionError("days that are made up come with no files")

    def reference(self, world: LiveWorld) -> WorldRef:
        return WorldRef(scenarios=world.scenarios, world_id=world.world_id)

    async def opened(self, ref: WorldRef) -> World:
        return SimulatedWorlds().open(ref)

    async def provenance(self) -> Provenance:
        return SimulatedWorlds().open(WorldRef()).provenance


class Log:
    """Keeps the days that are told."""

    def __init__(self) -> None:
        self.days: list[date] = []

    async def append(self, drafts: Sequence[Draft]) -> Sequence[Event]:
        self.days += [draft.params.data.today for draft in drafts if isinstance(draft.params.data, DayPassed)]
        return []


def live(today: date = FIRST, *, speed: float = 3.0) -> SimpleNamespace:
    """A live world in which sleeping takes no time and is written down."""
    clock, trends, runs, campaigns, slept = Clock(today, speed), Trends(), Runs(), Campaigns(), []
    runs.today = lambda: clock.world.today
    told = Log()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if change := parts.on_sleep.pop(len(slept), None):
            await change()

    runner = LiveWorldRunner(
        clock=clock,
        commands=Commands(),
        scenarios=Scenarios(),
        trends=trends,
        runs=runs,  # type: ignore[arg-type]
        due=campaigns,
        events=told,
        bus=InProcessBus(),
        sales=Sales(),
        days=GivenDays("simulated", FIRST, LAST, LAST),
        opened=LiveWorld(seed=7, today=FIRST, speed=speed, running=True),
        model="fake:copywriter",
        limits=RiskLimits(),
        deadlines=Deadlines(
            campaigns, campaigns, runs, grace=GRACE, now=lambda: STARTED + timedelta(seconds=sum(slept))
        ),
        hands=Hands(sleep, lambda: sum(slept)),
    )
    parts = SimpleNamespace(
        runner=runner, clock=clock, trends=trends, runs=runs, campaigns=campaigns, told=told, slept=slept, on_sleep={}
    )
    return parts
