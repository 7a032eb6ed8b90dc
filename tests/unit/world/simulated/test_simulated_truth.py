"""The true answer to ads: concave, saturating, worth a sensible spend on soup and not worth a foolish one."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.channel import Channel
from world.simulated.channels import simulated
from world.simulated.market.catalogue import categories, category_index
from world.simulated.market.history import history
from world.simulated.market.market import SENSING_DAY
from world.simulated.market.timeline import day_index
from world.simulated.truth import ad_lift, carried_over, maximum_lift

SEEDS = (1, 2, 3, 7)
STORE_DAYS = 30 * 7


def margin_per_store_day(seed: int, category: str) -> float:
    place = category_index(category)
    today = day_index(SENSING_DAY)
    units = history(seed, frozenset()).through(SENSING_DAY).shopping.units[today - 27 : today + 1, place]
    return float(units.mean()) * categories()[place].average_price * categories()[place].margin_rate


def roi(seed: int, category: str, spend: dict[Channel, float]) -> float:
    """Of pounds over 7 days in 30 stores: (incremental margin - spend) / spend."""
    margin = margin_per_store_day(seed, category)
    lift = sum(float(ad_lift(seed, channel, category, pounds / STORE_DAYS)) for channel, pounds in spend.items())
    return margin * lift * STORE_DAYS / sum(spend.values()) - 1


def best_split(seed: int, category: str, budget: float, steps: int = 100) -> dict[Channel, float]:
    """The greedy split in equal steps, which is optimal for concave curves."""
    spend = dict.fromkeys(Channel, 0.0)
    step = budget / steps
    for _ in range(steps):
        gain = {
            channel: float(
                ad_lift(seed, channel, category, (pounds + step) / STORE_DAYS)
                - ad_lift(seed, channel, category, pounds / STORE_DAYS)
            )
            for channel, pounds in spend.items()
        }
        spend[max(gain, key=lambda channel: gain[channel])] += step
    return spend


@given(
    seed=st.integers(0, 1000),
    channel=st.sampled_from(list(Channel)),
    category=st.text(max_size=12),
    spend=st.floats(0.01, 40),
)
def test_lift_rises_ever_more_slowly_towards_its_maximum(
    seed: int, channel: Channel, category: str, spend: float
) -> None:
    none, half, full, double = ad_lift(seed, channel, category, np.array([0, spend / 2, spend, 2 * spend]))
    assert none == 0
    assert half < full <= double <= maximum_lift(seed, channel, category)
    assert full - half <= half - none


def test_the_lift_at_the_saturation_spend_is_sixty_three_per_cent_of_the_maximum() -> None:
    for channel in Channel:
        lift = ad_lift(7, channel, "soup", simulated(channel).nature.saturation)
        assert float(lift) == pytest.approx(0.6321 * maximum_lift(7, channel, "soup"), rel=1e-3)


def test_a_smaller_audience_saturates_sooner() -> None:
    assert ad_lift(7, Channel.EMAIL, "anything", 1.0, audience=0.1) > ad_lift(7, Channel.EMAIL, "anything", 1.0)


@given(channel=st.sampled_from(list(Channel)), spend=st.lists(st.floats(0, 100), min_size=1, max_size=30))
def test_carry_over_follows_the_recursion_of_adstock(channel: Channel, spend: list[float]) -> None:
    rate, before, expected = simulated(channel).nature.carry_over, 0.0, []
    for pounds in spend:
        before = (1 - rate) * pounds + rate * before
        expected.append(before)
    np.testing.assert_allclose(carried_over(channel, np.array(spend)), expected, atol=1e-9)


def test_carry_over_loses_nothing_in_the_end() -> None:
    spend = np.zeros(60)
    spend[:7] = 20.0
    for channel in Channel:
        assert carried_over(channel, spend).sum() == pytest.approx(spend.sum(), rel=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_five_thousand_pounds_on_soup_pay_when_split_well(seed: int) -> None:
    best = roi(seed, "soup", best_split(seed, "soup", 5000))
    equal = roi(seed, "soup", dict.fromkeys(Channel, 1000.0))
    assert 0.3 < best < 1.3
    assert best > equal + 0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_all_of_it_in_one_channel_pays_far_less_than_the_best_split(seed: int) -> None:
    best = roi(seed, "soup", best_split(seed, "soup", 5000))
    assert all(roi(seed, "soup", {channel: 5000.0}) < best - 0.5 for channel in Channel)


@pytest.mark.parametrize("seed", SEEDS)
def test_returns_diminish_strongly(seed: int) -> None:
    returns = [roi(seed, "soup", best_split(seed, "soup", budget)) for budget in (1000, 5000, 20000)]
    assert returns[0] > returns[1] + 0.5
    assert returns[2] < 0


def test_some_cells_pay_and_some_never_do() -> None:
    first_hundred = {
        (channel, category.name): roi(7, category.name, {channel: 100.0})
        for channel, category in product(Channel, categories())
    }
    assert sum(value > 0 for value in first_hundred.values()) > 15
    assert sum(value < 0 for value in first_hundred.values()) > 15
