"""What the ad platform has delivered of campaigns so far, by day and channel: asked once for all who look."""

import asyncio
import time
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple, Protocol
from uuid import UUID

import structlog
from pydantic import BaseModel, computed_field

from domain.booking import ChannelDelivery, Delivery
from domain.buy_changes import stops_of
from domain.context import CampaignContext, WorldRef
from domain.errors import TescoSenseError
from domain.money import Money, pounds
from domain.plan import Flight
from domain.planned_spend import last_told, planned_by_day
from domain.state import CampaignStatus
from storage.campaigns.figures import BookedFlight, FigureQueries
from storage.engine.readable import readable
from storage.records import CampaignRecord, LiveWorld, Unreadable
from world.ports import AdPlatforms
from world.references import Resolve

AT_ONCE = 16
"""Flights the platform is asked about at the same time."""
KEPT = 4096
"""Answers kept for those who ask again."""
PATIENCE = 2.0
"""Seconds a table waits for the platform. What is answered later is there for whoever looks next."""

log = structlog.get_logger()


class DeliveryByDay(BaseModel):
    """The platform's own figures: delivery is what ran, attributed figures are its claim."""

    transaction_id: str | None
    cycle: int | None
    flight_days: int
    days_delivered: int
    attribution_window: str | None
    through: date | None
    items: list[ChannelDelivery]
    planned_to_date: Money
    """Of `planned`, up to `through`."""
    planned: dict[date, Money] = {}
    """What each day of the flight that is not stopped was to cost: the budget evenly, a new one over the days left."""
    flight: Flight | None = None
    committed: Money = Decimal(0)
    """What the whole flight may cost as it stands now."""
    is_paused: bool = False
    """Whether its ads are paused by a change that was made to it."""
    refused: str = ""
    """Why the newest change that was asked for was not made; empty where it was."""
    problem: str = ""
    """Why these are not the platform's newest figures but the ones it told last; empty where they are its newest."""

    @property
    def spend(self) -> Money:
        return sum((row.spend for row in self.items), start=Decimal(0))

    @property
    def told_through(self) -> date | None:
        """The last day that is told in full: of the newest of a flight that runs only a part is. None before the
        first."""
        if self.flight is None or self.through is None:
            return None
        return last_told(self.flight, self.through, runs=self.through in self.planned)

    @computed_field(description="of `committed`, not charged by now: what cancelling frees, once all days are reported")  # type: ignore[prop-decorator]
    @property
    def unspent(self) -> Money:
        return self.committed - self.spend


NOTHING_YET = DeliveryByDay(
    transaction_id=None,
    cycle=None,
    flight_days=0,
    days_delivered=0,
    attribution_window=None,
    through=None,
    items=[],
    planned_to_date=pounds(0),
)


class Contexts(Protocol):
    async def context(self, thread_id: UUID) -> CampaignContext:
        """What the campaign was started with. Raises NotFound for an unknown one."""
        ...


class Live(Protocol):
    """The live world that is served."""

    @property
    def world_id(self) -> str: ...

    async def now(self) -> LiveWorld: ...

    def reference(self, world: LiveWorld) -> WorldRef: ...


def not_up_to_date(records: Iterable[CampaignRecord], flights: Mapping[UUID, DeliveryByDay]) -> list[UUID]:
    """The campaigns in flight of which the platform does not tell the newest figures: what it told last is known, if
    anything."""
    active = [one.id for one in records if one.status is CampaignStatus.ACTIVE]
    return [one for one in active if (told := flights.get(one)) is None or told.problem]


class _Asked(NamedTuple):
    """The same question has the same answer for as long as the platform's answers hold."""

    ref: WorldRef
    transaction_id: str
    through: date
    changes: int
    """Of the buy, that have been asked for: each may make another answer of the days to come."""


class _Last(NamedTuple):
    """What the platform told last of a buy."""

    delivery: Delivery
    through: date


class OfLiveWorld(NamedTuple):
    flights: list[DeliveryByDay]
    untold: int
    """Running flights of which the platform does not tell the newest figures, or nothing."""
    unreadable: list[Unreadable]


class RunningFlights(NamedTuple):
    """Campaigns that can be read, what is told of those of them that are in flight, and the others."""

    records: list[CampaignRecord]
    told: dict[UUID, DeliveryByDay]
    unreadable: list[Unreadable]


class Deliveries:
    """One per process, so that pages looking at the same flights ask the platform once."""

    def __init__(
        self,
        *,
        figures: FigureQueries,
        contexts: Contexts,
        platforms: AdPlatforms,
        resolve: Resolve,
        live: Live,
        day_of: Callable[[CampaignContext], Awaitable[date | None]],
        fresh_for: timedelta | None,
        patience: float = PATIENCE,
    ) -> None:
        """`live` is the live world that is served, `day_of` the day it is where a campaign lives, None where no day
        passes by itself. `fresh_for` is how long an answer of the platform holds; None for
        good: a simulated one always says the same of the same days. `patience` is how many seconds a table waits."""
        self._figures = figures
        self._contexts = contexts
        self._platforms = platforms
        self._resolve = resolve
        self._live = live
        self._day_of = day_of
        self._fresh_for = fresh_for
        self.patience = patience
        self._known: OrderedDict[_Asked, tuple[float, Delivery]] = OrderedDict()
        self._last: OrderedDict[str, _Last] = OrderedDict()
        self._asking: dict[_Asked, asyncio.Task[Delivery]] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    async def of(self, campaign_id: UUID) -> DeliveryByDay:
        """The newest booking's delivery, up to the day before the world's today; empty before anything is booked. Where
        the platform does not tell it, what it told last; raises what the platform does where that is nothing."""
        booked = await self._figures.booked(campaign_id)
        if booked is None or not booked.is_ours:
            return _booked(booked) if booked else NOTHING_YET
        ref, today = await self._where(campaign_id)
        if booked.transaction_id in self._last:
            told = await self._told(booked, ref, today, self.patience)
            return told or await self._delivered(booked, ref, today)
        return await self._delivered(booked, ref, today)

    async def _where(self, campaign_id: UUID) -> tuple[WorldRef, date | None]:
        """The world a campaign lives in, and the day it is there; None where no day passes by itself."""
        context = await self._contexts.context(campaign_id)
        return self._resolve(context, campaign_id), await self._day_of(context)

    async def running(self, records: Sequence[CampaignRecord]) -> dict[UUID, DeliveryByDay]:
        """What flights have delivered for which no final report has come yet, by campaign. Raises Damaged.

        With the final reports this is all the platform has charged: every figure of spend is made of these two. A
        campaign whose delivery the platform has not told at all, or does not tell in time, is left out.
        """
        active = {one.id: one.world_id for one in records if one.status is CampaignStatus.ACTIVE}
        flights = await self._figures.running_among(list(active))
        here = self._live.world_id
        elsewhere = [one for one in flights if one.is_ours and active[one.campaign_id] != here]
        found, told = await asyncio.gather(
            self._all([one for one in flights if active[one.campaign_id] == here], self.patience),
            asyncio.gather(*(self._in_its_own_world(one) for one in elsewhere)),
        )
        of_others = {flight.campaign_id: one for flight, one in zip(elsewhere, told, strict=True) if one is not None}
        return {**found, **of_others}

    async def readable(self, records: Sequence[CampaignRecord]) -> RunningFlights:
        """The same of those that can be read, and the others."""

        async def read(some: Sequence[CampaignRecord]) -> list[tuple[CampaignRecord, DeliveryByDay | None]]:
            told = await self.running(some)
            return [(one, told.get(one.id)) for one in some]

        found = await readable(records, read, attrgetter("id"))
        told = {record.id: flight for record, flight in found.items if flight is not None}
        return RunningFlights([record for record, _ in found.items], told, found.unreadable)

    async def _in_its_own_world(self, flight: BookedFlight) -> DeliveryByDay | None:
        return await self._told(flight, *await self._where(flight.campaign_id), self.patience)

    async def of_live_world(self) -> OfLiveWorld:
        """Of every flight of the live world whose delivery the platform can tell, and of how many it does not."""
        running, unreadable = await self._figures.running_of_world(self._live.world_id)
        found = list((await self._all(running, self.patience)).values())
        return OfLiveWorld(found, len(running) - sum(not one.problem for one in found), unreadable)

    async def _all(self, flights: Sequence[BookedFlight], patience: float) -> dict[UUID, DeliveryByDay]:
        if not flights:
            return {}
        world = await self._live.now()
        ref = self._live.reference(world)
        asking = [self._told(flight, ref, world.today, patience) for flight in flights]
        found = await asyncio.gather(*asking)
        return {
            flight.campaign_id: delivery
            for flight, delivery in zip(flights, found, strict=True)
            if delivery is not None
        }

    async def _told(
        self, booked: BookedFlight, ref: WorldRef, today: date | None, patience: float
    ) -> DeliveryByDay | None:
        """What it told last where the platform does not know the buy, or does not answer, or not in time; None where
        that is nothing. The figures of all the others are still told."""
        try:
            async with asyncio.timeout(patience):
                return await self._delivered(booked, ref, today)
        except TimeoutError:
            reason = f"the ad platform has not answered within {patience} seconds"
        except TescoSenseError as error:
            reason = str(error)
        log.warning("delivery.unknown", campaign_id=str(booked.campaign_id), reason=reason)
        last = self._last.get(booked.transaction_id)
        return None if last is None else _laid_out(booked, *last, problem=reason)

    async def _delivered(self, booked: BookedFlight, ref: WorldRef, today: date | None) -> DeliveryByDay:
        """Up to the day before `today`; the whole flight where no day passes by itself."""
        flight = booked.flight
        through = flight.end if today is None else min(flight.end, today - timedelta(days=1))
        days = max((through - flight.start).days + 1, 0)
        if not days or not booked.is_ours:
            # LangGraph's own server has kept which world the platform would have to be asked in.
            return _booked(booked)
        delivered = await self._ask(_Asked(ref, booked.transaction_id, through, len(booked.changes)))
        return _laid_out(booked, delivered, through)

    async def _ask(self, asked: _Asked) -> Delivery:
        """What is known, or what whoever asked first is answered: the question goes on when nobody waits any more."""
        known = self._known.get(asked)
        if known is not None and self._holds(known[0]):
            return known[1]
        asking = self._asking.get(asked)
        if asking is None:
            asking = self._asking[asked] = asyncio.create_task(self._answered(asked), name="delivery")
            asking.add_done_callback(lambda done: self._settle(asked, done))
        return await asyncio.shield(asking)

    def _settle(self, asked: _Asked, done: "asyncio.Task[Delivery]") -> None:
        """Nobody may be left who hears of an error."""
        self._asking.pop(asked, None)
        if not done.cancelled() and done.exception() is not None:
            log.debug("delivery.not_told", media_buy=asked.transaction_id, reason=type(done.exception()).__name__)

    async def _answered(self, asked: _Asked) -> Delivery:
        async with self._room:
            moment = time.monotonic()
            delivered = await self._platforms.open(asked.ref).delivery(asked.transaction_id, asked.through)
            self._known[asked] = (moment, delivered)
            self._known.move_to_end(asked)
            self._last[asked.transaction_id] = _Last(delivered, asked.through)
            self._last.move_to_end(asked.transaction_id)
            for kept in (self._known, self._last):
                if len(kept) > KEPT:
                    kept.popitem(last=False)
            return delivered

    def _holds(self, since: float) -> bool:
        return self._fresh_for is None or time.monotonic() - since < self._fresh_for.total_seconds()


def _booked(booked: BookedFlight) -> DeliveryByDay:
    """The booking with nothing delivered yet."""
    newest = booked.changes[-1].problem if booked.changes else ""
    return NOTHING_YET.model_copy(
        update={
            "transaction_id": booked.transaction_id,
            "cycle": booked.cycle,
            "flight_days": booked.flight.days,
            "flight": booked.flight,
            "committed": booked.committed,
            "is_paused": stops_of(change for change in booked.changes if not change.problem).paused,
            "refused": newest or "",
        }
    )


def _laid_out(booked: BookedFlight, delivered: Delivery, through: date, problem: str = "") -> DeliveryByDay:
    """What was delivered up to `through`, which lies within the flight, beside what was planned by then."""
    flight = booked.flight
    made = [change for change in booked.changes if not change.problem]
    charged: defaultdict[date, Money] = defaultdict(Decimal)
    for row in delivered.rows:
        charged[row.day] += row.spend
    told = last_told(flight, through, runs=stops_of(made).runs_on(through))
    planned = planned_by_day(flight, booked.committed, made, charged, told)
    return _booked(booked).model_copy(
        update={
            "days_delivered": (through - flight.start).days + 1,
            "attribution_window": delivered.attribution_window,
            "through": through,
            "items": delivered.rows,
            "planned_to_date": sum((planned[day] for day in planned if day <= through), start=Decimal(0)),
            "planned": planned,
            "problem": problem,
        }
    )
