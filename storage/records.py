"""What the repositories give back: plain records, never rows."""

from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, computed_field

from domain.caller import Role
from domain.campaign_names import campaign_name
from domain.channel import Channel
from domain.context import LIVE_WORLD, ScheduledScenario
from domain.creative import Finding
from domain.events import Event
from domain.lesson import Lesson
from domain.money import Money
from domain.plan import Audience
from domain.shoppers import USUAL, Shoppers
from domain.state import CampaignStatus, Failure

COMMANDS_KEPT = timedelta(days=7)
"""How long what came with an id of its client's is answered as the first time."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class CampaignRecord(_Record):
    """One row of the campaigns table."""

    id: UUID
    name: str
    status: CampaignStatus
    budget: Money
    target_audience: Audience | None
    created_at: AwareDatetime
    updated_at: AwareDatetime
    account: str
    world_id: str
    category: str | None
    headline: str | None
    spent: Money = Field(description="pounds the platform has charged, over all cycles")
    failure: Failure | None

    @computed_field(description="what it is called: `Soup for lapsing buyers in London`")  # type: ignore[prop-decorator]
    @property
    def called(self) -> str:
        return campaign_name(self.category, self.target_audience, self.name)


class Unreadable(_Record):
    """A campaign whose row in a list cannot be read."""

    campaign_id: UUID
    why: str = Field(description="what cannot be read, and what to do, in one sentence")


class CampaignPage(_Record):
    items: list[CampaignRecord]
    next: str | None = Field(description="cursor of the next page, None at the end")
    unreadable: list[Unreadable] = Field(default=[], description="those of the page that cannot be read")


class Check(_Record):
    """All that compliance found when it looked once, passes included."""

    findings: list[Finding]


class PerformanceRecord(_Record):
    """One row of the performance log: one channel in one report."""

    id: UUID
    campaign_id: UUID
    impressions: int
    clicks: int
    spend: Money
    timestamp: AwareDatetime
    report_id: UUID
    channel: Channel
    conversions: int
    conversion_value: Money
    units_sold: int


class Reservation(_Record):
    """One entry of the budget ledger."""

    key: str
    campaign_id: UUID
    account: str
    day: date
    amount: Money
    state: Literal["reserved", "committed", "released"]
    changed_at: AwareDatetime


class Balance(_Record):
    """A budget and what is taken from it: reserved + committed <= budget."""

    account: str
    day: date | None = Field(description="None for the account as a whole")
    budget: Money
    reserved: Money
    committed: Money

    @property
    def free(self) -> Money:
        return self.budget - self.reserved - self.committed


class KillSwitch(_Record):
    stopped: bool
    reason: str = ""
    changed_by: str = ""
    changed_at: datetime | None = None


class LessonPage(_Record):
    items: list[Lesson]
    next: str | None = Field(description="cursor of the next page, None at the end")


class AuditEntry(_Record):
    """One thing somebody did, or tried to."""

    id: UUID
    at: AwareDatetime
    who: str = Field(description="the name of the key; on the command line, who is logged in there")
    role: Role
    via: str = Field(description="`http`, `socket` or `command line`")
    act: str = Field(description="`campaign.answer`, `simulation.trigger`, ...")
    subject: str = Field(description="the campaign or the lesson it was done to; empty for the house")
    asked: JsonValue = Field(description="what was sent with it")
    outcome: Literal["done", "refused", "failed"] | None = Field(
        description="None under way, and where nobody could tell any more"
    )
    problem: str = Field(description="why it was refused or failed")


class AuditPage(_Record):
    items: list[AuditEntry]
    next: str | None = Field(description="cursor of the next page, None at the end")


class EventPage(_Record):
    """Events of all threads in the order they were stored."""

    items: list[Event]
    next: int = Field(description="the position to go on from")


class ActiveRun(_Record):
    """Who is running a thread, and when they last said so."""

    thread_id: UUID
    run_id: UUID
    owner: str
    heartbeat_at: AwareDatetime
    ordered: JsonValue = None
    """The order it is run for; None while somebody only looks whether an order can be given."""


class KeptOrder(_Record):
    """Of an order that has not been carried out: whose it is, without what it says."""

    thread_id: UUID
    run_id: UUID
    owner: str
    is_taken_up: bool
    """Whether the owner took it up from who gave it."""


class LiveWorld(_Record):
    """The live world's clock and what has been made to happen in it."""

    world_id: str = LIVE_WORLD
    seed: int
    shoppers: Shoppers = USUAL
    today: date
    speed: float = Field(gt=0, description="world days per minute")
    running: bool
    scenarios: tuple[ScheduledScenario, ...] = ()


class Promise(NamedTuple):
    """Money that an order is going to reserve for a cycle of its campaign, and may not have reserved yet."""

    account: str
    day: date | None
    """On whose budget; today in UTC when None."""
    amount: Money
    cycle: int
    key: str = ""
    """It is going to be reserved under; empty where the cycle tells it, as what a buy is raised by does not."""


class Frame(NamedTuple):
    """One event as it travels: `text` is the JSON of the envelope."""

    thread: str
    seq: int
    text: str


class Kept(NamedTuple):
    """What the log holds of one thread: `first` is above 1 once its history was trimmed."""

    first: int
    last: int
    position: int
    """Of its last event, among those of all threads."""


class History(NamedTuple):
    """The log at one moment."""

    epoch: UUID
    position: int
    kept: dict[str, Kept]
    older: int
    """Threads that are not among `kept` because only the latest were asked for."""


class FramePage(NamedTuple):
    frames: list[Frame]
    next: int
    """The position to go on from."""


class Receipt(NamedTuple):
    """What the client of a command is answered, kept in the transaction that does what it says."""

    command_id: UUID
    answer: JsonValue


class KnownCommand(NamedTuple):
    """A command somebody has taken. `answer` is None until it has been carried out."""

    request: JsonValue
    owner: str
    answer: JsonValue
    is_stale: bool
    """Taken so long ago that nobody can still be at it."""


class Begun(_Record):
    """What has been done of a command of several steps. Each is kept in the transaction that does it."""

    scenario: ScheduledScenario | None = None
    """What it let happen in the live world."""
    today: date | None = None
    """The day it moved the clock on to."""
    campaigns: tuple[UUID, ...] = ()
    """What it has started, or was about to."""
