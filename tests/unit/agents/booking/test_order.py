"""What is ordered of the ad platform, and what is not."""

from decimal import Decimal
from uuid import UUID

import pytest

from agents.booking.order import ads_of, order
from domain.booking import MediaBuyRequest, MediaProduct
from domain.channel import Channel
from domain.creative import Creative
from domain.errors import BadInput
from domain.plan import CampaignPlan
from domain.state import CampaignState
from tests.examples import a_creative, a_plan, spread

CAMPAIGN = UUID(int=1)
BOTH = (Channel.SPONSORED_SEARCH, Channel.EMAIL)


def sold(channel: Channel, creative_type: str) -> MediaProduct:
    return MediaProduct(
        product_id=f"{channel}-x",
        channel=channel,
        cpm=Decimal(8),
        minimum_budget=Decimal(50),
        maximum_daily_budget=Decimal(1500),
        creative_type=creative_type,
    )


def made(channel: Channel, creative_type: str) -> Creative:
    return a_creative(channel).model_copy(update={"type": creative_type})


def planned(*takes: str) -> CampaignPlan:
    plan = a_plan()
    plan.allocations = [
        allocation.model_copy(update={"creative_type": takes[place]})
        for place, allocation in enumerate(plan.allocations)
    ]
    return plan


def ordered(plan: CampaignPlan, ads: list[Creative], products: list[MediaProduct]) -> MediaBuyRequest:
    state = CampaignState(campaign_id=CAMPAIGN, creatives=ads)
    return order(state, plan, CAMPAIGN, key="ts-key-1", account="house", world_id="w", products=products)


def test_an_ad_of_the_size_that_is_sold_is_ordered_and_goes_with_the_order() -> None:
    ads = [made(Channel.EMAIL, "email_600x400"), made(Channel.SPONSORED_SEARCH, "sponsored_product_600x600")]
    products = [sold(Channel.SPONSORED_SEARCH, "sponsored_product_600x600"), sold(Channel.EMAIL, "email_600x400")]
    plan = planned("sponsored_product_600x600", "email_600x400")
    assert [package.creative_ids for package in ordered(plan, ads, products).packages] == [[ads[1].id], [ads[0].id]]
    assert ads_of(plan, ads) == [ads[1], ads[0]]


@pytest.mark.parametrize("now", ["display_728x90", "podcast_script"])
def test_an_ad_of_another_size_than_is_sold_by_now_is_not_ordered(now: str) -> None:
    ads = [made(Channel.SPONSORED_SEARCH, "sponsored_product_600x600"), made(Channel.EMAIL, "email_600x400")]
    products = [sold(Channel.SPONSORED_SEARCH, "sponsored_product_600x600"), sold(Channel.EMAIL, now)]
    with pytest.raises(BadInput, match=f"email ad is made as email_600x400 and the ad platform now takes {now}"):
        ordered(planned("sponsored_product_600x600", "email_600x400"), ads, products)


def test_a_plan_made_before_plans_named_sizes_is_still_ordered() -> None:
    ads = [made(Channel.SPONSORED_SEARCH, "search_listing_600x200"), made(Channel.EMAIL, "email_600x400")]
    products = [sold(Channel.SPONSORED_SEARCH, "sponsored_product_600x600"), sold(Channel.EMAIL, "email_600x400")]
    assert len(ordered(planned("", ""), ads, products).packages) == 2


def test_each_group_of_stores_is_served_by_a_package_of_its_own() -> None:
    ads = [made(Channel.EMAIL, ""), made(Channel.SPONSORED_SEARCH, "")]
    products = [sold(Channel.SPONSORED_SEARCH, "sponsored_product_600x600"), sold(Channel.EMAIL, "email_600x400")]
    whole = a_plan()
    plan = spread(
        whole,
        {
            "A": {Channel.SPONSORED_SEARCH: Decimal(300), Channel.EMAIL: Decimal(1000)},
            "B": {Channel.SPONSORED_SEARCH: Decimal(700)},
        },
    )
    request = ordered(plan, ads, products)
    assert [(one.channel, one.group, one.budget, request.stores_of(one)) for one in request.packages] == [
        (Channel.SPONSORED_SEARCH, "A", Decimal(300), ["S02"]),
        (Channel.SPONSORED_SEARCH, "B", Decimal(700), ["S03", "S04"]),
        (Channel.EMAIL, "A", Decimal(1000), ["S02"]),
    ]
    assert request.total == plan.budget


def test_a_channel_that_is_not_varied_is_one_package_for_all_stores() -> None:
    ads = [made(Channel.EMAIL, ""), made(Channel.SPONSORED_SEARCH, "")]
    products = [sold(Channel.SPONSORED_SEARCH, "sponsored_product_600x600"), sold(Channel.EMAIL, "email_600x400")]
    plan = spread(a_plan(), {"A": dict.fromkeys(BOTH, Decimal(400)), "B": dict.fromkeys(BOTH, Decimal(600))})
    assert plan.experiment is not None
    plan.experiment.varied = [Channel.EMAIL]
    request = ordered(plan, ads, products)
    assert [(one.channel, one.group, one.budget, request.stores_of(one)) for one in request.packages] == [
        (Channel.SPONSORED_SEARCH, "", Decimal(1000), ["S02", "S03", "S04"]),
        (Channel.EMAIL, "A", Decimal(400), ["S02"]),
        (Channel.EMAIL, "B", Decimal(600), ["S03", "S04"]),
    ]


def test_the_same_money_spread_otherwise_is_another_decision() -> None:
    first, second = Decimal(400), Decimal(600)
    one = spread(a_plan(), {"A": dict.fromkeys(BOTH, first), "B": dict.fromkeys(BOTH, second)})
    other = spread(a_plan(), {"A": dict.fromkeys(BOTH, second), "B": dict.fromkeys(BOTH, first)})
    assert len({one.decision_hash(), other.decision_hash(), a_plan().decision_hash()}) == 3
