"""A plan as an experiment, through the strategy node: who is served how much, and what that is expected to cost."""

from decimal import Decimal

import numpy as np
import pytest

from domain.booking import MediaProduct
from domain.channel import Channel
from domain.context import CampaignContext, RiskLimits
from domain.decision import ApprovalDecision, BudgetEdit
from domain.plan import CampaignPlan
from tests.unit.agents.corner_shop import MEDIA, NOW, Platform, state
from tests.unit.agents.strategy.planner import run

MINIMUM = {product.channel: product.minimum_budget for product in MEDIA}


async def planned(**limits: float) -> CampaignPlan:
    update = await run(state(), CampaignContext(limits=RiskLimits.model_validate(limits)))
    plan = update["plan"]
    assert plan is not None
    return plan


def edited(plan: CampaignPlan, **budgets: str) -> ApprovalDecision:
    return ApprovalDecision(
        decision="edit_plan",
        reason="",
        budgets=[BudgetEdit(channel=Channel(channel), budget=Decimal(budget)) for channel, budget in budgets.items()],
        decided_by="ann",
        decided_at=NOW,
    )


async def test_every_package_of_an_experiment_clears_its_smallest_order_and_the_sums_are_the_plans() -> None:
    plan = await planned(max_loss_probability=0.9, probe_limit=100_000)
    experiment = plan.experiment
    assert experiment is not None
    for allocation in plan.allocations:
        assert experiment.spent_on(allocation.channel) == allocation.budget
        for group in experiment.groups:
            given = group.budgets.get(allocation.channel, Decimal(0))
            if allocation.channel in experiment.varied and given:
                assert given >= MINIMUM[allocation.channel]
    assert {store for group in experiment.groups for store in group.stores} == set(plan.holdout.treated_stores)
    assert str(len(experiment.groups)) in experiment.reason


async def test_a_plan_says_what_its_held_out_stores_can_tell_and_what_they_cost() -> None:
    plan = await planned()
    found = plan.measurability
    assert found is not None
    assert 0 < found.detectable_lift < 1
    assert found.detectable_sales > 0
    assert found.interval_width > 0
    margin = float(plan.predicted_iroas) * plan.margin_rate * float(plan.budget)
    forgone = (margin - float(plan.budget)) * len(plan.holdout.control_stores) / len(plan.holdout.treated_stores)
    assert float(found.holdout_cost) == pytest.approx(max(forgone, 0.0), rel=0.01)


async def test_a_persons_budgets_keep_the_spread_and_what_falls_too_low_is_served_alike() -> None:
    plan = await planned(max_loss_probability=0.9, probe_limit=100_000)
    assert plan.experiment is not None
    varied = plan.experiment.varied[0]
    before = {group.name: group.budgets.get(varied, Decimal(0)) for group in plan.experiment.groups}
    total = plan.experiment.spent_on(varied)
    given = state().model_copy(update={"plan": plan, "approval": edited(plan, **{varied.value: str(total * 2)})})
    again = (
        await run(given, CampaignContext(limits=RiskLimits(max_loss_probability=0.9, probe_limit=Decimal(100_000))))
    )["plan"]
    assert again is not None
    assert again.experiment is not None
    assert varied in again.experiment.varied
    after = [group.budgets.get(varied, Decimal(0)) for group in again.experiment.groups]
    np.testing.assert_allclose(
        [float(part) for part in after], [2 * float(part) for part in before.values()], atol=0.02
    )
    small = edited(plan, **{varied.value: str(MINIMUM[varied])})
    given = state().model_copy(update={"plan": plan, "approval": small})
    last = (await run(given, CampaignContext()))["plan"]
    assert last is not None
    assert last.experiment is None or varied not in last.experiment.varied


async def test_where_nobody_says_which_stores_are_served_every_store_is_served_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def anywhere(_: Platform) -> list[MediaProduct]:
        return [product.model_copy(update={"store_targeting": False}) for product in MEDIA]

    monkeypatch.setattr(Platform, "products", anywhere)
    plan = await planned(max_loss_probability=0.9, probe_limit=100_000)
    assert plan.unmeasurable
    assert plan.experiment is None
