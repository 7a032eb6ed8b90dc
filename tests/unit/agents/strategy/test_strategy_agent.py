"""The strategy node through its door: state in, plan out."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from langgraph.types import Overwrite

from agents.response.channels import response_of
from agents.response.curves import cell_name
from agents.strategy.agent import StrategyAgent
from domain.booking import BookedAds
from domain.channel import Channel, PictureSize
from domain.context import CampaignContext, RiskLimits
from domain.creative import Creative, Finding, Outcome
from domain.decision import ApprovalDecision, BudgetEdit
from domain.errors import BadInput
from domain.events import CampaignPlanned
from domain.identifiers import new_id
from domain.state import CampaignStatus, CampaignUpdate
from tests.story import Story, recorded
from tests.unit.agents.corner_shop import (
    CAMPAIGN,
    TODAY,
    CornerShop,
    LessonShelf,
    OnePlatform,
    OneWorld,
    OtherCampaigns,
    QuietHouse,
    Writers,
    lesson,
    opportunity,
    resolve,
    runtime,
    state,
)
from tests.unit.agents.strategy.planner import LIBRARY, plan_of, run


def edit(**budgets: str) -> ApprovalDecision:
    return ApprovalDecision(
        decision="edit_plan",
        reason="",
        decided_by="Ada",
        decided_at=datetime(2026, 11, 8, tzinfo=UTC),
        budgets=[BudgetEdit(channel=Channel(name), budget=Decimal(budget)) for name, budget in budgets.items()],
    )


async def test_a_plan_keeps_within_every_limit_and_expects_to_earn() -> None:
    limits = RiskLimits(channel_share=0.4, daily_budget=Decimal(300), probe_limit=Decimal(5000))
    plan = plan_of(await run(state(), CampaignContext(limits=limits)))
    spent = [allocation.budget for allocation in plan.allocations]
    assert plan.verdict == "spend"
    assert plan.predicted_roi > 0
    assert plan.budget == sum(spent) <= 300 * plan.flight.days
    assert max(spent) <= Decimal("0.4") * plan.budget
    assert "daily_budget" in plan.binding_constraints
    assert plan.shadow_price > 1
    assert plan.roi_interval.low < plan.predicted_roi < plan.roi_interval.high


async def test_the_flight_starts_tomorrow_and_nothing_later_than_today_is_read() -> None:
    world = CornerShop()
    plan = plan_of(await run(state(), world=world))
    assert (plan.flight.start - TODAY).days == 1
    assert plan.flight.days == 7
    assert all(end <= TODAY for _, end in world.asked)


async def test_the_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    first, again = plan_of(await run(state())), plan_of(await run(state()))
    other = plan_of(await run(state(), CampaignContext(seed=8)))
    assert first == again
    assert [a.budget for a in other.allocations] != [a.budget for a in first.allocations]


async def test_the_roi_is_the_margin_of_the_allocations_over_their_spend() -> None:
    plan = plan_of(await run(state()))
    sales = float(sum(allocation.expected_incremental_sales for allocation in plan.allocations))
    spend = float(plan.budget)
    assert plan.predicted_roi == pytest.approx((plan.margin_rate * sales - spend) / spend, rel=1e-4)
    assert plan.predicted_iroas == pytest.approx(sales / spend, rel=1e-4)


async def test_an_empty_shelf_is_answered_with_advice_and_no_model_is_asked() -> None:
    writers, story = Writers(), Story()
    given = state(opportunity=opportunity(advertisable=False))
    update = await run(given, writers=writers, story=story)
    plan = plan_of(update)
    assert (plan.verdict, plan.reason) == ("dont_spend", "Refill the shelves first.")
    assert plan.allocations == []
    assert writers.opened == 0
    assert update["status"] is CampaignStatus.NOT_WORTH_SPENDING
    assert story.statuses == [CampaignStatus.NOT_WORTH_SPENDING]
    assert story.plans == [plan]


async def test_media_that_cost_more_than_they_earn_are_not_bought() -> None:
    hopeless = {cell_name(channel, "category_buyers", "soup"): 5000.0 for channel in Channel}
    lessons = [lesson(n, hopeless, 0.0, standard_error=10.0) for n in range(3)]
    lessons += [
        lesson(10 + n, {cell_name(channel, "category_buyers", "soup"): 5000.0}, 0.0, standard_error=10.0)
        for n, channel in enumerate(Channel)
    ]
    plan = plan_of(await run(state(), lessons=lessons))
    assert plan.verdict == "dont_spend"
    assert "lose money" in plan.reason
    assert plan.cites


async def test_a_lesson_moves_the_prediction_and_is_cited() -> None:
    context = CampaignContext(limits=RiskLimits(probe_limit=Decimal(5000)))
    before = plan_of(await run(state(), context))
    cell = cell_name(Channel.SPONSORED_SEARCH, "category_buyers", "soup")
    told = lesson(1, {cell: 20_000.0}, 20_000 * 2.5 * response_of(Channel.SPONSORED_SEARCH).prior_lift)
    after = plan_of(await run(state(), context, lessons=[told]))
    assert before.cites == []
    assert [(cite.lesson_id, cite.statement) for cite in after.cites] == [(told.id, "lesson 1")]
    assert after.predicted_roi > before.predicted_roi


async def test_a_plan_names_what_the_seller_takes_on_each_channel() -> None:
    plan = plan_of(await run(state()))
    assert {allocation.creative_type for allocation in plan.allocations} == {"display_300x250"}
    assert plan.allocations[0].format.picture == PictureSize(300, 250)


async def test_a_withdrawn_lesson_moves_nothing() -> None:
    cell = cell_name(Channel.SPONSORED_SEARCH, "category_buyers", "soup")
    told = lesson(1, {cell: 20_000.0}, 9_000.0).model_copy(update={"withdrawn": True})
    assert plan_of(await run(state(), lessons=[told])) == plan_of(await run(state()))


async def test_a_heatwave_leads_with_the_lolly_the_law_allows() -> None:
    plan = plan_of(await run(state("ice cream"), writers=Writers(hero_sku="ICE-01")))
    assert plan.hero_sku == plan.brief.hero_sku == "ICE-02"
    assert any(allocation.channel.record.law.bars_less_healthy for allocation in plan.allocations)
    assert plan.reason.endswith("is less healthy), so the ads lead with Orange Lollies instead.")


async def test_a_forecast_is_told_no_more_closely_than_it_is_known() -> None:
    plan = plan_of(await run(state()))
    told = re.search(r"about £([\d,]+) more soup, which leaves £([\d,]+) of margin: ROI [+−]\d", plan.reason)
    assert told, plan.reason
    sales = sum(float(allocation.expected_incremental_sales) for allocation in plan.allocations)
    assert float(told[1].replace(",", "")) == float(f"{sales:.3g}")


async def test_a_category_of_less_healthy_food_alone_stays_off_paid_online_media() -> None:
    plan = plan_of(await run(state("cones"), writers=Writers(hero_sku="CONE-01")))
    assert not any(allocation.channel.record.law.bars_less_healthy for allocation in plan.allocations)
    assert "law:paid_social" in plan.binding_constraints
    assert plan.reason.endswith("so nothing is bought on sponsored search, onsite display or paid social.")


async def test_beer_is_planned_for_adults() -> None:
    plan = plan_of(await run(state("beer"), writers=Writers(hero_sku="BEER-01")))
    assert plan.audience.minimum_age == 18


async def test_a_hero_that_was_not_offered_gives_way_to_the_best_seller() -> None:
    assert plan_of(await run(state(), writers=Writers(hero_sku="INVENTED"))).hero_sku == "SOUP-01"


async def test_a_second_cycle_flies_the_second_half_on_what_is_left_with_the_same_control_stores() -> None:
    context = CampaignContext(max_cycles=2, flight_days=7)
    first = plan_of(await run(state(budget=Decimal(2000)), context))
    given = state(budget=Decimal(2000), cycle=2, plan=first, lessons=[lesson(1, {}, 0.0, spent="600.10")])
    second = plan_of(await run(given, context))
    assert first.budget <= 1000
    assert second.budget <= Decimal("1399.90")
    assert (first.flight.days, second.flight.days) == (4, 3)
    assert (second.flight.start - first.flight.end).days == 1
    assert second.holdout == first.holdout


async def test_an_edit_takes_a_persons_budgets_to_the_penny_and_keeps_the_rest() -> None:
    first = plan_of(await run(state()))
    email = next(a for a in first.allocations if a.channel is Channel.EMAIL)
    given = state(plan=first, approval=edit(email="99.99", paid_social="0"))
    update = await run(given)
    second = plan_of(update)
    budgets = {a.channel: a.budget for a in second.allocations}
    kept = {a.channel: a.budget for a in first.allocations if a.channel not in {Channel.EMAIL, Channel.PAID_SOCIAL}}
    assert budgets == kept | {Channel.EMAIL: Decimal("99.99")}
    assert email.budget != Decimal("99.99")
    assert second.predicted_roi != first.predicted_roi
    assert second.decision_hash() != first.decision_hash()
    assert (second.brief, second.holdout) == (first.brief, first.holdout)
    assert second.binding_constraints[0] == "edited:Ada"
    assert "approval" not in update


async def test_an_edit_to_nothing_is_refused_as_a_rejection_in_disguise() -> None:
    first = plan_of(await run(state()))
    nothing = edit(**{a.channel.value: "0" for a in first.allocations})
    with pytest.raises(BadInput, match="every budget is zero, which would book nothing: reject it instead"):
        await run(state(plan=first, approval=nothing))


@pytest.mark.parametrize(
    ("budgets", "problem"),
    [
        ({"email": "9000"}, r"come to £[\d,]+\.\d\d and £[\d,]+\.\d\d is available"),
        ({"email": "12"}, r"smallest order of £[\d.]+: give it that at least, £[\d,.]+ at most, or leave it out"),
    ],
)
async def test_an_edit_beyond_a_limit_is_refused(budgets: dict[str, str], problem: str) -> None:
    first = plan_of(await run(state()))
    with pytest.raises(BadInput, match=problem):
        await run(state(plan=first, approval=edit(**budgets)))


async def test_an_edit_into_a_barred_channel_is_refused() -> None:
    writers = Writers(hero_sku="CONE-01")
    first = plan_of(await run(state("cones"), writers=writers))
    with pytest.raises(BadInput, match="barred by law"):
        await run(state("cones", plan=first, approval=edit(paid_social="200")), writers=writers)


def creative(channel: Channel) -> Creative:
    return Creative(
        id=new_id(), channel=channel, type="t", headline="Soup", body="Warm.", call_to_action="Shop", angle="comfort",
        sku="SOUP-01", image_description="a bowl", image_url="/x.svg", attempt=1, prompt_hash="h", model="fake:x",
        is_mock=True,
    )  # fmt: skip


def replaced(update: CampaignUpdate, field: str) -> object:
    """What a list of the state is replaced by, instead of merged with."""
    overwrite = dict(update)[field]
    assert isinstance(overwrite, Overwrite)
    return overwrite.value


async def test_an_edit_keeps_the_ads_of_the_channels_it_still_buys() -> None:
    first = plan_of(await run(state()))
    ads = [creative(a.channel) for a in first.allocations]
    dropped = next(ad for ad in ads if ad.channel is Channel.EMAIL)
    objections = [
        Finding(id=new_id(), rule_id="a.b", outcome=Outcome.REFER, creative_id=ad.id, evidence="", source="", remedy="")
        for ad in ads
    ]
    given = state(plan=first, approval=edit(email="0"), creatives=ads, findings=objections)
    update = await run(given)
    formats = {allocation.channel: allocation.format.type for allocation in first.allocations}
    kept = [ad.model_copy(update={"type": formats[ad.channel]}) for ad in ads if ad is not dropped]
    assert replaced(update, "creatives") == kept, "their words, in the formats that are bought"
    assert replaced(update, "findings") == [f for f in objections if f.creative_id != dropped.id]


async def test_a_new_cycle_starts_without_the_last_ones_ads_and_decision() -> None:
    first = plan_of(await run(state()))
    given = state(plan=first, cycle=2, creatives=[creative(Channel.EMAIL)], creative_attempts=3)
    update = await run(given, CampaignContext(max_cycles=2))
    assert replaced(update, "creatives") == []
    assert update["creative_attempts"] == 0
    assert update["approval"] is None


async def test_a_new_cycle_knows_the_headlines_of_all_before_it_and_an_edit_adds_none() -> None:
    first = plan_of(await run(state()))
    email = creative(Channel.EMAIL)
    given = state(plan=first, cycle=2, creatives=[email], headlines_said=["Earlier"])
    update = await run(given, CampaignContext(max_cycles=3))
    assert update["headlines_said"] == ["Earlier", email.headline]
    again = given.model_copy(update={"plan": plan_of(update)})
    assert "headlines_said" not in await run(again, CampaignContext(max_cycles=3))


async def test_the_plan_is_announced() -> None:
    agent = StrategyAgent(
        models=Writers(), prompts=LIBRARY, worlds=OneWorld(CornerShop()), platforms=OnePlatform(),
        lessons=LessonShelf(), booked_ads=OtherCampaigns(), running=QuietHouse(), balances=QuietHouse(),
        resolve=resolve,
    )  # fmt: skip
    where, announced = runtime()
    plan = plan_of(await recorded(agent)(state(), where))
    told = [event for event in announced if isinstance(event, CampaignPlanned)]
    assert [(event.campaign_id, event.budget) for event in told] == [(CAMPAIGN, plan.budget)]


async def test_stores_are_drawn_apart_from_those_of_a_campaign_on_the_same_days() -> None:
    """Drawn alike, the two would have the same held-out stores, and each would claim both effects."""
    alone = plan_of(await run(state()))
    beside = OtherCampaigns(
        (
            BookedAds(
                campaign_id=CAMPAIGN,
                flight=alone.flight,
                treated_stores=alone.holdout.treated_stores,
                committed=Decimal(100),
            ),
        )
    )
    theirs, again = [plan_of(await run(state(), booked_ads=beside)).holdout for _ in range(2)]
    assert theirs.control_stores != alone.holdout.control_stores
    assert theirs == again
    assert len(theirs.control_stores) == len(alone.holdout.control_stores)
