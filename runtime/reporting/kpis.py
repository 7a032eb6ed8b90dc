"""The figures across the top of the dashboard, with their age: worked out once for all who look."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple, Protocol

from pydantic import AwareDatetime, BaseModel

from domain.context import Autonomy, WorldRef, house_account_of
from domain.errors import BadInput, DataFault
from domain.money import Money
from domain.opportunity import Opportunity
from domain.performance import platform_claim
from domain.plan import Interval
from domain.provenance import Provenance
from domain.state import CampaignStatus
from runtime.live.asking import Asking
from runtime.live.deadlines import Deadlines, count_open
from runtime.live.starts import AUTONOMY
from runtime.reporting.delivery import Deliveries
from runtime.reporting.pacing import pace
from runtime.reporting.totals import roi_of, sales_interval
from storage.campaigns.figures import FigureQueries, FiguresMark
from storage.campaigns.queries import CampaignQueries
from storage.engine.readable import Readable, each_once
from storage.ledger.ledger import Ledger
from storage.records import Balance, LiveWorld, Unreadable


class Kpis(BaseModel):
    """The live world's campaigns together. Rates are None until something has been measured."""

    as_of: AwareDatetime
    today: date
    measured_at: AwareDatetime | None
    """When the newest final report came in: the age of everything measured."""
    provenance: Provenance
    campaigns: int
    active: int
    spend: Money
    flights_untold: int
    """Running flights of which the ad platform does not tell the newest figures: `spend` has what it told last, if
    anything."""
    pace: float | None
    """Delivered over planned spend of the flights that are running, over the days whose reports are complete; 1 is on
    pace, None before the first such day."""
    incremental_sales: Money
    incremental_interval: Interval | None
    iroas: float | None
    roi: float | None
    """Incremental margin over spend, less 1, as measured."""
    attributed_roas: float | None
    """The platform's claim, running flights included; never learned from."""
    claimed_sales: Money
    """The same in pounds of sales."""
    ctr: float | None
    """Clicks over the impressions that can be clicked, running flights included."""
    open_approvals: int
    """Campaigns at the gate that can still be approved, of all worlds: as many as `/decisions` has."""
    asked_for_money: int
    """Campaigns that ask what their chat model may cost, of all worlds: as many as `/decisions` names."""
    alarms: int | None
    """None while the sales cannot be read."""
    autonomy: Autonomy
    """Of the campaigns the live world starts; `tescosense run` gives each of its own a level."""
    budget: Money
    reserved: Money
    committed: Money
    budget_left: Money
    unreadable: list[Unreadable] = []
    """Campaigns that cannot be read and are left out of the figures they would be in, each with why."""


class Live(Protocol):
    """The live world: its day, and what sensing sees in it."""

    async def now(self) -> LiveWorld: ...

    async def trends(self) -> Sequence[Opportunity]: ...

    async def provenance(self) -> Provenance: ...

    def reference(self, world: LiveWorld) -> WorldRef: ...


class _Made(NamedTuple):
    """The figures as they were worked out, and everything they follow from."""

    mark: FiguresMark
    world: LiveWorld
    ref: WorldRef
    """Another one once a file of the sales has changed."""
    asking: Readable[Asking]
    """Who asks for money: a run lets go of its campaign after it has told of its question, which no mark tells."""
    moment: float
    kpis: asyncio.Task[Kpis]


class KpiBoard:
    """One per process. Nobody is shown what was true a moment ago: each asking compares where everything stands now
    with where it stood, which is two small reads, and only what has moved is summed again."""

    def __init__(
        self,
        *,
        figures: FigureQueries,
        campaigns: CampaignQueries,
        ledger: Ledger,
        live: Live,
        deadlines: Deadlines,
        deliveries: Deliveries,
        account_budget: Money,
        fresh_for: timedelta | None,
    ) -> None:
        """`account_budget` is the house account's before anything was booked. `fresh_for` is how long an answer of the
        ad platform holds; None for good."""
        self._figures = figures
        self._campaigns = campaigns
        self._ledger = ledger
        self._live = live
        self._deadlines = deadlines
        self._deliveries = deliveries
        self._account_budget = account_budget
        self._fresh_for = fresh_for
        self._made: _Made | None = None

    async def kpis(self) -> Kpis:
        """As of now. Those who ask while the figures are worked out wait for the same ones."""
        world = await self._live.now()
        mark = await self._figures.mark(world.world_id, house_account_of(world.world_id))
        ref = self._live.reference(world)
        asking = await self._deadlines.asking()
        made = self._made
        if made is None or not self._holds(made, mark, world, ref, asking):
            working = asyncio.create_task(self._work_out(world, asking), name="kpis")
            made = self._made = _Made(mark, world, ref, asking, time.monotonic(), working)
        kpis = await asyncio.shield(made.kpis)
        return kpis.model_copy(update={"as_of": datetime.now(UTC)})

    def _holds(self, made: _Made, mark: FiguresMark, world: LiveWorld, ref: WorldRef, asking: Readable[Asking]) -> bool:
        if made.kpis.done() and (made.kpis.cancelled() or made.kpis.exception() is not None):
            return False
        is_fresh = self._fresh_for is None or time.monotonic() - made.moment < self._fresh_for.total_seconds()
        return is_fresh and (made.mark, made.world, made.ref, made.asking) == (mark, world, ref, asking)

    async def _work_out(self, world: LiveWorld, asking: Readable[Asking]) -> Kpis:
        account = house_account_of(world.world_id)
        counts = await self._campaigns.counts(world.world_id)
        totals = await self._figures.totals(world.world_id)
        flights, untold, torn = await self._deliveries.of_live_world()
        waiting = await self._deadlines.waiting()
        balance = await self._ledger.balance(account) or self._untouched(account)
        running = platform_claim(row for flight in flights for row in flight.items)
        impressions = totals.clickable_impressions + running.clickable_impressions
        spend = totals.spend + sum((flight.spend for flight in flights), start=Decimal(0))
        sales = totals.incremental_sales
        claimed = totals.conversion_value + running.conversion_value
        return Kpis(
            as_of=datetime.now(UTC),
            today=world.today,
            provenance=await self._live.provenance(),
            measured_at=totals.measured_at,
            campaigns=sum(counts.at_each.values()),
            active=counts.at_each.get(CampaignStatus.ACTIVE, 0),
            spend=spend,
            flights_untold=untold,
            pace=pace(flights),
            incremental_sales=sales,
            incremental_interval=sales_interval(totals),
            iroas=float(sales / totals.spend) if totals.spend else None,
            roi=roi_of(totals),
            attributed_roas=float(claimed / spend) if spend else None,
            claimed_sales=claimed,
            ctr=(totals.clicks + running.clicks) / impressions if impressions else None,
            open_approvals=count_open(waiting.items, world.today),
            asked_for_money=len(asking.items),
            alarms=await self._alarms(),
            autonomy=AUTONOMY,
            budget=balance.budget,
            reserved=balance.reserved,
            committed=balance.committed,
            budget_left=balance.free,
            unreadable=each_once(
                [*counts.unreadable, *totals.unreadable, *torn, *waiting.unreadable, *asking.unreadable]
            ),
        )

    async def _alarms(self) -> int | None:
        try:
            return len(await self._live.trends())
        except (BadInput, DataFault):  # Said by the clock and by the trends; all other figures are as they are.
            return None

    def _untouched(self, account: str) -> Balance:
        nothing = Decimal(0)
        return Balance(account=account, day=None, budget=self._account_budget, reserved=nothing, committed=nothing)
