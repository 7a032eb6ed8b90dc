"""The live world: a clock that moves day by day, scenarios triggered in it, campaigns it starts and measures."""

import asyncio
import math
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import structlog

from domain.context import RiskLimits, WorldRef
from domain.errors import BadInput, Conflict
from domain.identifiers import derived_id
from domain.opportunity import Opportunity
from domain.provenance import Provenance
from runtime.events.bus import Bus
from runtime.events.writer import EventLog
from runtime.live.arrivals import Arrivals
from runtime.live.days import Days, RealDays
from runtime.live.deadlines import ClockState, Deadlines, Lapses
from runtime.live.due_answers import DueAnswers
from runtime.live.pace import HANDS, LOOK_EVERY, Hands, Pace
from runtime.live.ports import (
    NOTHING_TO_CHOOSE,
    Clock,
    Commands,
    DueDays,
    Sales,
    ScenarioChoices,
    Scenarios,
    Trends,
    Triggered,
)
from runtime.live.starts import CampaignStarts, Started, campaigns_of
from runtime.live.told_days import ToldDays
from runtime.periodic import forever
from runtime.runs.runs import Runs
from storage.records import Begun, LiveWorld

SLOWEST = 0.01
"""World days per minute."""

log = structlog.get_logger()


class LiveWorldRunner:
    """One per serving process. Moving a day on is a compare-and-set on the clock's row, so two never do it twice."""

    def __init__(
        self,
        *,
        clock: Clock,
        commands: Commands,
        scenarios: Scenarios,
        trends: Trends,
        runs: Runs,
        due: DueDays,
        events: EventLog,
        bus: Bus,
        sales: Sales,
        days: Days,
        opened: LiveWorld,
        model: str,
        deadlines: Deadlines,
        limits: RiskLimits,
        look_every: float = LOOK_EVERY,
        hands: Hands = HANDS,
    ) -> None:
        """`opened` is the world as it is when nobody has opened it yet, but for its day: that is the first of `days`.
        `look_every` is the seconds between looks for days that come by themselves."""
        self._clock = clock
        self._commands = commands
        self._scenarios = scenarios
        self._trends = trends
        self._told = ToldDays(events, bus)
        self._sales = sales
        self._days = days
        self._opened = opened
        self._arrivals = Arrivals(self, days, sales) if isinstance(days, RealDays) else None
        self._starts = CampaignStarts(due, runs, trends=trends, sales=sales, days=days, model=model, limits=limits)
        self._look_every = look_every
        self._deadlines = deadlines
        self._due = DueAnswers(due, runs, deadlines)
        self._sleep = hands.sleep
        self._pace = Pace(hands)
        self._one_at_a_time = asyncio.Lock()

    async def now(self) -> LiveWorld:
        """The world as it stands; made on the first look. Raises BadInput or DataFault where its sales cannot be read
        by then."""
        known = await self._clock.load(self.world_id)
        if known is None:
            known = await self._clock.open(self._opened.model_copy(update={"today": await self._days.begins()}))
        return known

    @property
    def world_id(self) -> str:
        return self._opened.world_id

    def choices(self) -> ScenarioChoices:
        """What can be made to happen: nothing in real sales."""
        return self._scenarios.choices() if self._days.calendar == "simulated" else NOTHING_TO_CHOOSE

    def reference(self, world: LiveWorld) -> WorldRef:
        """What the world, as it stands, is looked up by."""
        return self._sales.reference(world)

    async def opened(self, ref: WorldRef) -> None:
        """Read what is to be asked about. Raises BadInput or DataFault where the sales cannot be read."""
        await self._sales.opened(ref)

    async def provenance(self) -> Provenance:
        return await self._sales.provenance()

    async def clock(self) -> ClockState:
        """The clock as it stands, when it moves on and what it waits for. A step by hand is never held back."""
        world = await self.now()
        hold = await self._deadlines.hold(world.today)
        is_real = self._arrivals is not None
        moves = world.running and not is_real and world.today < self._days.last_day
        of_the_day = (1 - self._pace.passed) * 60 / world.speed
        return ClockState(
            **dict(world),
            next_day_in=max(of_the_day, self._deadlines.seconds_left(hold), 0.0) if moves else None,
            hold=hold,
            is_held=moves and hold is not None and self._pace.is_over,
            source=self._sales.source.name,
            calendar=self._days.calendar,
            ends=None if is_real else self._days.last_day,
            problem=self._arrivals.problem if self._arrivals else "",
            provenance=await self.provenance(),
        )

    async def set_running(self, *, running: bool, speed: float | None = None) -> LiveWorld:
        """Start or pause the clock; `speed` in world days per minute.

        Raises BadInput for a speed at which nobody lives to see the next day, Conflict when the world has ended.
        """
        if speed is not None and not SLOWEST <= speed < math.inf:
            raise BadInput(
                f"the clock cannot run at {speed} days a minute",
                remedy=f"choose {SLOWEST} or more, or pause it",
                field="speed",
            )
        world = await self.now()
        if self._arrivals is not None and speed is not None:
            raise BadInput(
                "the days of real sales have no speed", remedy="they come with the files; leave it out", field="speed"
            )
        if running and self._arrivals is None:
            self._refuse_beyond_the_end(world.today + timedelta(days=1))
        return await self._clock.run(running=running, speed=speed, world_id=self.world_id)

    async def lapses(self, *, scenario: str | None = None) -> Lapses:
        """What a step would end undecided, or else a trigger of the scenario. Raises BadInput for an unknown one."""
        world = await self.now()
        through = world.today + timedelta(days=1)
        if scenario is not None:
            through = self._scenarios.shows_on(self._scenarios.schedule(scenario, through))
        return await self._deadlines.lapses(world.today, through)

    async def step(self, *, command_id: UUID | None = None, may_lapse: int | None = None) -> LiveWorld:
        """Move one day on: measure the flights that have ended, then sense the new day. The same command once more,
        after a process has died over it, moves no further and does what today asks that is not done. Raises WouldLapse
        where more proposals would lapse than `may_lapse`, any number where that is None; Conflict where another
        process has moved the clock."""
        if self._arrivals is not None:
            await self._arrivals.by_hand()
        async with self._one_at_a_time:
            begun = await self._begun(command_id)
            world = await self.now()
            if begun is None or begun.today is None:
                self._refuse_beyond_the_end(world.today + timedelta(days=1))
                await self._deadlines.require(world.today, world.today + timedelta(days=1), may_lapse)
                moved = await self._next_day(world, command_id)
                if moved is None:
                    raise Conflict("another process has moved the clock on", remedy="look at the clock again")
                world = moved
            await self._due.give(world)
            await self._start_of_day(world)
            return world

    async def take_up(self, day: date, *, is_newest: bool) -> LiveWorld:
        """Stand on the day: what has been due by it is measured and, on the newest, campaigns are started; on others
        their flights would lie in the past. Doing it again does what was not done."""
        async with self._one_at_a_time:
            world = await self.now()
            if world.today < day:
                world = await self._next_day(world) or await self.now()
            await self._due.give(world)
            if is_newest:
                await self._start_of_day(world)
            else:
                found = await self.trends()
                log.info("day.past", today=str(world.today), seen=[opportunity.headline for opportunity in found])
            return world

    async def _start_of_day(self, world: LiveWorld) -> None:
        """A real day's campaigns go by the day, so that a process that goes on with it starts none a second time."""
        day = derived_id("day", world.world_id, world.today.isoformat()) if self._arrivals is not None else None
        await self._starts.start(world, await self.trends(), day)

    async def trigger(
        self,
        name: str,
        *,
        category: str | None = None,
        regions: Sequence[str] = (),
        command_id: UUID | None = None,
        may_lapse: int | None = None,
    ) -> Triggered:
        """Let a scenario begin tomorrow, in its usual category and regions or those given, and move on to the day on
        which it shows. The same command once more, after a process has died over it, goes on where that left off.

        Raises BadInput for an unknown name, category or region, with the near miss, for a category where there is none
        to choose, and in sales that are real; Conflict for what has been called off meanwhile; WouldLapse as `step`.
        """
        if self._days.calendar != "simulated":
            raise BadInput(
                f"nothing can be made to happen in {self._sales.source.name}: its sales are real",
                remedy="serve the simulated world to try scenarios",
                field="scenario",
            )
        async with self._one_at_a_time:
            begun = await self._begun(command_id)
            world = await self.now()
            scenario = begun.scenario if begun else None
            if scenario is None:
                self._refuse_beyond_the_end(world.today + timedelta(days=1))
                tomorrow = world.today + timedelta(days=1)
                scenario = self._scenarios.schedule(name, tomorrow, category=category, regions=regions)
                self._refuse_beyond_the_end(self._scenarios.shows_on(scenario))
                await self._deadlines.require(world.today, self._scenarios.shows_on(scenario), may_lapse)
                world = await self._clock.schedule(scenario, self.world_id, command_id=command_id)
            elif scenario not in world.scenarios:
                raise Conflict(f"{scenario.name} of {scenario.starts} was called off", remedy="trigger it anew")
            shows_on = self._scenarios.shows_on(scenario)
            while world.today < shows_on:
                moved = await self._next_day(world)
                if moved is None:
                    world = await self.now()  # Another process has moved the clock on, and does what the day asks.
                else:
                    await self._due.give(world := moved)
            if begun is not None:
                await self._due.give(world)
            if begun is not None and world.today > shows_on:
                started = await self._starts.under_way(begun.campaigns)
                reason = "" if started else f"the day on which it showed, {shows_on}, was over when it was gone on with"
            else:
                to_start = Begun(scenario=scenario, campaigns=begun.campaigns if begun else ())
                started, reason = await self._start_all(world, command_id, to_start)
            return Triggered(scenario=scenario, today=world.today, campaign_ids=started, reason=reason)

    async def _begun(self, command_id: UUID | None) -> Begun | None:
        return None if command_id is None else await self._commands.begun(command_id)

    async def _start_all(self, world: LiveWorld, command_id: UUID | None, begun: Begun) -> Started:
        """The campaigns of a trigger, noted before they are started: whoever goes on with it finds them."""
        found = await self.trends()
        if command_id is not None:
            chosen = tuple(campaigns_of(command_id, found))
            await self._commands.note(command_id, begun.model_copy(update={"campaigns": chosen}))
        return await self._starts.start(world, found, command_id)

    async def trends(self) -> Sequence[Opportunity]:
        """What sensing sees in the live world today."""
        world = await self.now()
        ref = self.reference(world)
        await self._sales.opened(ref)
        return await self._trends.trends(ref, world.today)

    async def passed_over(self, found: Sequence[Opportunity]) -> dict[UUID, str]:
        """Those of today's opportunities that no campaign is started for, for what was begun already, and why."""
        return await self._starts.passed_over(await self.now(), found)

    async def forget_scenarios(self) -> LiveWorld:
        """Back to a world in which nothing was made to happen. The day stays, unless it was the world's last: then the
        world begins again."""
        async with self._one_at_a_time:
            world = await self.now()
            if self._arrivals is None:
                first = await self._days.begins()
                last, before = self._days.last_day, world.today
                world = await self._clock.call_off(last_day=last, first_day=first, world_id=self.world_id)
                if world.today < before:
                    await self._told.tell(self.world_id, world.today)
            self._starts.forget()
            return world

    async def keep_turning(self) -> None:
        """Move the clock on while it runs, until cancelled. A day that fails is logged and tried again."""
        await forever("clock", self.turn)

    async def turn(self) -> None:
        """Wait until the next day is due and no decision is waited for any more, and move on to it. On the world's last
        day the clock stops. Days that come by themselves are looked for."""
        if self._arrivals is not None:
            await self._sleep(min(LOOK_EVERY, self._look_every) if self._arrivals.is_behind else self._look_every)
            await self._arrivals.turn(self._deadlines)
            await self._due.lapse(await self._clock.load(self.world_id))
            return
        await self._pace.until_over(self._look)
        day = (await self.now()).today
        await self._pace.while_held(partial(self._is_held, day))
        world = await self.now()
        if world.today != day:
            return
        if world.today >= self._days.last_day:
            log.info("clock.ended", today=str(world.today))
            await self._clock.run(running=False, world_id=self.world_id)
            return
        try:
            await self.step()
        except Conflict as error:
            log.info("clock.elsewhere", reason=str(error))

    async def _look(self) -> LiveWorld:
        """The world as it stands, from which what has become too late is gone."""
        world = await self.now()
        await self._due.lapse(world)
        return world

    async def _is_held(self, day: date) -> bool:
        """Whether a decision on the day is waited for still, unless somebody has moved the clock on by hand."""
        world = await self._look()
        return world.today == day and (not world.running or await self._due.holds(world))

    async def _next_day(self, world: LiveWorld, command_id: UUID | None = None) -> LiveWorld | None:
        """The world on its next day; None when another process has moved the clock on. Raises Conflict at its end."""
        tomorrow = world.today + timedelta(days=1)
        self._refuse_beyond_the_end(tomorrow)
        if not await self._clock.advance(world.today, tomorrow, world_id=self.world_id, command_id=command_id):
            return None
        self._pace.begin()
        await self._told.tell(self.world_id, tomorrow)
        return world.model_copy(update={"today": tomorrow})

    def _refuse_beyond_the_end(self, day: date) -> None:
        if day <= (last := self._days.last_day):
            return
        if self._arrivals is not None:
            raise Conflict(
                f"the files of {self._sales.source.name} end on {last}",
                remedy="put the next day's sales into the folder; it is taken up by itself",
            )
        raise Conflict(f"the live world ends on {last}", remedy="reset the agents to begin again on its first day")
