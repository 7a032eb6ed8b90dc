"""Audience, offer, schedule and forecast: the rules a plan is made by."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.response.beliefs import posterior
from agents.response.curves import ResponseCurves, cell_name
from agents.response.forecast import common_error, forecast, treated_share
from agents.response.schedule import cycle_budget, cycle_flight, has_next_cycle
from agents.strategy.audience import choose_audience
from agents.strategy.decision import MediaMarket, decide, lawful_media
from agents.strategy.offer import lawful_offer
from domain.catalogue import Product
from domain.channel import Channel
from domain.context import RiskLimits
from domain.errors import DataFault
from domain.lesson import Lesson
from domain.opportunity import Cause, OpportunityKind
from domain.plan import Holdout
from tests.unit.agents.corner_shop import (
    CONES_FACTS,
    MEDIA,
    SHELVES,
    STORES,
    TODAY,
    lesson,
    opportunity,
    product,
)
from world.ports import StoreSales

CHANNELS = tuple(Channel)
CELLS = [cell_name(channel, "category_buyers", "soup") for channel in CHANNELS]


@pytest.mark.parametrize(
    ("cause", "kind", "segment"),
    [
        (Cause.WEATHER, OpportunityKind.SALES_DROP, "lapsing_buyers"),
        (Cause.WEATHER, OpportunityKind.FORECAST_WINDOW, "category_buyers"),
        (Cause.SEARCH, OpportunityKind.DEMAND_SURGE, "category_newcomers"),
    ],
)
def test_the_segment_follows_from_what_happened(cause: Cause, kind: OpportunityKind, segment: str) -> None:
    found = choose_audience(opportunity(cause=cause, kind=kind), SHELVES["soup"], STORES)
    assert found.segment == segment
    assert found.minimum_age is None


def test_one_alcoholic_product_among_those_offered_makes_the_audience_adult() -> None:
    found = choose_audience(opportunity(), [*SHELVES["soup"], *SHELVES["beer"]], STORES)
    assert found.minimum_age == 18
    assert found.segment.startswith("adult_")


@pytest.mark.parametrize(
    ("regions", "addressed"),
    [
        ([], ["East", "North", "South", "West"]),
        (["North"], ["North"]),
        (["North", "South", "East"], ["East", "North", "South", "West"]),
        (["Atlantis"], ["East", "North", "South", "West"]),
    ],
)
def test_the_campaign_runs_where_something_happened(regions: list[str], addressed: list[str]) -> None:
    assert choose_audience(opportunity(regions=regions), SHELVES["soup"], STORES).regions == addressed


def test_a_lawful_product_is_offered_before_a_better_seller_that_is_not() -> None:
    offer = lawful_offer(SHELVES["ice cream"])
    assert [item.sku for item in offer.products] == ["ICE-02"]
    assert offer.barred == frozenset()
    assert "Chocolate Cones" in offer.reason


def test_without_a_lawful_product_the_channels_are_barred_and_the_reason_kept() -> None:
    shelf = [product(f"C-{n}", category="ice cream", nutrition=CONES_FACTS, listed="ice cream") for n in range(8)]
    offer = lawful_offer(shelf)
    assert [item.sku for item in offer.products] == [f"C-{n}" for n in range(5)]
    assert {channel for channel in Channel if channel.record.law.bars_less_healthy} == set(offer.barred)
    assert "score" in offer.reason


def test_an_empty_shelf_cannot_be_advertised() -> None:
    shelf: list[Product] = []
    with pytest.raises(DataFault, match="empty"):
        lawful_offer(shelf)


@given(st.integers(1, 28), st.integers(1, 4))
def test_the_cycles_flights_are_the_whole_flight_without_gap_or_overlap(days: int, cycles: int) -> None:
    parts = min(days, cycles)
    flights = [cycle_flight(TODAY, days, cycle, cycles) for cycle in range(1, parts + 1)]
    assert flights[0].start == TODAY + timedelta(days=1)
    assert flights[-1].end == TODAY + timedelta(days=days)
    assert all(after.start == before.end + timedelta(days=1) for before, after in pairwise(flights))
    assert max(flight.days for flight in flights) - min(flight.days for flight in flights) <= 1
    assert [has_next_cycle(cycle, days, cycles) for cycle in range(1, parts + 1)] == [True] * (parts - 1) + [False]


@given(st.decimals(0, 100_000, places=2), st.lists(st.floats(0, 1), min_size=4, max_size=4), st.integers(1, 4))
@settings(max_examples=60)
def test_the_cycles_together_never_spend_more_than_the_budget(budget: Decimal, used: list[float], cycles: int) -> None:
    lessons: list[Lesson] = []
    for cycle in range(1, cycles + 1):
        available = cycle_budget(budget, lessons, cycle, 7, cycles)
        spent = (available * Decimal(str(round(used[cycle - 1], 3)))).quantize(Decimal("0.01"))
        lessons.append(lesson(cycle, {}, 0.0, spent=str(min(spent, available)), cycle=cycle))
    assert sum(told.spent for told in lessons) <= budget
    assert cycle_budget(budget, [], 1, 7, 1) == budget


def test_what_one_cycle_saves_the_next_may_spend() -> None:
    saved = [lesson(1, {}, 0.0, spent="100", cycle=1)]
    assert cycle_budget(Decimal(1000), saved, 2, 7, 2) == 900
    assert cycle_budget(Decimal(1000), saved, 2, 7, 3) == 450


@pytest.mark.parametrize("seed", range(3))
def test_the_forecast_agrees_with_drawing_ten_thousand_markets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    curves = ResponseCurves.for_channels(CHANNELS, 100_000.0, 200.0)
    told = [
        lesson(n, dict.fromkeys(CELLS, float(x)), len(CELLS) * float(x) * 0.07)
        for n, x in enumerate(rng.uniform(0, 9e3, 3))
    ]
    beliefs, spend = posterior(told, CELLS, TODAY), rng.uniform(100, 1500, len(CHANNELS))
    found = forecast(curves, spend, beliefs, 0.36)
    n = len(CHANNELS)
    drawn = rng.multivariate_normal(np.append(beliefs.mean, np.log(curves.scale)), beliefs.local(500.0), 40_000)
    given = -curves.baseline * np.expm1(-spend / np.exp(drawn[:, n:]))
    sales = (drawn[:, :n] * given).sum(axis=1) * (1 + common_error(beliefs) * rng.standard_normal(40_000))
    roi = (0.36 * sales - spend.sum()) / spend.sum()
    # The delta method against the curves themselves: they bend, so the two are near and not the same.
    assert found.roi == pytest.approx(np.median(roi), abs=0.08)
    assert found.roi_interval.low == pytest.approx(np.quantile(roi, 0.1), abs=0.12)
    assert found.roi_interval.high == pytest.approx(np.quantile(roi, 0.9), abs=0.2)


def test_no_interval_says_that_ads_lose_sales() -> None:
    beliefs = posterior([], CELLS, TODAY)
    found = forecast(ResponseCurves.for_channels(CHANNELS, 10_000.0, 20.0), np.full(len(CHANNELS), 40.0), beliefs, 0.3)
    assert all(interval.low >= 0 for interval in found.intervals)
    assert found.roi_interval.low >= -1


def test_the_treated_share_is_of_units_and_reads_missing_days_as_missing() -> None:
    units = np.array([[1.0, np.nan, 3.0], [4.0, 4.0, 4.0], [100.0, 100.0, 100.0]])
    holdout = Holdout(share=0.5, control_stores=["B"], treated_stores=["A"], seed=1)
    assert treated_share(StoreSales(TODAY, ("A", "B", "C"), units), holdout) == pytest.approx(4 / 16), (
        "a store of another region does not count"
    )
    assert treated_share(StoreSales(TODAY, ("A", "B", "C"), units * 0), holdout) == pytest.approx(0.5)


def market(available: str = "5000", *, baseline: float = 100_000.0, limits: RiskLimits | None = None) -> MediaMarket:
    channels, media = lawful_media(MEDIA, frozenset())
    return MediaMarket(
        channels=channels, media=media, curves=ResponseCurves.for_channels(channels, baseline, baseline / 500),
        beliefs=posterior([], CELLS, TODAY), margin_rate=0.36, available=Decimal(available), days=7,
        limits=limits or RiskLimits(), barred=frozenset(),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_a_draw_never_buys_an_expected_loss(seed: int) -> None:
    found = decide(market(baseline=20_000.0), np.random.default_rng(seed))
    assert not found.spends or found.forecast.margin > found.forecast.spend
    assert found.forecast.spend == pytest.approx(float(sum(found.budgets)))


def test_the_split_is_not_the_equal_one() -> None:
    found = decide(market(), np.random.default_rng(0))
    spent = [float(budget) for budget in found.budgets if budget > 0]
    assert max(spent) > 1.2 * min(spent)


def test_a_daily_limit_is_named_when_it_binds() -> None:
    limits = RiskLimits(daily_budget=Decimal(100))
    found = decide(market(limits=limits), np.random.default_rng(0))
    assert "daily_budget" in found.binding
    assert float(sum(found.budgets)) <= 700
    assert "total_budget" in decide(market("700"), np.random.default_rng(0)).binding


def test_a_market_that_sells_nothing_gets_nothing() -> None:
    found = decide(market(baseline=0.0), np.random.default_rng(0))
    assert not found.spends
    assert found.forecast.roi == 0
