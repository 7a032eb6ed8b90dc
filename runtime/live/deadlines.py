"""Until when a waiting campaign can be approved, and how long the live clock waits for that."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple, Protocol
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from domain.context import LIVE_WORLD
from domain.errors import WouldLapse
from domain.money import Money
from domain.plan import Flight
from domain.provenance import Provenance
from domain.state import CampaignStatus
from runtime.live.asking import Askers, Asking, Asks
from runtime.live.days import Calendar
from runtime.live.ports import DueDays
from storage.engine.readable import Readable
from storage.records import CampaignRecord, LiveWorld


class Campaigns(Protocol):
    async def planned(
        self, status: CampaignStatus, *, world_id: str | None = None
    ) -> Readable[tuple[CampaignRecord, Flight | None]]:
        """All of them, each with its newest plan's flight."""
        ...


class Hold(BaseModel):
    """Why the clock stays on its day: campaigns that can be approved today and not tomorrow."""

    campaign_ids: list[UUID]
    until: AwareDatetime = Field(description="then the world goes on, decided or not")


class Lapses(BaseModel):
    """What would lapse, undecided, if the world moved on."""

    through: date = Field(description="the day it would move on to")
    campaign_ids: list[UUID]
    on_their_way: int = Field(description="those of them that have yet to reach the gate")
    budget: Money = Field(description="pounds, of those that have a plan by now")

    told: str = Field(description="what is to be asked before it happens; empty where nothing would lapse")


class ClockState(LiveWorld):
    """The live world's clock, when it moves on, and what it waits for."""

    next_day_in: float | None = Field(
        description="seconds until the next day, decisions waited for; None while the clock stands"
    )
    hold: Hold | None = Field(description="decisions the day does not pass before, for as long as they are given")
    is_held: bool = Field(description="the day is over, and the clock waits for those decisions")
    source: str = Field(description="whose sales these are: `simulated`, `complete-journey` or `files:NAME`")
    calendar: Calendar = Field(
        description="`simulated` and `recorded` days pass by the clock; `real` ones come with the files"
    )
    ends: date | None = Field(description="the last day the clock can reach; None where days come by themselves")
    problem: str = Field(description="why no new day is taken up from the files; empty where nothing is wrong")
    provenance: Provenance


class Waiting(NamedTuple):
    """A campaign at the gate. `lives` says whether days pass in its world while this process serves."""

    campaign: CampaignRecord
    flight: Flight | None
    lives: bool

    @property
    def decide_before(self) -> date | None:
        """The flight's first day. None in a world of its own, where no day passes by itself."""
        return self.flight.start if self.flight and self.lives else None

    def is_open(self, today: date) -> bool:
        """Whether it can still be approved."""
        return self.decide_before is None or today < self.decide_before


def count_open(waiting: Iterable[Waiting], today: date) -> int:
    """How many can still be approved: the one count of proposals that wait for a person."""
    return sum(one.is_open(today) for one in waiting)


class Deadlines:
    def __init__(
        self,
        campaigns: Campaigns,
        due: DueDays,
        runs: Asks,
        *,
        world_id: str = LIVE_WORLD,
        grace: timedelta = timedelta(0),
        now: Callable[[], datetime] | None = None,
    ) -> None:
        """`world_id` is the live world's; `grace` is how long every question is waited for at least, in real time."""
        self._world_id = world_id
        self._campaigns = campaigns
        self._askers = Askers(due, runs, world_id=world_id)
        self._due = due
        self._grace = grace
        self._now = now or (lambda: datetime.now(UTC))

    async def waiting(self, world_id: str | None = None) -> Readable[Waiting]:
        """Every campaign at the gate, of one world or of all; who must be decided soonest stands first."""
        found = await self._campaigns.planned(CampaignStatus.AWAITING_APPROVAL, world_id=world_id)
        waiting = [Waiting(record, flight, record.world_id == self._world_id) for record, flight in found.items]
        soonest = sorted(waiting, key=lambda one: (one.decide_before or date.max, one.campaign.updated_at))
        return Readable(soonest, found.unreadable)

    async def asking(self) -> Readable[Asking]:
        """Every campaign that asks what its chat model may cost, of all worlds, the oldest first."""
        return await self._askers.all()

    async def unheard(self, day: date) -> list[Asking]:
        """Those of the live world that will be too late for their flights on the day."""
        return await self._askers.too_late_on(day)

    def has_waited_for(self, asking: Asking) -> bool:
        """Whether a person has had their time to say what it may cost."""
        return asking.since + self._grace <= self._now()

    async def hold(self, today: date) -> Hold | None:
        """Whose last day to be approved is `today`, and until when they are waited for; None once that is over.

        A campaign still on its way, to the gate or on from it with an edit, is waited for as well, for as long as its
        run is under way, and from the moment it reaches the gate it has the whole grace: a slow model must not cost a
        person their say. One nobody is at work on has the grace from its last step.
        """
        now = self._now()
        until = {
            one.campaign_id: (now if one.is_at_work and not one.is_at_the_gate else one.updated_at) + self._grace
            for one in await self._due.undecided(today, today + timedelta(days=1), self._world_id)
        }
        open_ones = {campaign_id: moment for campaign_id, moment in until.items() if moment > now}
        return Hold(campaign_ids=list(open_ones), until=max(open_ones.values())) if open_ones else None

    async def lapses(self, today: date, through: date) -> Lapses:
        """What can be decided today and would lapse if the world moved on to `through`."""
        undecided = await self._due.undecided(today, through, self._world_id)
        asking = {one.campaign_id for one in await self.unheard(through)}
        # One that nobody is at work on will not come to the gate by itself, unless it only waits for a word.
        late = [one for one in undecided if one.is_at_the_gate or one.is_at_work or one.campaign_id in asking]
        on_their_way = sum(not one.is_at_the_gate for one in late)
        budget = sum((one.budget for one in late if one.budget is not None), start=Decimal(0))
        return Lapses(
            through=through,
            campaign_ids=[one.campaign_id for one in late],
            on_their_way=on_their_way,
            budget=budget,
            told=_told(len(late), on_their_way, budget),
        )

    async def require(self, today: date, through: date, may_lapse: int | None) -> None:
        """Raises WouldLapse where more would lapse than the caller says may; None lets any number."""
        if may_lapse is None:
            return
        late = await self.lapses(today, through)
        if (count := len(late.campaign_ids)) > may_lapse:
            raise WouldLapse(late.told, remedy=f"decide first, or ask again with `may_lapse` {count}")

    def seconds_left(self, hold: Hold | None) -> float:
        return max((hold.until - self._now()).total_seconds(), 0.0) if hold else 0.0


def _told(count: int, on_their_way: int, budget: Money) -> str:
    """`6 proposals, £19,200, will lapse`."""
    if not count:
        return ""
    way = f", {on_their_way} of them still on the way to the gate" if on_their_way else ""
    money = f", £{budget:,.0f}" if budget else ""
    comma = "," if way or money else ""
    return f"{count} proposal{'' if count == 1 else 's'}{way}{money}{comma} will lapse"
