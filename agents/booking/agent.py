"""The booking node. Its order is what keeps money safe: reserve, buy with an idempotency key, commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol
from uuid import UUID

from langgraph.runtime import Runtime

from agents.booking.order import ads_of, check_ready, idempotency_key, order
from domain.booking import BookingConfirmation, MediaBuy, MediaBuyRequest, MediaProduct
from domain.context import CampaignContext, WorldRef
from domain.errors import (
    BadInput,
    Conflict,
    NotFound,
    OutcomeUnknown,
    PlatformFailure,
    TescoSenseError,
    TransientFailure,
)
from domain.identifiers import derived_id
from domain.money import pounds
from domain.plan import CampaignPlan
from domain.state import CampaignState, NodeResult
from storage.ports import BudgetLedger
from world.ports import AdPlatform, AdPlatforms
from world.references import Resolve


class Today(Protocol):
    async def __call__(self, context: CampaignContext) -> date | None:
        """The day it is where the campaign lives; None in a world of its own, whose days pass when it asks."""
        ...


class BookingAgent:
    def __init__(self, *, platforms: AdPlatforms, ledger: BudgetLedger, resolve: Resolve, today: Today) -> None:
        self._platforms = platforms
        self._ledger = ledger
        self._resolve = resolve
        self._today = today

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        """Raises Conflict under the kill switch and where an order that was not answered does not stand and its days
        have begun, BadInput for a campaign not ready to be booked, BudgetExceeded, PlatformFailure when no buy stands
        (the reservation is given back), TransientFailure when worth another try and OutcomeUnknown when it cannot be
        told what stands (the reservation is kept with both, because a buy may)."""
        context = runtime.context
        plan, campaign_id = check_ready(state), state.the_campaign
        attempt = _Attempt(state, plan, context, self._resolve(context, campaign_id))
        if await self._ledger.holds(attempt.key):
            buy = await self._buy_again(attempt)
        else:
            buy = await self._buy(attempt)
        await self._commit(buy)
        return {"booking": confirmation(buy, campaign_id, plan)}

    async def _buy(self, attempt: "_Attempt") -> MediaBuy:
        platform = self._platform(attempt)
        request = await self._reserved(attempt, platform)
        return await self._sent(request, attempt, platform)

    async def _buy_again(self, attempt: "_Attempt") -> MediaBuy:
        """An earlier attempt may have got through: the platform is asked what it has before anything is sent again."""
        platform = self._platform(attempt)
        try:
            request = await self._reserved(attempt, platform)
        except TransientFailure:
            raise
        except TescoSenseError as error:
            raise OutcomeUnknown(
                f"{error.problem}, and whether the order sent before stands is not known yet",
                remedy="its money stays reserved until the ad platform has been asked",
            ) from error
        try:
            standing = await platform.standing(request)
        except PlatformFailure:
            await self._give_back(attempt.key)
            raise
        if standing is not None:
            return standing
        await self._refuse_days_gone(request, attempt)
        return await self._sent(request, attempt, platform)

    async def _refuse_days_gone(self, request: MediaBuyRequest, attempt: "_Attempt") -> None:
        """Nobody knows how long an order went unanswered: what was to be shown on days that are over is not bought."""
        today = await self._today(attempt.context)
        if today is not None and request.flight.start < today:
            await self._give_back(attempt.key)
            raise Conflict(
                f"the ad platform has no such order, and its flight was to begin on {request.flight.start}; today is "
                f"{today}",
                remedy="start a new campaign",
            )

    def _platform(self, attempt: "_Attempt") -> AdPlatform:
        return self._platforms.open(attempt.world, attempt.context.faults)

    async def _reserved(self, attempt: "_Attempt", platform: AdPlatform) -> MediaBuyRequest:
        """The order, once its money is set aside; reserving again changes nothing."""
        request = attempt.order(await platform.products())
        await self._ledger.reserve(
            key=attempt.key,
            campaign_id=request.campaign_id,
            account=request.account,
            amount=request.total,
            day=attempt.state.today,
            cycle=attempt.plan.cycle,
            most=attempt.state.budget,
        )
        return request

    async def _sent(self, request: MediaBuyRequest, attempt: "_Attempt", platform: AdPlatform) -> MediaBuy:
        try:
            return await platform.create_media_buy(request, ads_of(attempt.plan, attempt.state.creatives))
        except PlatformFailure:
            await self._give_back(attempt.key)
            raise

    async def _give_back(self, key: str) -> None:
        """Nothing stands. What an attempt before had committed already is as free again as what is reserved."""
        await self._ledger.release(key)
        if await self._ledger.holds(key):
            await self._ledger.settle(key, pounds(0))

    async def _commit(self, buy: MediaBuy) -> None:
        """What the platform has taken on, which may be less than was reserved: the rest is free again."""
        try:
            await self._ledger.commit(buy.request.idempotency_key, buy.request.total)
        except (BadInput, Conflict, NotFound) as error:
            raise OutcomeUnknown(
                f"The media buy {buy.media_buy_id} stands, and the ledger does not take it: {error.problem}",
                remedy="compare the campaign's ledger with the ad platform",
            ) from error


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What there is to book, and where."""

    state: CampaignState
    plan: CampaignPlan
    context: CampaignContext
    world: WorldRef

    @property
    def key(self) -> str:
        return idempotency_key(self.state.the_campaign, self.plan)

    def order(self, products: Sequence[MediaProduct]) -> MediaBuyRequest:
        return order(
            self.state,
            self.plan,
            self.state.the_campaign,
            key=self.key,
            account=self.context.account_of(self.state.the_campaign),
            world_id=self.world.world_id,
            products=products,
        )


def confirmation(buy: MediaBuy, campaign_id: UUID, plan: CampaignPlan) -> BookingConfirmation:
    return BookingConfirmation(
        id=derived_id(buy.request.idempotency_key),
        campaign_id=campaign_id,
        cycle=plan.cycle,
        transaction_id=buy.media_buy_id,
        idempotency_key=buy.request.idempotency_key,
        status=buy.status,
        flight=buy.request.flight,
        committed=buy.request.total,
        booked_at=datetime.now(UTC),
    )
