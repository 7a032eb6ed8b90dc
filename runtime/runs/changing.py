"""Changing the media buy of a campaign whose flight is booked: what may be asked for now, and carrying it out."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple, Protocol
from uuid import UUID

import structlog

from agents.booking.agent import Today
from domain.booking import BookingConfirmation
from domain.buy_changes import BuyAction, BuyChanged, refuse_impossible
from domain.context import CampaignContext, WorldRef
from domain.errors import (
    BadInput,
    Conflict,
    NotFound,
    OutcomeUnknown,
    PlatformFailure,
    StorageUnavailable,
    TescoSenseError,
    TransientFailure,
)
from domain.events import MediaBuyChanged
from domain.money import Money, pounds
from domain.plan import Flight
from domain.state import CampaignState, CampaignStatus
from graph.attempting.policies import AD_PLATFORM
from graph.compiled import CompiledCampaign, thread_config
from graph.recording import change_of_buy
from runtime.runs.answers import Allowance
from runtime.runs.orders import RunOrder
from storage.engine.damage import reading
from storage.ports import CampaignRecords
from storage.records import Promise
from world.ports import AdPlatforms, Worlds
from world.references import Resolve

log = structlog.get_logger()


class Wanted(NamedTuple):
    """What somebody asks to be changed about what is booked."""

    action: BuyAction
    budget: Money | None = None
    """With `budget`: pounds the whole flight may cost, what is spent included."""
    on: date | None = None
    """The first day it holds on, in a world whose days do not pass by themselves; elsewhere that is today."""
    by: str = ""
    was: Money | None = None
    """With `budget`: what it may cost now, as whoever asks has seen it; None where nothing is presumed."""


class MakesChanges(Protocol):
    """`agents.booking.changes.BuyChanges`."""

    async def __call__(
        self, state: CampaignState, context: CampaignContext, world: WorldRef, change: BuyChanged
    ) -> BookingConfirmation: ...


class Purse(Allowance, Protocol):
    """The ledger: asked beforehand, and for what it holds."""

    async def held(self, key: str) -> Money: ...

    def raise_of(self, key: str, change: str) -> str: ...


class Carried(NamedTuple):
    """What carrying out a change led to."""

    state: CampaignState
    told: MediaBuyChanged


def by_the_calendar(sales_to: date | None, now: date) -> date:
    """The first day a change of real ads can hold on: today, whichever day the sales have come to. What they have come
    to has run, be it a day ahead of ours."""
    return now if sales_to is None else max(now, sales_to)


class BuyChangeDesk:
    def __init__(
        self,
        *,
        graph: CompiledCampaign,
        make: MakesChanges,
        records: CampaignRecords,
        worlds: Worlds,
        platforms: AdPlatforms,
        ledger: Purse,
        today: Today,
        resolve: Resolve,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._graph = graph
        self._make = make
        self._records = records
        self._worlds = worlds
        self._platforms = platforms
        self._ledger = ledger
        self._today = today
        self._resolve = resolve
        self._sleep = sleep

    async def order(self, state: CampaignState, context: CampaignContext, wanted: Wanted, run_id: UUID) -> RunOrder:
        """The change to order of a campaign, and what it promises.

        Raises Conflict where nothing is booked, or what is booked cannot be changed so any more; BadInput for a budget
        or a day that cannot be; BudgetExceeded for a raise that does not fit the ledger.
        """
        booking = _booked(state)
        change = BuyChanged(
            key=f"change-{run_id.hex}",
            action=wanted.action,
            day=await self._day(state, context, booking, wanted.on),
            budget=wanted.budget,
            by=wanted.by,
            at=datetime.now(UTC),
        )
        refuse_impossible(change, booking.made, booking.flight)
        if wanted.was not in (None, booking.committed):
            raise Conflict(
                f"the budget is £{booking.committed} by now, and not £{wanted.was}: somebody else has changed it",
                remedy="say again what it is to be",
            )
        if wanted.budget is not None:
            await self._check_budget(wanted.budget, change.day, state, context, booking)
        thread_id, promise = state.the_campaign, self._promise_of(state, context, change)
        if promise:
            await self._ledger.require_room(
                campaign_id=thread_id, account=promise.account, amount=promise.amount, day=promise.day
            )
        return RunOrder(
            thread_id=thread_id, run_id=run_id, action="change", context=context, change=change, promise=promise
        )

    async def __call__(self, order: RunOrder) -> Carried:
        """Carry out an ordered change, whatever of it has been carried out before, and keep what came of it.

        What the platform or the ledger refuses is kept with the booking and told; the campaign goes on as it was.
        Raises StorageUnavailable, and Damaged for a campaign that cannot be read.
        """
        change = order.change
        if change is None:
            raise BadInput("the order has no change to carry out", remedy="order it anew")
        state = await self._state(order.thread_id)
        if all(known.key != change.key for known in state.the_booking.changes):
            if change.budget is not None:
                # A campaign never holds more than its own budget: somebody has decided that it may.
                await self._record(state, order.context, max(state.budget, _earlier(state) + change.budget))
            booking = await self._made_or_refused(state, order.context, change)
            held = await self._ledger.held(booking.idempotency_key)
            update = {"booking": booking, "budget": max(state.budget, _earlier(state) + held)}
            await self._graph.aupdate_state(thread_config(order.thread_id), update, as_node="booking")
            state = await self._state(order.thread_id)
        await self._record(state, order.context, state.budget)
        booking = state.the_booking
        kept = next(known for known in booking.changes if known.key == change.key)
        return Carried(
            state,
            MediaBuyChanged(
                campaign_id=order.thread_id,
                transaction_id=booking.transaction_id,
                action=kept.action,
                day=kept.day,
                status=booking.status.value,
                committed=booking.committed,
                by=kept.by,
                problem=kept.problem,
            ),
        )

    async def _record(self, state: CampaignState, context: CampaignContext, budget: Money) -> None:
        await self._records.record(change_of_buy(state.model_copy(update={"budget": budget}), context))

    async def _made_or_refused(
        self, state: CampaignState, context: CampaignContext, change: BuyChanged
    ) -> BookingConfirmation:
        booking = state.the_booking
        world = self._resolve(context, state.the_campaign)
        try:
            return await self._persistently(state, context, world, change)
        except StorageUnavailable:
            raise
        except (BadInput, Conflict, NotFound, PlatformFailure, OutcomeUnknown, TransientFailure) as error:
            log.warning("change.not_made", campaign_id=str(state.campaign_id), action=change.action, reason=str(error))
            refused = change.model_copy(update={"problem": str(error)})
            return booking.model_copy(update={"changes": [*booking.changes, refused]})

    async def _persistently(
        self, state: CampaignState, context: CampaignContext, world: WorldRef, change: BuyChanged
    ) -> BookingConfirmation:
        """As the nodes that reach the ad platform are tried again."""
        retry = AD_PLATFORM.retry
        for number in range(retry.max_attempts - 1):
            try:
                return await self._make(state, context, world, change)
            except TransientFailure as error:
                log.info("change.tried_again", campaign_id=str(state.campaign_id), reason=str(error))
            await self._sleep(retry.initial_interval * retry.backoff_factor**number)
        return await self._make(state, context, world, change)

    async def _day(
        self, state: CampaignState, context: CampaignContext, booking: BookingConfirmation, on: date | None
    ) -> date:
        """Today where days pass by themselves. A trial's do not: there it is whichever day is named, or the first that
        a change can still hold on. A real seller shows ads by the calendar, whatever day the files have come to."""
        today = await self._today(context)
        world = self._worlds.open(self._resolve(context, state.the_campaign))
        if world.provenance.ad_response == "real":
            today = by_the_calendar(today, datetime.now(UTC).date())
        if today is None:
            return on or max([booking.flight.start, *(change.day for change in booking.made)])
        if on not in (None, today):
            raise BadInput(
                f"a change holds from today on, and that is {today} where this campaign runs",
                remedy="leave the day out",
                field="on",
            )
        return today

    async def _check_budget(
        self, budget: Money, day: date, state: CampaignState, context: CampaignContext, booking: BookingConfirmation
    ) -> None:
        spent = await self._spent(state, context, booking, day)
        if spent is not None and budget < spent:
            raise Conflict(
                f"£{spent} of the flight's budget is spent already, which is more than £{budget}",
                remedy="cancel it to spend no more",
            )
        left = Flight(start=max(day, booking.flight.start), end=booking.flight.end).days
        a_day = pounds((budget - (spent or 0)) / left)
        most = context.limits.daily_budget
        if most is not None and a_day > most:
            raise BadInput(
                f"£{budget} would be £{a_day} a day, and the campaign may spend £{most} a day",
                remedy="give it less",
                field="budget",
            )

    def _promise_of(self, state: CampaignState, context: CampaignContext, change: BuyChanged) -> Promise | None:
        """What carrying out a change is going to reserve; None where it is nothing."""
        booking = state.the_booking
        more = pounds(0) if change.budget is None else change.budget - booking.committed
        if more <= 0:
            return None
        key = self._ledger.raise_of(booking.idempotency_key, change.key)
        return Promise(context.account_of(state.the_campaign), change.day, more, booking.cycle, key)

    async def _spent(
        self, state: CampaignState, context: CampaignContext, booking: BookingConfirmation, day: date
    ) -> Money | None:
        """Pounds the platform has charged for the days before `day`; None where it does not tell now. It judges the
        change itself in any case."""
        last = min(day - timedelta(days=1), booking.flight.end)
        if last < booking.flight.start:
            return Decimal(0)
        platform = self._platforms.open(self._resolve(context, state.the_campaign))
        try:
            delivery = await platform.delivery(booking.transaction_id, last)
        except TescoSenseError as error:
            log.info("change.spend_unknown", campaign_id=str(state.campaign_id), reason=str(error))
            return None
        return sum((row.spend for row in delivery.rows), start=Decimal(0))

    async def _state(self, thread_id: UUID) -> CampaignState:
        with reading(thread_id):
            return CampaignState.model_validate((await self._graph.aget_state(thread_config(thread_id))).values)


def is_paused(state: CampaignState) -> bool:
    """Whether ads of the campaign are paused that can be resumed."""
    return state.booking is not None and state.report is None and state.booking.stops.paused


def _booked(state: CampaignState) -> BookingConfirmation:
    """What is booked and not measured yet. Raises Conflict where there is nothing of the kind."""
    if state.status.is_final:
        cancelled = state.status is CampaignStatus.CANCELED
        raise Conflict(
            "the campaign was cancelled, which cannot be undone" if cancelled else f"the campaign is {state.status}",
            remedy="start a new campaign for another flight",
        )
    if state.booking is None:
        raise Conflict("nothing of the campaign is booked", remedy="decide at the gate: what is rejected books nothing")
    if state.report is not None:
        raise Conflict("the flight has been measured", remedy="there is nothing left of it to change")
    return state.booking


def _earlier(state: CampaignState) -> Money:
    """Pounds that the cycles before the one on the air have spent."""
    cycle = state.the_booking.cycle
    return sum((lesson.spent for lesson in state.lessons if lesson.cycle != cycle), start=Decimal(0))
