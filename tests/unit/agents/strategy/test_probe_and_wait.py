"""What a plan says that tries with a little, and one that waits: the strategy node through its door."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain.context import CampaignContext, RiskLimits
from domain.plan import Audience
from domain.state import CampaignStatus
from storage.ports import Probing
from storage.records import Balance
from tests.story import Story
from tests.unit.agents.corner_shop import TODAY, QuietHouse, Writers, opportunity, state
from tests.unit.agents.strategy.planner import plan_of, run
from tests.unit.agents.strategy.test_verdict import elsewhere

SAME_SHOPPERS = Audience(segment="category_buyers", description="shoppers who already buy soup", regions=["North"])


async def test_without_evidence_the_plan_is_a_probe_that_says_what_it_can_tell() -> None:
    plan = plan_of(await run(state()))
    assert plan.probe is not None
    assert plan.loss is not None
    assert plan.budget <= plan.probe.limit == 1000
    assert plan.reason.startswith("A probe. £")
    assert "No campaign has shown yet what ads do for soup" in plan.reason
    assert plan.probe.detectable_lift is not None
    assert plan.probe.detectable_lift > 0
    assert f"of extra sales or more ({plan.probe.detectable_lift:.1%})" in plan.reason
    assert 0 <= plan.loss.probability < plan.loss.limit == 0.25
    assert f"The chance that it loses money is {plan.loss.probability:.0%}." in plan.reason


async def test_a_probe_that_is_all_there_is_to_spend_holds_nothing_back_and_says_nothing_of_it() -> None:
    small = plan_of(await run(state(budget=600)))
    assert small.probe is not None
    assert "No campaign has shown yet what ads do for soup." in small.reason
    assert "is not spent at once" not in small.reason
    assert "is not spent at once" in plan_of(await run(state())).reason


async def test_a_smaller_probe_may_be_asked_for() -> None:
    plan = plan_of(await run(state(), CampaignContext(limits=RiskLimits(probe_limit=Decimal(300)))))
    assert plan.probe is not None
    assert 0 < plan.budget <= 300


async def test_a_flight_that_runs_in_the_same_stores_is_waited_for_and_no_model_is_asked() -> None:
    writers, story = Writers(), Story()
    over = TODAY + timedelta(days=4)
    plan = plan_of(await run(state(), writers=writers, story=story, house=QuietHouse(over, SAME_SHOPPERS)))
    assert plan.verdict == "wait"
    assert plan.look_again_on == over
    assert plan.budget == 0
    assert plan.reason.startswith("A campaign on soup for category buyers in North is running until 11 November: ")
    assert plan.reason.endswith("Look again on 12 November 2026.")
    assert writers.opened == 0
    assert story.statuses == [CampaignStatus.WAITING]


@pytest.mark.parametrize(
    ("of_day", "whole", "verdict"), [("49.99", "5000", "wait"), ("50", "5000", "spend"), ("0", "10", "spend")]
)
async def test_a_day_without_a_smallest_order_left_is_waited_out(of_day: str, whole: str, verdict: str) -> None:
    house = QuietHouse(kept={TODAY: balance(of_day, TODAY), None: balance(whole)})
    plan = plan_of(await run(state(), house=house))
    assert plan.verdict == verdict
    if verdict == "wait":
        assert plan.look_again_on == TODAY + timedelta(days=1)
        assert "£49.99 of the account's £8,000.00 for 8 November are left" in plan.reason


@pytest.mark.parametrize(
    ("theirs", "verdict"),
    [
        (None, "wait"),
        (SAME_SHOPPERS.model_copy(update={"segment": "adult_category_buyers"}), "wait"),
        (SAME_SHOPPERS.model_copy(update={"segment": "lapsing_buyers"}), "spend"),
        (SAME_SHOPPERS.model_copy(update={"regions": ["Isles"]}), "spend"),
    ],
    ids=["unknown", "some of the same", "others in the same stores", "the same elsewhere"],
)
async def test_a_flight_for_other_shoppers_or_in_other_stores_is_not_waited_for(
    theirs: Audience | None, verdict: str
) -> None:
    house = QuietHouse(TODAY + timedelta(days=4), theirs)
    assert plan_of(await run(state(), house=house)).verdict == verdict


async def test_the_later_of_two_days_is_when_to_look_again() -> None:
    over = TODAY + timedelta(days=4)
    kept = {TODAY: balance("0", TODAY), None: balance("5000")}
    plan = plan_of(await run(state(), house=QuietHouse(flying_until=over, kept=kept)))
    assert plan.look_again_on == over
    assert "the smallest order is £50.00" in plan.reason


async def test_what_would_not_be_spent_on_anyway_is_not_waited_for() -> None:
    given = state(opportunity=opportunity(advertisable=False))
    plan = plan_of(await run(given, house=QuietHouse(flying_until=TODAY + timedelta(days=4))))
    assert plan.verdict == "dont_spend"


async def test_what_happened_across_categories_is_left_with_its_advice_and_no_shelf_is_looked_for() -> None:
    lost = opportunity(advertisable=False).model_copy(
        update={"category": "all categories", "categories": ["soup", "pies"]}
    )
    plan = plan_of(await run(state(opportunity=lost)))
    assert (plan.verdict, plan.category, plan.hero_sku) == ("dont_spend", "all categories", "")
    assert plan.reason == lost.diagnosis.advice


def balance(free: str, day: date | None = None) -> Balance:
    budget = Decimal(8000)
    return Balance(account="x", day=day, budget=budget, reserved=budget - Decimal(free), committed=Decimal(0))


async def test_a_share_limit_that_no_orders_keep_to_is_named() -> None:
    limits = RiskLimits(channel_share=0.1)
    plan = plan_of(await run(state(), CampaignContext(limits=limits)))
    assert plan.verdict == "dont_spend"
    assert "No channel may take more than 10% of what is spent" in plan.reason
    assert "`channel_share`" in plan.reason


NEXT_DOOR = SAME_SHOPPERS.model_copy(update={"regions": ["Isles"]})
MEASURED = TODAY + timedelta(days=8)


def probing(budget: str, audience: Audience = NEXT_DOOR) -> Probing:
    return Probing(audience, Decimal(budget), MEASURED)


async def test_probes_in_regions_apart_share_what_probes_may_lose() -> None:
    plan = plan_of(await run(state(), house=QuietHouse(probes=[probing("600")])))
    assert plan.probe is not None
    assert plan.budget <= plan.probe.limit == 400
    others = NEXT_DOOR.model_copy(update={"segment": "lapsing_buyers"})
    apart = plan_of(await run(state(), house=QuietHouse(probes=[probing("600", others)])))
    assert apart.probe is not None
    assert apart.probe.limit == 1000


async def test_where_probes_under_way_may_lose_it_all_another_waits_for_their_measurement() -> None:
    writers, house = Writers(), QuietHouse(probes=[probing("700"), probing("299.99")])
    plan = plan_of(await run(state(), writers=writers, house=house))
    assert (plan.verdict, plan.look_again_on) == ("wait", MEASURED)
    assert plan.budget == 0
    assert plan.reason.startswith(
        "A probe of £700.00 on soup for category buyers in Isles is measured on 16 November: "
    )
    assert writers.opened == 0


async def test_of_two_that_plan_at_once_the_later_one_looks_again_tomorrow() -> None:
    plan = plan_of(await run(state(), house=QuietHouse(probes=[Probing(None, None, None)])))
    assert (plan.verdict, plan.look_again_on) == ("wait", TODAY + timedelta(days=1))
    assert "is being planned" in plan.reason


async def test_a_category_that_is_known_is_spent_on_beside_a_probe() -> None:
    known = [elsewhere(number, name, 1.2) for number, name in enumerate(("pies", "bread", "tea", "salad"))]
    plan = plan_of(await run(state(), lessons=known, house=QuietHouse(probes=[probing("1000")])))
    assert (plan.verdict, plan.probe) == ("spend", None)
