"""The response model: concave, saturating, and its slope what differences say it is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.response.channels import response_of
from agents.response.curves import ResponseCurves, cell_name, parts_of
from agents.response.evidence import Evidence
from domain.channel import Channel
from runtime.reporting.learning.believed import believed

CHANNELS = tuple(Channel)
BETA = np.linspace(0.05, 0.09, len(CHANNELS))
spends = st.lists(st.floats(0, 20_000), min_size=len(CHANNELS), max_size=len(CHANNELS)).map(np.array)
baselines = st.floats(1_000, 1_000_000)


@given(spends, baselines)
@settings(max_examples=60)
def test_the_slope_is_what_a_small_step_measures(spend: np.ndarray, baseline: float) -> None:
    curves = ResponseCurves.for_channels(CHANNELS, baseline, 210.0)
    step = 1e-4 * curves.scale
    measured = (curves.sales(spend + step, BETA) - curves.sales(spend, BETA)) / step
    assert curves.slope(spend, BETA) == pytest.approx(measured, rel=1e-3, abs=1e-6)


@given(spends, spends, baselines)
@settings(max_examples=60)
def test_returns_grow_ever_more_slowly_and_never_beyond_saturation(
    first: np.ndarray, second: np.ndarray, baseline: float
) -> None:
    curves = ResponseCurves.for_channels(CHANNELS, baseline, 210.0)
    middle = curves.sales((first + second) / 2, BETA)
    assert (middle >= (curves.sales(first, BETA) + curves.sales(second, BETA)) / 2 - 1e-6).all()
    assert (curves.sales(first, BETA) <= BETA * baseline + 1e-6).all()


def test_spending_the_scale_gives_63_percent_of_what_a_channel_can_give() -> None:
    curves = ResponseCurves.for_channels(CHANNELS, 50_000.0, 210.0)
    assert curves.scale == pytest.approx([response_of(channel).scale * 210 for channel in CHANNELS])
    assert curves.sales(curves.scale, BETA) == pytest.approx(0.632 * BETA * 50_000, rel=1e-3)


def test_no_spend_sells_nothing() -> None:
    assert (ResponseCurves.for_channels(CHANNELS, 9_000.0, 21.0).sales(np.zeros(len(CHANNELS)), BETA) == 0).all()


def test_a_cell_is_named_by_channel_audience_and_category() -> None:
    assert cell_name(Channel.EMAIL, "category_buyers", "soup") == "email|category_buyers|soup"


def test_a_category_may_hold_any_sign() -> None:
    """A retailer's own category, as its export writes it."""
    for channel in Channel:
        for category in ("Food|Soup", "Food|Tea|"):
            cell = cell_name(channel, "all_shoppers", category)
            assert parts_of(cell) == (channel.value, "all_shoppers", category)
    [belief] = believed(Evidence.of(()), [cell_name(Channel.EMAIL, "all_shoppers", "Food|Soup")])
    assert belief.category == "Food|Soup"
