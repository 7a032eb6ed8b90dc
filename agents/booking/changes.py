"""Changing what is booked. The order of booking keeps the money safe here too: reserve, change, commit; and what a
change frees is freed once the platform has made it."""

from datetime import timedelta

from domain.booking import BookingConfirmation, MediaBuyState
from domain.buy_changes import BuyChange, BuyChanged
from domain.context import CampaignContext, WorldRef
from domain.errors import NotFound, PlatformFailure, TransientFailure
from domain.money import Money
from domain.state import CampaignState
from storage.ports import RaisableLedger
from world.ports import AdPlatform, AdPlatforms


class BuyChanges:
    """Makes one change of a campaign's media buy. Made again, it changes nothing more."""

    def __init__(self, *, platforms: AdPlatforms, ledger: RaisableLedger) -> None:
        self._platforms = platforms
        self._ledger = ledger

    async def __call__(
        self, state: CampaignState, context: CampaignContext, world: WorldRef, change: BuyChanged
    ) -> BookingConfirmation:
        """The booking as it stands then.

        Raises Conflict and BudgetExceeded when a raise does not fit the ledger, PlatformFailure and NotFound when the
        platform leaves the buy as it was (a raise is given back), TransientFailure when worth another try and
        OutcomeUnknown when it cannot be told whether it was changed (a raise is kept with both).
        """
        booking = state.the_booking
        platform = self._platforms.open(world, context.faults)
        raised = self._ledger.raise_of(booking.idempotency_key, change.key)
        if change.budget is not None:
            await self._reserve_raise(raised, change.budget, state, context, change)
        try:
            told = await platform.update_media_buy(booking.transaction_id, change)
        except (PlatformFailure, NotFound):
            await self._ledger.release(raised)
            raise
        committed = await self._settled(booking, platform, told, change)
        made = change.model_copy(update={"committed_before": booking.committed, "committed_after": committed})
        return booking.model_copy(
            update={"status": told.status, "committed": committed, "changes": [*booking.changes, made]}
        )

    async def _reserve_raise(
        self, key: str, budget: Money, state: CampaignState, context: CampaignContext, change: BuyChange
    ) -> None:
        """What the new budget takes beyond what is held for the buy already, an earlier try of this very change
        included."""
        campaign_id = state.the_campaign
        more = budget - await self._ledger.held(state.the_booking.idempotency_key)
        if more > 0:
            await self._ledger.reserve(
                key=key,
                campaign_id=campaign_id,
                account=context.account_of(campaign_id),
                amount=more,
                day=change.day,
            )

    async def _settled(
        self, booking: BookingConfirmation, platform: AdPlatform, told: MediaBuyState, change: BuyChange
    ) -> Money:
        """Pounds committed to the buy from now on; whatever else was held for it is free."""
        key = booking.idempotency_key
        if change.budget is not None:
            await self._ledger.settle(key, told.total)
            return told.total
        if change.action != "cancel":
            return booking.committed
        try:
            last = max(change.day - timedelta(days=1), booking.flight.start)
            delivery = await platform.delivery(booking.transaction_id, last)
        except (TransientFailure, PlatformFailure, NotFound):
            # Measurement reads it again, and frees what is left then.
            return booking.committed
        spent = sum((row.spend for row in delivery.rows), start=booking.committed * 0)
        if not delivery.is_final or spent > await self._ledger.held(key):
            return booking.committed
        await self._ledger.settle(key, spent)
        return spent
