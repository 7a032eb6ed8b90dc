"""From a plan to an order the platform can take: pure functions."""

from collections.abc import Sequence
from uuid import UUID

from domain.booking import MediaBuyRequest, MediaProduct, PackageRequest
from domain.creative import Creative, Outcome
from domain.errors import BadInput
from domain.identifiers import derived_id
from domain.money import Money
from domain.plan import Allocation, CampaignPlan
from domain.state import CampaignState
from domain.verdict import fingerprint


def idempotency_key(campaign_id: UUID, plan: CampaignPlan) -> str:
    """The same decision has the same key, so it can be sent twice and bought once."""
    return f"ts-{derived_id(campaign_id, plan.cycle, plan.decision_hash()).hex}"


def check_ready(state: CampaignState) -> CampaignPlan:
    """The plan, when everything that money needs is there. Raises BadInput otherwise."""
    plan = state.the_spending_plan
    if state.approval is None or state.approval.decision != "approve":
        raise BadInput("the campaign is not approved", remedy="decide at the gate first")
    if state.compliance is Outcome.FAIL or state.compliance is None:
        raise BadInput("the campaign has not passed compliance", remedy="edit the copy or reject the campaign")
    # A campaign checked before fingerprints were kept has none.
    if state.judged and state.judged != fingerprint(plan, state.creatives):
        raise BadInput(
            "the plan or an ad is another than compliance has judged", remedy="edit at the gate, where it is checked"
        )
    if plan.budget <= 0 or plan.budget > state.budget:
        raise BadInput(
            f"the plan spends £{plan.budget:,.2f} of a budget of £{state.budget:,.2f}",
            remedy="plan again",
            field="budget",
        )
    return plan


def order(
    state: CampaignState,
    plan: CampaignPlan,
    campaign_id: UUID,
    *,
    key: str,
    account: str,
    world_id: str,
    products: Sequence[MediaProduct],
) -> MediaBuyRequest:
    """One package per channel and group of stores, each with its channel's ads.

    Raises BadInput for a channel nobody sells, that has no ad, or whose ad has another size than what is sold there.
    """
    sold = {product.channel: product for product in products}
    packages = []
    for allocation in plan.allocations:
        ads = [creative for creative in state.creatives if creative.channel == allocation.channel]
        if allocation.channel not in sold:
            raise BadInput(f"the ad platform does not sell {allocation.channel.value}", remedy="plan again without it")
        if not ads:
            raise BadInput(f"{allocation.channel.value} has no ad", remedy="resume the campaign from creative")
        # A plan from before plans named the product's size was drawn in the size of its day.
        if allocation.creative_type:
            _refuse_another_size(ads, sold[allocation.channel])
        product_id, shown = sold[allocation.channel].product_id, [ad.id for ad in ads]
        packages += [
            PackageRequest(
                product_id=product_id,
                channel=allocation.channel,
                budget=budget,
                creative_ids=shown,
                group=group,
                stores=stores,
            )
            for group, stores, budget in _served(plan, allocation)
        ]
    return MediaBuyRequest(
        campaign_id=campaign_id,
        world_id=world_id,
        account=account,
        category=plan.category,
        sku=plan.hero_sku,
        flight=plan.flight,
        treated_stores=plan.holdout.treated_stores,
        packages=packages,
        idempotency_key=key,
    )


def _served(plan: CampaignPlan, allocation: Allocation) -> list[tuple[str, list[str], Money]]:
    """Name, stores and pounds of each group that is served a channel; no name and no stores where all are alike."""
    if plan.experiment is None or allocation.channel not in plan.experiment.varied:
        return [("", [], allocation.budget)]
    return [
        (group.name, group.stores, group.budgets[allocation.channel])
        for group in plan.experiment.groups
        if group.budgets.get(allocation.channel)
    ]


def ads_of(plan: CampaignPlan, creatives: Sequence[Creative]) -> list[Creative]:
    """The ads an order of `plan` is for, in its order."""
    return [ad for allocation in plan.allocations for ad in creatives if ad.channel == allocation.channel]


def _refuse_another_size(ads: Sequence[Creative], product: MediaProduct) -> None:
    for ad in ads:
        if ad.format.picture != product.format.picture:
            raise BadInput(
                f"the {ad.channel.value} ad is made as {ad.type} and the ad platform now takes {product.creative_type}",
                remedy="start a campaign anew, so that its ads are made for what is sold now",
            )
