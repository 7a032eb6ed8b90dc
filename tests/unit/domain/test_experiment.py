"""A campaign's experiment: every treated store in one group, every pound in one of them."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from domain.channel import Channel
from domain.plan import CampaignPlan, Experiment, StoreGroup
from tests.examples import a_plan, spread

HALF = dict.fromkeys((Channel.SPONSORED_SEARCH, Channel.EMAIL), Decimal(500))


def group(name: str, *stores: str) -> StoreGroup:
    return StoreGroup(name=name, stores=list(stores), budgets=HALF)


def test_a_plan_keeps_its_experiment_through_storage() -> None:
    plan = spread(a_plan(), {"A": HALF, "B": HALF})
    again = CampaignPlan.model_validate_json(plan.model_dump_json())
    assert again == plan
    assert again.experiment is not None
    assert again.experiment.spent_on(Channel.EMAIL) == 1000
    assert again.experiment.spent_on(Channel.PAID_SOCIAL) == 0


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ([group("A", "S02"), group("B", "S02", "S03", "S04")], "one group"),
        ([group("A", "S02"), group("A", "S03", "S04")], "names of their own"),
        ([group("A", "S02"), group("B", "S03")], "treated stores"),
        ([group("A", "S02", "S01"), group("B", "S03", "S04")], "treated stores"),
        ([group("A", "S02", "S03", "S04")], "do not come to"),
    ],
)
def test_a_store_left_out_or_served_twice_and_a_pound_without_a_place_are_refused(
    groups: list[StoreGroup], said: str
) -> None:
    whole = a_plan().model_dump()
    with pytest.raises(ValidationError, match=said):
        CampaignPlan.model_validate(whole | {"experiment": Experiment(groups=groups, varied=[], reason="")})
