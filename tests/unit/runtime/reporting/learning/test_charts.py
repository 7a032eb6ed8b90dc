"""Curves, budgets, calibration and experiments: against figures worked by hand."""

import math
from datetime import timedelta
from decimal import Decimal
from unittest.mock import Mock
from uuid import UUID, uuid4

import numpy as np
import pytest

from agents.response.beliefs import posterior_of
from agents.response.curves import cell_name
from agents.response.evidence import Evidence
from domain.channel import Channel
from domain.context import RiskLimits
from domain.errors import DataFault
from domain.lesson import GroupLift, GroupLifts, Lesson
from domain.performance import GroupSpend, LiftEstimate, PerformanceReport
from domain.plan import INTERVAL_Z, Flight, Interval
from runtime.reporting.learning import curves as charted
from runtime.reporting.learning.budgets import options_of
from runtime.reporting.learning.calibration import calibration_of
from runtime.reporting.learning.curves import curves_of
from runtime.reporting.learning.experiment import counterfactual, experiment_of
from runtime.reporting.learning.market import CategoryMarket
from storage.campaigns.predictions import PredictedCycle
from tests.examples import a_lesson, a_plan
from tests.unit.agents.corner_shop import MEDIA, NOW, TODAY
from world.ports import StoreSales

SEARCH, EMAIL = Channel.SPONSORED_SEARCH, Channel.EMAIL
AUDIENCE = "category_buyers"
DAILY_SALES = 500.0
"""The sales at which scales are what they are named."""


def market(evidence: Evidence, margin_rate: float = 0.4) -> CategoryMarket:
    channels = (SEARCH, EMAIL)
    return CategoryMarket(
        category="soup",
        audience=AUDIENCE,
        today=TODAY,
        daily_sales=DAILY_SALES,
        stores=20,
        margin_rate=margin_rate,
        channels=channels,
        media=tuple(product for product in MEDIA if product.channel in channels),
        barred=frozenset(),
        limits=RiskLimits(channel_share=1.0),
        beliefs=posterior_of(evidence, [cell_name(channel, AUDIENCE, "soup") for channel in channels], TODAY),
    )


def an_experiment(log_lift: float, variance: float, spend: dict[Channel, float]) -> Lesson:
    group = GroupLift(stores=10, daily_sales=DAILY_SALES, spend=spend, log_lift=log_lift)
    lifts = GroupLifts(audience=AUDIENCE, days=7, groups=[group], covariance=[[variance]])
    return a_lesson().model_copy(update={"learned_on": TODAY, "exposures": [], "lifts": lifts})


def test_before_any_lesson_a_curve_gives_the_prior_effect_at_saturation() -> None:
    search, email = curves_of(market(Evidence.of([])), Evidence.of([]), "live").curves
    assert (search.lessons, search.points) == (0, [])
    assert (search.spend[0], search.sales[0], search.low[0], search.high[0]) == (0, 0, 0, 0)
    for curve, lift, scale in ((search, 0.09, 7.0), (email, 0.05, 4.0)):
        expected = [DAILY_SALES * lift * (1 - math.exp(-spend / scale)) for spend in curve.spend]
        assert curve.sales == pytest.approx(expected)
        assert all(low <= sales <= high for low, sales, high in zip(curve.low, curve.sales, curve.high, strict=True))
    # Far from the first pound the scale hardly matters, and the band is that of the effect alone: 0.6 of it.
    assert (search.high[1] - search.sales[1]) / search.sales[1] > INTERVAL_Z * 0.6


def test_a_point_is_what_was_measured_less_what_the_others_are_believed_to_have_sold() -> None:
    variance = 0.0004
    one = an_experiment(0.08, variance, {SEARCH: 7.0, EMAIL: 4.0})
    evidence = Evidence.of([one])
    curves = {curve.channel: curve for curve in curves_of(market(evidence), evidence, "live").curves}
    [search], [email] = curves[SEARCH].points, curves[EMAIL].points
    believed = {
        channel: float(np.interp(at, curves[channel].spend, curves[channel].sales))
        for channel, at in ((SEARCH, 7.0), (EMAIL, 4.0))
    }
    sold = math.exp(0.08 - variance / 2)
    assert search.sales == pytest.approx((sold - 1) * DAILY_SALES - believed[EMAIL], rel=2e-3)
    assert email.sales == pytest.approx((sold - 1) * DAILY_SALES - believed[SEARCH], rel=2e-3)
    assert search.interval.high - search.sales == pytest.approx(INTERVAL_Z * sold * 0.02 * DAILY_SALES)
    assert (search.spend, email.spend, search.campaign_id) == (7.0, 4.0, one.campaign_id)


def test_no_more_lessons_are_looked_at_than_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [an_experiment(0.08, 0.0004, {SEARCH: 7.0, EMAIL: 4.0}) for _ in range(9)]
    evidence = Evidence.of(many)
    look = Mock(side_effect=charted._points_of)
    monkeypatch.setattr(charted, "_MOST_POINTS", 3)
    monkeypatch.setattr(charted, "_points_of", look)
    curves = {curve.channel: curve for curve in curves_of(market(evidence), evidence, "live").curves}
    assert len(curves[SEARCH].points) == len(curves[EMAIL].points) == 3
    assert look.call_count == 3


def test_a_campaign_for_others_is_no_point_of_this_audiences_curve() -> None:
    one = an_experiment(0.08, 0.0004, {SEARCH: 7.0})
    assert one.lifts is not None
    other = one.model_copy(update={"lifts": one.lifts.model_copy(update={"audience": "lapsing_buyers"})})
    evidence = Evidence.of([other])
    assert all(not curve.points for curve in curves_of(market(evidence), evidence, "live").curves)


def test_each_budget_is_split_where_the_last_pounds_return_the_same() -> None:
    found = options_of(market(Evidence.of([])), [Decimal(1_200), Decimal(500)], "live")
    assert [option.budget for option in found.options] == [500, 1_200]
    small, large = found.options
    assert (float(small.spent), float(large.spent)) == pytest.approx((500, 1_200), abs=0.03)
    flight = 20 * 7
    returns = []
    for part in large.channels:
        lift, scale = {SEARCH: (0.09, 7.0), EMAIL: (0.05, 4.0)}[part.channel]
        left = math.exp(-float(part.budget) / (scale * flight))
        assert part.sales == pytest.approx(DAILY_SALES * flight * lift * (1 - left))
        returns.append(0.4 * DAILY_SALES * lift / scale * left)
    assert returns[0] == pytest.approx(returns[1], rel=1e-3)
    assert large.next_pound == pytest.approx(returns[0] - 1, rel=1e-3)
    assert large.profit == pytest.approx(0.4 * large.sales - float(large.spent))
    assert large.profit_interval.low < large.profit < large.profit_interval.high
    assert large.profit > small.profit


def test_no_pound_is_spent_that_does_not_earn_itself_back() -> None:
    [poor] = options_of(market(Evidence.of([]), margin_rate=0.01), [Decimal(5_000)], "live").options
    assert (float(poor.spent), poor.profit, poor.next_pound) == (0.0, 0.0, 0.0)
    assert not poor.channels


def predicted(predicted: float, spread: float, measured: float, error: float) -> tuple[Lesson, PredictedCycle]:
    cycle = PredictedCycle(
        campaign_id=uuid4(),
        name="Soup",
        called="Soup for lapsing buyers in London",
        cycle=1,
        predicted=predicted,
        predicted_interval=Interval(low=predicted - spread, high=predicted + spread),
        measured=measured,
        measured_interval=Interval(low=measured - error, high=measured + error),
        is_simulated=True,
    )
    return a_lesson(), cycle


def test_calibration_counts_what_is_inside_and_what_agrees() -> None:
    # In it; out of it by less than both errors together (hypot(3, 4) = 5); and by more.
    found = calibration_of([predicted(1, 3, 3.9, 4), predicted(1, 3, 5.9, 4), predicted(1, 3, 6.1, 4)], "live")
    assert [(one.inside, one.agrees) for one in found.cycles] == [(True, True), (False, True), (False, False)]
    assert (found.inside, found.agrees) == pytest.approx((1 / 3, 2 / 3))
    assert found.bias == pytest.approx((2.9 + 4.9 + 5.1) / 3)
    assert found.agrees_interval is not None
    assert found.agrees_interval.low < 2 / 3 < found.agrees_interval.high


def test_without_a_measured_cycle_there_is_no_share() -> None:
    found = calibration_of([], "live")
    assert (found.cycles, found.inside, found.agrees, found.bias, found.agrees_interval) == ([], None, None, None, None)


def test_the_expected_sales_follow_the_held_out_stores() -> None:
    held_out = np.full(12, 100.0)
    treated = np.array([200.0 * math.exp(0.02 * (-1) ** day) for day in range(8)] + [240.0] * 4)
    expected, low, high = counterfactual(treated, held_out, 8)
    assert expected == pytest.approx(np.full(12, 200.0))
    # ln ratios are +-0.02: deviation 0.02 sqrt(8 / 7); Student's t at 90 % with 7 degrees is 1.4149.
    reach = 1.4149 * 0.02 * math.sqrt(8 / 7) * math.sqrt(1 + 1 / 8)
    assert np.log(high / expected) == pytest.approx(np.full(12, reach), rel=1e-4)
    assert np.log(low / expected) == pytest.approx(np.full(12, -reach), rel=1e-4)
    with pytest.raises(DataFault, match="both arms sold on 6 days"):
        counterfactual(treated[:10], held_out[:10], 6)


def test_an_experiment_has_its_arms_its_days_and_what_it_says_of_the_days_before() -> None:
    plan = a_plan()
    start = plan.flight.start - timedelta(days=8)
    rows = [[100.0] * 15]
    rows += [[200.0 * math.exp(0.02 * (-1) ** day) for day in range(8)] + [240.0] * 7] * 3
    units = np.array(rows)
    units[:, 9] = np.nan
    sales = StoreSales(start, ("S01", "S02", "S03", "S04"), units)
    lifts = GroupLifts(
        audience="all", days=7, covariance=[[0.0001]],
        groups=[GroupLift(stores=3, daily_sales=300, spend={EMAIL: 5.0}, log_lift=0.2)],
    )  # fmt: skip
    found = experiment_of(plan, report_of(plan.flight), sales, lifts)
    assert found.held_out == ["S01"]
    [arm] = found.arms
    assert (arm.name, arm.stores, arm.spend) == ("treated", ["S02", "S03", "S04"], {EMAIL: Decimal("105.00")})
    assert arm.lift == pytest.approx(math.expm1(0.2))
    assert arm.lift_interval is not None
    assert arm.lift_interval.high == pytest.approx(math.expm1(0.2 + INTERVAL_Z * 0.01))
    assert [day.in_flight for day in found.days] == [False] * 8 + [True] * 7
    unseen = found.days[9]
    assert (unseen.treated, unseen.held_out, unseen.expected, unseen.low) == (None, None, None, None)
    assert (found.days[8].treated, found.days[8].expected) == (240.0, 200.0)
    assert found.before_inside == 1.0


def report_of(flight: Flight) -> PerformanceReport:
    return PerformanceReport(
        id=uuid4(),
        campaign_id=UUID(int=42),
        cycle=1,
        flight=flight,
        is_final=True,
        attribution_window="14 days",
        channels=[],
        groups=[GroupSpend(group="", channel=EMAIL, spend=Decimal(105))],
        impressions=0,
        clicks=0,
        spend=Decimal(105),
        attributed_roas=0.0,
        lift=LiftEstimate(
            incremental_units=1.0,
            incremental_sales=Decimal(1),
            standard_error=1.0,
            interval=Interval(low=0, high=2),
            lift=0.2,
            treated_stores=3,
            control_stores=1,
            method="by hand",
        ),
        iroas=0.0,
        roi=0.0,
        roi_interval=Interval(low=-1, high=1),
        reported_at=NOW,
    )
