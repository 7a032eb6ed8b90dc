"""Campaigns whose flights run in the live world, as a graph would have left them behind, without running one."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from domain.booking import BookingConfirmation, MediaBuyRequest, PackageRequest
from domain.buy_changes import BuyChange, BuyChanged
from domain.channel import Channel
from domain.context import HOUSE_ACCOUNT, LIVE_WORLD, CampaignContext
from domain.identifiers import derived_id
from domain.plan import Flight
from domain.state import CampaignStatus
from runtime.system import System
from tests.examples import a_change, a_plan
from tests.threads import known_thread
from tests.unit.world.simulated.simulated_world import PRODUCT_OF, TREATED

CHANNELS = {Channel.EMAIL: Decimal(300), Channel.IN_STORE_SCREEN: Decimal(300)}


async def a_running_flight(
    system: System,
    name: str,
    flight: Flight,
    *,
    world_id: str = LIVE_WORLD,
    cycle: int = 1,
    known: bool = True,
    changes: Sequence[BuyChange] = (),
) -> UUID:
    """The id of a campaign that is active, booked with the ad platform of its world. One that is not `known` has the
    transaction id of a buy that the platform has no more. The `changes` of its buy are made."""
    campaign_id = derived_id("running", name)
    ref = system.live.reference(await system.live.now()).model_copy(update={"world_id": world_id})
    request = MediaBuyRequest(
        campaign_id=campaign_id,
        world_id=world_id,
        account=HOUSE_ACCOUNT,
        category="soup",
        sku="SOUP-1",
        flight=flight,
        treated_stores=TREATED,
        packages=[
            PackageRequest(
                product_id=PRODUCT_OF[channel], channel=channel, budget=budget, creative_ids=[derived_id(name)]
            )
            for channel, budget in CHANNELS.items()
        ],
        idempotency_key=f"{name} {cycle:08}",
    )
    platform = system.platforms.open(ref)
    buy = await platform.create_media_buy(request)
    committed, made = request.total, []
    for change in changes:
        told = await platform.update_media_buy(buy.media_buy_id, change)
        kept = {"at": buy.confirmed_at, "committed_before": committed, "committed_after": told.total}
        made.append(BuyChanged(**dict(change), **kept))
        committed = told.total
    if cycle == 1:
        await known_thread(system.repositories.database, campaign_id, CampaignContext(world=ref))
        await system.campaigns.record(a_change(campaign_id, name=name, budget=request.total, world_id=world_id))
    plan = a_plan(budget=request.total, cycle=cycle).model_copy(update={"flight": flight})
    await system.campaigns.record(a_change(campaign_id, plan=plan, status=CampaignStatus.PLANNED))
    booking = BookingConfirmation(
        id=derived_id("booking", name, cycle),
        campaign_id=campaign_id,
        cycle=cycle,
        transaction_id=buy.media_buy_id if known else f"gone {name}",
        idempotency_key=request.idempotency_key,
        status=buy.status,
        flight=flight,
        committed=committed,
        booked_at=buy.confirmed_at,
        changes=made,
    )
    await system.campaigns.record(a_change(campaign_id, booking=booking, status=CampaignStatus.ACTIVE))
    return campaign_id
