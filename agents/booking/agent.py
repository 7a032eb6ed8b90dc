"""The booking node. Its order is what keeps money safe: reserve, buy with an idempotency key, commit."""

from datetime import UTC, datetime
from uuid import UUID

from langgraph.runtime import Runtime

from agents.booking.order import ads_of, check_ready, idempotency_key, order
from domain.booking import BookingConfirmation, MediaBuy
from domain.context import CampaignContext
from domain.errors import PlatformFailure
from domain.identifiers import derived_id
from domain.plan import CampaignPlan
from domain.state import CampaignState, NodeResult
from storage.ports import BudgetLedger
from world.ports import AdPlatforms
from world.references import Resolve


class BookingAgent:
    def __init__(self, *, platforms: AdPlatforms, ledger: BudgetLedger, resolve: Resolve) -> None:
        self._platforms = platforms
        self._ledger = ledger
        self._resolve = resolve

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        """Raises Conflict under the kill switch, BadInput for a campaign not ready to be booked, BudgetExceeded,
        PlatformFailure when refused (the reservation is given back) and TransientFailure when worth another try
        (the reservation is kept, because the platform may have placed the buy)."""
        context = runtime.context
        plan, campaign_id = check_ready(state), state.the_campaign
        key = idempotency_key(campaign_id, plan)
        ref = self._resolve(context, campaign_id)
        platform = self._platforms.open(ref, context.faults)
        request = order(
            state,
            plan,
            campaign_id,
            key=key,
            account=context.account_of(campaign_id),
            world_id=ref.world_id,
            products=await platform.products(),
        )
        await self._ledger.reserve(
            key=key,
            campaign_id=campaign_id,
            account=request.account,
            amount=request.total,
            day=state.today,
            cycle=plan.cycle,
            most=state.budget,
        )
        try:
            buy = await platform.create_media_buy(request, ads_of(plan, state.creatives))
        except PlatformFailure:
            await self._ledger.release(key)
            raise
        await self._ledger.commit(key, buy.request.total)
        return {"booking": confirmation(buy, campaign_id, plan)}


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
