"""Which angle each ad of a campaign leans on."""

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.creative.angles import angles
from domain.channel import Channel
from domain.creative import Angle
from domain.plan import Allocation
from tests.examples import a_plan

ANGLES = st.sampled_from(get_args(Angle))
BUDGETS = st.dictionaries(st.sampled_from(Channel), st.integers(0, 1000).map(Decimal), min_size=1)


def allocations(budgets: dict[Channel, Decimal]) -> list[Allocation]:
    one = a_plan().allocations[0]
    return [one.model_copy(update={"channel": channel, "budget": budget}) for channel, budget in budgets.items()]


@given(lead=ANGLES, budgets=BUDGETS)
def test_the_largest_budget_leads_and_no_angle_beside_it_comes_twice(
    lead: Angle, budgets: dict[Channel, Decimal]
) -> None:
    leaning = angles(lead, allocations(budgets))
    assert set(leaning) == {channel for channel, budget in budgets.items() if budget > 0}
    if leaning:
        most = max(budgets.values())
        assert any(leaning[channel] == lead for channel in leaning if budgets[channel] == most)
        beside = [angle for angle in leaning.values() if angle != lead]
        assert len(set(beside)) == len(beside)
        assert len(leaning) - len(beside) == max(1, len(leaning) // 2)


@given(lead=ANGLES, budgets=BUDGETS)
def test_the_order_of_the_allocations_does_not_matter(lead: Angle, budgets: dict[Channel, Decimal]) -> None:
    turned = dict(reversed(list(budgets.items())))
    assert angles(lead, allocations(budgets)) == angles(lead, allocations(turned))


@pytest.mark.parametrize("bought", [3, 4, 5])
@pytest.mark.parametrize("lead", get_args(Angle))
def test_three_channels_or_more_lean_on_three_angles_or_more(lead: Angle, bought: int) -> None:
    budgets = {channel: Decimal(100 + place) for place, channel in enumerate(list(Channel)[:bought])}
    assert len(set(angles(lead, allocations(budgets)).values())) >= 3


@pytest.mark.parametrize("lead", [angle for angle in get_args(Angle) if angle != "comfort"])
def test_comfort_stands_beside_no_other_angle(lead: Angle) -> None:
    """It hangs on the weather, and would be told in a heatwave."""
    assert "comfort" not in angles(lead, allocations(dict.fromkeys(Channel, Decimal(100)))).values()
